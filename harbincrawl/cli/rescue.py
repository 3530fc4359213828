"""What a rescue prints: how far it is, what came of it, its plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from harbincrawl.operations.health.words import describe_unaccounted
from harbincrawl.text import clean, count_text

from .output import BOLD, Style, progress_bar, table_lines, wrap

if TYPE_CHECKING:
    from harbincrawl.rescue.run import RescueReport, Tell

_DOING = {"list": "listing captures", "fetch": "asking for captures", "read": "reading articles"}
"""By stage, what is done."""
_NEVER_SEEN = (
    "A number that was never seen may belong to no article at all, or to an article that no list shows any more."
    " Whether the lists were read completely is said by their gaps: harbincrawl status"
)


@contextmanager
def show_progress(source: str) -> Iterator[Tell]:
    """A function that shows how far a rescue is."""
    with progress_bar(clean(source)) as move:
        yield lambda stage, done, total: move(done, total or None, _DOING[stage])


def report_lines(report: RescueReport) -> list[str]:
    """What came of a rescue."""
    lines = [f"{each['address']}: {each['class']}: {each['reason']}" for each in report.failures]
    if (more := report.failed.total() - len(report.failures)) > 0:
        lines.append(f"… and {more:,} more failures")
    taken = report.taken
    lines += describe_unaccounted(taken.unaccounted)
    counts = {"fetched": report.fetched, "here": report.here, "failed": report.failed.total(), "left": report.left}
    shown = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    lines.append(f"{report.source}: {report.found:,} found: {shown or 'nothing'}")
    lines += _reason_lines((("not ours", report.not_ours), ("failed", report.failed), ("not taken", taken.refused)))
    if taken.pages or taken.lists:
        articles = f"{taken.new:,} new, {taken.changed:,} changed, {taken.same:,} same, {taken.duplicate:,} duplicate"
        lines.append(f"{articles} ({count_text(taken.pages, 'page')}, {count_text(taken.lists, 'list')})")
    if report.is_interrupted:
        lines.append("interrupted: run it again to go on")
    elif report.left and report.error is None:
        lines.append(f"{count_text(report.left, 'capture')} not asked for yet: run it again to go on")
    return lines


def amiss_lines(report: RescueReport) -> list[str]:
    """Why the exit code is 3, and what asks for the rest again."""
    parts = [f"{count_text(report.failed.total(), 'capture')} failed"] if report.failed else []
    parts += [f"{report.taken.refused[reason]:,} not taken: {reason}" for reason in report.taken.amiss]
    return [f"{', '.join(parts)}: run it again to ask for them once more"]


def _reason_lines(named: Iterable[tuple[str, Counter[str]]]) -> list[str]:
    return [
        f"  {name}: {', '.join(f'{count:,} {reason}' for reason, count in counts.most_common())}"
        for name, counts in named
        if counts
    ]


def plan_lines(plan: Mapping[str, Any]) -> list[str]:
    """What there is, by year and by section."""
    captures, here, years = plan["captures"], plan["here"], plan["years"]
    not_ours = Counter(plan["not_ours"])
    lines = [
        f"{plan['source']}: {plan['found']:,} found, {not_ours.total():,} not ours,"
        f" {count_text(captures, 'capture')} of {count_text(plan['articles'], 'article')}"
    ]
    lines += _reason_lines([("not ours", not_ours)])
    if captures:
        taking = f", {count_text(max(1, round(plan['seconds'] / 60)), 'minute')} at least" if plan["seconds"] else ""
        lines.append(f"to ask for: {count_text(captures - here, 'page')}{taking}")
    if here:
        lines.append(f"here already: {count_text(here, 'capture')}")
    sections = sum(map(Counter, years.values()), Counter[str]())
    of_years = [(year, sum(counts.values())) for year, counts in years.items()]
    for name, rows in (("year", of_years), ("section", sections.most_common())):
        if rows:
            lines += ["", *table_lines((name, "captures"), rows)]
    return lines


def coverage_lines(coverage: Mapping[str, Any], style: Style) -> list[str]:
    """How much of the site is known, by its own counter."""
    counts = (
        f"numbers 1 to {coverage['highest']:,}: {coverage['stored']:,} stored, {coverage['seen']:,} in lists"
        f" and not stored, {coverage['missing']:,} never seen"
    )
    lines = [style.paint("coverage by the site's own counter", BOLD), *wrap(counts, style.width)]
    if coverage["missing"]:
        lines += wrap(_NEVER_SEEN, style.width)
    rows = [(year or "unknown", *numbers) for year, *numbers in map(dict.values, coverage["years"])]
    return [*lines, *table_lines(("year", "stored", "in lists only", "never seen"), rows)]
