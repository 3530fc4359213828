"""Purged articles: deleting all their rows, and keeping only their numbers so that they are never stored again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from harbincrawl.archive.articles.ids import find_numbers, read_ids
from harbincrawl.archive.articles.store import Store
from harbincrawl.archive.layouts import forget_captures
from harbincrawl.archive.schema.tables import upsert
from harbincrawl.duplicates.links import link_copies
from harbincrawl.identity import write_id
from harbincrawl.records import Listing
from harbincrawl.text import time_text

from .captures import mark_lost

_TABLES = ("images", "revisions", "listed", "queue", "outcomes", "failures")


def read_purged(connection: sqlite3.Connection) -> frozenset[str]:
    """The ids of all purged articles."""
    return frozenset(id for (id,) in connection.execute(f"SELECT {write_id('number')} FROM purged"))


def hide_purged(listing: Listing, purged: Collection[str]) -> Listing:
    """A list page without title, date and summary of purged articles. Their lines stay: the walk counts them."""
    if not purged or not any(line.id in purged for line in listing.lines):
        return listing
    lines = (replace(line, title="", summary=None, date=None) if line.id in purged else line for line in listing.lines)
    return replace(listing, lines=tuple(lines))


def find_copies(connection: sqlite3.Connection, numbers: Iterable[int]) -> set[int]:
    """The other articles with the same text as `numbers`: their copies, their originals and the copies of these."""
    rows = connection.execute(
        "WITH wanted AS (SELECT value AS number FROM json_each(?)), originals AS (SELECT number FROM wanted UNION"
        " SELECT original FROM duplicates WHERE number IN wanted), copies AS (SELECT number FROM originals UNION"
        " SELECT number FROM duplicates WHERE original IN originals)"
        " SELECT number FROM articles WHERE number IN copies AND number NOT IN wanted",
        (json.dumps(sorted(numbers)),),
    )
    return {number for (number,) in rows}


def list_known(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, int]:
    """The internal numbers of those of `ids` that are stored, listed, queued or purged."""
    numbers = find_numbers(connection, ids)
    rows = connection.execute(
        "SELECT value FROM json_each(?) WHERE value IN (SELECT number FROM articles)"
        " OR value IN (SELECT number FROM listed) OR value IN (SELECT number FROM queue)"
        " OR value IN (SELECT number FROM purged)",
        (json.dumps(sorted(numbers.values())),),
    )
    known = {number for (number,) in rows}
    return {id: number for id, number in numbers.items() if number in known}


def read_texts(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[str]:
    """All titles, summaries, paragraphs, captions and file names of pictures that the archive holds of the articles.

    Of all revisions and list lines, each once. Credits are none of an article's own: hundreds share one.
    """
    wanted = json.dumps(sorted(numbers))
    chosen = "number IN (SELECT value FROM json_each(?))"
    texts: dict[str, None] = {}
    for query in (
        f"SELECT title, summary, body FROM articles WHERE {chosen}",
        f"SELECT title, body FROM revisions WHERE {chosen}",
        f"SELECT title, summary FROM listed WHERE {chosen}",
        f"SELECT caption, file_name FROM images WHERE {chosen}",
        "SELECT json_extract(p.value, '$.caption'), json_extract(p.value, '$.file_name') FROM revisions,"
        f" json_each(iif(json_valid(images), images, '[]')) AS p WHERE {chosen} AND p.type = 'object'",
    ):
        for row in connection.execute(query, (wanted,)):
            texts |= dict.fromkeys(line for text in row if text for line in text.split("\n") if line.strip())
    return list(texts)


def delete_articles(
    connection: sqlite3.Connection, run: int, numbers: Collection[int], now: datetime, own_pages: Collection[int]
) -> None:
    """Deletes all rows of the articles `numbers` and marks them as purged, in the caller's transaction.

    `own_pages` are the capture ids of their pages.
    """
    store = Store(connection, run)
    # Read before the articles are deleted: the counter continues from the highest change of any article.
    changes = [(number, store.next_change()) for number in sorted(numbers)]
    for number in sorted(numbers):
        store.drop_article(number)
        for table in _TABLES:
            connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))
    link_copies(connection, numbers, store.next_change)
    wanted = json.dumps(read_ids(connection, sorted(numbers)))
    connection.execute(
        "DELETE FROM _list_pages WHERE EXISTS (SELECT 1 FROM json_each(listing, '$.lines') AS line"
        " WHERE json_extract(line.value, '$.id') IN (SELECT value FROM json_each(?)))",
        (wanted,),
    )
    connection.executemany("DELETE FROM captures WHERE id = ?", [(capture,) for capture in sorted(own_pages)])
    # The next captures may get the ids of those that were removed.
    forget_captures(connection)
    connection.execute("DELETE FROM lost_captures WHERE capture NOT IN (SELECT id FROM captures)")
    connection.executemany(
        "INSERT INTO purged(number, change, at) VALUES (?, ?, ?) ON CONFLICT(number) DO NOTHING",
        [(number, change, time_text(now)) for number, change in changes],
    )
    # The change counter must not go back when the articles with the highest numbers are deleted.
    upsert(connection, "facts", {"name": "changes", "value": str(store.next_change())})
    store.rebuild_index()


def rename_files(
    connection: sqlite3.Connection, names: Mapping[str, str], removed: Iterable[tuple[str, int]], run: int
) -> None:
    """Gives the captures the new names of rewritten WARC files, in the caller's transaction.

    `names` maps old names to new ones; `removed` are (old file, offset) of removed records: nothing may be compared
    with those any more. `run` is the purge.
    """
    places = set(removed)
    wanted = json.dumps(names)
    rows = connection.execute(
        'SELECT id, warc, "offset" FROM captures WHERE warc IN (SELECT key FROM json_each(?))', (wanted,)
    )
    mark_lost(connection, run, [capture for capture, *place in rows.fetchall() if tuple(place) in places], "purged")
    for table, column in (("captures", "warc"), ("log_files", "name")):
        connection.execute(
            f"UPDATE {table} SET {column} = (SELECT value FROM json_each(?1) WHERE key = {column})"
            f" WHERE {column} IN (SELECT key FROM json_each(?1))",
            (wanted,),
        )
