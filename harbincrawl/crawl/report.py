"""The report of a run: counts that add up, what it measured, and the outcome and exit code that they make."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from harbincrawl.archive.lists import read_active_lines
from harbincrawl.archive.queue import list_wanted
from harbincrawl.archive.runs.history import find_last_new, find_newest, list_failed, measure_articles, measure_database
from harbincrawl.archive.runs.table import read_failures
from harbincrawl.archive.unaccounted import count_unaccounted, summarize_unaccounted
from harbincrawl.config.schema import Thresholds
from harbincrawl.config.setting import AcceptedGaps
from harbincrawl.errors import ExitCode
from harbincrawl.fetch.counts import FetchCounts
from harbincrawl.operations.health.rules import ReportedRun, broken_sentences, check_run, describe, is_accepted
from harbincrawl.sites import Site
from harbincrawl.text import count_text, read_time, time_text
from harbincrawl.walk.outcomes import MISSING, READ_OUTCOMES, Sums, count_sums

from .run import CrawlRun
from .summary import NOT_WALKED, describe_failure

ASKED = ("closespider_itemcount", "closespider_pagecount", "closespider_timeout")
"""Scrapy's reasons to end a crawl that were asked for, as `--limit` is: nothing is amiss by them."""


class WalkRow(NamedTuple):
    """How the run walked a list."""

    walk: str = "partial"
    listing_pages: int = 0
    total_records: int | None = None
    active: int = 0
    """Lines of the list as stored."""
    gap: int | None = None
    reason: str | None = NOT_WALKED
    offset: int = 0
    """The gap as the last walk to the list's end found it: while it stays, no walk reads on because of it."""
    sets_floor: bool = False
    """True if the walk read all that was new."""


def make_report(run: CrawlRun) -> dict[str, Any]:
    """The run in numbers, as `crawl --json` prints it; `facts` and `health` are added by `add_health`.

    `reasons` are those of the exit code 3, empty for every other one; `seal` is null until the run is sealed, and
    `timestamps` empty until that is stamped.
    """
    walks, sums, failures, unaccounted = _read_committed(run)
    fetched, progress = run.fetched, run.context.progress
    sections = {
        path: _describe_section(walks.get(path, WalkRow()), run.thresholds.accept_gap, path)
        for path in run.options.chosen_sections
    }
    outcome, code, reasons = _judge(run, fetched, failures, sections)
    return {
        "run": run.number,
        "started": time_text(run.started),
        "seconds": round(run.seconds, 3),
        "outcome": outcome,
        "exit_code": int(code),
        "seal": None,
        "unaccounted": unaccounted,
        "sections": sections,
        **asdict(sums),
        "requests": fetched.requests,
        "dropped": progress.dropped,
        "not_modified": fetched.not_modified,
        "retries": fetched.retries,
        "bytes": fetched.bytes,
        "statuses": {str(status): count for status, count in sorted(fetched.statuses.items())},
        "robots": {**run.robots.summary(), "forbidden": fetched.forbidden} if run.robots else None,
        "images": asdict(progress.pictures) if progress.pictures else None,
        "aborted": list(run.aborted),
        "salvaged": [
            {"file": one.file, "kept_bytes": one.kept_bytes, "lost_bytes": one.lost_bytes} for one in run.log.salvaged
        ],
        "reasons": reasons,
        "closed": run.stop.closed,
        "error": str(run.stop.error) or type(run.stop.error).__name__ if run.stop.error is not None else None,
        "failures": failures,
        "timestamps": [],
    }


def _read_committed(run: CrawlRun) -> tuple[dict[str, WalkRow], Sums, list[dict[str, str]], Mapping[str, Any]]:
    """(walks by section, sums, failures, pages with anything unaccounted): what was committed in `run`.

    Where the database cannot be read any more, what is known without it.
    """
    connection, sections, outcomes = run.connection, run.options.chosen_sections, run.context.writer.outcomes
    try:
        return (
            read_walks(connection, run.number),
            count_sums(read_active_lines(connection, sections), outcomes, list_wanted(connection, sections)),
            read_failures(connection, run.number),
            summarize_unaccounted(connection, run.number, run.options.site),
        )
    except sqlite3.Error as error:
        run.stop.fail(error)
        return ({}, count_sums([], outcomes, []), [], {"pages": 0, "sections": {}, "wordings": []})


def read_walks(connection: sqlite3.Connection, run: int) -> dict[str, WalkRow]:
    """How `run` walked its lists, by section, and others that have lines. Raises sqlite3.Error."""
    counts = connection.execute("SELECT section, count(*) FROM listed WHERE stands GROUP BY section")
    walks = {section: WalkRow(active=count) for section, count in counts.fetchall()}
    rows = connection.execute(
        'SELECT w.section, w.walk, w.listing_pages, w.total_records, w.known, w.gap, w.reason, s."offset",'
        " s.floor = w.run"
        " FROM walks AS w JOIN sections AS s ON s.path = w.section WHERE w.run = ?",
        (run,),
    )
    return walks | {row[0]: WalkRow(*row[1:]) for row in rows.fetchall()}


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


