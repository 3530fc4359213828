"""How a run ends: what waits is committed, the report made, measured and sealed, and the archive let go."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.runs.log import FOLDER
from harbincrawl.crawl.run import CrawlRun
from harbincrawl.errors import EndedEarlyError
from harbincrawl.operations.maintenance import maintain
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.layouts.settling import settle_layouts
from harbincrawl.reread.writer import RecordWriter
from harbincrawl.stamps.notes import take_notes
from harbincrawl.stamps.runs import end_run
from harbincrawl.text import count_text
from harbincrawl.walk import OUTCOMES
from harbincrawl.warc.log import list_files

from .results.measures import add_health
from .results.report import make_report

logger = logging.getLogger("harbincrawl")
MAINTENANCE = 5.0
"""Seconds at a run's end for keeping the database quick."""


def end_crawl(run: CrawlRun) -> dict[str, Any]:
    """Commits what is in flight, writes the report, lets the archive go; what goes wrong is noted in `run.stop`.

    Called again, it returns the same report. Raises only what kept the report from being made.
    """
    if not run.has_ended:
        run.has_ended = True
        try:
            _settle(run)
            run.report = _try_report(run)
            _close(run, run.report)
            if run.tell_news is not None and run.stop.error is None and not run.stop.interrupted:
                run.tell_news(run.connection, run.number)
        finally:
            run.held.close()
            if run.report is not None and run.report["error"] and not run.report["statuses"]:
                _remove_new(run.made)
    if run.report is None:
        raise run.stop.error or EndedEarlyError("the report could not be made")
    return run.report


def _settle(run: CrawlRun) -> None:
    """Commits what waits; all its evidence is on disk then."""
    try:
        run.finish()
        if not run.stop.is_lost:
            run.context.writer.flush()
        progress = run.context.progress
        requests = progress.requests
        if run.stop.error is None and (lost := requests.open):
            raise EndedEarlyError(f"{lost} of {count_text(requests.made, 'request')} never had an outcome")
        if run.stop.error is None and (lost := len(progress.on_their_way)):
            raise EndedEarlyError(f"{lost} of {count_text(progress.handed, 'outcome')} never came to the archive")
        run.log.commit()
        if not run.stop.is_set:
            _settle_layouts(run)
    except Exception as error:  # noqa: BLE001 - the report has to be made, and names it
        run.stop.fail(error)


def _settle_layouts(run: CrawlRun) -> None:
    """Reads again what was read before the layout of its template was learnt."""
    writer = RecordWriter(run.connection, run.number, run.log.commit)
    try:
        settled = settle_layouts(run.options.archive, writer, run.options.site, Executor())
    except BaseException:
        writer.roll_back()
        raise
    outcomes = run.context.writer.outcomes
    told = ((id, name) for id, outcome in settled.items() for name in OUTCOMES if name == outcome)
    outcomes |= {id: name for id, name in told if id in outcomes}


def _try_report(run: CrawlRun) -> dict[str, Any]:
    try:
        return make_report(run)
    except Exception as error:
        run.stop.fail(error)
        raise


def _close(run: CrawlRun, report: dict[str, Any]) -> None:
    """Measures the run and seals how it ended; where that fails, the report becomes that of a failed run."""
    try:
        if report["outcome"] != "failed":
            add_health(run, report)
        outcome, code = report["outcome"], report["exit_code"]
        ended = end_run(
            run.options.archive, run.connection, run.log, run.number, outcome, code, report,
            is_stopped=lambda: run.stop.interrupted,
        )  # fmt: skip
        for note in take_notes():
            logger.warning("%s", note)
        run.log.close()
        report["seal"] = ended.seal
        report["timestamps"] = [stamp.as_object() for stamp in ended.stamps]
        stored = bool(report["new"] or report["duplicate"] or report["changed"])
        maintain(run.connection, MAINTENANCE, stored=stored and not run.stop.interrupted)
    except Exception as error:  # noqa: BLE001 - a run that could not be noted down is no success
        if run.stop.error is None:
            run.stop.fail(error)
            run.report = _try_report(run)


def _remove_new(folders: Sequence[Path]) -> None:
    """Removes an archive that nothing was stored in, with `folders` that were made for it; another's files stay."""
    if folders:
        files = folders[0] / FOLDER
        for path in list_files(files).values():
            path.unlink()
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm", lock.FILE):
            (folders[0] / name).unlink(missing_ok=True)
        with suppress(OSError):
            for folder in (files, *folders):
                folder.rmdir()
