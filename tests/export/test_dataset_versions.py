"""Two datasets of one day have two versions, and a year's data is the same bytes until one of its articles changes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from tests.support.crawling import ask, crawl
from tests.support.export_cases import hard_archive
from tests.support.twin import make_twin, serve


def export(archive: Path, folder: Path, **job: Any) -> str:
    """Exports a bundle; returns its version, which all its files must agree on."""
    run_job(archive, ExportJob(str(folder), **job))
    cited = json.loads((folder / "croissant.json").read_text())["citeAs"]
    version = str(cited.rpartition(" version ")[2].removesuffix("."))
    assert f'version: "{version}"' in (folder / "CITATION.cff").read_text()
    assert f"version {version}," in (folder / "README.md").read_text()
    return version


def change(archive: Path, statement: str) -> None:
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "job"),
    [
        ("UPDATE articles SET title = 'x', fingerprint = 'y' WHERE number = 203", {}),
        ("INSERT INTO runs(run, kind, started, ended, outcome, arguments, versions) VALUES (9, 'reparse',"
         " '2024-06-01T09:30:00Z', '2024-06-01T09:30:00Z', 'complete', '{}', '{}')", {}),
        ("UPDATE runs SET seal = 'abc' WHERE run = 2", {}),
        ("SELECT 1", {"filters": Filters(sections=("gallery",))}),
        ("SELECT 1", {"profile": "none"}),
    ],
)  # fmt: skip
def test_two_datasets_of_one_day_never_share_a_version(tmp_path: Path, statement: str, job: dict[str, Any]) -> None:
    archive = hard_archive(tmp_path / "archive")
    first = export(archive, tmp_path / "one")
    assert export(archive, tmp_path / "same") == first
    change(archive, statement)
    second = export(archive, tmp_path / "two", **job)
    assert second != first
    assert second[:10] == first[:10] == "2024-06-01"


def test_the_citation_names_the_seal(tmp_path: Path) -> None:
    archive = hard_archive(tmp_path / "archive")
    export(archive, tmp_path / "one")
    assert "identifiers" not in (tmp_path / "one" / "CITATION.cff").read_text()
    change(archive, "UPDATE runs SET seal = 'abc' WHERE run = 2")
    export(archive, tmp_path / "two")
    cited = (tmp_path / "two" / "CITATION.cff").read_text()
    assert '  - type: other\n    value: "abc"\n    description: "Seal of run 2 of the archive"\n' in cited


def test_asking_for_all_pages_again_changes_no_data_but_that_of_changed_articles(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    twin = make_twin(5, 16, sections=("news", "travel/sights"))
    with serve(twin) as server:
        crawl(archive, server, "--all")
        export(archive, tmp_path / "one")
        before = ask(archive, "SELECT number, capture FROM articles ORDER BY number")
        twin.box = 7
        crawl(archive, server, "--all", "--recheck", "all")
        assert ask(archive, "SELECT number, capture FROM articles ORDER BY number") != before, "the pages are others"
        export(archive, tmp_path / "two")
        story = twin.listing("news")[0]
        story.title += " again"
        crawl(archive, server, "--all", "--recheck", "all")
        export(archive, tmp_path / "three")
    one, two, three = (
        {path.name: path.read_bytes() for path in (tmp_path / name / "data").rglob("*.*")}
        for name in ("one", "two", "three")
    )
    assert one == two
    year = story.created.year
    changed = {name for name in two if two[name] != three[name]}
    assert changed == {f"articles-{year}.{form}" for form in ("csv", "jsonl", "parquet")}
    line = next(line for line in three[f"articles-{year}.jsonl"].splitlines() if str(story.number).encode() in line)
    record = json.loads(line)
    # The response that is named is the one in which the new wording was first seen.
    assert record["capture"]["fetched_at"] <= record["last_changed"]
    times = [
        at for (at,) in ask(archive, "SELECT fetched_at FROM captures WHERE address = ? ORDER BY id", record["url"])
    ]
    assert record["capture"]["fetched_at"] == times[-1]