def _judge(
    run: CrawlRun, fetched: FetchCounts, failures: list[dict[str, str]], sections: dict[str, dict[str, Any]]
) -> tuple[str, int, list[str]]:
    """(outcome, exit code, reasons of the exit code 3)."""
    if run.stop.error is not None:
        code = getattr(run.stop.error, "exit_code", ExitCode.UNEXPECTED)
        return "failed", code if isinstance(code, int) else ExitCode.UNEXPECTED, []
    if run.stop.interrupted:
        return "interrupted", ExitCode.INTERRUPTED, []
    is_unanswered = fetched.requests > 0 and not fetched.answered
    if is_unanswered and any(failure["class"] != "error" for failure in failures):
        return "failed", ExitCode.UNREACHABLE, []
    reasons = _list_reasons(run, failures, sections)
    is_partial = run.stop.closed is not None or any(section["walk"] == "partial" for section in sections.values())
    return "partial" if is_partial else "complete", ExitCode.AMISS if reasons else ExitCode.DONE, reasons


def _list_reasons(run: CrawlRun, failures: list[dict[str, str]], sections: dict[str, dict[str, Any]]) -> list[str]:
    """What is amiss, each as a sentence; what was asked for is not, nor that a page was removed."""
    options, closed = run.options, run.stop.closed
    failures = [failure for failure in failures if failure["class"] != MISSING]
    reasons = []
    if failures:
        count = count_text(len(failures), "address", "addresses")
        reasons.append(f"{count} failed, the first is {describe_failure(failures[0])}")
    reasons += [f"{path}: no list is there" for path in options.section_paths if sections[path]["walk"] == "absent"]
    if options.since is None and options.limit is None and closed not in ASKED:
        partial = (path for path, section in sections.items() if section["walk"] == "partial")
        reasons += [f"the list of {path} was read in part: {sections[path]['reason']}" for path in partial]
    if closed is not None and closed not in ASKED:
        reasons.append(f"the crawl was ended early: {closed}")
    return reasons


def add_health(run: CrawlRun, report: dict[str, Any]) -> None:
    """Puts `facts` and `health` into the report of a run; a broken rule makes its exit code 3 where it was 0.

    Raises sqlite3.Error.
    """
    report["facts"] = measure_run(run, read_time(report["started"]), has_new=bool(report["new"] or report["duplicate"]))
    report["health"] = describe(check_run(ReportedRun(report), run.thresholds))
    if report["exit_code"] in (ExitCode.DONE, ExitCode.AMISS):
        report["reasons"] += broken_sentences(report)
        report["exit_code"] = int(ExitCode.AMISS if report["reasons"] else ExitCode.DONE)


def measure_run(run: CrawlRun, started: datetime, *, has_new: bool) -> dict[str, Any]:
    """The facts of a run, numbers only. Raises sqlite3.Error."""
    connection, number, folder, site = run.connection, run.number, run.options.archive, run.options.site
    progress = run.context.progress
    read = {id for id, outcome in run.context.writer.outcomes.items() if outcome in READ_OUTCOMES}
    sections = measure_articles(connection, number, read)
    disk = shutil.disk_usage(folder)
    return {
        "articles": {
            "read": sum(each["read"] for each in sections.values()),
            "sections": {path: dict(counts) for path, counts in sorted(sections.items())},
        },
        "empty": _count_by_section(site, list_failed(connection, number, "empty")),
        "unaccounted": _measure_unaccounted(
            count_unaccounted(connection, number, site),
            {path: counts["read"] for path, counts in sections.items()},
            progress.read_pages,
        ),
        "lines": dict(sorted(progress.lines.items())),
        "page_sizes": {
            path: site.page_size or progress.first_pages.get(path, 0)
            for path, walk in sorted(read_walks(connection, number).items())
            if walk.sets_floor
        },
        "silence": _measure_silence(connection, started, run.thresholds, has_new=has_new),
        "disk_free": disk.free,
        "disk_size": disk.total,
        **measure_database(connection),
    }


def _measure_silence(
    connection: sqlite3.Connection, started: datetime, bounds: Thresholds, *, has_new: bool
) -> dict[str, Any]:
    """The `days` until the run without a new article, and those of the `sections` that have a bound of their own.

    None where no article was seen. What was seen while the clock was ahead says nothing.
    """

    def count_days(last: datetime | None) -> float | None:
        return None if last is None else round(max(timedelta(0), started - last) / timedelta(days=1), 2)

    last = started if has_new else find_last_new(connection, started)
    own = sorted(bounds.list_own("silence_days"))
    # What the run itself saw first came after its start.
    sections = {path: count_days(find_newest(connection, path, datetime.now(UTC))) for path in own}
    return {"days": count_days(last), "sections": sections}


def _measure_unaccounted(
    counts: Mapping[str, Mapping[str, int]], articles: Mapping[str, int], lists: Mapping[str, int]
) -> dict[str, dict[str, dict[str, int]]]:
    """By kind of page and section, how many were `read`, and how many of these have anything `unaccounted`."""
    return {
        kind: {path: {"read": read[path], "unaccounted": counts[kind].get(path, 0)} for path in sorted(read)}
        for kind, read in (("articles", articles), ("lists", lists))
    }


def _count_by_section(site: Site, addresses: Iterable[str]) -> dict[str, int]:
    meanings = (site.read_address(address) for address in addresses)
    return dict(sorted(Counter(meaning.section_path for meaning in meanings if meaning is not None).items()))
