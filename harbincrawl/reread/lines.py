"""What the lists said of an article: its title and summary, by the tables or, of an earlier day, by captured lists."""

from __future__ import annotations

import sqlite3
import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from harbincrawl.archive.lists import find_line
from harbincrawl.archive.queue import read_queued
from harbincrawl.errors import HarbincrawlError
from harbincrawl.evidence import Source, make_source, read_source
from harbincrawl.records import OWN, Article, Listing, ListWords
from harbincrawl.sites import Site

from .executor import Executor, check_folder, cut
from .pages import read_list_page

_CHUNK = 40
"""List pages in a job."""

Moment = tuple[datetime, int]
"""When a page was captured: its time, and the id of its capture, for times are whole seconds."""
_SAID = ListWords._fields.index("capture")
"""Of the fields of ListWords these are what a list says."""
LAST = sys.maxsize
"""The id of a capture that is yet to be stored."""


def find_moment(fetched_at: datetime, capture: int, source: str) -> Moment:
    """Up to when lists count for a page.

    What was rescued came in any order: of one second, its lists count as captured before its articles.
    """
    return fetched_at, capture if source in OWN else LAST


@dataclass(slots=True)
class _Wording:
    """Words that a list said from `first` to `last`, as far as it was captured, and no others between."""

    first: Moment
    last: Moment
    words: ListWords


class CapturedLines:
    """The lines of captured list pages, each from the moment of its capture on."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[str, list[_Wording]]] = {}
        """By article and section, in the order of time."""
        self.is_ambiguous = False
        """Whether a list came late that spoke otherwise than those before and behind it: all have to be put again, in
        the order of time, to know from when on they spoke as before."""

    def __contains__(self, id: str) -> bool:
        return id in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def put(self, listing: Listing, section: str, moment: Moment) -> None:
        """Takes in a list page of `section`."""
        for line in listing.lines:
            if line.id is not None:
                wordings = self._lines.setdefault(line.id, {}).setdefault(section, [])
                self._put_words(
                    wordings, ListWords(line.title, line.summary, line.date, section, moment[1], moment[1]), moment
                )

    def _put_words(self, wordings: list[_Wording], words: ListWords, moment: Moment) -> None:
        # Every crawl captures the lists again: a wording is kept once for as long as it stood.
        at = bisect_right(wordings, moment, key=lambda each: each.first)
        said = words[:_SAID]
        if at and wordings[at - 1].words[:_SAID] == said:
            wordings[at - 1].last = max(wordings[at - 1].last, moment)
        elif at and moment < wordings[at - 1].last:
            self.is_ambiguous = True
        elif at < len(wordings) and wordings[at].words[:_SAID] == said:
            wordings[at].first = moment
        else:
            wordings.insert(at, _Wording(moment, moment, words))

    def find(self, id: str, section: str, moment: Moment) -> ListWords | None:
        """What a list had said by `moment`, or else said first after it; None where no list ever said anything.

        The article's own section is asked first, whenever its list was captured: a crawl reads all lists before any
        article, so of one visit the order of the captures says nothing. Then the others, those that had spoken first.
        """
        sections = self._lines.get(id, {})
        own = sections.get(section)
        later: ListWords | None = None
        for wordings in (own,) if own else (sections[path] for path in sorted(sections)):
            at = bisect_right(wordings, moment, key=lambda each: each.first)
            if at:
                return wordings[at - 1].words
            later = later or wordings[0].words
        return later


class Lists:
    """What the lists say and said: the tables of the walks for today, captured list pages for every other day."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, site: Site, executor: Executor) -> None:
        self.folder = folder
        self.connection = connection
        self.site = site
        self._executor = executor
        self._captured: CapturedLines | None = None

    @property
    def captured(self) -> CapturedLines:
        """Read when first asked for: an archive that was only ever crawled hardly needs it."""
        if self._captured is None:
            self._captured = read_captured_lines(self._executor, self.folder, self.connection, self.site)
        return self._captured

    def settle(self) -> None:
        """Call it when lists were put in any order: has those that are stored read again where it left a doubt."""
        if self._captured is not None and self._captured.is_ambiguous:
            self._captured = None

    def find_words(self, id: str, section: str, moment: Moment, stored: Article | None) -> ListWords:
        """What a crawl would add to the article's pages, which are in `section` and were captured at `moment`.

        While an article waits to be asked for, or is gone, its lists may have moved on without it: there its `stored`
        words stay.
        """
        state = read_queued(self.connection, id)
        if state is not None:
            if state.wanted or state.gone:
                if stored is None:
                    return self.find_old_words(id, section, moment)
                words = stored.title, stored.summary, stored.updated, stored.section_path
                return ListWords(*words, stored.line, stored.summary_line)
            meaning = self.site.read_address(state.address)
            section = meaning.section_path if meaning else section
        today = find_line(self.connection, id, section)
        return today or self.captured.find(id, section, moment) or ListWords()

    def find_old_words(self, id: str, section: str, moment: Moment) -> ListWords:
        """The same for a day long past: what the captured lists said then counts more than what the tables say now."""
        old = self.captured.find(id, section, moment)
        return old or find_line(self.connection, id, section) or ListWords()


def read_captured_lines(executor: Executor, folder: Path, connection: sqlite3.Connection, site: Site) -> CapturedLines:
    """The lines of all list pages in the archive that can still be read."""
    found = CapturedLines()
    chunks = cut(_list_listings(connection, site), _CHUNK)
    folder = folder.absolute()
    for chunk in executor.map(partial(_read_chunk, folder, site), chunks):
        for source, section, listing in chunk:
            found.put(listing, section, source.moment)
    return found


def _list_listings(connection: sqlite3.Connection, site: Site) -> Iterator[tuple[Source, str]]:
    rows = connection.execute(
        'SELECT id, address, fetched_at, warc, "offset", origin FROM captures WHERE status = 200 AND warc IS NOT NULL'
        " ORDER BY fetched_at, id"
    )
    for row in rows:
        meaning = site.read_address(row[1])
        if meaning is not None and meaning.kind == "listing":
            yield make_source(*row), meaning.section_path


def _read_chunk(folder: Path, site: Site, sources: list[tuple[Source, str]]) -> list[tuple[Source, str, Listing]]:
    check_folder(folder)
    found = []
    for source, section in sources:
        try:
            stored = read_source(folder, source)
            listing = read_list_page(stored.body, stored.http_headers, source.address, stored.target, site)
        except (HarbincrawlError, ValueError):
            # A list that cannot be read gives no words; the tables still do, and `verify` names the damage.
            continue
        found.append((source, section, listing))
    return found
