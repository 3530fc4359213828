"""The log: every record is in its place, and no file is missing."""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.runs.log import POSITION, REMOVED, SEALED, read_files, read_head
from harbincrawl.archive.runs.seals import read_id
from harbincrawl.operations.projection.told import has_told, list_events
from harbincrawl.text import count_text
from harbincrawl.warc.heads import find_field
from harbincrawl.warc.log import LogHead, find_number
from harbincrawl.warc.names import first_name

from .findings import NO_SEAL, Findings
from .warc_records import has_capture

_RECORDS = 'SELECT warc, "offset", type, fault, removed, ordinal, leaf FROM temp.records'
_PLACE = """SELECT number, (SELECT min("offset") FROM temp.records WHERE warc = name AND "offset" > ?2)
FROM log_files WHERE name = ?1"""
Places = set[tuple[str, int]]
"""Records by the first name of their file, and their offset."""


class _Record(NamedTuple):
    warc: str
    offset: int
    type: str
    fault: str | None
    removed: str | None
    ordinal: int | None
    leaf: str | None

    @property
    def where(self) -> str:
        return f"warc/{self.warc} at byte {self.offset}"

    @property
    def is_gap(self) -> bool:
        """Whether records may have stood here whose numbers nobody knows any more."""
        return self.fault is not None or (self.removed is not None and self.ordinal is None)


@dataclass
class _Walk:
    """The records of the log in their order, as far as they were looked at."""

    connection: sqlite3.Connection
    findings: Findings
    removed: Places
    """For which records runs say that they put notices."""
    missing: set[tuple[int, int]]
    """First and last number of the records of which runs say that they are not there any more."""
    last: _Record | None = None
    """The last record with a number."""
    has_gap: bool = False
    """Whether records may have stood behind it that are lost."""
    last_gap: int = 0
    """Number of the last record before which that was so."""
    file: int = 0
    unsaid: list[_Record] = field(default_factory=list)
    """Notices in the place of records that no run says that it removed."""

    @property
    def ordinal(self) -> int:
        return self.last.ordinal or 0 if self.last else 0

    def check_file(self, number: int, name: str) -> None:
        """Checks the records of a file of the log."""
        before = None if self.has_gap else self.last
        self.file = number
        offset = -1
        for row in self.connection.execute(f'{_RECORDS} WHERE warc = ? ORDER BY "offset"', (name,)):
            record = _Record(*row)
            if offset < 0 and not any(last + 1 == record.ordinal for _, last in self.missing):
                self._check_beginning(record, before)
            offset = record.offset
            if record.removed is not None and (first_name(name), offset) not in self.removed:
                self.unsaid.append(record)
            if record.is_gap:
                self.has_gap = True
            elif record.ordinal is None:
                self._report(record.where, "a record that is none of this archive's: it has no number")
            else:
                self._check_ordinal(record, record.ordinal)
        if any(file == first_name(name) and place > offset for file, place in self.removed):
            # A repair has cut off what was damaged at its end.
            self.has_gap = True

    def _check_ordinal(self, record: _Record, ordinal: int) -> None:
        expected = self.ordinal + 1
        if ordinal < expected:
            self._report(record.where, f"record {ordinal} stands behind record {self.ordinal}")
            return
        self.has_gap |= (expected, ordinal - 1) in self.missing
        if ordinal > expected and not self.has_gap:
            self.findings.missing_records.append((expected, ordinal - 1))
            those = f"record {expected} is" if ordinal == expected + 1 else f"records {expected} to {ordinal - 1} are"
            self._report(record.where, f"{those} missing before record {ordinal}")
        if self.has_gap:
            self.last_gap = ordinal
        self.last, self.has_gap = record, False

    def _check_beginning(self, record: _Record, before: _Record | None) -> None:
        """What the first record of a file says of its place."""
        if record.is_gap:
            return
        text = self.connection.execute("SELECT text FROM temp.infos WHERE warc = ?", (record.warc,)).fetchone()
        if text is None:
            self._report(record.where, f"expected a warcinfo record, found {record.type}")
            return
        fields = json.loads(text[0])
        said = {name: find_field(fields, f"harbincrawl-{name}") for name in ("archive", "file", "first-ordinal")}
        where = f"warc/{record.warc}"
        if said["archive"] != read_id(self.connection):
            self._report(where, "it is a file of another archive")
        elif (said["file"], said["first-ordinal"]) != (str(self.file), str(record.ordinal)):
            self._report(where, "it says another number of itself or of its first record")
        named = find_field(fields, "harbincrawl-record-before")
        is_behind = before is not None and before.removed is None and before.ordinal == (record.ordinal or 0) - 1
        if before is not None and is_behind and named != f"sha256:{before.leaf}":
            self._report(where, f"the record before it is not the one that it names ({before.where})")

    def report_unsaid(self) -> None:
        """Names notices whose run says nothing of them; it may be the log that has lost what the run said."""
        findings = self.findings
        for record in self.unsaid:
            said = "a record was removed here, and no run says that it removed one"
            findings.report("warc", record.where, said)
        if findings.last_gap:
            findings.unsaid_removals |= {(first_name(record.warc), record.offset) for record in self.unsaid}

    def check_end(self, *, held: bool) -> None:
        """The log has what the database rests on; what it has beyond that, a killed run has left."""
        position = read_head(self.connection, POSITION)
        found = _find_record(self.connection, position.ordinal)
        if position.ordinal > self.ordinal and not self.has_gap:
            known = count_text(position.ordinal, "record")
            self._report("warc", f"the database rests on {known}, and the WARC files have {self.ordinal}")
        elif found is not None and found.removed is None and found.leaf != position.digest:
            said = "it is not the record that the database rests on"
            self.findings.report("warc", found.where, said)
        elif (left := self.ordinal - position.ordinal) > 0 and not held:
            said = f"{count_text(left, 'record')} that the database has not"
            if any(ordinal > position.ordinal for ordinal, _ in list_events(self.connection, REMOVED)):
                self.findings.put_behind("warc", said, "a purge or repair did not come to its end: give it again")
            elif has_told(self.connection, position.ordinal):
                self.findings.put_behind("warc", said)

    def _report(self, where: str, said: str) -> None:
        self.findings.report("warc", where, said)


