"""The SQL of filters and query, the SELECT of the records that they leave, and a row of it as a record."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from harbincrawl.fields import CELLS, JSON_KEYS, KEYS
from harbincrawl.search.query.grammar import has_word, read_query
from harbincrawl.search.query.matching import (
    ID_ORDER,
    ArticleCondition,
    Matching,
    intersect_keys,
    match_tree,
    write_expression,
)
from harbincrawl.search.query.tree import Phrase
from harbincrawl.sites.usual import STEMMER

from .days import read_key_range, write_day_condition
from .filters import FILTERS, Filters, write_conditions

ORDERS = ("newest", "oldest", "number", "change")
"""Orders of records: by date, by id, by the change counter."""

_COLUMNS = ", ".join(CELLS.values())
_JOINS = """LEFT JOIN duplicates AS d ON d.number = a.number
 LEFT JOIN captures AS c ON c.id = a.capture"""


def fit_filters(connection: sqlite3.Connection, filters: Filters) -> Filters:
    """The filters with words matched as in a search of this archive: by their stems, or as they are written."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (STEMMER,)).fetchone()
    return filters if row is None or row[0] != "none" else filters._replace(exact=True)


def make_choice(filters: Filters, matching: Matching | None = None) -> ArticleCondition:
    """The SQL of filters and query; `matching` replaces that of the query. Raises FilterError."""
    where, values = write_conditions(filters)
    parsed = None
    if matching is None:
        parsed = read_query(filters.query, keep_stop_words=filters.exact)
        matching = Matching() if parsed.blank else match_tree(parsed.tree, exact=filters.exact)
    keys = matching.keys
    if filters.date == "updated":
        keys = intersect_keys(read_key_range(filters.since, filters.until), keys)
    else:
        days, bounds = write_day_condition(filters.since, filters.until, filters.date)
        where, values = [*where, *days], [*values, *bounds]
    if matching.match is None and (expression := _match_names(filters)):
        matching = matching._replace(match=expression)
    where, values = [*where, *matching.where], [*values, *matching.values]
    return ArticleCondition(matching, tuple(where), tuple(values), keys, date=filters.date, parsed=parsed)


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
