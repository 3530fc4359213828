"""The database made once more from the log and the captured pages, and each row of the archive against it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.decisions import TOLD
from harbincrawl.archive.runs.log import POSITION, read_head
from harbincrawl.archive.runs.table import READER
from harbincrawl.evidence import find_sources
from harbincrawl.operations.projection.articles import ReadStates, put_articles, put_unaccounted_rows
from harbincrawl.operations.projection.layouts import OTHER, put_layouts
from harbincrawl.operations.projection.lists import Evidence, Progress, load_conversions, put_lists
from harbincrawl.operations.projection.told import (
    find_told,
    load_stored,
    load_told,
    put_told_rows,
    read_events,
)
from harbincrawl.reread.layouts.settling import find_stale
from harbincrawl.reread.pages import ReadArticle
from harbincrawl.text import count_text

from .captures import check_captured_lines, want_walked_pages
from .comparison import Row, compare_table, find_row, match_key, report_row
from .findings import MEND, OUT_OF_REACH, Findings, Note

_OTHER_LAYOUT = "to be read again by a newer layout"
_NO_LIST = "a title or summary of a list that was not captured"
_LOST = "events of the log are lost"
_NOT_SAID = "not what its capture says"
_OTHER_PARSER = "read by another parser version"
_UNKEPT = "no record was kept"
_KINDS = {
    "no-evidence": _UNKEPT,
    "removed": "evidence removed",
    "damaged": "evidence damaged",
    "unreachable": OUT_OF_REACH,
}
"""Why nothing proves a row, by what became of reading its pages."""


@dataclass
class Projected:
    """What the rows of the archive have to be, in a database of its own.

    Where nothing that is left says what a row has to be, it is the archive's own, and counts as unproven.
    """

    stored: sqlite3.Connection
    right: sqlite3.Connection
    """The other one, empty."""
    evidence: Evidence
    findings: Findings
    is_told: bool = False
    """Whether the log tells all that was decided."""

    @cached_property
    def last(self) -> int:
        """Number of the last record of the log that the archive's database rests on."""
        return read_head(self.stored, POSITION).ordinal

    def load_told(self) -> None:
        """Reads what the log tells, unless it may have lost an event."""
        if self.findings.last_gap > find_told(self.stored, self.last):
            # An event may be among the lost records.
            return
        load_told(self.right, self.stored, self.last)
        self.is_told = True
        self.findings.row_mend = MEND

    def put_told(self) -> None:
        """Puts the rows that are told, or for want of events those that are stored."""
        if not self.is_told:
            load_stored(self.right, self.stored)
            (count,) = self.right.execute("SELECT count(*) FROM temp.told_queue").fetchone()
            self.findings.leave("queue", _LOST, count)
        put_told_rows(self.right)
        load_conversions(self.right, read_events(self.stored, self.last, "conversion"))

    def check_lists(self, progress: Progress) -> None:
        """Reads the list pages, and compares the lines of the lists with them."""
        want_walked_pages(self.right, self.evidence.site)
        put_lists(self.right, self.evidence, progress)
        for name, counted in (("listed", "lines"), ("_list_pages", "list pages")):
            for key, row, right, names in self._compare(name):
                if row is None or not self._is_told(name, key):
                    continue
                if row == right:
                    self.findings.proven[counted] += 1
                    continue
                (capture,) = self._find_told(name, key, "capture")
                reason = self._find_reader(capture)
                if right is None:
                    reason = self._find_page_reason(capture) or reason
                self._judge(name, key, names, reason, counted)
        check_captured_lines(self.right, self.findings)

    def check_layouts(self) -> None:
        """Learns the layouts again, and compares them."""
        for row, reason in put_layouts(self.right, self.evidence):
            if reason is None:
                self.findings.proven["layouts"] += 1
            elif reason != OTHER:
                self.findings.leave("layouts", reason)
            else:
                report_row(self.right, self.findings, "layouts", (row.frame, row.pages), reason)

    def check_articles(self, progress: Progress) -> None:
        """Reads the pages of all articles, and compares each revision with them."""
        states = put_articles(self.right, self.evidence, progress)
        others = self._list_other_pictures()
        stale = find_stale(self.stored, self.evidence.site)
        if stale:
            said = f"{count_text(len(stale), 'article')} to be read again by a newer layout: the next crawl does"
            self.findings.notes.append(Note("unfinished", "articles", said))
        for name in ("revisions", "articles"):
            (total,) = self.stored.execute(f"SELECT count(*) FROM main.{name}").fetchone()
            self.findings.checked[name] += total
            for key, row, right, names in self._compare(name):
                if row is None or not self._is_told(name, key):
                    continue
                if name == "articles" and key[0] in others:
                    names = [*names, "images"]
                is_stale = read_id(self.right, key[0]) in stale
                self._check_state(name, key, right, names, states, is_stale=is_stale)
        self.findings.deleted.update(
            number
            for (number,) in self.right.execute(
                "SELECT number FROM temp.told_articles WHERE number NOT IN (SELECT number FROM main.articles)"
            )
        )

    def _check_state(
        self, name: str, key: Row, right: Row | None, names: list[str], states: ReadStates, *, is_stale: bool
    ) -> None:
        """A revision, the current one or an earlier one."""
        state = key if name == "revisions" else (key[0], None)
        query = f"SELECT parser FROM main.{name} AS t WHERE {match_key(name)}"
        (parser,) = self.stored.execute(query, key).fetchone()
        reading = states.unread.get(state) or states.converted.get(state)
        (capture,) = self._find_told(name, key, "capture")
        reason = self._find_state_reason(capture, reading) if reading else None
        other = _OTHER_PARSER if parser in self.older_readers else None
        if names == ["parser"] and other:
            names = []
        if right is not None and not names:
            if reason is None:
                self.findings.proven[name] += 1
            else:
                self.findings.leave(name, reason)
            return
        if right is not None:
            # What a conversion says proves as much as a page does.
            is_read = reason is None
            reason = _NO_LIST if states.lacking.get(state, frozenset()).issuperset(names) else None
            if reason is None and is_read:
                reason = other or (_OTHER_LAYOUT if is_stale and "layout" in names else None)
        elif reason is None:
            reason = other or (_NO_LIST if state in states.lacking else None)
            if reason is None and reading is not None:
                said = f"{_NOT_SAID} as it is read today ({reading.reason})"
                report_row(self.right, self.findings, name, key, said, f"harbincrawl explain {reading.id} shows why")
                self._keep_state(name, key)
                return
        self._judge(name, key, names, reason, name)

    def _list_other_pictures(self) -> set[int]:
        """The articles whose pictures are not those of their pages."""
        return {key[0] for key, row, right, _ in self._compare("images") if row != right}

    def check_unaccounted(self) -> None:
        """Compares what pages show unaccounted."""
        put_unaccounted_rows(self.right, self.evidence)
        counted = "unexplained lines"
        for key, row, right, _ in self._compare("unaccounted"):
            if row is None:
                continue
            if right is not None:
                self.findings.proven[counted] += 1
                continue
            found = self.stored.execute(
                "SELECT text_digest(text), capture FROM unaccounted WHERE run = ? AND address = ? AND kind = ? AND"
                " text = ?", key,
            ).fetchone()  # fmt: skip
            told = (*key[:3], found[0])
            if self._is_told("unaccounted", told):
                reason = self._find_page_reason(found[1]) or self._find_reader(found[1])
                self._judge("unaccounted", told, [], reason, counted)

    def take_rows(self) -> None:
        """Leaves the right rows to whoever repairs; none of what the reader of today refuses to read."""
        for name, key in sorted(self.findings.wrong_rows, key=str):
            row = find_row(self.right, name, key)
            if row is not None or not self._is_told(name, key):
                self.findings.right_rows[name, key] = row

    def _compare(self, name: str) -> Iterator[tuple[Row, Row | None, Row | None, list[str]]]:
        return compare_table(self.stored, self.right, name)

    def _judge(self, name: str, key: Row, names: list[str], reason: str | None, counted: str) -> None:
        """A row that is not what was read: unproven for a reason, and kept, or wrong."""
        if reason is None:
            report_row(self.right, self.findings, name, key, ": ".join(filter(None, (", ".join(names), _NOT_SAID))))
            self.findings.wrong_rows |= {("images", each) for each in self._list_pictures(name, key)}
            return
        self.findings.leave(counted, reason)
        self._keep_state(name, key)

    def _keep_state(self, name: str, key: Row) -> None:
        """Puts the archive's own row, of an article with its pictures."""
        self._keep(name, key)
        for each in self._list_pictures(name, key):
            self._keep("images", each)

    def _list_pictures(self, name: str, key: Row) -> set[Row]:
        """The keys of the pictures of an article, in both databases."""
        query = "SELECT number, position FROM main.images WHERE number = ?"
        both = (self.stored, self.right) if name == "articles" else ()
        return {row for each in both for row in each.execute(query, key)}

    def _find_state_reason(self, capture: int | None, reading: ReadArticle) -> str | None:
        """Why the pages of a revision could not be read; None where they could, and show no such article."""
        pages = find_sources(self.right, capture)
        if not pages:
            return "no capture"
        reasons = (self._find_page_reason(page.capture) for page in pages)
        return next(filter(None, reasons), None) or _KINDS.get(reading.kind)

    def _find_page_reason(self, capture: int | None) -> str | None:
        """Why the record of a capture cannot be read; None where it can."""
        if capture is not None and (reason := self.findings.find_reason(capture)) is not None:
            return reason
        row = self.right.execute(
            "SELECT c.warc, l.reason FROM captures AS c LEFT JOIN lost_captures AS l ON l.capture = c.id"
            " WHERE c.id = ?",
            (capture,),
        ).fetchone()
        if row is None:
            return "no capture"
        warc, lost = row
        return _UNKEPT if warc is None else lost and f"evidence {lost}"

    def _find_reader(self, capture: int | None) -> str | None:
        """That another version of the reader than today's read a capture; None: it was today's."""
        row = self.right.execute(
            f"SELECT {READER} FROM captures AS c JOIN runs AS r ON r.run = c.run WHERE c.id = ?", (capture,)
        ).fetchone()
        return _OTHER_PARSER if row is not None and row[0] not in (None, self.findings.parser) else None

    @cached_property
    def older_readers(self) -> set[str]:
        """Versions of the reader of earlier runs, other than today's."""
        readers = self.right.execute(f"SELECT DISTINCT {READER} FROM runs AS r")
        return {version for (version,) in readers} - {self.findings.parser, None}

    def _keep(self, name: str, key: Row) -> None:
        """Puts the archive's own row, with what the log tells of it."""
        self.right.execute(f"DELETE FROM main.{name} AS t WHERE {match_key(name)}", key)
        row = find_row(self.stored, name, key)
        if row is None:
            return
        with closing(self.right.execute(f"SELECT * FROM temp.told_{name} AS t WHERE {_match_told(name)}", key)) as told:
            columns = [column for column, *_ in told.description]
            values = told.fetchone() or ()
        left_out = {*TOLD[name].functions, *TOLD[name].computed}
        row |= {column: value for column, value in zip(columns, values, strict=False) if column not in left_out}
        names = ", ".join(f'"{column}"' for column in row)
        self.right.execute(
            f"INSERT OR IGNORE INTO main.{name}({names}) VALUES ({', '.join('?' * len(row))})", list(row.values())
        )

    def _is_told(self, name: str, key: Row) -> bool:
        return bool(self._find_told(name, key, "1"))

    def _find_told(self, name: str, key: Row, columns: str) -> tuple[Any, ...]:
        """Columns of a row as it is told; empty where it is not."""
        query = f"SELECT {columns} FROM temp.told_{name} WHERE {_match_told(name)}"
        return self.right.execute(query, key).fetchone() or ()


def _match_told(name: str) -> str:
    return " AND ".join(f"{key} IS ?" for key in TOLD[name].keys)
