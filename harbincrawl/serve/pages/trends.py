"""Several queries over time, as a share of all articles, with the numbers behind the picture."""

from __future__ import annotations

from typing import Any

from harbincrawl.charts.lines import draw_trends
from harbincrawl.search.facets import count_facet
from harbincrawl.serve.answers import Answer, PageError, make_json
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.visit import Visit

from .home import count_months
from .search import understand

_MOST = 8
"""Queries of one picture."""
_MONTHS = 48
"""More months are drawn as years, unless asked otherwise."""


def show_trends(visit: Visit) -> Answer:
    """A line for each query: hits per 1,000 articles of the month or year, copies folded."""
    queries = list(dict.fromkeys(each.strip() for each in visit.query.getall("q", ()) if each.strip()))
    if len(queries) > _MOST:
        raise PageError(400, "Too many queries", f"At most {_MOST} queries fit into one picture.")
    by = visit.query.get("by", "")
    if by not in ("", "month", "year"):
        raise PageError(400, "No such period", f"There is no period “{by[:60]}”: expected month or year.")
    months = count_months(visit.reader, copies=False)
    by = by or ("year" if len(months) > _MONTHS else "month")
    parameters = Parameters.read(visit.query)
    periods = {bar.value: bar.hits for bar in count_months(visit.reader, copies=False, by=by) if bar.value}
    if parameters.since or parameters.until:
        chosen = count_facet(
            visit.reader.connection, understand(visit.reader.connection, _only_days(parameters)).choice, by
        )
        periods = {bar.value: bar.hits for bar in chosen if bar.value}
    counts = [_count(visit, parameters, query, by) for query in queries]
    rows: list[dict[str, Any]] = [
        {"period": period, "articles": articles, "series": [_share(each.get(period, 0), articles) for each in counts]}
        for period, articles in periods.items()
    ]
    if visit.form == "json":
        return make_json({"by": by, "queries": queries, "periods": rows})
    series: dict[str, dict[str, float]] = {
        query: {row["period"]: row["series"][at]["per_1000"] for row in rows} for at, query in enumerate(queries)
    }
    chart = (
        draw_trends("Hits per 1,000 articles", f"per 1,000 articles of the {by}", series) if queries and rows else None
    )
    return visit.show(
        "trends.html", "Trends", here="trends", queries=queries, by=by, rows=rows, chart=chart, asked=parameters,
        json=visit.links.to("/trends.json", [("q", each) for each in queries] + [("by", by)]),
    )  # fmt: skip


def _share(hits: int, articles: int) -> dict[str, float]:
    return {"hits": hits, "per_1000": round(1000 * hits / articles, 2)}


def _only_days(parameters: Parameters) -> Parameters:
    return Parameters(since=parameters.since, until=parameters.until)


def _count(visit: Visit, parameters: Parameters, query: str, by: str) -> dict[str, int]:
    choice = understand(visit.reader.connection, parameters._replace(q=query)).choice
    key: tuple[Any, ...] = ("trend", query, parameters._replace(q="", after=""), by)
    bars = visit.reader.remember(key, lambda: count_facet(visit.reader.connection, choice, by))
    return {bar.value: bar.hits for bar in bars if bar.value}
