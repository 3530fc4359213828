"""`harbincrawl ingest`: articles out of WARC files that others made."""

from __future__ import annotations

from pathlib import Path

import click

from harbincrawl.archive.origin import find_named_site
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import site_option, workers_option
from harbincrawl.cli.output import Output, json_option, progress_bar, warn_amiss
from harbincrawl.cli.parsing import Command, PlaceType, option
from harbincrawl.operations.health.words import describe_unaccounted
from harbincrawl.places import list_warcs
from harbincrawl.reread.executor import open_executor
from harbincrawl.reread.ingest import ingest
from harbincrawl.reread.intake import IngestReport
from harbincrawl.sites import Site
from harbincrawl.spiders.options import read_origin
from harbincrawl.text import count_text


@click.command("ingest", cls=Command, is_writer=True)
@click.argument("files", nargs=-1, required=True, metavar="WARC...", type=PlaceType(path_type=Path))
@site_option
@option("--site-url", metavar="URL", help="The mirror or twin that was captured.")
@workers_option
@json_option
@click.pass_obj
def command(
    options: GlobalOptions,
    files: tuple[Path | str, ...],
    named: str | None,
    site_url: str | None,
    workers: int | str | None,
    output: Output,
) -> int:
    """Take the site's articles out of WARC files (plain or gzip) of wget, browsertrix, Heritrix …

    A file may be an object in a bucket, or a prefix there. The newest capture of an article is its present state, older
    ones become revisions. Doing it again changes nothing, and goes on where it was ended.

    \b
    harbincrawl --archive old ingest wayback/*.warc.gz
    harbincrawl ingest s3://my-bucket/pile/
    """
    places = [place for each in files for place in (list_warcs(each) if isinstance(each, str) else [each])]
    options.recover()
    site = find_named_site(options.archive, named)
    origin = read_origin(site_url) if site_url else None
    with open_executor(workers) as executor, progress_bar("ingest", is_bytes=True) as progress:
        report = ingest(options.archive, places, site, executor=executor, progress=progress, origin=origin)
    output.conclude(report.as_dict(), *report_lines(report))
    warn_amiss(*amiss_lines(report, site), is_printed=bool(report.amiss))
    return report.exit_code


def amiss_lines(report: IngestReport, site: Site) -> list[str]:
    """Why the exit code is 3; nothing where it is 0."""
    if not report.exit_code or report.amiss:
        return [_describe_refused(report, reason) for reason in report.amiss]
    named = report.files[0] if len(report.files) == 1 else count_text(len(report.files), "file")
    return [f"there is no page of {site.title} in {named}"]


def report_lines(report: IngestReport) -> list[str]:
    """What came of it in words: a line a reason with its first address, then one for the whole."""
    lines = [_describe_refused(report, reason) for reason, _ in report.refused.most_common()]
    lines += describe_unaccounted(report.unaccounted)
    parts = [f"{report.new:,} new", f"{report.changed:,} changed", f"{report.same:,} same"]
    parts += [f"{report.duplicate:,} duplicate"] if report.duplicate else []
    parts += [f"{report.known:,} known"]
    read = ((report.records, "capture"), (report.pages, "page"), (report.lists, "list"))
    return [*lines, f"{', '.join(parts)} ({', '.join(count_text(*each) for each in read)})"]


def _describe_refused(report: IngestReport, reason: str) -> str:
    return f"{report.refused[reason]:,} not taken: {reason} ({report.examples[reason][0]})"
