"""Arguments of commands: words that may begin with a dash (`search metro -line`), places on the disk or in a bucket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

from harbincrawl.buckets import is_address

_LONG = re.compile(r"(--[a-z][a-z0-9-]*)(=.*)?", re.DOTALL)


class PlaceType(click.Path):
    """A path, or the address of a place in a bucket, which stays text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if isinstance(value, str) and is_address(value) else super().convert(value, param, ctx)


class WordsCommand(click.Command):
    """Takes everything for a word that is not spelled like a long option, `-h` aside."""

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
