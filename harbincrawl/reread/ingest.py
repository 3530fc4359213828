"""Articles out of WARC files that others made: through the same reading, verdict and store as a crawl's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from harbincrawl.archive.database import lock
from harbincrawl.archive.origin import read_origin, remember_origin
from harbincrawl.archive.purged import read_purged
from harbincrawl.archive.runs.log import open_log
from harbincrawl.errors import FileMissingError
from harbincrawl.files import find_special
from harbincrawl.pages.version import parser_of
from harbincrawl.places import Place
from harbincrawl.sites import Site

from .executor import Executor
from .filter import Kind, RecordFilter, read_warc
from .intake import Intake
from .layouts.settling import settle_layouts
from .payloads import Payloads
from .report import IngestReport
from .spans import name_files, scan_files
from .waiting import Waiting
from .writer import write_run

Progress = Callable[[int, int, str], None]
"""Called with (bytes done, bytes in all, what is read of which file); each file is read twice."""


def ingest(
    folder: Path,
    files: Iterable[Place],
    site: Site,
    *,
    executor: Executor,
    progress: Progress,
    origin: str | None = None,
    now: datetime | None = None,
) -> IngestReport:
    """Takes the site's articles in `files` into the archive in `folder`, which is made where there is none.

    `origin` is the host that was captured in place of the site's own (the --site-url of a crawl). Each page is copied
    to the archive's WARC, with the name of its file. What comes of it does not depend on the `executor`. Raises
    FileMissingError, OriginError, HeldError, DatabaseError, NoSpaceError, WarcError, BucketError, WorkerError.
    """
    paths = [_check_file(place) for place in files]
    names = [path.name for path in paths]
    report = IngestReport(names)
    with ExitStack() as stack:
        connection = stack.enter_context(lock.write_archive(folder, "ingest"))
        known = read_origin(connection)
        mirror = origin or known or site.base
        remember_origin(connection, folder, site, mirror)
        site = replace(site, mirror=None if mirror == site.base else mirror)
        records = RecordFilter(site, now or datetime.now(UTC), read_purged(connection))
        log = stack.enter_context(closing(open_log(folder, connection, "ingest")))
        waiting, payloads = stack.enter_context(Waiting()), stack.enter_context(Payloads())
        options = {"files": names, "site_url": origin}
        with write_run(folder, connection, log, "ingest", options, report, parser_of(site)) as writer:
            intake = Intake(folder, records, writer, log, waiting, payloads, executor, report)
            _read_files(paths, records, intake, executor, progress)
            settle_layouts(folder, writer, site, executor)
    return report


def _check_file(place: Place) -> Place:
    if not isinstance(place, Path):
        return place
    # Other processes may work in other folders. A link is what it leads to: somebody has named it.
    found = place.resolve()
    if special := find_special(found):
        raise FileMissingError(
            f"{place} is {special}, and a WARC file is read more than once: save it to a file first."
        )
    if not found.is_file():
        raise FileMissingError(f"{place}: there is no such file.")
    return found


def _read_files(
    paths: list[Place], records: RecordFilter, intake: Intake, executor: Executor, progress: Progress
) -> None:
    """Lists first: what they say of an article is part of its record, wherever they stand in the files."""
    kinds: dict[Kind, str] = {"listing": "lists", "article": "articles"}
    for kind, noun in kinds.items():

        def show(done: int, size: int, name: str, noun: str = noun) -> None:
            progress(done, size, f"{noun} of {name}")

        tell = name_files(paths, show)
        for result in scan_files(executor, paths, partial(read_warc, kind, records), tell):
            intake.put(result)
        intake.finish_revisits()
        intake.commit()
        if kind == "listing":
            intake.lists.settle()
    intake.finish()
