"""Drawings as files: SVG written by ourselves, PNG by Pillow."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from harbincrawl.disk import check_full
from harbincrawl.errors import PlotError
from harbincrawl.files import write_whole
from harbincrawl.text import clean

from .shapes import INK, PAPER, Box, Drawing, Point, Shape, Stroke

if TYPE_CHECKING:
    from PIL import ImageFont

_SCALE = 3
"""Pixels of a PNG for one of the drawing: 340 dots an inch where the sheet is 16 cm wide."""
_FONTS = ("NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "PingFang.ttc", "msyh.ttc", "DejaVuSans.ttf", "Arial.ttf")
"""Font files of Linux, macOS and Windows for texts beyond ASCII: Pillow's own font has hardly anything else."""


def write_plot(path: Path, drawing: Drawing) -> None:
    """Writes the drawing to `path`, by its ending `.svg` or `.png`. Raises PlotError, DestinationError."""
    ending = path.suffix.lower()
    if ending not in (".svg", ".png"):
        raise PlotError(f"{path} ends in neither .svg nor .png.")
    try:
        write_whole(path, as_svg(drawing).encode("utf-8") if ending == ".svg" else _make_png(drawing))
    except OSError as error:
        check_full(error, path)
        raise PlotError(f"{path} cannot be written: {error.strerror or error}.") from error


def as_svg(drawing: Drawing) -> str:
    """The drawing as an SVG text: attributes only, no style sheet, script or font from elsewhere.

    Its letters are those of the reader's own machine.
    """
    width, height = _number(drawing.width), _number(drawing.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" aria-label="{escape(clean(drawing.title))}" font-family="system-ui, Helvetica, Arial, sans-serif"'
        f' fill="{INK}">'
    )
    paper = f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    return "\n".join([head, paper, *map(_svg_element, drawing.shapes), "</svg>", ""])


def _svg_element(shape: Shape) -> str:
    if isinstance(shape, Box):
        hint = f"<title>{escape(clean(shape.hint))}</title>" if shape.hint else ""
        place = f'x="{_number(shape.x)}" y="{_number(shape.y)}"'
        size = f'width="{_number(shape.width)}" height="{_number(shape.height)}"'
        return f'<rect {place} {size} fill="{shape.colour}">{hint}</rect>'
    if isinstance(shape, Stroke):
        points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.points)
        dash = f' stroke-dasharray="{_number(shape.dash)}"' if shape.dash else ""
        return (
            f'<polyline points="{points}" fill="none" stroke="{shape.colour}" stroke-width="{_number(shape.width)}"'
            f"{dash}/>"
        )
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    weight = ' font-weight="bold"' if shape.bold else ""
    colour = "" if shape.colour == INK else f' fill="{shape.colour}"'
    # A third of the size below the middle is where most fonts have their base line.
    place = f'x="{_number(shape.x)}" y="{_number(shape.y + shape.size / 3)}"'
    return f'<text {place} font-size="{shape.size}"{anchor}{weight}{colour}>{escape(clean(shape.text))}</text>'


def _number(value: float) -> str:
    """To a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _make_png(drawing: Drawing) -> bytes:
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        raise PlotError(
            "a PNG needs Pillow: pip install 'harbincrawl[plot]', or name a file that ends in .svg."
        ) from None
    sheet = Image.new("RGB", (round(drawing.width * _SCALE), round(drawing.height * _SCALE)), PAPER)
    pen = ImageDraw.Draw(sheet)
    for shape in drawing.shapes:
        if isinstance(shape, Box):
            left, top = round(shape.x * _SCALE), round(shape.y * _SCALE)
            right, bottom = round((shape.x + shape.width) * _SCALE), round((shape.y + shape.height) * _SCALE)
            pen.rectangle((left, top, max(right - 1, left), max(bottom - 1, top)), fill=shape.colour)
        elif isinstance(shape, Stroke):
            for piece in _dashes(shape.points, shape.dash) if shape.dash else [shape.points]:
                corners = [(x * _SCALE, y * _SCALE) for x, y in piece]
                pen.line(corners, fill=shape.colour, width=round(shape.width * _SCALE), joint="curve")
        else:
            text = clean(shape.text)
            font = _load_font(shape.size * _SCALE, text.replace("…", "").isascii())
            anchor = {"start": "lm", "middle": "mm", "end": "rm"}[shape.anchor]
            place = (shape.x * _SCALE, shape.y * _SCALE)
            # Pillow's font has no bold; an outline of half a pixel makes one.
            pen.text(place, text, shape.colour, font, anchor, stroke_width=_SCALE / 6 if shape.bold else 0)
    made = io.BytesIO()
    sheet.save(made, format="PNG", dpi=(96 * _SCALE, 96 * _SCALE))
    return made.getvalue()


@cache
def _load_font(size: int, is_ascii: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    from PIL import ImageFont

    for name in () if is_ascii else _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:  # not on this machine
            continue
    return ImageFont.load_default(size)


def _dashes(points: tuple[Point, ...], length: float) -> Iterator[tuple[Point, ...]]:
    """Pieces of a line, `length` long, with blanks of the same length between them."""
    piece: list[Point] = [points[0]]
    left, is_drawn = length, True
    for (x, y), (next_x, next_y) in pairwise(points):
        whole = math.hypot(next_x - x, next_y - y)
        gone = 0.0
        while whole - gone > left:
            gone += left
            corner = (x + (next_x - x) * gone / whole, y + (next_y - y) * gone / whole)
            if is_drawn:
                yield (*piece, corner)
            piece, left, is_drawn = [corner], length, not is_drawn
        left -= whole - gone
        piece.append((next_x, next_y))
    if is_drawn:
        yield tuple(piece)
