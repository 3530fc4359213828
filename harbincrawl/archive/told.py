"""Positions of saved searches that were told while another command may have held the archive: the file `watch.told`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from harbincrawl.errors import DatabaseError, HeldError, NoSpaceError
from harbincrawl.files import open_part
from harbincrawl.search.saved import SavedSearch, read_counter, read_saved

from .database.connection import open_writer, raise_typed_os
from .database.lock import hold, take_lock
from .saved import PATIENCE, move_position

FILE = "watch.told"
"""A line `NAME CHANGE` for each search of a `watch run` whose output was whole; usually empty.

What a power cut left of a line does not matter: the next one begins with a line break.
"""


class ToldFile(NamedTuple):
    """The open file, which nobody else writes meanwhile."""

    folder: Path
    handle: int

    def add(self, names: Sequence[str], change: int) -> None:
        """Notes that all up to `change` was told: one call, which `kill -9` cannot cut and no other command delays."""
        try:
            os.write(self.handle, "".join(f"\n{name} {change}\n" for name in names).encode())
        except OSError as error:
            raise_typed_os(error, self.folder / FILE)

    def settle(self) -> None:
        """Moves what the file holds into the database; while another command holds it, the file keeps it."""
        with suppress(HeldError, DatabaseError, NoSpaceError, sqlite3.Error):
            os.fsync(self.handle)
            positions = _parse(os.pread(self.handle, os.fstat(self.handle).st_size, 0))
            if positions:
                with hold(self.folder, "watch run"), closing(open_writer(self.folder)) as connection:
                    _move(connection, positions)
                os.ftruncate(self.handle, 0)


@contextmanager
def hold_told(folder: Path) -> Iterator[ToldFile]:
    """Holds the file of the archive in `folder`: one command tells at a time, beside whatever writes to the archive.

    Raises HeldError if another one tells for longer than PATIENCE, DatabaseError if the folder cannot be written,
    NoSpaceError.
    """
    path = folder / FILE
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise_typed_os(error, path)
    try:
        if not take_lock(handle, path, PATIENCE):
            raise HeldError(f"another `watch run` prints what is new in {folder}: wait for it to end.")
        yield ToldFile(folder, handle)
    finally:
        os.close(handle)


def read_told(folder: Path) -> dict[str, int]:
    """By name, up to which change a search was told, for what the database does not know yet. Read it before that."""
    try:
        with open_part(folder / FILE) as stream:
            return _parse(stream.read())
    except OSError:
        return {}


def overlay_told(
    connection: sqlite3.Connection, searches: Sequence[SavedSearch], told: Mapping[str, int]
) -> list[SavedSearch]:
    """The searches with the positions of the file, where these are later; those of a later archive do not count."""
    counter = read_counter(connection)
    positions = {name: change for name, change in told.items() if change <= counter}
    return [saved._replace(printed=max(saved.printed, positions.get(saved.name, saved.printed))) for saved in searches]


def _move(connection: sqlite3.Connection, positions: Mapping[str, int]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for saved in overlay_told(connection, read_saved(connection), positions):
        move_position(connection, saved.name, "printed", saved.printed)
    connection.execute("COMMIT")


def _parse(data: bytes) -> dict[str, int]:
    """Later lines of a name replace earlier ones; what is no whole line is none."""
    found: dict[str, int] = {}
    for line in data.decode("utf-8", "replace").split("\n")[:-1]:
        name, _, change = line.rpartition(" ")
        if name and change.isascii() and change.isdecimal() and len(change) < 19:
            found[name] = int(change)
    return found
