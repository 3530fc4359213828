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
        is_own = source.source in CRAWLED
        capture = (source.first or source.capture) if is_own else 0
        return BookPage(self, capture, read_period(time_text(source.fetched_at)), is_own)

    def at_last(self) -> BookPage:
        """The layouts by which a page is read that is fetched now."""
        return BookPage(self, sys.maxsize, 0, is_own=True)

    def cut(self, sources: Iterable[Source]) -> LayoutBook:
        """The book with what these captures may need alone: a job takes it along."""
        found = LayoutBook()
        pages = self.own.keys() | self.foreign.keys()
        for at in map(self.at, sources):
            for each in pages:
                for known, kept, place in (
                    (self.own, found.own, at.capture),
                    (self.foreign, found.foreign, at.period),
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
    """The first capture of a crawl that brought the same bytes; 0 for a capture of others."""
    period: int
    is_own: bool

    def choose(self, kind: str, frame: str) -> str | None:
        """The layout of these pages, in JSON: the last that was learnt by then, else the first one after it.

        For captures of others their own layouts come first, by the time that they claim.
        """
        own, foreign = self.book.own.get((kind, frame), ()), self.book.foreign.get((kind, frame), ())
        by_own = self.is_own or not foreign
        entry = _find(own, self.capture) if by_own else _find(foreign, self.period)
        return entry[1] if entry else None

    def find(self, kind: str, frame: str) -> Template | None:
        """The layout of pages of this kind and frame."""
        text = self.choose(kind, frame)
        return make_template(text) if text else None


def _find(entries: Sequence[Entry], place: int) -> Entry | None:
    if not entries:
        return None
    at = bisect_right(entries, place, key=lambda entry: entry[0])
    return entries[max(0, at - 1)]
