"""The SQL of filters and query, the SELECT of the records that they leave, and a row of it as a record."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

from harbincrawl.fields import CELLS, JSON_KEYS, KEYS
from harbincrawl.search.grammar import ParsedQuery, has_word, read_query
from harbincrawl.search.matching import (
    ID_ORDER,
    PLACE,
    Matching,
    Value,
    intersect_keys,
    match_tree,
    write_expression,
)
from harbincrawl.search.tree import Phrase
from harbincrawl.sites import STEMMER

from .days import read_key_range
from .filters import FILTERS, Filters, write_conditions

ORDERS = ("newest", "oldest", "number", "change")
"""Orders of records: by date, by id, by the change counter."""

_COLUMNS = ", ".join(CELLS.values())
_JOINS = """LEFT JOIN duplicates AS d ON d.number = a.number
 LEFT JOIN captures AS c ON c.id = a.first_capture"""


class ArticleCondition(NamedTuple):
    """The SQL of filters and query."""

    matching: Matching
    where: tuple[str, ...]
    """Conditions on `articles AS a`, including those of the query."""
    values: tuple[Value, ...]
    keys: tuple[int, int] | None
    parsed: ParsedQuery
    """How the text of the query was read."""
    counted: bool = False
    """True if the archive has ids that are not their own internal number: within a day, keys are in no order then."""

    def tables(self, *, articles: bool = False) -> str:
        """SQL after FROM: the index if the query uses it, and `articles AS a` if needed or asked for by `articles`.

        CROSS JOIN keeps SQLite from running the full-text query once for each article, which takes for ever.
        """
        if self.matching.match is None:
            return "articles AS a"
        return (
            "articles_fts CROSS JOIN articles AS a ON a.key = articles_fts.rowid"
            if articles or self.where or self.counted
            else "articles_fts"
        )

    @property
    def key(self) -> str:
        """SQL of the key of a row of `tables`; ordering by it needs no sorting."""
        return "a.key" if self.matching.match is None else "articles_fts.rowid"

    @property
    def place(self) -> str:
        """SQL of what articles are ordered by from the oldest to the newest: the key, or a text of day and id."""
        return PLACE if self.counted else self.key

    def write_conditions(self) -> tuple[str, list[Value]]:
        """(SQL from WHERE on, its values)."""
        where = list(self.where)
        values = list(self.values)
        if self.keys:
            where.insert(0, f"{self.key} BETWEEN ? AND ?")
            values[:0] = self.keys
        if self.matching.match is not None:
            where.insert(0, "articles_fts MATCH ?")
            values.insert(0, self.matching.match)
        return " WHERE " + " AND ".join(where or ["1"]), values


def fit_filters(connection: sqlite3.Connection, filters: Filters) -> Filters:
    """The filters with words matched as in a search of this archive: by their stems, or as they are written."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (STEMMER,)).fetchone()
    return filters if row is None or row[0] != "none" else filters._replace(exact=True)


def fit_choice(connection: sqlite3.Connection, filters: Filters) -> ArticleCondition:
    """As `make_choice`, words matched as in a search of this archive. Raises FilterError."""
    return make_choice(fit_filters(connection, filters))


def make_choice(filters: Filters) -> ArticleCondition:
    """The SQL of filters and query. Raises FilterError."""
    where, values = write_conditions(filters)
    parsed = read_query(filters.query, keep_stop_words=filters.exact)
    matching = Matching() if parsed.is_blank else match_tree(parsed.tree, exact=filters.exact)
    keys = intersect_keys(read_key_range(filters.since, filters.until), matching.keys)
    if matching.match is None and (expression := _match_names(filters)):
        matching = matching._replace(match=expression)
    where, values = [*where, *matching.where], [*values, *matching.values]
    return ArticleCondition(matching, tuple(where), tuple(values), keys, parsed)


def _match_names(filters: Filters) -> str | None:
    """An FTS5 expression for the filter by source or author, so that only matching rows are read; None without one."""
    for each in FILTERS:
        names = each.take(filters) if each.is_indexed else ()
        if names and all(map(has_word, names)):
            return " OR ".join(write_expression(Phrase(name, each.name)) for name in names)
    return None


def has_counted(connection: sqlite3.Connection) -> bool:
    """True if the archive has ids that are not their own internal number."""
    return connection.execute("SELECT 1 FROM _ids LIMIT 1").fetchone() is not None


def write_order(choice: ArticleCondition, order: str) -> str:
    """SQL after ORDER BY of one of ORDERS; it follows an index unless ids were counted out."""
    if order == "change":
        return "a.change"
    if order == "number":
        return ID_ORDER if choice.counted else "a.number"
    return f"{choice.place} DESC" if order == "newest" else choice.place


def select_records(
    filters: Filters, order: str = "newest", *, counted: bool = False, numbered: bool = False
) -> tuple[str, list[Any]]:
    """(SQL, parameters) of the records that match `filters`, in one of ORDERS; pass each row to `make_record`.

    `counted` says whether the archive has ids that are not their own internal number. With `numbered`, the last value
    of a row is the internal number.
    """
    choice = make_choice(filters)._replace(counted=counted)
    where, values = choice.write_conditions()
    by = write_order(choice, order)
    columns = f"{_COLUMNS}, a.number" if numbered else _COLUMNS
    return f"SELECT {columns} FROM {choice.tables(articles=True)} {_JOINS}{where} ORDER BY {by}", values


def make_record(row: tuple[Any, ...]) -> dict[str, Any]:
    """The exported record of a row of `select_records`: KEYS in order; missing values are None."""
    record = dict(zip(KEYS, row, strict=False))
    for name in JSON_KEYS:
        record[name] = json.loads(record[name]) if record[name] else None
    return record
