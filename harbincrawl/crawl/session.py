"""What is open while a run lasts: the archive's lock, its database and its WARC."""

from __future__ import annotations

import math
import platform
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, open_writer, raise_typed, raise_typed_os
from harbincrawl.archive.origin import remember_origin
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.runs.log import FOLDER, RunLog, open_log
from harbincrawl.pages import parser_of
from harbincrawl.version import __version__
from harbincrawl.warc.log import list_files

from .options import Options


@dataclass(frozen=True)
class Session:
    """The open archive of a run that has begun. `close` lets it go, whatever became of the run."""

    run: int
    connection: sqlite3.Connection
    log: RunLog
    stack: ExitStack

    def close(self) -> None:
        """Closes the database and gives the lock back."""
        self.stack.close()


def open_session(options: Options) -> Session:
    """Takes the archive and begins a run. Raises HeldError, DatabaseError, NoSpaceError, OriginError or WarcError."""
    stack = ExitStack()
    try:
        words = "crawl " + " ".join(options.chosen_sections)
        stack.enter_context(lock.hold(options.archive, words, math.inf if options.wait else lock.PATIENCE))
        connection = open_writer(options.archive)
        stack.callback(connection.close)
        try:
            remember_origin(connection, options.archive, options.site, options.site_url or options.site.base)
            log = open_log(options.archive, connection, "crawl", max_bytes=options.warc_max_bytes)
            now, versions = datetime.now(UTC), _read_versions(options)
            run = runs.start_run(connection, log, "crawl", now, options.arguments(), versions)
        except sqlite3.Error as error:
            raise_typed(error, options.archive / FILE)
        except OSError as error:
            raise_typed_os(error, options.archive / FOLDER)
        return Session(run, connection, log, stack)
    except BaseException:
        stack.close()
        raise


def list_missing(archive: Path) -> list[Path]:
    """The folders that have to be made for an archive, its own first."""
    return [folder for folder in (archive, *archive.parents) if not folder.exists()]


def remove_new(folders: Sequence[Path]) -> None:
    """Removes an archive that nothing was stored in, with `folders` that were made for it; another's files stay."""
    if folders:
        files = folders[0] / FOLDER
        for path in list_files(files).values():
            path.unlink()
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm", lock.FILE):
            (folders[0] / name).unlink(missing_ok=True)
        with suppress(OSError):
            for folder in (files, *folders):
                folder.rmdir()


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
