"""Has the archive changed? Asked for each request, and answered in a few microseconds."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from harbincrawl.archive.database.connection import FILE, USER, open_reader
from harbincrawl.search.days import find_today

PATIENCE = 1.0
"""Seconds behind a change of the archive in which further ones may wait to be seen: a crawl commits often."""
File = tuple[int, int]
"""Device and number of a file: another one where the archive was replaced, by a restore for example."""
_REMOVED = "SELECT (SELECT count(*) FROM purged), (SELECT count(ended) FROM runs WHERE kind = 'purge')"
"""Changes whenever anything is taken down."""


class Watch:
    """Tells in a few microseconds whether the archive has changed; used by one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection: sqlite3.Connection | None = None
        self._seen: tuple[object, ...] = ()
        self._state = 0
        self._urgent: tuple[object, ...] = ()
        """What is never kept a moment longer: which file it is, the user's own, the day, what was removed."""
        self._patient = 0.0
        """Until when, by `now`, other changes may wait."""

    def read_state(self, now: float) -> int:
        """A number that is another one after each commit, where the file was replaced, and on another day.

        A search may ask for `7d`. `now` are seconds of a clock that only goes on. A change is seen at once, others that
        follow it within PATIENCE together at its end: pages need not be made anew for each of a crawl's commits. What
        was taken down is gone at once in any case.

        Raises OSError, sqlite3.Error, HarbincrawlError.
        """
        file = read_file(self._folder)
        if self._connection is None or self._seen[:2] != file:
            if self._connection is not None:
                self._connection.close()
            self._connection = open_reader(self._folder)
        version = self._connection.execute("PRAGMA data_version").fetchone()
        seen = (*file, *version, (_read_stamp(self._folder / USER), find_today()))
        if seen == self._seen:
            return self._state
        urgent = (*file, seen[-1], *self._connection.execute(_REMOVED).fetchone())
        if now >= self._patient or urgent != self._urgent:
            self._seen, self._urgent, self._patient = seen, urgent, now + PATIENCE
            self._state += 1
        return self._state

    def close(self) -> None:
        """Closes its connection."""
        if self._connection is not None:
            self._connection.close()


def read_file(folder: Path) -> File:
    """Which file the archive in `folder` is now. Raises OSError."""
    state = os.stat(folder / FILE)  # noqa: PTH116 - a hundred times a second, and `Path.stat` takes twice as long
    return state.st_dev, state.st_ino


def _read_stamp(path: Path) -> tuple[int, ...]:
    """Another one whenever a file is changed; empty where there is none."""
    try:
        state = os.stat(path)  # noqa: PTH116 - as above
    except FileNotFoundError:
        return ()
    return state.st_ino, state.st_size, state.st_mtime_ns
