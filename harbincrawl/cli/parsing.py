"""How a command line is read: words that begin with a dash, global options anywhere, headings of the help, hints."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harbincrawl.buckets import is_address
from harbincrawl.config import list_problems
from harbincrawl.errors import SettingsError
from harbincrawl.text import clean, suggest

from .pager import page_output

if TYPE_CHECKING:
    from click.types import OptionHelpExtra

Function = TypeVar("Function", bound=Callable[..., Any])
COLORS = {"always": True, "never": False}
"""By value of --color, what Click calls a context's `color`; None: it looks at the stream."""
EVERYWHERE = ("archive", "quiet", "verbose", "color", "no_pager")
"""Options that may stand anywhere on the line."""
USUAL, RARE = "Options", "Rarely needed"
"""The first and the last heading of a long list of options."""
_HELP = {"help_option_names": ["-h", "--help"]}
_LONG = re.compile(r"(--[a-z][a-z0-9-]*)(=.*)?", re.DOTALL)


class PlaceType(click.Path):
    """A path, or the address of a place in a bucket, which stays text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if isinstance(value, str) and is_address(value) else super().convert(value, param, ctx)


class Option(click.Option):
    """An option that the help shows under `heading`; a number is shown as N."""

    def __init__(self, *arguments: Any, heading: str = USUAL, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.heading = heading
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
    """A command with `-h`, whose options are shown under their headings; it takes the global options, too.

    Where the archive's settings make no sense, a command that reads warns and goes on, and one that `is_writer` is
    refused. The result of one that `is_paged` goes through the pager where it is longer than the screen.
    """

    takes_words = False
    """Whether all that is no long option is a word, so that of the global options only long forms count."""

    def __init__(
        self,
        *arguments: Any,
        is_paged: bool = False,
        is_writer: bool = False,
        checks_settings: bool = True,
        meant: Mapping[str, str] | None = None,
        **attributes: Any,
    ) -> None:
        attributes["context_settings"] = _HELP | (attributes.get("context_settings") or {})
        super().__init__(*arguments, **attributes)
        self.is_paged = is_paged
        self.is_writer = is_writer
        self.checks_settings = checks_settings
        self.meant_options = dict(meant or {})
        """Options that people type, and the command line that does it."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        own = super().get_params(ctx)
        root = ctx.find_root()
        if root is ctx:
            return own
        taken = {name for each in own for name in each.opts}
        everywhere = [each for each in root.command.params if each.name in EVERYWHERE and taken.isdisjoint(each.opts)]
        return [*own, *(_repeat(each, self.takes_words) for each in everywhere if isinstance(each, click.Option))]

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
        # A group leaves it to its commands; a command that is called by itself has no global options.
        if root is ctx or isinstance(self, click.Group):
            return super().invoke(ctx)
        problems = list_problems(root.params["archive"], os.environ) if self.checks_settings else []
        if problems and self.is_writer:
            raise SettingsError(problems[0])
        for each in problems:
            with suppress(OSError):  # stderr may be closed or full
                click.echo(clean(f"harbincrawl: {each}"), err=True)
        with page_output(is_wanted=self.is_paged and not root.params["no_pager"]):
            return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        shown: dict[str, list[tuple[str, str]]] = {USUAL: []}
        for each in self.get_params(ctx):
            if isinstance(each, click.Option) and (record := each.get_help_record(ctx)) is not None:
                shown.setdefault(getattr(each, "heading", USUAL), []).append(record)
        for heading in sorted(shown, key=RARE.__eq__):
            if shown[heading]:
                with formatter.section(heading):
                    formatter.write_dl(shown[heading])


class WordsCommand(Command):
    """Takes everything for a word that is not spelled like a long option, `-h` aside."""

    takes_words = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options, words = self.split_words(ctx, args)
        return super().parse_args(ctx, [*(text for option in options for text in option), "--", *words])

    def split_words(self, ctx: click.Context, args: Sequence[str]) -> tuple[list[list[str]], list[str]]:
        """(options, each with its value; words)."""
        known = {
            name: option for option in self.get_params(ctx) if isinstance(option, click.Option) for name in option.opts
        }
        options: list[list[str]] = []
        words: list[str] = []
        rest = iter(args)
        for argument in rest:
            spelled = _LONG.fullmatch(argument)
            if argument == "--":
                words += rest
            elif spelled or argument in known:
                options.append([argument])
                option = known.get(spelled[1] if spelled else argument)
                if option and not option.is_flag and not (spelled and spelled[2]):
                    if (value := next(rest, None)) is None:
                        if ctx.resilient_parsing:
                            # A shell asks what the value could be.
                            break
                        raise click.BadOptionUsage(argument, f"Option '{argument}' requires an argument.", ctx)
                    options[-1].append(value)
            else:
                words.append(argument)
        return options, words


class Group(Command, click.Group):
    """A group that names the command that an unknown one was most likely meant to be."""

    command_class = Command
    meant: dict[str, str] = {}  # noqa: RUF012 - a subclass has its own
    """Words that people type for a command that is called otherwise."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            known = self.meant.get(args[0])
            hint = f"; did you mean '{known}'?" if known else suggest(args[0], self.list_commands(ctx), "'{}'")
            if not hint or not args[0][:1].isalnum():
                raise
            ctx.fail(f"No such command '{clean(args[0])}'{hint}")


def _repeat(option: click.Option, only_long: bool) -> click.Option:
    """A hidden option of the same names, whose value replaces that of the global option."""

    def take(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        root, name = ctx.find_root(), param.name
        if name is None or value in (None, False):
            return
        root.params[name] = value
        if root.obj is not None:
            setattr(root.obj, name, value)
        if name == "color":
            # Click takes colours out of what is printed by its own rules, unless it is told.
            ctx.color = root.color = COLORS.get(value)

    return click.Option(
        [*(name for name in option.opts if not only_long or name.startswith("--")), str(option.name)],
        type=option.type,
        is_flag=option.is_flag,
        default=False if option.is_flag else None,
        hidden=True,
        expose_value=False,
        callback=take,
    )
