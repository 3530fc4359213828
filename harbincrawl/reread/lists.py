"""What the lists said of an article: its title and summary, by the tables or, of an earlier day, by captured lists."""

from __future__ import annotations

import sqlite3
import sys
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path

from harbincrawl.archive.captures import CaptureRow, read_rows
from harbincrawl.archive.lists import find_line
from harbincrawl.archive.queue import read_queued
from harbincrawl.errors import HarbincrawlError
from harbincrawl.records import OWN, Listing, ListWords
from harbincrawl.sites import Site

from .executor import Executor
from .pages import read_lists

_SAID = ListWords._fields.index("capture")
"""Of the fields of ListWords these are what a list says."""

Moment = tuple[str, int]
"""When a page was captured: its time, and the id of its capture, for times are whole seconds."""
Note = Callable[[CaptureRow, Listing | HarbincrawlError | ValueError], None]
"""Gets a captured list page: its capture, and what it says, or why it cannot be read."""


class Lists:
    """What the lists say and said: the tables of the walks for today, captured list pages for every other day."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, site: Site, executor: Executor) -> None:
        self.folder = folder
        self.connection = connection
        self.site = site
        self._executor = executor
        self._lines: dict[str, dict[str, list[tuple[Moment, ListWords]]]] | None = None
        """Of captured list pages, by article and section, in the order of time; what a list says again is kept once."""

    def read(self, note: Note = lambda *_: None) -> None:
        """Takes in all list pages that can still be read, once; an archive that was only crawled may need none."""
        if self._lines is not None:
            return
        self._lines = {}
        choice = "c.status = 200 AND c.warc IS NOT NULL ORDER BY c.fetched_at, c.id"
        pages = (row for row in read_rows(self.connection, choice) if self._find_section(row) is not None)
        for source, found in read_lists(self._executor, self.folder, self.site, pages):
            note(source, found)
            # A list that cannot be read gives no words; the tables still do, and `verify` names the damage.
            section = self._find_section(source) or ""
            for line in found.lines if isinstance(found, Listing) else ():
                if line.id is None:
                    continue
                said = self._lines.setdefault(line.id, {}).setdefault(section, [])
                words = ListWords(line.title, line.summary, line.date, section, source.id, source.id)
                if not said or said[-1][1][:_SAID] != words[:_SAID]:
                    said.append(((source.fetched_at, source.id), words))

    def _find_captured(self, id: str, section: str, moment: Moment) -> ListWords | None:
        """What a list had said by `moment`, or else said first after it; None where no list ever said anything.

        The article's own section is asked first, whenever its list was captured: a crawl reads all lists before any
        article, so of one visit the order of the captures says nothing. Then the others, those that had spoken first.
        """
        self.read()
        sections = (self._lines or {}).get(id, {})
        own = sections.get(section)
        later: ListWords | None = None
        for said in (own,) if own else (sections[path] for path in sorted(sections)):
            at = bisect_right(said, moment, key=lambda each: each[0])
            if at:
                return said[at - 1][1]
            later = later or said[0][1]
        return later

    def _find_section(self, source: CaptureRow) -> str | None:
        """The section of a list page; None for any other page."""
        meaning = self.site.read_address(source.address)
        return meaning.section_path if meaning is not None and meaning.kind == "listing" else None

    def find_words(self, source: CaptureRow, is_last: bool) -> ListWords:
        """What a crawl would have added to the article whose first page is `source`.

        Where that is the last answer of all, the tables of the walks count more than what captured lists said then;
        but while the article waits to be asked for, or is gone, its lists may have moved on without it.
        """
        meaning = self.site.read_address(source.address)
        id, section = (meaning.id or "", meaning.section_path) if meaning else ("", "")
        # What was rescued came in any order: of one second, its lists count as captured before its articles.
        moment = source.fetched_at, source.id if source.source in OWN else sys.maxsize
        state = read_queued(self.connection, id) if is_last else None
        is_today = is_last and not (state is not None and (state.wanted or state.gone))
        if is_today and state is not None and (listed := self.site.read_address(state.address)) is not None:
            section = listed.section_path
        line = find_line(self.connection, id, section)
        return (line if is_today else None) or self._find_captured(id, section, moment) or line or ListWords()
