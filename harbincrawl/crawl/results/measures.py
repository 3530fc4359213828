"""What a run measures of itself at its end, and what the health rules make of it: two keys of its report."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from harbincrawl.archive.measures import list_failed, measure_articles, measure_database
from harbincrawl.archive.runs.history import find_last_new, find_newest
from harbincrawl.archive.unaccounted import count_unaccounted
from harbincrawl.config.schema import Thresholds
from harbincrawl.crawl.run import CrawlRun
from harbincrawl.errors import ExitCode
from harbincrawl.operations.health import ReportedRun, broken_sentences, check_run, describe
from harbincrawl.sites import Site
from harbincrawl.text import read_time
from harbincrawl.walk import READ_OUTCOMES

from .report import read_walks


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
