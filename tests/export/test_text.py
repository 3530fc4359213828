"""Plain text with a table of metadata, as AntConc, Voyant and readtext take it."""

from __future__ import annotations

import csv
import re
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus.keywords import find_keywords
from harbincrawl.errors import DestinationError
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.export_cases import hard_archive, stored_records
from tests.support.families import examples

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def export(archive: Path, folder: Path, **job: Any) -> list[dict[str, str]]:
    """Exports texts; returns the rows of the table."""
    run_job(archive, ExportJob(str(folder), format="text", **job))
    with (folder / "metadata.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_article_is_a_file_and_a_row_that_begins_with_its_name(tmp_path: Path) -> None:
    archive = hard_archive(tmp_path / "archive")
    rows = export(archive, tmp_path / "texts")
    assert [row["doc_id"] for row in rows] == [
        "undated-205.txt", "2014-01-02-202.txt", "2013-05-09-201.txt", "2020-02-20-203.txt", "2020-03-01-204.txt",
    ]  # fmt: skip
    assert {path.name for path in (tmp_path / "texts").iterdir()} == {"metadata.csv", *(row["doc_id"] for row in rows)}
    assert next(iter(rows[0])) == "doc_id"
    by_id = {record["id"]: record for record in stored_records(archive)}
    for row in rows:
        record = by_id[row["id"]]
        for name in ("url", "title", "created", "updated", "section", "source", "author", "status", "duplicate_of"):
            assert row[name] == (record[name] or ""), name
        assert row["date"] == (record["updated"] or record["created"] or "")
    assert [row["duplicate_of"] for row in rows] == ["", "", "", "", "harbin-today:202"]


def test_a_text_is_title_body_and_captions_without_credits(tmp_path: Path) -> None:
    export(hard_archive(tmp_path / "archive"), tmp_path / "texts")
    read = {path.name: path.read_bytes().decode("utf-8") for path in (tmp_path / "texts").glob("*.txt")}
    assert read["2014-01-02-202.txt"] == (
        "Ice 🧊 and 雪 – “quoted”\n\nFirst paragraph.\n\n- a list, it seems\n\n# no heading\n\n2020. A year begins.\n\n"
        'A "view"\n\nWords with a tab\n'
    )
    assert read["2020-02-20-203.txt"] == "+1 −2 @home Tab\n\nOnly a caption \\ here\n"
    assert read["undated-205.txt"] == "N/A\n\nNULL\n"


SIGNS = 'ab \t\n\r\v\f\x07\x1c\x85\u2028\u202e\ufeff\u200bé雪",;=+'
NASTY = st.text(st.sampled_from(SIGNS), max_size=30)


@examples(40)
@given(title=NASTY, body=NASTY, caption=NASTY)
def test_no_text_has_a_sign_that_is_none_and_no_words_run_together(title: str, body: str, caption: str) -> None:
    images = [{"url": "http://e.my399.com/1.jpg", "caption": caption, "credit": "Photo by nobody"}]
    with tempfile.TemporaryDirectory() as name:
        archive = build_archive(Path(name) / "archive", [{"title": title, "body": body, "images": images}])
        rows = export(archive, Path(name) / "texts")
        data = (Path(name) / "texts" / rows[0]["doc_id"]).read_bytes()
        text = data.decode("utf-8")
        assert not CONTROL.search(text)
        assert text.endswith("\n")
        assert "nobody" not in text
        with closing(open_reader(archive)) as connection:
            part = find_keywords(connection, Filters(numbers=(1,))).part
        assert int(rows[0]["words"]) == part.words


def test_a_folder_with_texts_of_somebody_is_left_alone(tmp_path: Path) -> None:
    archive = hard_archive(tmp_path / "archive")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "2020-01-01-diary.txt").write_text("dear")
    with pytest.raises(DestinationError, match=r"contains 2020-01-01-diary\.txt, so it is not an export"):
        export(archive, mine)
    (mine / "metadata.csv").write_text("x")
    (mine / "notes.txt").write_text("dear")
    with pytest.raises(DestinationError, match=r"contains notes\.txt"):
        export(archive, mine)


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ({"profile": "features"}, "text contains the full texts"),
        ({"filters": Filters(changed_since=1)}, "--changed-since is only for files"),
        ({"revisions": True}, "--revisions is for"),
        ({"fields": ("body",)}, "no field 'body'"),
    ],
)
def test_what_it_cannot_hold_is_refused(tmp_path: Path, job: dict[str, Any], reason: str) -> None:
    archive = hard_archive(tmp_path / "archive")
    with pytest.raises(DestinationError, match=reason):
        export(archive, tmp_path / "texts", **job)
    assert not (tmp_path / "texts").exists()
