"""Running an export: its options, the export itself, and the cursor for the next one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, NamedTuple, cast

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import CrawlSettings, Dataset
from harbincrawl.errors import DestinationError
from harbincrawl.export.formats.choice import choose_format, require_articles, write_file, write_stream
from harbincrawl.search.filters import Filters

from .fields import Profile, profile_fields
from .files import PrintedSink
from .formats.table import FORMATS
from .revisions import REVISION_FORMATS, revision_fields, write_revisions
from .selection import Sample, Selection


class ExportJob(NamedTuple):
    """The options of an export."""

    destination: str
    """A file, a folder, or `-` for standard output."""
    format: str | None = None
    """A value of --format; None: by the ending of the destination."""
    filters: Filters = Filters()
    order: str | None = None
    """One of ORDERS; None: by date, or by change if the filters have a cursor."""
    profile: Profile | None = None
    """None: `full`, or `features` with `share`."""
    fields: tuple[str, ...] = ()
    """Names of the fields; empty: all."""
    excel: bool = False
    share: bool = False
    """A bundle that may be given away: nothing in it gives a text back."""
    titles: bool = False
    """With `share`, titles too."""
    previous: Path | None = None
    """The earlier bundle for CHANGES.md."""
    sample: Sample | None = None
    """Only so many of the articles found, chosen by chance."""
    revisions: bool = False
    """Earlier wordings of the articles in their place."""


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
    form = choose_format(job.destination, job.format)
    profile: Profile = job.profile or ("features" if job.share else "full")
    check_options(job, form.format, profile)
    if job.revisions:
        fields = revision_fields(job.fields)
    else:
        bundled = form.format == "bundle"
        fields = profile_fields(profile, job.fields, bundle=bundled, share=job.share, titles=job.titles)
    with read_archive(archive) as connection:
        order = job.order or ("oldest" if job.filters.changed_since is None else "change")
        # The rows that are left out are known once the file is written; counting the others would cost as much again.
        is_exact = (
            form.format not in ("jsonl", "csv", "parquet")
            or profile != "full"
            or job.revisions
            or job.sample is not None
        )
        selection = Selection(connection, job.filters, order, job.sample, is_exact=is_exact)
        require_articles(selection)
        if job.revisions:
            count = write_revisions(
                selection, job.destination, form, fields, excel=job.excel, started=started, progress=progress
            )
            return ExportReceipt(count, 0, selection.cursor)
        started(selection.count)
        destination = Path(job.destination)
        if form.format == "bundle":
            from harbincrawl.export.dataset.bundle import write_bundle

            config = read_config(archive, must_read=False)
            count = write_bundle(
                selection,
                destination,
                profile=profile,
                fields=fields,
                share=job.share,
                titles=job.titles,
                previous=job.previous,
                compiler=config.fill(CrawlSettings()).compiler,
                license=config.fill(Dataset()).share_license,
                progress=progress,
            )
        elif form.format == "markdown":
            from harbincrawl.export.formats.markdown import write_markdown

            count = write_markdown(selection, destination, fields=fields, progress=progress)
        elif form.format == "wacz":
            from harbincrawl.export.formats.wacz import write_pages

            count = write_pages(selection, archive, destination, progress)
        elif job.destination == "-":
            # With PYTHONUNBUFFERED, sys.stdout has no buffer, and a write to it may be incomplete.
            with open(sys.stdout.fileno(), "wb", closefd=False) as sink:
                printed = cast(IO[bytes], PrintedSink(sink, form.format))
                count = write_stream(selection, printed, form, profile=profile, fields=fields, excel=job.excel)
        else:
            count = write_file(
                selection, destination, form, profile=profile, fields=fields, excel=job.excel, progress=progress
            )
        return ExportReceipt(count, len(selection.purged), selection.cursor)


def check_options(job: ExportJob, name: str, profile: Profile) -> None:
    """Raises DestinationError for options that the format `name` does not have."""
    if name != "bundle" and (job.share or job.previous):
        raise DestinationError("--share and --since-bundle are only for bundles: name a folder.")
    if job.share and profile == "full":
        raise DestinationError("--share leaves the texts out: --text full is not for it.")
    if job.titles and not job.share:
        raise DestinationError("--titles goes with --share; other exports have the titles.")
    if job.revisions and name not in REVISION_FORMATS:
        raise DestinationError(f"--revisions is for {', '.join(REVISION_FORMATS)}, not for {name}.")
    if job.revisions and profile != "full":
        raise DestinationError(f"--revisions writes whole texts: --text {profile} is not for it.")
    if job.filters.changed_since is not None and (job.sample or job.revisions):
        raise DestinationError("--changed-since follows a whole archive: --sample and --revisions are not for it.")
    if name != "csv" and job.excel:
        raise DestinationError("--excel is only for CSV.")
    if not FORMATS[name].endings and job.filters.changed_since is not None:
        raise DestinationError("--changed-since is only for files; a folder is always complete (see --since-bundle).")
    if name == "bundle" and (job.fields or job.order):
        raise DestinationError("--fields and --order are only for files; a bundle has all fields, ordered by number.")
    if name == "wacz" and (job.fields or job.order or job.filters.changed_since is not None):
        raise DestinationError("--fields, --order and --changed-since are not for wacz: it contains captured pages.")
    if name in ("markdown", "wacz") and profile != "full":
        raise DestinationError(f"{name} contains the full texts: --text {profile} is only for the other formats.")
