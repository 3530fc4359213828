"""The time stamps of seals (`timestamps`): tokens by which authorities say when a seal existed."""

from __future__ import annotations

import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

_COLUMNS = "t.run, r.seal, t.authority, t.at, t.token"
_JOINED = "timestamps AS t JOIN runs AS r ON r.run = t.run AND r.seal IS NOT NULL"


class StoredStamp(NamedTuple):
    """A row of `timestamps`."""

    run: int
    """The run that ended with the seal."""
    seal: str
    authority: str
    """The address that was asked."""
    at: str
    """When the seal existed, by the token: UTC, RFC 3339, to the second."""
    text: str
    """The authority's answer (DER, TimeStampResp) in base64."""

    @property
    def token(self) -> bytes:
        """The authority's answer, as a .tsr file has it. Raises ValueError for a text that is no base64."""
        return b64decode(self.text, validate=True)

    def as_object(self) -> dict[str, Any]:
        """For JSON."""
        return {"run": self.run, "seal": self.seal, "authority": self.authority, "at": self.at, "token": self.text}


def make_stamp(run: int, seal: str, authority: str, at: str, token: bytes) -> StoredStamp:
    """The row of a token."""
    return StoredStamp(run, seal, authority, at, b64encode(token).decode())


def put_stamps(connection: sqlite3.Connection, stamps: Iterable[StoredStamp]) -> None:
    """Stores time stamps, in the caller's transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO timestamps(run, authority, at, token) VALUES (?, ?, ?, ?)",
        ((each.run, each.authority, each.at, each.text) for each in stamps),
    )


def list_stamps(connection: sqlite3.Connection) -> Iterator[StoredStamp]:
    """All time stamps, the oldest seal first; those of one seal by the addresses of their authorities."""
    for row in connection.execute(f"SELECT {_COLUMNS} FROM {_JOINED} ORDER BY t.run, t.authority"):
        yield StoredStamp(*row)


def find_stamp(connection: sqlite3.Connection, run: int) -> StoredStamp | None:
    """The first time stamp of the seal of `run`, or of a later one, which covers it; None while there is none."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM {_JOINED} WHERE t.run >= ? ORDER BY t.run, t.at, t.authority LIMIT 1", (run,)
    ).fetchone()
    return StoredStamp(*row) if row else None


def read_last_stamp(connection: sqlite3.Connection) -> StoredStamp | None:
    """The first time stamp of the newest seal that has one; None where none has."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM {_JOINED} ORDER BY t.run DESC, t.at, t.authority LIMIT 1"
    ).fetchone()
    return StoredStamp(*row) if row else None


def count_unstamped(connection: sqlite3.Connection) -> int:
    """How many seals are newer than the newest that has a time stamp."""
    (count,) = connection.execute(
        "SELECT count(*) FROM runs WHERE seal IS NOT NULL AND run > (SELECT coalesce(max(run), 0) FROM timestamps)"
    ).fetchone()
    return int(count)


def list_authorities(connection: sqlite3.Connection, run: int) -> set[str]:
    """The addresses of the authorities that have stamped the seal of `run`."""
    return {authority for (authority,) in connection.execute("SELECT authority FROM timestamps WHERE run = ?", (run,))}
