"""The seals of an archive: each run's rows hashed and chained, so that nothing sealed can change or go unnoticed.

A seal is the sha256 of its form, the seal before it and the sorted hashes of what the run wrote: its own row, its
outcomes, failures and captures, and the hashes of the rows that it removed on purpose. The first seal follows the
archive's id. Runs that were killed are sealed by the next run that ends. A hash holds what a row says, never where the
archive keeps it (file, offset, row number), so moving evidence changes no seal.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FORM = 1
"""How a seal is made; a later form gets another number, and old seals stay provable."""
_ARTICLE = "(SELECT coalesce(max(value), '') FROM facts WHERE name = 'site') || ':' || {column}"
_SELECTS = {
    "run": "SELECT run, kind, started, ended, arguments, outcome FROM runs",
    "outcome": f"SELECT run, {_ARTICLE.format(column='number')} AS article, outcome, hash,"
    " (SELECT address FROM captures WHERE id = o.capture) AS address,"
    " (SELECT fetched_at FROM captures WHERE id = o.capture) AS fetched_at FROM outcomes AS o",
    "failure": "SELECT run, address, iif(number IS NULL, NULL, "
    f"{_ARTICLE.format(column='number')}) AS article, class, reason, at FROM failures",
    "capture": "SELECT run, address, fetched_at, status, etag, last_modified, digest,"
    " iif(origin IS NULL, 'site', 'ingest') AS source FROM captures",
    "removal": "SELECT removed_by AS run, kind, hash FROM removals",
}
"""What the hash of each kind of row is made of: the columns after `run`, under these names."""
_TABLES = {"outcome": "outcomes", "failure": "failures", "capture": "captures"}


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a run."""

    run: int
    hash: str
    """sha256, hex."""
    previous: str
    """The seal before it; the archive's id for the first one."""
    rows: int
    """How many rows it covers."""
    form: int = FORM


@dataclass(frozen=True, slots=True)
class Link:
    """A seal of the chain as it stands beside what the rows say today."""

    seal: Seal
    """Made from today's rows and the stored seal before it."""
    stored: str
    removed: int
    """Rows of its runs that were removed on purpose since."""

    @property
    def holds(self) -> bool:
        return self.seal.hash == self.stored


def canonical_hash(document: Mapping[str, Any]) -> str:
    """sha256 (hex) of `document` as JSON: keys sorted, UTF-8, no blanks."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_id(connection: sqlite3.Connection) -> str:
    """The archive's own id; empty where a damaged database has none."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'id'").fetchone()
    return str(row[0]) if row else ""


def read_last_seal(connection: sqlite3.Connection) -> str | None:
    """The newest seal; None before the first run ended."""
    row = connection.execute("SELECT seal FROM runs WHERE seal IS NOT NULL ORDER BY run DESC LIMIT 1").fetchone()
    return str(row[0]) if row else None


def has_seal(connection: sqlite3.Connection, seal: str) -> bool:
    """Whether `seal` stands in the chain."""
    return connection.execute("SELECT 1 FROM runs WHERE seal = ?", (seal,)).fetchone() is not None


def put_seal(connection: sqlite3.Connection, run: int) -> Seal:
    """Seals `run` and the killed runs before it, in the caller's transaction; the run's row is final by then."""
    sealed = connection.execute(
        "SELECT run, seal FROM runs WHERE seal IS NOT NULL AND run < ? ORDER BY run DESC LIMIT 1", (run,)
    ).fetchone()
    after, previous = sealed or (0, read_id(connection))
    seal = _make_seal(connection, after, run, previous)
    connection.execute("UPDATE runs SET seal = ? WHERE run = ?", (seal.hash, run))
    return seal


def read_chain(connection: sqlite3.Connection) -> Iterator[Link]:
    """Every seal from the first on, made again from the rows as they stand now."""
    after, previous = 0, read_id(connection)
    rows = connection.execute("SELECT run, seal FROM runs WHERE seal IS NOT NULL ORDER BY run").fetchall()
    for run, stored in rows:
        (removed,) = connection.execute(
            "SELECT count(*) FROM removals WHERE run > ? AND run <= ?", (after, run)
        ).fetchone()
        yield Link(_make_seal(connection, after, run, previous), stored, removed)
        after, previous = run, stored


def remove_rows(connection: sqlite3.Connection, run: int, kind: str, where: str, values: Iterable[Any] = ()) -> int:
    """Deletes rows of `kind` (outcome, failure, capture) on purpose, in the caller's transaction; returns how many.

    What a sealed run wrote leaves its hash in `removals`, which the seal of `run` covers.
    """
    told = tuple(values)
    rows = connection.execute(f"{_SELECTS[kind]} WHERE {where}", told)
    names = [column[0] for column in rows.description]
    hashed = [(row[0], _hash_row(kind, names, row)) for row in rows.fetchall()]
    sealed = connection.execute("SELECT coalesce(max(run), 0) FROM runs WHERE seal IS NOT NULL").fetchone()[0]
    connection.executemany(
        "INSERT INTO removals(run, kind, hash, removed_by) VALUES (?, ?, ?, ?)",
        [(of, kind, found, run) for of, found in hashed if of <= sealed],
    )
    connection.execute(f"DELETE FROM {_TABLES[kind]} WHERE {where}", told)
    return len(hashed)


def _make_seal(connection: sqlite3.Connection, after: int, run: int, previous: str) -> Seal:
    """The seal of the runs behind `after` up to `run`, which one seal covers."""
    hashes = sorted(_list_hashes(connection, after, run))
    digest = hashlib.sha256(f"harbincrawl seal {FORM}\n{previous}\n".encode())
    for found in hashes:
        digest.update(found.encode() + b"\n")
    return Seal(run, digest.hexdigest(), previous, len(hashes))


def _list_hashes(connection: sqlite3.Connection, after: int, run: int) -> Iterator[str]:
    for kind, select in _SELECTS.items():
        column = "removed_by" if kind == "removal" else "run"
        rows = connection.execute(f"{select} WHERE {column} > ? AND {column} <= ?", (after, run))
        names = [each[0] for each in rows.description]
        for row in rows:
            yield _hash_row(kind, names, row)
    rows = connection.execute("SELECT hash FROM removals WHERE run > ? AND run <= ?", (after, run))
    yield from (found for (found,) in rows)


def _hash_row(kind: str, names: list[str], row: tuple[Any, ...]) -> str:
    document = {"row": kind, "run": row[0]} | dict(zip(names[1:], row[1:], strict=True))
    return canonical_hash(document)
