"""What every command line has: global options anywhere, and the command that an unknown one was meant to be."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import click

from harbincrawl.text import clean, nearest

from .arguments import WordsCommand

COLORS = {"always": True, "never": False}
"""By value of --color, what Click calls a context's `color`; None: it looks at the stream."""


class HintingGroup(click.Group):
    """A group that names the command that an unknown one was most likely meant to be."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            near = nearest(args[0], self.list_commands(ctx))
            if near is None or not args[0][:1].isalnum():
                raise
            ctx.fail(f"No such command '{clean(args[0])}'. Did you mean '{near}'?")


def hint_at_format(wrong: click.NoSuchOption) -> click.UsageError:
    """The error, or one that has how the command has `--json`, `--csv` or `--format`, which others spell otherwise."""
    meant: list[str] = []
    for option in wrong.ctx.command.params if wrong.ctx else ():
        if "--format" in option.opts and isinstance(option.type, click.Choice):
            meant += [f"--format {each}" for each in option.type.choices if wrong.option_name == f"--{each}"]
        elif wrong.option_name == "--format":
            meant += {"--json", "--csv"} & set(option.opts)
    if not meant:
        return wrong
    hint = " or ".join(f"'{each}'" for each in meant)
    return click.UsageError(f"No such option '{wrong.option_name}'. Did you mean {hint}?", wrong.ctx)


def take_everywhere(command: click.Command, options: Sequence[click.Parameter]) -> click.Command:
    """A copy of `command` that takes the global `options`, too, and all commands below it; no help text shows them.

    Where the command's arguments are words, only in their long form.
    """
    command = copy.copy(command)
    words = isinstance(command, WordsCommand)
    own = {name for each in command.params for name in each.opts}
    added = [
        _repeat(each, [name for name in each.opts if not words or name.startswith("--")])
        for each in options
        if isinstance(each, click.Option) and own.isdisjoint(each.opts)
    ]
    command.params = [*command.params, *added]
    if isinstance(command, click.Group):
        command.commands = {name: take_everywhere(each, options) for name, each in command.commands.items()}
    return command


def _repeat(option: click.Option, names: Sequence[str]) -> click.Option:
    """A hidden option of the same names, whose value replaces that of the global option."""

    def take(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        root, name = ctx.find_root(), param.name
        if name is None or value in (None, False, ()):
            return
        root.params[name] = value
        if root.obj is not None:
            setattr(root.obj, name, value)
        if name == "color":
            # Click takes colours out of what is printed by its own rules, unless it is told.
            ctx.color = root.color = COLORS.get(value)

    return click.Option(
        [*names, str(option.name)],
        type=option.type,
        is_flag=option.is_flag,
        multiple=option.multiple,
        default=False if option.is_flag else None,
        hidden=True,
        expose_value=False,
        callback=take,
    )
