"""Several queries over time: what an address asks for, and the lines that are drawn of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast

from harbincrawl.search.corpus.trends import By, TrendRow, Trends, count_trends
from harbincrawl.text import count_text

from .answers import PageError
from .axis import AxisLabel, make_labels, name_period, scale_value, write_top
from .counts import choose_by
from .figures import describe_choice, quote_queries
from .links import Links, Pairs, Parameters
from .spans import FEW
from .strip import LONGEST, tell_undated
from .visit import Visit

_MOST = 8
"""Queries of one picture."""
_MOST_LINKED = 200
"""Points that are links; of more than these none is, and the numbers below lead on."""
_MOST_STOPS = 48
"""Points that the keyboard stops at; of more it stops at the numbers below alone."""


class AskedTrends(NamedTuple):
    """What the address of trends asks for, and its answer."""

    queries: tuple[str, ...]
    asked: Parameters
    """The filters; its query is the first one."""
    by: By
    smooth: int
    is_plain: bool
    """Whether neither period nor smoothing was asked for."""
    trends: Trends

    def pairs(self) -> Pairs:
        """Names and values for the same in another form."""
        pairs = [("q", each) for each in self.queries] + [("by", self.by)]
        pairs += [("smooth", str(self.smooth))] * (self.smooth > 1)
        own = ("q", "sort", "copies", "after")
        return pairs + [(name, value) for name, value in self.asked.pairs() if name not in own]


class LinePoint(NamedTuple):
    """What one query is met by in one month or year."""

    x: float
    """In periods from the left."""
    y: float
    """In percent from the top."""
    label: str
    """`snow, March 2019: 12 of 310 articles`."""
    address: str
    """Of the hits; empty where there are too many points."""
    is_few: bool


class Line(NamedTuple):
    """One query."""

    number: int
    """From 1 on: its colour and dashes."""
    name: str
    hits: int
    address: str
    """Of all its hits."""
    paths: tuple[str, ...]
    """The `d` of each part between periods without articles."""
    points: tuple[LinePoint, ...]


class Lines(NamedTuple):
    """A line a query, all on one scale."""

    by: By
    lines: tuple[Line, ...]
    periods: int
    labels: tuple[AxisLabel, ...]
    title: str
    unit: str
    most: float
    """The number at the top of the scale: the greatest share of enough articles."""
    top: str
    """The same as it is written."""
    what: str
    """What is shown, as a citation says it."""
    caption: str
    are_stops: bool
    """Whether the keyboard stops at each point."""


def read_trends(visit: Visit) -> AskedTrends:
    """The queries of an address over time. Raises PageError, FilterError."""
    queries = tuple(dict.fromkeys(each.strip() for each in visit.query.getall("q", ()) if each.strip()))
    if len(queries) > _MOST:
        raise PageError(400, "Too many queries", f"At most {_MOST} queries fit into one picture.")
    given = visit.query.get("by", "")
    if given not in ("", "month", "year"):
        raise PageError(400, "No such period", f"There is no period “{given[:60]}”: expected month or year.")
    asked = Parameters.read(visit.query)
    smooth = visit.query.get("smooth", "") or "1"
    if not (smooth.isascii() and smooth.isdecimal() and len(smooth) <= 3):
        raise PageError(400, "No such number", f"smooth={smooth[:60]}: expected a number of periods.")
    by = cast(By, given) or choose_by(visit, asked)
    trends: Trends = visit.reader.remember(
        ("trends", queries, asked.change(q="", after="", sort=""), by, smooth),
        lambda: count_trends(visit.reader.connection, queries, asked.filters, by, int(smooth)),
    )
    return AskedTrends(queries, asked, by, int(smooth), not given and smooth == "1", trends)


def make_lines(trends: Trends, links: Links, asked: Parameters, sections: Mapping[str, str]) -> Lines | None:
    """The lines of these counts, each point with the address of its hits; None where there is no period.

    `asked` has the filters, `sections` the labels of sections by path.
    """
    rows = [each for each in trends.rows if each]
    if not rows:
        return None
    pooled = [each for each in trends.pool() if each]
    periods = [row.period for row in rows[0]]
    pairs = [pair for one, around in zip(rows, pooled, strict=True) for pair in zip(one, around, strict=True)]
    solid = [own.per_1000 for own, row in pairs if own.per_1000 is not None and row.articles >= FEW]
    most = max(solid, default=0) or 1000
    count = len(rows) * len(periods)
    lines = []
    for number, (one, around) in enumerate(zip(rows, pooled, strict=True), 1):
        base = asked.change(q=one[0].query, after="", copies=False)
        is_linked = count <= _MOST_LINKED and len(links.search(base)) <= LONGEST
        points = [
            _place(at, own, row, most, links, base if is_linked else None)
            for at, (own, row) in enumerate(zip(one, around, strict=True))
        ]
        lines.append(
            Line(
                number, one[0].query, sum(row.hits for row in one), links.search(base), tuple(_draw_paths(points)),
                tuple(each for each in points if each is not None),
            )
        )  # fmt: skip
    of = f"per 1,000 articles{describe_base(trends, asked, sections)}, by {trends.by} ({trends.date})"
    notes = [f"Hits {of}."]
    if any(point.is_few for line in lines for point in line.points):
        notes.append(f"Faint points are of fewer than {FEW} articles; those above the scale stand at its top.")
    if trends.undated:
        notes.append(tell_undated(trends.undated))
    return Lines(
        trends.by, tuple(lines), len(periods), tuple(make_labels(periods)), "Hits over time", "hits per 1,000 articles",
        most, write_top(most), f"Hits of {quote_queries(trends.queries)} {of}", " ".join(notes), count <= _MOST_STOPS,
    )  # fmt: skip


def describe_base(trends: Trends, asked: Parameters, sections: Mapping[str, str]) -> str:
    """What the articles are that the shares are of, to stand behind "articles"; empty where it is all of the period."""
    around = f"of {trends.smooth} {trends.by}s around each" if trends.smooth > 1 else ""
    words = ", ".join(filter(None, (around, describe_choice(asked.change(copies=False), sections))))
    return f" {words}".rstrip()


def _place(
    at: int, own: TrendRow, row: TrendRow, most: float, links: Links, base: Parameters | None
) -> LinePoint | None:
    if own.per_1000 is None:
        return None
    label = f"{own.query}, {name_period(own.period)}: {own.hits:,} of {count_text(own.articles, 'article')}"
    if (own.hits, own.articles) != (row.hits, row.articles):
        label += f", smoothed {row.hits:,} of {row.articles:,}"
    address = links.search(base, since=own.period, until=own.period) if base else ""
    y = round(100 - scale_value(own.per_1000, most), 1)
    return LinePoint(at + 0.5, y, label, address, row.articles < FEW)


def _draw_paths(points: list[LinePoint | None]) -> Iterator[str]:
    part: list[str] = []
    for point in [*points, None]:
        if point is not None:
            part.append(f"{point.x:g} {point.y:g}")
            continue
        if len(part) > 1:
            yield "M" + "L".join(part)
        part = []
