"""Closed WARC files moved into a bucket: uploaded, read back and checked, said in the database, and only then deleted.

Each step rests on the one before it, which is on disk by then: killed between any two, nothing is lost, and the next
offload goes on where this one ended. Objects are named before a row speaks of them, so that a killed command leaves
none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.places import list_places, put_place, read_loose, write_loose
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.archive.runs.seals import read_id
from harbincrawl.archive.runs.table import start_run
from harbincrawl.buckets import (
    delete_object,
    get_file,
    hash_object,
    join_address,
    measure_object,
    put_file,
    split_address,
)
from harbincrawl.errors import BucketError, ExitCode, FileMissingError, WarcError
from harbincrawl.evidence import WARC_FOLDER
from harbincrawl.files import read_sha256, replace_synced, sync_folder
from harbincrawl.places import BucketFile
from harbincrawl.reread.spans import Progress
from harbincrawl.stamps.runs import end_run
from harbincrawl.version import __version__


def holds(address: str, size: int, sha256: str) -> bool | None:
    """Whether every byte of an object is as it should be; None where there is none. Raises BucketError."""
    try:
        return measure_object(address) == size and hash_object(address, size) == sha256
    except FileMissingError:
        return None


def mark_loose(connection: sqlite3.Connection, addresses: Iterable[str]) -> None:
    """Commits that objects of which no row speaks yet may be at these addresses."""
    connection.execute("BEGIN IMMEDIATE")
    write_loose(connection, read_loose(connection).union(addresses))
    connection.execute("COMMIT")


def delete_loose(connection: sqlite3.Connection) -> dict[str, str]:
    """Deletes the objects that no row speaks of; returns those that stay, each with the reason and what to do."""
    left: dict[str, str] = {}
    if not (loose := read_loose(connection)):
        return left
    for address in sorted(loose):
        try:
            delete_object(address)
        except BucketError as error:
            left[address] = f"{error} The next harbincrawl offload deletes it, or: aws s3 rm {address}"
    connection.execute("BEGIN IMMEDIATE")
    write_loose(connection, left)
    connection.execute("COMMIT")
    return left


def bring_back(address: str, path: Path) -> Path:
    """Downloads an object to the file that it stands for, whatever its bytes are; returns its path.

    Raises WarcError, BucketError, OSError.
    """
    # Not `.warc.gz.part`: nobody shall take it for a file of the archive.
    part = path.with_suffix("").with_suffix(".part")
    try:
        with replace_synced(part, path):
            path.parent.mkdir(exist_ok=True)
            get_file(address, measure_object(address), part)
    except FileMissingError as error:
        raise WarcError(path.name, None, f"there is no object {address}") from error
    return path


def replace_places(connection: sqlite3.Connection, placed: Mapping[str, BucketFile | None]) -> None:
    """Puts other places in the place of those of the files, by their names so far; None: it is in no bucket any more.

    Their objects so far are loose now. It is part of the caller's transaction.
    """
    old = {one.address for name, one in list_places(connection).items() if name in placed}
    loose = read_loose(connection)
    for name, one in placed.items():
        if one is None:
            connection.execute("DELETE FROM main.places WHERE file = ?", (name,))
        else:
            put_place(connection, one)
    write_loose(connection, (loose | old) - {one.address for one in placed.values() if one is not None})


@dataclass
class Offloaded:
    """What an offload did."""

    prefix: str
    """The folder of this archive in the bucket."""
    files: list[str] = field(default_factory=list)
    """Names of the files that are in the bucket now, and were here."""
    bytes: int = 0
    left: dict[str, str] = field(default_factory=dict)
    """Addresses of objects that no row speaks of and that could not be deleted, each with the reason."""

    @property
    def exit_code(self) -> ExitCode:
        """AMISS if an object could not be deleted."""
        return ExitCode.AMISS if self.left else ExitCode.DONE

    def as_dict(self) -> dict[str, Any]:
        """For --json, and for the row of the run."""
        return {"to": self.prefix, "files": self.files, "bytes": self.bytes, "left": self.left}


def offload(folder: Path, prefix: str, *, progress: Progress) -> Offloaded:
    """Moves the closed WARC files of the archive in `folder` to `prefix`/ARCHIVE-ID/NAME.

    Raises NoArchiveError, HeldError, DatabaseError, NoSpaceError, WarcError, BucketError, OptionsError,
    MissingExtraError.
    """
    split_address(prefix)
    with closing(open_reader(folder)) as reader:
        prefix = join_address(prefix, read_id(reader))
    done = Offloaded(prefix)
    with ExitStack() as stack:
        connection = stack.enter_context(lock.write_archive(folder, "offload"))
        # Each commit is on disk before the file that it speaks of is deleted.
        connection.execute("PRAGMA synchronous = FULL")
        log = stack.enter_context(closing(RunLog(folder, connection, "offload")))
        # What only tells of runs is small and stays: else every offload would leave a file for the next one.
        answering = {name for (name,) in connection.execute("SELECT DISTINCT warc FROM captures")}
        paths = sorted(path for path in (folder / WARC_FOLDER).glob("*.warc.gz") if path.name in answering)
        total = sum(path.stat().st_size for path in paths)
        if not paths and not read_loose(connection):
            return done
        now, versions = datetime.now(UTC), {"harbincrawl": __version__}
        run = start_run(log, "offload", now, {"to": prefix}, versions)
        for path in paths:
            progress(done.bytes, total, path.name)
            size = path.stat().st_size
            _move(log, path, size, prefix)
            done.files.append(path.name)
            done.bytes += size
        done.left = delete_loose(connection)
        end_run(log, run, "complete", done.exit_code, done.as_dict())
    return done


def _move(log: RunLog, path: Path, size: int, prefix: str) -> None:
    connection, sha256 = log.connection, read_sha256(path)
    row = list_places(connection).get(path.name)
    # An offload that was killed after its commit left the file: the object is proved once more before it goes.
    is_uploaded = row is not None and (row.size, row.sha256) == (size, sha256) and holds(row.address, size, sha256)
    if not is_uploaded:
        address = join_address(prefix, path.name)
        if not (is_held := holds(address, size, sha256)):
            own = read_loose(connection) | ({row.address} if row else set())
            if address not in own and is_held is not None:
                raise BucketError(f"{address} has other bytes than the file here: name another folder of the bucket.")
            mark_loose(connection, [address])
            put_file(path, address)
        with log.transaction():
            replace_places(connection, {path.name: BucketFile(address, path.name, size, sha256)})
    # A row says now that it is in the bucket.
    path.unlink()
    sync_folder(path.parent)
