"""The entry point: names the commands, loads only the one that is called, and turns errors into exit codes."""

from __future__ import annotations

import copy
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.database.left_out import LEFT_OUT
from harbincrawl.config import ARCHIVE_VARIABLE, check_settings
from harbincrawl.errors import ExitCode, HarbincrawlError
from harbincrawl.limits import type_error
from harbincrawl.text import clean
from harbincrawl.version import __version__

from .everywhere import COLORS, HintingGroup, hint_at_format, take_everywhere
from .interrupts import note_interrupts

GROUPS = {
    "crawl": {
        "crawl": "walk the site's lists and fetch what is new",
        "schedule": "crawl by a timer: systemd or cron",
        "sites": "the sites that are known; whether a site file is sound",
        "ingest": "take articles out of WARC files that others made",
        "rescue": "bring home what the Wayback Machine and Common Crawl kept",
        "demo": "try it all on an offline twin of the site",
    },
    "read": {
        "search": "find articles",
        "watch": "saved searches, and what is new under each",
        "show": "read one article, its revisions and its evidence",
        "explain": "how a page was read, line by line",
        "duplicates": "list articles that are copies of others",
        "serve": "show the archive as a web site",
    },
    "research": {
        "stats": "count the archive by year, section, source, author",
        "trends": "count the hits of queries over time",
        "concordance": "list every place of a word, with its context",
        "keywords": "list what one part of the archive speaks of more",
        "similar": "list the articles that are like one",
        "export": "write articles to a file or a dataset folder",
    },
    "keep": {
        "status": "the last runs, sections, failures and health",
        "verify": "prove that the archive is whole",
        "backup": "make a consistent copy, also while a crawl runs",
        "offload": "move closed WARC files into a bucket",
        "restore": "bring an archive back from a backup, proved whole",
        "rebuild": "make the database anew from the WARC files",
        "reparse": "read the captured pages again with today's parsers",
        "purge": "delete articles for good",
        "config": "every setting and where it comes from; whether all are sound",
        "notify": "who is told of runs; a test notice of each kind",
        "completion": "have your shell complete commands, sections, fields",
    },
}
"""The headings of the help and the folders here; a line a command, so that the help needs none of their files."""
EVERYWHERE = ("archives", "quiet", "verbose", "color")
"""Options that may stand anywhere on the line."""
COMMANDS = {name: group for group, commands in GROUPS.items() for name in commands}
"""The group of each command."""
_AMISS: dict[int, int] = {ExitCode.DONE: ExitCode.AMISS, ExitCode.NOTHING_FOUND: ExitCode.DATABASE}
"""What a command ends with, instead, that left rows out."""


class LazyGroup(HintingGroup):
    """A group whose commands are imported when they are called, so that `search` starts without Scrapy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[cmd_name]}.{cmd_name}", __package__)
        command: click.Command = module.command
        everywhere = [each for each in self.params if each.name in EVERYWHERE]
        # `config` itself names all that is wrong.
        return take_everywhere(command if cmd_name == "config" else _check_settings_before(command), everywhere)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] == "help":
            # `help search` is what people type who know other programs.
            if not args[1:]:
                click.echo(ctx.get_help())
                ctx.exit()
            args = [*args[1:], "--help"]
        return super().resolve_command(ctx, args)

    def make_context(self, *arguments: Any, **values: Any) -> click.Context:
        with _typed_errors():  # --help and --version print here
            return super().make_context(*arguments, **values)

    def invoke(self, ctx: click.Context) -> Any:
        with _typed_errors():
            try:
                code = super().invoke(ctx)
            except Exception as error:
                _type_database_error(error, ctx)
                raise
            sys.stdout.flush()
        return code

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for group, commands in GROUPS.items():
            with formatter.section(group.capitalize()):
                formatter.write_dl(list(commands.items()))


@contextmanager
def _typed_errors() -> Iterator[None]:
    """Ends with 0 where the reader of stdout has gone (`| head`), and makes our own errors of the system's."""
    try:
        yield
    except BrokenPipeError:
        # Click would make an error of it.
        raise click.exceptions.Exit(0) from None
    except (OSError, MemoryError, ImportError, SystemError) as error:
        if (typed := type_error(error)) is None:
            raise
        raise typed from error


def _type_database_error(error: Exception, ctx: click.Context) -> None:
    """Raises our error for one of SQLite's that no command has typed: a full disk may show at any statement."""
    # Where it was never loaded, it is none of its errors.
    sqlite3 = sys.modules.get("sqlite3")
    if sqlite3 is not None and isinstance(error, sqlite3.Error):
        from harbincrawl.archive.database.connection import FILE, raise_typed

        raise_typed(error, ctx.params["archives"][0] / FILE)


def _check_settings_before(command: click.Command) -> click.Command:
    """`command`, which first makes sure that the archive's settings make sense; --help is answered before that."""
    command = copy.copy(command)
    if isinstance(command, click.Group):
        command.commands = {name: _check_settings_before(each) for name, each in command.commands.items()}
    elif (run := command.callback) is not None:

        def check_and_run(*arguments: Any, **values: Any) -> Any:
            for folder in click.get_current_context().find_root().params["archives"]:
                check_settings(folder, os.environ)
            return run(*arguments, **values)

        command.callback = check_and_run
    return command


