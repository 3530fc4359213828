"""What commands print: results on stdout as text, JSON, JSON lines or CSV; notes, progress and errors on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import click

from harbincrawl.cli.pager import PagedBuffer
from harbincrawl.cli.parsing import option
from harbincrawl.text import clean, write_json

FORMATS = ("text", "json", "jsonl", "csv")
"""The formats of a list of things; of one thing, all but csv."""
HEADING = "Output"
Function = TypeVar("Function", bound=Callable[..., Any])
_CHOSEN = "harbincrawl.format"


class Output:
    """Where the results of one command go, and in which format."""

    def __init__(self, form: str) -> None:
        self.form = form

    @property
    def is_text(self) -> bool:
        """Whether people read it."""
        return self.form == "text"

    def print_lines(self, lines: Iterable[str]) -> None:
        """Prints a result as text; nothing where there is no line. The lines are safe and painted."""
        if text := "\n".join(lines):
            print(text)

    def sum_up(self, *lines: str) -> None:
        """Says what was done: part of the result for people, a note beside JSON or CSV. Nothing with -q."""
        sum_up(*lines, is_beside=not self.is_text)

    def conclude(self, report: object, *lines: str) -> None:
        """Prints what was done: `lines` for people, or `report` as a JSON document and the lines as notes beside it."""
        if not self.is_text:
            self.print_document(report)
        self.sum_up(*lines)

    def print_document(self, value: object) -> None:
        """Prints one JSON document: in lines for people, or in one line (jsonl)."""
        print(write_json(value, indent=None if self.form == "jsonl" else 2))

    def print_rows(self, rows: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> None:
        """Prints objects with these `keys` one by one, as a JSON list, JSON lines or CSV under a line of the keys.

        In CSV, lists and objects are JSON in their cell, null is an empty cell.
        """
        if self.form == "csv":
            from harbincrawl.search.records import write_table

            write_table(sys.stdout, map(dict, rows), keys=keys)
        elif self.form == "jsonl":
            for row in rows:
                print(write_json(row))
        else:
            print("[", end="")
            for place, row in enumerate(rows):
                print((",\n " if place else "") + write_json(row), end="")
            print("]")


def format_options(*more: str, is_list: bool = True) -> Callable[[Function], Function]:
    """Adds `--format`, and its short forms `--json` and `--csv`; the command gets an Output called `output`.

    `more` are formats of the command's own. What is no list has no CSV.
    """
    formats = (*(FORMATS if is_list else FORMATS[:-1]), *more)

    def choose(ctx: click.Context, _: click.Parameter, value: str | None) -> Output:
        return Output(_choose(ctx, value) or "text")

    def shorten(ctx: click.Context, param: click.Parameter, is_given: bool) -> None:
        if is_given:
            _choose(ctx, str(param.name))

    def decorate(function: Function) -> Function:
        for name in ("csv", "json"):
            if name in formats:
                short = option(
                    f"--{name}", name, is_flag=True, expose_value=False, callback=shorten, heading=HEADING,
                    help=f"Short for --format {name}.",
                )  # fmt: skip
                function = short(function)
        chosen = option(
            "--format", "output", type=click.Choice(formats), callback=choose, heading=HEADING,
            help="How the result is printed; default: text.",
        )  # fmt: skip
        return chosen(function)

    return decorate


def _choose(ctx: click.Context, form: str | None) -> str | None:
    """Notes the format that was asked for. Raises click.UsageError where another one was, too."""
    before: str | None = ctx.meta.get(_CHOSEN)
    if form and before and form != before:
        raise click.UsageError(f"--format {before} and --format {form} exclude each other.", ctx)
    ctx.meta[_CHOSEN] = form or before
    return form or before


def is_quiet() -> bool:
    """Whether -q was given."""
    context = click.get_current_context(silent=True)
    return bool(context and getattr(context.find_root().obj, "quiet", False))


def sum_up(*lines: str, is_beside: bool = False) -> None:
    """Says what was done: on stdout, or on stderr where stdout `is_beside` it for data; nothing with -q."""
    if not is_quiet():
        for line in lines:
            click.echo(clean(line), sys.stderr if is_beside else sys.stdout)


def note(*lines: str) -> None:
    """Says something beside the result, on stderr; with it, where it goes through a pager. Nothing with -q."""
    sum_up(*lines, is_beside=not isinstance(sys.stdout, PagedBuffer))


def warn(sentence: str) -> None:
    """Says on stderr what went wrong, also with -q."""
    with suppress(OSError):  # stderr may be closed or full, too
        click.echo(clean(f"harbincrawl: {sentence}"), err=True)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[..., None]]:
    """A function that takes (done, total, description of it) and moves a bar on stderr, where that is a terminal."""
    if is_quiet() or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    parts = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(*parts, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total, words=what: bar.update(task, completed=done, total=total, description=words)
