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
from harbincrawl.cli.output.status import reasons_line, status_lines
from harbincrawl.cli.output.style import read_style
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import Thresholds
from harbincrawl.errors import NoArchiveError, NotFoundError, SettingsError
from harbincrawl.operations.health.state import read_state
from harbincrawl.sites import Site
from harbincrawl.text import clean, write_json

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions

_CLEAR = "\x1b[H\x1b[J"


@click.command("status")
@click.option("--runs", "most", type=click.IntRange(1), default=5, show_default=True, help="Number of runs to show.")
@click.option("--coverage", is_flag=True, help="Of the numbers that the site counts, which are here, by month.")
@click.option("--watch", is_flag=True, help="Show it again every 2 seconds until the crawl ends.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document; with --watch one a line.")
@click.help_option("-h", "--help")
@click.pass_obj
def command(options: GlobalOptions, most: int, coverage: bool, watch: bool, as_json: bool) -> int:
    """How the archive is doing: last runs, sections, failures and when they are tried again, health rule by rule.

    Ends with 0 where the last crawl went well to its end and no health rule stands broken, else with 3: a probe for
    monitoring. The gaps of the lists are judged by today's config.toml.

    \b
    harbincrawl status
    harbincrawl -q status || echo 'look at the archive'
    harbincrawl status --json | jq .health
    harbincrawl status --coverage
    """
    if options.many:
        if coverage or watch:
            raise click.UsageError("--coverage and --watch take one --archive.")
        return show_many(options, most, as_json)
    site = load_site(options.archive)
    if coverage:
        return show_coverage(options, site, as_json)
    while True:
        found = read_status(options, most, site)
        if as_json:
            click.echo(write_json(found, indent=None if watch else 2))
        elif not options.quiet:
            clear = _CLEAR if watch and sys.stdout.isatty() else ""
            click.echo(clear + "\n".join(status_lines(found, site, read_style())))
        elif found["reasons"]:
            click.echo(reasons_line(found["reasons"]), err=True)
        if not watch or found["running"] is None:
            return int(found["exit_code"])
        time.sleep(2)


def show_many(options: GlobalOptions, most: int, as_json: bool) -> int:
    """Prints how each of several archives is doing; in JSON one document, by the names of the archives."""
    from harbincrawl.cli.archives import run_each

    found: dict[str, Any] = {}

    def show(folder: Path, name: str) -> int:
        site = load_site(folder)
        found[name] = read_status(options.of(folder), most, site)
        if not as_json and not options.quiet:
            click.echo(("\n" if len(found) > 1 else "") + "\n".join(status_lines(found[name], site, read_style())))
        elif not as_json and found[name]["reasons"]:
            click.echo(clean(f"{name}: {reasons_line(found[name]['reasons'])}"), err=True)
        return int(found[name]["exit_code"])

    code = run_each(options.many, show)
    if as_json:
        click.echo(write_json({"archives": found}, indent=2))
    return code


def show_coverage(options: GlobalOptions, site: Site, as_json: bool) -> int:
    """Prints how much of the site the archive knows by the site's own counter."""
    from harbincrawl.archive.coverage import measure_coverage
    from harbincrawl.cli.output.rescue import coverage_lines

    with read_archive(options.archive) as connection:
        found = measure_coverage(connection, site)
    if as_json:
        click.echo(write_json(found.as_dict() if found else None, indent=2))
    elif found is None:
        why = "no number of it is known yet" if site.counter else "its numbers are no counter of its own"
        raise NotFoundError(f"{site.title} has no coverage: {why}.")
    elif not options.quiet:
        click.echo("\n".join(coverage_lines(found, read_style())))
    return 0


def read_status(options: GlobalOptions, most: int, site: Site) -> dict[str, Any]:
    """All that `status` tells, as for --json. Raises NoArchiveError, DatabaseError."""
    thresholds = _read_thresholds(options.archive, site)
    try:
        with read_archive(options.archive) as connection:
            return read_state(connection, options.archive, most, datetime.now(UTC), thresholds)
    except NoArchiveError as error:
        known = ", ".join(section.path for section in site.sections)
        raise NoArchiveError(f"{error} Known sections: {known}.") from None


def _read_thresholds(archive: Path, site: Site) -> Thresholds | None:
    """Today's thresholds of the health rules; None where only its owner may read config.toml."""
    try:
        return read_config(archive).fill(site.thresholds)
    except SettingsError:
        return None
