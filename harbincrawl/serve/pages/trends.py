"""Several queries over time, as a share of all articles, with the numbers behind the picture."""

from __future__ import annotations

from functools import partial
from typing import cast

from harbincrawl.charts.drawings import draw_trends
from harbincrawl.search.corpus.trends import By, Trends, count_trends
from harbincrawl.serve.answers import PageError, WebAnswer, make_json
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.visit import Visit

from .home import count_months

_MOST = 8
"""Queries of one picture."""
_SMOOTHS = (1, 3, 5, 12)
"""Periods that the form offers to smooth over."""
_MONTHS = 48
"""More months are drawn as years, unless asked otherwise."""


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
