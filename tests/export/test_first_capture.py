"""Exports cite the capture that first showed a wording, so that asking for all pages again changes no record."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from harbincrawl.export.fields import VOLATILE
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.fields import KEYS
from tests.support.crawling import ask, crawl
from tests.support.twin import changes, make_twin, serve

FIELDS = tuple(name for name in KEYS if name != VOLATILE)
AGAIN = ("--recheck", "all")


@dataclass(frozen=True)
class Made:
    """What was exported of an archive before all of its pages were asked for again, and after."""

    archive: Path
    before: Path
    after: Path
    edited: int
    back: int


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One article was edited, one was gone and came back; then each page has another box."""
    folder = tmp_path_factory.mktemp("first")
    archive = folder / "archive"
    twin = make_twin(5, 8, sections=("news",))
    edited, back, *_ = (story.number for story in twin.listing("news"))
    with serve(twin) as server:
        crawl(archive, server)
        changes.edit(twin, edited)
        changes.remove(twin, back)
        crawl(archive, server, *AGAIN, code=None)
        crawl(archive, server, *AGAIN, code=None)
        assert ask(archive, "SELECT status FROM articles WHERE number = ?", back) == [("gone",)]
        changes.restore(twin, back)
        crawl(archive, server, *AGAIN)
        export_all(archive, folder / "before")
        captures = ask(archive, "SELECT number, capture FROM articles ORDER BY number")
        for _ in range(2):
            changes.change_feature_box(twin)
            crawl(archive, server, *AGAIN)
        assert not {*captures} & {*ask(archive, "SELECT number, capture FROM articles ORDER BY number")}
    export_all(archive, folder / "after")
    return Made(archive, folder / "before", folder / "after", edited, back)


def export_all(archive: Path, folder: Path) -> None:
    folder.mkdir()
    for name in ("lines.jsonl", "table.csv", "table.parquet"):
        run_job(archive, ExportJob(str(folder / name), fields=FIELDS))
        run_job(archive, ExportJob(str(folder / f"revisions-{name}"), revisions=True))
    for name in ("tables.db", "bundle"):
        run_job(archive, ExportJob(str(folder / name)))
    run_job(archive, ExportJob(str(folder / "pages.wacz")))


def first_times(archive: Path) -> dict[tuple[int, int], str]:
    """By article and revision, when the capture that first showed it came."""
    return {
        (number, revision): moment
        for number, revision, moment in ask(
            archive,
            "SELECT w.number, w.revision, c.fetched_at FROM"
            " (SELECT number, revision, first_capture, last_changed AS seen FROM articles"
            " UNION ALL SELECT number, revision, first_capture, seen FROM revisions) AS w"
            " JOIN captures AS c ON c.id = w.first_capture AND c.fetched_at = w.seen",
        )
    }


@pytest.mark.parametrize(
    "name", [f"{kind}{name}" for kind in ("", "revisions-") for name in ("lines.jsonl", "table.csv", "table.parquet")]
)
def test_asking_again_changes_no_byte_of_a_file_without_last_seen(made: Made, name: str) -> None:
    assert (made.before / name).read_bytes() == (made.after / name).read_bytes()


def test_asking_again_changes_no_data_of_a_bundle(made: Made) -> None:
    before, after = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.*")}
        for root in (made.before / "bundle/data", made.after / "bundle/data")
    )
    assert before
    assert before == after


def test_each_record_names_the_capture_that_first_showed_it(made: Made) -> None:
    first = first_times(made.archive)
    assert len(first) == len(ask(made.archive, "SELECT 1 FROM articles UNION ALL SELECT 1 FROM revisions"))
    records = [json.loads(line) for line in (made.after / "lines.jsonl").read_text().splitlines()]
    table = list(csv.DictReader(io.StringIO((made.after / "table.csv").read_text())))
    for record, row in zip(records, table, strict=True):
        number = int(record["id"].partition(":")[2])
        assert record["capture"]["fetched_at"] == first[number, record["revision"]]
        assert json.loads(row["capture"]) == record["capture"]
    (wording,) = map(json.loads, (made.after / "revisions-lines.jsonl").read_text().splitlines())
    assert wording["id"].endswith(f":{made.edited}")
    assert wording["capture"]["fetched_at"] == first[made.edited, 1]
