"""Running an export: its options are checked, its articles are selected, its format writes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.errors import DestinationError, NotFoundError
from harbincrawl.search.filters import Filters

from .fields import REVISION_FIELDS, Profile, choose_fields, profile_fields
from .formats.table import FORMATS, choose_format
from .selection import Selection
from .task import ExportJob, Task


class ExportReceipt(NamedTuple):
    """The result of an export."""

    articles: int
    """With `revisions`, of earlier wordings."""
    purged: int
    """Number of tombstones."""
    cursor: int
    """The value for `--changed-since` that selects all later changes."""


def run_job(
    archive: Path,
    job: ExportJob,
    started: Callable[[int], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> ExportReceipt:
    """Exports from the archive in `archive`; `started` gets the number of articles, `progress` the size of each batch.

    Raises DestinationError, FilterError, NotFoundError, MissingExtraError, NoSpaceError, and the errors of
    `open_reader`.
    """
    task = _plan(job, archive, progress)
    with read_archive(archive) as connection:
        selection = Selection(connection, job.filters)
        count = _write(task, selection, started)
        return ExportReceipt(count, 0 if job.revisions else len(selection.purged), selection.cursor)


def _plan(job: ExportJob, archive: Path, progress: Callable[[int], None]) -> Task:
    name, packing = choose_format(job.destination, job.format)
    profile: Profile = job.profile or ("features" if job.share else "full")
    check_options(job, name, profile)
    if job.revisions:
        fields = choose_fields(REVISION_FIELDS, job.fields)
    elif name == "text":
        from .formats.text import choose_columns  # reads what cuts words

        fields = choose_columns(job.fields)
    else:
        fields = profile_fields(
            profile, job.fields, bundle=name == "bundle", share=job.share, titles=job.titles,
            changes=job.filters.changed_since is not None,
        )  # fmt: skip
    return Task(job, archive, name, packing, profile, fields, progress)


def _write(task: Task, selection: Selection, started: Callable[[int], None] = lambda _: None) -> int:
    """Writes the selection; the number of articles. Raises NotFoundError if there is none, not even a tombstone."""
    if not selection.count and not selection.purged:
        since = selection.filters.changed_since
        what = "nothing found" if since is None else f"nothing changed since {since}"
        raise NotFoundError(f"{what}; nothing was written.")
    count = selection.count_revisions() if task.job.revisions else selection.count
    if not count and task.job.revisions:
        raise NotFoundError("none of the articles found has an earlier wording; nothing was written.")
    started(count)
    return FORMATS[task.format].write(task, selection)


def check_options(job: ExportJob, name: str, profile: Profile) -> None:
    """Raises DestinationError for options that the format `name` does not have."""
    if name != "bundle" and job.share:
        raise DestinationError("--share is only for bundles: name a folder.")
    if job.share and profile == "full":
        raise DestinationError("--share leaves the texts out: --text full is not for it.")
    if job.titles and not job.share:
        raise DestinationError("--titles goes with --share; other exports have the titles.")
    known = [each.name for each in FORMATS.values() if each.has_revisions]
    if job.revisions and not FORMATS[name].has_revisions:
        raise DestinationError(f"--revisions is for {', '.join(known)}, not for {name}.")
    if job.revisions and profile != "full":
        raise DestinationError(f"--revisions writes whole texts: --text {profile} is not for it.")
    if job.filters.changed_since is not None and job.revisions:
        raise DestinationError("--changed-since follows a whole archive: --revisions is not for it.")
    if name not in ("csv", "text") and job.excel:
        raise DestinationError("--excel is only for CSV, and for the table of --format text.")
    if not FORMATS[name].endings and job.filters.changed_since is not None:
        raise DestinationError("--changed-since is only for files; a folder is always complete.")
    if name == "bundle" and job.fields:
        raise DestinationError("--fields is only for files; a bundle has all fields.")
    if name == "wacz" and (job.fields or job.filters != Filters()):
        raise DestinationError(
            "a WACZ has all captured pages of the archive: filters and --fields are not for it"
            " (harbincrawl prove ID writes the pages of one article)."
        )
    if name in ("text", "wacz") and profile != "full":
        raise DestinationError(f"{name} contains the full texts: --text {profile} is only for the other formats.")
