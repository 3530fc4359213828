"""Health rules on the site: its lists, errors, pauses without new articles, robots.txt."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from statistics import median_low

from harbincrawl.config.schema import Thresholds
from harbincrawl.text import count_text
from harbincrawl.walk import MISSING

from .chance import tail_probability
from .clock import keep_in_order
from .types import Past, ReportedRun, SectionVerdict, Share, Verdict

DAY = timedelta(days=1)
_RECENT = 10
"""Only this many runs are compared, because a list may shrink slowly."""
_NO_ERRORS = (MISSING, "not-an-article", "empty", "pages", "error")
"""Failure classes of pages that the site removed, as it may, and of pages that did answer: other rules check these."""


def check_lines(run: ReportedRun, past: Past, _bounds: Thresholds) -> Verdict:
    """A list that had lines must still have lines."""
    rule = "listing-lines"
    lines = run.measures.get("lines") or {}
    if not lines:
        return Verdict(rule, None, None, None, "no list page was read")
    had = {path for each in past.good for path, count in (each.measures.get("lines") or {}).items() if count}
    had |= {path for path, section in run.sections.items() if section["known"] or section["total_records"]}
    empty = sorted(path for path, count in lines.items() if not count and path in had)
    whole = sum(lines.values())
    sections = {
        path: SectionVerdict(path not in empty, float(count), 1.0, _describe_lines(count))
        for path, count in lines.items()
    }
    if empty:
        sentence = f"no line could be read in the list of {', '.join(empty[:5])}"
        return Verdict(rule, False, float(whole), 1.0, sentence, sections)
    sentence = f"{_describe_lines(whole)} in {count_text(len(lines), 'list')}"
    return Verdict(rule, True, float(whole), 1.0, sentence, sections)


def _describe_lines(count: int) -> str:
    return f"{count_text(count, 'line was', 'lines were')} read" if count else "no line could be read"


def check_totals(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """The total of a section must not shrink by much."""
    rule = "section-total"
    sections: dict[str, SectionVerdict] = {}
    for path, section in run.sections.items():
        now = section["total_records"]
        known = (each.sections[path]["total_records"] or 0 for each in past.good[:_RECENT] if path in each.sections)
        before = max(known, default=0)
        if now is None or not before:
            continue
        lost = before - now
        share = lost / before
        fell = share > bounds.shrink and lost >= bounds.shrink_lines
        words = f"shrank from {before:,} to {now:,}" if lost > 0 else "did not shrink"
        sections[path] = SectionVerdict(not fell, share, bounds.shrink, f"the list {words}")
    if not sections:
        return Verdict(rule, None, None, None, "no total to compare with an earlier one")
    path, worst = max(sections.items(), key=lambda each: (not each[1].ok, each[1].value))
    shrank = (worst.value or 0.0) > 0
    sentence = worst.sentence.replace("the list", f"the list of {path}", 1) if shrank else "no section shrank"
    return Verdict(rule, worst.ok, max(0.0, worst.value or 0.0), bounds.shrink, sentence, sections)


def check_errors(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """Not too many addresses may fail."""
    rule = "http-errors"
    asked = _count_asked(run)
    if not asked:
        return Verdict(rule, None, None, None, "no address was fetched")
    failed = _count_failed(run)
    before = Share(
        sum(_count_failed(each) for each in past.good),
        sum(_count_asked(each) for each in past.good),
        fallback=0.02,
        _least=bounds.pages,
    )
    share, bound = failed / asked, min(1.0, before.expected + bounds.errors)
    sentence = f"{failed} of {count_text(asked, 'address', 'addresses')} failed"
    if share <= bound:
        return Verdict(rule, True, share, bound, sentence)
    certain = asked >= bounds.pages or tail_probability(failed, asked, before.expected) < bounds.chance
    return Verdict(rule, False if certain else None, share, bound, sentence)


def _count_asked(run: ReportedRun) -> int:
    report = run.report
    read = sum(int(section["listing_pages"]) for section in run.sections.values())
    wanted, failed, gone = (int(report.get(name) or 0) for name in ("wanted", "failed", "gone"))
    # Failures of articles are counted in `wanted`; all others are of list pages that could not be read, and pictures.
    return read + wanted + max(0, len(report.get("failures") or []) - failed - gone)


def _count_failed(run: ReportedRun) -> int:
    failures = run.report.get("failures") or []
    return sum(each["class"] not in _NO_ERRORS for each in failures)


def check_silence(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """The time without new articles must not be longer than ever before.

    It is measured by the runs that first saw an article, not by printed dates. The usual time between two runs is
    added to the bound, because a run only sees that an article appeared since the run before.
    """
    rule = "silence"
    # While the clock was wrong, nothing can be said of how long nothing was new.
    sightings = [each for each in past.sightings if each[0] <= run.started]
    sightings = [sightings[place] for place in keep_in_order([start for start, _ in sightings])]
    starts = [start for start, _ in sightings]
    news = [start for start, seen in sightings if seen]
    if not news:
        return Verdict(rule, None, None, None, "no earlier run saw a new article")
    silent = timedelta(0) if run.seen else run.started - news[-1]
    gaps = [later - earlier for earlier, later in pairwise(news)]
    days = silent / DAY
    if run.started - starts[0] < bounds.silence_days * DAY or not gaps:
        return Verdict(
            rule, None, days, None, f"fewer than {count_text(bounds.silence_days, 'day')} of runs to compare with"
        )
    longest = max(gaps)
    bound = (longest + median_low([later - earlier for earlier, later in pairwise([*starts, run.started])])) / DAY
    sentence = f"nothing new for {days:.1f} days, the longest silence so far was {longest / DAY:.1f}"
    return Verdict(rule, days <= bound, days, bound, sentence if silent else "there are new articles")


def check_robots(run: ReportedRun, past: Past, _bounds: Thresholds) -> Verdict:
    """robots.txt must not have changed: a person has to read it again."""
    rule = "robots"
    now = run.measures.get("robots")
    if now is None:
        return Verdict(rule, None, None, None, "robots.txt did not answer")
    if past.robots is None:
        return Verdict(rule, None, 0.0, None, "robots.txt was read for the first time")
    changed = now != past.robots
    sentence = "changed: check whether it still allows this crawl" if changed else "is as before"
    return Verdict(rule, not changed, float(changed), 0.0, f"robots.txt {sentence}")


RULES = (check_lines, check_totals, check_errors, check_silence, check_robots)
NAMES = ("listing-lines", "section-total", "http-errors", "silence", "robots")
