"""Runs, sections and failures of the past, read for `status` and the health rules."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harbincrawl.text import read_time, time_text
from harbincrawl.walk import BEYOND, read_state


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A row of `runs`."""

    run: int
    kind: str
    """`crawl`, `ingest`, `reparse` …"""
    started: datetime
    ended: datetime | None
    """None while the run goes on, and if it died."""
    outcome: str
    exit_code: int | None
    report: dict[str, Any]
    """The report of `crawl --json`; empty if the run has none."""


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """The list of a section as last read."""

    path: str
    floor: int
    """The last run that had read everything listed when it ended; 0: none."""
    total: int | None
    """The total that the pager prints, else the measured one."""
    active_rows: int
    """Number of active list lines."""
    offset: int
    hole: int | None
    """The first list page that could not be read."""
    full_at: datetime | None
    walk: str | None
    """Outcome of its last walk: `to-floor`, `full`, `partial`, `absent` or `failed`; None: never walked."""
    reason: str | None
    """Why that walk is partial or failed."""
    gap: int | None
    """The list's own total minus its active lines, as the last walk that read page 1 found it; None: it prints none."""


@dataclass(frozen=True, slots=True)
class FloorWalk:
    """The last walk of a section that read all that was new, where the list printed a total."""

    section: str
    run: int
    total: int
    active_rows: int
    page_size: int | None
    """Lines on a full page, from the report of the run; None if the run was killed before it could write one."""


@dataclass(frozen=True, slots=True)
class OpenFailure:
    """The addresses that still fail for one reason."""

    kind: str
    """`http`, `timeout`, `not-an-article` …"""
    reason: str
    count: int
    """Number of addresses."""
    next_try: datetime | None
    """When the first of them is fetched again; None: in the next run."""
    example: str
    """One of the addresses."""


def read_runs(
    connection: sqlite3.Connection, most: int, kind: str | None = None, before: int | None = None
) -> list[RunRecord]:
    """The newest `most` runs, newest first; only those of `kind` and before the run `before`, if given."""
    rows = connection.execute(
        "SELECT run, kind, started, ended, outcome, exit_code, report FROM runs WHERE kind = coalesce(?1, kind)"
        " AND (?2 IS NULL OR run < ?2) ORDER BY run DESC LIMIT ?3",
        (kind, before, most),
    )
    return [
        RunRecord(
            run, run_kind, read_time(started), read_time(ended) if ended else None, outcome, code,
            json.loads(report) if report else {},
        )
        for run, run_kind, started, ended, outcome, code, report in rows
    ]  # fmt: skip


def read_healths(connection: sqlite3.Connection, most: int) -> list[tuple[int, dict[str, Any]]]:
    """(run, what its health rules found) of those of the newest `most` crawls that checked any, newest first."""
    rows = connection.execute(
        "SELECT run, json_extract(report, '$.health') FROM runs WHERE kind = 'crawl' ORDER BY run DESC LIMIT ?", (most,)
    )
    return [(run, json.loads(health)) for run, health in rows if health]


def find_unaccounted(connection: sqlite3.Connection) -> dict[str, Any] | None:
    """What the last run reports that met pages with unaccounted lines, with `run` and `kind`; None where there is none.

    A reparse reads all articles again, so it has the last word also where it met none.
    """
    row = connection.execute(
        "SELECT run, kind, json_extract(report, '$.unaccounted') FROM runs WHERE kind IN ('crawl', 'reparse')"
        " AND json_extract(report, '$.unaccounted.pages') >= (kind = 'crawl') ORDER BY run DESC LIMIT 1"
    ).fetchone()
    found = json.loads(row[2]) if row else None
    return {"run": row[0], "kind": row[1], **found} if found and found["pages"] else None


def find_lists(connection: sqlite3.Connection) -> dict[str, bool]:
    """By section that was ever walked, whether it had a list the last time."""
    rows = connection.execute(
        "SELECT s.path, w.walk FROM sections AS s LEFT JOIN walks AS w ON w.section = s.path"
        " AND w.run = (SELECT max(run) FROM walks WHERE section = s.path)"
    )
    return {path: walk != "absent" for path, walk in rows}


def find_last_end(connection: sqlite3.Connection) -> datetime | None:
    """When the last crawl ended that went to its end; None: none did."""
    (ended,) = connection.execute(
        "SELECT max(ended) FROM runs WHERE kind = 'crawl' AND outcome IN ('complete', 'partial')"
    ).fetchone()
    return read_time(ended) if ended else None


def has_articles(connection: sqlite3.Connection, section: str) -> bool:
    """Whether articles of a section are stored."""
    sql = "SELECT EXISTS (SELECT 1 FROM articles WHERE section_path = ?)"
    return bool(connection.execute(sql, (section,)).fetchone()[0])


