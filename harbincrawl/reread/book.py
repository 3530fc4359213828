"""The layouts by which captured pages are read: of each template the last one that was learnt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from sqlite3 import Connection

from harbincrawl.archive.layouts import LayoutRow, read_layouts
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template

_MOST_TEMPLATES = 64
"""That a process keeps ready: a site has a few templates at a time."""


@lru_cache(maxsize=_MOST_TEMPLATES)
def make_template(text: str) -> Template:
    """The layout of the canonical JSON `text`, ready to be compared with pages."""
    return Template(Layout.from_json(text))


@dataclass(frozen=True, slots=True)
class LayoutBook:
    """All layouts of an archive, as readers of pages take them; by an empty one each page is read by itself."""

    layouts: dict[str, str] = field(default_factory=dict)
    """By frame, in JSON."""

    @classmethod
    def read(cls, connection: Connection) -> LayoutBook:
        """Those of the archive at `connection`."""
        return cls.make(read_layouts(connection))

    @classmethod
    def make(cls, rows: Iterable[LayoutRow]) -> LayoutBook:
        """Of stored layouts, in any order; one that failed its test leaves the one before in use."""
        ordered = sorted(rows, key=lambda row: row.pages)
        return cls({row.frame: row.layout for row in ordered if row.layout is not None})

    def find(self, kind: str, frame: str) -> Template | None:
        """The layout of pages of this kind and frame: of articles alone, lists have none."""
        text = self.layouts.get(frame) if kind == "article" else None
        return make_template(text) if text else None
