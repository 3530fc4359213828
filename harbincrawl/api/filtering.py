"""Filters and names of articles that an archive is asked with: what they mean, and what is said of unknown ones."""

from __future__ import annotations

import sqlite3
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from harbincrawl.archive.naming import find_article
from harbincrawl.archive.origin import read_mirrored, read_site
from harbincrawl.errors import FilterError
from harbincrawl.search.filters import Filters
from harbincrawl.search.spelling import find_unknown_names
from harbincrawl.text import nearest

from .article import Article
from .options import read_filters
from .reader import Reader

_NAMES = "expected a number (5370), an id (harbin-today:5370) or an address of the site"
_MOST_NAMED = 30
"""Sections that an error names."""


class FilteringReader(Reader):
    """A reader with filters."""

    def _prepare(self, folder: Path) -> None:
        super()._prepare(folder)
        self._met: set[tuple[str, str]] = set()
        """Names of sections, sources and authors that articles have."""

    def _read_filters(
        self, connection: sqlite3.Connection, options: Mapping[str, Any], *own: str, query: bool = True
    ) -> Filters:
        """The filters of keyword arguments, see `read_filters`. Raises FilterError for a section that there is not.

        A source or an author that no article has is a warning: there may be none today.
        """
        filters = read_filters(options, *own, query=query)
        given = {("section", name) for name in filters.sections}
        given |= {("source", name) for name in filters.sources} | {("author", name) for name in filters.authors}
        if given - self._met:
            self._check_names(connection, filters)
            self._met |= given
        return filters

    def _check_names(self, connection: sqlite3.Connection, filters: Filters) -> None:
        if connection.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is None:
            return  # of an empty archive nothing is known
        for kind, name, near in find_unknown_names(connection, filters):
            meant = f'; did you mean "{near}"?' if near else ""
            if kind != "section":
                level = _find_caller()
                warnings.warn(f'no article has the {kind} "{name}"{meant}', UserWarning, stacklevel=level)
                continue
            site = read_site(connection)
            paths = [path for (path,) in connection.execute("SELECT DISTINCT section_path FROM articles ORDER BY 1")]
            known = {name.casefold() for section in site.sections for name in (section.path, section.label)}
            if name.casefold() not in known:
                near = near or nearest(name, paths)
                listed = ", ".join(paths[:_MOST_NAMED]) + (", …" if len(paths) > _MOST_NAMED else "")
                meant = f'; did you mean "{near}"?' if near else "."
                raise FilterError(f'no section "{name}"{meant} Known sections: {listed}.')

    def _need_number(self, identity: int | str | Article) -> int:
        """The internal number of a stored article. Raises KeyError, and TypeError for what can be no name of one."""
        if isinstance(identity, bool) or not isinstance(identity, int | str | Article):
            raise TypeError(f"{identity!r} names no article: {_NAMES}.")
        number = self._find_number(identity)
        if number is None:
            raise make_missing(identity)
        return number

    def _find_number(self, identity: int | str | Article) -> int | None:
        """The internal number of the stored article that `identity` names."""
        name = identity.id if isinstance(identity, Article) else str(identity)
        with self.reading() as connection:
            return find_article(connection, name, read_mirrored(connection))


def make_missing(identity: object) -> KeyError:
    """The error for an article that is not stored."""
    name = identity.id if isinstance(identity, Article) else identity
    return KeyError(f"the archive has no article {name!r}: {_NAMES}")


def _find_caller() -> int:
    """How many calls above that of this function the line is that asked the archive: a warning names it."""
    frame: FrameType | None = sys._getframe(1)
    level = 1
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith("harbincrawl."):
        frame, level = frame.f_back, level + 1
    return level
