"""The pictures in `media/`: which are still wanted, and the files that hold them, each named by its own hash."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from harbincrawl.errors import DatabaseError, NoSpaceError

FOLDER = "media"


def list_wanted_pictures(connection: sqlite3.Connection, sections: Iterable[str]) -> list[str]:
    """Addresses of the pictures without a file, of live articles that stand or stood in the lists of `sections`."""
    rows = connection.execute(
        "SELECT i.url FROM images AS i JOIN articles AS a ON a.number = i.number WHERE i.media IS NULL AND i.url IS NOT"
        " NULL AND a.status = 'live' AND a.number IN (SELECT number FROM listed WHERE section IN"
        " (SELECT value FROM json_each(?))) GROUP BY i.url ORDER BY min(-a.key), min(i.position), i.url",
        (json.dumps(list(sections)),),
    )
    return [url for (url,) in rows]


def put_media(connection: sqlite3.Connection, kept: Mapping[str, str]) -> None:
    """Notes by address which files hold the pictures; in a transaction of its own."""
    if not kept:
        return
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("UPDATE images SET media = ? WHERE url = ?", [(name, url) for url, name in kept.items()])
    connection.execute("COMMIT")


def write_media(folder: Path, body: bytes, ending: str) -> str:
    """Writes a picture into the archive in `folder`, whole and on disk, and returns its file's name.

    Raises NoSpaceError, DatabaseError where it cannot be written.
    """
    name = f"{hashlib.sha256(body).hexdigest()}.{ending}"
    path = folder / FOLDER / name
    if path.is_file() and path.stat().st_size == len(body):
        return name
    part = path.with_name(f"{name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as stream:
                stream.write(body)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise NoSpaceError(f"no space left for {path}: make room and run again; nothing stored is lost.") from error
        raise DatabaseError(f"{path} cannot be written: {error.strerror}.") from error
    return name
