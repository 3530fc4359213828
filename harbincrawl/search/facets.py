"""Counting hits by section, source, author, year, month or length; the labels of sections."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from harbincrawl.identity import BITS_FOR_NUMBER

from .choice import ArticleCondition, select_hits
from .filters import FILTERS, MATCHED

# Day 1 of the key is 0001-01-01, which is Julian day 1721425.5 in SQLite.
_DAY = f"(m.key >> {BITS_FOR_NUMBER}) + 1721424.5"
_DATED = f"CASE WHEN m.key >> {BITS_FOR_NUMBER} THEN strftime('{{}}', {_DAY}) END"

_SQL = {each.name: each.facet for each in FILTERS if each.facet}
_SQL |= {
    "year": f"SELECT {_DATED.format('%Y')} AS day, NULL, count(*) FROM matched AS m GROUP BY day",
    "month": f"SELECT {_DATED.format('%Y-%m')} AS day, NULL, count(*) FROM matched AS m GROUP BY day",
    "length": "SELECT CASE WHEN a.word_count = 0 THEN '0' WHEN a.word_count < 100 THEN '1-99'"
    " WHEN a.word_count < 300 THEN '100-299' WHEN a.word_count < 1000 THEN '300-999' ELSE '1000+' END AS length,"
    f" NULL, count(*) FROM {MATCHED} GROUP BY length",
}
FACETS = tuple(_SQL)
_LABEL = "SELECT section FROM articles WHERE section_path = ? AND section <> section_path ORDER BY key DESC LIMIT 1"
_LENGTHS = ("0", "1-99", "100-299", "300-999", "1000+")


class StatRow(NamedTuple):
    """How many articles have one value."""

    by: str
    """What is counted: section, source, author, year, month or length."""
    value: str | None
    """The label of a section, a name, `2020`, `2020-05`, or words from–to: `100-299`; None: articles without one."""
    articles: int
    """Copies and gone articles are among them."""
    path: str | None
    """Of a section: `culture/music`."""


def count_facet(
    connection: sqlite3.Connection, choice: ArticleCondition, name: str, *, copies: bool = False
) -> list[StatRow]:
    """The number of hits with each value of the facet `name`, one of FACETS.

    Years, months and lengths are in ascending order, other values by descending count, then by value.
    """
    matched, values = select_hits(connection, choice, copies=copies)
    rows = connection.execute(f"WITH matched AS MATERIALIZED ({matched}) {_SQL[name]}", values)
    bars = [StatRow(name, value, hits, path) for value, path, hits in rows]
    if name == "section":
        known = read_labels(connection, [bar.path for bar in bars if bar.path])
        bars = [bar._replace(value=known[bar.path]) if bar.path else bar for bar in bars]
    return sort_bars(name, bars)


def sort_bars(name: str, bars: list[StatRow]) -> list[StatRow]:
    """The values of the facet `name` in its order."""
    if name in ("year", "month"):
        return sorted(bars, key=lambda bar: bar.value or "")
    if name == "length":
        return sorted(bars, key=lambda bar: _LENGTHS.index(bar.value or "0"))
    return sorted(bars, key=lambda bar: (-bar.articles, bar.value or "", bar.path or ""))


def read_labels(connection: sqlite3.Connection, paths: Iterable[str]) -> dict[str, str]:
    """The label of each section by its path: what its newest article calls it, else the path."""
    labels = {}
    for path in paths:
        found = connection.execute(_LABEL, (path,)).fetchone()
        labels[path] = str(found[0]) if found else path
    return labels
