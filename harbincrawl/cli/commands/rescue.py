"""`harbincrawl rescue`: what the Wayback Machine, Common Crawl or any CDX server kept of the site."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.archive.origin import find_named_site
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import site_option, workers_option
from harbincrawl.cli.output import Output, json_option, warn_amiss
from harbincrawl.cli.parsing import Command, option
from harbincrawl.cli.rescue import amiss_lines, plan_lines, report_lines, show_progress
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import CrawlSettings
from harbincrawl.errors import ExitCode
from harbincrawl.fetch.stop import InterruptedRequestError, Stop, handle_signals
from harbincrawl.reread.executor import open_executor
from harbincrawl.rescue.lists import CaptureSelection
from harbincrawl.search.days import read_day_range
from harbincrawl.sites import Site
from harbincrawl.text import clean
from harbincrawl.version import name_agent

if TYPE_CHECKING:
    from harbincrawl.rescue.sources import ArchiveSource

# What imports Scrapy is imported where it is used: the help needs none of it.


@click.command("rescue", cls=Command, is_writer=True)
@option(
    "--from", "source", default="wayback", show_default=True, metavar="wayback|commoncrawl|URL",
    help="The archive; URL is a CDX server, such as pywb's.",
)  # fmt: skip
@option("--plan", is_flag=True, help="Show what is there; ask for no page.")
@option("--limit", type=click.IntRange(0), metavar="N", help="Ask for at most N pages.")
@option("--since", metavar="DATE", help="First day of captures.")
@option("--until", metavar="DATE", help="Last day of captures.")
@option("--section", "sections", multiple=True, metavar="NAME", help="Only this section; repeatable.")
@option("--api", metavar="URL", help="Its CDX endpoint, or list of indexes.")
@option("--replay", metavar="URL", help="Address of its captures, or files.")
@option(
    "--crawl",
    "crawls",
    multiple=True,
    metavar="NAME",
    help="Only this index of Common Crawl; repeatable.",
)
@option("--rate", type=float, metavar="N", help="Pages a minute.  [default: 240]")
@site_option
@workers_option
@json_option
@click.pass_obj
def command(
    options: GlobalOptions,
    /,
    source: str,
    plan: bool,
    since: str | None,
    until: str | None,
    sections: tuple[str, ...],
    api: str | None,
    replay: str | None,
    rate: float | None,
    named: str | None,
    crawls: tuple[str, ...],
    output: Output,
    **given: Any,
) -> int:
    """Bring home what archives of others kept of the site: pages that are gone, wordings that were replaced.

    Captures are marked as second-hand evidence, with the time at which they were captured. A second rescue goes on
    where the first was ended, and asks for nothing that is here.

    \b
    harbincrawl rescue --plan
    harbincrawl rescue --from commoncrawl
    """
    site = find_named_site(options.archive, named)
    from harbincrawl.rescue.sources import choose_source
    from harbincrawl.spiders.options import find_sections

    archive = choose_source(source, api, replay, rate)
    selection = CaptureSelection(
        f"{read_day_range(since)[0]:%Y%m%d}" if since else "",
        f"{read_day_range(until)[1]:%Y%m%d}" if until else "",
        find_sections(sections, site, keeps_others=True),
        crawls,
    )
    act = print_plan if plan else run
    return act(options, site, archive, selection, output, **given)


def print_plan(
    options: GlobalOptions, site: Site, source: ArchiveSource, selection: CaptureSelection, output: Output,
    **_: Any,
) -> int:  # fmt: skip
    """Asks for lists, and prints what they say."""
    from harbincrawl.rescue.run import make_plan

    agent = name_agent(read_config(options.archive).fill(CrawlSettings()).contact)
    stop = Stop(options.archive)
    try:
        with handle_signals(stop), show_progress(source.name) as show:
            plan = make_plan(
                options.archive, site, source, selection, agent,
                stop=stop, tell=lambda found: show("list", found, 0), now=datetime.now(UTC),
            )  # fmt: skip
    except InterruptedRequestError:
        return ExitCode.INTERRUPTED
    if not output.is_text:
        output.print_document(plan)
    elif not options.quiet:
        output.print_lines(map(clean, plan_lines(plan)))
    return ExitCode.DONE


def run(
    options: GlobalOptions, site: Site, source: ArchiveSource, selection: CaptureSelection, output: Output,
    *, workers: int | str | None, **given: Any,
) -> int:  # fmt: skip
    """Rescues, and prints what came of it; returns the exit code."""
    from harbincrawl.rescue.run import rescue

    options.recover()
    settings = read_config(options.archive).fill(CrawlSettings())
    stop = Stop(options.archive)
    with open_executor(workers) as executor, handle_signals(stop), show_progress(source.name) as show:
        report = rescue(
            options.archive, site, source, selection, executor=executor, stop=stop, tell=show,
            agent=name_agent(settings.contact), warc_max_bytes=settings.warc_max_bytes, **given,
        )  # fmt: skip
    output.conclude(report.as_dict(), *report_lines(report))
    if report.error is not None:
        raise report.error
    if report.exit_code == ExitCode.AMISS:
        warn_amiss(*amiss_lines(report))
    return int(report.exit_code)
