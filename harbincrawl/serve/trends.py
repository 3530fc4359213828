"""Several queries over time: what an address asks for, and the lines that are drawn of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from harbincrawl.search.corpus.trends import INTERVALS_DRAWN, By, TrendRow, Trends, count_trends
from harbincrawl.search.days import read_day_range
from harbincrawl.text import count_text

from .axis import AxisLabel, make_labels, name_period, scale_value, write_top
from .counts import choose_by
from .figures import describe_choice, quote_queries
from .links import Links, Parameters
from .spans import FEW
from .strip import LONGEST, tell_undated
from .visit import Visit

_MOST_LINKED = 200
"""Points that are links; of more than these none is, and the numbers below lead on."""
_MOST_STOPS = 48
"""Points that the keyboard stops at; of more it stops at the numbers below alone."""
_ASIDE = 0.3
"""How far the intervals of several queries stand from each other, in periods."""


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
    whiskers: str = ""
    """The `d` of the intervals of all points, cut at the top."""


class Lines(NamedTuple):
    """A line a query, all on one scale."""

    by: By
    lines: tuple[Line, ...]
    periods: int
    labels: tuple[AxisLabel, ...]
    title: str
    unit: str
    most: float
    """The number at the top of the scale, which has room for every share of enough articles."""
    top: str
    """The same as it is written."""
    what: str
    """What is shown, as a citation says it."""
    caption: str
    are_stops: bool
    """Whether the keyboard stops at each point."""


def read_trends(visit: Visit, asked: Parameters) -> Trends:
    """The queries of a search over time; by what there is enough of, unless that was asked for. Raises FilterError."""
    by = cast(By, asked.by) or choose_by(visit, asked)
    return visit.reader.remember(
        ("trends", asked.queries, asked.filters._replace(query=""), asked.copies, by, asked.smooth),
        lambda: count_trends(
            visit.reader.connection, asked.queries, asked.filters, by, asked.smooth, copies=asked.copies
        ),
    )


def lead_with(asked: Parameters, query: str) -> Parameters:
    """The same search with another of its queries as the first one."""
    return asked.change(q=query, others=tuple(each for each in asked.queries if each != query))


def address_span(links: Links, asked: Parameters, first: str, last: str) -> str:
    """The hits from one month or year to another, of those days alone that the search is about."""
    given = asked.filters
    is_later = given.since and read_day_range(given.since)[0] > read_day_range(first)[0]
    is_earlier = given.until and read_day_range(given.until)[1] < read_day_range(last)[1]
    since, until = given.since if is_later else first, given.until if is_earlier else last
    return links.search(asked, since=since, until=until)


def address_months(links: Links, asked: Parameters, months: Iterable[str]) -> dict[str, str]:
    """The hits of each of many months: addresses that are alike but for the month are made of one."""
    given = asked.filters
    ends = {f"{read_day_range(each)[at]:%Y-%m}".zfill(7) for at, each in enumerate((given.since, given.until)) if each}
    span = "since={0}&until={0}"
    alike = links.search(asked, since="1000-01", until="1000-01")
    return {
        month: address_span(links, asked, month, month) if month in ends
        else alike.replace(span.format("1000-01"), span.format(month))
        for month in months
    }  # fmt: skip


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
    solid = [own for own, row in pairs if own.per_1000 is not None and row.articles >= FEW]
    most = max((own.per_1000 or 0 for own in solid), default=0)
    # Room for intervals, but not so much that the lines lie on the ground.
    most = max(most, min(max((own.high or 0 for own in solid), default=0), 2 * most)) or 1000
    count = len(rows) * len(periods)
    lines = []
    for number, (one, around) in enumerate(zip(rows, pooled, strict=True), 1):
        base = lead_with(asked, one[0].query)
        is_linked = count <= _MOST_LINKED and len(links.search(base)) <= LONGEST
        points = [
            _place(at, own, row, most, links, base if is_linked else None)
            for at, (own, row) in enumerate(zip(one, around, strict=True))
        ]
        lines.append(
            Line(
                number, one[0].query, sum(row.hits for row in one), links.search(base), tuple(_draw_paths(points)),
                tuple(each for each in points if each is not None),
                "".join(_draw_whiskers(one, most, (number - 1) / len(rows))),
            )
        )  # fmt: skip
    of = f"per 1,000 articles{describe_base(trends, asked, sections)}, by {trends.by} ({trends.date})"
    notes = [f"Hits {of}."]
    if any(line.whiskers for line in lines):
        notes.append(INTERVALS_DRAWN)
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
    words = ", ".join(filter(None, (around, describe_choice(asked, sections))))
    return f" {words}".rstrip()


def _place(
    at: int, own: TrendRow, row: TrendRow, most: float, links: Links, base: Parameters | None
) -> LinePoint | None:
    if own.per_1000 is None:
        return None
    label = f"{own.query}, {name_period(own.period)}: {own.hits:,} of {count_text(own.articles, 'article')}"
    if (own.hits, own.articles) != (row.hits, row.articles):
        label += f", smoothed {row.hits:,} of {row.articles:,}"
    address = address_span(links, base, own.period, own.period) if base else ""
    y = round(100 - scale_value(own.per_1000, most), 1)
    return LinePoint(at + 0.5, y, label, address, row.articles < FEW)


def _draw_whiskers(rows: Sequence[TrendRow], most: float, aside: float) -> Iterator[str]:
    """The interval of each share; those of several queries stand beside each other, `aside` from 0 to 1."""
    for at, row in enumerate(rows):
        if row.low is not None and row.high is not None and row.low < most:
            low, high = (round(100 - min(100 * end / most, 100), 1) for end in (row.low, row.high))
            yield f"M{at + 0.5 + _ASIDE * aside:g} {low:g}V{high:g}"


def _draw_paths(points: list[LinePoint | None]) -> Iterator[str]:
    part: list[str] = []
    for point in [*points, None]:
        if point is not None:
            part.append(f"{point.x:g} {point.y:g}")
            continue
        if len(part) > 1:
            yield "M" + "L".join(part)
        part = []
