"""What commands print: results on stdout as text, JSON, JSON lines or CSV; notes, progress and errors on stderr.

Then how text looks: colours, widths, marked hits, tables, bars; plain wherever no person is at the terminal.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import click

from harbincrawl.text import CLOSE, OPEN, clean, display_width, make_cell, shorten, write_json

from .parsing import Function, join_options, option

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EVERY = 10.0
"""Seconds between two lines on how far a command is, where stderr is no terminal."""
_ROOM = 30
"""Columns of a bar, its count and the time that is left."""
_REASONS = 3
"""Reasons of an exit code in one line."""
BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"
_PIPE_WIDTH = 100
_LEAST_WIDTH, _MOST_WIDTH = 20, 120
_EIGHTHS = " ▏▎▍▌▋▊▉"


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
            numbers = [count] if whole is None else [count, whole]
            shown.show(last, count, whole, [f"{each / 1e6:,.1f} MB" if is_bytes else f"{each:,}" for each in numbers])

        yield move


class _Bar:
    """A bar on a terminal, made when it is first shown: before that, nothing is known to be done."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task = cast("TaskID", 0)
        self._done = 0

    def show(self, words: str, done: int, total: int | None, numbers: Sequence[str]) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            texts = [TextColumn(f"{{task.{each}}}", markup=False) for each in ("description", "fields[count]")]
            columns = (texts[0], BarColumn(), texts[1], TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("", count="")
            self._bar.start()
        elif done < self._done:
            # It goes on with another count: what it knows of the time that is left is of the one before.
            self._bar.reset(self._task)
        words = shorten(words, max(_ROOM, self._bar.console.width - _ROOM))
        self._bar.update(self._task, description=words, total=total, completed=done, count="/".join(numbers))
        self._done = done

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


class _Lines:
    """A line every ten seconds, where stderr is no terminal."""

    def __init__(self) -> None:
        self._printed = time.monotonic()

    def show(self, words: str, _done: int, _total: int | None, numbers: Sequence[str]) -> None:
        if time.monotonic() - self._printed >= EVERY:
            self._printed = time.monotonic()
            with suppress(OSError):  # stderr may be closed or full
                click.echo(clean(f"{words}, {' of '.join(numbers)}"), err=True)

    def close(self) -> None:
        pass


class Style(NamedTuple):
    """What the place that is printed to can show."""

    colour: bool
    width: int
    """Columns."""

    @property
    def mark_width(self) -> int:
        """The columns of the sign before a hit, and of that behind it."""
        return 0 if self.colour else 1

    def paint(self, text: str, *codes: str) -> str:
        """`text` in colour, where there is any."""
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.colour and text and codes else text

    def paint_bar(self, text: str) -> str:
        """`text` as a bar of a chart."""
        return self.paint(text, CYAN)

    def mark(self, text: str, *around: str) -> str:
        """`text` made safe, with its hits in yellow, or between asterisks where there is no colour.

        `around` are the codes of the text between the hits.
        """
        pieces: list[str] = []
        for number, piece in enumerate(text.replace(CLOSE, OPEN).split(OPEN)):
            safe = clean(piece)
            if number % 2 == 0:
                pieces.append(self.paint(safe, *around))
            elif safe:
                pieces.append(self.paint(safe, *around, YELLOW) if self.colour else f"*{safe}*")
        return "".join(pieces)


def read_style() -> Style:
    """The style of stdout: NO_COLOR, FORCE_COLOR and TERM are respected, COLUMNS, too."""
    colour = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if os.environ.get("FORCE_COLOR"):
        colour = True
    if os.environ.get("NO_COLOR"):
        colour = False
    columns = shutil.get_terminal_size((_PIPE_WIDTH, 0)).columns
    return Style(colour, max(_LEAST_WIDTH, min(columns, _MOST_WIDTH)))


def _show_column(values: Sequence[object]) -> list[str]:
    """The cells of a column: null as -, numbers that are all at most 1 with four decimals, other ones with one."""
    numbers = [value for value in values if isinstance(value, float)]
    decimals = 4 if all(-1 <= value <= 1 for value in numbers) else 1
    return [
        "-" if value is None
        else f"{value:,.{decimals}f}" if isinstance(value, float)
        else f"{value:,}" if isinstance(value, int)
        else clean(str(value))
        for value in values
    ]  # fmt: skip


def table_lines(heads: Sequence[str], rows: Sequence[Sequence[object]], room: int | None = None) -> list[str]:
    """A table under its heads: null as -, a column that holds a number to the right; tighter in less `room`."""
    cells = list(zip(*map(_show_column, zip(*rows, strict=True)), strict=True))
    widths = [max(map(display_width, column)) for column in zip(heads, *cells, strict=True)]
    right = [any(isinstance(row[at], int | float) for row in rows) for at in range(len(heads))]

    is_tight = room is not None and sum(widths) + 2 * (len(widths) - 1) > room
    gap = " " if is_tight else "  "

    def line(row: Sequence[str]) -> str:
        blanks = [" " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True)]
        parts = zip(row, blanks, right, strict=True)
        return gap.join(blank + cell if is_right else cell + blank for cell, blank, is_right in parts).rstrip()

    return [line(heads), *map(line, cells)]


def wrap(text: str, width: int, mark: int = 0) -> list[str]:
    """`text` in lines of at most `width` columns; a hit that runs over a line's end is marked on both lines.

    `mark` are the columns that the beginning of a hit takes, and its end: see `Style.mark_width`.
    """
    lines: list[str] = []
    line = ""
    taken = 0
    is_open = False
    for word in text.split():
        for piece in _pieces(word, width - 2 * mark, mark):
            length = measure_marked(piece, mark)
            stays_open = piece.rfind(OPEN) > piece.rfind(CLOSE) if OPEN in piece or CLOSE in piece else is_open
            # What is open at a line's end is closed there.
            if line and taken + 1 + length + (mark if stays_open else 0) > width:
                lines.append(line + (CLOSE if is_open else ""))
                line, taken = (OPEN, mark) if is_open else ("", 0)
            elif line:
                line, taken = line + " ", taken + 1
            line, taken, is_open = line + piece, taken + length, stays_open
    return [*lines, line] if line else lines


def measure_marked(text: str, mark: int) -> int:
    """The columns of a text whose hits are marked with `mark` columns at each end."""
    return display_width(text) + mark * (text.count(OPEN) + text.count(CLOSE))


def _pieces(word: str, width: int, mark: int) -> list[str]:
    """`word`, cut where it alone is wider than a line."""
    if measure_marked(word, mark) <= width:
        return [word]
    pieces, piece = [], ""
    for character in word:
        if piece and measure_marked(piece + character, mark) > width:
            pieces.append(piece)
            piece = ""
        piece += character
    return [*pieces, piece]


def bar(value: float, most: float, width: int) -> str:
    """A bar of up to `width` columns, in eighths of a column; a value above nothing always shows."""
    eighths = round(max(value, 0) / most * width * 8) if most else 0
    if value > 0 and not eighths:
        eighths = 1
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()
