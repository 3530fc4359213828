"""The hits of a search over time, before all articles of the archive, as bars that lead to their month or year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from harbincrawl.text import count_text

from .axis import AxisLabel, make_labels, name_period, scale_value, write_top
from .counts import Counts, read_counts
from .figures import cite_figure, describe_choice, describe_hits, quote_queries, read_section_labels
from .links import Links, Parameters
from .spans import FEW, By, Span, choose_span, find_top, sum_periods
from .visit import Visit

_PATIENCE = 1.5
"""Seconds for the counts of a strip: it is not what people came for."""
LONGEST = 2000
"""Letters of an address that is written for each bar; of a longer search the bars lead nowhere."""


class StripBar(NamedTuple):
    """One month or year."""

    period: str
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
    """Whether it is marked within a year that is shown whole."""
    is_out: bool
    """Whether the filters leave it out."""
    is_cut: bool
    """Whether it is higher than the strip."""
    address: str
    """Empty where the search is too long for an address."""
    label: str
    """`March 2019: 12 of 310 articles`."""


class StripMark(NamedTuple):
    """What a row has in one month or year."""

    height: float
    """Of the row, in percent."""
    label: str
    """`March 2019: 2 gone from the site`."""
    address: str
    """Empty where no search finds them."""


class StripRow(NamedTuple):
    """A thin row below the bars, on a scale of its own."""

    name: str
    """`gone`."""
    meaning: str
    """`gone from the site: 21`."""
    marks: tuple[StripMark, ...]


class Strip(NamedTuple):
    """Bars over time, oldest first and without a gap."""

    by: By
    bars: tuple[StripBar, ...]
    labels: tuple[AxisLabel, ...]
    title: str
    """How many hits of how many articles, in a sentence without a full stop."""
    unit: str
    """What the bars show: `hits per 1,000 articles`, `articles`."""
    most: float
    """The number at the top of the scale."""
    top: str
    """The same as it is written."""
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
    shown: Parameters
    """The search, with the ends of what its bars show in place of its own."""
    rows: tuple[StripRow, ...] = ()
    """What else there is below the bars."""
    taken: Mapping[str, str] = {}
    """Addresses of the chart as a file, by form."""
    cited: str = ""
    """The sentence that cites the chart."""


def read_strip(visit: Visit, asked: Parameters, path: str = "/search") -> Strip | None:
    """The strip of a search, whose bars lead to `path`; None where there is nothing to show, or no time to count it.

    Raises FilterError for a date or another filter that cannot be read.
    """
    counts = visit.reader.within(_PATIENCE, lambda: read_counts(visit, asked))
    strip = make_strip(counts, asked, visit.links, path, read_section_labels(visit, asked)) if counts else None
    if strip is None:
        return None
    forms = ("csv", "svg", "json") if asked.q else ("csv", "svg")
    pairs = [*strip.shown.change(page=1, sort="").pairs(), ("by", strip.by)]
    taken = {form: visit.links.to(f"/trends.{form}", pairs) for form in forms}
    cited = cite_figure(visit, strip.what, path, asked.change(page=1, sort="").pairs())
    return strip._replace(taken=taken, cited=cited)


def make_strip(counts: Counts, asked: Parameters, links: Links, path: str, sections: Mapping[str, str]) -> Strip | None:
    """The strip of these counts; `sections` are labels by path. Raises FilterError for an unreadable date.

    A bar is of its whole month or year, whatever day the search begins at. Copies are folded into the period of their
    original, so that months add up to their years.
    """
    span = choose_span(counts.archive, counts.articles, asked.filters.since, asked.filters.until)
    if span is None:
        return None
    is_share = asked.filters._replace(since=None, until=None).restricts()
    base = asked.change(page=1)
    is_linked = len(links.to(path, base.pairs())) <= LONGEST
    bars, most = _make_bars(counts, span, base, links, path, is_share=is_share)
    if not is_linked:
        bars = [bar._replace(address="") for bar in bars]
    since, until = span.periods[0], span.periods[-1]
    is_chosen = any(bar.is_chosen for bar in bars)
    wider = base.change(since=since[:4] if is_chosen else None, until=since[:4] if is_chosen else None)
    is_bounded = bool(asked.filters.since or asked.filters.until)
    labels = [
        label._replace(address=links.to(path, base.change(since=label.text, until=label.text).pairs()))
        if label.span > 1 and is_linked else label for label in make_labels(span.periods)
    ]  # fmt: skip
    strip = Strip(
        span.by, tuple(bars), tuple(labels),
        describe_hits(asked, counts.found, counts.of, sections) if asked.filters.restricts() else "Articles over time",
        "hits per 1,000 articles" if is_share else "articles",
        most, write_top(most), "", "", links.to(path, wider.pairs()) if is_bounded and is_linked else None,
        f"all of {since[:4]}" if is_chosen else "all years", since, until, is_share, counts.hits.get("", 0),
        _clip(asked, span),
    )  # fmt: skip
    strip = strip._replace(what=_describe(strip, sections))
    notes = [f"{strip.what}{'; pale: all articles of the archive' if is_share else ''}."]
    notes += _list_notes(strip, span, sum_periods(counts.archive, span.by))
    if not is_linked:
        notes.append("The search is too long for bars that lead on.")
    return strip._replace(caption=" ".join(notes))


def _make_bars(
    counts: Counts, span: Span, base: Parameters, links: Links, path: str, *, is_share: bool
) -> tuple[list[StripBar], float]:
    """The bars, and the number at the top of their scale."""
    hits, articles, archive = (sum_periods(each, span.by) for each in (counts.hits, counts.articles, counts.archive))
    shares = {
        period: round(1000 * hits.get(period, 0) / articles[period], 2)
        for period in span.periods
        if articles.get(period)
    }
    values: Mapping[str, float] = shares if is_share else hits
    # Where all are of few articles, the scale ends at all of them.
    most = find_top(
        values.get(each, 0) for each in span.periods if not is_share or articles.get(each, 0) >= FEW
    ) or (1000 if is_share else 1)  # fmt: skip
    ghosts = find_top(archive.get(period, 0) for period in span.periods)
    is_year = span.is_zoomed and span.periods[0][:4] == span.periods[-1][:4]
    bars = []
    for period in span.periods:
        found, every, value = hits.get(period, 0), articles.get(period, 0), values.get(period, 0)
        is_inside = span.inside[0] <= period <= span.inside[1]
        counted = f"{found:,} of {count_text(every, 'article')}" if is_share else count_text(found, "article")
        is_out = not is_inside and not is_year
        bars.append(
            StripBar(
                period, found, every, shares.get(period), scale_value(value, most),
                ghost=scale_value(archive.get(period, 0), ghosts) if is_share else 0,
                is_few=is_share and 0 < every < FEW, is_chosen=is_inside and is_year and span.inside != (
                    span.periods[0], span.periods[-1]), is_out=is_out, is_cut=value > most,
                address=links.to(path, base.change(since=period, until=period).pairs()),
                label=f"{name_period(period)}: {counted}{', left out by the filter' if is_out else ''}",
            )
        )  # fmt: skip
    return bars, most


def _clip(asked: Parameters, span: Span) -> Parameters:
    """The search with the ends of what its bars show in place of its own."""
    since, until = (span.periods[0], span.periods[-1]) if span.is_zoomed else span.inside
    given = asked.filters
    if span.is_zoomed and since[:4] == until[:4] and given.since and given.until:
        return asked.change(since=since[:4], until=since[:4])
    return asked.change(since=since if given.since else None, until=until if given.until else None)


def _describe(strip: Strip, sections: Mapping[str, str]) -> str:
    """What is counted, in words."""
    shown = strip.shown
    words = f" {describe_choice(shown, sections)}".rstrip()
    by = f"by {strip.by} ({shown.filters.date})"
    if not strip.is_share:
        return f"Articles{words}, {by}"
    if shown.q:
        return f"Hits of {quote_queries([shown.q])} per 1,000 articles{words}, {by}"
    return f"Articles{words} per 1,000 articles of the archive, {by}"


def _list_notes(strip: Strip, span: Span, archive: Mapping[str, int]) -> Iterator[str]:
    """What else is to be said of a strip; `archive` are all articles by its periods."""
    ends = (("before", span.inside[0], strip.bars[0]), ("after", span.inside[1], strip.bars[-1]))
    if out := [f"{word} {name_period(period)}" for word, period, bar in ends if bar.is_out]:
        yield f"Grey: {' and '.join(out)}, left out by the filter."
    for bar in strip.bars:
        if bar.is_cut and not bar.is_few:
            value = f"{bar.per_1000:,} per 1,000" if strip.is_share else f"{bar.hits:,}"
            yield f"{name_period(bar.period)}: {value}, cut off."
    every = {bar.period: archive.get(bar.period, 0) for bar in strip.bars} if strip.is_share else {}
    for period, number in every.items():
        if number > find_top(every.values()):
            yield f"All articles of {name_period(period)}, {number:,}, are cut off."
    if any(bar.is_few and bar.hits for bar in strip.bars):
        yield f"Faint bars are of fewer than {FEW} articles; those above the scale stand at its top."
    if span.is_cut:
        yield f"Years before {strip.since} are not shown."
    if strip.undated:
        yield tell_undated(strip.undated)


def tell_undated(number: int) -> str:
    """`3 without a date are not shown.`"""
    return f"{number:,} without a date {'is' if number == 1 else 'are'} not shown."
