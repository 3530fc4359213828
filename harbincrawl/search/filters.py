"""Filters on articles, the SELECT of exported records, and a row of it as a record."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.fields import CELLS, JSON_KEYS, KEYS
from harbincrawl.identity import STATUSES
from harbincrawl.search.query.grammar import has_word, read_query
from harbincrawl.search.query.matching import (
    ID_ORDER,
    IN_SECTION,
    ArticleCondition,
    Matching,
    intersect_keys,
    make_section_values,
    match_tree,
    write_expression,
)
from harbincrawl.search.query.tree import Phrase
from harbincrawl.sites.usual import STEMMER

from .days import DATES, Date, read_key_range, read_moment, write_day_condition

_RESCUED_SINCE = (
    "EXISTS (SELECT 1 FROM outcomes AS o JOIN runs AS k ON k.run = o.run WHERE o.number = a.number"
    " AND o.outcome IN ('new', 'changed', 'duplicate') AND k.kind = 'rescue' AND coalesce(k.ended, k.started) >= ?)"
)
"""SQL: the archive learned of the article, or of a wording of it, from a rescue that ended at a time or later."""

ORDERS = ("newest", "oldest", "number", "change")
"""Orders of records: by date, by id, by the change counter."""

_COLUMNS = ", ".join(CELLS.values())
_JOINS = """LEFT JOIN duplicates AS d ON d.number = a.number
 LEFT JOIN captures AS c ON c.id = a.capture"""


class Filters(NamedTuple):
    """Filters on articles. Several values of one filter are joined by OR, different filters by AND."""

    sections: tuple[str, ...] = ()
    """Path prefixes (`news`, `culture`) or labels (`Photo Gallery`); case is ignored."""
    sources: tuple[str, ...] = ()
    """Complete source names; the case of Latin letters is ignored."""
    authors: tuple[str, ...] = ()
    """Complete names, or the complete printed author; the case of Latin letters is ignored."""
    since: str | None = None
    """First day by `date`, else by the other date: YYYY, YYYY-MM or YYYY-MM-DD."""
    until: str | None = None
    """Last day, in the same formats; the last day of a year or month."""
    status: str | None = None
    """`live`, `gone` or `unknown` (known only from archives of others); None: all."""
    seen_since: str | None = None
    """First seen or last changed on this day, or at this UTC time, or later; what was rescued, by when it came here."""
    changed_since: int | None = None
    """The cursor of an export: only what changed after it."""
    numbers: tuple[int, ...] = ()
    """Internal numbers of articles."""
    ids: tuple[str, ...] = ()
    """Ids of articles, as the site has them."""
    query: str = ""
    """A query in the language of `search`."""
    exact: bool = False
    """Match the words of `query` as they are written, not by their stems; see `fit_filters`."""
    date: Date = "updated"
    """The date that `since`, `until` and counts over time go by."""


def fit_filters(connection: sqlite3.Connection, filters: Filters) -> Filters:
    """The filters with words matched as in a search of this archive: by their stems, or as they are written."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (STEMMER,)).fetchone()
    return filters if row is None or row[0] != "none" else filters._replace(exact=True)


def write_conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    """SQL conditions on `articles AS a`, to be joined by AND, and their parameters; without days and `query`.

    Raises FilterError for an unreadable time or an unknown status.
    """
    where: list[str] = []
    values: list[Any] = []
    if filters.sections:
        where.append("(" + " OR ".join([IN_SECTION] * len(filters.sections)) + ")")
        for name in filters.sections:
            values += make_section_values(name)
    if filters.sources:
        where.append(f"a.source COLLATE NOCASE IN ({_marks(filters.sources)})")
        values += filters.sources
    if filters.authors:
        names = _marks(filters.authors)
        where.append(
            f"(a.author COLLATE NOCASE IN ({names}) OR EXISTS "
            f"(SELECT 1 FROM json_each(a.authors) AS n WHERE n.value COLLATE NOCASE IN ({names})))"
        )
        values += filters.authors * 2
    if filters.status is not None:
        if filters.status not in STATUSES:
            raise FilterError(f"{filters.status!r} is not a status: expected one of {', '.join(STATUSES)}.")
        where.append("a.status = ?")
        values.append(filters.status)
    if filters.seen_since:
        where.append(f"(a.last_changed >= ? OR {_RESCUED_SINCE})")
        values += [read_moment(filters.seen_since)] * 2
    if filters.changed_since is not None:
        where.append("a.change > ?")
        values.append(filters.changed_since)
    if filters.numbers:
        where.append(f"a.number IN ({_marks(filters.numbers)})")
        values += filters.numbers
    if filters.ids:
        where.append(f"a.id IN ({_marks(filters.ids)})")
        values += filters.ids
    return where, values


def make_choice(filters: Filters, matching: Matching | None = None) -> ArticleCondition:
    """The SQL of filters and query; `matching` replaces that of the query. Raises FilterError."""
    where, values = write_conditions(filters)
    if matching is None:
        parsed = read_query(filters.query, keep_stop_words=filters.exact)
        matching = Matching() if parsed.blank else match_tree(parsed.tree, exact=filters.exact)
    if filters.date not in DATES:
        raise FilterError(f"there is no date {filters.date!r}: expected {' or '.join(DATES)}.")
    keys = matching.keys
    if filters.date == "updated":
        keys = intersect_keys(read_key_range(filters.since, filters.until), keys)
    else:
        days, bounds = write_day_condition(filters.since, filters.until, filters.date)
        where, values = [*where, *days], [*values, *bounds]
    if matching.match is None and (expression := _match_names(filters)):
        matching = matching._replace(match=expression)
    return ArticleCondition(matching, (*where, *matching.where), (*values, *matching.values), keys, date=filters.date)


def _match_names(filters: Filters) -> str | None:
    """An FTS5 expression for the filter by source or author, so that only matching rows are read; None without one."""
    for column, names in (("source", filters.sources), ("author", filters.authors)):
        if names and all(map(has_word, names)):
            return " OR ".join(write_expression(Phrase(name, column)) for name in names)
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


def _marks(values: tuple[Any, ...]) -> str:
    return ", ".join("?" * len(values))
