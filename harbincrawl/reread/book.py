"""Which layout each capture is read by."""

from __future__ import annotations

import sqlite3
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from harbincrawl.archive.layouts import OWN, LayoutRow, read_layouts, read_period
from harbincrawl.evidence import Source
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template
from harbincrawl.records import CRAWLED
from harbincrawl.text import time_text

_MOST_TEMPLATES = 64
"""That a process keeps ready: a site has a few templates at a time."""
Pages = tuple[str, str]
"""Kind and frame of pages."""
Entry = tuple[int, str]
"""The capture, or the time, from which on a layout counts, and the layout in JSON."""


@lru_cache(maxsize=_MOST_TEMPLATES)
def make_template(text: str) -> Template:
    """The layout of the canonical JSON `text`, ready to be compared with pages."""
    return Template(Layout.from_json(text))


@dataclass(slots=True)
class LayoutBook:
    """All layouts of an archive."""

    own: dict[Pages, list[Entry]] = field(default_factory=dict)
    """Those that were learnt from captures of crawls, the first first."""
    foreign: dict[Pages, list[Entry]] = field(default_factory=dict)

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> LayoutBook:
        """Those of the archive at `connection`."""
        return cls.make(read_layouts(connection))

    @classmethod
    def make(cls, rows: Iterable[LayoutRow]) -> LayoutBook:
        """Of stored layouts."""
        book = cls()
        for row in rows:
            if row.layout is not None:
                known = book.own if row.origin == OWN else book.foreign
                place = row.since if row.origin == OWN else row.period
                known.setdefault((row.kind, row.frame), []).append((place, row.layout))
        for entries in (*book.own.values(), *book.foreign.values()):
            entries.sort()
        return book

    def at(self, source: Source) -> BookPage:
        """The layouts by which the capture is read."""
        return BookPage(self, source.first or source.capture, _period(source), is_own=source.source in CRAWLED)

    def at_last(self) -> BookPage:
        """The layouts by which a page is read that is fetched now."""
        return BookPage(self, sys.maxsize, 0, is_own=True)

    def choose(self, pages: Pages, capture: int, period: int, *, is_own: bool) -> str | None:
        """The layout of these pages, in JSON: the last that was learnt by then, else the first one after it.

        For captures of others their own layouts come first, by the time that they claim.
        """
        own, foreign = self.own.get(pages, ()), self.foreign.get(pages, ())
        if is_own or not foreign:
            return _choose(own, capture if is_own else 0)
        return _choose(foreign, period)

    def cut(self, sources: Iterable[Source]) -> LayoutBook:
        """The book with what these captures may need alone: a job takes it along."""
        found = LayoutBook()
        pages = self.own.keys() | self.foreign.keys()
        for source in sources:
            for each in pages:
                for known, kept, place in (
                    (self.own, found.own, (source.first or source.capture) if source.source in CRAWLED else 0),
                    (self.foreign, found.foreign, _period(source)),
                ):
                    entry = _find(known.get(each, ()), place)
                    if entry and entry not in (entries := kept.setdefault(each, [])):
                        entries.append(entry)
        for entries in (*found.own.values(), *found.foreign.values()):
            entries.sort()
        return found


@dataclass(frozen=True, slots=True)
class BookPage:
    """The layouts of an archive as they count for one capture; what readers of pages take for `Layouts`."""

    book: LayoutBook
    capture: int
    period: int
    is_own: bool

    def find(self, kind: str, frame: str) -> Template | None:
        """The layout of pages of this kind and frame."""
        text = self.book.choose((kind, frame), self.capture, self.period, is_own=self.is_own)
        return make_template(text) if text else None


def _period(source: Source) -> int:
    return read_period(time_text(source.fetched_at))


def _find(entries: Sequence[Entry], place: int) -> Entry | None:
    if not entries:
        return None
    at = bisect_right(entries, place, key=lambda entry: entry[0])
    return entries[max(0, at - 1)]


def _choose(entries: Sequence[Entry], place: int) -> str | None:
    entry = _find(entries, place)
    return entry[1] if entry else None
