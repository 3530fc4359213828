"""What is open while a run lasts: the archive's lock, its database and its WARC."""

from __future__ import annotations

import math
import platform
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from harbincrawl.archive import captures
from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, open_writer, raise_typed, raise_typed_os
from harbincrawl.archive.origin import remember_origin
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.runs.seals import Seal, describe_seal
from harbincrawl.errors import WarcError
from harbincrawl.evidence import find_elsewhere
from harbincrawl.pages import parser_of
from harbincrawl.version import __version__
from harbincrawl.warc.salvage import Salvaged, salvage
from harbincrawl.warc.writing.blocks import RecordPlace
from harbincrawl.warc.writing.writer import WarcWriter

from .options import Options


@dataclass(frozen=True)
class Session:
    """The open archive of a run that has begun. `close` lets it go, whatever became of the run."""

    run: int
    connection: sqlite3.Connection
    warc: WarcWriter
    salvaged: tuple[Salvaged, ...]
    """WARC files that a killed run left open, mended."""
    stack: ExitStack

    def sync(self) -> None:
        """Puts the evidence on disk, before rows that point at it are committed."""
        self.warc.sync()

    def keep_seal(self, seal: Seal) -> None:
        """Writes the run's seal into its WARC; the database keeps it in any case."""
        with suppress(WarcError):
            self.warc.write_note(describe_seal(seal))
            self.warc.sync()

    def close_warc(self) -> None:
        """Gives the last WARC file its final name. Raises WarcError, NoSpaceError."""
        self.warc.close()

    def close(self) -> None:
        """Closes the database and gives the lock back."""
        self.stack.close()


def open_session(options: Options) -> Session:
    """Takes the archive and begins a run. Raises HeldError, DatabaseError, NoSpaceError or OriginError."""
    stack = ExitStack()
    try:
        words = "crawl " + " ".join(options.chosen_sections)
        stack.enter_context(lock.hold(options.archive, words, math.inf if options.wait else lock.PATIENCE))
        connection = open_writer(options.archive)
        stack.callback(connection.close)
        try:
            remember_origin(connection, options.archive, options.site, options.site_url or options.site.base)
            run = runs.start_run(connection, "crawl", datetime.now(UTC), options.arguments(), _read_versions(options))
        except sqlite3.Error as error:
            raise_typed(error, options.archive / FILE)
        try:
            salvaged = tuple(salvage(options.archive / "warc", partial(captures.find_last_place, connection)))
            warc = _open_warc(options, connection)
        except OSError as error:
            raise_typed_os(error, options.archive / "warc")
        return Session(run, connection, warc, salvaged, stack)
    except BaseException:
        stack.close()
        raise


def list_missing(archive: Path) -> list[Path]:
    """The folders that have to be made for an archive, its own first."""
    return [folder for folder in (archive, *archive.parents) if not folder.exists()]


def remove_new(folders: Sequence[Path]) -> None:
    """Removes an archive that nothing was stored in, with `folders` that were made for it; another's files stay."""
    if folders:
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm", lock.FILE):
            (folders[0] / name).unlink(missing_ok=True)
        with suppress(OSError):
            for folder in folders:
                folder.rmdir()


def _open_warc(options: Options, connection: sqlite3.Connection) -> WarcWriter:
    def find_original(digest: str) -> RecordPlace | None:
        place = captures.find_original(connection, digest)
        return RecordPlace(*place) if place else None

    return WarcWriter(
        options.archive / "warc",
        info={"software": f"harbincrawl/{__version__}", "format": "WARC File Format 1.1"},
        now=lambda: datetime.now(UTC),
        find_original=find_original,
        elsewhere=find_elsewhere(options.archive),
        max_bytes=options.warc_max_bytes,
    )


def _read_versions(options: Options) -> dict[str, str]:
    """What the run was made with, for its row."""
    import scrapy

    return {
        "harbincrawl": __version__,
        "parser": parser_of(options.site),
        "python": platform.python_version(),
        "scrapy": scrapy.__version__,
        "sqlite": sqlite3.sqlite_version,
    }
