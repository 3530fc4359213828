"""One export from order to receipt: what is wanted of which archive, done, and what to ask for next time."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.database import FILE, open_reader, raise_typed
from harbincrawl.errors import DestinationError
from harbincrawl.search.filters import Filters

from .fields import Profile, profile_fields
from .formats.choice import FOLDERS, read_plan, require_articles, write_file, write_stream
from .selection import Selection


class Job(NamedTuple):
    """What an export is asked for."""

    destination: str
    """A file, a folder, or `-` for standard output."""
    format: str | None = None
    """A name for --format; None: as the destination's ending says."""
    filters: Filters = Filters()
    order: str | None = None
    """One of ORDERS; None: by date, and by change where the filters name a cursor."""
    profile: Profile | None = None
    """None: `full`, but `features` for a bundle to share."""
    fields: tuple[str, ...] = ()
    """Names of the wanted fields; none: all."""
    excel: bool = False
    share: bool = False
    previous: Path | None = None
    """The bundle that CHANGES.md compares with."""


class Receipt(NamedTuple):
    """What an export did."""

    articles: int
    purged: int
    """Tombstones."""
    cursor: int
    """What `--changed-since` takes to get every later change."""


def run_job(
    archive: Path,
    job: Job,
    started: Callable[[int], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Receipt:
    """Does `job` on the archive in folder `archive`; `started` is told the number of articles, `progress` each batch's.

    Raises DestinationError, FilterError, NotFoundError, MissingExtraError, NoSpaceError, and what `open_reader`
    does.
    """
    plan = read_plan(job.destination, job.format)
    profile: Profile = job.profile or ("features" if job.share else "full")
    _refuse_contradictions(job, plan.format, profile)
    fields = profile_fields(profile, job.fields, bundle=plan.format == "bundle")
    connection = open_reader(archive)
    try:
        order = job.order or ("oldest" if job.filters.changed_since is None else "change")
        selection = Selection(connection, job.filters, order)
        require_articles(selection)
        started(selection.count)
        destination = Path(job.destination)
        if plan.format == "bundle":
            from .dataset.bundle import write_bundle

            count = write_bundle(
                selection,
                destination,
                profile=profile,
                fields=fields,
                share=job.share,
                previous=job.previous,
                progress=progress,
            )
        elif plan.format == "markdown":
            from .formats.markdown import write_markdown

            count = write_markdown(selection, destination, fields=fields, progress=progress)
        elif plan.format == "wacz":
            from .formats.wacz import write_pages

            count = write_pages(selection, archive, destination, progress)
        elif job.destination == "-":
            # A buffer of our own: with PYTHONUNBUFFERED, Python's is none, and a write may then be cut short.
            with open(sys.stdout.fileno(), "wb", closefd=False) as sink:
                count = write_stream(selection, sink, plan, profile=profile, fields=fields, excel=job.excel)
        else:
            count = write_file(
                selection, destination, plan, profile=profile, fields=fields, excel=job.excel, progress=progress
            )
        return Receipt(count, len(selection.purged), selection.cursor)
    except sqlite3.Error as error:
        raise_typed(error, archive / FILE)
    finally:
        connection.close()


def _refuse_contradictions(job: Job, name: str, profile: Profile) -> None:
    if name != "bundle" and (job.share or job.previous):
        raise DestinationError("--share and --since-bundle are for bundles: name a folder.")
    if name != "csv" and job.excel:
        raise DestinationError("--excel is for CSV.")
    if name in FOLDERS and job.filters.changed_since is not None:
        raise DestinationError("--changed-since is for files; a folder is always whole (see --since-bundle).")
    if name == "bundle" and (job.fields or job.order):
        raise DestinationError("--fields and --order are for files; a bundle has all fields, by number.")
    if name == "wacz" and (job.fields or job.order or job.filters.changed_since is not None):
        raise DestinationError("--fields, --order and --changed-since are not for wacz, which holds pages as captured.")
    if name in ("markdown", "wacz") and profile != "full":
        raise DestinationError(f"{name} holds the texts: --text {profile} is for the other formats.")
