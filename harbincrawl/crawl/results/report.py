"""The report of a run: counts that add up, and the outcome and exit code that they make."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from harbincrawl.config.setting import AcceptedGaps
from harbincrawl.errors import ExitCode
from harbincrawl.operations.health.gaps import is_accepted
from harbincrawl.text import time_text

from .state import RunState, WalkRow


def make_report(state: RunState) -> dict[str, Any]:
    """The run in numbers, as `crawl --json` prints it; `facts` and `health` are added by the measures.

    `seal` is null until the run is sealed.
    """
    sums, fetched = state.committed.sums, state.fetched
    walks = state.committed.walks
    sections = {
        path: _describe_section(walks.get(path, WalkRow()), state.accept_gap, path)
        for path in state.options.chosen_sections
    }
    outcome, code = _judge(state, sections)
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
        "not_modified": fetched.not_modified,
        "identical": state.identical,
        "retries": fetched.retries,
        "bytes": fetched.bytes,
        "statuses": {str(status): count for status, count in sorted(fetched.statuses.items())},
        "robots": {**state.robots.summary(), "forbidden": fetched.forbidden} if state.robots else None,
        "images": asdict(state.pictures) if state.pictures else None,
        "aborted": list(state.aborted),
        "salvaged": [asdict(one) for one in state.salvaged],
        "error": str(state.error) if state.error is not None else None,
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


def _judge(state: RunState, sections: dict[str, dict[str, Any]]) -> tuple[str, int]:
    """(outcome, exit code)."""
    options, failures = state.options, state.committed.failures
    if state.error is not None:
        code = getattr(state.error, "exit_code", ExitCode.UNEXPECTED)
        return "failed", code if isinstance(code, int) else ExitCode.UNEXPECTED
    if state.interrupted:
        return "interrupted", ExitCode.INTERRUPTED
    if failures and not state.fetched.answered:
        return "failed", ExitCode.UNREACHABLE
    unknown = [path for path in options.section_paths if sections[path]["walk"] == "absent"]
    partial = [path for path in sections if sections[path]["walk"] == "partial"]
    by_wish = options.since is not None or options.limit is not None
    amiss = bool(failures or unknown or (partial and not by_wish))
    return "partial" if partial else "complete", ExitCode.AMISS if amiss else ExitCode.DONE
