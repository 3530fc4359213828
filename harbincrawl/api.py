"""The archive from Python: `open_archive` gives articles one by one, by search, or as a data frame."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from harbincrawl.errors import MissingExtraError

from .archive.database import open_reader
from .records import Article, Image
from .search.filters import KEYS, Filters, has_counted, make_choice, make_record, select_records
from .search.hits import read_search, search_page

_DAYS = ("updated", "created")
_TIMES = ("first_seen", "last_seen", "last_changed")


class Archive:
    """An archive opened for reading; it may be read while a crawl writes to it.

    Filters are those of `harbincrawl search`, as keywords: `sections`, `sources`, `authors` (tuples), `since`,
    `until` (`2020`, `2020-05` or `2020-05-31`), `status` (`live`, `gone`), `query` and so on. A filter that cannot be
    understood raises FilterError, an unknown one TypeError.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._connection: sqlite3.Connection = open_reader(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database."""
        self._connection.close()

    def __len__(self) -> int:
        return self.count()

    def __iter__(self) -> Iterator[Article]:
        """Every article, oldest first, gone ones included."""
        return self.articles()

    def __getitem__(self, identity: int | str) -> Article:
        """The article with this id (`5370`, `"5370"`, `"harbin-today:5370"`). Raises KeyError."""
        found = next(self.articles(ids=(str(identity).rpartition(":")[2],)), None)
        if found is None:
            raise KeyError(identity)
        return found

    def count(self, **filters: Any) -> int:
        """How many articles the filters leave."""
        choice = make_choice(Filters(**filters))
        where, values = choice.write_conditions()
        (count,) = self._connection.execute(f"SELECT count(*) FROM {choice.tables()}{where}", values).fetchone()
        return int(count)

    def records(self, order: str = "oldest", **filters: Any) -> Iterator[dict[str, Any]]:
        """Articles as the records that `harbincrawl export` writes; `order` is oldest, newest, number or change."""
        counted = has_counted(self._connection)
        for row in self._connection.execute(*select_records(Filters(**filters), order, counted=counted)):
            yield make_record(row)

    def articles(self, order: str = "oldest", **filters: Any) -> Iterator[Article]:
        """Articles that the filters leave."""
        return map(read_article, self.records(order, **filters))

    def search(
        self, query: str, *, sort: str = "best", limit: int = 20, copies: bool = False, **filters: Any
    ) -> Iterator[Article]:
        """What `harbincrawl search QUERY` finds, best first: words, phrases, AND, OR, -word, prefix*, title:word."""
        choice = read_search(Filters(query=query, **filters)).choice
        for hit in search_page(self._connection, choice, sort=sort, limit=limit, copies=copies).hits:
            # One may have been purged since.
            yield from self.articles(numbers=(hit.number,))

    def to_dataframe(self, kind: Literal["pandas", "polars"] | None = None, **filters: Any) -> Any:
        """The records as a data frame of pandas or, where that is not installed or `kind` says so, of polars.

        Days are dates, times are UTC, lists and structs stay what they are. Raises MissingExtraError.
        """
        name = kind or next((name for name in ("pandas", "polars") if find_spec(name)), None)
        if name is None or not find_spec(name):
            raise MissingExtraError(f"pandas or polars is required: pip install {name or 'pandas'}.")
        found = list(self.records(**filters))
        return _polars_frame(found) if name == "polars" else _pandas_frame(found)


def open_archive(folder: str | Path = "archive") -> Archive:
    """The archive in `folder`, to be closed or used in a `with`. Raises NoArchiveError, DatabaseError."""
    return Archive(Path(folder))


def read_article(found: dict[str, Any]) -> Article:
    """An exported record as the Article that it was made of."""
    return Article(
        id=found["id"].rpartition(":")[2],
        url=found["url"],
        section=found["section"],
        section_path=found["section_path"],
        title=found["title"],
        updated=_day(found["updated"]),
        created=_day(found["created"]),
        author=found["author"],
        authors=tuple(found["authors"]),
        source=found["source"],
        body=tuple(found["body"].split("\n\n")) if found["body"] else (),
        images=tuple(Image(**image) for image in found["images"]),
        parser=found["parser"],
        summary=found["summary"],
    )


def _pandas_frame(found: list[dict[str, Any]]) -> Any:
    pandas = import_module("pandas")
    frame = pandas.DataFrame.from_records(found, columns=list(KEYS))
    for name in _DAYS:
        frame[name] = pandas.to_datetime(frame[name])
    for name in _TIMES:
        frame[name] = pandas.to_datetime(frame[name], utc=True)
    return frame


def _polars_frame(found: list[dict[str, Any]]) -> Any:
    polars = import_module("polars")
    text = polars.String
    # Named, because a column of nulls or empty lists tells no type.
    types = dict.fromkeys(KEYS, text) | {
        "authors": polars.List(text),
        "word_count": polars.Int64,
        "images": polars.List(polars.Struct(dict.fromkeys(("url", "caption", "credit", "file_name"), text))),
        "revision": polars.Int64,
        "similarity": polars.Float64,
        "capture": polars.Struct({"warc": text, "offset": polars.Int64, "digest": text, "fetched_at": text}),
    }
    column = polars.col
    return polars.DataFrame(found, schema=types).with_columns(
        *(column(name).str.to_date() for name in _DAYS),
        *(column(name).str.to_datetime(time_zone="UTC") for name in _TIMES),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
