"""Health rules on the site: its lists, errors, pauses without new articles, robots.txt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median, median_low

from harbincrawl.config.schema import Thresholds
from harbincrawl.text import count_text
from harbincrawl.walk import MISSING

from .chance import CHANCE, find_share, tail_probability
from .machine import describe_length, keep_in_order
from .rules import Finding, name_some, rule
from .runs import Past, ReportedRun

UNREAD = "unread"
"""The rule that `status` judges again, by the time of today."""
FEWEST_WALKS = 4
"""Walks of a list after which its usual interval is known."""
_LEAST = timedelta(hours=1)
"""No list is missed sooner: a crawl may take its time."""
DAY = timedelta(days=1)
_RECENT = 10
"""Only this many runs are compared, because a list may shrink slowly."""
_NO_ERRORS = (MISSING, "not-an-article", "empty", "pages", "error")
"""Failure classes of pages that the site removed, as it may, and of pages that did answer: other rules check these."""


@rule("listing-lines")
def judge_lines(run: ReportedRun, past: Past, _bounds: Thresholds) -> Finding:
    """A list that had lines must still have lines."""
    lines = run.measures.get("lines") or {}
    if not lines:
        return Finding(None, None, None, "no list page was read")
    had = {path for each in past.good for path, count in (each.measures.get("lines") or {}).items() if count}
    had |= {path for path, section in run.sections.items() if section["known"] or section["total_records"]}
    empty = sorted(path for path, count in lines.items() if not count and path in had)
    whole = sum(lines.values())
    sections = {
        path: Finding(path not in empty, float(count), 1.0, _describe_lines(count)) for path, count in lines.items()
    }
    sentence = f"{_describe_lines(whole)} in {count_text(len(lines), 'list')}"
    if empty:
        sentence = f"no line could be read in the list of {', '.join(empty[:5])}"
    return Finding(not empty, float(whole), 1.0, sentence, sections)


def _describe_lines(count: int) -> str:
    return f"{count_text(count, 'line was', 'lines were')} read" if count else "no line could be read"


@rule("section-total", "shrink", "shrink_lines")
def judge_totals(run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """The total of a section must not shrink by much."""
    sections: dict[str, Finding] = {}
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
        sections[path] = Finding(not fell, share, bounds.shrink, f"the list {words}")
    if not sections:
        return Finding(None, None, None, "no total to compare with an earlier one")
    path, worst = max(sections.items(), key=lambda each: (not each[1].ok, each[1].value))
    shrank = (worst.value or 0.0) > 0
    sentence = worst.sentence.replace("the list", f"the list of {path}", 1) if shrank else "no section shrank"
    return Finding(worst.ok, max(0.0, worst.value or 0.0), bounds.shrink, sentence, sections)


@rule("http-errors", "errors", *CHANCE)
def judge_errors(run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """Not too many addresses may fail."""
    failed, asked = _count_failed(run)
    if not asked:
        return Finding(None, None, None, "no address was fetched")
    expected = find_share(past, _count_failed, bounds.pages, fallback=0.02).expected
    share, bound = failed / asked, min(1.0, expected + bounds.errors)
    sentence = f"{failed} of {count_text(asked, 'address', 'addresses')} failed"
    if share <= bound:
        return Finding(True, share, bound, sentence)
    certain = asked >= bounds.pages or tail_probability(failed, asked, expected) < bounds.chance
    return Finding(False if certain else None, share, bound, sentence)


def _count_failed(run: ReportedRun) -> tuple[int, int]:
    """(addresses that failed, addresses that were asked)."""
    report = run.report
    failures = report.get("failures") or []
    read = sum(int(section["listing_pages"]) for section in run.sections.values())
    wanted, failed, gone = (int(report.get(name) or 0) for name in ("wanted", "failed", "gone"))
    # Failures of articles are counted in `wanted`; all others are of list pages that could not be read, and pictures.
    asked = read + wanted + max(0, len(failures) - failed - gone)
    return sum(each["class"] not in _NO_ERRORS for each in failures), asked


@rule("silence", "silence_days")
def judge_silence(run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """The time without new articles must not be longer than ever before.

    It is measured by the runs that first saw an article, not by printed dates. The usual time between two runs is
    added to the bound, because a run only sees that an article appeared since the run before.
    """
    # While the clock was wrong, nothing can be said of how long nothing was new.
    sightings = [each for each in past.sightings if each[0] <= run.started]
    sightings = [sightings[place] for place in keep_in_order([start for start, _ in sightings])]
    starts = [start for start, _ in sightings]
    news = [start for start, seen in sightings if seen]
    if not news:
        return Finding(None, None, None, "no earlier run saw a new article")
    has_news = bool(run.report.get("new") or run.report.get("duplicate"))
    silent = timedelta(0) if has_news else run.started - news[-1]
    gaps = [later - earlier for earlier, later in pairwise(news)]
    days = silent / DAY
    if run.started - starts[0] < bounds.silence_days * DAY or not gaps:
        lacking = f"fewer than {count_text(bounds.silence_days, 'day')} of runs to compare with"
        return Finding(None, days, None, lacking)
    longest = max(gaps)
    bound = (longest + median_low([later - earlier for earlier, later in pairwise([*starts, run.started])])) / DAY
    sentence = f"nothing new for {days:.1f} days, the longest silence so far was {longest / DAY:.1f}"
    return Finding(days <= bound, days, bound, sentence if silent else "there are new articles")


@rule("robots")
def judge_robots(run: ReportedRun, past: Past, _bounds: Thresholds) -> Finding:
    """robots.txt must not have changed: a person has to read it again."""
    now = run.measures.get("robots")
    if now is None:
        return Finding(None, None, None, "robots.txt did not answer")
    if past.robots is None:
        return Finding(None, 0.0, None, "robots.txt was read for the first time")
    changed = now != past.robots
    sentence = "changed: check whether it still allows this crawl" if changed else "is as before"
    return Finding(not changed, float(changed), 0.0, f"robots.txt {sentence}")


@rule(UNREAD, "unread_factor")
def judge_unread(run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """The lists that crawls read must be read as often as they used to be.

    A crawl that reads other sections does not notice, and a timer that is dead makes no crawl at all: so each `status`
    asks this rule by its own clock.
    """
    walked = dict(past.walked) | {path: [*past.walked.get(path, ()), run.started] for path in run.sections}
    return judge_intervals(walked, run.started, bounds.unread_factor)


def judge_intervals(walked: Mapping[str, Sequence[datetime]], now: datetime, factor: float) -> Finding:
    """Whether each list was read within `factor` times its usual interval; `walked` has the times by section."""
    found = {path: _judge_one(sorted(times), now, factor) for path, times in walked.items()}
    judged = {path: each for path, each in found.items() if each.ok is not None}
    if not judged:
        return Finding(None, None, factor, f"fewer than {FEWEST_WALKS} walks of any list to know its usual interval by")
    late = {path: each for path, each in judged.items() if not each.ok}
    value = max(each.value or 0.0 for each in judged.values())
    if not late:
        return Finding(True, value, factor, f"{count_text(len(judged), 'list')} read as often as before", judged)
    return Finding(False, value, factor, name_some(late, sorted(late)), judged)


def _judge_one(times: Sequence[datetime], now: datetime, factor: float) -> Finding:
    if len(times) < FEWEST_WALKS:
        return Finding(None, None, factor, f"was read {count_text(len(times), 'time')}")
    usual = timedelta(seconds=median((later - earlier).total_seconds() for earlier, later in pairwise(times)))
    waited = now - times[-1]
    # In usual intervals, so that the lists compare.
    value = round(waited / max(usual, _LEAST / factor), 2)
    sentence = f"not read for {describe_length(waited)}, every {describe_length(usual)} before"
    return Finding(value <= factor, value, factor, sentence)
