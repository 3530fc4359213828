"""`harbincrawl export`: articles to a file, to standard output, or to a dataset folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from harbincrawl.api import open_archive
from harbincrawl.api.questions import read_filters
from harbincrawl.cli.filters import filter_option, filter_options, take_filters
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.names import find_number, read_names
from harbincrawl.cli.output import note, progress_bar, sum_up, warn
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import ExitCode, NotFoundError
from harbincrawl.export.formats.table import FORMATS, PACKINGS, TEXTS
from harbincrawl.export.job import ExportReceipt, run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.text import count_text

_TAKEN = ("format", "profile", "excel", "share", "titles", "revisions")
"""Options that a job takes as they are given."""
_ENDINGS = " ".join(each.endings[0] for each in FORMATS.values() if each.endings)
_PACKED = " and ".join(f".{text}{packing}" for packing in PACKINGS for text in TEXTS)
_HELP = f"""Write articles to DEST, gone ones included: those that are named behind it, else all that the filters leave.

DEST is a file ({_ENDINGS}; {_PACKED} are packed), - for JSON lines on
standard output, or a name without an ending: a folder that becomes a dataset bundle, and replaces one (a shareable one
only with --share). Behind DEST, - reads names from
standard input. Exit code 3: one of them is no article of the archive.

\b
harbincrawl export - --section news --since 2020 | jq .title
harbincrawl export ice.csv --query 'ice fair' --fields id,updated,title
harbincrawl export changes.jsonl --changed-since 100
harbincrawl search tram --limit 0 --format ids | harbincrawl export tram.csv -
harbincrawl export texts --format text
"""


@click.command(
    name="export",
    cls=Command,
    help=_HELP,
    meant={
        "--limit": "- behind DEST for the ids of a search",
        "--id": "the ids behind DEST",
        "--json": "--format jsonl",
    },
)
@click.argument("dest")
@click.argument("names", nargs=-1, metavar="[ID|URL|-]...")
@option(
    "--format",
    "format",
    type=click.Choice(list(FORMATS)),
    help="Format, whatever DEST's ending.",
)
@option("--query", default="", metavar="QUERY", help="Only what `search --copies QUERY` finds.")
@filter_option("exact")
@filter_options
@filter_option("changed_since")
@option(
    "--revisions",
    is_flag=True,
    help="Their earlier wordings (jsonl, csv, parquet).",
)
@option("--fields", default="", metavar="NAME,...", help="Only these fields (id, updated, title …).")
@option(
    "--text",
    "profile",
    type=click.Choice(["full", "features", "none"]),
    help="Whole texts, word counts, or none.",
)
@option("--excel", is_flag=True, help="CSV for spreadsheets.")
@option("--share", is_flag=True, help="A bundle to give away, without texts.")
@option("--titles", is_flag=True, help="With --share: titles too.")
@click.pass_obj
def command(options: GlobalOptions, /, dest: str, names: tuple[str, ...], **given: Any) -> int:
    """Writes the articles; the exit code."""
    numbers, missing = find_numbers(options.archive, names) if names else ((), 0)
    filters = take_filters(given)
    job = ExportJob(
        destination=dest,
        filters=read_filters(filters, given["query"])._replace(numbers=numbers),
        fields=tuple(filter(None, map(str.strip, given["fields"].split(",")))),
        **{name: given[name] for name in _TAKEN},
    )
    receipt = _export(options.archive, job, given["query"], filters)
    purged = f" and {count_text(receipt.purged, 'tombstone')}" if receipt.purged else ""
    place = "" if dest == "-" else f" to {dest}"
    what = count_text(receipt.articles, "earlier wording" if job.revisions else "article")
    sum_up(f"{what}{purged}{place}; cursor: {receipt.cursor}", is_beside=dest == "-")
    return ExitCode.AMISS if missing else ExitCode.DONE


def find_numbers(archive: Path, names: Sequence[str]) -> tuple[tuple[int, ...], int]:
    """(internal numbers of the articles of these names, how many names are none's). - stands for standard input.

    Raises NotFoundError where there is no article left, click.UsageError for what has not the form of a name.
    """
    found: dict[int, None] = {}
    missing = 0
    with open_archive(archive) as opened:
        for name in read_names(names):
            try:
                found[find_number(opened, name)] = None
            except NotFoundError as error:
                missing += 1
                warn(str(error))
    if not found:
        raise NotFoundError("no article was named." if not missing else "none of these articles is in the archive.")
    return tuple(found), missing


def _export(folder: Path, job: ExportJob, query: str, filters: dict[str, Any]) -> ExportReceipt:
    """Runs the job, and says how its query was read; where nothing is left, which words and names no article has."""
    with open_archive(folder) as archive:
        note(*(read := archive.read_query(query, is_found=True, **filters)))
    try:
        with progress_bar("export") as move:
            return run_job(folder, job, lambda total: move(0, total), lambda size: move(advance=size))
    except NotFoundError:
        with open_archive(folder) as archive:
            note(*archive.read_query(query, is_found=False, **filters)[len(read) :])
        raise
