"""The records of the log that a proof is made of, and how they lead to the seals over them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from harbincrawl.archive.captures import CaptureRow
from harbincrawl.archive.decisions import EVENT as DECIDED
from harbincrawl.archive.decisions import TOLD
from harbincrawl.archive.runs.log import read_files
from harbincrawl.archive.runs.seals import find_paths, hash_log
from harbincrawl.errors import DamagedError, NoEvidenceError, NotFoundError
from harbincrawl.evidence import find_warc
from harbincrawl.warc.heads import find_field
from harbincrawl.warc.log import EVENT, SEAL, find_number, hash_record, read_ordinal
from harbincrawl.warc.reader import read_hint
from harbincrawl.warc.records import Record, read_members

_WORDED = ("articles", "revisions")
_ABOUT = ("WARC-Concurrent-To", "WARC-Refers-To")
"""Fields by which the request of an answer, and the header of a 304, name its record."""
_BEFORE = 'SELECT coalesce(max("offset"), 0) FROM captures WHERE warc = ? AND "offset" < ?'


Records = dict[int, bytes]
"""All bytes of records of the log, unpacked, with the line breaks behind each, by their numbers."""
_SEALS = (
    'SELECT r.run, r.seal, s.file, s."offset" FROM runs AS r LEFT JOIN _seals AS s ON s.run = r.run'
    " WHERE r.seal NOT NULL AND r.run >= ? ORDER BY r.run"
)


def read_answers(folder: Path, connection: sqlite3.Connection, rows: Iterable[CaptureRow]) -> dict[int, Records]:
    """The records of the answers `rows`, each with its request, by the number of the answer.

    With them those that their revisits refer to. Raises BucketError, WarcError.
    """
    answers: dict[int, Records] = {}
    waiting = [
        (row.warc, row.offset) for row in rows if row.warc is not None and row.offset is not None and not row.lost
    ]
    done = set()
    while waiting:
        place = waiting.pop(0)
        if place in done:
            continue
        done.add(place)
        with suppress(DamagedError):
            found, answer = _read_answer(folder, connection, *place)
            answers[max(found)] = found
            waiting += [hint] if (hint := read_hint(answer)) else []
    return answers


def _read_answer(folder: Path, connection: sqlite3.Connection, file: str, offset: int) -> tuple[Records, Record]:
    """The records of an answer, its own the last one, which is given with them."""
    (begin,) = connection.execute(_BEFORE, (file, offset)).fetchone()
    before: list[Record] = []
    for record in list_records(folder, file, begin):
        before.append(record)
        if record.offset >= offset:
            break
    if not before or before[-1].offset != offset or before[-1].type not in ("response", "revisit"):
        raise DamagedError(file, offset, "no answer is there")
    answer = before[-1]
    own = (record for record in before if record is answer or _is_about(record, answer))
    return {read_ordinal(record.fields) or 0: record.data for record in own}, answer


def _is_about(record: Record, answer: Record) -> bool:
    """Whether a record is the request of an answer, or the header of a 304."""
    id = find_field(answer.fields, "WARC-Record-ID")
    return id is not None and id in (find_field(record.fields, name) for name in _ABOUT)


def read_events(folder: Path, connection: sqlite3.Connection, rows: Sequence[CaptureRow], hash: str) -> Records:
    """The events that note the `hash` of an article's words with the answers `rows`, and tell of this article alone.

    Empty where there is none. Raises BucketError, WarcError.
    """
    found: Records = {}
    noted: set[int] = set()
    read: set[int] = set()
    """Runs whose events were all read."""
    wanted = {row.id: row.digest for row in rows}
    for row in rows:
        digests = {wanted[each] for each in noted if each in wanted}
        if row.first_page is not None or row.digest in digests or row.run in read or row.warc is None:
            continue
        # Where the run's seal stands, behind all of its events.
        end = connection.execute('SELECT file, "offset" FROM _seals WHERE run = ?', (row.run,)).fetchone()
        for place, ordinal, data, event in _list_events(folder, connection, row, hash):
            if found and end is not None and place >= end:
                break
            answers = _list_noted(event, hash)
            if answers & wanted.keys():
                found[ordinal] = data
                noted |= answers
            if row.id in noted:
                break
        if row.id not in noted:
            read.add(row.run)
    return found


def _list_events(
    folder: Path, connection: sqlite3.Connection, begin: CaptureRow, hash: str
) -> Iterator[tuple[tuple[int, int], int, bytes, Mapping[str, Any]]]:
    """(place, number, bytes, values) of the events behind the answer `begin` that have this hash, and of the seals."""
    first = find_number(begin.warc or "")
    for number, file in read_files(connection).items():
        if first is None or number < first:
            continue
        for record in list_records(folder, file, (begin.offset or 0) if number == first else 0):
            event, ordinal = find_field(record.fields, EVENT), read_ordinal(record.fields)
            if ordinal is not None and event == SEAL:
                yield (number, record.offset), ordinal, record.data, {}
            elif ordinal is not None and event == DECIDED and hash.encode() in record.block:
                yield (number, record.offset), ordinal, record.data, json.loads(record.block)


def _list_noted(event: Mapping[str, Any], hash: str) -> set[int]:
    """The answers that an event notes with these words, and their further pages, if it tells of one article alone."""
    tables = event.get("rows", {})
    numbers = {row[0] for name in _WORDED for row in tables.get(name, ())}
    if (
        len(numbers) != 1
        or not tables.keys() <= {*_WORDED, "captures"}
        or not event.keys() <= {"event", "rows", "more"}
    ):
        return set()
    noted = set()
    for name in _WORDED:
        first, last, wording = (TOLD[name].columns.index(each) for each in ("first_capture", "capture", "wording"))
        noted |= {row[at] for row in tables.get(name, ()) if row[wording] == hash for at in (first, last)}
    page = TOLD["captures"].columns.index("first_page")
    return noted | {row[0] for row in tables.get("captures", ()) if row[page] in noted and row[page] is not None}


def list_records(folder: Path, file: str, begin: int = 0) -> Iterator[Record]:
    """The whole records of a file of the log from `begin` on. Raises WarcError, BucketError."""
    return (each for each in read_members(find_warc(folder, file), begin) if isinstance(each, Record))


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
        values = json.loads(found.block) if found else {}
        if hash_log(values.get("previous", ""), map(bytes.fromhex, values.get("digests", ()))) != seal:
            raise NoEvidenceError(
                f"the record of the seal of run {of} is lost or damaged: harbincrawl verify says more."
            )
        if values["last"] >= first:
            yield values
