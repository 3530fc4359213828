"""Words of the texts: every place of one, what one part of the archive speaks of more, queries over time."""

from __future__ import annotations

import sqlite3
from functools import partial
from itertools import islice
from typing import cast

from multidict import MultiDict

from harbincrawl.charts.drawings import draw_trends
from harbincrawl.search.corpus.concordance import SORTS, Concordance, ConcordanceLine, Sort
from harbincrawl.search.corpus.keywords import Keyword, Keywords, find_keywords
from harbincrawl.search.corpus.trends import By, Trends, count_trends
from harbincrawl.serve.answers import TYPES, Download, PageError, WebAnswer, make_json, stream_csv
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.visit import Visit

from .overview import count_months

_LINES = 200
"""Lines of a concordance on its page; the CSV has all."""
_LETTERS = 30_000_000
"""Characters that are counted in some two seconds: of longer texts, keywords are those of a sample."""
_WORDS = 50
"""Keywords on their page; JSON has all, CSV all of all texts."""
_AGAINST = "against_"
"""How the parameters of the other part begin."""
_MOST = 8
"""Queries of one picture."""
_SMOOTHS = (1, 3, 5, 12)
"""Periods that the form offers to smooth over."""
_MONTHS = 48
"""More months are drawn as years, unless asked otherwise."""


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
            lambda connection: stream_csv(Keyword._fields, find(connection).words), TYPES["csv"], "keywords.csv"
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


def show_trends(visit: Visit) -> WebAnswer:
    """A line for each query: hits per 1,000 articles of the month or year, copies folded."""
    queries = tuple(dict.fromkeys(each.strip() for each in visit.query.getall("q", ()) if each.strip()))
    if len(queries) > _MOST:
        raise PageError(400, "Too many queries", f"At most {_MOST} queries fit into one picture.")
    by = visit.query.get("by", "")
    if by not in ("", "month", "year"):
        raise PageError(400, "No such period", f"There is no period “{by[:60]}”: expected month or year.")
    asked = Parameters.read(visit.query)
    smooth = visit.query.get("smooth", "") or "1"
    if not (smooth.isascii() and smooth.isdecimal() and len(smooth) <= 3):
        raise PageError(400, "No such number", f"smooth={smooth[:60]}: expected a number of periods.")
    by = by or ("year" if len(count_months(visit.reader, asked.filters.date, copies=False)) > _MONTHS else "month")
    trends: Trends = visit.reader.remember(
        ("trends", queries, asked.change(q="", after="", sort=""), by, smooth),
        lambda: count_trends(visit.reader.connection, queries, asked.filters, cast(By, by), int(smooth)),
    )
    if visit.form == "json":
        return make_json(trends.as_object())
    series = {rows[0].query: {row.period: row.per_1000 for row in rows} for rows in trends.rows if rows}
    chart = partial(draw_trends, "Hits per 1,000 articles", trends.describe_unit(), series) if series else None
    pairs = [("q", each) for each in queries] + [("by", by)] + [("smooth", smooth)] * (smooth != "1")
    pairs += [(name, value) for name, value in asked.pairs() if name not in ("q", "sort", "copies", "after")]
    return visit.show(
        "trends.html", "Trends", here="trends", queries=queries, by=by, rows=list(zip(*trends.pool(), strict=True)),
        date=trends.date,
        chart=chart, asked=asked, smooth=int(smooth), smooths=sorted({*_SMOOTHS, int(smooth)}),
        json=visit.links.to("/trends.json", pairs),
    )  # fmt: skip
