"""Picture files in `media/`, each named by its hash, and the list of pictures still to be fetched."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from harbincrawl.archive.database.connection import raise_typed_os
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.files import replace_synced, sync_folder

FOLDER = "media"


def list_wanted_pictures(connection: sqlite3.Connection, sections: Iterable[str]) -> list[str]:
    """Addresses of pictures without a file, of live articles that the lists of `sections` show or once showed."""
    rows = connection.execute(
        "SELECT i.url FROM images AS i JOIN articles AS a ON a.number = i.number WHERE i.media IS NULL AND i.url IS NOT"
        " NULL AND a.status = 'live' AND a.number IN (SELECT number FROM listed WHERE section IN"
        " (SELECT value FROM json_each(?))) GROUP BY i.url ORDER BY min(-a.key), min(i.position), i.url",
        (json.dumps(list(sections)),),
    )
    return [url for (url,) in rows]


def put_media(connection: sqlite3.Connection, log: RunLog, files: Mapping[str, str]) -> None:
    """Stores which file holds each picture (address to file name), in a transaction of its own."""
    rows = [(name, url) for url, name in files.items()]
    with log.transaction():
        connection.executemany("UPDATE images SET media = ? WHERE url = ?", rows)


def write_media(folder: Path, body: bytes, ending: str) -> str:
    """Writes a picture into the archive in `folder`, and returns its file name, which is on disk before any row has it.

    Raises NoSpaceError or DatabaseError if it cannot be written.
    """
    name = f"{hashlib.sha256(body).hexdigest()}.{ending}"
    path = folder / FOLDER / name
    part = path.with_name(f"{name}.part")
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
            sync_folder(folder)
        if path.is_file() and not path.is_symlink() and path.read_bytes() == body:
            # A killed crawl may have written it.
            sync_folder(path.parent)
            return name
        with replace_synced(part, path), part.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise_typed_os(error, path)
    return name


def read_media(connection: sqlite3.Connection, number: int) -> dict[str, str]:
    """The file in `media/` of each picture of an article that has one, by the picture's address."""
    rows = connection.execute(
        "SELECT url, media FROM images WHERE number = ? AND media IS NOT NULL AND url IS NOT NULL", (number,)
    )
    return dict(rows.fetchall())


def find_media(connection: sqlite3.Connection, urls: Iterable[str]) -> dict[str, str]:
    """The file in `media/` of each of the picture addresses `urls` that has one.

    Pictures are found by article, so this reads all of them: give it the addresses of one page.
    """
    rows = connection.execute(
        "SELECT url, media FROM images WHERE media IS NOT NULL AND url IN (SELECT value FROM json_each(?))",
        (json.dumps(list(urls)),),
    )
    return dict(rows.fetchall())
