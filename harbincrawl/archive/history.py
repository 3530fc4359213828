"""What the archive remembers of its runs, sections and failures, read back for status and the health rules."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harbincrawl.text import read_time
from harbincrawl.walk import read_state


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it was written down."""

    run: int
    kind: str
    """`crawl`, `ingest`, `reparse` …"""
    started: datetime
    ended: datetime | None
    """None while it runs, and for ever where it died."""
    outcome: str
    exit_code: int | None
    report: dict[str, Any]
    """As `crawl --json` printed it; empty where there is none."""


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """A list of the site, as it was read last."""

    path: str
    floor: int
    """The run at whose end all its lines had been read; 0: never."""
    total: int | None
    """The pager's total, or measured."""
    standing: int
    """Lines that stand."""
    offset: int
    hole: int | None
    """First list page that could not be read."""
    full_at: datetime | None
    walk: str | None
    """How the last run that walked it did: `to-floor`, `full`, `partial`, `absent`, `failed`; None: never walked."""
    reason: str | None
    """Why that walk is partial or failed."""

    @property
    def gap(self) -> int | None:
        """The pager's total less the standing lines; None where no total is known."""
        return None if self.total is None else self.total - self.standing


@dataclass(frozen=True, slots=True)
class OpenFailure:
    """What still fails, for one reason."""

    kind: str
    """`http`, `timeout`, `not-an-article` …"""
    reason: str
    count: int
    """Addresses."""
    next_try: datetime | None
    """When the first of them is asked for again; None: in the next run."""
    example: str
    """One of the addresses."""


def read_runs(
    connection: sqlite3.Connection, most: int, kind: str | None = None, before: int | None = None
) -> list[RunRecord]:
    """The last `most` runs, the newest first; of one kind, or before a run, if one is named."""
    rows = connection.execute(
        "SELECT run, kind, started, ended, outcome, exit_code, report FROM runs WHERE kind = coalesce(?1, kind)"
        " AND (?2 IS NULL OR run < ?2) ORDER BY run DESC LIMIT ?3",
        (kind, before, most),
    )
    return [
        RunRecord(
            run, named, read_time(started), read_time(ended) if ended else None, outcome, code,
            json.loads(report) if report else {},
        )
        for run, named, started, ended, outcome, code, report in rows
    ]  # fmt: skip


def read_sections(connection: sqlite3.Connection) -> list[SectionRecord]:
    """All sections that were ever walked or listed, by path."""
    rows = connection.execute(
        'SELECT s.path, s.floor, s.total, s."offset", s.hole, s.full_at,'
        " (SELECT count(*) FROM listed AS l WHERE l.section = s.path AND l.stands), w.walk, w.reason"
        " FROM sections AS s LEFT JOIN walks AS w ON w.section = s.path"
        " AND w.run = (SELECT max(run) FROM walks WHERE section = s.path) ORDER BY s.path"
    )
    return [
        SectionRecord(path, floor, total, standing, offset, hole, read_time(full) if full else None, walk, reason)
        for path, floor, total, offset, hole, full, standing, walk, reason in rows
    ]


def read_open_failures(connection: sqlite3.Connection) -> list[OpenFailure]:
    """What failed last and was not settled since, by class and reason, the most frequent first.

    Articles count while they are wanted; other addresses, such as list pages, while the last run named them.
    """
    last = {
        number: (kind, reason, address)
        for number, kind, reason, address, _ in connection.execute(
            "SELECT number, class, reason, address, max(run) FROM failures WHERE number IS NOT NULL GROUP BY number"
        )
    }
    found: dict[tuple[str, str], list[tuple[str, datetime | None]]] = {}
    for number, address, text in connection.execute(
        "SELECT number, address, state FROM queue WHERE wanted ORDER BY number"
    ):
        if number in last:
            state = read_state(number, address, True, text)
            kind, reason, failed = last[number]
            if state.failed_runs or state.gone_runs:
                found.setdefault((kind, reason), []).append((failed, state.due))
    for kind, reason, address in connection.execute(
        "SELECT class, reason, address FROM failures WHERE number IS NULL"
        " AND run = (SELECT max(run) FROM runs WHERE kind = 'crawl' AND ended IS NOT NULL) ORDER BY address"
    ):
        found.setdefault((kind, reason), []).append((address, None))
    groups = [
        OpenFailure(kind, reason, len(each), _find_first([due for _, due in each]), each[0][0])
        for (kind, reason), each in found.items()
    ]
    return sorted(groups, key=lambda each: (-each.count, each.kind, each.reason))


def _find_first(due: list[datetime | None]) -> datetime | None:
    """None, the next run, where any is due at once."""
    later = [each for each in due if each is not None]
    return min(later) if len(later) == len(due) else None


def find_next_due(connection: sqlite3.Connection) -> datetime | None:
    """When the first article is to be asked for without news of its line; None: none is."""
    (found,) = connection.execute(
        "SELECT min(coalesce(json_extract(state, '$.due'), json_extract(state, '$.recheck_at'))) FROM queue"
    ).fetchone()
    return datetime.fromisoformat(found) if found else None


def find_last_success(connection: sqlite3.Connection) -> datetime | None:
    """When the last crawl that ended with 0 began."""
    row = connection.execute(
        "SELECT started FROM runs WHERE kind = 'crawl' AND exit_code = 0 ORDER BY run DESC LIMIT 1"
    ).fetchone()
    return read_time(row[0]) if row else None


def count_articles(connection: sqlite3.Connection) -> dict[str, int]:
    """articles, gone, copies, wanted: how many there are."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM articles WHERE status = 'gone'),"
        " (SELECT count(*) FROM duplicates), (SELECT count(*) FROM queue WHERE wanted)"
    ).fetchone()
    return dict(zip(("articles", "gone", "copies", "wanted"), row, strict=True))
