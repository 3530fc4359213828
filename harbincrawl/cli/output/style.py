"""How results look: colours, widths, marked hits; plain text wherever no person is at the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from typing import NamedTuple

from harbincrawl.text import CLOSE, OPEN, clean, display_width

BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"
_PIPE_WIDTH = 100
_LEAST_WIDTH, _MOST_WIDTH = 20, 120


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
