"""The rows of the archive against those that the log and the captured pages give, in a database of their own."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from functools import partial

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.captures import find_pages
from harbincrawl.archive.decisions import TOLD, add_functions
from harbincrawl.archive.runs.log import POSITION, read_head
from harbincrawl.archive.runs.table import READER
from harbincrawl.duplicates.links import link_all
from harbincrawl.operations.projection.articles import (
    OTHER,
    State,
    States,
    put_articles,
    put_layouts,
    put_unaccounted_rows,
)
from harbincrawl.operations.projection.compare import (
    Pair,
    Row,
    compare_logged,
    compare_read,
    list_columns,
    match_key,
    pair_rows,
)
from harbincrawl.operations.projection.lists import Evidence, load_conversions, put_lists
from harbincrawl.operations.projection.told import (
    find_told,
    load_stored,
    load_told,
    put_reports,
    put_told_rows,
    read_events,
)
from harbincrawl.reread.layouts.settling import find_stale

from .findings import DAMAGED, Findings, Progress

_LOST = "events of the log are lost"
_OTHER_PARSER = "read by another parser version"
_UNKEPT = "no record was kept"
_OF_LISTS = {"title", "updated", "summary", "key", "fingerprint"}
"""Columns that may have the words of a list."""
_COUNTED = {
    "articles": "articles", "revisions": "revisions", "listed": "lines", "_list_pages": "list pages",
    "unaccounted": "unexplained lines", "duplicates": "copies",
}  # fmt: skip
"""By table of which pages tell something, the kind of its rows in the report."""
_FAULTS = """
SELECT c.id, c.warc, c."offset", c.address, l.reason,
 iif(r.type IS NULL, 'no whole record begins here', coalesce(r.fault, 'removed: ' || r.removed,
 iif(r.type NOT IN ('response', 'revisit'), 'expected a response or revisit record, found ' || r.type, NULL),
 iif(r.type = 'revisit', iif(o.type IS NOT 'response', 'the original of this revisit is not there',
 coalesce('the original of this revisit is damaged (' || o.fault || ')',
 iif(o.digest IS NOT r.digest, 'the original of this revisit has another digest', NULL))), NULL))), r.fault
FROM captures AS c LEFT JOIN lost_captures AS l ON l.capture = c.id
 LEFT JOIN temp.records AS r ON r.warc = c.warc AND r."offset" = c."offset"
 LEFT JOIN temp.records AS o ON o.warc = r.original AND o."offset" = r.original_offset
