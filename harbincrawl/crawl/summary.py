"""The report of a run in words: the lines that a person reads at its end, and the one that sums it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harbincrawl.operations.health.rules import SO_FAR, broken_sentences, describe_gap, list_broken
from harbincrawl.operations.health.words import describe_unaccounted
from harbincrawl.pipelines.context import RunContext
from harbincrawl.text import count_text
from harbincrawl.walk.outcomes import name_walk

NOT_WALKED = "not walked to its end"
"""The reason of a section that a run did not come to."""
NO_GAP = "no gap"
NO_COUNT = "the list prints no count"
MOST_FAILURES = 10
"""Failures that are shown; `harbincrawl status` has them all."""


def describe_run(report: Mapping[str, Any]) -> list[str]:
    """All that is printed at the end of a run, the summary line last; nothing if an error came before any answer."""
    failures = report["failures"]
    if report["error"] and not report["statuses"]:
        return []  # the error says it all: nothing was read
    lines = [describe_failure(failure) for failure in failures[:MOST_FAILURES]]
    if (left := len(failures) - MOST_FAILURES) > 0:
        lines.append(f"... and {count_text(left, 'more failure')}: harbincrawl status")
    lines += [describe_aborted(report["aborted"])] if report["aborted"] else []
    lines += describe_unaccounted(report.get("unaccounted"))
    lines += [f"health: {sentence}" for sentence in broken_sentences(report)]
    return lines + describe_report(report)


def describe_progress(context: RunContext) -> tuple[int, int | None, str]:
    """(how much is done, of how much, what is done and what came of it) of a run that goes on."""
    progress, counts = context.progress, context.writer.counts
    words = f"{counts['new']:,} new, {counts['changed']:,} changed, {counts['failed']:,} failed"
    if (pictures := progress.pictures) is not None:
        return pictures.kept + pictures.failed, pictures.wanted, f"pictures, {pictures.failed:,} failed"
    if progress.to_ask:
        return progress.handed, progress.to_ask, f"articles, {words}"
    listed = sum(progress.lines.values())
    return progress.list_pages, None, f"list pages, {progress.section}, {listed:,} listed, {words}"


def list_reasons(report: Mapping[str, Any]) -> list[str]:
    """The reasons of the exit code 3 beside `describe_run`, which has the sentences of rules that broke."""
    said = broken_sentences(report)
    broken = [f"health rule {rule}" for rule in list_broken(report)]
    return [each for each in report["reasons"] if each not in said] + broken


def describe_failure(failure: Mapping[str, str]) -> str:
    """`address: class: reason`."""
    return f"{failure['address']}: {failure['class']}: {failure['reason']}"


def describe_aborted(numbers: Sequence[int]) -> str:
    """The sentence on runs that never came to an end."""
    runs = f"runs {', '.join(map(str, numbers))} were" if len(numbers) > 1 else f"run {numbers[0]} was"
    return f"{runs} killed before the end; this run went on from what was stored"


def describe_report(report: Mapping[str, Any]) -> list[str]:
    """A line for each section whose list was read, where there are several, then one for the whole run."""
    sections = {path: section for path, section in report["sections"].items() if section["walk"] != "absent"}
    gaps = {path: _describe_gap(path, section, report) for path, section in sections.items()}
    lines = [_describe_section(path, each, gaps[path]) for path, each in sections.items() if _is_begun(each)]
    return [*(lines if len(lines) > 1 else []), _summarize(report, list(gaps.values()))]


def _describe_section(path: str, section: Mapping[str, Any], gap: str | None) -> str:
    parts = [f"{name_walk(section['walk'])} walk", f"{section['known']} listed", *([gap] if gap else [])]
    reason = f": {section['reason']}" if section["reason"] else ""
    return f"{path}: {', '.join(parts)} ({_plain_count(section['listing_pages'], 'list page')}){reason}"


def _describe_gap(path: str, section: Mapping[str, Any], report: Mapping[str, Any]) -> str | None:
    """The site's own count of a list beside its lines; None where the run read no page of the list."""
    if section["gap"] is None:
        has_lines = ((report.get("facts") or {}).get("lines") or {}).get(path)
        return NO_COUNT if has_lines else None
    if section["gap"] == 0:
        return NO_GAP
    accepted = " (accepted)" if section["accepted"] else ""
    so_far = section["walk"] == "partial"
    return describe_gap(section["total_records"], section["known"], so_far=so_far) + accepted


def _sum_gaps(gaps: Sequence[str | None]) -> list[str]:
    """The gaps of all lists in few words; no word where one of several lists was not read."""
    if len(gaps) == 1 or set(gaps) == {NO_GAP}:
        return [gaps[0]] if gaps[0] else []
    words = []
    uncounted = gaps.count(NO_COUNT)
    # What was not read yet is no difference from the site's own count.
    unread = sum(SO_FAR in gap for gap in gaps if gap)
    if differ := len(gaps) - uncounted - unread - gaps.count(NO_GAP) - gaps.count(None):
        words.append(f"{_plain_count(differ, 'list')} {'differ' if differ > 1 else 'differs'} from the site's count")
    if unread:
        words.append(f"{_plain_count(unread, 'list')} not read to {'their' if unread > 1 else 'its'} end")
    if uncounted:
        words.append(f"{_plain_count(uncounted, 'list')} {'print' if uncounted > 1 else 'prints'} no count")
    return words


def _summarize(report: Mapping[str, Any], gaps: Sequence[str | None]) -> str:
    sections = report["sections"]
    name = next(iter(sections)) if len(sections) == 1 else "all sections"
    parts = [f"{report['new']} new", f"{report['changed']} changed"]
    parts += [f"{report[key]} {key}" for key in ("duplicate", "failed", "gone", "left") if report[key]]
    parts.append(f"{report['known'] + report['same']} known")
    parts += _sum_gaps(gaps)
    if left := sum(not _is_begun(each) for each in sections.values()):
        parts.append(f"{_plain_count(left, 'list')} not begun")
    pages = _plain_count(sum(section["listing_pages"] for section in sections.values()), "list page")
    end = "" if report["outcome"] == "complete" else f" - {report['outcome']}"
    return f"{name}: {', '.join(parts)} ({pages}, {_plain_count(report['wanted'], 'article')} fetched){end}"


def _is_begun(section: Mapping[str, Any]) -> bool:
    """False for a list that the run ended before it came to."""
    return bool(section["listing_pages"]) or section["reason"] != NOT_WALKED


def _plain_count(number: int, noun: str) -> str:
    """Without thousands separators, for programs read these lines too."""
    return count_text(number, noun).replace(",", "")
