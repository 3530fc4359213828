"""Seals: a hash chain over the rows of all runs, with which later changes of sealed rows can be detected.

The seal of a run is the sha256 of the seal format, the previous seal and the sorted hashes of what the run wrote: its
row in `runs`, its outcomes, failures and captures, and the hashes of the rows that it removed on purpose. The seal
before the first one is the id of the archive. Killed runs are sealed by the next run that ends. The hash of a row does
not depend on where the archive stores it (file, offset, row number), so moving WARC records changes no seal. It is made
of the kind of the row, its run, its article and the hash of all else: these are kept of a removed row, so that nobody
can say that it was of another article.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harbincrawl.identity import write_id

FORM = 1
"""Version of the seal format."""
SEAL_FIELD, RUN_FIELD = "harbincrawl-seal", "harbincrawl-run"
"""Fields of the metadata record that keeps a seal in a WARC file."""
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


def describe_seal(seal: Seal) -> dict[str, str]:
    """The fields of the metadata record by which a WARC file keeps the seal of its run."""
    return {
        SEAL_FIELD: seal.hash,
        RUN_FIELD: str(seal.run),
        "harbincrawl-previous-seal": seal.previous,
        "harbincrawl-seal-form": str(seal.form),
    }


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


def put_seal(connection: sqlite3.Connection, run: int) -> Seal:
    """Seals `run` and the killed runs before it, in the caller's transaction. The row of the run must be final."""
    sealed = connection.execute(
        "SELECT run, seal FROM runs WHERE seal IS NOT NULL AND run < ? ORDER BY run DESC LIMIT 1", (run,)
    ).fetchone()
    after, previous = sealed or (0, read_id(connection))
    seal = _make_seal(connection, after, run, previous)
    connection.execute("UPDATE runs SET seal = ? WHERE run = ?", (seal.hash, run))
    return seal


def read_chain(connection: sqlite3.Connection) -> Iterator[ChainLink]:
    """All seals from the first on, each with the seal computed again from the current rows."""
    after, previous = 0, read_id(connection)
    rows = connection.execute("SELECT run, seal FROM runs WHERE seal IS NOT NULL ORDER BY run").fetchall()
    for run, stored in rows:
        (removed,) = connection.execute(
            "SELECT count(*) FROM removals WHERE run > ? AND run <= ?", (after, run)
        ).fetchone()
        yield ChainLink(_make_seal(connection, after, run, previous), stored, removed)
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


def _make_seal(connection: sqlite3.Connection, after: int, run: int, previous: str) -> Seal:
    """The seal of the runs after `after`, up to and including `run`."""
    # SQLite sorts them, beyond a few MB in a temporary file: a first crawl has as many rows as the archive.
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS row_hashes(hash TEXT)")
    # A seal that could not be made leaves some.
    connection.execute("DELETE FROM temp.row_hashes")
    connection.executemany(
        "INSERT INTO temp.row_hashes VALUES (?)", ((row_hash,) for row_hash in _list_hashes(connection, after, run))
    )
    digest = hashlib.sha256(f"harbincrawl seal {FORM}\n{previous}\n".encode())
    rows = 0
    for (row_hash,) in connection.execute("SELECT hash FROM temp.row_hashes ORDER BY hash"):
        digest.update(row_hash.encode() + b"\n")
        rows += 1
    return Seal(run, digest.hexdigest(), previous, rows)


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
