"""What every command has: the global options behind it too, words that begin with a dash, hints at what was meant."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harbincrawl.config import list_problems
from harbincrawl.errors import SettingsError
from harbincrawl.text import clean, suggest

if TYPE_CHECKING:
    from click.types import OptionHelpExtra

Function = TypeVar("Function", bound=Callable[..., Any])
EVERYWHERE = ("archive", "quiet", "verbose")
"""Options that may stand before the command or behind it."""
_SHORT = ("-h", "-q", "-v")
_WORD = "\0"
"""Before a word of a query that begins with a dash, as long as click looks at it."""


class PlaceType(click.Path):
    """A path, or the address of a place in a bucket, which stays text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from harbincrawl.buckets import is_address  # few commands take a place

        return value if isinstance(value, str) and is_address(value) else super().convert(value, param, ctx)


class Option(click.Option):
    """An option whose number is shown as N in the help."""

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        if self.metavar is None and isinstance(self.type, click.IntRange):
            self.metavar = "N"

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        """Without the range of numbers: whoever leaves it is told."""
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        return extra


option = functools.partial(click.option, cls=Option)


def join_options(*options: Callable[[Function], Function]) -> Callable[[Function], Function]:
    """Several options as one decorator, in their order."""

    def decorate(function: Function) -> Function:
        for each in reversed(options):
            function = each(function)
        return function

    return decorate


class Command(click.Command):
    """A command with `-h`, which takes the global options, too.

    Where the archive's settings make no sense, a command that reads warns and goes on, and one that `is_writer` is
    refused. `meant` are options that people type, and the command line that does it.
    """

    def __init__(
        self,
        *arguments: Any,
        is_writer: bool = False,
        checks_settings: bool = True,
        meant: Mapping[str, str] | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(*arguments, **attributes)
        self.context_settings = {"help_option_names": ["-h", "--help"], **self.context_settings}
        self.is_writer = is_writer
        self.checks_settings = checks_settings
        self.meant_options = dict(meant or {})

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        own, root = super().get_params(ctx), ctx.find_root()
        taken = {name for each in own for name in each.opts}
        shared = [each for each in root.command.params if each.name in EVERYWHERE and taken.isdisjoint(each.opts)]
        return own if root is ctx else [*own, *map(_repeat, shared)]

    def make_context(self, *arguments: Any, **values: Any) -> click.Context:
        try:
            return super().make_context(*arguments, **values)
        except click.NoSuchOption as error:
            forms = next((each.type for each in self.params if "--format" in each.opts), None)
            meant = self.meant_options.get(error.option_name)
            if meant is None and isinstance(forms, click.Choice) and error.option_name[2:] in forms.choices:
                meant = f"--format {error.option_name[2:]}"
            if meant is None:
                raise
            raise click.UsageError(f"No such option '{error.option_name}'; did you mean {meant}?", error.ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        root = ctx.find_root()
        # A group leaves it to its commands; a command that is called by itself has no archive.
        is_own = root is ctx or isinstance(self, click.Group)
        problems = list_problems(root.obj.archive, os.environ) if self.checks_settings and not is_own else []
        if problems and self.is_writer:
            raise SettingsError(problems[0])
        for each in problems:
            with suppress(OSError):  # stderr may be closed or full
                click.echo(clean(f"harbincrawl: {each}"), err=True)
        return super().invoke(ctx)


class WordsCommand(Command):
    """Takes `-word` for a word of a query: of options only the long ones count, and -q, -v and -h."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_word = [each[:1] == "-" and each[1:2] not in ("", "-") and each not in _SHORT for each in args]
        marked = [f"{_WORD}{each}" if found else each for each, found in zip(args, is_word, strict=True)]
        rest = super().parse_args(ctx, marked)
        for name, value in ctx.params.items():
            ctx.params[name] = tuple(map(_unmark, value)) if isinstance(value, tuple) else _unmark(value)
        return rest


class Group(Command, click.Group):
    """A group that names the command that an unknown one was most likely meant to be."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            hint = suggest(args[0], self.list_commands(ctx), "'{}'")
            if not hint or not args[0][:1].isalnum():
                raise
            ctx.fail(f"No such command '{clean(args[0])}'{hint}")


class ArchiveType(click.Path):
    """The folder of an archive, as an absolute path."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and "://" in value:
            # Not a folder `s3:` that a crawl would make.
            self.fail(f"{value} is no folder of this machine; `harbincrawl offload s3://BUCKET/PREFIX` moves the WARC"
                      " files of an archive into a bucket.", param, ctx)  # fmt: skip
        folder = super().convert(value, param, ctx)
        # A message that is read in a mail, or in the log of a timer, names the archive wherever it was run.
        return folder.absolute() if isinstance(folder, Path) else folder


def _repeat(each: click.Parameter) -> click.Option:
    """A hidden option of the same names, whose value replaces that of the global option."""

    def take(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            setattr(ctx.find_root().obj, str(param.name), value)

    is_flag = isinstance(each, click.Option) and each.is_flag
    return click.Option(
        [*each.opts, str(each.name)], type=each.type, is_flag=is_flag, default=False if is_flag else None, hidden=True,
        expose_value=False, callback=take,
    )  # fmt: skip


def _unmark(value: Any) -> Any:
    return value.removeprefix(_WORD) if isinstance(value, str) else value