def check_log(connection: sqlite3.Connection, findings: Findings, *, held: bool) -> None:
    """Checks numbers and order of all records, and what each file says of the one before it.

    `held`: a run is writing right now.
    """
    removed, lost, gone = _read_removed(connection)
    walk = _Walk(connection, findings, removed, gone)
    files = _list_files(connection)
    known = read_files(connection)
    findings.lost_files |= known.keys() - files.keys()
    for number in sorted(findings.lost_files):
        # What has captures was named with them.
        if not has_capture(connection, known[number]):
            findings.report("warc", f"warc/{known[number]}", "the file is missing")
    for number, name in files.items():
        if missing := set(range(walk.file + 1, number)) - lost - known.keys():
            those = f"file {min(missing)} is" if len(missing) == 1 else f"{len(missing)} files are"
            findings.report("warc", f"warc/{name}", f"{those} missing before it")
            findings.lost_files |= missing
        if number > walk.file + 1:
            walk.has_gap = True
        walk.check_file(number, name)
    walk.has_gap |= max(known, default=0) > walk.file
    findings.last_gap = sys.maxsize if walk.has_gap else walk.last_gap
    walk.report_unsaid()
    walk.check_end(held=held)


def check_heads(folder: Path, connection: sqlite3.Connection, findings: Findings) -> None:
    """The database knows where the records are that it rests on. While a run writes nothing is to be said."""
    for name, last in ((POSITION, None), (SEALED, findings.last_seal)):
        head = read_head(connection, name)
        found = _find_record(connection, head.ordinal if last is None else last)
        if found is None or (last is None and found.leaf != head.digest) or last == NO_SEAL:
            continue
        number, end = connection.execute(_PLACE, (found.warc, found.offset)).fetchone()
        if end is None and (path := folder / "warc" / found.warc).is_file():
            end = path.stat().st_size
        place = LogHead(found.ordinal or 0, found.leaf or "", number, end or head.end)
        if place != head:
            findings.report("warc", found.where, f"the database names another {name} record, or another place of it")


def _list_files(connection: sqlite3.Connection) -> dict[int, str]:
    """The log's files that are there, by number: those that the database has, and later ones of a killed run."""
    there = {name for (name,) in connection.execute("SELECT DISTINCT warc FROM temp.records")}
    known = read_files(connection)
    files = {number: name for number, name in known.items() if name in there}
    for name in there:
        number = find_number(name)
        if number is not None and number > max(known, default=0):
            files[number] = name
    return dict(sorted(files.items()))


def _read_removed(connection: sqlite3.Connection) -> tuple[Places, set[int], set[tuple[int, int]]]:
    """What runs say: for which records (file by its first name, offset) notices stand, and what is lost.

    Of that the numbers of files, and first and last number of records.
    """
    places: Places = set()
    lost: set[int] = set()
    missing: set[tuple[int, int]] = set()
    for _, values in list_events(connection, REMOVED):
        for file, offsets in dict(values.get("files", {})).items():
            places |= {(file, offset) for offset in offsets}
        lost.update(values.get("lost", []))
        missing |= {(first, last) for first, last in values.get("missing", [])}
    return places, lost, missing


def _find_record(connection: sqlite3.Connection, ordinal: int) -> _Record | None:
    """The record of the log with this number; other files may have one, too."""
    whole = f"{_RECORDS} WHERE ordinal = ? AND fault IS NULL AND warc IN (SELECT name FROM log_files)"
    row = connection.execute(whole, (ordinal,)).fetchone()
    return row and _Record(*row)
