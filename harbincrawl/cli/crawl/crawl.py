"""`harbincrawl crawl`."""

from __future__ import annotations

import gc
import shlex
from pathlib import Path
from typing import Any, NamedTuple

import click

from harbincrawl.cli.completion import complete_sections
from harbincrawl.cli.main import GlobalOptions as Before
from harbincrawl.errors import ExitCode, HarbincrawlError, HeldError
from harbincrawl.search.filters import DATES

OPEN_FILES = 24
"""What a crawl has open at once, and two for each request."""
MEMORY = 400 << 20
"""Bytes of addresses that a crawl of usual pages takes; less than half of them are used."""


@click.command(
    "crawl",
    epilog="""\b
Examples:
  harbincrawl crawl                              what is new in the main list
  harbincrawl crawl culture/music gallery        two other sections
  harbincrawl crawl --all --full                 every section, to the end of every list
  harbincrawl crawl --all --dry-run              how much that asks for, and how long it takes
  harbincrawl crawl --since 7d --wait            no older list lines; after whatever else is writing
  harbincrawl crawl --recheck all --json         look for silent edits, report as JSON""",
)
@click.argument("sections", nargs=-1, metavar="[SECTION]...", shell_complete=complete_sections)
@click.option(
    "--section-path", "paths", multiple=True, metavar="PATH", help="Walk a section that is not known yet; repeatable."
)
@click.option("--all", "all_sections", is_flag=True, help="Walk all known sections.")
@click.option("--full", is_flag=True, help="Read every list to its end.")
@click.option(
    "--recheck",
    type=click.Choice(["all", "due", "none"]),
    default="due",
    show_default=True,
    help="Which stored articles to ask for again.",
)
@click.option("--since", metavar="DATE", help=f"Read no further back than this day: {DATES}.")
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Ask for at most N articles.")
@click.option(
    "--site", "named", metavar="NAME|FILE", help="The site: one of `harbincrawl sites`, or a site file (.toml)."
)
@click.option("--site-url", metavar="URL", help="Read a mirror or twin in place of the site.")
@click.option("--delay", type=float, default=1.0, show_default=True, metavar="S", help="Seconds between requests.")
@click.option(
    "--concurrency", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="Requests at once."
)
@click.option("--images", is_flag=True, help="Keep the pictures of articles, too.")
@click.option(
    "--notify",
    "targets",
    multiple=True,
    metavar="URL",
    help="Ping a dead-man switch (http…), call a webhook (webhook+http…) or mail to mailto:ADDRESS; repeatable.",
)
@click.option(
    "--notify-always",
    "always",
    is_flag=True,
    help="Send webhooks and mail after every run, not only when the state changes.",
)
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write metrics of the run for Prometheus to FILE.",
)
@click.option(
    "--log-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the log to FILE as JSON lines, rotated at 10 MB.",
)
@click.option("--log-json", is_flag=True, help="Write the log to stderr as JSON lines, instead of messages for people.")
@click.option("--dry-run", is_flag=True, help="Ask for nothing: say what would be asked for, and how long it takes.")
@click.option("--wait", is_flag=True, help="Wait where another command holds the archive.")
@click.option("--json", "as_json", is_flag=True, help="Print the run's report as JSON.")
@click.pass_obj
def command(
    before: Before,
    /,
    sections: tuple[str, ...],
    paths: tuple[str, ...],
    since: str | None,
    named: str | None,
    as_json: bool,
    dry_run: bool,
    targets: tuple[str, ...],
    always: bool,
    metrics: Path | None,
    log_file: Path | None,
    log_json: bool,
    **flags: Any,
) -> int:
    """Walk the lists of SECTIONs (path prefixes; default: news), fetch what is new or due, and store it."""
    from harbincrawl.archive.database.lock import check_free
    from harbincrawl.archive.origin import find_named_site
    from harbincrawl.config.reader import read_config
    from harbincrawl.crawl.options import Options
    from harbincrawl.search.days import read_day_range

    if not dry_run:
        # Before anything large is imported: the second of two crawls is told at once.
        try:
            check_free(before.archive)
        except HeldError as error:
            if not flags["wait"]:
                raise
            if not before.quiet:
                click.echo(f"waiting, for {error}", err=True)
    options = Options(
        archive=before.archive,
        sections=tuple(section.strip("/") for section in sections),
        section_paths=tuple(path.strip("/") for path in paths),
        since=read_day_range(since)[0] if since else None,
        site=find_named_site(before.archive, named),
        **flags,
    )
    config = read_config(before.archive, flags={"notify.urls": targets} if targets else {})
    options = config.fill(options)
    if dry_run:
        return tell_estimate(options, as_json=as_json)
    printed = Printed(as_json, log_file, log_json)
    return crawl(options, before, printed, config=config, always=always, metrics=metrics)


