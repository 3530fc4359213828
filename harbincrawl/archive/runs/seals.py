"""Seals: a hash chain over the log and the rows of all runs, with which later changes of either can be detected.

The seal of a run is the sha256 of the seal format, the seal before, the root of the log and the sorted hashes of what
the run wrote: its row in `runs`, its outcomes, failures and captures, and the hashes of the rows that it removed on
purpose. The root is that of a tree (RFC 6962) over the seal before and the digests of all records of the log from that
seal's own record on, whatever run wrote them, up to the run's end. The seal before the first one is the id of the
archive. Killed runs are sealed by the next run that ends. The hash of a row does not depend on where the archive stores
it (file, offset, row number). It is made of the kind of the row, its run, its article and the hash of all else: these
are kept of a removed row, so that nobody can say that it was of another article.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from harbincrawl.identity import write_id
from harbincrawl.warc.merkle import hash_tree

FORM = 1
"""Version of the seal format."""
DIGEST_SIZE = 32
"""Bytes of the digest of a record."""
_ARTICLE = f"(SELECT coalesce(max(value), '') FROM facts WHERE name = 'site') || ':' || {write_id('number')}"
_SELECTS = {
    "run": "SELECT run, kind, started, ended, arguments, outcome FROM runs",
    "outcome": f"SELECT run, {_ARTICLE} AS article, outcome, hash,"
    " (SELECT address FROM captures WHERE id = o.capture) AS address,"
    " (SELECT fetched_at FROM captures WHERE id = o.capture) AS fetched_at FROM outcomes AS o",
    "failure": f"SELECT run, address, {_ARTICLE} AS article, class, reason, at FROM failures",
    "capture": "SELECT run, address, fetched_at, status, etag, last_modified, digest, origin,"
    " source, host FROM captures",
    "removal": "SELECT removed_by AS run, kind, hash FROM removals",
}
"""By kind of row, the SELECT of the values that are hashed: all columns after `run`, with these names."""
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
_TABLES = {"outcome": "outcomes", "failure": "failures", "capture": "captures"}


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a run."""

    run: int
    hash: str
    """sha256, hex."""
    previous: str
    """The previous seal; the id of the archive for the first seal."""
    root: str
    """Of the records of the log that it covers."""
    rows: int
    """Number of rows that it covers."""
    form: int = FORM


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A stored seal, and the seal computed again from the current rows."""

    seal: Seal
    """Computed from the current rows and the stored previous seal."""
    stored: str
    removed: int
    """Number of rows of its runs that were removed on purpose later."""

    @property
    def holds(self) -> bool:
        return self.seal.hash == self.stored


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """A sealed row that a run removed."""

    run: int
    """The run that wrote it."""
    kind: str
    article: str | None
    """`site:id`; None for a row of no article."""
    removed_by: int
    is_true: bool
    """Whether kind, run and article are those of the row that was sealed."""


def canonical_hash(document: Mapping[str, Any]) -> str:
    """sha256 (hex) of `document` as JSON with sorted keys, in UTF-8, without spaces."""
    return hashlib.sha256(_encode(document).encode("utf-8", "surrogatepass")).hexdigest()


def read_id(connection: sqlite3.Connection) -> str:
    """The id of the archive; empty if a damaged database has none."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'id'").fetchone()
    return str(row[0]) if row else ""


def describe_seal(seal: Seal, leaves: bytes, last: int) -> dict[str, Any]:
    """The event by which the log keeps a seal: with the digests that it covers, so that lost records keep their place.

    `last` is the number of the last record that it covers.
    """
    digests = split_digests(leaves)
    return {
        "run": seal.run,
        "seal": seal.hash,
        "form": seal.form,
        "previous": seal.previous,
        "root": seal.root,
        "first": last - len(digests) + 1,
        "last": last,
        "digests": [digest.hex() for digest in digests],
    }


def split_digests(leaves: bytes) -> list[bytes]:
    """The digests that stand one behind the other in `leaves`."""
    return [leaves[at : at + DIGEST_SIZE] for at in range(0, len(leaves), DIGEST_SIZE)]


def hash_log(previous: str, digests: Iterable[bytes]) -> str:
    """The root over the seal before and the records of the log since then, in hexadecimal digits."""
    return hash_tree(chain((previous.encode(),), digests)).hex()


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


def has_seal(connection: sqlite3.Connection, seal: str) -> bool:
    """Whether `seal` is in the chain."""
    return connection.execute("SELECT 1 FROM runs WHERE seal = ?", (seal,)).fetchone() is not None


