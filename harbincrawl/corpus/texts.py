"""The texts whose words are counted: title, body and captions of the articles that a choice leaves, without credits."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Literal, NamedTuple

from harbincrawl.search.choice import fit_choice, select_hits
from harbincrawl.search.days import DAY
from harbincrawl.search.filters import Filters
from harbincrawl.search.matching import Value

Selection = tuple[str, list[Value]]
"""SQL of the `key` and `original` of articles, and its parameters."""
Label = Literal["section", "source", "author", "year"]

# The column `captions` has the credits, too. In reading order: the primary key of `images` is (number, position).
CAPTIONS = """CASE WHEN a.captions IS NOT NULL THEN (SELECT group_concat(i.caption, char(10)) FROM images AS i
 WHERE i.number = a.number AND i.caption <> '') END"""
"""SQL over `articles AS a`: the captions without their credits, a line each; null if there are none."""
TEXTS = f"a.title, a.body, {CAPTIONS}"
"""SQL over `articles AS a` of the three texts of an article, each null if it is missing."""
BATCH = 100
"""Articles that are read at once."""


class Text(NamedTuple):
    """The texts of an article."""

    number: int
    """Its internal number."""
    title: str | None
    body: str | None
    """Paragraphs with a blank line between them."""
    captions: str | None
    """A line a picture, without credits."""
    labels: tuple[str, ...] = ()
    """What it is grouped by: none, one, or for authors several."""

    def list_parts(self) -> list[str]:
        """Those that there are. Words of one do not follow those of another."""
        return [part for part in self[1:4] if part]


def select_texts(connection: sqlite3.Connection, filters: Filters) -> Selection:
    """The articles that `filters` leave, copies folded. Gone ones count. Raises FilterError."""
    return select_hits(connection, fit_choice(connection, filters))


def read_texts(connection: sqlite3.Connection, selection: Selection, by: Label | None = None) -> Iterator[list[Text]]:
    """The texts of the selected articles by key, which is the order of their days, some at a time.

    With `by` their `labels` are the path of the section (`facets.read_labels` has what it is called), where no path is
    known what the page calls it; the source, the names of the authors, or the year; none
    if not known.
    """
    labels = {
        None: "NULL",
        "section": "iif(a.section_path = '', a.section, a.section_path)",
        "source": "nullif(a.source, '')",
        "author": "a.authors",
        "year": f"substr({DAY}, 1, 4)",
    }
    sql, values = selection
    rows = connection.execute(
        # The keys first: their order then needs no sorting of texts.
        f"WITH chosen AS MATERIALIZED (SELECT key FROM ({sql}) ORDER BY key) SELECT a.number, {TEXTS}, {labels[by]}"
        " FROM chosen CROSS JOIN articles AS a ON a.key = chosen.key",
        values,
    )
    while batch := rows.fetchmany(BATCH):
        yield [
            Text(number, title, body, captions, _read_labels(label, by))
            for number, title, body, captions, label in batch
        ]


def _read_labels(label: str | None, by: Label | None) -> tuple[str, ...]:
    if label is None:
        return ()
    # An author named twice is one.
    return tuple(dict.fromkeys(json.loads(label))) if by == "author" else (label,)
