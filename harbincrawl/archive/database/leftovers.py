"""What killed commands left of an archive: unfinished files, copies, and the journal of a purge that did not end."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from itertools import chain, product
from pathlib import Path

from harbincrawl.archive.schema.tables import upsert
from harbincrawl.files import sync_folder
from harbincrawl.warc.names import find_versions, split_name

_OURS = ("articles.db.new", "articles.db.part", "articles.db.rebuilt", "articles.db.scratch-*", "user.db.part")
"""In the archive's own folder, where other programs may keep files, too."""
_SQLITE = ("", "-journal", "-wal", "-shm")
_ENDINGS = ("part", "new", "tmp")
JOURNAL = "purging"
"""The row of `facts` that stands while a purge is not finished: the files that it still has to delete."""
_NAME = re.compile(r"(?:warc/|media/)[^/\\\"\x00-\x1f]+")


def remove_leftovers(folder: Path) -> None:
    """Deletes the unfinished files and copies of the archive in `folder`. The caller holds the lock. Raises OSError.

    They may hold texts that were purged since.
    """
    names = ("".join(each) for each in product(_OURS, _SQLITE))
    inside = (f"{name}/*.{ending}" for name, ending in product(("warc", "media"), _ENDINGS))
    for pattern in chain(names, inside):
        for path in folder.glob(pattern):
            path.unlink()


def write_journal(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Stores which files (`warc/…`, `media/…`) are to be deleted, in the caller's transaction."""
    upsert(connection, "facts", {"name": JOURNAL, "value": json.dumps(sorted(names))})


def finish_purge(connection: sqlite3.Connection, folder: Path, patience: float = 0.0) -> bool:
    """Finishes a purge that was begun: deletes its files and overwrites deleted rows in the database.

    False if after `patience` seconds another program still reads the old state: then the next writer finishes it. The
    caller holds the lock and has no open transaction.
    """
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (JOURNAL,)).fetchone()
    if row is None:
        return True
    connection.execute("PRAGMA synchronous = FULL")
    # This commit is synced, and with it all commits before it: no power cut brings back rows of deleted files.
    connection.execute("UPDATE facts SET value = value WHERE name = ?", (JOURNAL,))
    for path in _list_files(connection, folder, str(row[0])):
        path.unlink(missing_ok=True)
    for each in (folder, folder / "warc", folder / "media"):
        if each.is_dir():
            sync_folder(each)
    # Until VACUUM and the checkpoint, deleted rows are still in free pages, in unused parts of pages and in the WAL.
    connection.execute("VACUUM")
    done = _empty_log(connection, patience)
    if done:
        connection.execute("DELETE FROM facts WHERE name = ?", (JOURNAL,))
        _empty_log(connection, 0)
    connection.execute("PRAGMA synchronous = NORMAL")
    return done


def _list_files(connection: sqlite3.Connection, folder: Path, journal: str) -> list[Path]:
    """The files to delete: none that a row refers to, and none outside of the archive, whatever the journal says."""
    kept = {f"warc/{name}" for (name,) in connection.execute("SELECT DISTINCT warc FROM captures")}
    kept |= {f"media/{name}" for (name,) in connection.execute("SELECT DISTINCT media FROM images")}
    # Not as JSON: of a torn journal each whole name counts.
    names = {name for name in _NAME.findall(journal) if (folder / name).is_file()}
    # Of a file and its rewritten form one is in use; so the other is known even where the journal is lost.
    stems = {parts[0] for name in kept if (parts := split_name(name.removeprefix("warc/"))) is not None}
    names |= {f"warc/{path.name}" for stem in stems for path in find_versions(folder / "warc", stem).values()}
    return [folder / name for name in sorted(names - kept)]


def _empty_log(connection: sqlite3.Connection, patience: float) -> bool:
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
    is_busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    connection.execute(f"PRAGMA busy_timeout = {before}")
    return not is_busy
