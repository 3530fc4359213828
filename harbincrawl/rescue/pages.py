"""Which captures of further pages belong to which capture of an article's first page: those nearest in time."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from harbincrawl.errors import HarbincrawlError, WarcError
from harbincrawl.evidence import SOURCE_COLUMNS, Source, make_source, read_source
from harbincrawl.records import OWN, Article
from harbincrawl.reread.pages import read_article_page
from harbincrawl.sites import Site
from harbincrawl.text import read_time

from .cdx import read_moment
from .evidence import EvidenceWriter

_MOST_FIRSTS = 3
"""Captures of a first page that are asked whether a further page is theirs."""
_IS_RESCUED = f"source NOT IN {OWN}"


class BodyRow(NamedTuple):
    """A row of `rescue` whose body is here."""

    source: str
    original: str
    timestamp: str
    address: str
    page: int
    digest: str | None
    state: str
    outcome: str | None
    capture: int
    """Of its body."""
    moment: datetime | None
    """None: the digits of a repeat that are no date."""

    @property
    def is_repeat(self) -> bool:
        return self.state == "repeat"


def read_rows(connection: sqlite3.Connection, condition: str, value: int | str) -> list[BodyRow]:
    """The rows of which the SQL `condition` holds and whose bodies are here, in the order of time."""
    rows = connection.execute(
        "SELECT r.source, original, timestamp, r.address, page, r.digest, state, outcome, capture, c.fetched_at"
        f" FROM rescue AS r JOIN captures AS c ON c.id = r.capture WHERE {condition}"
        " AND state IN ('fetched', 'repeat')",
        (value,),
    )
    found = [
        BodyRow._make((*row, read_moment(row[2]) if row[6] == "repeat" else read_time(fetched_at)))
        for *row, fetched_at in rows.fetchall()
    ]
    return sorted(found, key=lambda row: (row.timestamp, row.source, row.original))


class PageJoiner:
    """Stores repeats that tell something, and ties the pages of articles together, in the caller's transaction."""

    def __init__(self, evidence: EvidenceWriter, site: Site, now: datetime) -> None:
        self._evidence = evidence
        self._connection = evidence.store.connection
        self._site = site
        self._now = now
        self._read: dict[int, Article | None] = {}
        self._firsts: list[int] = []
        """Captures of the article's first page."""

    def join(self, rows: list[BodyRow]) -> None:
        """Joins the pages of an article, of which `rows` are all."""
        self._read.clear()
        self._firsts = [row.capture for row in rows if row.page == 1][:_MOST_FIRSTS]
        has_more = any(row.page > 1 for row in rows)
        self.keep_repeats([row for row in rows if row.page == 1], keeps_all=has_more)
        if has_more:
            self._tie(rows)

    def read_page(self, capture: int) -> Article | None:
        """What a capture of one page says; None where it is no page of an article, or lost."""
        if capture not in self._read:
            row = self._connection.execute(f"SELECT {SOURCE_COLUMNS} FROM captures WHERE id = ?", (capture,)).fetchone()
            source = make_source(*row)
            found = self._read_source(source)
            meaning = self._site.read_address(source.address)
            if found is None and meaning and meaning.page > 1:
                # What leads to it may prove it.
                pages = filter(None, map(self.read_page, self._firsts))
                found = next(filter(None, (self._read_source(source, before) for before in pages)), None)
            self._read[capture] = found
        return self._read[capture]

    def _read_source(self, source: Source, before: Article | None = None) -> Article | None:
        try:
            stored = read_source(self._evidence.folder, source)
            place = (source.address, stored.target, source.fetched_at)
            return read_article_page(stored.body, stored.http_headers, *place, self._site, before)
        except HarbincrawlError:
            return None

    def keep_repeats(self, rows: list[BodyRow], *, keeps_all: bool = False) -> None:
        """Stores the repeats among `rows` as captures; those of the body before them only where `keeps_all` says so.

        They say nothing new, unless further pages may have changed meanwhile.
        """
        before: dict[str, str | None] = {}
        for row in rows:
            is_news = row.digest is None or before.get(row.address) != row.digest
            before[row.address] = row.digest
            if row.is_repeat and row.moment is not None and (is_news or keeps_all):
                # A body that was purged or damaged meanwhile cannot be referred to; `verify` names the damage.
                with suppress(WarcError):
                    self._take_own(row, set())

    def _take_own(self, row: BodyRow, taken: set[int]) -> int:
        """A capture of the very moment of `row` that is not `taken`, stored where there is none."""
        assert row.moment is not None  # noqa: S101 - others are never asked for
        own = (each for each in self._evidence.find_own(row.address, row.moment, row.source) if each not in taken)
        found = next(own, None)
        if found is None:
            found = self._evidence.repeat(row.capture, row.original, row.moment, row.source, self._now)
        taken.add(found)
        return found

    def _tie(self, rows: list[BodyRow]) -> None:
        firsts = {row.address for row in rows if row.page == 1}
        others = {row.address for row in rows if row.page > 1}
        self._connection.execute(
            f"UPDATE captures SET first_page = NULL WHERE {_IS_RESCUED}"
            " AND address IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(others)),),
        )
        candidates: dict[int, list[BodyRow]] = {}
        for row in rows:
            if row.page > 1 and row.moment is not None:
                page = self.read_page(row.capture)
                if page is not None and page.page == row.page:
                    candidates.setdefault(row.page, []).append(row)
        taken: set[int] = set()
        for capture, fetched_at in self._connection.execute(
            f"SELECT id, fetched_at FROM captures WHERE {_IS_RESCUED} AND status = 200"
            " AND address IN (SELECT value FROM json_each(?)) ORDER BY fetched_at, id",
            (json.dumps(sorted(firsts)),),
        ).fetchall():
            first = self.read_page(capture)
            wanted = range(2, first.pages + 1) if first is not None else range(0)
            if any(page not in candidates for page in wanted):
                continue
            moment = read_time(fetched_at)
            for each in wanted:
                nearest = min(candidates[each], key=lambda row: (_distance(row, moment), row.timestamp))
                self._connection.execute(
                    "UPDATE captures SET first_page = ? WHERE id = ?", (capture, self._take_own(nearest, taken))
                )


def _distance(row: BodyRow, moment: datetime) -> float:
    assert row.moment is not None  # noqa: S101 - candidates have one
    return abs((row.moment - moment).total_seconds())
