"""The entry point: the commands by what they are for; the one that is called is loaded, errors become exit codes."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import click

from harbincrawl.config import ARCHIVE_VARIABLE
from harbincrawl.errors import DestinationError, ExitCode, HarbincrawlError
from harbincrawl.version import __version__

from .output import note, warn
from .parsing import ArchiveType, Group

GROUPS = {
    "Daily": {
        "crawl": "walk the site's lists and fetch what is new",
        "search": "find articles",
        "show": "read articles, revisions, captured pages",
        "watch": "saved searches, what is new under each",
        "serve": "the archive as a web site",
        "export": "articles to a file or a dataset folder",
        "status": "runs, sections, failures, health",
    },
    "Research": {
        "stats": "articles by year, section, source, author",
        "trends": "hits of queries over time",
        "concordance": "every place of a word, with its context",
        "keywords": "words that one part has more often",
        "words": "words and n-grams, how often, how even",
        "collocations": "words beside a word",
        "edits": "how articles changed after publication",
        "similar": "articles like one",
        "duplicates": "articles that are copies of others",
    },
    "Operate": {
        "schedule": "print systemd units or a crontab line",
        "notify": "who is told of runs",
        "backup": "a consistent copy",
        "restore": "an archive out of a backup, verified",
        "verify": "prove that the archive is whole",
        "config": "every setting and where it comes from",
    },
    "Rarely needed": {
        "demo": "try it all on an offline twin of the site",
        "prove": "what a stranger needs to check one article",
        "sites": "known sites, site files, layouts",
        "ingest": "articles out of WARC files of others",
        "rescue": "what the Wayback Machine and Common Crawl kept",
        "explain": "how a page was read, line by line",
        "reparse": "captured pages with today's reader",
        "rebuild": "the database anew from the WARC files",
        "offload": "closed WARC files into a bucket",
        "purge": "delete articles for good",
    },
}
"""A line a command, so that the help needs none of their files."""
COMMANDS = tuple(name for commands in GROUPS.values() for name in commands)


class LazyGroup(Group):
    """The group of all commands, which are imported when they are called, so that `search` starts without Scrapy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

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

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        with formatter.section("Options, before the command or behind it"):
            formatter.write_dl([record for each in self.get_params(ctx) if (record := each.get_help_record(ctx))])

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, commands in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl(list(commands.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        formatter.write(f"{describe_archive(ctx)}\nNew here? harbincrawl demo\n")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command
        if cmd_name in GROUPS["Research"]:
            command = importlib.import_module(".questions", __package__).make_command(cmd_name)
        else:
            command = importlib.import_module(f".commands.{cmd_name}", __package__).command
        return command

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
        # Also where somebody else calls this, click makes it the exit code.
        ctx.exit(code or ExitCode.DONE)


def describe_archive(ctx: click.Context) -> str:
    """Which archive is in use, one that is not there yet included."""
    folder = Path(ctx.params.get("archive") or os.environ.get(ARCHIVE_VARIABLE) or "archive")
    # The name of its database is not worth the import of all that reads it.
    return f"Archive in use: {folder.absolute()}{'' if folder.is_dir() else ' (not there yet)'}"


_MAX_NAME = 60
"""Characters that are shown of a name that is too long for a file."""


@contextmanager
def _typed_errors() -> Iterator[None]:
    """Ends with 0 where the reader of stdout has gone (`| head`); a full disk, a name too long are our own errors."""
    try:
        yield
    except BrokenPipeError:
        # Click would make an error of it.
        raise click.exceptions.Exit(0) from None
    except OSError as error:
        from harbincrawl.files import check_full  # only what went wrong needs it

        check_full(error, error.filename or "the output")
        if error.errno == errno.ENAMETOOLONG:
            raise DestinationError(f"{str(error.filename)[:_MAX_NAME]}…: {error.strerror}.") from error
        raise


def _type_database_error(error: Exception, ctx: click.Context) -> None:
    """Raises our error for one of SQLite's that no command has typed, and for one that a damaged row led to.

    A full disk may show at any statement.
    """
    # Where it was never loaded, no database was read.
    sqlite3 = sys.modules.get("sqlite3")
    if sqlite3 is None or ctx.obj is None or isinstance(error, HarbincrawlError):
        return
    from harbincrawl.archive.database.connection import FILE, raise_damaged_row, raise_typed

    path = ctx.obj.archive / FILE
    if isinstance(error, sqlite3.Error):
        raise_typed(error, path)
    if isinstance(error, ValueError | TypeError | LookupError | AttributeError) and path.is_file():
        raise_damaged_row(error, path)


@click.group(
    cls=LazyGroup,
    context_settings={"max_content_width": 100},
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMAND ...",
)
@click.option(
    "--archive",
    type=ArchiveType(path_type=Path, file_okay=False),
    envvar=ARCHIVE_VARIABLE,
    default=Path("archive"),
    is_eager=True,
    metavar="DIR",
    help="The archive.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress, notes and summaries.")
@click.option("-v", "--verbose", is_flag=True, help="Print log messages, too.")
@click.version_option(__version__, prog_name="harbincrawl")
@click.pass_context
def cli(ctx: click.Context, archive: Path, quiet: bool, verbose: bool) -> None:
    """Crawl a news site, keep it, search it, export it."""
    ctx.obj = GlobalOptions(archive, quiet, verbose)


@dataclass
class GlobalOptions:
    """The options of the whole; `ctx.obj` of every command."""

    archive: Path
    quiet: bool
    verbose: bool

    def recover(self) -> None:
        """Puts right what a power cut left of the archive, before a command writes there; a note says what.

        Raises HeldError, DatabaseError, NoSpaceError, WarcError.
        """
        from harbincrawl.operations.recovery import recover_archive

        if (line := recover_archive(self.archive)) is not None:
            note(line)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits with the documented code (docs/operate.md, Exit codes)."""
    _open_missing_streams()
    # numpy multiplies no matrices here; the threads that it starts for them cost a command that compares texts 40 ms,
    # and a core 40 MB of what `ulimit -v` allows.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with _note_interrupts() as interrupts:
        code = _run(arguments, interrupts)
    sys.exit(_let_go_of_output(code))


@contextmanager
def _note_interrupts() -> Iterator[list[int]]:
    """While it lasts, the numbers of the interrupts that came.

    One that comes while SQLite calls a function of ours is swallowed, and SQLite says that the function failed.
    """
    came: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        came.append(number)
        signal.default_int_handler(number, frame)

    before = signal.getsignal(signal.SIGINT)
    # Who ignores interrupts, as `nohup` has it, or has other plans for them, goes on doing so.
    if before is not signal.default_int_handler:
        yield came
        return
    # Another thread than the main one is never interrupted.
    with suppress(ValueError):
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield came
    finally:
        # A crawl keeps its own to the end of the process.
        if signal.getsignal(signal.SIGINT) is interrupt:
            signal.signal(signal.SIGINT, before)


def _run(arguments: Sequence[str] | None, interrupts: Sequence[int]) -> int:
    """The exit code of a command line; `interrupts` are the numbers of those that came."""
    code: int
    try:
        code = cli.main(arguments, prog_name="harbincrawl", standalone_mode=False)
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except click.Abort:
        code = 130
    except click.exceptions.NoArgsIsHelpError as bare:
        click.echo(bare.format_message(), err=True)
        code = bare.exit_code
    except click.ClickException as wrong:
        _show_usage(wrong)
        code = wrong.exit_code
    except HarbincrawlError as error:
        if interrupts:
            return 130
        code = error.exit_code
        warn(str(error))
    except KeyboardInterrupt:
        code = 130
    # What gave no stamp has a sentence at the end; most commands ask nobody for one.
    if (notes := sys.modules.get("harbincrawl.stamps.runs")) is not None:
        warn(*notes.take_notes())
    return code


def _open_missing_streams() -> None:
    """What a caller closed (`>&-`) goes nowhere; else the next file that is opened would take its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open as long as the process


def _show_usage(wrong: click.ClickException) -> None:
    """Says how the command is used, and what is wrong with how it was."""
    if isinstance(wrong, click.UsageError) and wrong.ctx is not None:
        with suppress(OSError):  # stderr may be closed or full, too
            click.echo(f"{wrong.ctx.get_usage()}\nTry '{wrong.ctx.command_path} --help' for help.", err=True)
    warn(wrong.format_message())


def _let_go_of_output(code: int) -> int:
    """Writes what is still to be written to stdout, so that Python's own last attempt cannot fail; the exit code."""
    try:
        sys.stdout.flush()
    except OSError as error:
        from harbincrawl.files import is_full

        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if is_full(error) and code == ExitCode.DONE:
            warn(f"no space left for the output ({error.strerror}): free disk space and run again.")
            return ExitCode.NO_SPACE
    return code
