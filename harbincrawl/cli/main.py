"""The entry point: names the commands, loads only the one that is called, and turns errors into exit codes."""

from __future__ import annotations

import copy
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from harbincrawl.config import ARCHIVE_VARIABLE, check_settings
from harbincrawl.errors import HarbincrawlError
from harbincrawl.version import __version__

GROUPS = {
    "crawl": {
        "crawl": "walk the site's lists and fetch what is new",
        "schedule": "crawl by a timer: systemd or cron",
        "ingest": "take articles out of WARC files that others made",
        "demo": "try it all on an offline twin of the site",
    },
    "read": {
        "search": "find articles",
        "show": "read one article, its revisions and its evidence",
        "duplicates": "list articles that are copies of others",
    },
    "research": {
        "stats": "count the archive by year, section, source, author",
        "export": "write articles to a file or a dataset folder",
    },
    "keep": {
        "status": "the last runs, sections, failures and health",
        "verify": "prove that the archive is whole",
        "backup": "make a consistent copy, also while a crawl runs",
        "restore": "bring an archive back from a backup, proved whole",
        "reparse": "read the captured pages again with today's parsers",
        "purge": "take articles down for good",
        "upgrade": "bring an older archive up to date, a copy kept",
    },
}
"""The headings of the help and the folders here; a line a command, so that the help needs none of their files."""
COMMANDS = {name: group for group, commands in GROUPS.items() for name in commands}
"""The group of each command."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that `search` starts without Scrapy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[cmd_name]}.{cmd_name}", __package__)
        command: click.Command = module.command
        return _check_settings_before(command)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has gone (`| head`). Click would make an error of it, and so would Python's last flush at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        return code

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for group, commands in GROUPS.items():
            with formatter.section(group.capitalize()):
                formatter.write_dl(list(commands.items()))


def _check_settings_before(command: click.Command) -> click.Command:
    """`command`, which first makes sure that the archive's settings make sense; --help is answered before that."""
    command = copy.copy(command)
    if isinstance(command, click.Group):
        command.commands = {name: _check_settings_before(each) for name, each in command.commands.items()}
    elif (run := command.callback) is not None:

        def check_and_run(*arguments: Any, **values: Any) -> Any:
            check_settings(click.get_current_context().find_root().params["archive"], os.environ)
            return run(*arguments, **values)

        command.callback = check_and_run
    return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    envvar=ARCHIVE_VARIABLE,
    default=Path("archive"),
    show_default="./archive",
    help="The archive's directory.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Print what is going on, too.")
@click.version_option(__version__, prog_name="harbincrawl")
@click.pass_context
def cli(ctx: click.Context, archive: Path, quiet: bool, verbose: bool) -> None:
    """Crawl Harbin Today (e.my399.com), keep it, search it, export it.

    \b
    harbincrawl demo                    try it, no network needed
    harbincrawl crawl                   walk the news list, fetch what is new
    harbincrawl search metro line       find articles
    harbincrawl export articles.jsonl   take them with you
    """
    ctx.obj = Options(archive, quiet, verbose)


class Options:
    """What stands before the command's name; `ctx.obj` of every command."""

    def __init__(self, archive: Path, quiet: bool, verbose: bool) -> None:
        self.archive = archive
        self.quiet = quiet
        self.verbose = verbose


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits with the documented code (README, Exit codes)."""
    try:
        code = cli.main(arguments, prog_name="harbincrawl", standalone_mode=False)
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except click.Abort:
        code = 130
    except click.ClickException as wrong:
        wrong.show()
        code = wrong.exit_code
    except HarbincrawlError as error:
        click.echo(f"harbincrawl: {error}", err=True)
        code = error.exit_code
    except KeyboardInterrupt:
        code = 130
    sys.exit(code if isinstance(code, int) else 0)
