"""A command whose arguments are words that may begin with a dash: `search metro -line`."""

from __future__ import annotations

import re

import click

_LONG = re.compile(r"(--[a-z][a-z0-9-]*)(=.*)?", re.DOTALL)


class WordsCommand(click.Command):
    """Takes everything for a word that is not spelled like a long option, `-h` aside."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = {
            name: option for option in self.get_params(ctx) if isinstance(option, click.Option) for name in option.opts
        }
        kept: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for argument in rest:
            spelled = _LONG.fullmatch(argument)
            if argument == "--":
                words += rest
            elif spelled or argument in options:
                kept.append(argument)
                option = options.get(spelled[1] if spelled else argument)
                if option and not option.is_flag and not (spelled and spelled[2]):
                    kept += [value for value in [next(rest, None)] if value is not None]
            else:
                words.append(argument)
        return super().parse_args(ctx, [*kept, "--", *words])
