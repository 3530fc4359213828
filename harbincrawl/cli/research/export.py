"""`harbincrawl export`: articles to a file, to standard output, or to a dataset folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.cli.completion import complete_fields
from harbincrawl.cli.filters import filter_option, filter_options, take_filters
from harbincrawl.export.formats.table import FORMATS

if TYPE_CHECKING:
    import sqlite3

    from harbincrawl.cli.main import GlobalOptions
    from harbincrawl.export.job import ExportJob, ExportReceipt

ORDERS = ("oldest", "newest", "number", "change")


@click.command(name="export")
@click.argument("dest")
@click.option(
    "--format",
    "chosen",
    type=click.Choice(list(FORMATS)),
    help="The format, instead of the one that DEST's ending names.",
)
@click.option("--query", default="", metavar="QUERY", help="Only articles that `search QUERY` finds.")
@filter_option("exact")
@filter_options
@filter_option("seen_since")
@filter_option("changed_since")
@click.option("--sample", "size", type=click.IntRange(1), metavar="N", help="Only N of these articles, by chance.")
@click.option(
    "--seed", type=int, metavar="S", help="With --sample: another choice, the same for the same S (usual: 0)."
)
@click.option("--revisions", is_flag=True, help="Earlier wordings of these articles, one a line: jsonl, csv, parquet.")
@click.option("--fields", default="", metavar="NAME,...", shell_complete=complete_fields, help="Only these fields.")
@click.option("--order", type=click.Choice(ORDERS), help="By date (default: oldest first), id (number) or change.")
@click.option(
    "--text", "profile", type=click.Choice(["full", "features", "none"]), help="Whole texts, word counts, or none."
)
@click.option("--excel", is_flag=True, help="CSV for spreadsheets: a byte order mark, no formulas.")
@click.option("--share", is_flag=True, help="A bundle that may be given away: word counts instead of texts.")
@click.option("--titles", is_flag=True, help="With --share: titles too.")
@click.option(
    "--since-bundle",
    "previous",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Say in CHANGES.md what changed since this bundle.",
)
@click.option("--check", is_flag=True, help="Write nothing; check that the bundle DEST is complete and unchanged.")
@click.pass_obj
def command(options: GlobalOptions, /, dest: str, **given: Any) -> int:
    """Write articles to DEST, gone ones included.

    DEST is a file whose ending names the format (.jsonl .csv .parquet .db .wacz; .jsonl.gz and .csv.zst are packed),
    - for JSON lines on standard output, or a name without an ending: a folder that becomes a dataset bundle.

    \b
    harbincrawl export articles.jsonl
    harbincrawl export - --section news --since 2020 | jq .title
    harbincrawl export ice.csv --query 'ice festival' --fields id,updated,title
    harbincrawl export changes.jsonl --changed-since 4711
    harbincrawl export wordings.csv --revisions --section news
    harbincrawl export sample.jsonl --sample 500 --seed 7
    harbincrawl export harbin-today
    harbincrawl export --check harbin-today
    """
    if given["check"]:
        return check_bundle(options, Path(dest))
    if given["seed"] is not None and given["size"] is None:
        raise click.UsageError("--seed goes with --sample N.")
    from harbincrawl.export.job import ExportJob
    from harbincrawl.export.selection import Sample
    from harbincrawl.text import count_text

    job = ExportJob(
        destination=dest,
        format=given["chosen"],
        filters=take_filters(given, given["query"]),
        order=given["order"],
        profile=given["profile"],
        fields=tuple(filter(None, map(str.strip, given["fields"].split(",")))),
        excel=given["excel"],
        share=given["share"],
        titles=given["titles"],
        previous=given["previous"],
        sample=Sample(given["size"], given["seed"] or 0) if given["size"] else None,
        revisions=given["revisions"],
    )
    if options.many:
        return _export_many(options, job)
    with progress_bar(options.quiet) as (started, advance):
        receipt = _run(options, job, started, advance)
    if not options.quiet:
        purged = f" and {count_text(receipt.purged, 'tombstone')}" if receipt.purged else ""
        place = "" if dest == "-" else f" to {dest}"
        what = count_text(receipt.articles, "earlier wording" if job.revisions else "article")
        click.echo(f"{what}{purged}{place}; cursor: {receipt.cursor}", err=True)
    return 0


def _run(
    options: GlobalOptions, job: ExportJob, started: Callable[[int], None], advance: Callable[[int], None]
) -> ExportReceipt:
    """Runs the job, and says how its query was read; where nothing is left, which words and names no article has."""
    from harbincrawl.cli.read.search import print_reading, tell_unknown
    from harbincrawl.errors import NotFoundError
    from harbincrawl.export.job import run_job
    from harbincrawl.search.hits import read_search

    understood = read_search(job.filters)
    if understood.parsed and not options.quiet:
        print_reading(understood.parsed)
    try:
        return run_job(options.archive, job, started, advance)
    except NotFoundError:
        if not options.quiet:
            from harbincrawl.archive.database.connection import read_archive

            with read_archive(options.archive) as connection:
                tell_unknown(connection, understood, job.filters)
        raise


def _export_many(options: GlobalOptions, job: ExportJob) -> int:
    """Exports the articles of several archives into one file; the exit code."""
    from harbincrawl.cli.archives import open_archives
    from harbincrawl.export.merged import export_merged
    from harbincrawl.text import count_text

    with open_archives(options.many) as archives, progress_bar(options.quiet) as (_, advance):
        by_connection = {each.connection: each for each in archives.opened}

        def fail(connection: sqlite3.Connection, error: sqlite3.Error) -> None:
            archives.leave_out(by_connection[connection], error)

        count = export_merged(list(by_connection), job, fail, advance)
        if not options.quiet:
            place = "" if job.destination == "-" else f" to {job.destination}"
            what = count_text(count, "earlier wording" if job.revisions else "article")
            click.echo(f"{what} of {count_text(len(archives.opened), 'archive')}{place}", err=True)
        return archives.end(0)


def check_bundle(options: GlobalOptions, folder: Path) -> int:
    """Prints what is wrong with a bundle; the exit code is 3 where something is."""
    from harbincrawl.export.dataset.check import read_problems
    from harbincrawl.text import clean

    problems = read_problems(folder)
    for problem in problems:
        click.echo(clean(f"{folder}: {problem}"), err=True)
    if not problems and not options.quiet:
        click.echo(f"{folder} is whole", err=True)
    return 3 if problems else 0


@contextmanager
def progress_bar(quiet: bool) -> Iterator[tuple[Callable[[int], None], Callable[[int], None]]]:
    """(what is told the number of articles, what is told each batch's size): a bar where stderr is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield (lambda _: None), (lambda _: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    parts = (TextColumn("export"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*parts, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("export", total=None)
        yield (lambda count: bar.update(task, total=count)), (lambda size: bar.advance(task, size))
