"""Pictures that are not in `media/`: written once more from their captures."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from harbincrawl.archive.media import FOLDER, write_media
from harbincrawl.errors import WarcError
from harbincrawl.evidence import read_stored

_CAPTURES = 'SELECT warc, "offset" FROM captures WHERE body_hash = ? AND status = 200 AND warc IS NOT NULL ORDER BY id'


def put_pictures(connection: sqlite3.Connection, folder: Path) -> list[str]:
    """Writes the pictures that are not there; returns the names of those that no capture has."""
    missing = []
    for (name,) in connection.execute("SELECT DISTINCT media FROM images WHERE media IS NOT NULL ORDER BY 1"):
        if not (folder / FOLDER / name).is_file() and not _write_picture(connection, folder, name):
            missing.append(name)
    return missing


def _write_picture(connection: sqlite3.Connection, folder: Path, name: str) -> bool:
    body_hash, _, ending = name.partition(".")
    for warc, offset in connection.execute(_CAPTURES, (body_hash,)):
        try:
            body = read_stored(folder, warc, offset).body
        except WarcError:
            continue
        if write_media(folder, body, ending) == name:
            return True
    return False
