"""Charts as files: one drawing of rectangles and words, written as SVG by ourselves or as PNG by Pillow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from harbincrawl.errors import PlotError
from harbincrawl.text import clean

WIDTH = 900
_NAME = 260
"""Where bars begin, pixels."""
_ROW = 22
_FONT = 14
_HEAD = 18
_MARGIN = 20
_INK, _BAR, _PAPER = "#222222", "#2f6f9f", "#ffffff"
_MOST_LETTERS = 32


class Box(NamedTuple):
    """A filled rectangle, pixels from the top left."""

    x: int
    y: int
    width: int
    height: int


class Label(NamedTuple):
    """Words; `y` is their middle."""

    x: int
    y: int
    text: str
    size: int
    right: bool = False
    """True where `x` is their right end."""


class Drawing(NamedTuple):
    """What stands on the sheet."""

    height: int
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]


def draw(title: str, charts: Mapping[str, Sequence[tuple[str, int]]]) -> Drawing:
    """A sheet of horizontal bar charts, one under the other; each is a sequence of (name, number)."""
    boxes: list[Box] = []
    labels = [Label(_MARGIN, _MARGIN + _HEAD // 2, title, _HEAD)]
    y = _MARGIN + 2 * _ROW
    for name, rows in charts.items():
        labels.append(Label(_MARGIN, y + _ROW // 2, name, _HEAD))
        y += _ROW + _ROW // 2
        most = max((number for _, number in rows), default=0)
        for value, number in rows:
            text = clean(value)
            short = text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"
            length = round(number / most * (WIDTH - _NAME - 5 * _MARGIN)) if most else 0
            labels.append(Label(_NAME - 10, y + _ROW // 2, short, _FONT, right=True))
            boxes.append(Box(_NAME, y + 3, max(length, 1), _ROW - 6))
            labels.append(Label(_NAME + max(length, 1) + 8, y + _ROW // 2, f"{number:,}", _FONT))
            y += _ROW
        y += _ROW
    return Drawing(y + _MARGIN, tuple(boxes), tuple(labels))


def write_plot(path: Path, drawing: Drawing) -> None:
    """Writes the drawing to `path`, by its ending `.svg` or `.png`. Raises PlotError."""
    ending = path.suffix.lower()
    if ending not in (".svg", ".png"):
        raise PlotError(f"{path} ends in neither .svg nor .png.")
    try:
        if ending == ".svg":
            path.write_text(as_svg(drawing), encoding="utf-8")
        else:
            _write_png(path, drawing)
    except OSError as error:
        raise PlotError(f"{path} cannot be written: {error.strerror or error}.") from error


def as_svg(drawing: Drawing) -> str:
    """The drawing as an SVG text."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{drawing.height}"'
        f' viewBox="0 0 {WIDTH} {drawing.height}" font-family="sans-serif" fill="{_INK}">',
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
    ]
    parts += [
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" fill="{_BAR}"/>'
        for box in drawing.boxes
    ]
    for label in drawing.labels:
        anchor = ' text-anchor="end"' if label.right else ""
        # A third of the size below the middle is where most fonts have their base line.
        y = label.y + label.size // 3
        parts.append(f'<text x="{label.x}" y="{y}" font-size="{label.size}"{anchor}>{escape(label.text)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _write_png(path: Path, drawing: Drawing) -> None:
    try:
        from PIL import Image, ImageDraw, ImageFont  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise PlotError(
            "a PNG needs Pillow: pip install 'harbincrawl[plot]', or name a file that ends in .svg."
        ) from None
    sheet = Image.new("RGB", (WIDTH, drawing.height), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for box in drawing.boxes:
        pen.rectangle((box.x, box.y, box.x + box.width - 1, box.y + box.height - 1), fill=_BAR)
    for label in drawing.labels:
        font = ImageFont.load_default(size=label.size)
        pen.text((label.x, label.y), label.text, fill=_INK, font=font, anchor="rm" if label.right else "lm")
    sheet.save(path, format="PNG")
