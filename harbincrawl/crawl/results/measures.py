"""What a run measures of itself at its end, and what the health rules make of it: two keys of its report."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from harbincrawl.archive.layouts import measure_templates
from harbincrawl.archive.measures import list_failed, measure_articles, measure_database, measure_robots, measure_stored
from harbincrawl.archive.unaccounted import count_unaccounted
from harbincrawl.crawl.run import CrawlRun
from harbincrawl.errors import ExitCode
from harbincrawl.operations.health import ReportedRun, broken_sentences, check_run, describe
from harbincrawl.operations.health.chance import deciles
from harbincrawl.operations.health.runs import read_past
from harbincrawl.sites import Site
from harbincrawl.walk import READ_OUTCOMES

from .report import read_walks


def add_health(run: CrawlRun, report: dict[str, Any]) -> None:
    """Puts `facts` and `health` into the report of a run; a broken rule makes its exit code 3 where it was 0.

    Raises sqlite3.Error.
    """
    report["facts"] = measure_run(run)
    past = read_past(run.connection, run.number)
    report["health"] = describe(check_run(ReportedRun(report), past, run.thresholds))
    if report["exit_code"] in (ExitCode.DONE, ExitCode.AMISS):
        report["reasons"] += broken_sentences(report)
        report["exit_code"] = int(ExitCode.AMISS if report["reasons"] else ExitCode.DONE)


def measure_run(run: CrawlRun) -> dict[str, Any]:
    """The facts of a run, numbers only. Raises sqlite3.Error."""
    connection, number, folder, site = run.connection, run.number, run.options.archive, run.options.site
    progress = run.context.progress
    read = {id for id, outcome in run.context.writer.outcomes.items() if outcome in READ_OUTCOMES}
    reading = measure_articles(connection, number, read)
    empty = _count_by_section(site, list_failed(connection, number, "empty"))
    not_articles = list_failed(connection, number, "not-an-article")
    disk = shutil.disk_usage(folder)
    return {
        "articles": {
            "read": reading.read,
            "sections": {path: dict(counts) for path, counts in sorted(reading.sections.items())},
            "bodies": len(reading.lengths),
            "body_lengths": deciles(reading.lengths),
            "same_body": reading.same_body,
            "same_tail": reading.same_tail,
        },
        "empty": empty,
        "unaccounted": _measure_unaccounted(
            count_unaccounted(connection, number, site),
            {path: counts["read"] for path, counts in reading.sections.items()},
            progress.read_pages,
        ),
        "stored_before": measure_stored(connection, sorted({*reading.sections, *empty}), read),
        "not_articles": len(not_articles),
        "not_articles_by_section": _count_by_section(site, not_articles),
        "templates": measure_templates(connection, number),
        "lines": dict(sorted(progress.lines.items())),
        "page_sizes": {
            path: site.page_size or progress.first_pages.get(path, 0)
            for path, walk in sorted(read_walks(connection, number).items())
            if walk.sets_floor
        },
        "robots": measure_robots(connection, number, f"{site.base}/robots.txt"),
        "disk_free": disk.free,
        "disk_size": disk.total,
        **measure_database(connection),
    }


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
