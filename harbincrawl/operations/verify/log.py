"""The log: every record is in its place, and no file is missing."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.runs.log import POSITION, REMOVED, SEALED, read_files, read_head
from harbincrawl.archive.runs.seals import read_id
from harbincrawl.evidence import WARC_FOLDER
from harbincrawl.operations.projection.told import has_told, list_events, locate_record
from harbincrawl.text import count_text
from harbincrawl.warc.heads import find_field
from harbincrawl.warc.log import find_number
from harbincrawl.warc.names import first_name

from .findings import NO_SEAL, Findings
from .warc_records import has_capture

_RECORDS = 'SELECT warc, "offset", type, fault, removed, ordinal, leaf, text FROM temp.records'
_MISPLACED = """
SELECT r.run FROM temp.events AS e JOIN log_files AS f ON f.name = e.warc
 JOIN runs AS r ON r.seal = json_extract(e.text, '$.seal') LEFT JOIN _seals AS s ON s.run = r.run
WHERE e.kind = 'seal' AND (s.file, s."offset") IS NOT (f.number, e."offset")"""
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
    text: str | None

    @property
    def where(self) -> str:
        return f"warc/{self.warc} at byte {self.offset}"

    @property
    def place(self) -> tuple[str, int]:
        return first_name(self.warc), self.offset

    @property
    def is_gap(self) -> bool:
        """Whether records may have stood here whose numbers nobody knows any more."""
        return self.fault is not None or (self.removed is not None and self.ordinal is None)


def check_log(connection: sqlite3.Connection, findings: Findings, *, held: bool) -> None:
    """Checks numbers and order of all records, and what each file says of the one before it.

    `held`: a run is writing right now.
    """
    removed, lost, missing = _read_removed(connection)
    known, files = read_files(connection), _list_files(connection)
    _check_files(connection, findings, known, files, lost)
    last = _Record("", 0, "", None, None, 0, None, None)
    # Whether records may have stood behind it that are lost.
    has_gap = False
    unsaid: list[_Record] = []
    for before, (number, name) in zip((0, *files), files.items(), strict=False):
        has_gap |= number > before + 1
        previous = None if has_gap or not last.ordinal else last
        offset = -1
        for row in connection.execute(f'{_RECORDS} WHERE warc = ? ORDER BY "offset"', (name,)):
            record = _Record(*row)
            if offset < 0 and not record.is_gap and not any(end + 1 == record.ordinal for _, end in missing):
                _check_beginning(connection, findings, number, record, previous)
            offset = record.offset
            if record.removed is not None and record.place not in removed:
                unsaid.append(record)
            if record.is_gap:
                has_gap = True
            elif (between := _find_between(findings, last, record)) is not None:
                if between in missing:
                    has_gap = True
                elif between[0] <= between[1] and not has_gap:
                    findings.missing_records.append(between)
                    said = count_text(between[1] - between[0] + 1, "record is", "records are")
                    findings.report("warc", record.where, f"{said} missing before record {record.ordinal}")
                if has_gap:
                    findings.last_gap = record.ordinal or 0
                last, has_gap = record, False
        # A repair has cut off what was damaged at its end.
        has_gap |= any(file == first_name(name) and place > offset for file, place in removed)
    if has_gap or max(known, default=0) > max(files, default=0):
        has_gap, findings.last_gap = True, sys.maxsize
    for record in unsaid:
        findings.report("warc", record.where, "a record was removed here, and no run says that it removed one")
    if findings.last_gap:
        # It may be the log that has lost what the run said.
        findings.unsaid_removals |= {record.place for record in unsaid}
    _check_end(connection, findings, last.ordinal or 0, has_gap=has_gap, held=held)


def _check_files(
    connection: sqlite3.Connection,
    findings: Findings,
    known: Mapping[int, str],
    files: Mapping[int, str],
    lost: Collection[int],
) -> None:
    """Names the files of the log that are missing, but for the `lost` ones of which a run says so."""
    findings.lost_files |= known.keys() - files.keys()
    for number in sorted(findings.lost_files):
        # What has captures was named with them.
        if not has_capture(connection, known[number]):
            findings.report("warc", f"warc/{known[number]}", "the file is missing")
    for before, (number, name) in zip((0, *files), files.items(), strict=False):
        if missing := set(range(before + 1, number)).difference(lost, known):
            those = f"file {min(missing)} is" if len(missing) == 1 else f"{len(missing)} files are"
            findings.report("warc", f"warc/{name}", f"{those} missing before it")
            findings.lost_files |= missing


def _find_between(findings: Findings, last: _Record, record: _Record) -> tuple[int, int] | None:
    """First and last number between two records; None where the second one cannot stand there, which is named."""
    before = last.ordinal or 0
    if record.ordinal is None:
        findings.report("warc", record.where, "a record that is none of this archive's: it has no number")
    elif record.ordinal <= before:
        findings.report("warc", record.where, f"record {record.ordinal} stands behind record {before}")
    else:
        return before + 1, record.ordinal - 1
    return None


def _check_beginning(
    connection: sqlite3.Connection, findings: Findings, number: int, record: _Record, before: _Record | None
) -> None:
    """What the first record of the file `number` says of its place; `before` is the last one of the file before it."""
    if record.type != "warcinfo":
        findings.report("warc", record.where, f"expected a warcinfo record, found {record.type}")
        return
    fields = json.loads(record.text or "[]")
    said = {name: find_field(fields, f"harbincrawl-{name}") for name in ("archive", "file", "first-ordinal")}
    where = f"warc/{record.warc}"
    if said["archive"] != read_id(connection):
        findings.report("warc", where, "it is a file of another archive")
    elif (said["file"], said["first-ordinal"]) != (str(number), str(record.ordinal)):
        findings.report("warc", where, "it says another number of itself or of its first record")
    named = find_field(fields, "harbincrawl-record-before")
    is_behind = before is not None and before.removed is None and before.ordinal == (record.ordinal or 0) - 1
    if before is not None and is_behind and named != f"sha256:{before.leaf}":
        findings.report("warc", where, f"the record before it is not the one that it names ({before.where})")


def _check_end(connection: sqlite3.Connection, findings: Findings, ordinal: int, *, has_gap: bool, held: bool) -> None:
    """The log has what the database rests on; what it has beyond that, up to `ordinal`, a killed run has left."""
    position = read_head(connection, POSITION).ordinal
    if position > ordinal and not has_gap:
        known = count_text(position, "record")
        findings.report("warc", "warc", f"the database rests on {known}, and the WARC files have {ordinal}")
    elif ordinal > position and not held:
        said = f"{count_text(ordinal - position, 'record')} that the database has not"
        if any(each > position for each, _ in list_events(connection, REMOVED)):
            findings.put_behind("warc", said, "a purge or repair did not come to its end: give it again")
        elif has_told(connection, position):
            findings.put_behind("warc", said)


def check_heads(folder: Path, connection: sqlite3.Connection, findings: Findings) -> None:
    """The database knows which records it rests on, and where. While a run writes nothing is to be said."""
    for name, ordinal in ((POSITION, None), (SEALED, findings.last_seal)):
        head = read_head(connection, name)
        if ordinal == NO_SEAL:
            continue
        found = locate_record(connection, folder / WARC_FOLDER, head.ordinal if ordinal is None else ordinal)
        if found not in (None, head):
            findings.report("warc", "warc", f"the database names another {name} record, or another place of it")
    for (run,) in connection.execute(_MISPLACED):
        findings.report("seal", f"run {run}", "the database names another place of its record")


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
