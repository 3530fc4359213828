"""Words of the texts: every place of one with its context, and what one part of the archive speaks of more."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, cast

from multidict import MultiDict

from harbincrawl.search.corpus.concordance import SORTS, Concordance, ConcordanceLine, Sort
from harbincrawl.search.corpus.keywords import Keyword, Keywords, find_keywords
from harbincrawl.serve.answers import TYPES, Download, WebAnswer, make_json
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.visit import Visit
from harbincrawl.text import clean, disarm

_LINES = 200
"""Lines of a concordance on its page; the CSV has all."""
_LETTERS = 30_000_000
"""Characters that are counted in some two seconds: of longer texts, keywords are those of a sample."""
_WORDS = 50
"""Keywords on their page; JSON has all, CSV all of all texts."""
_BATCH = 500
"""Rows of a download that are made at once."""
_AGAINST = "against_"
"""How the parameters of the other part begin."""


def show_concordance(visit: Visit) -> WebAnswer | Download:
    """The places of the word `q`; the other parameters are filters and the order."""
    asked = Parameters.read(visit.query, SORTS)

    def find(connection: sqlite3.Connection) -> Concordance:
        sort = cast(Sort, asked.sort or "newest")
        return Concordance(connection, asked.q, asked.filters._replace(query=""), sort=sort)

    if visit.form == "csv":
        find(visit.reader.connection)  # what is wrong with the word is said before the download begins
        return Download(
            lambda connection: _write_csv(ConcordanceLine._fields, find(connection)), TYPES["csv"], "concordance.csv"
        )
    concordance = find(visit.reader.connection) if asked.q else None
    lines = iter(concordance or ())
    shown = list(islice(lines, _LINES))
    for _ in lines:  # the rest is counted
        pass
    total, articles = (concordance.lines, concordance.articles) if concordance else (0, 0)
    if visit.form == "json":
        objects = [each._asdict() for each in shown]
        return make_json({"word": asked.q, "total": total, "articles": articles, "lines": objects})
    return visit.show(
        "concordance.html", "Concordance", here="", asked=asked, lines=shown, total=total, articles=articles,
        sorts=SORTS, csv=visit.links.to("/concordance.csv", asked.pairs()),
        json=visit.links.to("/concordance.json", asked.pairs()),
    )  # fmt: skip


def show_keywords(visit: Visit) -> WebAnswer | Download:
    """The words that one part has more often; parameters that begin with `against_` choose the other part."""
    asked = Parameters.read(visit.query)
    others = visit.query.items()
    other = Parameters.read(MultiDict((n.removeprefix(_AGAINST), v) for n, v in others if n.startswith(_AGAINST)))
    other = other._replace(filters=other.filters._replace(date=asked.filters.date))

    def find(connection: sqlite3.Connection, letters: int | None = None) -> Keywords:
        against = other.filters if other.filters.restricts() else None
        return find_keywords(connection, asked.filters, against, letters=letters)

    if visit.form == "csv":
        return Download(
            lambda connection: _write_csv(Keyword._fields, find(connection).words), TYPES["csv"], "keywords.csv"
        )
    keywords = find(visit.reader.connection, _LETTERS) if asked.filters.restricts() else None
    if visit.form == "json":
        return make_json(keywords.as_object() if keywords else None)
    pairs = asked.pairs() + [(_AGAINST + name, value) for name, value in other.pairs()]
    return visit.show(
        "keywords.html", "Keywords", here="", asked=asked, other=other, keywords=keywords,
        words=keywords.words[:_WORDS] if keywords else (), csv=visit.links.to("/keywords.csv", pairs),
        json=visit.links.to("/keywords.json", pairs),
    )  # fmt: skip


def _write_csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A table as CSV, some rows at a time; whoever clicks on it gets a spreadsheet, so no text is a formula."""
    source = chain([names], rows)
    while batch := list(islice(source, _BATCH)):
        text = io.StringIO()
        cells = ((disarm(clean(cell)) if isinstance(cell, str) else cell for cell in row) for row in batch)
        csv.writer(text, lineterminator="\n").writerows(cells)
        yield text.getvalue().encode("utf-8", "replace")
