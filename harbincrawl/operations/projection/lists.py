"""What list pages said: the words of the lines that rows have, each page read once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.archive.captures import read_rows
from harbincrawl.archive.lists import dump_listing, parse_listing
from harbincrawl.archive.purged import hide_purged, read_purged
from harbincrawl.archive.unaccounted import bound_rows, list_kept
from harbincrawl.errors import BucketError
from harbincrawl.pages.version import parser_of
from harbincrawl.records import Listed, Listing, Unaccounted
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.pages import read_lists
from harbincrawl.sites import Site

Progress = Callable[[int, int], None]
"""Called with (number done, number in all)."""
_NEEDED = (
    "SELECT capture FROM temp.told_listed UNION SELECT capture FROM temp.told__list_pages"
    " UNION SELECT line FROM temp.told_articles UNION SELECT summary_line FROM temp.told_articles"
    " UNION SELECT line FROM temp.told_revisions UNION SELECT capture FROM temp.told_unaccounted"
)
"""Captures to which rows refer, list pages or not."""
_TABLES = (
    "CREATE TEMP TABLE words(capture INTEGER, item TEXT, address TEXT, title TEXT, date TEXT, summary TEXT,"
    " PRIMARY KEY (capture, item)) WITHOUT ROWID",
    "CREATE TEMP TABLE odd(capture INTEGER, kind TEXT, text TEXT, PRIMARY KEY (capture, kind, text)) WITHOUT ROWID",
    "CREATE TEMP TABLE conversions(capture INTEGER PRIMARY KEY, text TEXT)",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The captured pages of an archive."""

    folder: Path
    site: Site
    executor: Executor
    find_fault: Callable[[int], str | None] = lambda _: None
    """Why the record of a capture cannot be read; None: it can, or nothing is known of it."""


def load_conversions(connection: sqlite3.Connection, texts: Iterable[dict[str, object]]) -> None:
    """Makes the tables of what is to be read, and of what the log tells of pages without a record."""
    for statement in _TABLES:
        connection.execute(statement)
    connection.executemany(
        "INSERT OR REPLACE INTO temp.conversions VALUES (?, ?)",
        ((values["capture"], json.dumps(values)) for values in texts),
    )


def read_conversion(connection: sqlite3.Connection, capture: int | None) -> dict[str, object] | None:
    """What the log tells of a page without a record; None for any other page."""
    row = connection.execute("SELECT text FROM temp.conversions WHERE capture = ?", (capture,)).fetchone()
    values: dict[str, object] | None = json.loads(row[0]) if row else None
    return values


def put_odd(connection: sqlite3.Connection, capture: int, unaccounted: Iterable[Unaccounted], site: Site) -> None:
    """Keeps what a page shows unaccounted."""
    shown = list(unaccounted)
    rows = {*bound_rows(shown), *list_kept(connection, shown, site)}
    connection.executemany("INSERT OR IGNORE INTO temp.odd VALUES (?, ?, ?)", [(capture, *row) for row in rows])


def put_lists(connection: sqlite3.Connection, evidence: Evidence, progress: Progress) -> list[int]:
    """Puts the lines of the lists, and the list pages, as their captures say them; captures that cannot be read.

    What articles took from lists is in `temp.words`.
    """
    unread = []
    site = evidence.site
    purged = read_purged(connection)
    parser = parser_of(site)
    for capture, listing in _read_pages(connection, evidence, progress):
        if listing is not None:
            put_odd(connection, capture, listing.unaccounted, site)
            listing = hide_purged(listing, purged)
            _put_words(connection, capture, listing.lines)
        elif (said := read_conversion(connection, capture)) is not None:
            listing = _put_conversion(connection, capture, said, site)
        else:
            unread.append(capture)
        if listing is not None:
            connection.execute(
                "INSERT INTO _list_pages(address, capture, etag, last_modified, parser, listing)"
                " SELECT p.address, p.capture, c.etag, c.last_modified, ?, ? FROM temp.told__list_pages AS p"
                " JOIN captures AS c ON c.id = p.capture WHERE p.capture = ?",
                (parser, dump_listing(listing), capture),
            )
    connection.execute(
        "INSERT INTO listed(section, item, number, address, title, date, summary, capture, since, stands)"
        " SELECT t.section, t.item, t.number, w.address, w.title, w.date, w.summary, t.capture, t.since, t.stands"
        " FROM temp.told_listed AS t JOIN temp.words AS w ON w.capture = t.capture AND w.item = t.item"
    )
    return unread


def _read_pages(
    connection: sqlite3.Connection, evidence: Evidence, progress: Progress
) -> Iterator[tuple[int, Listing | None]]:
    lists = []
    for source in list(read_rows(connection, f"c.id IN ({_NEEDED}) ORDER BY c.id")):
        meaning = evidence.site.read_address(source.address)
        if meaning is None or meaning.kind != "listing":
            continue
        if evidence.find_fault(source.id) is None:
            lists.append(source)
        else:
            yield source.id, None
    found = read_lists(evidence.executor, evidence.folder, evidence.site, lists)
    for done, (source, answer) in enumerate(found, 1):
        if isinstance(answer, BucketError):
            raise answer
        yield source.id, answer if isinstance(answer, Listing) else None
        progress(done, len(lists))


def _put_words(connection: sqlite3.Connection, capture: int, lines: Iterable[Listed]) -> None:
    # Of a line that a page shows twice the first counts.
    connection.executemany(
        "INSERT OR IGNORE INTO temp.words VALUES (?, ?, ?, ?, ?, ?)",
        [
            (capture, line.key, line.address, line.title, line.date and line.date.isoformat(), line.summary)
            for line in lines
        ],
    )


def _put_conversion(
    connection: sqlite3.Connection, capture: int, said: dict[str, object], site: Site
) -> Listing | None:
    rows = [(capture, *line) for line in said.get("lines", ())]  # type: ignore[attr-defined]
    connection.executemany("INSERT OR IGNORE INTO temp.words VALUES (?, ?, ?, ?, ?, ?)", rows)
    put_odd(connection, capture, (Unaccounted(*each) for each in said["unexplained"]), site)  # type: ignore[attr-defined]
    listing = parse_listing(json.dumps(said["listing"]), capture) if "listing" in said else None
    if listing is not None:
        _put_words(connection, capture, listing.lines)
    return listing
