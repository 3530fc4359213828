"""What is printed of the estimate of all articles that the site published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harbincrawl.archive.completeness.estimate import STRAYS, Estimate, NoEstimate
from harbincrawl.text import clean, count_text, list_text

from .style import BOLD, Style, wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASSUMED = {
    "capture-recapture": "It assumes that each article had a chance to be in one of these sources, which may depend on"
    " one another. What vanished before any of them looked is not in it: docs/completeness.md",
    "counter": "It assumes that the counter gave each article one number, and that of an archive of others at most"
    f" {STRAYS:.0%} of the numbers are no articles: docs/completeness.md",
}


def estimate_lines(estimate: Estimate | NoEstimate, stored: int, style: Style) -> list[str]:
    """The estimate with its interval, and how much of it is stored; or why there is none."""
    lines = [style.paint("estimate of all articles published", BOLD)]
    if isinstance(estimate, NoEstimate):
        return [*lines, *wrap(clean(f"no estimate: {estimate.reason}"), style.width)]
    shares = [f"{min(1.0, stored / bound):.0%}" if bound else "100%" for bound in (estimate.high, estimate.low)]
    share = shares[0] if shares[0] == shares[1] else f"{shares[0].removesuffix('%')} to {shares[1]}"
    lines += wrap(
        clean(
            f"estimated {count_text(estimate.articles, 'article')} published ({describe_interval(estimate)}), of which"
            f" {stored:,} {'is' if stored == 1 else 'are'} stored: {share}; from {_list_sources(estimate.sources)}"
        ),
        style.width,
    )
    if estimate.ignored:
        are = "is" if estimate.ignored == 1 else "are"
        lines += wrap(
            f"{count_text(estimate.ignored, 'number')} beyond the highest that is certain {are} left out", style.width
        )
    return [*lines, *wrap(_ASSUMED[estimate.method], style.width)]


def describe_interval(estimate: Estimate) -> str:
    """`95% interval 6,410 to 6,790`; what the counter alone bounds is certain."""
    if estimate.method == "counter":
        return f"between {estimate.low:,} and {estimate.high:,} by the counter"
    return f"{estimate.level:.0%} interval {estimate.low:,} to {estimate.high:,}"


def _list_sources(sources: Mapping[str, int]) -> str:
    return list_text([f"{name} ({count:,})" for name, count in sources.items()])
