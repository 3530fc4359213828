"""What a run measured of itself at its end, and what the health rules say of it: two keys of its report."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harbincrawl.archive.measures import list_failed, measure_articles, measure_database, measure_robots, measure_stored
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import Thresholds
from harbincrawl.operations.health import Run, check_run, describe
from harbincrawl.operations.health.chance import deciles
from harbincrawl.operations.health.past import read_past
from harbincrawl.sites import HARBIN_TODAY_THRESHOLDS

if TYPE_CHECKING:
    from .session import Session

READ = ("new", "changed", "same", "duplicate")
"""Outcomes of articles that may have been read."""
AMISS = 3


def read_bounds(archive: Path) -> Thresholds:
    """The site's bounds, as `[health]` of the archive's settings moves them. Raises SettingsError."""
    return read_config(archive).fill(HARBIN_TODAY_THRESHOLDS)


def add_health(session: Session, report: dict[str, Any]) -> None:
    """Puts `facts` and `health` into the report of a run; a broken rule makes its exit code 3 where it was 0.

    Raises sqlite3.Error.
    """
    report["facts"] = measure_run(session)
    past = read_past(session.connection, session.run)
    report["health"] = describe(check_run(Run(report), past, session.bounds))
    if report["health"]["broken"] and not report["exit_code"]:
        report["exit_code"] = AMISS


def measure_run(session: Session) -> dict[str, Any]:
    """The facts of a run, numbers only."""
    connection, folder = session.connection, session.options.archive
    asked = {number for number, outcome in session.keeper.outcomes.items() if outcome in READ}
    reading = measure_articles(connection, session.run, asked)
    empty = _count_by_section(session, list_failed(connection, session.run, "empty"))
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
        "stored_before": measure_stored(connection, sorted({*reading.sections, *empty}), asked),
        "not_articles": len(list_failed(connection, session.run, "not-an-article")),
        "lines": dict(sorted(session.lines.items())),
        "robots": measure_robots(connection, session.run, f"{session.site.base}/robots.txt"),
        "disk_free": disk.free,
        "disk_size": disk.total,
        **measure_database(connection, folder),
    }


def _count_by_section(session: Session, addresses: Iterable[str]) -> dict[str, int]:
    meanings = (session.site.read_address(address) for address in addresses)
    return dict(sorted(Counter(meaning.section_path for meaning in meanings if meaning is not None).items()))
