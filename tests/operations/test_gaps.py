"""The rule on gaps: how large one may be, what accepts it, and the line of config.toml that its message ends with."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_writer
from harbincrawl.operations.health.rules import ListGap, check_gaps, is_accepted
from harbincrawl.operations.health.state import judge_state
from harbincrawl.text import time_text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("total", "known", "page_size", "ok"),
    [
        (100, 100, 8, True),
        (101, 100, 8, True),
        (20, 18, 8, False),
        (100, 94, 8, False),
        (100, 106, 8, False),
        (10_000, 9_991, 8, False),
        (10_000, 10_009, 8, False),
        (10_000, 9_960, 40, True),
        (10_000, 9_600, 0, True),
        (10_000, 9_499, 0, False),
        (0, 1, 8, True),
        (40, 100, 8, False),
    ],
)
def test_a_gap_may_be_a_page_and_a_twentieth_of_the_count_and_one_line(
    total: int, known: int, page_size: int, ok: bool
) -> None:
    verdict = check_gaps([ListGap("news", total, known, page_size)], False)
    assert verdict.ok is ok
    assert verdict.value == abs(total - known)
    assert verdict.bound is not None
    assert (verdict.value <= verdict.bound) is ok


@pytest.mark.parametrize(
    ("accept", "gap", "accepted"),
    [
        ({"news": 76}, 76, True),
        ({"news": 76}, 77, False),
        ({"news": 76}, -1, False),
        ({"news": -60}, -60, True),
        ({"news": -60}, -61, False),
        ({"news": True}, -5000, True),
        ({"news": False}, 1, False),
        ({}, 1, False),
        (True, 5000, True),
        (False, 1, False),
        ({"news": 76}, None, False),
    ],
)
def test_a_gap_is_accepted_by_its_sign_and_up_to_its_size(
    accept: Mapping[str, int] | bool, gap: int | None, accepted: bool
) -> None:
    assert is_accepted(accept, "news", gap) is accepted


def add_walk(connection: sqlite3.Connection, total: int | None, known: int, *, floor: bool = True) -> None:
    """A walk of the list of news, by a run that was killed before its report."""
    run = connection.execute(
        "INSERT INTO runs(kind, started, outcome, arguments, versions) VALUES ('crawl', ?, 'aborted', '', '')",
        (time_text(NOW),),
    ).lastrowid
    gap = None if total is None else total - known
    connection.execute("INSERT INTO walks VALUES (?, 'news', 'full', 1, ?, ?, ?, NULL)", (run, total, known, gap))
    connection.execute("INSERT INTO sections(path, total) VALUES ('news', ?) ON CONFLICT DO NOTHING", (total,))
    if floor:
        connection.execute("UPDATE sections SET floor = ?", (run,))


@pytest.mark.parametrize(
    ("walks", "broken"),
    [
        ([], []),
        ([(100, 24, True)], ["list-gap"]),
        ([(100, 24, True), (100, 100, True)], []),
        ([(100, 100, True), (100, 24, False)], []),
        ([(100, 24, True), (100, 100, False)], ["list-gap"]),
    ],
)
def test_status_judges_the_last_walk_that_set_a_floor(
    tmp_path: Path, walks: list[tuple[int | None, int, bool]], broken: list[str]
) -> None:
    with closing(open_writer(tmp_path)) as connection:
        for total, known, floor in walks:
            add_walk(connection, total, known, floor=floor)
        assert judge_state(connection, tmp_path, 5, NOW)["health"]["broken"] == broken
        settings = tmp_path / "config.toml"
        for setting in ('ignore = ["list-gap"]', "accept_gap = true"):
            settings.write_text(f"[health]\n{setting}\n")
            assert judge_state(connection, tmp_path, 5, NOW)["health"]["broken"] == []
        # Of settings that cannot be read nothing is known: the finding of the last run stays.
        settings.unlink()
        settings.mkdir()
        assert judge_state(connection, tmp_path, 5, NOW)["health"]["broken"] == []
