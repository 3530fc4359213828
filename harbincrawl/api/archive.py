"""An archive opened for reading: its articles by id, address, search and filter, its words, as rows and data frames."""

from __future__ import annotations

import json
import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack

from harbincrawl.archive.database.connection import FILE, open_reader, raise_typed
from harbincrawl.errors import ClosedArchiveError
from harbincrawl.fields import FIELDS, SITE_NAME
from harbincrawl.search.choice import (
    ORDERS,
    SORTS,
    fit_choice,
    fit_filters,
    has_counted,
    make_record,
    read_by_number,
    read_order,
    search_page,
    select_records,
)
from harbincrawl.search.filters import FilterOptions, Filters, SearchOptions
from harbincrawl.text import count_text

from .answers import Answers, Facet, choose, count_values, list_notes
from .article import Article, Hit, News, Revision, make_article
from .questions import check_choice, read_filters
from .rows import Rows, make_arrow, make_pandas, make_polars

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from harbincrawl.archive.saved import SavedSearch
    from harbincrawl.pages.explain import Explanation
    from harbincrawl.search.choice import ArticleCondition
    from harbincrawl.search.choice import Hit as StoredHit
    from harbincrawl.search.facets import StatRow
    from harbincrawl.sites import Site

    from .records import Token

Order = Literal["oldest", "newest", "number", "change"]
Sort = Literal["best", "newest", "oldest"]
_NAMES = "expected a number (5370), an id (harbin-today:5370) or an address of the site"
_BATCH = 100
"""Rows that an iterator fetches at once."""


def open_archive(folder: str | Path = "archive") -> Archive:
    """The archive in `folder`, to be closed or used in a `with`. Raises NoArchiveError, DatabaseError."""
    return Archive(folder)


