"""The seals of a proof: how records lead to theirs, and each of them to the next one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from harbincrawl.archive.runs.log import read_files
from harbincrawl.archive.runs.seals import find_paths, hash_log
from harbincrawl.errors import NoEvidenceError, NotFoundError
from harbincrawl.warc.log import hash_record

from .records import list_records

_SEALS = (
    'SELECT r.run, r.seal, s.file, s."offset" FROM runs AS r LEFT JOIN _seals AS s ON s.run = r.run'
    " WHERE r.seal NOT NULL AND r.run >= ? ORDER BY r.run"
)


class Link(NamedTuple):
    """A seal of the chain."""

    seal: str
    link: list[str]
    """The path from the seal before; empty for the first one."""
    records: dict[str, list[str]]
    """By number of a record, its path to the seal."""


def read_chain(
    folder: Path,
    connection: sqlite3.Connection,
    records: Mapping[int, bytes],
    stamped: Collection[str],
    kept: str | None,
) -> list[Link]:
    """The seals from that of the first of these records on: to `kept`, to the first with a time stamp, or to the last.

    Records that no seal covers yet, or that came after `kept`, are not in it. Raises NotFoundError where `kept` is no
    seal of the archive, NoEvidenceError where it is older than all of these records, or where a seal is lost,
    WarcError, BucketError.
    """
    if kept is not None and connection.execute("SELECT 1 FROM runs WHERE seal = ?", (kept,)).fetchone() is None:
        raise NotFoundError(f"no run of this archive ended with the seal {kept}: harbincrawl status --json has them.")
    chain: list[Link] = []
    left = set(records)
    for values in _read_seals(folder, connection, min(records)):
        digests = [bytes.fromhex(each) for each in values["digests"]]
        first = values["first"]
        covered = {ordinal: ordinal - first + 1 for ordinal in left if first <= ordinal < first + len(digests)}
        for ordinal, index in covered.items():
            if hash_record(records[ordinal]) != digests[index - 1]:
                raise NoEvidenceError(
                    f"record {ordinal} is not the one that the seal of run {values['run']} covers: harbincrawl verify"
                    " says what is broken."
                )
        paths = find_paths([values["previous"].encode(), *digests], [0, *covered.values()])
        link = paths[0] if chain else []
        chain.append(Link(values["seal"], link, {str(each): paths[index] for each, index in sorted(covered.items())}))
        left -= covered.keys()
        if values["seal"] == kept or (kept is None and not left and values["seal"] in stamped):
            break
    if kept is not None and (not chain or chain[-1].seal != kept):
        raise NoEvidenceError(f"the seal {kept} is older than all answers that show this wording.")
    return chain


def _read_seals(folder: Path, connection: sqlite3.Connection, first: int) -> Iterator[dict[str, Any]]:
    """The events of the seals from that on which covers the record `first`. Raises NoEvidenceError."""
    (run,) = connection.execute("SELECT run FROM captures WHERE id >= ? ORDER BY id LIMIT 1", (first,)).fetchone()
    files = read_files(connection)
    for of, seal, file, offset in connection.execute(_SEALS, (run,)).fetchall():
        found = next(list_records(folder, files[file], offset), None) if file in files else None
        values = json.loads(found[1][len(found[0].head) :]) if found else {}
        if hash_log(values.get("previous", ""), map(bytes.fromhex, values.get("digests", ()))) != seal:
            raise NoEvidenceError(
                f"the record of the seal of run {of} is lost or damaged: harbincrawl verify says more."
            )
        if values["last"] >= first:
            yield values
