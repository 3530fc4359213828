"""What commands print: results on stdout as text, JSON, JSON lines or CSV; notes, progress and errors on stderr."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

import click

from harbincrawl.cli.parsing import Function, join_options, option
from harbincrawl.text import clean, make_cell, shorten, write_json

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EVERY = 10.0
"""Seconds between two lines on how far a command is, where stderr is no terminal."""
_ROOM = 30
"""Columns of a bar, its count and the time that is left."""
_REASONS = 3
"""Reasons of an exit code in one line."""


class Output:
    """Where the results of one command go, and in which format."""

    def __init__(self, form: str) -> None:
        self.form = form

    @property
    def is_text(self) -> bool:
        """Whether people read it."""
        return self.form == "text"

    def print_lines(self, lines: Iterable[str]) -> None:
        """Prints a result as text, by $PAGER where it is longer than the screen; nothing where there is no line.

        The lines are safe and painted.
        """
        text = "\n".join(lines)
        if text and is_longer_than_screen(text):
            click.echo_via_pager(text)
        elif text:
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
        """Prints one JSON document, in lines for people."""
        print(write_json(value, indent=2))

    def print_values(self, rows: Iterable[Sequence[Any]], keys: Sequence[str]) -> None:
        """Prints rows as `print_rows` does, of which each has the values of `keys` in their order."""
        self.print_rows((dict(zip(keys, row, strict=True)) for row in rows), keys)

    def print_rows(self, rows: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> None:
        """Prints objects with these `keys` one by one, as a JSON list, JSON lines or CSV under a line of the keys.

        In CSV, lists and objects are JSON in their cell, null is an empty cell.
        """
        if self.form == "csv":
            import csv  # only a table needs it

            table = csv.writer(sys.stdout, lineterminator="\n")
            table.writerow(keys)
            table.writerows(map(make_cell, row.values()) for row in rows)
        elif self.form == "jsonl":
            for row in rows:
                print(write_json(row))
        else:
            print("[", end="")
            for place, row in enumerate(rows):
                print((",\n " if place else "") + write_json(row), end="")
            print("]")


def _output_option(name: str, **attributes: Any) -> Callable[[Function], Function]:
    """One of the options that say how a result is printed: they share a value, and the last one counts."""
    return option(name, "output", default="text", callback=lambda _, __, form: Output(form), **attributes)


json_option = _output_option("--json", flag_value="json", help="Print JSON.")
"""`--json`: a command with it gets an Output called `output`."""
rows_options = join_options(json_option, _output_option("--csv", flag_value="csv", help="Print CSV."))
"""The formats of a table: `--json`, `--csv`."""


def format_options(*formats: str) -> Callable[[Function], Function]:
    """`--format` with text and these formats, and `--json`."""
    choice = click.Choice(["text", *formats])
    return join_options(
        _output_option("--format", type=choice, show_default=True, help="How the result is printed."), json_option
    )


def is_longer_than_screen(text: str) -> bool:
    """Whether a person sees only the end of a text on this terminal."""
    if not (sys.stdout.isatty() and sys.stderr.isatty()):
        return False
    return text.count("\n") >= shutil.get_terminal_size().lines - 1


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
    """Says something beside the result, on stderr. Nothing with -q."""
    sum_up(*lines, is_beside=True)


def warn(*sentences: str) -> None:
    """Says on stderr what went wrong, also with -q."""
    for sentence in sentences:
        with suppress(OSError):  # stdout and stderr may be closed or full
            sys.stdout.flush()
        with suppress(OSError):
            click.echo(clean(f"harbincrawl: {sentence}"), err=True)


def warn_amiss(*reasons: str, is_printed: bool = False, rest: str = "") -> None:
    """Says on stderr in one line why the exit code is 3, also with -q; `is_printed`: without -q the result says it.

    `rest` is the command that names reasons for which the line has no room.
    """
    if reasons and (is_quiet() or not is_printed):
        warn(reasons_line(reasons, rest))


def reasons_line(reasons: Sequence[str], rest: str = "") -> str:
    """One line that says why the exit code is 3, and which command names the `rest` of many reasons."""
    more = f"; and {len(reasons) - _REASONS} more" + (f": {rest}" if rest else "") if len(reasons) > _REASONS else ""
    return clean(f"exit code 3: {'; '.join(reasons[:_REASONS])}{more}")


@contextmanager
def progress_bar(what: str, *, is_bytes: bool = False) -> Iterator[Callable[..., None]]:
    """A function that shows on stderr how far a command is: by (done, total, what it is at), or `advance`.

    On a terminal it is a bar, which is there from the first call on; elsewhere a line every ten seconds. Nothing with
    -q. `is_bytes`: what is counted is shown as MB.
    """
    if is_quiet():
        yield lambda *_, **__: None
        return
    count, whole, last = 0, None, what
    with closing(_Bar() if sys.stderr.isatty() else _Lines()) as shown:

        def move(
            done: int | None = None, total: int | None = None, at: str = "", *,
            advance: int = 0, is_bytes: bool = is_bytes,
        ) -> None:  # fmt: skip
            nonlocal count, whole, last
            if done is None:
                count += advance
            else:
                count, whole, last = done, total, f"{what}: {clean(at)}" if at else what
            shown.show(last, count, whole, is_bytes=is_bytes)

        yield move


class _Bar:
    """A bar on a terminal, made when it is first shown: before that, nothing is known to be done."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task = cast("TaskID", 0)
        self._room = self._done = 0

    def show(self, words: str, done: int, total: int | None, *, is_bytes: bool) -> None:
        count = _describe_count(done, total, "/", is_bytes=is_bytes)
        if self._bar is None:
            self._bar = _make_bar()
            self._room = max(_ROOM, self._bar.console.width - _ROOM)
            self._task = self._bar.add_task("", total=total, completed=done, count=count)
        elif done < self._done:
            # It goes on with another count: what it knows of the time that is left is of the one before.
            self._bar.reset(self._task)
        words = shorten(words, self._room)
        self._bar.update(self._task, description=words, total=total, completed=done, count=count)
        self._bar.start()
        self._done = done

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


def _make_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    words, count = (TextColumn(f"{{task.{each}}}", markup=False) for each in ("description", "fields[count]"))
    return Progress(words, BarColumn(), count, TimeRemainingColumn(), console=Console(stderr=True), transient=True)


class _Lines:
    """A line every ten seconds, where stderr is no terminal."""

    def __init__(self) -> None:
        self._printed = time.monotonic()

    def show(self, words: str, done: int, total: int | None, *, is_bytes: bool) -> None:
        if time.monotonic() - self._printed < EVERY:
            return
        self._printed = time.monotonic()
        note_count = _describe_count(done, total, " of ", is_bytes=is_bytes)
        with suppress(OSError):  # stderr may be closed or full
            click.echo(clean(f"{words}, {note_count}"), err=True)

    def close(self) -> None:
        pass


def _describe_count(done: int, total: int | None, between: str, *, is_bytes: bool) -> str:
    """`2.9/3.0 MB`, `12/30`; `12` where the total is not known, and nothing where nothing is counted."""
    numbers = [done] if total is None else [done, total]
    if is_bytes:
        return between.join(f"{each / 1e6:,.1f}" for each in numbers) + " MB"
    return between.join(f"{each:,}" for each in numbers) if any(numbers) or total is not None else ""