def put_seal(connection: sqlite3.Connection, run: int, leaves: bytes) -> Seal:
    """Seals `run` and the killed runs before it, in the caller's transaction. The row of the run must be final.

    `leaves` are the digests of the records of the log from the last seal on.
    """
    sealed = connection.execute(
        "SELECT run, seal FROM runs WHERE seal IS NOT NULL AND run < ? ORDER BY run DESC LIMIT 1", (run,)
    ).fetchone()
    after, previous = sealed or (0, read_id(connection))
    seal = _make_seal(connection, after, run, previous, hash_log(previous, split_digests(leaves)))
    connection.execute("UPDATE runs SET seal = ?, root = ? WHERE run = ?", (seal.hash, seal.root, run))
    return seal


def read_chain(connection: sqlite3.Connection) -> Iterator[ChainLink]:
    """All seals from the first on, each with the seal computed again from the current rows."""
    after, previous = 0, read_id(connection)
    rows = connection.execute(
        "SELECT run, seal, coalesce(root, '') FROM runs WHERE seal IS NOT NULL ORDER BY run"
    ).fetchall()
    for run, stored, root in rows:
        (removed,) = connection.execute(
            "SELECT count(*) FROM removals WHERE run > ? AND run <= ?", (after, run)
        ).fetchone()
        yield ChainLink(_make_seal(connection, after, run, previous, root), stored, removed)
        after, previous = run, stored


def remove_rows(connection: sqlite3.Connection, run: int, kind: str, where: str, values: Iterable[Any] = ()) -> int:
    """Deletes rows of `kind` (outcome, failure, capture) in the caller's transaction; returns their number.

    The hashes of sealed rows are kept in `removals`, which the seal of `run` covers.
    """
    parameters = tuple(values)
    rows = connection.execute(f"{_SELECTS[kind]} WHERE {where}", parameters)
    names = [column[0] for column in rows.description]
    hashed = [(row[0], *_hash_row(kind, names, row)) for row in rows.fetchall()]
    sealed = connection.execute("SELECT coalesce(max(run), 0) FROM runs WHERE seal IS NOT NULL").fetchone()[0]
    connection.executemany(
        "INSERT INTO removals(run, kind, article, rest, hash, removed_by) VALUES (?, ?, ?, ?, ?, ?)",
        [(written_by, kind, *parts, run) for written_by, *parts in hashed if written_by <= sealed],
    )
    connection.execute(f"DELETE FROM {_TABLES[kind]} WHERE {where}", parameters)
    return len(hashed)


def _make_seal(connection: sqlite3.Connection, after: int, run: int, previous: str, root: str) -> Seal:
    """The seal of the runs after `after`, up to and including `run`."""
    # SQLite sorts them, beyond a few MB in a temporary file: a first crawl has as many rows as the archive.
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS row_hashes(hash TEXT)")
    # A seal that could not be made leaves some.
    connection.execute("DELETE FROM temp.row_hashes")
    connection.executemany(
        "INSERT INTO temp.row_hashes VALUES (?)", ((row_hash,) for row_hash in _list_hashes(connection, after, run))
    )
    digest = hashlib.sha256(f"harbincrawl seal {FORM}\n{previous}\n{root}\n".encode())
    rows = 0
    for (row_hash,) in connection.execute("SELECT hash FROM temp.row_hashes ORDER BY hash"):
        digest.update(row_hash.encode() + b"\n")
        rows += 1
    return Seal(run, digest.hexdigest(), previous, root, rows)


def _list_hashes(connection: sqlite3.Connection, after: int, run: int) -> Iterator[str]:
    for kind, select in _SELECTS.items():
        column = "removed_by" if kind == "removal" else "run"
        rows = connection.execute(f"{select} WHERE {column} > ? AND {column} <= ?", (after, run))
        names = [each[0] for each in rows.description]
        for row in rows:
            yield _hash_row(kind, names, row)[-1]
    rows = connection.execute("SELECT hash FROM removals WHERE run > ? AND run <= ?", (after, run))
    yield from (row_hash for (row_hash,) in rows)


def list_removed(connection: sqlite3.Connection) -> Iterator[RemovedRow]:
    """All rows that were removed on purpose, in the order of their removal."""
    rows = connection.execute(
        "SELECT CAST(run AS INTEGER), CAST(kind AS TEXT), CAST(article AS TEXT), CAST(rest AS TEXT), hash,"
        " CAST(removed_by AS INTEGER) FROM removals ORDER BY id"
    )
    for run, kind, article, rest, row_hash, removed_by in rows:
        yield RemovedRow(run, kind, article, removed_by, _join_hash(kind, run, article, rest) == row_hash)


def _hash_row(kind: str, names: list[str], row: tuple[Any, ...]) -> tuple[str | None, str, str]:
    """(article, hash of all but kind, run and article, hash of the row)."""
    values = dict(zip(names[1:], row[1:], strict=True))
    article = values.pop("article", None)
    rest = canonical_hash(values)
    return article, rest, _join_hash(kind, row[0], article, rest)


def _join_hash(kind: str, run: int, article: str | None, rest: str) -> str:
    return canonical_hash({"row": kind, "run": run, "article": article, "rest": rest})