ORDER BY c.id"""
_STRAYS = """
SELECT warc, "offset", fault FROM temp.records WHERE fault IS NOT NULL
 AND (warc, "offset") NOT IN (SELECT warc, "offset" FROM captures WHERE warc IS NOT NULL
 AND id NOT IN (SELECT capture FROM lost_captures))"""


def check_records(connection: sqlite3.Connection, findings: Findings) -> None:
    """Names captures whose record, or its original, cannot be read, and damage to which none refers but lost ones."""
    there = {warc for (warc,) in connection.execute("SELECT DISTINCT warc FROM temp.records")}
    for id, warc, offset, address, lost, fault, own in connection.execute(_FAULTS):
        findings.checked["captures"] += 1
        if warc is None or lost is not None:
            reason = _UNKEPT if warc is None else f"evidence {lost}"
            findings.faults[id] = reason
            findings.leave("captures", reason)
        elif fault is None:
            findings.proven["captures"] += 1
        else:
            findings.faults[id] = DAMAGED
            # Of a file that is not there all is said.
            if warc in there:
                findings.report("warc", f"warc/{warc} at byte {offset}", f"{fault}: the capture of {address}")
            if warc in there and own is not None:
                findings.broken_files.add(warc)
    for warc, offset, fault in connection.execute(_STRAYS):
        findings.broken_files.add(warc)
        findings.report("warc", f"warc/{warc} at byte {offset}", fault)


@dataclass
class Rows:
    """What the rows of the archive have to be. Where nothing says what a row has to be, it is unproven."""

    stored: sqlite3.Connection
    right: sqlite3.Connection
    """Another database, empty."""
    findings: Findings
    unread: States = field(default_factory=dict)
    """Revisions that could not be read at all."""
    converted: States = field(default_factory=dict)
    """Those that say what was kept of their pages, which could not be read."""
    unread_lists: set[object] = field(default_factory=set)
    """Captures of list pages that could not be read."""
    believed: set[int] = field(default_factory=set)
    """Numbers of articles that nothing proves."""
    stale: set[str] = field(default_factory=set)
    """Ids of articles that are to be read again by a newer layout."""

    def check_logged(self) -> None:
        """Replays the log, and compares all rows with what it tells, without reading a page."""
        last = read_head(self.stored, POSITION).ordinal
        add_functions(self.stored)
        if self.findings.last_gap > find_told(self.stored, last):
            # An event may be among the lost records.
            load_stored(self.right, self.stored)
            (count,) = self.right.execute("SELECT count(*) FROM temp.told_queue").fetchone()
            self.findings.leave("queue", _LOST, count)
        else:
            load_told(self.right, self.stored, last)
        put_told_rows(self.right)
        load_conversions(self.right, read_events(self.stored, last, "conversion"))
        for name in TOLD:
            for pair in compare_logged(self.stored, self.right, name):
                if pair.stored != pair.right:
                    self._report(name, pair)
                elif name == "queue" and "queue" not in self.findings.unproven:
                    self.findings.proven[name] += 1

    def check_read(self, evidence: Evidence, progress: Progress) -> None:
        """Reads the captured pages, and compares all rows with what they say."""
        self.unread_lists = {*put_lists(self.right, evidence, partial(progress, "list pages"))}
        for row, reason in put_layouts(self.right, evidence):
            if reason is None:
                self.findings.proven["layouts"] += 1
            elif reason != OTHER:
                self.findings.leave("layouts", reason)
            else:
                self.findings.report("layouts", f"{row.frame}, {row.pages}", reason)
        self.unread, self.converted = put_articles(self.right, evidence, partial(progress, "articles"))
        self.stale = find_stale(self.stored, evidence.site)
        put_unaccounted_rows(self.right, evidence)
        for name in ("listed", "_list_pages", "revisions", "articles", "images", "unaccounted"):
            for pair in list(compare_read(self.stored, self.right, name)):
                self._judge(name, pair)
        link_all(self.right)
        put_reports(self.right)
        for name in ("_signatures", "_bands", "duplicates"):
            for pair in compare_read(self.stored, self.right, name):
                if pair.stored != pair.right:
                    self._report(name, pair)
                elif name in _COUNTED:
                    self.findings.proven[_COUNTED[name]] += 1
        self._check_reports()

    def _judge(self, name: str, pair: Pair) -> None:
        """A row that pages give: proven, unproven for a reason, and kept, or wrong."""
        if name in ("articles", "revisions"):
            self.findings.checked[name] += pair.stored is not None
        told = self._find_told(name, pair.key)
        if pair.stored is None or not told or (name == "images" and pair.key[0] in self.believed):
            return
        reason = self._find_reason(name, pair, told)
        if reason is None and (pair.right is None or pair.columns):
            self._report(name, pair)
        elif reason is None and name in _COUNTED:
            self.findings.proven[_COUNTED[name]] += 1
        elif reason is not None:
            self.findings.leave(_COUNTED[name], reason)
            self._keep(name, match_key(name), pair.key)
            if name == "articles":
                self._keep("images", "number IS ?", pair.key)
                self.believed.add(pair.key[0])

    def _find_reason(self, name: str, pair: Pair, told: dict[str, object]) -> str | None:
        """Why nothing proves a row; None where it is as it is read, or wrong."""
        if name == "images":
            return None
        state, is_state = _find_state(name, pair.key), name in ("articles", "revisions")
        lost = self._find_lost(told.get("capture"), state if is_state else None) if is_state or not pair.right else None
        if pair.right is None:
            return lost or self._find_other_parser(name, pair, told)
        if not pair.columns:
            return lost
        lines = {told.get("line"), told.get("summary_line")} & self.unread_lists
        if is_state and lines and _OF_LISTS.issuperset(pair.columns):
            return "a title or summary of a list that was not captured"
        if lost is not None:
            # What was kept of a lost page proves as much as the page.
            return None
        if is_state and "layout" in pair.columns and read_id(self.right, pair.key[0]) in self.stale:
            return "to be read again by a newer layout"
        return self._find_other_parser(name, pair, told)

    def _find_other_parser(self, name: str, pair: Pair, told: dict[str, object]) -> str | None:
        """That another version of the reader than today's, which a run had, read a row."""
        if name in ("articles", "revisions"):
            query, values = f"SELECT parser FROM main.{name} AS t WHERE {match_key(name)}", pair.key
            (parser,) = self.stored.execute(query, values).fetchone()
            known = self.right.execute(f"SELECT 1 FROM runs AS r WHERE {READER} = ?", (parser,)).fetchone()
        else:
            query = f"SELECT {READER} FROM captures AS c JOIN runs AS r ON r.run = c.run WHERE c.id = ?"
            known = self.right.execute(query, (told.get("capture"),)).fetchone()
            parser = known and known[0]
        return _OTHER_PARSER if known is not None and parser not in (None, self.findings.parser) else None

    def _find_lost(self, capture: object, state: State | None) -> str | None:
        """Why a page with this capture cannot be read, or one of those of an article's `state`; None: they can."""
        if state is None:
            return self.findings.faults.get(capture)  # type: ignore[call-overload,no-any-return]
        reading = self.unread.get(state) or self.converted.get(state)
        if reading is None:
            return None
        pages = find_pages(self.right, capture)  # type: ignore[arg-type]
        reasons = (self.findings.faults.get(page.id) for page in pages)
        return next(filter(None, reasons), DAMAGED if reading.kind == "damaged" else None)

    def _find_told(self, name: str, key: Row) -> dict[str, object]:
        """What the log tells of a row; empty where it tells of none."""
        cursor = self.right.execute(f"SELECT * FROM temp.told_{name} WHERE {match_key(name, is_told=True)}", key)
        return dict(zip((column for column, *_ in cursor.description), cursor.fetchone() or (), strict=False))

    def _keep(self, name: str, condition: str, values: Row) -> None:
        """Puts the archive's own rows, of which the rows of copies and reports are made."""
        columns = list_columns(self.right, name)
        names = ", ".join(f'"{column}"' for column in columns)
        rows = self.stored.execute(f"SELECT {names} FROM main.{name} AS t WHERE {condition}", values)
        self.right.execute(f"DELETE FROM main.{name} AS t WHERE {condition}", values)
        places = ", ".join("?" * len(columns))
        self.right.executemany(f"INSERT OR IGNORE INTO main.{name}({names}) VALUES ({places})", rows)

    def _check_reports(self) -> None:
        """The reports of runs have the words of rows, which the log tells by themselves."""
        query = "SELECT run, report FROM main.runs WHERE report IS NOT NULL ORDER BY run"
        for key, stored, right in pair_rows(self.stored.execute(query), self.right.execute(query), 1):
            if stored is not None and right is not None and not _is_same(stored[1], right[1]):
                self._report("runs", Pair(key, stored, right, ["report"]))

    def _report(self, name: str, pair: Pair) -> None:
        is_article = name in ("articles", "revisions", "images", "queue", "outcomes", "duplicates")
        values = list(pair.key)
        if is_article:
            at = TOLD[name].keys.index("number") if name in TOLD else 0
            values[at] = read_id(self.right, values[at])
        what = pair.difference
        state = _find_state(name, pair.key)
        if name in ("articles", "revisions") and state in self.unread and pair.stored is not None:
            what = f"no article as it is read today ({self.unread[state].reason})"
        self.findings.report(name, ", ".join(map(str, values)), what)


def _find_state(name: str, key: Row) -> State:
    return (key[0], key[1]) if name == "revisions" else (key[0], None)


def _is_same(report: str, right: str) -> bool:
    try:
        return bool(json.loads(report) == json.loads(right))
    except ValueError:
        return False
