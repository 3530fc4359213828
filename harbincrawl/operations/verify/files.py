"""The files of an archive beside its database and its log: pictures, what nothing refers to, and what is the user's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from harbincrawl.archive.database.connection import USER
from harbincrawl.archive.runs.log import read_files
from harbincrawl.archive.saved import read_saved
from harbincrawl.archive.user import read_user
from harbincrawl.errors import DatabaseError
from harbincrawl.files import read_sha256

from .findings import Findings, Note


def check_media(folder: Path, connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks that the file of each picture is there, and is of the hash in its name."""
    for (name,) in connection.execute("SELECT DISTINCT media FROM images WHERE media IS NOT NULL ORDER BY 1"):
        path = folder / "media" / name
        findings.checked["media"] += 1
        if "/" in name or not path.is_file():
            findings.report("media", f"media/{name}", "the file is missing")
        elif findings.quick:
            continue
        elif read_sha256(path) != path.stem:
            findings.report("media", f"media/{name}", "its content does not have the hash that is its name")
        else:
            findings.proven["media"] += 1


def note_leftovers(folder: Path, connection: sqlite3.Connection, findings: Findings, *, held: bool) -> None:
    """Notes files that nothing refers to, or that a killed run left; `held`: a run is writing right now."""
    named = {f"warc/{name}" for name in read_files(connection).values()}
    for kind, table, column in (("warc", "captures", "warc"), ("media", "images", "media")):
        named.update(f"{kind}/{name}" for (name,) in connection.execute(f"SELECT DISTINCT {column} FROM {table}"))
    for path in sorted((*(folder / "warc").glob("*"), *(folder / "media").glob("*"))):
        name = f"{path.parent.name}/{path.name}"
        if path.suffix == ".open":
            if not held:
                findings.notes.append(Note("leftover", name, "left by a killed run; the next crawl completes it"))
        elif name not in named:
            findings.notes.append(Note("leftover", name, "nothing in the archive refers to it"))


def check_user(folder: Path, findings: Findings) -> None:
    """Checks that `user.db` of the archive in `folder` can be read."""
    try:
        with read_user(folder) as user:
            read_saved(user)
    except DatabaseError as error:
        findings.report("database", USER, f"{error} Restore it from a backup, or move it away.")
