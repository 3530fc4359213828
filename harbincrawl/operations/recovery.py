"""After a power cut: a database that does not stand at the end of its log is projected from it once more."""

from __future__ import annotations

import json
import shlex
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, open_writer, raise_typed_os
from harbincrawl.archive.decisions import EVENT
from harbincrawl.archive.places import list_places
from harbincrawl.archive.runs.log import POSITION, RECOVERED, REMOVED, RunLog, read_files, read_head
from harbincrawl.errors import BucketError, DatabaseError
from harbincrawl.evidence import WARC_FOLDER
from harbincrawl.reread.executor import open_executor
from harbincrawl.text import count_text
from harbincrawl.warc.inventory import RecordSummary, list_records
from harbincrawl.warc.log import SEAL, LogHead, list_files
from harbincrawl.warc.salvage import list_open

from .rebuild import project_log


def recover_archive(folder: Path) -> str | None:
    """As `recover`, with the lock held meanwhile. Raises HeldError, too."""
    if not (folder / FILE).is_file():
        return None
    with lock.hold(folder, "recover"):
        return recover(folder)


def recover(folder: Path) -> str | None:
    """Projects the log of the archive in `folder` where its database has lost transactions; the caller holds the lock.

    First what a power cut left of a record behind the last seal, or behind what the database has, is cut off. A line of
    what was done; None where log and database agree. Where anything before that place is damaged, missing or in a
    bucket out of reach nothing is changed: raises DatabaseError with the names of that, NoSpaceError, WarcError.
    """
    files = folder / WARC_FOLDER
    if not (folder / FILE).is_file() or not files.is_dir():
        return None
    with closing(open_writer(folder)) as connection:
        position = read_head(connection, POSITION)
        _check_position(connection, files, position)
        is_rewritten = _has_rewritten(connection, files)
    opened = list(list_open(files, position))
    cut = {each.path: each.kept_bytes for each in opened}
    tail = [
        record
        for number, path in list_files(files).items()
        if number >= position.file
        for record in list_records(path, position.end if number == position.file else 0, cut.get(path, sys.maxsize))
        if isinstance(record, RecordSummary) and record.ordinal is not None and record.ordinal > position.ordinal
    ]
    # A purge that has deleted no file yet may not have been committed: it is given again.
    if not _has_told(tail) or (_is_purge(tail) and not is_rewritten):
        return None
    try:
        with open_executor(None) as executor:
            done = project_log(folder, executor, lambda *_: None, known=position)
    except BucketError as error:
        raise DatabaseError(_refuse(folder, [str(error)])) from error
    if not done.is_placed:
        raise DatabaseError(_refuse(folder, done.unread))
    lost = {each.file: [each.kept_bytes, each.size] for each in opened if each.lost_bytes}
    try:
        with (
            closing(open_writer(folder)) as connection,
            closing(RunLog(folder, connection, "recover")) as log,
            log.transaction(),
        ):
            log.write_event(RECOVERED, {"after": position.ordinal, "cut": lost})
    except OSError as error:
        raise_typed_os(error, files)
    return f"{folder / FILE} had lost {count_text(len(tail), 'record')} of its log, and was made from it anew"


def _check_position(connection: sqlite3.Connection, files: Path, position: LogHead) -> None:
    """Raises DatabaseError where the file in which the database's last record stands ends before it, or is gone."""
    name = read_files(connection).get(position.file)
    path = list_files(files).get(position.file)
    if name is None or (path is None and name in list_places(connection)):
        return
    if path is None or path.stat().st_size < position.end:
        lost = "the file is missing" if path is None else f"it ends before byte {position.end}"
        raise DatabaseError(_refuse(files.parent, [f"warc/{name}: {lost}"]))


def _has_rewritten(connection: sqlite3.Connection, files: Path) -> bool:
    """Whether a file that the database names was deleted for its rewritten form, as a purge does behind its commit."""
    there = {path.name.removesuffix(".open") for path in files.iterdir()} | list_places(connection).keys()
    return any(name not in there and number in list_files(files) for number, name in read_files(connection).items())


def _has_told(tail: list[RecordSummary]) -> bool:
    """Whether a transaction was told to its end that no later one says is void."""
    told: list[int] = []
    for record in tail:
        if record.text is None or record.ordinal is None:
            continue
        values = json.loads(record.text)
        if record.event == SEAL or (record.event == EVENT and not values.get("more")):
            told.append(record.ordinal)
        elif record.event == "void":
            told = [ordinal for ordinal in told if not values["first"] <= ordinal <= values["last"]]
    return bool(told)


def _is_purge(tail: list[RecordSummary]) -> bool:
    """Whether a purge told of itself."""
    rows = [json.loads(record.text).get("rows", {}) for record in tail if record.event == EVENT and record.text]
    told = any("purged" in each or any("purge" in row for row in each.get("runs", ())) for each in rows)
    return told or any(record.event == REMOVED for record in tail)


def _refuse(folder: Path, lost: list[str]) -> str:
    named = f"harbincrawl --archive {shlex.quote(str(folder))} rebuild"
    return (
        f"{folder / FILE} does not stand at the end of its log, and that cannot be read ({'; '.join(lost)}):"
        f" restore the WARC files from a backup, or `{named} --give-up` leaves out what no record says any more."
    )