def tell_estimate(options: Any, *, as_json: bool) -> int:
    """Says what a crawl with these options would ask for; no request is made, and nothing is written."""
    from datetime import UTC, datetime

    from harbincrawl.archive.database.connection import FILE, read_archive
    from harbincrawl.crawl.estimate import describe_estimate, estimate_crawl
    from harbincrawl.crawl.options import check_options
    from harbincrawl.text import clean, write_json

    options = check_options(options)
    now = datetime.now(UTC)
    if (options.archive / FILE).exists():
        with read_archive(options.archive) as connection:
            estimate = estimate_crawl(connection, options, now)
    else:
        estimate = estimate_crawl(None, options, now)
    if as_json:
        click.echo(write_json(estimate.as_object(), indent=2))
    else:
        click.echo(clean("\n".join(describe_estimate(estimate, options))))
    return ExitCode.DONE


class Printed(NamedTuple):
    """What is printed and logged, and how."""

    report: bool
    """The report as JSON on stdout."""
    log_file: Path | None
    log_json: bool
    """Write the log to stderr as JSON lines, instead of messages for people."""


def crawl(options: Any, before: Before, printed: Printed, **words: Any) -> int:
    """Runs one crawl and prints what came of it; returns the exit code."""
    from harbincrawl.limits import check_memory, check_open_files

    check_memory(MEMORY)
    check_open_files(OPEN_FILES + 2 * options.concurrency)
    # Nothing of what is loaded now is garbage: to look for some costs a tenth of the start. The run enables it again.
    gc.disable()
    from harbincrawl.crawl.process import run_crawl
    from harbincrawl.crawl.progress import show_progress
    from harbincrawl.crawl.results.events import RunEvents
    from harbincrawl.crawl.results.summary import describe_run
    from harbincrawl.crawl.run import begin_run
    from harbincrawl.operations.logs import set_up_logs
    from harbincrawl.text import clean

    log = set_up_logs(printed.log_file, verbose=before.verbose, as_json=printed.log_json)
    events = RunEvents(options.archive, site=options.site, **words)
    try:
        run = begin_run(options)
    except HeldError:
        raise
    except HarbincrawlError as error:
        events.fail(error)
        if printed.log_json:
            return int(error.exit_code)
        raise
    run.tell_news = events.tell_news
    events.start(run.number, options.chosen_sections)
    with show_progress(run.context, quiet=before.quiet or printed.log_json):
        report = run_crawl(run)
    events.end(report)
    if printed.report:
        import json

        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    if not before.quiet and not printed.log_json:
        for line in describe_run(report):
            click.echo(clean(line), err=True)
        if report["outcome"] == "interrupted":
            click.echo(clean(f"interrupted; go on with: {shlex.join(options.words())}"), err=True)
    if before.quiet and not printed.log_json and report["reasons"]:
        from harbincrawl.cli.output.status import reasons_line

        click.echo(reasons_line(report["reasons"]), err=True)
    if run.stop.error is not None and not (printed.log_json and isinstance(run.stop.error, HarbincrawlError)):
        raise run.stop.error
    if log is not None:
        log.check()
    code: int = report["exit_code"]
    return code