class Archive(Answers):
    """An archive opened for reading; it may be read while a crawl writes to it, by the thread that opened it.

    It has the length, the iteration and the `in` of a collection of articles, and gives one by its id or address.
    Filters are keyword arguments, described in SearchOptions and FilterOptions. One that there is not raises TypeError,
    one that cannot be understood FilterError; a section, a source or an author that no article has is a warning, or a
    note of the rows. An archive that was closed raises ClosedArchiveError, one that cannot be read DatabaseError.
    """

    def __init__(self, folder: str | Path, connection: sqlite3.Connection | None = None) -> None:
        """With a `connection` the archive is read by that, which its owner closes. Raises as `open_reader`."""
        self.folder = Path(folder)
        self._is_closed = False
        self._is_lent = connection is not None
        self._connection = connection or open_reader(self.folder)

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process opens it anew.
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

    def __repr__(self) -> str:
        if self._is_closed:
            return f"<Archive {str(self.folder)!r}, closed>"
        from harbincrawl.identity import BITS_FOR_NUMBER

        with self.reading() as connection:
            # Keys begin with the day; that of articles without one is 0.
            keys = connection.execute(
                "SELECT min(key), max(key) FROM articles WHERE key >= ?", (1 << BITS_FOR_NUMBER,)
            ).fetchone()
            days = [date.fromordinal(key >> BITS_FOR_NUMBER) for key in keys if key]
            range_of_days = f", {days[0]} to {days[-1]}" if days else ""
            articles = count_text(len(self), "article")
            return f"<Archive {str(self.folder)!r}: {self.title}, {articles}{range_of_days}>"

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
        number = self.find_number(identity)
        for record, _ in self._read_records(Filters(numbers=(number,)), "number"):
            return make_article(Article, record, self, number)
        raise KeyError(f"the archive has no article {identity!r} any more")

    def count(self, query: str = "", **filters: Unpack[SearchOptions]) -> int:
        """How many articles the filters leave, or of them a search for `query` finds; copies included."""
        with self.one_state() as connection:
            choice = fit_choice(connection, self._take_filters({**filters, "query": query}))
            where, values = choice.write_conditions()
            (count,) = connection.execute(f"SELECT count(*) FROM {choice.tables()}{where}", values).fetchone()
        return int(count)

    def articles(self, order: Order = "oldest", **filters: Unpack[FilterOptions]) -> Iterator[Article]:
        """The articles that the filters leave, one by one; `order` is oldest, newest, number or change."""
        found = self._read_records(self._take_filters(filters), order)
        return (make_article(Article, record, self, number) for record, number in found)

    def records(self, order: Order = "oldest", **filters: Unpack[FilterOptions]) -> Iterator[dict[str, Any]]:
        """The same articles as the records that `harbincrawl export` writes."""
        return (record for record, _ in self._read_records(self._take_filters(filters), order))

    def search(
        self,
        query: str,
        *,
        sort: Sort = "best",
        limit: int | None = None,
        offset: int = 0,
        copies: bool = False,
        **filters: Unpack[SearchOptions],
    ) -> Rows[Hit]:
        """What `harbincrawl search QUERY` finds, in the same order; all of it, or `limit` hits behind `offset` others.

        Words, phrases, AND, OR, -word, prefix*, title:word. With `copies`, copies are articles of their own. Where
        the limit cut, the result says so, and its `total` is the number of all hits.
        """
        check_choice("sort", sort, SORTS)
        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            found, total = search_page(connection, choice, sort=sort, limit=limit, offset=offset, copies=copies)
            is_ranked = read_order(choice, sort) == "best"
            hits = list(self._make_hits(connection, choice, found, is_ranked=is_ranked))
            notes = list_notes(connection, given, choice, is_found=total > 0)
            read_as = choice.parsed.read_as
            return Rows(Hit, hits, noun="hit", limit=limit, total=total, notes=notes, read_as=read_as)

    def facet(
        self, by: Facet, query: str = "", *, copies: bool = False, **filters: Unpack[SearchOptions]
    ) -> Rows[StatRow]:
        """How many hits of a search have each value of `by`, as `harbincrawl search QUERY --facet` counts them."""
        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            rows = count_values(connection, choice, (by,), copies=copies)
            rows.notes = tuple(list_notes(connection, given, choice, is_found=bool(rows)))
            return rows

    def tokens(self, **filters: Unpack[FilterOptions]) -> Iterator[Token]:
        """Every word of the articles that the filters leave, in their order, copies folded: one row a token.

        `pandas.DataFrame(archive.tokens(section="news"))` holds them all. Words are those that `words` counts.
        """
        return self._read_tokens(self._take_filters(filters))

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

    def news(self, saved: SavedSearch, after: int) -> list[News]:
        """What a saved search finds among the articles that changed after the change `after`, in the order of changes.

        A copy is told of only where its original is no hit, or where the search has copies. Raises FilterError.
        """
        from harbincrawl.archive.saved import read_changes, understand_saved

        with self.one_state() as connection:
            changes = read_changes(connection, saved, after)
            choice = understand_saved(connection, saved)
            hits = self._make_hits(connection, choice, [each.hit for each in changes])
            return [
                make_article(
                    News, hit.to_dict(), self, each.hit.number, score=None, copies=hit.copies, _found=hit._found,
                    search=each.search, event=each.write_event(hit.id),
                )
                for hit, each in zip(hits, changes, strict=True)
            ]  # fmt: skip

    def read_query(self, query: str, *, is_found: bool, **filters: Unpack[SearchOptions]) -> list[str]:
        """How a query is read, where that differs from what was typed; unless `is_found`, what no article has of it.

        Raises FilterError.
        """
        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            return list_notes(connection, given, choice, is_found=is_found)

    def list_last_changes(self, limit: int) -> list[tuple[Article, Revision, Revision]]:
        """The articles that changed last, the last first: each with the wordings before and after its last change."""
        from harbincrawl.archive.articles.ids import read_id
        from harbincrawl.archive.articles.revisions import list_last_changes

        with self.one_state() as connection:
            changes = list_last_changes(connection, limit)
            found = [(self[read_id(connection, number)], revision) for number, revision, _ in changes]
            return [
                (article, old, new)
                for article, revision in found
                for old, new in pairwise(article.revisions())
                if old.revision == revision
            ]

    @property
    def last_change(self) -> int:
        """The number of the last change of any article."""
        from harbincrawl.archive.saved import read_counter

        with self.reading() as connection:
            return read_counter(connection)

    def explain(self, name: str) -> Explanation:
        """How the article or list that an id or address means was read, from its newest capture.

        Raises NotFoundError where there is no such capture, NoEvidenceError where it was not kept, WarcError.
        """
        from harbincrawl.archive.origin import read_mirrored
        from harbincrawl.reread.explained import explain_captured

        with self.one_state() as connection:
            return explain_captured(connection, self.folder, name, read_mirrored(connection))

    def _make_hits(
        self,
        connection: sqlite3.Connection,
        choice: ArticleCondition,
        found: Sequence[StoredHit],
        *,
        is_ranked: bool = False,
    ) -> Iterator[Hit]:
        """The hits of a search as articles, in their order."""
        ids = _read_ids(connection, [number for hit in found for number in hit.also])
        records = read_by_number(connection, [hit.number for hit in found])
        for hit in found:
            yield make_article(
                Hit, records[hit.number], self, hit.number, score=-hit.score if is_ranked else None,
                copies=tuple(ids[number] for number in hit.also if number in ids), _found=(choice, hit),
            )  # fmt: skip

    def _take_filters(self, given: FilterOptions) -> Filters:
        """The filters of keyword arguments; a name that no article has is a warning."""
        values = dict(given)
        filters = read_filters(values, str(values.pop("query", "")))
        from harbincrawl.search.spelling import list_unknown_names

        with self.reading() as connection:
            for unknown in list_unknown_names(connection, filters):
                warnings.warn(unknown, UserWarning, stacklevel=3)
        return filters

    def _read_records(self, filters: Filters, order: str) -> Iterator[tuple[dict[str, Any], int]]:
        """(record, internal number) of each article. Mistakes are raised before the first is asked for."""
        check_choice("order", order, ORDERS)
        with self.reading() as connection:
            sql, values = select_records(
                fit_filters(connection, filters), order, counted=has_counted(connection), numbered=True
            )
        return ((make_record(row), int(row[-1])) for row in self._read_rows(sql, values))

    def _read_tokens(self, given: Filters) -> Iterator[Token]:
        from harbincrawl.corpus.grams import cut_lines
        from harbincrawl.corpus.texts import read_texts, select_texts
        from harbincrawl.corpus.words import WordCutter

        from .records import Token

        cutter = WordCutter()
        with self.reading() as connection:
            batches = read_texts(connection, select_texts(connection, given))
            names = f"SELECT {SITE_NAME} || ':' || id FROM articles WHERE number = ?"
            for text in (text for batch in batches for text in batch):
                (id,) = connection.execute(names, (text.number,)).fetchone()
                fields: tuple[tuple[Literal["title", "body", "captions"], str | None], ...] = (
                    ("title", text.title), ("body", text.body), ("captions", text.captions),
                )  # fmt: skip
                for field, written in fields:
                    for line, words in enumerate(cut_lines(cutter, [written] if written else []), 1):
                        yield from (Token(id, field, line, word) for word in words)


def _read_ids(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The ids of articles by their internal numbers."""
    sql = f"SELECT number, {SITE_NAME} || ':' || id FROM articles WHERE number IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(sql, (json.dumps(numbers),)).fetchall()) if numbers else {}
