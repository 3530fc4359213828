"""Seals: each is over all records of the log since the one before; and the hashes of what runs left of articles."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.articles.store import Fetched, Store
from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.runs.outcomes import hash_articles, store_outcomes
from harbincrawl.archive.runs.seals import find_seal, hash_log, read_id, read_last_seal
from harbincrawl.archive.runs.table import put_failure
from harbincrawl.records import Article, Capture, Image
from harbincrawl.text import time_text
from harbincrawl.warc.inventory import RecordSummary, list_records
from harbincrawl.warc.log import list_files
from tests.support.runs import end_run, read_latest, start_run

NOW = datetime(2026, 7, 8, 9, 10, 11, tzinfo=UTC)


def article(number: int, **more: object) -> Article:
    values: dict[str, object] = {
        "id": str(number), "url": f"http://e.my399.com/news/2020-01-02/{number}.html", "section": "Harbin Today",
        "section_path": "news", "title": f"Title {number}", "updated": date(2020, 1, 2), "created": date(2020, 1, 2),
        "author": "Li", "authors": ("Li",), "source": "Xinhua", "body": ("One.", "Two – three."), "parser": "1",
        "images": (Image("http://e.my399.com/a.jpg", "Snow", "Photo", "a.jpg"),), "summary": "Short.",
    }  # fmt: skip
    return Article(**(values | more))  # type: ignore[arg-type]


def write_run(connection: sqlite3.Connection, numbers: tuple[int, ...], *, killed: bool = False, **more: object) -> int:
    run = start_run(connection, "crawl", NOW, {"sections": ["news"]}, {})
    store = Store(connection, run)
    connection.execute("BEGIN IMMEDIATE")
    said = {}
    for number in numbers:
        found = article(number, **more)
        capture = Capture(
            found.url, time_text(NOW), 200, f'"{run}"', None, "sha1:A", "b" * 64, "x.warc.gz", 100 * number
        )
        said[number] = store.put_article(Fetched(found, (capture,), NOW))
    store.flush_index()
    store_outcomes(store, said)
    put_failure(connection, run, "http://e.my399.com/news/2020-01-02/9.html", 9, "http", "HTTP 500", NOW)
    connection.execute("COMMIT")
    if not killed:
        end_run(connection, run, NOW, "complete", 0, {})
    return run


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_writer(tmp_path)) as connection:
        connection.execute("INSERT INTO facts(name, value) VALUES ('site', 'harbin-today')")
        write_run(connection, (1, 2))
        write_run(connection, (3,), killed=True)
        write_run(connection, (1, 4), author="Wang")
        yield connection


def test_a_run_that_ends_seals_itself_and_the_killed_runs_before_it(
    archive: sqlite3.Connection, tmp_path: Path
) -> None:
    (first, one), (third, two) = archive.execute(
        "SELECT run, seal FROM runs WHERE seal NOT NULL ORDER BY run"
    ).fetchall()
    assert (first, third) == (1, 3)
    assert read_last_seal(archive) == two
    assert find_seal(archive, 2) == (3, two)
    events = [
        json.loads(record.text or "")
        for path in list_files(tmp_path / "warc").values()
        for record in list_records(path)
        if isinstance(record, RecordSummary) and record.event == "seal"
    ]
    assert [(event["run"], event["seal"], event["previous"]) for event in events] == [
        (1, one, read_id(archive)), (3, two, one),
    ]  # fmt: skip
    # The second covers the record of the first, and all that both later runs wrote.
    assert [(event["first"], event["last"] - event["first"] + 1) for event in events] == [
        (1, len(events[0]["digests"])), (events[0]["last"] + 1, len(events[1]["digests"])),
    ]  # fmt: skip
    assert all(hash_log(event["previous"], map(bytes.fromhex, event["digests"])) == event["seal"] for event in events)


def test_an_outcome_takes_no_change_over_that_its_run_did_not_make(archive: sqlite3.Connection) -> None:
    archive.execute("UPDATE articles SET summary = 'Forged.' WHERE number = 2")
    run = start_run(archive, "crawl", NOW, {}, {})
    store = Store(archive, run)
    archive.execute("BEGIN IMMEDIATE")
    store.renew_seen(2, NOW)
    store_outcomes(store, {2: "same"})
    archive.execute("COMMIT")
    latest = read_latest(archive)
    assert latest[2] != hash_articles(archive, [2])[2]
