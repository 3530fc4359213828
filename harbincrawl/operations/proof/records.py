"""The records of the log that a proof is made of: answers of a wording with their requests, what notes its words."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from harbincrawl.archive.captures import CaptureRow
from harbincrawl.archive.decisions import EVENT as DECIDED
from harbincrawl.archive.decisions import TOLD
from harbincrawl.archive.runs.log import read_files
from harbincrawl.errors import DamagedError
from harbincrawl.evidence import find_warc
from harbincrawl.places import open_place
from harbincrawl.warc.feed import MAX_UNPACKED
from harbincrawl.warc.heads import find_field
from harbincrawl.warc.log import EVENT, RECORD_END, find_number, read_ordinal
from harbincrawl.warc.reader import read_hint
from harbincrawl.warc.records import Record, walk_records

from . import verify_proof

_WORDED = ("articles", "revisions")
_ABOUT = ("WARC-Concurrent-To", "WARC-Refers-To")
"""Fields by which the request of an answer, and the header of a 304, name its record."""
_BEFORE = 'SELECT coalesce(max("offset"), 0) FROM captures WHERE warc = ? AND "offset" < ?'


Records = dict[int, bytes]
"""All bytes of records of the log, unpacked, with the line breaks behind each, by their numbers."""


def read_answers(
    folder: Path, connection: sqlite3.Connection, rows: Iterable[CaptureRow], id: str
) -> tuple[Records, set[int]]:
    """The records of the answers `rows` with their requests, and of those that their revisits refer to.

    With them the numbers of the answers whose records are there. Only those count whose address has the article's
    `id`: whoever checks a proof knows no other way to tell them. Raises BucketError, WarcError.
    """
    records: Records = {}
    answers = set()
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
            if re.search(verify_proof.ID.format(re.escape(id)), answer.target or ""):
                records |= found
                answers.add(max(found))
                waiting += [hint] if (hint := read_hint(answer)) else []
    return records, answers & {row.id for row in rows}


def _read_answer(folder: Path, connection: sqlite3.Connection, file: str, offset: int) -> tuple[Records, Record]:
    """The records of an answer, its own the last one, which is given with them."""
    (begin,) = connection.execute(_BEFORE, (file, offset)).fetchone()
    before: list[tuple[Record, bytes]] = []
    for record, data in list_records(folder, file, begin):
        before.append((record, data))
        if record.offset >= offset:
            break
    if not before or before[-1][0].offset != offset or before[-1][0].type not in ("response", "revisit"):
        raise DamagedError(file, offset, "no answer is there")
    answer = before[-1][0]
    records = {
        read_ordinal(record.fields) or 0: data
        for record, data in before
        if record is answer or _is_about(record, answer)
    }
    return records, answer


def _is_about(record: Record, answer: Record) -> bool:
    """Whether a record is the request of an answer, or the header of a 304."""
    id = find_field(answer.fields, "WARC-Record-ID")
    return id is not None and id in (find_field(record.fields, name) for name in _ABOUT)


def read_event(
    folder: Path, connection: sqlite3.Connection, begin: CaptureRow, hash: str, answers: Collection[int]
) -> Records | None:
    """The first event behind the answer `begin` that notes the `hash` of an article's words with one of `answers`.

    None: there is none that tells of this article alone. Raises BucketError, WarcError.
    """
    first = find_number(begin.warc or "")
    for number, file in read_files(connection).items():
        if first is None or number < first:
            continue
        for record, data in list_records(folder, file, (begin.offset or 0) if number == first else 0):
            if find_field(record.fields, EVENT) == DECIDED and hash.encode() in data:
                noted = _list_noted(json.loads(data[len(record.head) :]))
                ordinal = read_ordinal(record.fields)
                if ordinal is not None and any(said == hash and answer in answers for answer, said in noted):
                    return {ordinal: data}
    return None


def _list_noted(event: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """(answer, hash of the words) of each state of an article that an event tells, if it tells of one article alone."""
    tables = event.get("rows", {})
    numbers = {row[0] for name in _WORDED for row in tables.get(name, ())}
    if len(numbers) > 1 or not tables.keys() <= {*_WORDED, "captures"} or not event.keys() <= {"event", "rows", "more"}:
        return
    for name in _WORDED:
        at, wording = (TOLD[name].columns.index(column) for column in ("capture", "wording"))
        yield from ((row[at], row[wording]) for row in tables.get(name, ()))


def list_records(folder: Path, file: str, begin: int = 0) -> Iterator[tuple[Record, bytes]]:
    """The whole records of a file of the log from `begin` on, with all their bytes. Raises WarcError, BucketError."""
    with open_place(find_warc(folder, file), file) as stream:
        for record in walk_records(stream, file, begin):
            if isinstance(record, Record):
                with suppress(DamagedError):
                    yield record, record.head + record.read_block(MAX_UNPACKED) + RECORD_END
