"""What commands print: results on stdout as text, JSON, JSON lines or CSV; notes, progress and errors on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import click

from harbincrawl.cli.pager import PagedBuffer
from harbincrawl.cli.parsing import Function, join_options, option
from harbincrawl.text import clean, write_json

FORMATS = ("text", "json", "jsonl", "csv")
"""The formats of a list of things; of one thing, all but csv."""
HEADING = "Output"
_CHOSEN = "harbincrawl.format"
_REASONS = 3
"""Reasons of an exit code in one line."""


class Output:
    """Where the results of one command go, and in which format."""

    def __init__(self, form: str, fields: Sequence[str] = (), *, highlight: bool = False) -> None:
        self.form = form
        self.fields = fields
        """Of articles: in text what is shown beside the usual, in JSON and CSV all that is shown; empty: the usual."""
        self.highlight = highlight
        """Whether Markdown and HTML mark the words that were found."""

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

    def print_values(self, rows: Iterable[Sequence[Any]], keys: Sequence[str]) -> None:
        """Prints rows as `print_rows` does, of which each has the values of `keys` in their order."""
        self.print_rows((dict(zip(keys, row, strict=True)) for row in rows), keys)

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

    def choose(ctx: click.Context, param: click.Parameter, value: str | bool | None) -> Output:
        form = param.name if value is True else value or None
        before: str | None = ctx.meta.get(_CHOSEN)
        if form and before and form != before:
            raise click.UsageError(f"--format {before} and --format {form} exclude each other.", ctx)
        ctx.meta[_CHOSEN] = form = form or before
        return Output(form or "text")

    return join_options(
        option(
            "--format", "output", type=click.Choice(formats), callback=choose, heading=HEADING,
            help="How the result is printed; default: text.",
        ),
        *(
            option(
                f"--{name}", name, is_flag=True, expose_value=False, callback=choose, heading=HEADING,
                help=f"Short for --format {name}.",
            )
            for name in ("json", "csv")
            if name in formats
        ),
    )  # fmt: skip


def is_quiet() -> bool:
    """Whether -q was given."""
    context = click.get_current_context(silent=True)
    return bool(context and getattr(context.find_root().obj, "quiet", False))


def sum_up(*lines: str, is_beside: bool = False) -> None:
    """Says what was done: on stdout, or on stderr where stdout `is_beside` it for data; nothing with -q."""
    if is_quiet() or not lines:
        return
    if is_beside:
        # What stands in a buffer would come out in the middle of a hit, where both go to one place.
        sys.stdout.flush()
    for line in lines:
        click.echo(clean(line), sys.stderr if is_beside else sys.stdout)


def note(*lines: str) -> None:
    """Says something beside the result, on stderr; with it, where it goes through a pager. Nothing with -q."""
    sum_up(*lines, is_beside=not isinstance(sys.stdout, PagedBuffer))


def warn(*sentences: str) -> None:
    """Says on stderr what went wrong, also with -q."""
    for sentence in sentences:
        with suppress(OSError):  # stdout and stderr may be closed or full
            sys.stdout.flush()
        with suppress(OSError):
            click.echo(clean(f"harbincrawl: {sentence}"), err=True)


def warn_amiss(*reasons: str, is_printed: bool = False) -> None:
    """Says on stderr in one line why the exit code is 3, also with -q; `is_printed`: without -q the result says it."""
    if reasons and (is_quiet() or not is_printed):
        warn(reasons_line(reasons))


def reasons_line(reasons: Sequence[str]) -> str:
    """One line that says why the exit code is 3."""
    more = f"; and {len(reasons) - _REASONS} more: harbincrawl status" if len(reasons) > _REASONS else ""
    return clean(f"exit code 3: {'; '.join(reasons[:_REASONS])}{more}")


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[..., None]]:
    """A function that moves a bar on stderr, where that is a terminal: by (done, total, description), or `advance`."""
    if is_quiet() or not sys.stderr.isatty():
        yield lambda *_, **__: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    parts = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(*parts, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done=None, total=None, words=what, advance=None: bar.update(
            task, completed=done, total=total, description=words, advance=advance
        )
