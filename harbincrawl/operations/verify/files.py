"""The files of an archive beside its database: long enough, of their own hash, referred to; and what is the user's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from harbincrawl.archive.database.connection import USER, read_archive
from harbincrawl.archive.runs.log import read_files
from harbincrawl.archive.saved import read_counter, read_saved
from harbincrawl.archive.user import read_user
from harbincrawl.errors import DatabaseError
from harbincrawl.files import read_sha256
from harbincrawl.places import measure_place
from harbincrawl.reread.executor import Executor
from harbincrawl.text import count_text

from .findings import OUT_OF_REACH, Findings, Note
from .warc_records import find_places


def check_sizes(folder: Path, connection: sqlite3.Connection, findings: Findings, executor: Executor) -> None:
    """Checks that the archive's WARC files are there and not shorter than captures say; for `--quick`."""
    places = find_places(folder, connection, findings, executor)
    findings.checked["files"] = len(places)
    for name in findings.unreachable:
        (count,) = connection.execute("SELECT count(*) FROM captures WHERE warc = ?", (name,)).fetchone()
        findings.leave("captures", OUT_OF_REACH, count)
    for name, place in places.items():
        size = measure_place(place)
        (last, count) = connection.execute(
            'SELECT max("offset"), count(*) FROM captures WHERE warc = ?'
            " AND id NOT IN (SELECT capture FROM lost_captures)",
            (name,),
        ).fetchone()
        findings.checked["captures"] += count
        if last is not None and last >= size:
            what = f"the file has only {size} bytes"
            findings.report("warc", f"warc/{name} at byte {last}", what)


def check_media(folder: Path, connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks that the file of each picture is there, and is of the hash in its name."""
    named = set()
    for (name,) in connection.execute("SELECT DISTINCT media FROM images WHERE media IS NOT NULL ORDER BY 1"):
        path = folder / "media" / name
        findings.checked["media"] += 1
        named.add(name)
        if "/" in name or not path.is_file():
            findings.report("media", f"media/{name}", "the file is missing")
        elif findings.quick:
            continue
        elif read_sha256(path) != path.stem:
            findings.report("media", f"media/{name}", "its content does not have the hash that is its name")
        else:
            findings.proven["media"] += 1
    for path in sorted((folder / "media").glob("*")):
        if path.name not in named:
            findings.notes.append(Note("leftover", f"media/{path.name}", "no article refers to it"))


def check_leftovers(folder: Path, connection: sqlite3.Connection, findings: Findings, *, held: bool) -> None:
    """Notes files that nothing refers to, or that a killed run left; `held`: a run is writing right now."""
    named = {name for (name,) in connection.execute("SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL")}
    named.update(read_files(connection).values())
    for path in sorted((folder / "warc").glob("*")):
        if path.suffix == ".open":
            if not held:
                said = "left by a killed run; the next crawl completes it"
                findings.notes.append(Note("leftover", f"warc/{path.name}", said))
        elif path.name.endswith((".part", ".tmp")):
            findings.notes.append(Note("leftover", f"warc/{path.name}", "an incomplete file; it can be deleted"))
        elif path.name not in named:
            findings.notes.append(Note("leftover", f"warc/{path.name}", "no capture refers to it"))


def check_user(folder: Path, findings: Findings) -> None:
    """Checks `user.db` of the archive in `folder`."""
    try:
        with read_user(folder) as user:
            searches = read_saved(user)
    except DatabaseError as error:
        findings.report("database", USER, f"{error} Restore it from a backup, or move it away.")
        return
    # Behind that: a command that runs meanwhile moves what it has printed on to the newest change.
    try:
        with read_archive(folder) as connection:
            counter = read_counter(connection)
    except DatabaseError:
        # A damaged database, which is reported already.
        return
    if ahead := [each.name for each in searches if max(each.printed, each.notified) > counter]:
        said = f"{count_text(len(ahead), 'saved search')} ahead of all changes"
        findings.report("database", ", ".join(ahead), f"{said}: remove them with harbincrawl watch remove NAME")
