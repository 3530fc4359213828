"""What a rescue prints: how far it is, its sums, its plan."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from harbincrawl.operations.health.unaccounted import describe_unaccounted
from harbincrawl.text import clean, count_text

from .bars import bar_lines
from .stream import note, progress_bar
from .style import BOLD, Style, table_lines, wrap

if TYPE_CHECKING:
    from harbincrawl.archive.coverage import Coverage
    from harbincrawl.rescue.plan import RescuePlan
    from harbincrawl.rescue.report import RescueReport
    from harbincrawl.rescue.run import RescueProgress

EVERY = 10.0
"""Seconds between two lines where stderr is no terminal."""
_WORDS = {
    "further_pages": "further pages", "list_pages": "list pages", "not_an_article": "not an article",
    "not_ours": "not ours", "unread": "not read yet",
}  # fmt: skip
_STATES = ("fetched", "repeats", "not_ours", "failed", "left")
_OUTCOMES = (
    "new", "changed", "same", "duplicate", "further_pages", "list_pages", "redirects", "incomplete", "not_an_article",
    "unread",
)  # fmt: skip
_NEVER_SEEN = (
    "A number that was never seen may belong to no article at all, or to an article that no list shows any more."
    " Whether the lists were read completely is said by their gaps: harbincrawl status"
)


@contextmanager
def show_progress(source: str) -> Iterator[Callable[[RescueProgress], None]]:
    """A function that shows how far a rescue is: a bar on a terminal, else a line now and then."""
    printed = time.monotonic()
    with progress_bar(clean(source), has_lines=False) as move:

        def show(progress: RescueProgress) -> None:
            nonlocal printed
            words = describe_progress(clean(source), progress)
            move(progress.done, progress.total or None, words.removeprefix(f"{clean(source)}: "))
            if not sys.stderr.isatty() and time.monotonic() - printed >= EVERY:
                printed = time.monotonic()
                note(words)

        yield show


def describe_progress(source: str, progress: RescueProgress) -> str:
    """How far a rescue is, in words."""
    if progress.stage == "list":
        return f"{source}: listing, {count_text(progress.found, 'capture')} found"
    rate = progress.done / progress.seconds if progress.seconds else 0.0
    left = f", {count_text(round((progress.total - progress.done) / rate), 'second')} left" if rate else ""
    if progress.stage == "read":
        return f"{source}: reading, {progress.done:,} of {count_text(progress.total, 'article')} stored{left}"
    return (
        f"{source}: {progress.found:,} found, {progress.done:,} of {progress.total:,} asked for,"
        f" {progress.fetched:,} fetched, {60 * rate:,.0f} a minute{left}"
    )


def report_lines(report: RescueReport, go_on: str) -> list[str]:
    """What came of a rescue."""
    lines = [f"{each['address']}: {each['class']}: {each['reason']}" for each in report.failures]
    if report.failed > len(report.failures):
        lines.append(f"… and {report.failed - len(report.failures):,} more failures")
    if report.digests_differ:
        captures = count_text(report.digests_differ, "capture")
        lines.append(f"{captures} stored whose bytes have not the digest that {report.source} lists")
    described = report.as_dict()
    lines += describe_unaccounted(described["unaccounted"])
    lines += sum_lines(report.source, described)
    if report.sample:
        lines += ["see how they are read:", *(f"  harbincrawl explain {address}" for address in report.sample)]
    if report.is_interrupted:
        lines.append(f"interrupted; go on with: {go_on}")
    elif report.sums.get("left") and report.error is None:
        lines.append(f"{count_text(report.sums['left'], 'capture')} not asked for yet: {go_on}")
    return lines


def amiss_lines(report: RescueReport, go_on: str) -> list[str]:
    """Why the exit code is 3, and what asks for the rest again."""
    parts = [f"{count_text(report.failed, 'capture')} failed"] if report.failed else []
    if report.incomplete:
        parts.append(f"{count_text(report.incomplete, 'article')} incomplete")
    return [f"{', '.join(parts)}; again: {go_on}"]


def sum_lines(source: str, sums: Mapping[str, Any]) -> list[str]:
    """The sums of a source: all that it lists, what came of what was fetched, why the rest was not."""
    lines = [f"{source}: {sums['found']:,} found: {_list_counts(sums, _STATES) or 'nothing'}"]
    if sums["fetched"]:
        lines.append(f"  fetched: {_list_counts(sums, _OUTCOMES)}")
    for name, key in (("not ours", "not_ours_by_reason"), ("failed", "failed_by_class")):
        if sums[key]:
            lines.append(f"  {name}: {', '.join(f'{count:,} {reason}' for reason, count in sums[key].items())}")
    return lines


def _list_counts(sums: Mapping[str, Any], names: Iterable[str]) -> str:
    return ", ".join(f"{sums[name]:,} {_WORDS.get(name, name)}" for name in names if sums[name])


def plan_lines(plan: RescuePlan, style: Style) -> list[str]:
    """What there is, as charts."""
    lines = [
        f"{plan.source}: {plan.found:,} found, {sum(plan.not_ours.values()):,} not ours,"
        f" {count_text(plan.captures, 'capture')} of {count_text(plan.articles, 'article')}"
    ]
    if plan.not_ours:
        lines.append(f"not ours: {', '.join(f'{count:,} {reason}' for reason, count in plan.not_ours.most_common())}")
    if plan.captures:
        taking = f", {count_text(max(1, round(plan.seconds / 60)), 'minute')} at least" if plan.seconds else ""
        lines.append(f"to ask for: {count_text(plan.bodies, 'page')} at most{taking}")
    if plan.known:
        lines.append(f"here already: {count_text(plan.known, 'capture')}")
    by_year = [(year, sum(plan.years[year].values())) for year in sorted(plan.years)]
    sections: dict[str, int] = {}
    for counts in plan.years.values():
        for section, count in counts.items():
            sections[section] = sections.get(section, 0) + count
    by_section = sorted(sections.items(), key=lambda each: (-each[1], each[0]))
    for title, rows in (("captures by year", by_year), ("captures by section", by_section)):
        if rows:
            lines += ["", style.paint(title, BOLD), *bar_lines(rows, style.width, style.paint_bar)]
    if plan.coverage is not None:
        lines += ["", *coverage_lines(plan.coverage, style)]
    return lines


def coverage_lines(coverage: Coverage, style: Style) -> list[str]:
    """How much of the site is known, by its own counter."""
    counts = (
        f"numbers 1 to {coverage.highest:,}: {coverage.stored:,} stored, {coverage.seen:,} in lists and not stored,"
        f" {coverage.missing:,} never seen"
    )
    lines = [style.paint("coverage by the site's own counter", BOLD), *wrap(counts, style.width)]
    if coverage.missing:
        lines += wrap(_NEVER_SEEN, style.width)
    rows = [(each.year or "unknown", each.stored, each.seen, each.missing) for each in coverage.years]
    lines += table_lines(("year", "stored", "in lists only", "never seen"), rows)
    if coverage.gaps:
        named = ", ".join(f"{first:,}" if first == last else f"{first:,} to {last:,}" for first, last in coverage.gaps)
        lines += wrap(f"longest ranges never seen: {named}", style.width)
    return lines
