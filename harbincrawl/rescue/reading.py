"""Reading what was fetched: lists for their words, articles as histories with every capture at its own time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.articles.ids import find_number, read_id
from harbincrawl.archive.articles.states import COLUMNS, StoredState
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.unaccounted import put_unaccounted
from harbincrawl.errors import HarbincrawlError
from harbincrawl.evidence import SOURCE_COLUMNS, make_source, read_source
from harbincrawl.identity import Verdict, precedence, shows_nothing
from harbincrawl.records import Unaccounted
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.executor import Executor, cut
from harbincrawl.reread.history import Event, load_events
from harbincrawl.reread.lines import Lists
from harbincrawl.reread.pages import ReadArticle, read_articles, read_list_page
from harbincrawl.reread.restore import replay_history
from harbincrawl.reread.writer import BATCH, RecordWriter
from harbincrawl.sites import Site
from harbincrawl.text import count_text

from .pages import BodyRow, PageJoiner, read_rows
from .report import RescueReport

_UNREAD = "state IN ('fetched', 'repeat') AND outcome IS NULL"
_LEFT = " AND NOT EXISTS (SELECT 1 FROM rescue AS l WHERE l.{0} = r.{0} AND l.state = 'left')"
_SETTLED, _SETTLED_LIST = _LEFT.format("number"), _LEFT.format("address")
Progress = Callable[[int, int], None]
"""Called with (articles read, articles in all)."""


class RescueReader:
    """Makes articles of what was fetched and not read yet; what is known from elsewhere stays known."""

    def __init__(
        self,
        folder: Path,
        writer: RecordWriter,
        site: Site,
        joiner: PageJoiner,
        executor: Executor,
        report: RescueReport,
        now: datetime,
    ) -> None:
        self.folder = folder
        self.writer = writer
        self.connection = writer.connection
        self.site = site
        self.joiner = joiner
        self.executor = executor
        self.report = report
        self.now = now
        self._counted: set[str] = set()
        self._go_on: Callable[[], None] = lambda: None

    def read(self, progress: Progress, go_on: Callable[[], None], *, settled: bool = False) -> None:
        """Reads it all, a batch in a transaction; with `settled`, only that of which nothing is left to be asked for.

        What is read while some of it is missing may be stored otherwise than if all of it were there. `go_on` is called
        before each page and each article, and may raise.
        """
        self._go_on = go_on
        named = self._read_lists(_SETTLED_LIST if settled else "")
        numbers = self._find_touched(named, _SETTLED if settled else "")
        lists = Lists(self.folder, self.connection, self.site, self.executor)
        done = 0
        for batch in cut(numbers, BATCH):
            self._read_batch(lists, batch)
            done += len(batch)
            progress(done, len(numbers))

    def _read_lists(self, condition: str) -> set[str]:
        """The ids of the articles that lists name which were not read yet."""
        named: set[str] = set()
        addresses = self.connection.execute(
            f"SELECT DISTINCT address FROM rescue AS r WHERE {_UNREAD} AND number IS NULL{condition} ORDER BY address"
        ).fetchall()
        for batch in cut(addresses, BATCH):
            self.writer.begin()
            for (address,) in batch:
                self._go_on()
                rows = read_rows(self.connection, "number IS NULL AND r.address = ?", address)
                self.joiner.keep_repeats(rows)
                for row in rows:
                    if row.outcome is None:
                        ids = self._read_list(row.capture)
                        named |= ids or set()
                        self._set_outcome(row, "list_pages" if ids is not None else "not_an_article")
            self.writer.commit({})
        return named

    def _read_list(self, capture: int) -> set[str] | None:
        place = self.connection.execute(f"SELECT {SOURCE_COLUMNS} FROM captures WHERE id = ?", (capture,)).fetchone()
        source = make_source(*place)
        try:
            stored = read_source(self.folder, source)
            listing = read_list_page(stored.body, stored.http_headers, source.address, stored.target, self.site)
        except (HarbincrawlError, ValueError):
            return None
        meaning = self.site.read_address(source.address)
        self._put_unaccounted(source.address, meaning.section_path if meaning else "", listing.unaccounted, capture)
        return {line.id for line in listing.lines if line.id is not None} if listing.lines else None

    def _find_touched(self, named: Iterable[str], condition: str) -> list[int]:
        """The articles of captures that were not read yet, and rescued ones that new lists name."""
        numbers = {number for id in named if (number := find_number(self.connection, id)) is not None}
        rows = self.connection.execute(
            f"SELECT number FROM rescue AS r WHERE number IS NOT NULL AND ({_UNREAD} OR"
            f" (state = 'fetched' AND number IN (SELECT value FROM json_each(?)))){condition} GROUP BY number",
            (json.dumps(sorted(numbers)),),
        )
        found = [(read_id(self.connection, number), number) for (number,) in rows.fetchall()]
        return [number for _, number in sorted(found, key=lambda each: precedence(each[0]))]

    def _read_batch(self, lists: Lists, numbers: list[int]) -> None:
        connection = self.connection
        self.writer.begin()
        rows = {number: read_rows(connection, "number = ?", number) for number in numbers}
        further: dict[int, dict[int, bool]] = {}
        for number in numbers:
            self._go_on()
            self.joiner.join(rows[number])
            further[number] = {
                row.capture: (page := self.joiner.read_page(row.capture)) is not None and page.page == row.page
                for row in rows[number]
                if row.page > 1
            }
        ids = {read_id(connection, number): number for number in numbers}
        events = load_events(connection, self.site, ids)
        jobs = (event.make_job(id) for id, number in ids.items() for event in events.get(id, ()) if event.status == 200)
        book = LayoutBook.read(connection)
        answers = map(_refuse_empty, read_articles(self.executor, self.folder, self.site, jobs, book))
        outcomes = {}
        for id, number in ids.items():
            self._go_on()
            history = events.get(id, [])
            readings = {event.source.capture: next(answers) for event in history if event.status == 200}
            outcome = self._read_article(lists, id, number, history, readings, rows[number], further[number])
            if outcome is not None:
                outcomes[id] = outcome
        self.writer.commit(outcomes)

    def _read_article(
        self,
        lists: Lists,
        id: str,
        number: int,
        events: list[Event],
        readings: dict[int, ReadArticle],
        rows: list[BodyRow],
        further: dict[int, bool],
    ) -> str | None:
        """Puts the states of an article; returns its outcome, None where there is none to tell."""
        before = _Snapshot(self.connection, number)
        verdicts = replay_history(self.writer, lists, id, events, readings)
        self._confirm(number)
        is_same = before.is_same_as(_Snapshot(self.connection, number))
        if is_same and before.change is not None:
            # No record is otherwise: nobody has to be told.
            self.connection.execute("UPDATE articles SET change = ? WHERE number = ?", (before.change, number))
        was_new = before.change is None or any(row.outcome == "new" for row in rows)
        told = verdicts if was_new else _tell_older(verdicts)
        is_incomplete = False
        for row in rows:
            if row.is_repeat:
                outcome = "repeat"
            elif row.page > 1:
                outcome = "further_pages" if further[row.capture] else "not_an_article"
            else:
                kind = readings[row.capture].kind if row.capture in readings else "damaged"
                outcome = told.get(row.capture) or ("incomplete" if kind == "pages" else "not_an_article")
                is_incomplete = is_incomplete or outcome == "incomplete"
            self._set_outcome(row, outcome)
            reading = readings.get(row.capture) if row.outcome is None else None
            if reading is not None and reading.article is not None:
                shown = reading.article
                self._put_unaccounted(shown.url, shown.section_path, shown.unaccounted, row.capture)
        if verdicts:
            return "new" if before.change is None else "same" if is_same else "changed"
        if before.change is None and (is_incomplete or any(further.values())) and not self._has_left(number):
            return self._fail(number, rows, is_incomplete=is_incomplete)
        return None

    def _has_left(self, number: int) -> bool:
        """Whether a page of an article is yet to be asked for."""
        row = self.connection.execute(
            "SELECT EXISTS (SELECT 1 FROM rescue WHERE number = ? AND state = 'left')", (number,)
        ).fetchone()
        return bool(row[0])

    def _fail(self, number: int, rows: list[BodyRow], *, is_incomplete: bool) -> str:
        """Notes that an article could not be put together."""
        page = next((row for row in rows if (row.page == 1) == is_incomplete), rows[0])
        pages = sorted({row.page for row in rows})
        reason = f"only {count_text(len(pages), 'page')} of it could be rescued ({', '.join(map(str, pages))})"
        runs.put_failure(self.connection, self.writer.store.run, page.address, number, "pages", reason, self.now)
        self.report.fail(page.address, "pages", reason)
        return "failed"

    def _put_unaccounted(self, address: str, section: str, unaccounted: Sequence[Unaccounted], capture: int) -> None:
        if address not in self._counted:
            # An article counts once, however often it was captured.
            self.report.unaccounted.count(address, section, unaccounted)
            self._counted.add(address)
        put_unaccounted(self.connection, self.writer.store.run, address, unaccounted, self.site, capture)

    def _confirm(self, number: int) -> None:
        """An article that the site's own lists show is on the site, though it never answered us with it."""
        self.connection.execute(
            "UPDATE articles SET status = 'live' WHERE number = ?1 AND status = 'unknown'"
            " AND EXISTS (SELECT 1 FROM listed WHERE number = ?1 AND stands)",
            (number,),
        )

    def _set_outcome(self, row: BodyRow, outcome: str) -> None:
        self.connection.execute(
            "UPDATE rescue SET outcome = ? WHERE source = ? AND original = ? AND timestamp = ?",
            (outcome, row.source, row.original, row.timestamp),
        )


class _Snapshot:
    """An article as other programs see it."""

    def __init__(self, connection: sqlite3.Connection, number: int) -> None:
        stored = StoredState.load(connection, number)
        self.change: int | None = stored.row["change"] if stored else None
        self._row = {name: stored.row[name] for name in COLUMNS if name != "change"} if stored else {}
        self._images = stored.images if stored else []
        self._revisions = connection.execute(
            "SELECT * FROM revisions WHERE number = ? ORDER BY revision", (number,)
        ).fetchall()

    def is_same_as(self, other: _Snapshot) -> bool:
        mine, others = ((each._row | {"capture": None}, each._images, each._revisions) for each in (self, other))
        return mine == others


def _tell_older(verdicts: dict[int, Verdict]) -> dict[int, Verdict]:
    """Verdicts for an article that was known: its first wording is not new, but an older one, or that of the next."""
    if not verdicts:
        return verdicts
    first, *others = verdicts
    return verdicts | {first: "same" if others and verdicts[others[0]] == "same" else "changed"}


def _refuse_empty(answer: ReadArticle) -> ReadArticle:
    if answer.article is not None and shows_nothing(answer.article):
        return replace(answer, article=None, kind="not-an-article")
    return answer
