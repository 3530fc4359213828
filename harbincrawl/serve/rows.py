"""What happened to the articles of each month or year: thin rows below the strip of the archive."""

from __future__ import annotations

from harbincrawl.search.filters import Filters

from .axis import name_period, scale_value
from .counts import count_months
from .links import Pairs
from .spans import sum_periods
from .strip import Strip, StripMark, StripRow
from .visit import Visit

_PATIENCE = 1.0
"""Seconds to count: a page is whole without them."""
_ROWS: tuple[tuple[str, str, Filters, Pairs], ...] = (
    ("changed", "changed after they were first seen", Filters(changed=True), []),
    ("gone", "gone from the site", Filters(status="gone"), [("status", "gone")]),
)
"""Name, meaning, the articles, and the parameters of a search that finds them; the site has none for changed ones."""


def add_rows(visit: Visit, strip: Strip) -> Strip:
    """The strip with a row of changed and one of gone articles below it, by their own dates; none that is empty."""
    return strip._replace(rows=visit.reader.within(_PATIENCE, lambda: tuple(_read_rows(visit, strip))) or ())


def _read_rows(visit: Visit, strip: Strip) -> list[StripRow]:
    rows = []
    for name, meaning, filters, pairs in _ROWS:
        filters = filters._replace(date=strip.shown.filters.date)
        counts = sum_periods(count_months(visit.reader, filters, copies=True), strip.by)
        most = max((counts.get(bar.period, 0) for bar in strip.bars), default=0)
        if not most:
            continue
        marks = []
        for bar in strip.bars:
            number = counts.get(bar.period, 0)
            found = [*pairs, ("since", bar.period), ("until", bar.period), ("copies", "1")]
            marks.append(
                StripMark(
                    scale_value(number, most), f"{name_period(bar.period)}: {number:,} {meaning}",
                    visit.links.to("/search", found) if pairs and number else "",
                )
            )  # fmt: skip
        total = sum(counts.get(bar.period, 0) for bar in strip.bars)
        rows.append(StripRow(name, f"{meaning}: {total:,}", tuple(marks)))
    return rows
