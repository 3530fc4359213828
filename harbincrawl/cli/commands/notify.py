"""`harbincrawl notify`: who is told of runs, and a test notice of each kind."""

from __future__ import annotations

import click

from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output import Output, json_option, note, read_style, warn, wrap
from harbincrawl.cli.parsing import Command, option
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import Notify
from harbincrawl.errors import ExitCode
from harbincrawl.operations.notify import describe_waiting, list_targets, list_waiting, try_target
from harbincrawl.text import clean, count_text

_NOBODY = "nobody is told of runs: set notify.urls or notify.command in config.toml"


@click.command("notify", cls=Command, is_writer=True)
@option("--test", "is_test", is_flag=True, help="Send one notice of each kind.")
@json_option
@click.pass_obj
def command(options: GlobalOptions, /, is_test: bool, output: Output) -> int:
    """List who is told of runs and of what is new; with --test, send each what a crawl would. Exit code 3: a target did
    not take it.

    \b
    harbincrawl notify --test
    HARBINCRAWL_NOTIFY=webhook+https://example.org/hook harbincrawl notify --test
    """
    targets = list_targets(read_config(options.archive).fill(Notify()))
    if not targets and is_test:
        raise click.UsageError(_NOBODY)
    if not targets:
        note(_NOBODY)
    if not is_test:
        found = [(target.shown, target.describe()) for target in targets]
        if output.is_text:
            width = read_style().width
            output.print_lines(line for each in found for line in wrap(clean(": ".join(each)), width))
            output.print_lines(map(describe_waiting, list_waiting(options.archive)))
        else:
            output.print_values(found, ("target", "told"))
        return ExitCode.DONE
    tried = []
    for target in targets:
        problems: list[str] = []
        sent = try_target(target, options.archive, problems.append)
        tried.append((target.shown, sent, list(dict.fromkeys(problems))))
    if not output.is_text:
        output.print_values(tried, ("target", "taken", "problems"))
    for name, sent, problems in tried:
        warn(*problems)
        if not problems:
            output.sum_up(f"{name}: took {count_text(sent, 'notice')}")
    return ExitCode.AMISS if any(problems for _, _, problems in tried) else ExitCode.DONE
