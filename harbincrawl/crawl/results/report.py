"""The report of a run: counts that add up, and the outcome and exit code that they make."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from harbincrawl.config.setting import AcceptedGaps
from harbincrawl.errors import ExitCode
from harbincrawl.operations.health.gaps import is_accepted
from harbincrawl.text import count_text, time_text
from harbincrawl.walk import MISSING

from .state import RunState, WalkRow
from .summary import describe_failure

ASKED = ("closespider_itemcount", "closespider_pagecount", "closespider_timeout")
"""Scrapy's reasons to end a crawl that were asked for, as `--limit` is: nothing is amiss by them."""


def make_report(state: RunState) -> dict[str, Any]:
    """The run in numbers, as `crawl --json` prints it; `facts` and `health` are added by the measures.

    `reasons` are those of the exit code 3, empty for every other one; `seal` is null until the run is sealed.
    """
    sums, fetched = state.committed.sums, state.fetched
    walks = state.committed.walks
    sections = {
        path: _describe_section(walks.get(path, WalkRow()), state.accept_gap, path)
        for path in state.options.chosen_sections
    }
    outcome, code, reasons = _judge(state, sections)
    return {
        "run": state.run,
        "started": time_text(state.started),
        "seconds": round(state.seconds, 3),
        "outcome": outcome,
        "exit_code": int(code),
        "seal": None,
        "unaccounted": state.committed.unaccounted,
        "sections": sections,
        "listed": sums.listed,
        "known": sums.known,
        "elsewhere": sums.elsewhere,
        "wanted": sums.wanted,
        "new": sums.new,
        "changed": sums.changed,
        "same": sums.same,
        "duplicate": sums.duplicate,
        "failed": sums.failed,
        "gone": sums.gone,
        "left": sums.left,
        "requests": fetched.requests,
        "requests_made": state.requests.made,
        "outcomes": state.requests.outcomes,
        "interrupted": state.requests.interrupted,
        "not_modified": fetched.not_modified,
        "identical": state.identical,
        "retries": fetched.retries,
        "bytes": fetched.bytes,
        "statuses": {str(status): count for status, count in sorted(fetched.statuses.items())},
        "robots": {**state.robots.summary(), "forbidden": fetched.forbidden} if state.robots else None,
        "images": asdict(state.pictures) if state.pictures else None,
        "aborted": list(state.aborted),
        "salvaged": [asdict(one) for one in state.salvaged],
        "reasons": reasons,
        "closed": state.closed,
        "error": str(state.error) or type(state.error).__name__ if state.error is not None else None,
        "failures": state.committed.failures,
    }


def _describe_section(row: WalkRow, accept_gap: AcceptedGaps, path: str) -> dict[str, Any]:
    return {
        # A walk that failed is a partial one: the contract knows four words, the reason says the rest.
        "walk": "partial" if row.walk == "failed" else row.walk,
        "listing_pages": row.listing_pages,
        "total_records": row.total_records,
        "known": row.active,
        "gap": row.gap,
        "accepted": is_accepted(accept_gap, path, row.gap),
        "offset": row.offset,
        "reason": row.reason,
    }


def _judge(state: RunState, sections: dict[str, dict[str, Any]]) -> tuple[str, int, list[str]]:
    """(outcome, exit code, reasons of the exit code 3)."""
    if state.error is not None:
        code = getattr(state.error, "exit_code", ExitCode.UNEXPECTED)
        return "failed", code if isinstance(code, int) else ExitCode.UNEXPECTED, []
    if state.interrupted:
        return "interrupted", ExitCode.INTERRUPTED, []
    is_unanswered = state.fetched.requests > 0 and not state.fetched.answered
    if is_unanswered and any(failure["class"] != "error" for failure in state.committed.failures):
        return "failed", ExitCode.UNREACHABLE, []
    reasons = _list_reasons(state, sections)
    is_partial = state.closed is not None or any(section["walk"] == "partial" for section in sections.values())
    return "partial" if is_partial else "complete", ExitCode.AMISS if reasons else ExitCode.DONE, reasons


def _list_reasons(state: RunState, sections: dict[str, dict[str, Any]]) -> list[str]:
    """What is amiss, each as a sentence; what was asked for is not, nor that a page was removed."""
    options = state.options
    failures = [failure for failure in state.committed.failures if failure["class"] != MISSING]
    reasons = []
    if failures:
        count = count_text(len(failures), "address", "addresses")
        reasons.append(f"{count} failed, the first is {describe_failure(failures[0])}")
    reasons += [f"{path}: no list is there" for path in options.section_paths if sections[path]["walk"] == "absent"]
    if options.since is None and options.limit is None and state.closed not in ASKED:
        partial = (path for path, section in sections.items() if section["walk"] == "partial")
        reasons += [f"the list of {path} was read in part: {sections[path]['reason']}" for path in partial]
    if state.closed is not None and state.closed not in ASKED:
        reasons.append(f"the crawl was ended early: {state.closed}")
    return reasons
