"""`harbincrawl status`: the last runs, the sections and their floors, gaps, failures, health."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.archive.origin import load_site
from harbincrawl.cli.archives import run_each
from harbincrawl.cli.output.status import reasons_line, status_lines
from harbincrawl.cli.output.stream import Output, format_options, warn
from harbincrawl.cli.output.style import read_style
from harbincrawl.cli.parsing import Command, option
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import Thresholds
from harbincrawl.errors import NoArchiveError, NotFoundError, SettingsError
from harbincrawl.operations.health.state import read_state
from harbincrawl.sites import Site
from harbincrawl.text import write_json

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions

_CLEAR = "\x1b[H\x1b[J"


@click.command("status", cls=Command)
@option("--runs", "most", type=click.IntRange(1), default=5, show_default=True, help="Number of runs to show.")
@option("--coverage", is_flag=True, help="Of the numbers that the site counts, which are here, by month.")
@option("--watch", is_flag=True, help="Show it again every 2 seconds until the crawl ends.")
@format_options(is_list=False)
@click.pass_obj
def command(options: GlobalOptions, most: int, coverage: bool, watch: bool, output: Output) -> int:
    """How the archive is doing: last runs, sections, failures and when they are tried again, health rule by rule.

    Ends with 0 where the last crawl went well to its end and no health rule stands broken, else with 3: a probe for
    monitoring. The gaps of the lists are judged by today's config.toml.

    \b
    harbincrawl status
    harbincrawl -q status || echo 'look at the archive'
    harbincrawl status --json | jq .health
    harbincrawl status --coverage
    """
    if coverage or watch:
        site = load_site(options.take_one("--coverage" if coverage else "--watch"))
        return print_coverage(options, site, output) if coverage else watch_status(options, most, site, output)
    found: dict[str, Any] = {}

    def show(folder: Path, name: str) -> int:
        site = load_site(folder)
        found[name] = read_status(folder, most, site)
        if output.is_text:
            if len(found) > 1 and not options.quiet:
                click.echo()
            print_status(found[name], site, options, name)
        return int(found[name]["exit_code"])

    code = run_each(options.folders, show)
    if not output.is_text:
        output.print_document({"archives": found} if len(options.folders) > 1 else next(iter(found.values())))
    return code


def watch_status(options: GlobalOptions, most: int, site: Site, output: Output) -> int:
    """Prints how the archive is doing every two seconds until the crawl ends, in JSON a line each time."""
    while True:
        found = read_status(options.archive, most, site)
        if output.is_text:
            click.echo(_CLEAR if sys.stdout.isatty() else "", nl=False)
            print_status(found, site, options)
        else:
            click.echo(write_json(found))
        if found["running"] is None:
            return int(found["exit_code"])
        time.sleep(2)


def print_status(found: dict[str, Any], site: Site, options: GlobalOptions, name: str = "") -> None:
    """Prints how an archive is doing; with -q only what is amiss, with its `name` where it is one of several."""
    if not options.quiet:
        click.echo("\n".join(status_lines(found, site, read_style())))
    elif found["reasons"]:
        warn(f"{name}: " * (len(options.folders) > 1) + reasons_line(found["reasons"]))


def print_coverage(options: GlobalOptions, site: Site, output: Output) -> int:
    """Prints how much of the site the archive knows by the site's own counter."""
    from harbincrawl.archive.coverage import measure_coverage
    from harbincrawl.cli.output.rescue import coverage_lines

    with read_archive(options.archive) as connection:
        found = measure_coverage(connection, site)
    if not output.is_text:
        output.print_document(found.as_dict() if found else None)
    elif found is None:
        why = "no number of it is known yet" if site.counter else "its numbers are no counter of its own"
        raise NotFoundError(f"{site.title} has no coverage: {why}.")
    elif not options.quiet:
        click.echo("\n".join(coverage_lines(found, read_style())))
    return 0


def read_status(folder: Path, most: int, site: Site) -> dict[str, Any]:
    """All that `status` tells, as for --json. Raises NoArchiveError, DatabaseError."""
    thresholds = _read_thresholds(folder, site)
    try:
        with read_archive(folder) as connection:
            return read_state(connection, folder, most, datetime.now(UTC), thresholds)
    except NoArchiveError as error:
        known = ", ".join(section.path for section in site.sections)
        raise NoArchiveError(f"{error} Known sections: {known}.") from None


def _read_thresholds(archive: Path, site: Site) -> Thresholds | None:
    """Today's thresholds of the health rules; None where only its owner may read config.toml."""
    try:
        return read_config(archive).fill(site.thresholds)
    except SettingsError:
        return None
