"""An archive opened for reading: its articles by id, address, search and filter, its words counted, as data frames."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, Unpack

from harbincrawl.archive.database.connection import FILE, open_reader, raise_typed, read_archive
from harbincrawl.archive.naming import find_article
from harbincrawl.archive.origin import read_mirrored, read_site
from harbincrawl.errors import ClosedArchiveError, FilterError, MissingExtraError
from harbincrawl.identity import BITS_FOR_NUMBER
from harbincrawl.search.choice import ORDERS, fit_choice, fit_filters, has_counted, make_record, select_records
from harbincrawl.search.corpus.concordance import CONTEXT, Concordance, ConcordanceLine
from harbincrawl.search.corpus.concordance import SORTS as LINE_SORTS
from harbincrawl.search.corpus.concordance import Sort as LineSort
from harbincrawl.search.corpus.keywords import LEAST, Keyword, find_keywords
from harbincrawl.search.corpus.trends import By, TrendRow, count_trends
from harbincrawl.search.filters import FilterOptions, Filters, SearchOptions
from harbincrawl.search.hits import SORTS, search_page
from harbincrawl.search.passages.finder import LEAST as LEAST_PASSAGE
from harbincrawl.search.passages.rows import Passage, Source, find_passages
from harbincrawl.search.related import find_similar
from harbincrawl.text import count_text

from .article import Article, make_article
from .frames import make_arrow, make_pandas, make_polars
from .options import read_filters

Order = Literal["oldest", "newest", "number", "change"]
Sort = Literal["best", "recent", "newest", "oldest"]
_ALL = 2**31
"""More hits than there are."""


def open_archive(folder: str | Path = "archive") -> Archive:
    """The archive in `folder`, to be closed or used in a `with`. Raises NoArchiveError, DatabaseError."""
    return Archive(Path(folder))


class Archive:
    """An archive opened for reading; it may be read while a crawl writes to it.

    It has the length, the iteration and the `in` of a collection of articles, and gives one by its id or address.
    Filters are keyword arguments, described in SearchOptions and FilterOptions. One that there is not raises TypeError,
    one that cannot be understood FilterError, an archive that was closed ClosedArchiveError, a database that cannot be
    read DatabaseError.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection: sqlite3.Connection | None = open_reader(folder)

    @property
    def folder(self) -> Path:
        """Where the archive is."""
        return self._folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database; nothing can be read any more."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __repr__(self) -> str:
        if self._connection is None:
            return f"<Archive {str(self.folder)!r}, closed>"
        with self.reading() as connection:
            # Keys begin with the day; that of articles without one is 0.
            keys = connection.execute(
                "SELECT (SELECT min(key) FROM articles WHERE key >= ?1),"
                " (SELECT max(key) FROM articles WHERE key >= ?1)",
                (1 << BITS_FOR_NUMBER,),
            ).fetchone()
            first, last = (date.fromordinal(key >> BITS_FOR_NUMBER) if key else None for key in keys)
            days = f", {first} to {last}" if first else ""
            return (
                f"<Archive {str(self.folder)!r}: {read_site(connection).title}, "
                f"{count_text(len(self), 'article')}{days}>"
            )

    def __len__(self) -> int:
        """The number of all articles, copies and gone ones included."""
        return self.count()

    def __iter__(self) -> Iterator[Article]:
        """Every article, oldest first, gone ones included."""
        return self.articles()

    def __contains__(self, identity: object) -> bool:
        """Whether an article is stored: by its id (`5370`, `"harbin-today:5370"`), its address, or itself."""
        name = identity.id if isinstance(identity, Article) else identity
        return isinstance(name, int | str) and self._find_number(name) is not None

    def __getitem__(self, identity: int | str) -> Article:
        """The article with this id (`5370`, `"5370"`, `"harbin-today:5370"`) or address. Raises KeyError."""
        number = self._find_number(identity)
        found = None if number is None else next(self._read_articles(Filters(numbers=(number,))), None)
        if found is None:
            raise KeyError(identity)
        return found

    def count(self, query: str = "", /, **filters: Unpack[FilterOptions]) -> int:
        """How many articles the filters leave, or of them a search for `query` finds; copies included."""
        given = read_filters({**filters, "query": query} if query else filters)
        with self.reading() as connection:
            choice = fit_choice(connection, given)
            where, values = choice.write_conditions()
            (count,) = connection.execute(f"SELECT count(*) FROM {choice.tables()}{where}", values).fetchone()
        return int(count)

    def articles(self, order: Order = "oldest", **filters: Unpack[FilterOptions]) -> Iterator[Article]:
        """The articles that the filters leave, one by one; `order` is oldest, newest, number or change."""
        return self._read_articles(read_filters(filters), order)

    def records(self, order: Order = "oldest", **filters: Unpack[FilterOptions]) -> Iterator[dict[str, Any]]:
        """The same articles as the records that `harbincrawl export` writes."""
        return (record for record, _ in self._read_records(read_filters(filters), order))

    def search(
        self,
        query: str,
        *,
        sort: Sort = "best",
        limit: int | None = 20,
        copies: bool = False,
        **filters: Unpack[SearchOptions],
    ) -> list[Article]:
        """What `harbincrawl search QUERY` finds, in the same order; `limit` None: all of it.

        Words, phrases, AND, OR, -word, prefix*, title:word. With `copies`, copies are articles of their own.
        """
        if sort not in SORTS:
            raise FilterError(f"there is no order {sort!r}: expected {', '.join(SORTS)}.")
        with self._one_state() as connection:
            choice = fit_choice(connection, read_filters({**filters, "query": query}))
            limit = _ALL if limit is None else limit
            hits = search_page(connection, choice, sort=sort, limit=limit, copies=copies).hits
            return self._take_articles(connection, [hit.number for hit in hits])

    def similar(self, identity: int | str, limit: int = 10) -> list[Article]:
        """Articles that share the typical words of one, the most similar first, copies folded. Raises KeyError."""
        number = self._find_number(identity)
        if number is None:
            raise KeyError(identity)
        with self._one_state() as connection:
            found = find_similar(connection, number, limit)
            return self._take_articles(connection, [each.number for each in found])

    def trends(
        self, *queries: str, by: By = "year", smooth: int = 1, **filters: Unpack[SearchOptions]
    ) -> list[TrendRow]:
        """The hits of each query by month or year, beside all articles that the filters leave, as rows for a frame.

        Every period from the first to the last is there for each query; with `smooth`, its share is that of so many
        periods around it. Copies are folded, gone articles count.
        """
        if by not in ("month", "year"):
            raise FilterError(f"there is no period {by!r}: expected month or year.")
        with self._one_state() as connection:
            return count_trends(connection, queries, read_filters(filters), by, smooth).list_rows()

    def concordance(
        self,
        word: str,
        *,
        sort: LineSort = "newest",
        limit: int | None = None,
        context: int = CONTEXT,
        **filters: Unpack[FilterOptions],
    ) -> list[ConcordanceLine]:
        """Every place of a word (`metro`, `met*`, `ice festival`) with `context` characters on either side.

        `sort` is newest, oldest, or left or right for the words beside it. Copies are folded, gone articles count.
        """
        if sort not in LINE_SORTS:
            raise FilterError(f"there is no order {sort!r}: expected {', '.join(LINE_SORTS)}.")
        with self._one_state() as connection:
            lines = Concordance(connection, word, read_filters(filters), sort=sort, context=context)
            return list(islice(lines, limit))

    def keywords(
        self,
        *,
        against: FilterOptions | None = None,
        least: int = LEAST,
        limit: int | None = None,
        **filters: Unpack[FilterOptions],
    ) -> list[Keyword]:
        """The words that the articles of `filters` have more often than those of `against`, by log-likelihood.

        Without `against`, than all other articles: `archive.keywords(since="2020", against={"until": "2019"})`.
        `least`: how often a word is there at least, in both parts together. Numbers are left out. With a `limit` it is
        faster: only so many words are tested, which changes no p. Copies are folded, gone articles count.
        """
        other = None if against is None else read_filters(against)
        with self._one_state() as connection:
            return list(find_keywords(connection, read_filters(filters), other, least=least, limit=limit).words)

    def to_pandas(self, **filters: Unpack[FilterOptions]) -> Any:
        """The records as a DataFrame of pandas: days are timestamps, times are UTC. Raises MissingExtraError."""
        return make_pandas(list(self.records(**filters)))

    def to_polars(self, **filters: Unpack[FilterOptions]) -> Any:
        """The records as a DataFrame of polars, lists and structs as such. Raises MissingExtraError."""
        return make_polars(list(self.records(**filters)))

    def to_arrow(self, **filters: Unpack[FilterOptions]) -> Any:
        """The records as a Table of pyarrow, with the schema of a Parquet export. Raises MissingExtraError."""
        return make_arrow(list(self.records(**filters)))

    def to_dataframe(self, kind: Literal["pandas", "polars"] | None = None, **filters: Unpack[FilterOptions]) -> Any:
        """A data frame of `kind`, else of whichever of pandas and polars is installed. Raises MissingExtraError."""
        kind = kind or next((name for name in ("pandas", "polars") if find_spec(name)), None)
        if kind is None:
            raise MissingExtraError("pandas or polars is required: pip install pandas")
        return self.to_pandas(**filters) if kind == "pandas" else self.to_polars(**filters)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection to the database, for SQL of your own; it only reads. SQLite's errors are DatabaseError."""
        connection = self._connection
        if connection is None:
            raise self._closed()
        try:
            yield connection
        except sqlite3.Error as error:
            if self._connection is None:
                raise self._closed() from None
            raise_typed(error, self.folder / FILE)

    @contextmanager
    def _one_state(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own, so that open iterators do not matter, which sees one state of the archive."""
        with self.reading(), read_archive(self.folder) as connection:
            yield connection

    def _closed(self) -> ClosedArchiveError:
        return ClosedArchiveError(f"the archive in {self.folder} was closed: open it again with open_archive().")

    def _find_number(self, identity: int | str) -> int | None:
        """The internal number of the stored article that `identity` names."""
        with self.reading() as connection:
            return find_article(connection, str(identity), read_mirrored(connection))

    def _read_articles(self, filters: Filters, order: str = "oldest") -> Iterator[Article]:
        return (make_article(record, self, number) for record, number in self._read_records(filters, order))

    def _read_records(self, filters: Filters, order: str) -> Iterator[tuple[dict[str, Any], int]]:
        """(record, internal number) of each article. Mistakes are raised before the first is asked for."""
        if order not in ORDERS:
            raise FilterError(f"there is no order {order!r}: expected {', '.join(ORDERS)}.")
        with self.reading() as connection:
            counted = has_counted(connection)
            fitted = fit_filters(connection, filters)
            rows = connection.execute(*select_records(fitted, order, counted=counted, numbered=True))
        return self._make_records(rows)

    def _make_records(self, rows: sqlite3.Cursor) -> Iterator[tuple[dict[str, Any], int]]:
        with self.reading():
            for row in rows:
                yield make_record(row), int(row[-1])

    def _take_articles(self, connection: sqlite3.Connection, numbers: list[int]) -> list[Article]:
        """The articles in the order of their numbers."""
        return [
            make_article(make_record(row), self, number)
            for number in numbers
            for row in connection.execute(*select_records(Filters(numbers=(number,))))
        ]

    def passages(
        self,
        identity: int | str | None = None,
        *,
        least: int = LEAST_PASSAGE,
        copies: bool = False,
        **filters: Unpack[FilterOptions],
    ) -> list[Passage]:
        """What of an article stands in those that the filters leave, in its order; None: of any two of them.

        At least `least` words, some of them edited; of any two the longest first. Copies are folded, or with `copies`
        compared, too. Raises KeyError.
        """
        number = None if identity is None else self._find_number(identity)
        if number is None and identity is not None:
            raise KeyError(identity)
        with self._one_state() as connection:
            wanted = None if number is None else (0, number)
            source = Source(connection, "")
            return find_passages([source], read_filters(filters), wanted, least=least, copies=copies).passages
