"""An archive opened for reading by one thread: its connection, the filters and names of articles it is asked with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from harbincrawl.archive.database.connection import FILE, open_reader, raise_typed
from harbincrawl.errors import ClosedArchiveError, FilterError
from harbincrawl.search.choice import has_counted
from harbincrawl.search.days import read_key_range
from harbincrawl.search.filters import FILTERS as ALL_FILTERS
from harbincrawl.search.filters import SHARED, Filters, make_filters
from harbincrawl.text import suggest, time_text

from .article import Article

if TYPE_CHECKING:
    from harbincrawl.sites import Site

SEARCH_FILTERS = SHARED
"""The filters of a search, in the order of forms."""
FILTERS = {each.name: each for each in ALL_FILTERS if each.reach != "inside"}
"""All filters by name, in their order."""
_NAMES = "expected a number (5370), an id (harbin-today:5370) or an address of the site"
_BATCH = 100
"""Rows that an iterator fetches at once."""


class Reader:
    """An archive opened for reading; it belongs to the thread that opened it, and may be read while a crawl writes.

    Pickled, it is its folder: another process opens it anew.
    """

    def __init__(self, folder: str | Path, connection: sqlite3.Connection | None = None) -> None:
        """With a `connection` the archive is read by that, which its owner closes. Raises as `open_reader`."""
        self.folder = Path(folder)
        self._is_closed = False
        self._is_lent = connection is not None
        self._connection = connection or open_reader(self.folder)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.folder,)

    @property
    def site(self) -> Site:
        """The site that it holds, as its last crawl knew it."""
        from harbincrawl.archive.origin import read_site

        with self.reading() as connection:
            return read_site(connection)

    @property
    def title(self) -> str:
        """What the site is called."""
        return self.site.title

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database; whoever asks for more gets a ClosedArchiveError."""
        self._is_closed = True
        if not self._is_lent:
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for SQL of your own; it only reads. SQLite's errors are DatabaseError."""
        if self._is_closed:
            raise ClosedArchiveError(f"the archive in {self.folder} was closed: open it again with open_archive().")
        try:
            yield self._connection
        except sqlite3.Error as error:
            if self._is_lent:
                raise
            raise_typed(error, self.folder / FILE)

    @contextmanager
    def one_state(self) -> Iterator[sqlite3.Connection]:
        """The connection, within a transaction: a purge may take an article away between two statements."""
        with self.reading() as connection:
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    def _read_rows(self, sql: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement one by one. Mistakes are raised before the first is asked for."""
        with self.reading() as connection:
            cursor = connection.execute(sql, values)
        return self._fetch(cursor)

    def _fetch(self, cursor: sqlite3.Cursor) -> Iterator[tuple[Any, ...]]:
        while True:
            with self.reading():
                rows = cursor.fetchmany(_BATCH)
            if not rows:
                return
            yield from rows

    def find_number(self, identity: int | str | Article) -> int:
        """The internal number of a stored article. Raises KeyError."""
        number = self._find_number(identity)
        if number is None:
            name = identity.id if isinstance(identity, Article) else identity
            raise KeyError(f"the archive has no article {name!r}: {_NAMES}")
        return number

    def _find_number(self, identity: int | str | Article) -> int | None:
        """The internal number of the stored article that `identity` names."""
        from harbincrawl.archive.naming import find_article
        from harbincrawl.archive.origin import read_mirrored

        name = identity.id if isinstance(identity, Article) else str(identity)
        with self.reading() as connection:
            return find_article(connection, name, read_mirrored(connection))

    def is_name(self, text: str) -> bool:
        """Whether `text` may name an article; where the site has ids of other shapes than numbers, any word may."""
        from harbincrawl.archive.naming import is_name

        with self.reading() as connection:
            return is_name(text) or has_counted(connection)

    def find_purge(self, name: str) -> str | None:
        """When the article of this name was purged; None: no such article was."""
        from harbincrawl.archive.naming import find_purge
        from harbincrawl.archive.origin import read_mirrored

        with self.reading() as connection:
            return find_purge(connection, name, read_mirrored(connection))


def find_named_site(folder: Path, name: str | None) -> Site:
    """The site of this name or site file, else that of the archive in `folder`. Raises SiteFileError."""
    from harbincrawl.archive.origin import find_named_site

    return find_named_site(folder, name)


def is_backwards(since: str | None, until: str | None) -> bool:
    """Whether the first day of a range is after its last. Raises FilterError for what is no date."""
    days = read_key_range(since, until)
    return days is not None and days[0] > days[1]


def read_filters(given: Mapping[str, Any], query: str = "") -> Filters:
    """The filters of keyword arguments, see SearchOptions; None is not given.

    Raises TypeError for one that there is not, FilterError for a value that leaves no article.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in FILTERS:
            hint = suggest(name, FILTERS, "{!r}")
            raise TypeError(f"there is no filter {name!r}{hint} Filters are {', '.join(FILTERS)}.")
        if value is None:
            continue
        if FILTERS[name].kind == "names":
            values[name] = _read_names(name, value)
        elif isinstance(value, datetime) and FILTERS[name].kind == "moment":
            values[name] = time_text(value)
        elif isinstance(value, date):
            values[name] = value.isoformat()[:10]
        else:
            values[name] = value
    return make_filters(values, query)


def check_choice(name: str, value: str, known: Sequence[str]) -> None:
    """Raises FilterError unless `value` is one of `known`."""
    if value not in known:
        raise FilterError(f"{name}: {value!r} is none of {', '.join(known)}{suggest(str(value), known, '{!r}')}")


def _read_names(name: str, value: Any) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str | int) else tuple(value)
    if not names:
        raise FilterError(f"{name}={value!r} leaves no article: give at least one value, or None for all articles.")
    return tuple(str(each).rpartition(":")[2] if name == "id" else str(each) for each in names)
