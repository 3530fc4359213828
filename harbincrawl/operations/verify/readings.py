"""The captured list pages, each read again once, as tables of the connection's temporary database."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from harbincrawl.archive.lists import dump_listing
from harbincrawl.errors import BucketError, HarbincrawlError
from harbincrawl.evidence import Source, make_source, read_source
from harbincrawl.pages import parser_of
from harbincrawl.records import Listing
from harbincrawl.reread.executor import Executor, cut
from harbincrawl.reread.pages import list_files, read_list_page
from harbincrawl.sites import Site

from . import unaccounted
from .findings import OUT_OF_REACH
from .meanings import Numbers
from .reach import Reach

_CHUNK = 40
"""List pages in a job."""
_TABLES = (
    # A response that shows a list page: the whole answer, or a 304 that confirms it. `reading` is the capture whose
    # bytes were read for it; null: they cannot be. `walked`: the walk of the run stored all its lines.
    "CREATE TEMP TABLE shown(capture INTEGER PRIMARY KEY, run INTEGER, section TEXT, page INTEGER, reading INTEGER,"
    " reason TEXT, walked INTEGER)",
    "CREATE TEMP TABLE readings(reading INTEGER PRIMARY KEY, total INTEGER, hash TEXT)",
    "CREATE TEMP TABLE lines(reading INTEGER, section TEXT, item TEXT, number INTEGER, address TEXT, title TEXT,"
    " date TEXT, summary TEXT)",
)
_INDEXES = (
    "CREATE INDEX temp.lines_item ON lines(section, item)",
    "CREATE INDEX temp.lines_number ON lines(number)",
    "CREATE INDEX temp.shown_reading ON shown(reading, run)",
    "CREATE INDEX temp.shown_run ON shown(run, section)",
)
_SELECT = """
SELECT c.id, c.run, c.status, c.digest, m.section, m.page, m.follows, r.target, r.content_type, l.reason, r.removed,
 o.capture, coalesce(k.kind, ''), json_extract(iif(json_valid(k.versions), k.versions, '{}'), '$.parser'),
 c.address, c.fetched_at, c.warc, c."offset", c.origin
FROM temp.meanings AS m JOIN captures AS c ON c.id = m.capture LEFT JOIN runs AS k ON k.run = c.run
 LEFT JOIN lost_captures AS l ON l.capture = c.id
 LEFT JOIN temp.records AS r ON r.warc = c.warc AND r."offset" = c."offset"
 LEFT JOIN temp.places AS o ON c.status = 304 AND o.warc = r.original AND o."offset" = r.original_offset
WHERE m.kind = 'listing' AND c.status IN (200, 304) ORDER BY c.id"""
_UNREADABLE = "it cannot be read"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Page:
    """A list page to read, and what it says."""

    source: Source
    section: str
    listing: Listing | None = None
    lost: BucketError | None = None
    """Why its bucket did not give it."""

    @property
    def hash(self) -> str:
        """sha256 of the listing as `_list_pages` holds it."""
        return hash_listing(dump_listing(self.listing)) if self.listing else ""


def hash_listing(text: str) -> str:
    """sha256 of a listing as JSON."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def load_readings(
    folder: Path,
    connection: sqlite3.Connection,
    site: Site,
    numbers: Numbers,
    find_fault: Callable[[int], str | None],
    reach: Reach,
    executor: Executor,
    progress: Progress,
) -> None:
    """Makes `temp.shown`, `temp.readings` and `temp.lines`; `find_fault` says why a capture cannot be read."""
    for statement in (*_TABLES, *unaccounted.TABLES):
        connection.execute(statement)
    jobs: list[_Page] = []
    today = parser_of(site)
    alike: dict[tuple[str | None, ...], int] = {}
    readings: dict[int, int] = {}
    asked = dict(connection.execute(
        "SELECT c.run, min(c.id) FROM temp.meanings AS m JOIN captures AS c ON c.id = m.capture"
        " WHERE m.kind = 'article' GROUP BY c.run"
    ))  # fmt: skip
    for values in connection.execute(_SELECT):
        capture, run, status, digest, section, page, follows, target, content_type, lost, *rest = values
        removed, original, kind, parser, *place = rest
        source = make_source(capture, *place)
        reason = _find_reason(source, lost or removed) or find_fault(capture)
        if reason is None and status == 304:
            reason = None if original in readings else "a 304 without its original"
        if reason is None and status == 200:
            # The same bytes from the same place are read once, however often they were captured.
            readings[capture] = alike.setdefault((source.address, digest, target, content_type), capture)
            if readings[capture] == capture:
                jobs.append(_Page(source, section))
        reading = None if reason else readings.get(capture if status == 200 else original)
        # Lists are walked before articles are asked for; a list page that is read later proves that something is gone.
        walked = (
            (kind, source.origin, parser) == ("crawl", None, today)
            and not follows
            and capture < asked.get(run, capture + 1)
        )
        connection.execute(
            "INSERT INTO temp.shown VALUES (?, ?, ?, ?, ?, ?, ?)",
            (capture, run, section, page, reading, reason, walked),
        )
    done = 0
    folder = folder.absolute()
    reader = partial(_read_chunk, folder, site)
    # What is out of reach by now is not asked for again.
    chunks = cut((page for page in jobs if find_fault(page.source.capture) is None), _CHUNK)
    for chunk in executor.map(reader, chunks, lambda chunk: list_files(folder, (page.source for page in chunk))):
        for page in chunk:
            if page.lost is not None:
                reach.lose(page.source.warc or "", page.lost)
                continue
            _put_page(connection, page, numbers)
            if page.listing is not None:
                unaccounted.put_list(connection, page.source.capture, page.listing.unexplained, site)
        done += len(chunk)
        progress(done, len(jobs))
    for statement in _INDEXES:
        connection.execute(statement)
    # Those of which no reading came: their bucket broke off.
    connection.execute(
        "UPDATE temp.shown SET reading = NULL, reason = ? WHERE reading NOT IN (SELECT reading FROM temp.readings)",
        (OUT_OF_REACH,),
    )


def _find_reason(source: Source, lost: str | None) -> str | None:
    """Why the bytes of a list page were never kept, or are given up; None where they are there."""
    if source.warc is None:
        return "no record was kept"
    return None if lost is None else "evidence lost"


def _read_chunk(folder: Path, site: Site, pages: list[_Page]) -> list[_Page]:
    return [_read_page(folder, site, page) for page in pages]


def _read_page(folder: Path, site: Site, page: _Page) -> _Page:
    try:
        stored = read_source(folder, page.source)
        listing = read_list_page(stored.body, stored.http_headers, page.source.address, stored.target, site)
    except BucketError as error:
        return replace(page, lost=error)
    except (HarbincrawlError, ValueError):
        # The crawl could not read it either; damage is named with its record.
        return page
    return replace(page, listing=listing)


def _put_page(connection: sqlite3.Connection, page: _Page, numbers: Numbers) -> None:
    reading = page.source.capture
    if page.listing is None:
        connection.execute("UPDATE temp.shown SET reading = NULL, reason = ? WHERE reading = ?", (_UNREADABLE, reading))
        return
    connection.execute("INSERT INTO temp.readings VALUES (?, ?, ?)", (reading, page.listing.total, page.hash))
    connection.executemany(
        "INSERT INTO temp.lines VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                reading, page.section, line.key, numbers.find(line.id), line.address, line.title,
                line.date.isoformat() if line.date else None, line.summary,
            )
            for line in page.listing.lines
        ],
    )  # fmt: skip
