"""Queries over time: a strip of one, lines of several, and the numbers behind them, each with its hits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from harbincrawl.search.corpus.intervals import Interval
from harbincrawl.search.corpus.trends import Trends
from harbincrawl.serve.answers import WebAnswer, make_json
from harbincrawl.serve.figures import cite_figure, read_section_labels
from harbincrawl.serve.links import Links, Parameters
from harbincrawl.serve.trends import address_span, lead_with, make_lines, read_trends
from harbincrawl.serve.visit import Visit

from .bench import address_tab, frame_bench, keeping_form
from .examples import make_example


class PeriodRow(NamedTuple):
    """The numbers of a month or year, each with the page that shows what it counts."""

    period: str
    articles: int
    address: str
    cells: list[tuple[int, float | None, Interval | None, str]]
    """(hits, share, its interval, address) of each query."""


@keeping_form("trends")
def show_trends(visit: Visit, asked: Parameters) -> WebAnswer:
    """Queries over time: one as a strip, several, or other periods than usual, as lines."""
    used = make_example(visit.reader, "trends", asked) if visit.form == "html" and not asked.queries else asked
    trends = read_trends(visit, used or asked)
    if visit.form == "json":
        return make_json(trends.as_object())
    sections = read_section_labels(visit, asked)
    # One query alone is the strip above.
    is_more = used is not None and (len(used.queries) > 1 or bool(used.by) or used.smooth > 1)
    lines = make_lines(trends, visit.links, used, sections) if used and used.queries and is_more else None
    what = lines.what if lines else ""
    pairs = (used or asked)._replace(page=1, by=trends.by).pairs()
    return visit.show(
        "trends.html", "Over time", **frame_bench(visit, "trends", asked)
        | {"example": address_tab(visit.links, "trends", used) if used and used is not asked else None},
        used=used or asked, by=trends.by, rows=list(_list_rows(visit.links, used, trends)) if used else [],
        undated=trends.undated, date=trends.date, lines=lines,
        taken={form: visit.links.to(f"/trends.{form}", pairs) for form in ("csv", "svg", "json")},
        cited=cite_figure(visit, what, "/trends", pairs) if what else "",
    )  # fmt: skip


def _list_rows(links: Links, asked: Parameters, trends: Trends) -> Iterator[PeriodRow]:
    """The rows of the table; where shares are smoothed, the numbers are those of all the periods around."""
    pooled = list(zip(*trends.pool(), strict=True))
    intervals = trends.list_intervals()
    every = asked.change(q="", others=())
    leading = [lead_with(asked, query) for query in trends.queries]
    is_linked = links.has_room(asked, len(pooled) * (1 + len(leading)))
    for at, row in enumerate(pooled):
        first = pooled[max(at - trends.smooth // 2, 0)][0].period
        last = pooled[min(at + (trends.smooth + 1) // 2, len(pooled)) - 1][0].period
        cells = [
            (
                cell.hits,
                cell.per_1000,
                intervals[cell.query].get(cell.period),
                address_span(links, each, first, last) if is_linked else "",
            )
            for cell, each in zip(row, leading, strict=True)
        ]
        yield PeriodRow(
            row[0].period, row[0].articles, address_span(links, every, first, last) if is_linked else "", cells
        )
