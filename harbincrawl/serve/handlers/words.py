"""Words of the texts: every place of one, what one part of the archive speaks of more, queries over time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import cast

from multidict import MultiDict

from harbincrawl.search.corpus.concordance import SORTS, Concordance, ConcordanceLine, Sort
from harbincrawl.search.corpus.keywords import Keyword, Keywords, find_keywords
from harbincrawl.serve.answers import TYPES, Download, WebAnswer, make_json, stream_csv
from harbincrawl.serve.figures import cite_figure, read_section_labels
from harbincrawl.serve.links import Pairs, Parameters
from harbincrawl.serve.strip import read_strip
from harbincrawl.serve.trends import make_lines, read_trends
from harbincrawl.serve.visit import Visit

_LINES = 200
"""Lines of a concordance on its page; the CSV has all."""
_LETTERS = 30_000_000
"""Characters that are counted in some two seconds: of longer texts, keywords are those of a sample."""
_WORDS = 50
"""Keywords on their page; JSON has all, CSV all of all texts."""
_AGAINST = "against_"
"""How the parameters of the other part begin."""
_SMOOTHS = (1, 3, 5, 12)
"""Periods that the form offers to smooth over."""


def show_concordance(visit: Visit) -> WebAnswer | Download:
    """The places of the word `q`; the other parameters are filters and the order."""
    asked = Parameters.read(visit.query, SORTS)

    def find(connection: sqlite3.Connection) -> Concordance:
        sort = cast(Sort, asked.sort or "newest")
        return Concordance(connection, asked.q, asked.filters._replace(query=""), sort=sort)

    if visit.form == "csv":
        find(visit.reader.connection)  # what is wrong with the word is said before the download begins
        return Download(
            lambda connection: stream_csv(ConcordanceLine._fields, find(connection)), TYPES["csv"], "concordance.csv"
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


def read_parts(visit: Visit) -> tuple[Parameters, Parameters]:
    """The two parts that keywords compare; days of both go by one date. Raises PageError."""
    asked = Parameters.read(visit.query)
    others = visit.query.items()
    other = Parameters.read(MultiDict((n.removeprefix(_AGAINST), v) for n, v in others if n.startswith(_AGAINST)))
    return asked, other._replace(filters=other.filters._replace(date=asked.filters.date))


def list_pairs(asked: Parameters, other: Parameters) -> Pairs:
    """Names and values of both parts for an address."""
    return asked.pairs() + [(_AGAINST + name, value) for name, value in other.pairs()]


def compare_parts(
    connection: sqlite3.Connection, asked: Parameters, other: Parameters, *, is_whole: bool = False
) -> Keywords | None:
    """The keywords of the first part, of a sample unless `is_whole`; None where that is the whole archive."""
    against = other.filters if other.filters.restricts() else None
    return (
        find_keywords(connection, asked.filters, against, letters=None if is_whole else _LETTERS)
        if asked.filters.restricts()
        else None
    )


def show_keywords(visit: Visit) -> WebAnswer | Download:
    """The words that one part has more often; parameters that begin with `against_` choose the other part."""
    asked, other = read_parts(visit)
    if visit.form == "csv":

        def write(connection: sqlite3.Connection) -> Iterator[bytes]:
            keywords = compare_parts(connection, asked, other, is_whole=True)
            return stream_csv(Keyword._fields, keywords.words if keywords else ())

        return Download(write, TYPES["csv"], "keywords.csv")
    keywords = compare_parts(visit.reader.connection, asked, other)
    if visit.form == "json":
        return make_json(keywords.as_object() if keywords else None)
    pairs = list_pairs(asked, other)
    return visit.show(
        "keywords.html", "Keywords", here="", asked=asked, other=other, keywords=keywords,
        words=keywords.words[:_WORDS] if keywords else (), csv=visit.links.to("/keywords.csv", pairs),
        json=visit.links.to("/keywords.json", pairs), svg=visit.links.to("/keywords.svg", pairs),
    )  # fmt: skip


def show_trends(visit: Visit) -> WebAnswer:
    """Queries over time: one as a strip, several, or other periods than usual, as lines."""
    found = read_trends(visit)
    trends, asked = found.trends, found.asked
    if visit.form == "json":
        return make_json(trends.as_object())
    strip = read_strip(visit, asked, "/trends") if len(found.queries) == 1 and found.is_plain else None
    lines = None if strip else make_lines(trends, visit.links, asked, read_section_labels(visit, asked))
    what = strip.what if strip else lines.what if lines else ""
    return visit.show(
        "trends.html", "Trends", here="trends", queries=found.queries, by=found.by,
        rows=list(zip(*trends.pool(), strict=True)), date=trends.date, strip=strip, lines=lines, asked=asked,
        smooth=found.smooth, smooths=sorted({*_SMOOTHS, found.smooth}),
        taken={form: visit.links.to(f"/trends.{form}", found.pairs()) for form in ("csv", "svg", "json")},
        cited=cite_figure(visit, what, "/trends", found.pairs()),
    )  # fmt: skip
