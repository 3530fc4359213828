"""Purged articles: deleting all their rows, and keeping only their numbers so that they are never stored again."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from harbincrawl.duplicates.links import link_copies
from harbincrawl.errors import DatabaseError
from harbincrawl.records import Listing
from harbincrawl.text import time_text

from .articles import Store
from .captures import mark_lost
from .seals import remove_rows

JOURNAL = "purging"
"""The row of `facts` that lists what an unfinished purge still has to do."""
# A relative link within one day's folder has only the file name.
_LINK = re.compile(rb"(?:/\d{4}-\d{1,2}-\d{1,2}/|[\"'=\s/])0*(\d{1,9})(?:_\d{1,5})?\.html?", re.ASCII)
_PATIENCE = 5.0
"""Seconds to wait for programs that read the old state of the database."""
_TABLES = ("images", "revisions", "listed", "queue")


@dataclass
class Texts:
    """All texts and pictures that the archive holds of some articles."""

    texts: list[str] = field(default_factory=list)
    """Titles, summaries, paragraphs and captions of all revisions and list lines, without repetition."""
    pictures: set[str] = field(default_factory=set)
    """Addresses of pictures that no other article has."""
    media: set[str] = field(default_factory=set)
    """Files of these pictures."""


def read_purged(connection: sqlite3.Connection) -> frozenset[int]:
    """The numbers of all purged articles."""
    return frozenset(number for (number,) in connection.execute("SELECT number FROM purged"))


def find_links(page: bytes) -> Iterator[int]:
    """The numbers of all articles whose address occurs in `page`, as a link or as text."""
    return (int(match[1]) for match in _LINK.finditer(page))


def names_purged(page: bytes, purged: Collection[int]) -> bool:
    """Whether a page has the address of a purged article. Then it shows its title or text and must not be kept."""
    return bool(purged) and any(number in purged for number in find_links(page))


def hide_purged(listing: Listing, purged: Collection[int]) -> Listing:
    """A list page without title, date and summary of purged articles. Their lines stay: the walk counts them."""
    if not purged or not any(line.number in purged for line in listing.lines):
        return listing
    lines = (
        replace(line, title="", summary=None, date=None) if line.number in purged else line for line in listing.lines
    )
    return replace(listing, lines=tuple(lines))


def find_copies(connection: sqlite3.Connection, numbers: Iterable[int]) -> set[int]:
    """The other articles with the same text as `numbers`: their copies, their originals and the copies of these."""
    wanted = json.dumps(sorted(numbers))
    originals = {number for (number,) in connection.execute(
        "SELECT value FROM json_each(?1) UNION"
        " SELECT original FROM duplicates WHERE number IN (SELECT value FROM json_each(?1))", (wanted,)
    )}  # fmt: skip
    rows = connection.execute(
        "SELECT number FROM duplicates WHERE original IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(originals)),),
    )
    group = originals | {number for (number,) in rows}
    stored = connection.execute(
        "SELECT number FROM articles WHERE number IN (SELECT value FROM json_each(?))", (json.dumps(sorted(group)),)
    )
    return {number for (number,) in stored} - set(numbers)


def list_known(connection: sqlite3.Connection, numbers: Iterable[int]) -> set[int]:
    """Those of `numbers` that are stored, listed, queued or purged."""
    rows = connection.execute(
        "SELECT value FROM json_each(?) WHERE value IN (SELECT number FROM articles)"
        " OR value IN (SELECT number FROM listed) OR value IN (SELECT number FROM queue)"
        " OR value IN (SELECT number FROM purged)",
        (json.dumps(sorted(numbers)),),
    )
    return {number for (number,) in rows}


def read_texts(connection: sqlite3.Connection, numbers: Iterable[int]) -> Texts:
    """All texts and pictures of the articles `numbers`."""
    wanted = json.dumps(sorted(numbers))
    chosen = "number IN (SELECT value FROM json_each(?))"
    result = Texts()
    texts: dict[str, None] = {}
    for title, summary, body, captions in connection.execute(
        f"SELECT title, summary, body, captions FROM articles WHERE {chosen}", (wanted,)
    ):
        texts.update(dict.fromkeys(_split_lines(title, summary, body, captions)))
    rows = connection.execute(f"SELECT title, body, images FROM revisions WHERE {chosen}", (wanted,))
    for title, body, images in rows:
        captions = "\n".join(filter(None, (image.get("caption") for image in json.loads(images))))
        texts.update(dict.fromkeys(_split_lines(title, body, captions)))
    for row in connection.execute(f"SELECT title, summary FROM listed WHERE {chosen}", (wanted,)):
        texts.update(dict.fromkeys(_split_lines(*row)))
    for (caption,) in connection.execute(f"SELECT caption FROM images WHERE {chosen}", (wanted,)):
        texts.update(dict.fromkeys(_split_lines(caption)))
    result.texts = list(texts)
    for url, media in connection.execute(
        f"SELECT url, media FROM images AS i WHERE {chosen} AND url IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM images AS o WHERE o.url = i.url AND o.number NOT IN (SELECT value FROM json_each(?)))",
        (wanted, wanted),
    ):
        result.pictures.add(url)
        if media is not None:
            result.media.add(media)
    rows = connection.execute(f"SELECT media FROM images WHERE media IS NOT NULL AND NOT {chosen}", (wanted,))
    result.media -= {media for (media,) in rows}
    return result


def _split_lines(*texts: str | None) -> list[str]:
    return [line for text in texts if text for line in text.split("\n") if line.strip()]


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
        for kind in ("outcome", "failure"):
            remove_rows(connection, run, kind, "number = ?", (number,))
    link_copies(connection, numbers, store.next_change)
    wanted = json.dumps(sorted(numbers))
    connection.execute(
        "DELETE FROM list_pages WHERE EXISTS (SELECT 1 FROM json_each(listing, '$.lines') AS line"
        " WHERE json_extract(line.value, '$.number') IN (SELECT value FROM json_each(?)))",
        (wanted,),
    )
    remove_rows(connection, run, "capture", "id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(own_pages)),))
    connection.executemany(
        "INSERT INTO purged(number, change, at) VALUES (?, ?, ?) ON CONFLICT(number) DO NOTHING",
        [(number, change, time_text(now)) for number, change in changes],
    )
    # The change counter must not go back when the articles with the highest numbers are deleted.
    connection.execute(
        "INSERT INTO facts(name, value) VALUES ('changes', ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (str(store.next_change()),),
    )
    store.rebuild_index()


def move_captures(
    connection: sqlite3.Connection,
    moved: Mapping[str, tuple[str, Mapping[int, int]]],
    removed: Iterable[tuple[str, int]],
    run: int,
) -> None:
    """Updates the captures after WARC files were rewritten, in the caller's transaction.

    `moved` maps each old file to the new one and its old offsets to the new ones. `removed` are the old (file, offset)
    of deleted records, with which no later response may be compared. `run` is the purge.
    """
    connection.execute("CREATE TEMP TABLE moved(warc TEXT, place INTEGER, warc_now TEXT, place_now INTEGER)")
    connection.execute("CREATE INDEX temp.moved_place ON moved(warc, place)")
    for warc, place in removed:
        rows = connection.execute('SELECT id FROM captures WHERE warc = ? AND "offset" = ?', (warc, place)).fetchall()
        mark_lost(connection, run, [capture for (capture,) in rows], "purged")
    for old, (new, places) in moved.items():
        connection.executemany(
            "INSERT INTO moved VALUES (?, ?, ?, ?)", ((old, place, new, now) for place, now in places.items())
        )
    connection.execute(
        'UPDATE captures SET (warc, "offset") = (SELECT warc_now, place_now FROM moved'
        ' WHERE moved.warc = captures.warc AND moved.place = captures."offset")'
        ' WHERE EXISTS (SELECT 1 FROM moved WHERE moved.warc = captures.warc AND moved.place = captures."offset")'
    )
    connection.execute("DROP TABLE moved")


def write_journal(connection: sqlite3.Connection, files: Iterable[Path], folder: Path) -> None:
    """Stores which files are to be deleted, so that an interrupted purge can go on; in the caller's transaction."""
    names = json.dumps(sorted(str(path.relative_to(folder)) for path in files))
    connection.execute(
        "INSERT INTO facts(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (JOURNAL, names),
    )


def finish_purge(connection: sqlite3.Connection, folder: Path) -> bool:
    """Finishes a purge that was begun: deletes its files and overwrites deleted rows in the database.

    Returns whether there was anything to do. The caller holds the lock and has no open transaction. Raises
    DatabaseError if another program keeps reading the old state; then the next writer finishes the purge.
    """
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (JOURNAL,)).fetchone()
    if row is None:
        return False
    for name in json.loads(row[0]):
        with suppress(FileNotFoundError):
            (folder / name).unlink()
    # Until VACUUM and the checkpoint, deleted rows are still in free pages, in unused parts of pages and in the WAL.
    connection.execute("VACUUM")
    _empty_log(connection)
    connection.execute("DELETE FROM facts WHERE name = ?", (JOURNAL,))
    _empty_log(connection)
    return True


def _empty_log(connection: sqlite3.Connection) -> None:
    end = time.monotonic() + _PATIENCE
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > end:
            raise DatabaseError(
                "the articles are purged, but another program still reads the old state, so their text is still in the "
                "write-ahead log of the database: close that program and purge again."
            )
        time.sleep(0.1)
