"""What a chart is made of: rectangles, lines and words on a sheet, in pixels from the top left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from harbincrawl.text import display_width, shorten

WIDTH = 720
"""Of every sheet. At 16 cm, the text width of a printed page, letters of SMALL are 7 points high."""
PAGE = 1018
"""The greatest height of a sheet, which then has the shape of A4 paper."""
MARGIN = 16
TEXT, SMALL, HEADING = 12, 11, 14
INK, GREY, GRID, PAPER, BLUE = "#222222", "#595959", "#dddddd", "#ffffff", "#2a6eb0"
"""Ink and grey have a contrast of 16:1 and 7:1 on the paper."""

Anchor = Literal["start", "middle", "end"]
Point: TypeAlias = tuple[float, float]


class Box(NamedTuple):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str = BLUE
    hint: str = ""
    """What a browser shows under the mouse."""


class Stroke(NamedTuple):
    """Straight lines from point to point."""

    points: tuple[Point, ...]
    colour: str = GRID
    width: float = 1
    dash: float = 0
    """Length of dashes and of the blanks between them; 0 where the line is whole."""


class TextMark(NamedTuple):
    """One line of text; `x` is where `anchor` says, `y` the middle of its height."""

    x: float
    y: float
    text: str
    size: int = TEXT
    anchor: Anchor = "start"
    colour: str = INK
    bold: bool = False


Shape: TypeAlias = Box | Stroke | TextMark


class Drawing(NamedTuple):
    """A sheet, or a part of one."""

    title: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


def move_shapes(shapes: Iterable[Shape], x: float, y: float) -> Iterator[Shape]:
    """The shapes, so much further to the right and down."""
    for shape in shapes:
        if isinstance(shape, Stroke):
            yield shape._replace(points=tuple((right + x, down + y) for right, down in shape.points))
        else:
            yield shape._replace(x=shape.x + x, y=shape.y + y)


def text_width(text: str, size: float = TEXT) -> float:
    """Pixels that `text` takes at most in Helvetica, Arial or a font like them; no font is asked."""
    return size * sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if letter in " iIjl.,:;'|!()[]ftr-":
        return 0.34
    if letter in "mwMW%@…":
        return 1.0
    return 0.72 if letter.isupper() else 0.57 * display_width(letter)


def fit_text(text: str, width: float, size: float = TEXT) -> str:
    """`text`, with an ellipsis where it would be wider than `width` pixels."""
    return shorten(text, width, lambda part: text_width(part, size))


def write_heading(title: str) -> TextMark:
    """The title at the top of a whole sheet."""
    return TextMark(MARGIN, MARGIN + HEADING / 2, fit_text(title, WIDTH - 2 * MARGIN, HEADING), HEADING, bold=True)


def add_notes(drawing: Drawing, notes: Iterable[str]) -> Drawing:
    """The drawing with texts below it, each in as many lines as it takes."""
    shapes, top = list(drawing.shapes), drawing.height
    for note in notes:
        for line in wrap_text(note, drawing.width - 2 * MARGIN, SMALL):
            shapes.append(TextMark(MARGIN, top + SMALL, line, SMALL, colour=GREY))
            top += 1.5 * SMALL
        top += 0.5 * SMALL
    return Drawing(drawing.title, drawing.width, top + MARGIN / 2, tuple(shapes))


def wrap_text(text: str, width: float, size: float = TEXT) -> Iterator[str]:
    """The lines of a text, cut between words; a word that is wider than a line is cut anywhere."""
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if text_width(joined, size) <= width:
            line = joined
            continue
        if line:
            yield line
        line = ""
        for letter in word:
            if line and text_width(line + letter, size) > width:
                yield line
                line = ""
            line += letter
    if line:
        yield line


def arrange(title: str, wide: Sequence[Drawing], narrow: Sequence[Drawing]) -> Drawing:
    """A sheet under one title: the wide drawings one below the other, then the narrow ones in two columns."""
    top = MARGIN + 24.0
    shapes: list[Shape] = [write_heading(title)]
    for drawing in wide:
        shapes += move_shapes(drawing.shapes, 0, top)
        top += drawing.height
    columns = [top, top]
    for drawing in narrow:
        column = columns.index(min(columns))
        shapes += move_shapes(drawing.shapes, column * WIDTH / 2, columns[column])
        columns[column] += drawing.height
    return Drawing(title, WIDTH, max(columns), tuple(shapes))
