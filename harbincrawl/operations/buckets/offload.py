"""Moving closed WARC files into a bucket: uploaded, read back and checked, said in the database, and only then deleted.

Each step rests on the one before it, which is on disk by then: killed between any two, nothing is lost, and the next
offload goes on where this one ended.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import open_reader, raise_typed_os
from harbincrawl.archive.places import PlacedFile, list_places, read_loose
from harbincrawl.archive.runs.log import RunLog, open_log
from harbincrawl.archive.runs.seals import read_id
from harbincrawl.archive.runs.table import start_run
from harbincrawl.buckets import join_address, put_file, split_address
from harbincrawl.errors import BucketError, ExitCode
from harbincrawl.evidence import WARC_FOLDER
from harbincrawl.files import read_sha256
from harbincrawl.stamps.runs import end_run
from harbincrawl.version import __version__

from .objects import delete_local, delete_loose, holds, is_there, mark_loose, replace_places

Progress = Callable[[int, int, str], None]
"""Gets (bytes done, total, the file that is moved)."""


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
        try:
            # Each commit is on disk before the file that it speaks of is deleted.
            connection.execute("PRAGMA synchronous = FULL")
            log = stack.enter_context(closing(open_log(folder, connection, "offload")))
            # What only tells of runs is small and stays: else every offload would leave a file for the next one.
            answering = {name for (name,) in connection.execute("SELECT DISTINCT warc FROM captures")}
            paths = sorted(path for path in (folder / WARC_FOLDER).glob("*.warc.gz") if path.name in answering)
            total = sum(path.stat().st_size for path in paths)
            if not paths and not read_loose(connection):
                return done
            now, versions = datetime.now(UTC), {"harbincrawl": __version__}
            run = start_run(connection, log, "offload", now, {"to": prefix}, versions)
            for path in paths:
                progress(done.bytes, total, path.name)
                size = path.stat().st_size
                _move(connection, log, path, size, prefix)
                done.files.append(path.name)
                done.bytes += size
            done.left = delete_loose(connection)
            end_run(folder, connection, log, run, "complete", done.exit_code, done.as_dict())
        except OSError as error:
            raise_typed_os(error, folder / WARC_FOLDER)
    return done


def _move(connection: sqlite3.Connection, log: RunLog, path: Path, size: int, prefix: str) -> None:
    sha256 = read_sha256(path)
    row = next((placed for placed in list_places(connection) if placed.file == path.name), None)
    # An offload that was killed after its commit left the file: the object is proved once more before it goes.
    is_uploaded = row is not None and (row.size, row.sha256) == (size, sha256) and holds(row.address, size, sha256)
    if not is_uploaded:
        address = join_address(prefix, path.name)
        if not holds(address, size, sha256):
            own = read_loose(connection) | ({row.address} if row else set())
            if address not in own and is_there(address):
                raise BucketError(f"{address} has other bytes than the file here: name another folder of the bucket.")
            mark_loose(connection, [address])
            put_file(path, address)
        with log.transaction():
            replace_places(connection, {path.name: PlacedFile(path.name, address, sha256, size)})
    delete_local(path)
