"""Opening the archive for readers, whose statements end at a deadline or when the server stops."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from harbincrawl.archive.database.connection import open_reader

STEPS = 100_000
"""Steps of SQLite's machine between two looks at the clock: some milliseconds. Each look waits for other threads."""


class Connections:
    """Opens read-only connections to the archive in `folder`; from any thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._is_stopped = threading.Event()

    def open(self, is_over: Callable[[], bool] = lambda: False) -> sqlite3.Connection:
        """A connection whose statements end where `is_over`, or all are stopped. Raises as `open_reader`."""
        connection = open_reader(self.folder)
        connection.set_progress_handler(lambda: self._is_stopped.is_set() or is_over(), STEPS)
        return connection

    def stop(self) -> None:
        """Ends all statements within some milliseconds."""
        self._is_stopped.set()
