"""What is made part by part while it is sent: a thread and a state of the archive of its own for each download."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from .connections import Connections


class Stream:
    """The parts of a download, made one by one as they are asked for, all in one state of the archive."""

    def __init__(self, connections: Connections, write: Callable[[sqlite3.Connection], Iterator[bytes]]) -> None:
        self._connections = connections
        self._write = write
        self._thread = ThreadPoolExecutor(1, "download")
        self._connection: sqlite3.Connection | None = None
        self._parts: Iterator[bytes] | None = None
        self._is_begun = False

    async def next_part(self) -> bytes | None:
        """The next part; None: it was the last."""
        self._is_begun = True
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._make_part)

    def _make_part(self) -> bytes | None:
        if self._parts is None:
            self._connection = self._connections.open()
            self._connection.execute("BEGIN")
            self._parts = iter(self._write(self._connection))
        return next(self._parts, None)

    def close(self) -> None:
        """Ends it; its connection is closed by its thread."""
        if self._is_begun:
            with suppress(RuntimeError):
                self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        if self._connection is not None:
            self._parts = None
            self._connection.close()
