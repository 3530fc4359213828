"""An archive opened for reading: its articles by id, address, search and filter, its words counted, as data frames."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from harbincrawl.archive.origin import read_site
from harbincrawl.errors import MissingExtraError
from harbincrawl.fields import FIELDS, SITE_NAME
from harbincrawl.identity import BITS_FOR_NUMBER
from harbincrawl.search.choice import ORDERS, fit_choice, fit_filters, has_counted, make_record, select_records
from harbincrawl.search.filters import FilterOptions, Filters, SearchOptions
from harbincrawl.search.hits import SORTS, read_order, search_page
from harbincrawl.search.records import CHUNK, read_by_number
from harbincrawl.search.related import find_similar
from harbincrawl.text import count_text

from .article import A, Article, Hit, Similar, make_article
from .corpus import Corpus
from .filtering import make_missing
from .frames import make_arrow, make_pandas, make_polars
from .options import check_choice, check_flag, check_number, check_text
from .rows import Rows
from .tables import Tables
from .values import read_dates

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Order = Literal["oldest", "newest", "number", "change"]
Sort = Literal["best", "newest", "oldest"]


def open_archive(folder: str | Path = "archive") -> Archive:
    """The archive in `folder`, to be closed or used in a `with`. Raises NoArchiveError, DatabaseError."""
    return Archive(Path(folder))


class Archive(Corpus, Tables):
    """An archive opened for reading; it may be read while a crawl writes to it, and by any number of threads.

    It has the length, the iteration and the `in` of a collection of articles, and gives one by its id or address.
    Filters are keyword arguments, described in SearchOptions and FilterOptions. One that there is not, or of a wrong
    type, raises TypeError; one that cannot be understood, or a section that there is not, FilterError, which names what
    is legal; a source or an author that no article has is a warning. An archive that was closed raises
    ClosedArchiveError, a database that cannot be read DatabaseError.
    """

    def __repr__(self) -> str:
        if self._is_closed:
            return f"<Archive {str(self.folder)!r}, closed>"
        with self.reading() as connection:
            # Keys begin with the day; that of articles without one is 0.
            keys = connection.execute(
                "SELECT (SELECT min(key) FROM articles WHERE key >= ?1),"
                " (SELECT max(key) FROM articles WHERE key >= ?1)",
                (1 << BITS_FOR_NUMBER,),
            ).fetchone()
            days = [date.fromordinal(key >> BITS_FOR_NUMBER) for key in keys if key]
            range_of_days = f", {days[0]} to {days[-1]}" if days else ""
            return (
                f"<Archive {str(self.folder)!r}: {read_site(connection).title}, "
                f"{count_text(len(self), 'article')}{range_of_days}>"
            )

    def __len__(self) -> int:
        """The number of all articles, copies and gone ones included."""
        return self.count()

    def __iter__(self) -> Iterator[Article]:
        """Every article, oldest first, gone ones included."""
        return self.articles()

    def __contains__(self, identity: object) -> bool:
        """Whether an article is stored: by its id (`5370`, `"harbin-today:5370"`), its address, or itself."""
        return isinstance(identity, int | str | Article) and self._find_number(identity) is not None

    def __getitem__(self, identity: int | str) -> Article:
        """The article with this id (`5370`, `"5370"`, `"harbin-today:5370"`) or address. Raises KeyError."""
        number = self._need_number(identity)
        found = next(self._read_articles(Filters(numbers=(number,))), None)
        if found is None:
            raise make_missing(identity)
        return found

    def count(self, query: str = "", /, **filters: Unpack[FilterOptions]) -> int:
        """How many articles the filters leave, or of them a search for `query` finds; copies included."""
        if query != "":
            if "query" in filters:
                raise TypeError("count() was given two queries: expected one.")
            filters["query"] = query
        with self.reading() as connection:
            choice = fit_choice(connection, self._read_filters(connection, filters))
            where, values = choice.write_conditions()
            (count,) = connection.execute(f"SELECT count(*) FROM {choice.tables()}{where}", values).fetchone()
        return int(count)

    def articles(self, order: Order = "oldest", **filters: Unpack[FilterOptions]) -> Iterator[Article]:
        """The articles that the filters leave, one by one; `order` is oldest, newest, number or change."""
        return self._read_articles(self._take_filters(filters, "order"), order)

    def records(self, order: Order = "oldest", **filters: Unpack[FilterOptions]) -> Iterator[dict[str, Any]]:
        """The same articles as the records that `harbincrawl export` writes, with days and times as such."""
        return (read_dates(record) for record, _ in self._read_records(self._take_filters(filters, "order"), order))

    def search(
        self,
        query: str,
        *,
        sort: Sort = "best",
        limit: int | None = None,
        copies: bool = False,
        **filters: Unpack[SearchOptions],
    ) -> Rows[Hit]:
        """What `harbincrawl search QUERY` finds, in the same order; all of it, or the first `limit` hits.

        Words, phrases, AND, OR, -word, prefix*, title:word. With `copies`, copies are articles of their own. Where the
        limit cut, the result says so, and its `total` is the number of all hits.
        """
        check_text("query", query)
        check_choice("sort", sort, SORTS)
        check_number("limit", limit, 0, none="all hits")
        check_flag("copies", copies)
        with self._one_state() as connection:
            given = self._read_filters(connection, filters, "sort", "limit", "copies", query=False)
            choice = fit_choice(connection, given._replace(query=query))
            found, total = search_page(connection, choice, sort=sort, limit=limit, copies=copies)
            is_ranked = read_order(choice, sort) == "best"
            ids = _read_ids(connection, [number for hit in found for number in hit.also])
            more = (
                {
                    "score": -hit.score if is_ranked else None,
                    "copies": tuple(ids[number] for number in hit.also if number in ids),
                }
                for hit in found
            )
            hits = self._take_articles(connection, Hit, [hit.number for hit in found], more)
            return Rows(Hit, hits, noun="hit", limit=limit, total=total)

    def similar(self, identity: int | str, limit: int = 10) -> Rows[Similar]:
        """The `limit` articles that share the most typical words with one, copies folded. Raises KeyError.

        They come from the best candidates by bm25, so that a larger limit may bring some that stand before others.
        """
        check_number("limit", limit, 1)
        number = self._need_number(identity)
        with self._one_state() as connection:
            found = find_similar(connection, number, limit)
            more = ({"score": each.score, "shared_words": each.words} for each in found)
            articles = self._take_articles(connection, Similar, [each.number for each in found], more)
            return Rows(Similar, articles, noun="article", limit=limit).mark_cut(len(found) == limit)

    def to_pandas(self, **filters: Unpack[FilterOptions]) -> pandas.DataFrame:
        """The records as a DataFrame of pandas: days are datetime64, times are UTC. Raises MissingExtraError."""
        frame: pandas.DataFrame = make_pandas(FIELDS, list(self.records(**filters)))
        return frame

    def to_polars(self, **filters: Unpack[FilterOptions]) -> polars.DataFrame:
        """The records as a DataFrame of polars, lists and structs as such. Raises MissingExtraError."""
        frame: polars.DataFrame = make_polars(FIELDS, list(self.records(**filters)))
        return frame

    def to_arrow(self, **filters: Unpack[FilterOptions]) -> pyarrow.Table:
        """The records as a Table of pyarrow, with the schema of a Parquet export. Raises MissingExtraError."""
        table: pyarrow.Table = make_arrow(FIELDS, list(self.records(**filters)))
        return table

    @overload
    def to_dataframe(self, kind: Literal["pandas"], **filters: Unpack[FilterOptions]) -> pandas.DataFrame: ...

    @overload
    def to_dataframe(self, kind: Literal["polars"], **filters: Unpack[FilterOptions]) -> polars.DataFrame: ...

    @overload
    def to_dataframe(self, kind: None = None, **filters: Unpack[FilterOptions]) -> Any: ...

    def to_dataframe(self, kind: Literal["pandas", "polars"] | None = None, **filters: Unpack[FilterOptions]) -> Any:
        """A data frame of `kind`, else of whichever of pandas and polars is installed. Raises MissingExtraError."""
        if kind is not None:
            check_choice("kind", kind, ("pandas", "polars"))
        kind = kind or next((name for name in ("pandas", "polars") if find_spec(name)), None)
        if kind is None:
            raise MissingExtraError("pandas or polars is required: pip install pandas")
        return self.to_pandas(**filters) if kind == "pandas" else self.to_polars(**filters)

    def _take_filters(self, options: Mapping[str, Any], *own: str) -> Filters:
        with self.reading() as connection:
            return self._read_filters(connection, options, *own)

    def _read_articles(self, filters: Filters, order: str = "oldest") -> Iterator[Article]:
        records = self._read_records(filters, order)
        return (make_article(Article, record, self, number) for record, number in records)

    def _read_records(self, filters: Filters, order: str) -> Iterator[tuple[dict[str, Any], int]]:
        """(record, internal number) of each article. Mistakes are raised before the first is asked for."""
        check_choice("order", order, ORDERS)
        with self.reading() as connection:
            counted = has_counted(connection)
            fitted = fit_filters(connection, filters)
        rows = self._read_rows(*select_records(fitted, order, counted=counted, numbered=True))
        return ((make_record(row), int(row[-1])) for row in rows)

    def _take_articles(
        self, connection: sqlite3.Connection, kind: type[A], numbers: Sequence[int], more: Iterable[dict[str, Any]]
    ) -> Iterator[A]:
        """The articles in the order of their numbers, with `more` values of each."""
        values = iter(more)
        for first in range(0, len(numbers), CHUNK):
            some = numbers[first : first + CHUNK]
            records = read_by_number(connection, some)
            for number in some:
                own = next(values)
                if number in records:
                    yield make_article(kind, records[number], self, number, **own)


def _read_ids(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The ids of articles by their internal numbers."""
    sql = f"SELECT number, {SITE_NAME} || ':' || id FROM articles WHERE number IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(sql, (json.dumps(numbers),)).fetchall()) if numbers else {}
