"""`harbincrawl crawl`."""

from __future__ import annotations

import gc
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import site_option
from harbincrawl.cli.output import Output, is_quiet, json_option, note, progress_bar, warn_amiss
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import ExitCode, HarbincrawlError, HeldError
from harbincrawl.search.filters import DATES
from harbincrawl.text import count_text


@click.command(
    "crawl",
    cls=Command,
    is_writer=True,
)
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
@option(
    "--section-path",
    "section_paths",
    multiple=True,
    metavar="PATH",
    help="Walk an unknown section; repeatable.",
)
@option("--all", "all_sections", is_flag=True, help="Walk all known sections.")
@option("--full", is_flag=True, help="Read every list to its end.")
@option(
    "--recheck",
    type=click.Choice(["all", "due", "none"]),
    default="due",
    show_default=True,
    help="Stored articles to ask for again.",
)
@option("--since", metavar="DATE", help=f"Read no further back: {DATES}.")
@option("--limit", type=click.IntRange(0), metavar="N", help="Ask for at most N articles.")
@site_option
@option("--site-url", metavar="URL", help="Read a mirror or twin in place of the site.")
@option("--delay", type=float, metavar="S", help="Seconds between requests.  [default: 1]")
@option("--concurrency", type=click.IntRange(1), metavar="N", help="Requests at once.  [default: 1]")
@option("--images", is_flag=True, help="Keep pictures, too.")
@option(
    "--notify",
    "targets",
    multiple=True,
    metavar="URL",
    help="A dead-man switch (http…) or webhook (webhook+http…); repeatable.",
)
@option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write metrics for Prometheus.",
)
@option("--dry-run", is_flag=True, help="Only say what would be asked for.")
@option("--wait", is_flag=True, help="Wait for another command that is writing.")
@json_option
@click.pass_obj
def command(
    before: GlobalOptions,
    /,
    sections: tuple[str, ...],
    section_paths: tuple[str, ...],
    since: str | None,
    named: str | None,
    output: Output,
    dry_run: bool,
    targets: tuple[str, ...],
    metrics: Path | None,
    delay: float | None,
    concurrency: int | None,
    **flags: Any,
) -> int:
    """Walk the lists of SECTIONs (news, culture, "Photo Gallery"; default: news), fetch what is new or due.

    \b
    harbincrawl crawl culture gallery
    harbincrawl crawl --since 7d --wait
    harbincrawl crawl --recheck all --json
    """
    from harbincrawl.archive.database.lock import check_free
    from harbincrawl.archive.origin import find_named_site
    from harbincrawl.config.reader import read_config
    from harbincrawl.search.days import read_day_range
    from harbincrawl.spiders.options import Options

    if not dry_run:
        # Before anything large is imported: the second of two crawls is told at once.
        try:
            check_free(before.archive)
        except HeldError as error:
            if not flags["wait"]:
                raise
            note(f"waiting, for {error}")
    options = Options(
        archive=before.archive,
        sections=sections,
        section_paths=tuple(path.strip("/") for path in section_paths),
        since=read_day_range(since)[0] if since else None,
        site=find_named_site(before.archive, named),
        **flags,
    )
    given = {"notify.urls": targets or None, "delay": delay, "concurrency": concurrency}
    config = read_config(before.archive, flags={key: value for key, value in given.items() if value is not None})
    options = config.fill(options)
    if dry_run:
        return print_plan(options, output)
    return crawl(options, output, verbose=before.verbose, config=config, metrics=metrics)


def print_plan(options: Any, output: Output) -> int:
    """Says what a crawl with these options would ask for; no request is made, and nothing is written."""
    from harbincrawl.archive.database.connection import FILE, read_archive
    from harbincrawl.archive.origin import check_origin
    from harbincrawl.archive.queue import read_queue
    from harbincrawl.spiders.options import check_options
    from harbincrawl.walk.articles import is_asked

    options = check_options(options)
    now, wanted, sections = datetime.now(UTC), 0, options.chosen_sections
    with read_archive(options.archive) if (options.archive / FILE).exists() else nullcontext() as connection:
        if connection is not None:
            check_origin(connection, options.archive, options.site, options.site_url or options.site.base)
            wanted = sum(is_asked(state, now, options.recheck) for state in read_queue(connection, sections))
    output.conclude(
        {"sections": list(sections), "wanted": wanted, "delay": options.delay},
        f"nothing was asked; a crawl would read the lists of {', '.join(sections)},",
        f"and ask for {count_text(wanted, 'article')} that the archive wants, and for what is new;"
        f" {count_text(options.concurrency, 'request')} at a time, {options.delay:g} s apart",
    )
    return ExitCode.DONE


def crawl(options: Any, output: Output, *, verbose: bool, **words: Any) -> int:
    """Runs one crawl and prints what came of it; returns the exit code."""
    # Nothing of what is loaded now is garbage: to look for some costs a tenth of the start. The run enables it again.
    gc.disable()
    from harbincrawl.crawl.events import RunEvents
    from harbincrawl.crawl.process import run_spider
    from harbincrawl.crawl.run import begin_run
    from harbincrawl.crawl.summary import describe_progress, describe_run, list_reasons
    from harbincrawl.operations.logs import set_up_logs

    set_up_logs(verbose=verbose)
    events = RunEvents(options.archive, site=options.site, **words)
    try:
        run = begin_run(options)
    except HeldError:
        raise
    except HarbincrawlError as error:
        events.fail(error)
        raise
    run.tell_news = events.tell_news
    events.start(run.number, options.chosen_sections)
    with progress_bar("crawl") as move:
        run.context.progress.call = lambda: move(*describe_progress(run.context))
        report = run_spider(run)
    events.end(report)
    if not output.is_text:
        output.print_document(report)
    if report["reasons"]:
        warn_amiss(*(report["reasons"] if is_quiet() else list_reasons(report)), rest="harbincrawl status")
    output.sum_up(*describe_run(report))
    if report["outcome"] == "interrupted":
        note("interrupted: crawl again, and it goes on from here")
    if run.stop.error is not None:
        raise run.stop.error
    code: int = report["exit_code"]
    return code
