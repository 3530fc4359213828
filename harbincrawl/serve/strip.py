"""The hits of a search over time, before all articles of the archive, as bars that lead to their month or year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from harbincrawl.charts.scales import fill_periods
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.days import read_day_range
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters
from harbincrawl.text import count_text

from .axis import AxisLabel, make_labels, name_period, scale_value
from .figures import describe_choice, quote_queries, read_section_labels
from .links import Links, Parameters
from .visit import Visit

By = Literal["month", "year"]
FEW = 10
"""A share of fewer articles than these says little: it is shown pale, and sets no scale."""
MOST_YEARS = 60
"""Years that a strip shows, the last ones: one article with a wrong date would make a hundred bars of it."""
MOST_MONTHS = 48
"""Months that a strip shows; of a longer time it shows years."""
_PATIENCE = 1.5
"""Seconds for the counts of a strip: it is not what people came for."""
_LONGEST = 2000
"""Letters of an address that is written for each bar; of a longer search the bars lead nowhere."""


class Counts(NamedTuple):
    """Numbers of articles by month, `2020-05`; under an empty text those without a date."""

    hits: Mapping[str, int]
    articles: Mapping[str, int]
    """Those that the hits are a share of: what the filters leave without the query; without one, the archive."""
    archive: Mapping[str, int]


class StripBar(NamedTuple):
    """One month or year."""

    period: str
    name: str
    """`March 2019`."""
    hits: int
    articles: int
    """What the hits are a share of."""
    per_1000: float | None
    """None: without articles there is no share."""
    height: float
    """Of the bar, in percent of the strip."""
    ghost: float
    """Of all articles of the archive, on a scale of their own."""
    is_few: bool
    is_chosen: bool
    address: str
    """Empty where the search is too long for an address."""
    label: str
    """`March 2019: 12 of 310 articles`."""


class Strip(NamedTuple):
    """Bars over time, oldest first and without a gap."""

    by: By
    bars: tuple[StripBar, ...]
    labels: tuple[AxisLabel, ...]
    title: str
    unit: str
    """What the greatest bar is counted in: `per 1,000 articles`, `articles`."""
    most: float
    """The number at the top of the scale: the greatest that is of enough articles."""
    what: str
    """What is shown, as a citation says it."""
    caption: str
    back: str | None
    """The address of the wider time; None: there is none."""
    back_name: str
    since: str
    """The first period that is shown."""
    until: str
    is_share: bool
    """Whether hits stand before a ghost; else the bars are all articles."""
    undated: int
    """Hits without a date, which are in no bar."""
    is_cut: bool
    """Whether there are years before those that are shown."""


class _Span(NamedTuple):
    by: By
    periods: list[str]
    chosen: tuple[str, str] | None
    """The first and the last month that are marked, within a year that is shown whole."""


def read_strip(visit: Visit, asked: Parameters, path: str = "/search") -> Strip | None:
    """The strip of a search, whose bars lead to `path`; None where there is nothing to show, or no time to count it.

    Raises FilterError for a date or another filter that cannot be read.
    """
    counts = visit.reader.within(_PATIENCE, lambda: _read_counts(visit, asked))
    if counts is None:
        return None
    return make_strip(counts, asked, visit.links, path, read_section_labels(visit, asked))


def _read_counts(visit: Visit, asked: Parameters) -> Counts:
    """The counts of all months: those of one year are looked up among them when a bar of it is chosen."""
    undated = asked.filters._replace(since=None, until=None)
    archive = _count_months(visit, Filters(date=undated.date), asked.copies)
    hits = _count_months(visit, undated, asked.copies) if undated.restricts() else archive
    part = undated._replace(query="")
    articles = _count_months(visit, part, asked.copies) if undated.query and part.restricts() else archive
    return Counts(hits, articles, archive)


def _count_months(visit: Visit, filters: Filters, copies: bool) -> dict[str, int]:
    def count() -> dict[str, int]:
        choice = fit_choice(visit.reader.connection, filters)
        return {
            bar.value or "": bar.hits for bar in count_facet(visit.reader.connection, choice, "month", copies=copies)
        }

    return visit.reader.remember(("months", filters, copies), count)


def make_strip(counts: Counts, asked: Parameters, links: Links, path: str, sections: Mapping[str, str]) -> Strip | None:
    """The strip of these counts; `sections` are labels by path. Raises FilterError for an unreadable date.

    A bar is of its whole month or year, whatever day the search begins at. Copies are folded into the period of their
    original, so that months add up to their years.
    """
    span = choose_span(counts, asked.filters.since, asked.filters.until)
    if span is None:
        return None
    by, periods, chosen = span
    hits, articles, archive = (sum_periods(each, by) for each in counts)
    is_share = asked.filters._replace(since=None, until=None).restricts()
    shares = {
        period: round(1000 * hits.get(period, 0) / articles[period], 2) for period in periods if articles.get(period)
    }
    solid = [shares[period] for period in shares if articles[period] >= FEW]
    # Where all are of few articles, the scale ends at all of them.
    most: float = (max(solid, default=0) or 1000) if is_share else max(hits.get(each, 0) for each in periods)
    ghosts = max((archive.get(period, 0) for period in periods), default=0)
    base = asked.change(after="")
    is_linked = len(links.to(path, base.pairs())) <= _LONGEST
    bars = []
    for period in periods:
        found, every = hits.get(period, 0), articles.get(period, 0)
        name = name_period(period)
        counted = f"{found:,} of {count_text(every, 'article')}" if is_share else count_text(found, "article")
        bars.append(
            StripBar(
                period, name, found, every, shares.get(period),
                height=scale_value(shares.get(period, 0) if is_share else found, most),
                ghost=scale_value(archive.get(period, 0), ghosts) if is_share else 0,
                is_few=is_share and 0 < every < FEW,
                is_chosen=chosen is not None and chosen[0] <= period <= chosen[1],
                address=links.to(path, base.change(since=period, until=period).pairs()) if is_linked else "",
                label=f"{name}: {counted}",
            )
        )  # fmt: skip
    since, until = periods[0], periods[-1]
    wider = {"since": since[:4], "until": since[:4]} if chosen else {"since": None, "until": None}
    is_bounded = bool(asked.filters.since or asked.filters.until)
    shown = _clip(asked, since, until, by)
    strip = Strip(
        by, tuple(bars), tuple(make_labels(periods)),
        "Hits over time" if is_share else "Articles over time", "per 1,000 articles" if is_share else "articles",
        most, "", "", links.to(path, base.change(**wider).pairs()) if is_bounded and is_linked else None,
        f"all of {since[:4]}" if chosen else "all years", since, until, is_share, counts.hits.get("", 0),
        is_cut=by == "year" and len(periods) == MOST_YEARS and any(each < since for each in archive),
    )  # fmt: skip
    what = _describe(strip, shown, sections)
    notes = [f"{what}{'; pale: all articles of the archive' if is_share else ''}."]
    return strip._replace(what=what, caption=" ".join([*notes, *_list_notes(strip, is_linked=is_linked)]))


def choose_by(visit: Visit, asked: Parameters) -> By:
    """Whether the time that the filters leave is shown by month or by year. Raises FilterError."""
    part = asked.filters._replace(query="", since=None, until=None)
    archive = _count_months(visit, Filters(date=part.date), asked.copies)
    counts = Counts(archive, _count_months(visit, part, asked.copies) if part.restricts() else archive, archive)
    span = choose_span(counts, asked.filters.since, asked.filters.until)
    return span.by if span else "month"


def choose_span(counts: Counts, since: str | None, until: str | None) -> _Span | None:
    """Which months or years are shown of the archive; None where there are none, or one alone. Raises FilterError."""
    dated = [month for month in counts.archive if month]
    if not dated:
        return None
    lower = f"{read_day_range(since)[0]:%Y-%m}".zfill(7) if since else min(dated)
    upper = f"{read_day_range(until)[1]:%Y-%m}".zfill(7) if until else max(dated)
    if since and until and lower[:4] == upper[:4] and lower <= upper:
        year = lower[:4]
        if not any(month[:4] == year for month in dated):
            return None
        whole = f"{year}-01", f"{year}-12"
        return _Span("month", fill_periods(whole), None if (lower, upper) == whole else (lower, upper))
    lower, upper = max(lower, min(dated)), min(upper, max(dated))
    if lower > upper:
        return None
    months = fill_periods((lower, upper))
    years = fill_periods((lower[:4], upper[:4]))[-MOST_YEARS:]
    few = sum(counts.articles.get(month, 0) < FEW for month in months)
    if len(years) > 1 and (len(months) > MOST_MONTHS or few * 2 > len(months)):
        return _Span("year", years, None)
    return _Span("month", months, None) if len(months) > 1 else None


def sum_periods(months: Mapping[str, int], by: By) -> dict[str, int]:
    """Numbers by month, added up to years where `by` says so; those without a date are left out."""
    found: dict[str, int] = {}
    for month, number in months.items():
        if month:
            period = month[:4] if by == "year" else month
            found[period] = found.get(period, 0) + number
    return found


def _clip(asked: Parameters, since: str, until: str, by: By) -> Parameters:
    """The search with the ends of what is shown in place of its own."""
    given = asked.filters
    one = by == "month" and since[:4] == until[:4] and given.since and given.until
    ends = (since[:4], since[:4]) if one else (since if given.since else None, until if given.until else None)
    return asked.change(since=ends[0], until=ends[1])


def _describe(strip: Strip, shown: Parameters, sections: Mapping[str, str]) -> str:
    """What is counted, in words."""
    words = f" {describe_choice(shown, sections)}".rstrip()
    by = f"by {strip.by} ({shown.filters.date})"
    if not strip.is_share:
        return f"Articles{words}, {by}"
    if shown.q:
        return f"Hits of {quote_queries([shown.q])} per 1,000 articles{words}, {by}"
    return f"Articles{words} per 1,000 articles of the archive, {by}"


def tell_undated(number: int) -> str:
    """`3 without a date are not shown.`"""
    return f"{number:,} without a date {'is' if number == 1 else 'are'} not shown."


def _list_notes(strip: Strip, *, is_linked: bool) -> Iterable[str]:
    if any(bar.is_few and bar.hits for bar in strip.bars):
        yield f"Faint bars are of fewer than {FEW} articles; those above the scale stand at its top."
    if strip.is_cut:
        yield f"Years before {strip.since} are not shown."
    if strip.undated:
        yield tell_undated(strip.undated)
    if not is_linked:
        yield "The search is too long for bars that lead on."
