"""Runs, sections and failures of the past, and measures of the archive, read for `status` and the health rules."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harbincrawl.text import read_time, time_text
from harbincrawl.walk.articles import BEYOND

_FIELDS = ("read", "title", "date", "source", "body", "photos")
_SQL = """SELECT a.section_path, count(*), total(a.title IS NOT NULL), total(a.updated IS NOT NULL),
  total(a.source IS NOT NULL), total(a.body IS NOT NULL),
  total(a.body IS NULL AND EXISTS (SELECT 1 FROM images AS i WHERE i.number = a.number))
 FROM articles AS a JOIN captures AS c ON c.id = a.capture
 WHERE c.run = ? AND a.id IN (SELECT value FROM json_each(?)) GROUP BY a.section_path"""


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
    query = "SELECT max(ended) FROM runs WHERE kind = 'crawl' AND outcome IN ('complete', 'partial')"
    return _read_moment(connection, query)


def has_articles(connection: sqlite3.Connection, section: str) -> bool:
    """Whether articles of a section are stored."""
    sql = "SELECT EXISTS (SELECT 1 FROM articles WHERE section_path = ?)"
    return bool(connection.execute(sql, (section,)).fetchone()[0])


def read_sections(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """All sections that were walked at least once, by path, each as `status --json` has it.

    `floor`: the last run that had read everything listed when it ended, 0: none. `walk` and `reason`: of its last walk.
    `gap`: as the last walk that read page 1 found it; None: the list prints no total. `hole`: the first list page that
    could not be read.
    """
    return _read_objects(
        connection,
        "SELECT s.path, s.floor, w.walk, w.reason, s.total AS total_records,"
        " (SELECT count(*) FROM listed AS l WHERE l.section = s.path AND l.stands) AS known,"
        " (SELECT g.gap FROM walks AS g WHERE g.section = s.path AND g.walk NOT IN ('failed', 'absent')"
        ' ORDER BY g.run DESC LIMIT 1) AS gap, s."offset", s.hole, s.full_at'
        " FROM sections AS s LEFT JOIN walks AS w ON w.section = s.path"
        " AND w.run = (SELECT max(run) FROM walks WHERE section = s.path) ORDER BY s.path",
    )


def _read_objects(connection: sqlite3.Connection, query: str) -> list[dict[str, Any]]:
    """Rows by the names of their columns."""
    found = connection.execute(query)
    return [dict(zip((name for name, *_ in found.description), row, strict=True)) for row in found]


def read_floor_walks(connection: sqlite3.Connection) -> list[tuple[int, str, int, int, int | None]]:
    """The last walk of each section that read all that was new, where the list printed a total, by path.

    As (run, section, the site's own count, active lines, lines on a full page; None: its run was killed).
    """
    return connection.execute(
        "SELECT w.run, w.section, w.total_records, w.known,"
        " json_extract(r.report, '$.facts.page_sizes.\"' || s.path || '\"')"
        " FROM sections AS s JOIN walks AS w ON w.section = s.path AND w.run = s.floor JOIN runs AS r ON r.run = w.run"
        " WHERE w.gap IS NOT NULL ORDER BY s.path"
    ).fetchall()


def read_open_failures(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Failures that are still open, grouped by class and reason, the most frequent first, as `status --json` has them.

    The failure of an article is open while it is wanted; that of another address, such as a list page, if it failed in
    the last crawl.
    """
    groups = _read_objects(
        connection,
        "WITH last AS (SELECT number, class, reason, address, max(run) FROM failures WHERE number NOT NULL GROUP BY 1),"
        " open AS (SELECT class, reason, last.address, json_extract(state, '$.due') AS due FROM queue JOIN last"
        " USING (number) WHERE wanted AND coalesce(json_extract(state, '$.failed_runs'),"
        " json_extract(state, '$.gone_runs')) UNION ALL SELECT class, reason, address, NULL FROM failures WHERE number"
        " IS NULL AND run = (SELECT max(run) FROM runs WHERE kind = 'crawl' AND ended NOT NULL))"
        # The earliest time; null (the next run) if one has none.
        " SELECT class, reason, count(*) AS count, iif(count(due) = count(*), min(due), NULL) AS next_try,"
        " min(address) AS example FROM open GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
    )
    return [
        each | {"next_try": (due := each["next_try"]) and time_text(datetime.fromisoformat(due))} for each in groups
    ]


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
    return _read_moment(
        connection,
        "SELECT max(started) FROM runs WHERE kind = 'crawl' AND started <= ?"
        " AND coalesce(json_extract(report, '$.new'), 0) + coalesce(json_extract(report, '$.duplicate'), 0) > 0",
        time_text(now),
    )


def find_newest(connection: sqlite3.Connection, section: str, now: datetime) -> datetime | None:
    """When an article of a section was last seen for the first time, before `now`; None: none was."""
    query = "SELECT max(first_seen) FROM articles WHERE section_path = ? AND first_seen <= ?"
    return _read_moment(connection, query, section, time_text(now))


def find_last_success(connection: sqlite3.Connection) -> datetime | None:
    """When the last crawl with exit code 0 began; None: there was none."""
    query = "SELECT started FROM runs WHERE kind = 'crawl' AND exit_code = 0 ORDER BY run DESC LIMIT 1"
    return _read_moment(connection, query)


def _read_moment(connection: sqlite3.Connection, query: str, *values: str) -> datetime | None:
    row = connection.execute(query, values).fetchone()
    return read_time(row[0]) if row and row[0] else None


def count_articles(connection: sqlite3.Connection) -> dict[str, int]:
    """The numbers of `articles`, `gone`, `unknown` (only in archives of others), `copies` and `wanted` articles."""
    return _read_objects(
        connection,
        "SELECT count(*) AS articles, coalesce(sum(status = 'gone'), 0) AS gone, coalesce(sum(status = 'unknown'), 0)"
        " AS unknown, (SELECT count(*) FROM duplicates) AS copies, (SELECT count(*) FROM queue WHERE wanted) AS wanted"
        " FROM articles",
    )[0]


def measure_articles(connection: sqlite3.Connection, run: int, ids: Iterable[str]) -> dict[str, Counter[str]]:
    """By section, of those articles of `ids` whose stored state was read from a page of `run`, how many were `read`.

    And of these those with a `title`, `date`, `source` and `body`; with pictures and without a body: `photos`.
    """
    rows = connection.execute(_SQL, (run, json.dumps(list(ids))))
    return {path: Counter(dict(zip(_FIELDS, map(int, counts), strict=True))) for path, *counts in rows}


def list_failed(connection: sqlite3.Connection, run: int, kind: str) -> list[str]:
    """Addresses of the articles that failed in `run` with the failure class `kind`."""
    rows = connection.execute(
        "SELECT address FROM failures WHERE run = ? AND class = ? AND number IS NOT NULL", (run, kind)
    )
    return [address for (address,) in rows]


def measure_database(connection: sqlite3.Connection) -> dict[str, int]:
    """`stored` (number of articles) and `database_bytes`, without the write-ahead log, which has pages twice."""
    (stored,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    (pages,), (size,) = (connection.execute(f"PRAGMA main.{name}").fetchone() for name in ("page_count", "page_size"))
    return {"stored": stored, "database_bytes": int(pages) * int(size)}
