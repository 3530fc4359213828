"""What reading again changes is sealed like a crawl: each article as its run left it, each run in the chain."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.runs.outcomes import hash_articles
from harbincrawl.warc.heads import find_field
from harbincrawl.warc.records import Record, walk_records
from tests.support.crawling import crawl
from tests.support.reread_cases import change, rows, run_ingest, run_reparse
from tests.support.runs import read_latest
from tests.support.twin import make_twin, serve


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(make_twin(5, 20, sections=("news",))) as server:
        crawl(folder, server)
    return folder


def check_sealed(archive: Path) -> None:
    with closing(sqlite3.connect(archive / FILE)) as connection:
        latest = read_latest(connection)
        assert latest == dict(hash_articles(connection))


def test_an_ingest_seals_what_it_stores(archive: Path, tmp_path: Path) -> None:
    (warc,) = (archive / "warc").iterdir()
    (origin,) = rows(archive, "SELECT value FROM facts WHERE name = 'site_url'")[0]
    assert run_ingest(tmp_path / "other", warc, origin=origin).new == 20
    check_sealed(tmp_path / "other")
    outcomes = rows(tmp_path / "other", "SELECT outcome, count(*) FROM outcomes GROUP BY 1")
    assert sum(count for _, count in outcomes) == 20
    assert {outcome for outcome, _ in outcomes} <= {"new", "duplicate"}


def test_a_reparse_seals_what_it_changes(archive: Path) -> None:
    first, second = (number for (number,) in rows(archive, "SELECT number FROM articles LIMIT 2"))
    change(archive, f"UPDATE articles SET title = 'Another' WHERE number = {first}",
           f"UPDATE articles SET author = 'Nobody' WHERE number = {second}",
           "INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")  # fmt: skip
    assert run_reparse(archive, apply=True).changed == 2
    check_sealed(archive)
    said = rows(archive, "SELECT number, outcome FROM outcomes WHERE run = (SELECT max(run) FROM runs) ORDER BY 1")
    assert said == [(first, "reread"), (second, "reread")]


def test_the_seal_of_a_run_is_in_its_warc(archive: Path, tmp_path: Path) -> None:
    (warc,) = (archive / "warc").iterdir()
    (origin,) = rows(archive, "SELECT value FROM facts WHERE name = 'site_url'")[0]
    run_ingest(tmp_path / "other", warc, origin=origin)
    for folder in (archive, tmp_path / "other"):
        (path,) = (folder / "warc").iterdir()
        ((run, seal),) = rows(folder, "SELECT run, seal FROM runs")
        with path.open("rb") as stream:
            notes = [
                json.loads(record.read_block(1 << 20))
                for record in walk_records(stream, path.name)
                if isinstance(record, Record) and find_field(record.fields, "Harbincrawl-Event")
            ]
        events = [note["event"] for note in notes if note["event"] != "decided"]
        assert events == ["seal"]
        assert (notes[-1]["run"], notes[-1]["seal"]) == (run, seal)