def read_sections(connection: sqlite3.Connection) -> list[SectionRecord]:
    """All sections that were walked at least once, by path."""
    rows = connection.execute(
        'SELECT s.path, s.floor, s.total, s."offset", s.hole, s.full_at,'
        " (SELECT count(*) FROM listed AS l WHERE l.section = s.path AND l.stands), w.walk, w.reason,"
        " (SELECT g.gap FROM walks AS g WHERE g.section = s.path AND g.walk NOT IN ('failed', 'absent')"
        " ORDER BY g.run DESC LIMIT 1)"
        " FROM sections AS s LEFT JOIN walks AS w ON w.section = s.path"
        " AND w.run = (SELECT max(run) FROM walks WHERE section = s.path) ORDER BY s.path"
    )
    return [
        SectionRecord(
            path, floor, total, active_rows, offset, hole, read_time(full) if full else None, walk, reason, gap
        )
        for path, floor, total, offset, hole, full, active_rows, walk, reason, gap in rows
    ]


def read_floor_walks(connection: sqlite3.Connection) -> list[FloorWalk]:
    """For each section whose list prints a total, by path, the walk that set its floor."""
    rows = connection.execute(
        "SELECT w.section, w.run, w.total_records, w.known,"
        " json_extract(r.report, '$.facts.page_sizes.\"' || s.path || '\"')"
        " FROM sections AS s JOIN walks AS w ON w.section = s.path AND w.run = s.floor JOIN runs AS r ON r.run = w.run"
        " WHERE w.gap IS NOT NULL ORDER BY s.path"
    )
    return [FloorWalk(*row) for row in rows]


def read_open_failures(connection: sqlite3.Connection) -> list[OpenFailure]:
    """Failures that are still open, grouped by class and reason, the most frequent first.

    The failure of an article is open while it is wanted; that of another address, such as a list page, if it failed in
    the last crawl.
    """
    last = {
        number: (kind, reason, address)
        for number, kind, reason, address, _ in connection.execute(
            "SELECT number, class, reason, address, max(run) FROM failures WHERE number IS NOT NULL GROUP BY number"
        )
    }
    open_failures: dict[tuple[str, str], list[tuple[str, datetime | None]]] = {}
    for number, address, text in connection.execute(
        "SELECT number, address, state FROM queue WHERE wanted ORDER BY number"
    ):
        if number in last:
            state = read_state(number, address, True, text)
            kind, reason, failed = last[number]
            if state.failed_runs or state.gone_runs:
                open_failures.setdefault((kind, reason), []).append((failed, state.due))
    for kind, reason, address in connection.execute(
        "SELECT class, reason, address FROM failures WHERE number IS NULL"
        " AND run = (SELECT max(run) FROM runs WHERE kind = 'crawl' AND ended IS NOT NULL) ORDER BY address"
    ):
        open_failures.setdefault((kind, reason), []).append((address, None))
    groups = [
        OpenFailure(kind, reason, len(each), _find_first([due for _, due in each]), each[0][0])
        for (kind, reason), each in open_failures.items()
    ]
    return sorted(groups, key=lambda each: (-each.count, each.kind, each.reason))


def _find_first(due: list[datetime | None]) -> datetime | None:
    """The earliest time; None (the next run) if any of `due` is None."""
    later = [each for each in due if each is not None]
    return min(later) if len(later) == len(due) else None


def find_next_due(connection: sqlite3.Connection, now: datetime) -> datetime | None:
    """When the first article is due although its list line did not change; None: no article."""
    due = "coalesce(json_extract(state, '$.due'), json_extract(state, '$.recheck_at'))"
    first, last = connection.execute(f"SELECT min({due}), max({due}) FROM queue").fetchone()
    if first is None:
        return None
    # What is put off for longer than any wait was put down while the clock was ahead, and is due now.
    return now if datetime.fromisoformat(last) - BEYOND > now else datetime.fromisoformat(first)


def find_last_new(connection: sqlite3.Connection, now: datetime) -> datetime | None:
    """When the last crawl before `now` began that saw a new article; None: none did."""
    (started,) = connection.execute(
        "SELECT max(started) FROM runs WHERE kind = 'crawl' AND started <= ?"
        " AND coalesce(json_extract(report, '$.new'), 0) + coalesce(json_extract(report, '$.duplicate'), 0) > 0",
        (time_text(now),),
    ).fetchone()
    return read_time(started) if started else None


def find_newest(connection: sqlite3.Connection, section: str, now: datetime) -> datetime | None:
    """When an article of a section was last seen for the first time, before `now`; None: none was."""
    (seen,) = connection.execute(
        "SELECT max(first_seen) FROM articles WHERE section_path = ? AND first_seen <= ?", (section, time_text(now))
    ).fetchone()
    return read_time(seen) if seen else None


def find_last_success(connection: sqlite3.Connection) -> datetime | None:
    """When the last crawl with exit code 0 began; None: there was none."""
    row = connection.execute(
        "SELECT started FROM runs WHERE kind = 'crawl' AND exit_code = 0 ORDER BY run DESC LIMIT 1"
    ).fetchone()
    return read_time(row[0]) if row else None


def count_articles(connection: sqlite3.Connection) -> dict[str, int]:
    """The numbers of `articles`, `gone`, `unknown` (only in archives of others), `copies` and `wanted` articles."""
    row = connection.execute(
        "SELECT count(*), coalesce(sum(status = 'gone'), 0), coalesce(sum(status = 'unknown'), 0),"
        " (SELECT count(*) FROM duplicates), (SELECT count(*) FROM queue WHERE wanted) FROM articles"
    ).fetchone()
    return dict(zip(("articles", "gone", "unknown", "copies", "wanted"), row, strict=True))
