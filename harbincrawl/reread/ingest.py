"""Articles out of WARC files that others made: through the same reading, verdict and store as a crawl's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harbincrawl.archive import lock, runs
from harbincrawl.archive.captures import find_original
from harbincrawl.archive.database import FILE, open_writer, raise_typed
from harbincrawl.archive.origin import read_origin, remember_origin
from harbincrawl.errors import FileMissingError, HarbincrawlError
from harbincrawl.evidence import WARC_FOLDER
from harbincrawl.sites import Site
from harbincrawl.version import __version__
from harbincrawl.warc.blocks import RecordPlace
from harbincrawl.warc.salvage import salvage
from harbincrawl.warc.writer import WarcWriter

from .filter import Deferred, Found, RecordFilter, Rejected
from .intake import Intake
from .reparse import read_versions
from .report import IngestReport

Progress = Callable[[int, int], None]
"""Hears (bytes done, of how many)."""


def ingest(
    folder: Path,
    files: Iterable[Path],
    site: Site,
    *,
    processes: int,
    progress: Progress,
    origin: str | None = None,
    now: datetime | None = None,
) -> IngestReport:
    """Takes the site's articles in `files` into the archive in `folder`, which is made where there is none.

    `origin` is the host that was captured in place of the site's own (the --site-url of a crawl). Each page is copied
    to the archive's WARC, with the name of its file. Raises FileMissingError, OriginError, HeldError, DatabaseError,
    NoSpaceError.
    """
    paths = [_check_file(path) for path in files]
    tally = IngestReport([path.name for path in paths])
    with ExitStack() as stack:
        stack.enter_context(lock.hold(folder, "ingest"))
        connection = stack.enter_context(closing(open_writer(folder)))
        try:
            known = read_origin(connection)
            mirror = origin or known or site.base
            remember_origin(connection, folder, site.name, mirror)
            site = replace(site, mirror=None if mirror == site.base else mirror)
            told = {"files": [path.name for path in paths], "site_url": origin}
            run = runs.start_run(connection, "ingest", datetime.now(UTC), told, read_versions())
            salvage(folder / WARC_FOLDER)
            writer = stack.enter_context(_make_writer(folder, connection))
            moment = now or datetime.now(UTC)
            intake = Intake(folder, connection, site, run, writer, tally)
            sieve = RecordFilter(site, moment, intake.find_payload)
            try:
                _read_files(paths, sieve, intake, tally, progress)
                intake.finish(processes)
                writer.close()
            except BaseException as error:
                intake.roll_back()
                code = error.exit_code if isinstance(error, HarbincrawlError) else 130
                outcome = "failed" if isinstance(error, HarbincrawlError) else "interrupted"
                runs.end_run(connection, run, datetime.now(UTC), outcome, code, tally.as_dict())
                raise
            outcome = "partial" if tally.exit_code else "complete"
            report: dict[str, Any] = {"run": run, **tally.as_dict()}
            runs.end_run(connection, run, datetime.now(UTC), outcome, tally.exit_code, report)
        except sqlite3.Error as error:
            raise_typed(error, folder / FILE)
    return tally


def _check_file(path: Path) -> Path:
    if not path.is_file():
        raise FileMissingError(f"{path}: there is no such file.")
    return path


def _make_writer(folder: Path, connection: sqlite3.Connection) -> WarcWriter:
    def find(digest: str) -> RecordPlace | None:
        found = find_original(connection, digest)
        return RecordPlace(*found) if found else None

    return WarcWriter(
        folder / WARC_FOLDER,
        info={"software": f"harbincrawl/{__version__}", "format": "WARC File Format 1.1", "description": "ingested"},
        now=lambda: datetime.now(UTC),
        find_original=find,
        host="harbincrawl-ingest",
    )


def _read_files(
    paths: list[Path], sieve: RecordFilter, intake: Intake, tally: IngestReport, progress: Progress
) -> None:
    """Lists first: what they say of an article is part of its record, wherever they stand in the files."""
    total = 2 * sum(path.stat().st_size for path in paths)
    done = 0
    later: list[tuple[str, Deferred]] = []
    for path in paths:
        for offset, verdict in sieve.read_file(path, "listing"):
            if isinstance(verdict, Found):
                intake.put_listing(verdict)
            progress(done + offset, total)
        done += path.stat().st_size
    intake.commit()
    for path in paths:
        for offset, verdict in sieve.read_file(path, "article"):
            tally.records += 1
            if isinstance(verdict, Deferred):
                later.append((path.name, verdict))
            else:
                _put(verdict, intake, tally)
            progress(done + offset, total)
        done += path.stat().st_size
    for name, wait in later:
        verdict = sieve.judge(wait.foreign, name)
        if isinstance(verdict, Deferred):
            verdict = Rejected("a revisit whose original is in none of the files", wait.foreign.target[:300])
        if not isinstance(verdict, Found) or verdict.meaning.kind == "article":
            _put(verdict, intake, tally)


def _put(verdict: Found | Rejected, intake: Intake, tally: IngestReport) -> None:
    if isinstance(verdict, Rejected):
        tally.turn_away(verdict.reason, verdict.detail)
    else:
        intake.put_page(verdict)
