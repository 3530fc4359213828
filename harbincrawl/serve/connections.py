"""Opening the archive for readers, and finding out once whether its rows have to be looked at one by one."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.database.sieve import find_sound
from harbincrawl.errors import HarbincrawlError

from .watch import File, read_file

STEPS = 100_000
"""Steps of SQLite's machine between two looks at the clock: some milliseconds. Each look waits for other threads."""


class Connections:
    """Opens read-only connections to the archive in `folder`; from any thread.

    Tables of strangers are read through a sieve that asks Python about each row: a search costs four times as much by
    it, and holds up the threads that answer others. So all rows are read once, behind the first question. Where none is
    left out, the table is read as it is from then on: what changes it later is our own crawl, or it is another file,
    which is looked at anew.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._file: File | None = None
        self._sound: list[str] = []
        """Of that file."""
        self._is_stopped = threading.Event()
        self._looking = ThreadPoolExecutor(1, "sieve")

    def open(self, is_over: Callable[[], bool] = lambda: False) -> sqlite3.Connection:
        """A connection whose statements end where `is_over`, or all are stopped. Raises as `open_reader`."""
        connection = open_reader(self.folder)
        connection.set_progress_handler(lambda: self._is_stopped.is_set() or is_over(), STEPS)
        return connection

    def look(self, file: File) -> list[str]:
        """The tables of `file`, the archive's now, that are known to need no sieve; the others are being looked at."""
        with self._lock:
            if file != self._file:
                self._file, self._sound = file, []
                with suppress(RuntimeError):  # it is being stopped
                    self._looking.submit(self._find_sound, file)
            return self._sound

    def stop(self) -> None:
        """Ends all statements within some milliseconds."""
        self._is_stopped.set()
        self._looking.shutdown(wait=False, cancel_futures=True)

    def _find_sound(self, file: File) -> None:
        with suppress(HarbincrawlError, sqlite3.Error, OSError), closing(self.open()) as connection:
            sound = find_sound(connection)
            # A file that was put in its place meanwhile may be the one that was read.
            with self._lock:
                if file == self._file == read_file(self.folder):
                    self._sound = sound
