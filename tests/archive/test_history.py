"""Runs, sections and open failures, as status and the health rules read them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.queue import put_state
from harbincrawl.archive.runs import history
from harbincrawl.archive.runs import table as runs
from harbincrawl.walk import ArticleState
from tests.support.runs import end_run, start_run

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADDRESS = "http://e.my399.com/news/2026-02-01/{}.html"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = open_writer(tmp_path)
    yield opened
    opened.close()


def fail(connection: sqlite3.Connection, run: int, number: int, reason: str, state: ArticleState) -> None:
    runs.put_failure(connection, run, ADDRESS.format(number), number, "http", reason, NOW)
    put_state(connection, state)


def test_a_run_is_read_back_with_its_report_the_newest_first(connection: sqlite3.Connection) -> None:
    for hours, kind in enumerate(("crawl", "ingest", "crawl")):
        run = start_run(connection, kind, NOW + timedelta(hours=hours), {}, {})
        end_run(connection, run, NOW + timedelta(hours=hours, minutes=1), "complete", 0, {"new": run})
    assert [(each.run, each.report["new"]) for each in history.read_runs(connection, 2)] == [(3, 3), (2, 2)]
    assert [each.run for each in history.read_runs(connection, 9, "crawl")] == [3, 1]
    assert history.read_runs(connection, 1)[0].ended == NOW + timedelta(hours=2, minutes=1)


def test_the_next_run_marks_a_run_that_died_as_aborted(connection: sqlite3.Connection) -> None:
    start_run(connection, "crawl", NOW, {}, {})
    start_run(connection, "crawl", NOW, {}, {})
    assert [each.outcome for each in history.read_runs(connection, 9)] == ["running", "aborted"]


def test_failures_are_grouped_by_reason_with_the_first_next_try(connection: sqlite3.Connection) -> None:
    later = NOW + timedelta(days=2)
    for number, due in ((1, later), (2, later + timedelta(days=1))):
        state = ArticleState(str(number), ADDRESS.format(number), wanted=True, failed_runs=3, due=due)
        fail(connection, 1, number, "HTTP 500", state)
    fail(connection, 1, 3, "HTTP 404", ArticleState("3", ADDRESS.format(3), wanted=True, gone_runs=1))
    failures = {each.reason: (each.count, each.next_try) for each in history.read_open_failures(connection)}
    assert failures == {"HTTP 500": (2, later), "HTTP 404": (1, None)}


def test_a_failure_resolved_since_is_not_listed(connection: sqlite3.Connection) -> None:
    fail(connection, 1, 1, "HTTP 500", ArticleState("1", ADDRESS.format(1), first_seen=NOW))
    assert history.read_open_failures(connection) == []


def test_list_pages_that_failed_in_the_last_crawl_are_listed(connection: sqlite3.Connection) -> None:
    for _ in range(2):
        run = start_run(connection, "crawl", NOW, {}, {})
        runs.put_failure(connection, run, "http://e.my399.com/news/", None, "http", f"HTTP 50{run}", NOW)
        end_run(connection, run, NOW, "partial", 3, {})
    assert [each.reason for each in history.read_open_failures(connection)] == ["HTTP 502"]
