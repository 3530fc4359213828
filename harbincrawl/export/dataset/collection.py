"""How the articles of a bundle came together: who, with what, and how well; all counted."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from harbincrawl.archive.stamps import StoredStamp, read_last_stamp
from harbincrawl.export.selection import Selection
from harbincrawl.identity import FIRST_COUNTED
from harbincrawl.version import __version__

_VERSIONS = """SELECT DISTINCT json_extract(versions, '$.harbincrawl') AS version FROM runs
 WHERE version IS NOT NULL ORDER BY run"""
_UNFINISHED = """SELECT outcome, count(*) FROM runs WHERE kind = 'crawl' AND outcome <> 'complete'
 GROUP BY outcome ORDER BY outcome"""
_RUN = "SELECT coalesce(max(run), 0) FROM runs"
_SEAL = "SELECT run, seal FROM runs WHERE seal IS NOT NULL ORDER BY run DESC LIMIT 1"
_WALKS = """SELECT section, walk, total_records, known, gap, reason,
 (SELECT full_at FROM sections WHERE path = w.section) FROM walks AS w
 WHERE run = (SELECT max(run) FROM walks WHERE section = w.section) ORDER BY section"""

_CRAWLS = """SELECT coalesce(json_extract(arguments, '$.site_url'), ?) AS origin, count(*),
 min(started), max(coalesce(ended, started)),
 min(coalesce(json_extract(arguments, '$.concurrency'), 1)), max(coalesce(json_extract(arguments, '$.concurrency'), 1)),
 min(coalesce(json_extract(arguments, '$.delay'), 1.0)), max(coalesce(json_extract(arguments, '$.delay'), 1.0))
 FROM runs WHERE kind = 'crawl' GROUP BY origin ORDER BY min(run)"""

_OTHERS = "SELECT kind, count(*) FROM runs WHERE kind <> 'crawl' GROUP BY kind ORDER BY kind"

_MISSING = f"""SELECT DISTINCT l.address,
 (SELECT f.class || ': ' || f.reason FROM failures AS f WHERE f.number = l.number ORDER BY f.run DESC LIMIT 1)
 FROM listed AS l WHERE l.stands AND l.number IS NOT NULL AND l.number NOT IN (SELECT number FROM articles)
 ORDER BY min(l.number, {FIRST_COUNTED}), l.address"""
_UNACCOUNTED = """SELECT count(DISTINCT address) FROM unaccounted
 WHERE kind <> 'template' AND run = (SELECT max(run) FROM runs WHERE kind = 'crawl')"""


@dataclass(frozen=True)
class Collection:
    """What is known of the collecting: runs and seal of the whole archive, the rest of the selected articles."""

    compiler: str | None
    """Who compiled the archive, by the settings."""
    versions: tuple[str, ...]
    """The versions of harbincrawl that the runs were made with, in their order."""
    written_with: str
    """The version that wrote the bundle."""
    unfinished: tuple[tuple[str, int], ...]
    """The number of crawls by outcome, other than `complete`."""
    run: int
    """The last run of the archive; 0 without any."""
    seal: tuple[int, str] | None
    """The last sealed run and its seal."""
    stamp: StoredStamp | None
    """The time stamp of the newest seal that has one."""
    unaccounted: int
    """Pages of the last crawl with a line or link that the reader could give no meaning."""
    captured: tuple[str, str] | None
    """First and last time at which the pages of the articles were fetched; None: no response is known."""
    kept: int
    """Articles whose response is in a WARC file of the archive."""
    changed: int
    """Articles that were seen to change; `wordings` counts the earlier wordings of them."""
    wordings: int


def read_collection(selection: Selection, compiler: str | None) -> Collection:
    """What is known of the collecting of the selected articles."""
    db = selection.connection
    selected, values = selection.choice()

    first, last, kept = db.execute(
        "SELECT min(fetched_at), max(fetched_at), count(warc) FROM captures"
        f" WHERE id IN (SELECT a.first_capture {selected})",
        values,
    ).fetchone()
    ((wordings, changed),) = db.execute(
        f"SELECT count(*), count(DISTINCT number) FROM revisions WHERE number IN (SELECT a.number {selected})", values
    ).fetchall()
    return Collection(
        compiler=compiler,
        versions=tuple(version for (version,) in db.execute(_VERSIONS)),
        written_with=__version__,
        unfinished=tuple(db.execute(_UNFINISHED)),
        run=db.execute(_RUN).fetchone()[0],
        seal=db.execute(_SEAL).fetchone(),
        stamp=read_last_stamp(db),
        unaccounted=db.execute(_UNACCOUNTED).fetchone()[0],
        captured=(first, last) if first else None,
        kept=kept,
        changed=changed,
        wordings=wordings,
    )


@dataclass(frozen=True)
class Walk:
    """The last walk of a section's list."""

    path: str
    kind: str
    """`full`, `to-floor`, `partial`, `absent`, `failed`."""
    total: int | None
    """The site's own count of the list, or the measured one."""
    known: int
    """Active lines of the list."""
    gap: int | None
    """The site's own count minus the active lines; None if it prints none."""
    reason: str | None
    full_at: str | None = None
    """When the list was last read in full; None: it never was."""

    @property
    def count(self) -> int | None:
        """The site's own count of the list."""
        return None if self.gap is None else self.total


@dataclass(frozen=True)
class CrawlManner:
    """How the crawls of one origin asked for pages."""

    origin: str
    """The site's own, or that of the mirror or twin that was read in its place."""
    runs: int
    first: str
    """Date of the first run; `last` is that of the last one."""
    last: str
    concurrency: tuple[int, int]
    """The fewest and the most requests at once."""
    delay: tuple[float, float]
    """The shortest and the longest time between two requests, in seconds."""


@dataclass(frozen=True)
class MissingArticle:
    """A listed article that could not be fetched."""

    address: str
    reason: str | None
    """Why the last attempt failed; None if there was none."""


def read_crawls(connection: sqlite3.Connection, base: str) -> tuple[CrawlManner, ...]:
    """How the crawls of each origin asked for pages; `base` is that of runs that named none."""
    return tuple(
        CrawlManner(origin, runs, begun[:10], end[:10], (few, many), (short, long))
        for origin, runs, begun, end, few, many, short, long in connection.execute(_CRAWLS, (base,))
    )


def read_others(connection: sqlite3.Connection) -> tuple[tuple[str, int], ...]:
    """The number of runs of each other kind."""
    return tuple(connection.execute(_OTHERS))


def read_walks(connection: sqlite3.Connection) -> tuple[Walk, ...]:
    """The last walk of each section."""
    return tuple(Walk(*row) for row in connection.execute(_WALKS))


def read_missing(connection: sqlite3.Connection) -> tuple[MissingArticle, ...]:
    """The listed articles that are not stored."""
    return tuple(MissingArticle(*row) for row in connection.execute(_MISSING))
