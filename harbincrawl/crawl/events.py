"""What a run reports at its start and end: in notices and in the metrics file. None of it ever fails a run."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.runs.history import find_last_success, read_open_failures, read_runs
from harbincrawl.config.reader import Config
from harbincrawl.config.schema import Notify
from harbincrawl.errors import DestinationError, HarbincrawlError
from harbincrawl.files import check_output, write_whole
from harbincrawl.operations.health.rules import broken_sentences, list_broken
from harbincrawl.operations.health.state import is_sound
from harbincrawl.operations.metrics import metrics_text
from harbincrawl.operations.notify import Notice, Notifier, list_targets, tell_news
from harbincrawl.sites import Site, default_site
from harbincrawl.walk.outcomes import MISSING, OUTCOMES

from .summary import MOST_FAILURES, describe_aborted, describe_failure, describe_report

logger = logging.getLogger("harbincrawl")

_COUNTS = (*OUTCOMES, "left", "requests")


class _State(NamedTuple):
    """How an archive stands after a run."""

    was_good: bool = True
    """Whether all was well before the run."""
    is_sound: bool = True
    """Whether no rule stands broken."""
    is_failing: bool = False
    """Whether articles that failed wait to be asked again."""
    last_success: datetime | None = None
    """Start of the last run that ended with 0."""


class RunEvents:
    """The events of one run. Made before the archive is opened, so that a run that cannot begin is reported, too."""

    def __init__(
        self,
        archive: Path,
        config: Config,
        *,
        metrics: Path | None = None,
        site: Site | None = None,
    ) -> None:
        self.archive = archive
        if metrics is not None:
            check_output(metrics)
        self.metrics = metrics
        self.thresholds = config.fill((site or default_site()).thresholds)
        targets = list_targets(config.fill(Notify()))
        self.notifier = Notifier(targets, warn=logger.warning, archive=archive)

    def start(self, run: int, sections: Sequence[str]) -> None:
        """Run `run` begins."""
        logger.info("run %d begins: %s", run, ", ".join(sections))
        was_good = not self.notifier.hears_news or self._read_state(run).was_good
        self.notifier.start(f"run {run} of {self.archive} begins", was_good=was_good)

    def fail(self, error: HarbincrawlError) -> None:
        """No run could begin."""
        summary = f"no crawl of {self.archive} could begin: {error}"
        document = {"event": "failed", "archive": str(self.archive), "run": None, "exit_code": error.exit_code}
        self.notifier.end(Notice(False, True, {**document, "summary": summary}, has_run=False))

    def tell_news(self, connection: sqlite3.Connection, run: int) -> None:
        """Tells what is new under the saved searches; the run still holds the archive."""
        try:
            tell_news(connection, self.notifier, self.archive, run)
        except (HarbincrawlError, sqlite3.Error) as error:
            logger.warning("what is new under the saved searches could not be told: %s", error)
        except KeyboardInterrupt:
            logger.warning("interrupted: what is new under the saved searches is told by the next run")

    def end(self, report: Mapping[str, Any]) -> None:
        """The run is over, and the archive is free."""
        state = self._read_state(report["run"])
        good = report["exit_code"] == 0 and state.is_sound
        if self.metrics is not None:
            try:
                # In one step, and readable for everyone: the collector reads *.prom, and never sees a partial file.
                write_whole(self.metrics, metrics_text(report, state.last_success).encode(), for_all=True)
            except DestinationError as error:
                logger.warning("%s", error)
            except OSError as error:
                logger.warning("%s cannot be written: %s", self.metrics, error)
        notice = make_notice(self.archive, report, good=good, was_good=state.was_good)
        self.notifier.end(replace(notice, is_failing=state.is_failing))

    def _read_state(self, run: int) -> _State:
        """The state of the archive after `run`; where it cannot be read, all counts as well."""
        try:
            with closing(open_reader(self.archive)) as connection:
                last_success = find_last_success(connection)
                before = read_runs(connection, 1, "crawl", run)
                sound, was_sound = is_sound(connection, self.thresholds, run)
                is_failing = any(each["class"] != MISSING for each in read_open_failures(connection))
        except (HarbincrawlError, sqlite3.Error):
            return _State()
        return _State(not before or (before[0].exit_code == 0 and was_sound), sound, is_failing, last_success)


def make_notice(archive: Path, report: Mapping[str, Any], *, good: bool, was_good: bool) -> Notice:
    """The notice of a run."""
    lines = [f"run {report['run']} of {archive}: {report['outcome']}, exit code {report['exit_code']}"]
    *sections, whole = describe_report(report)
    lines.append(whole)
    lines += [describe_aborted(report["aborted"])] if report["aborted"] else []
    lines += [f"health: {sentence}" for sentence in broken_sentences(report)]
    lines += [f"error: {report['error']}"] if report["error"] else []
    lines += [describe_failure(failure) for failure in report["failures"][:MOST_FAILURES]]
    lines += sections
    summary = "\n".join(lines)
    document = {
        "event": "recovered" if good else "broke",
        "archive": str(archive),
        **{name: report[name] for name in ("run", "started", "seconds", "outcome", "exit_code", *_COUNTS)},
        "broken": [{"rule": rule, "sentence": sentence} for rule, sentence in list_broken(report).items()],
        "reasons": report["reasons"],
        "summary": summary,
    }
    return Notice(good, was_good, document)
