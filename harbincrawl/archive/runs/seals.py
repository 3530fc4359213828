"""Seals: a hash chain over the log, with which later changes of it can be detected; and their time stamps.

The seal of a run is the root of a tree (RFC 6962, section 2.1). Its first entry is the seal before as 64 hexadecimal
digits in ASCII, for the first seal the id of the archive; each further one is the digest of a record of the log, from
the record of the seal before up to the end of the run, whatever run wrote it. All rows of the database are told in the
log, or read from its answers, so a seal covers them, too. A killed run is sealed by the next one that ends.
"""

from __future__ import annotations

import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from itertools import chain
from typing import Any, NamedTuple

FORM = 1
"""Version of the seal format."""
_LEAF, _NODE = b"\0", b"\1"
DIGEST_SIZE = 32
"""Bytes of the digest of a record."""
_JOINED = "timestamps AS t JOIN runs AS r ON r.run = t.run AND r.seal IS NOT NULL"


def read_id(connection: sqlite3.Connection) -> str:
    """The id of the archive; empty if a damaged database has none."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'id'").fetchone()
    return str(row[0]) if row else ""


def hash_log(previous: str, digests: Iterable[bytes]) -> str:
    """The seal over the seal before and the records of the log since then, in hexadecimal digits."""
    return hash_tree(chain((previous.encode(),), digests)).hex()


def hash_tree(entries: Iterable[bytes]) -> bytes:
    """The root of the tree over `entries` (RFC 6962, section 2.1); that of none is the sha256 of nothing."""
    level = [sha256(_LEAF + entry).digest() for entry in entries]
    while len(level) > 1:
        level = _join_pairs(level)
    return level[0] if level else sha256().digest()


def _join_pairs(level: list[bytes]) -> list[bytes]:
    """The next level of a tree: the last one of an odd number stands alone until a tree of its size is beside it."""
    pairs = (sha256(_NODE + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2))
    return [*pairs, *level[len(level) // 2 * 2 :]]


def find_paths(entries: Iterable[bytes], indexes: Collection[int]) -> dict[int, list[str]]:
    """What leads from entries of a tree to its root (RFC 6962, section 2.1.1), by their places among `entries`.

    Each step is the root of a subtree in hexadecimal digits, behind `L` or `R` for the side on which it stands.
    """
    level = [sha256(_LEAF + entry).digest() for entry in entries]
    places = {index: index for index in indexes}
    paths: dict[int, list[str]] = {index: [] for index in indexes}
    while len(level) > 1:
        for index, place in places.items():
            if place % 2:
                paths[index].append(f"L{level[place - 1].hex()}")
            elif place + 1 < len(level):
                paths[index].append(f"R{level[place + 1].hex()}")
            places[index] = place // 2
        level = _join_pairs(level)
    return paths


def read_last_seal(connection: sqlite3.Connection) -> str | None:
    """The newest seal; None before the first run has ended."""
    row = connection.execute("SELECT seal FROM runs WHERE seal IS NOT NULL ORDER BY run DESC LIMIT 1").fetchone()
    return str(row[0]) if row else None


def find_seal(connection: sqlite3.Connection, run: int) -> tuple[int, str] | None:
    """(run, seal) of the seal that covers what `run` wrote; None while there is none."""
    row: tuple[int, str] | None = connection.execute(
        "SELECT run, seal FROM runs WHERE seal IS NOT NULL AND run >= ? ORDER BY run LIMIT 1", (run,)
    ).fetchone()
    return row


def put_seal(connection: sqlite3.Connection, run: int, leaves: bytes, last: int) -> dict[str, Any]:
    """Seals `run`, and the killed runs before it, in the caller's transaction.

    `leaves` are the digests of the records of the log from the last seal on, up to the one with the number `last`.
    Returns the event by which the log keeps the seal: with all digests, so that lost and purged records keep their
    place; `previous` is the seal before, for the first one the id of the archive.
    """
    sealed = connection.execute(
        "SELECT seal FROM runs WHERE seal IS NOT NULL AND run < ? ORDER BY run DESC LIMIT 1", (run,)
    ).fetchone()
    previous = sealed[0] if sealed else read_id(connection)
    digests = [leaves[at : at + DIGEST_SIZE] for at in range(0, len(leaves), DIGEST_SIZE)]
    seal = hash_log(previous, digests)
    connection.execute("UPDATE runs SET seal = ? WHERE run = ?", (seal, run))
    return {
        "run": run,
        "seal": seal,
        "form": FORM,
        "previous": previous,
        "first": last - len(digests) + 1,
        "last": last,
        "digests": [digest.hex() for digest in digests],
    }


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
    return _read_stamps(connection, "ORDER BY t.run, t.authority")


def find_stamp(connection: sqlite3.Connection, run: int) -> StoredStamp | None:
    """The first time stamp of the seal of `run`, or of a later one, which covers it; None while there is none."""
    return next(_read_stamps(connection, "WHERE t.run >= ? ORDER BY t.run, t.at, t.authority LIMIT 1", run), None)


def read_last_stamp(connection: sqlite3.Connection) -> StoredStamp | None:
    """The first time stamp of the newest seal that has one; None where none has."""
    return next(_read_stamps(connection, "ORDER BY t.run DESC, t.at, t.authority LIMIT 1"), None)


def _read_stamps(connection: sqlite3.Connection, choice: str, *values: int) -> Iterator[StoredStamp]:
    query = f"SELECT t.run, r.seal, t.authority, t.at, t.token FROM {_JOINED} {choice}"
    return map(StoredStamp._make, connection.execute(query, values))


def count_unstamped(connection: sqlite3.Connection) -> int:
    """How many seals are newer than the newest that has a time stamp."""
    (count,) = connection.execute(
        "SELECT count(*) FROM runs WHERE seal IS NOT NULL AND run > (SELECT coalesce(max(run), 0) FROM timestamps)"
    ).fetchone()
    return int(count)