class _ArchiveType(click.Path):
    envvar_list_splitter = "\0"
    """The variable names one folder, whatever is in its name."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and "://" in value:
            # Not a folder `s3:` that a crawl would make.
            self.fail(f"{value} is no folder of this machine; `harbincrawl offload s3://BUCKET/PREFIX` moves the WARC"
                      " files of an archive into a bucket.", param, ctx)  # fmt: skip
        return super().convert(value, param, ctx)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--archive",
    "archives",
    type=_ArchiveType(path_type=Path, file_okay=False),
    multiple=True,
    envvar=ARCHIVE_VARIABLE,
    default=(Path("archive"),),
    show_default="./archive",
    help="The archive's directory; some commands take several, or a folder of archives.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Print log messages, too.")
@click.option(
    "--color",
    type=click.Choice(["always", "auto", "never"]),
    default="auto",
    show_default=True,
    help="Colours in the output; auto: on a terminal.",
)
@click.version_option(__version__, prog_name="harbincrawl")
@click.pass_context
def cli(ctx: click.Context, archives: tuple[Path, ...], quiet: bool, verbose: bool, color: str) -> None:
    """Crawl a news site, keep it, search it, export it.

    These options may stand anywhere on the line; behind a QUERY only in their long form.

    \b
    harbincrawl demo                    try it, no network needed
    harbincrawl crawl                   walk the news list, fetch what is new
    harbincrawl search metro line       find articles
    harbincrawl export articles.jsonl   take them with you
    """
    ctx.color = COLORS.get(color)
    ctx.obj = GlobalOptions(archives, quiet, verbose, color)


class GlobalOptions:
    """The options of the whole; `ctx.obj` of every command."""

    def __init__(self, archives: Path | Sequence[Path], quiet: bool, verbose: bool, color: str = "auto") -> None:
        self.archives = (archives,) if isinstance(archives, Path) else tuple(archives)
        self.quiet = quiet
        self.verbose = verbose
        self.color = color

    @property
    def archive(self) -> Path:
        """The one archive of a command that takes one. Raises click.UsageError where several are named."""
        if len(self.archives) != 1 or self.many:
            # Also a folder of archives: a crawl would make another one in it, which hides them.
            raise click.UsageError(
                "this command takes one --archive; search, show, export, stats, watch, serve and status take several."
            )
        return self.archives[0]

    def of(self, archive: Path) -> GlobalOptions:
        """The same options for one archive."""
        return GlobalOptions(archive, self.quiet, self.verbose, self.color)

    @property
    def many(self) -> list[Path]:
        """The archives, where several are meant, by --archive more than once or by a folder of archives; else none."""
        from .archives import list_archives

        if len(self.archives) == 1 and not self.archives[0].is_dir():
            return []
        found = list_archives(self.archives)
        return found if found != list(self.archives) or len(found) > 1 else []


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits with the documented code (docs/operate.md, Exit codes)."""
    _open_missing_streams()
    # numpy multiplies no matrices here; the threads that it starts for them cost a command that compares texts 40 ms,
    # and a core 40 MB of what `ulimit -v` allows.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with note_interrupts() as interrupts:
        code = _run(arguments, interrupts)
    sys.exit(_let_go_of_output(code))


def _run(arguments: Sequence[str] | None, interrupts: Sequence[int]) -> int:
    """The exit code of a command line; `interrupts` are the numbers of those that came."""
    LEFT_OUT.take_sentences()  # of another command of this process
    try:
        code = cli.main(arguments, prog_name="harbincrawl", standalone_mode=False)
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except click.Abort:
        code = 130
    except click.ClickException as wrong:
        with suppress(OSError):
            (hint_at_format(wrong) if isinstance(wrong, click.NoSuchOption) else wrong).show()
        code = wrong.exit_code
    except HarbincrawlError as error:
        if interrupts:
            return 130
        code = error.exit_code
        # What was looked for may be in a row that was left out: then that is the news.
        if code != ExitCode.NOTHING_FOUND or not LEFT_OUT:
            _tell(f"harbincrawl: {error}")
    except KeyboardInterrupt:
        code = 130
    return _name_left_out(code if isinstance(code, int) else 0)


def _name_left_out(code: int) -> int:
    """Names the rows that cannot be, and were left out; the exit code of a command that ended with `code`."""
    sentences = LEFT_OUT.take_sentences()
    for sentence in sentences:
        _tell(f"harbincrawl: {sentence}")
    if not sentences:
        return code
    return _AMISS.get(code, code)


def _open_missing_streams() -> None:
    """What a caller closed (`>&-`) goes nowhere; else the next file that is opened would take its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open as long as the process


def _tell(text: str) -> None:
    with suppress(OSError):  # stderr may be closed or full, too
        click.echo(clean(text), err=True)


def _let_go_of_output(code: int) -> int:
    """Writes what is still to be written to stdout, so that Python's own last attempt cannot fail; the exit code."""
    try:
        sys.stdout.flush()
    except OSError as error:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        typed = type_error(error)
        if typed is not None and code == ExitCode.DONE:
            _tell(f"harbincrawl: {typed}")
            return typed.exit_code
    return code
