"""Earlier wordings as an export: a record each, in the order of their articles, whatever the format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.errors import DestinationError, NotFoundError
from harbincrawl.export.fields import REVISION_FIELDS
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.export_cases import hard_archive, read_jsonl, read_parquet

IMAGE = {"url": None, "caption": "“A” view", "credit": "", "file_name": None}
EARLIER: list[dict[str, Any]] = [
    {"number": 203, "revision": 2, "title": "Second", "body": None, "cause": "reparse"},
    {"number": 203, "revision": 1, "title": '=1, "one"', "body": ["A.", "B\nb."], "images": [IMAGE], "source": None},
    {"number": 201, "revision": 1, "title": "Older article", "body": "Text."},
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hard_archive(tmp_path_factory.mktemp("archive"), revisions=EARLIER)


def export(archive: Path, destination: Path, **wanted: Any) -> bytes:
    run_job(archive, ExportJob(str(destination), revisions=True, **wanted))
    return destination.read_bytes()


def test_each_earlier_wording_is_a_line_behind_those_before_it(archive: Path, tmp_path: Path) -> None:
    lines = read_jsonl(export(archive, tmp_path / "a.jsonl"))
    names = [field.name for field in REVISION_FIELDS]
    assert [list(line) for line in lines] == [names] * 3
    assert [(line["id"], line["revision"], line["title"]) for line in lines] == [
        ("harbin-today:201", 1, "Older article"),
        ("harbin-today:203", 1, '=1, "one"'),
        ("harbin-today:203", 2, "Second"),
    ]
    assert lines[1]["body"] == "A.\n\nB\nb."
    assert lines[1]["images"] == [{**IMAGE, "credit": None}]
    assert (lines[2]["body"], lines[2]["cause"]) == (None, "reparse")


def test_every_format_has_the_same_and_the_same_bytes_twice(archive: Path, tmp_path: Path) -> None:
    lines = read_jsonl(export(archive, tmp_path / "a.jsonl"))
    rows = list(csv.DictReader(io.StringIO(export(archive, tmp_path / "a.csv").decode(), newline="")))
    assert [(row["id"], row["title"], json.loads(row["images"])) for row in rows] == [
        (line["id"], line["title"], line["images"]) for line in lines
    ]
    export(archive, tmp_path / "a.parquet")
    assert read_parquet(tmp_path / "a.parquet") == lines
    for name in ("a.jsonl", "a.csv", "a.parquet"):
        assert export(archive, tmp_path / f"again-{name}") == (tmp_path / name).read_bytes()


def test_filters_and_fields_choose(archive: Path, tmp_path: Path) -> None:
    lines = read_jsonl(
        export(archive, tmp_path / "a.jsonl", filters=Filters(sections=("gallery",)), fields=("title", "id"))
    )
    assert lines == [{"id": "harbin-today:203", "title": title} for title in ('=1, "one"', "Second")]
    with pytest.raises(DestinationError, match="no field 'word_count'"):
        export(archive, tmp_path / "b.jsonl", fields=("word_count",))


def test_no_earlier_wording_writes_nothing(tmp_path: Path) -> None:
    build_archive(tmp_path / "archive", [{"number": 1}])
    with pytest.raises(NotFoundError, match="earlier wording"):
        export(tmp_path / "archive", tmp_path / "a.jsonl")
    assert not (tmp_path / "a.jsonl").exists()


@pytest.mark.parametrize("job", [{"format": "db"}, {"profile": "none"}, {"filters": Filters(changed_since=1)}])
def test_what_has_no_wordings_is_refused(archive: Path, tmp_path: Path, job: dict[str, Any]) -> None:
    with pytest.raises(DestinationError, match="--revisions"):
        export(archive, tmp_path / "a.jsonl", **job)
