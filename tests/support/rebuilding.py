"""A database made anew from the log, beside the one that the commands made."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

from harbincrawl.archive.database.connection import open_reader, open_writer
from harbincrawl.archive.database.damage import find_damaged_row
from harbincrawl.archive.decisions import PASSING
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.operations.rebuild import Rebuilt, rebuild
from tests.support.crawling import ask

_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'articles_fts*' AND name NOT GLOB 'sqlite_*'"
    " AND name NOT GLOB '_sqlite_*'"
)


def rebuild_copy(archive: Path, folder: Path, *, give_up: bool = False) -> Rebuilt:
    """The database and the pictures of `archive` made anew in the new folder `folder`, from its WARC files alone."""
    folder.mkdir()
    shutil.copytree(archive / "warc", folder / "warc")
    return rebuild(folder, give_up=give_up, progress=lambda *_: None, workers=1)


def settle(archive: Path) -> None:
    """What the next command that writes does first: it says what a killed one told and never committed."""
    with closing(open_writer(archive)) as connection, closing(RunLog(archive, connection, "settle")) as log:
        connection.execute("BEGIN IMMEDIATE")
        log.commit()
        connection.execute("COMMIT")


def find_differences(archive: Path, folder: Path) -> list[str]:
    """What `rebuild_copy` makes otherwise: rows of tables, pictures, all that it could not read."""
    settle(archive)
    found = rebuild_copy(archive, folder, give_up=True).unread
    if _read_rows(archive, "lost_captures"):
        # The picture itself is there, only its record is lost.
        found = [each for each in found if not each.startswith("media/")]
    with closing(open_reader(archive)) as connection:
        if (damaged := find_damaged_row(connection)) is not None:
            found.append(f"{damaged} is called damaged")
    for (name,) in sorted(ask(archive, _TABLES)):
        stored, made = _read_rows(archive, name), _read_rows(folder, name)
        found += [f"{name}: lacks {row}" for row in sorted(stored - made)]
        found += [f"{name}: has {row}" for row in sorted(made - stored)]
    for (media,) in ask(folder, "SELECT DISTINCT media FROM images WHERE media IS NOT NULL"):
        made = folder / "media" / media
        if made.is_file() and made.read_bytes() != (archive / "media" / media).read_bytes():
            found.append(f"media/{media} has other bytes")
    return found


def _read_rows(archive: Path, name: str) -> Counter[str]:
    where = f" WHERE name NOT IN ({', '.join(map(repr, PASSING))})" if name == "facts" else ""
    return Counter(map(repr, ask(archive, f"SELECT * FROM {name}{where}")))
