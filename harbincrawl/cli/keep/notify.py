"""`harbincrawl notify`: who is told of runs, and a test notice of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from harbincrawl.errors import ExitCode
from harbincrawl.text import clean, count_text

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions


@click.command("notify")
@click.option("--test", "is_test", is_flag=True, help="Send one notice of each kind to every target.")
@click.option(
    "--notify",
    "targets",
    multiple=True,
    metavar="URL",
    help="This target, and none of config.toml; repeatable.",
)
@click.pass_obj
def command(options: GlobalOptions, /, is_test: bool, targets: tuple[str, ...]) -> int:
    """List who is told of runs and of what is new; with --test, try it.

    A test sends a webhook or a mail address what a crawl would: that something is amiss, that all is well again, and
    what is new under a saved search. A dead-man switch hears the start and the success of a run. Each says that it is a
    test. Exit code 3: a target did not take it.

    \b
    harbincrawl notify
    harbincrawl notify --test
    harbincrawl notify --test --notify webhook+https://example.org/hook
    """
    from harbincrawl.config.reader import read_config
    from harbincrawl.config.schema import Notify, Smtp
    from harbincrawl.operations.notify import hide_target
    from harbincrawl.operations.trial import describe_target, try_target

    flags: dict[str, Any] = {"notify.urls": targets} if targets else {}
    config = read_config(options.archive, flags=flags)
    urls = config.fill(Notify()).urls
    if not urls:
        raise click.UsageError("Nobody is told of runs: set notify.urls in config.toml, or give --notify URL.")
    taken = True
    for url in urls:
        name = hide_target(url)
        if not is_test:
            click.echo(clean(f"{name}: {describe_target(url)}"))
            continue
        problems: list[str] = []
        sent = try_target(url, config.fill(Smtp()), options.archive, problems.append)
        taken = taken and not problems
        if not problems and not options.quiet:
            click.echo(clean(f"{name}: took {count_text(sent, 'notice')}"))
        for problem in dict.fromkeys(problems):
            click.echo(clean(f"harbincrawl: {problem}"), err=True)
    return ExitCode.DONE if taken else ExitCode.AMISS
