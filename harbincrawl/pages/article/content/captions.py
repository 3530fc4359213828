"""Captions by their place: lines that stand beside pictures, where the template or the page itself has captions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from harbincrawl.pages.html.line import Line, Place, is_within, list_around, shared_depth
from harbincrawl.pages.layout.keys import digest, hash_place
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.roles import Reason

SENTENCES = re.compile(r"\w{2}[.!?][\"”’']?\s*[\"“‘']?[A-Z]")
"""The end of one sentence and the beginning of the next."""
LONGEST_CAPTION = 300
"""Characters of a caption without a credit; a longer line beside a picture is a paragraph."""
_STYLES = ("class", "color", "size", "style")
"""Attributes of inline elements that say how words look."""
_LONGEST_STYLE = 60
_DIGITS = "0123456789"
_PASSED = (Reason.FILE_NAME, Reason.MARKS, Reason.ORNAMENT)
"""What may stand between a picture and its caption."""


@dataclass(frozen=True, slots=True)
class TextLines:
    """The lines of a text, what they are so far, and which of them stand beside pictures."""

    lines: Sequence[Line]
    kinds: Sequence[Reason]
    above: Sequence[int | None]
    """Of each line of words the picture right above it."""
    below: Sequence[int | None]
    """The picture right below it."""

    @classmethod
    def make(cls, kinds: Sequence[Reason], lines: Sequence[Line]) -> TextLines:
        """Of lines and what they are by themselves."""
        last = len(lines) - 1
        below = _find_above(kinds[::-1], lines[::-1])[::-1]
        return cls(lines, kinds, _find_above(kinds, lines), [None if at is None else last - at for at in below])

    def is_beside(self, at: int) -> bool:
        """Whether a picture stands right above or below a line."""
        return self.above[at] is not None or self.below[at] is not None

    def find_nearest(self, at: int) -> int | None:
        """The picture beside a line that shares the smaller element with it; of equals, the one above it."""
        above, below = self.above[at], self.below[at]
        if above is None or below is None:
            return below if above is None else above
        own = self.lines[at].path
        depths = shared_depth(own, self.lines[above].path), shared_depth(own, self.lines[below].path)
        return above if depths[0] >= depths[1] else below

    def is_alone(self, at: int) -> bool:
        """Whether a line shares its own block with the picture beside it, and with no other words."""
        shown, path = self.find_nearest(at), self.lines[at].path
        return shown is not None and self.lines[shown].path == path and self.is_sole(at, len(path))

    def is_sole(self, at: int, depth: int) -> bool:
        """Whether no other words stand in the element of this depth around a line that stands beside a picture."""
        holder = self.lines[at].path[:depth]
        return not any(is_within(self.lines[near].path, holder) for near in self._list_neighbours(at))

    def _list_neighbours(self, at: int) -> Iterator[int]:
        """The lines of words before and behind a line."""
        for step in (-1, 1):
            near = at + step
            while 0 <= near < len(self.lines) and (self.kinds[near] in _PASSED or self.lines[near].images):
                near += step
            if 0 <= near < len(self.lines):
                yield near

    def hash_look(self, at: int) -> str:
        """What a line has in common with the captions, or with the paragraphs, of its template.

        Its place, the style of its words, and whether it stands alone with a picture in its own block.
        """
        line = self.lines[at]
        place, block, is_bold, steps = _describe(line)
        flags = "bold" * is_bold, "alone" * self.is_alone(at), "beside" * _is_beside(line)
        return digest(hash_place(place), block, *flags, *steps)


def _find_above(kinds: Sequence[Reason], lines: Sequence[Line]) -> list[int | None]:
    """Of each line the picture right above it; below a row of pictures as many lines of one form stand so."""
    found: list[int | None] = [None] * len(lines)
    room, shown, last = 0, 0, None
    picture = Reason.PICTURE
    for at, kind in enumerate(kinds):
        if kind is picture:
            room = len(lines[at].images) + (room if last is None else 0)
            shown, last = at, None
        elif kind not in _PASSED:
            if room and (last is None or _is_alike(lines[last], lines[at])):
                found[at] = shown
                room, last = room - 1, at
            else:
                room = 0
    return found


def _is_alike(one: Line, other: Line) -> bool:
    """True for lines of one form, perhaps in different columns of a table."""
    steps = zip(one.place, other.place, strict=False)
    return len(one.place) == len(other.place) and all(a.rstrip(_DIGITS) == b.rstrip(_DIGITS) for a, b in steps)


def _is_beside(line: Line) -> bool:
    """True where no break divides the words of a line from a picture."""
    return line.look is not None and line.look[2]


def _describe(line: Line) -> tuple[Place, str, bool, tuple[str, ...]]:
    """How a line looks: its place, the style of its block, whether it is bold, the inline elements around its words."""
    if line.look is None:
        return line.place, "", line.emphasis, ()
    style, inline, _ = line.look
    steps = (
        "/".join((tag, *(attributes.get(name, "")[:_LONGEST_STYLE] for name in _STYLES)))
        for _, tag, attributes in list_around(inline)
    )
    return line.place, "".join((style or "")[:_LONGEST_STYLE].lower().split()), line.emphasis, tuple(steps)


def give_placed(kinds: list[Reason], lines: Sequence[Line], layout: Layout | None) -> None:
    """Makes captions of the lines of words whose place says so: to the template, else to the page alone."""
    if Reason.PICTURE not in kinds or Reason.TEXT not in kinds:
        return
    text = TextLines.make(tuple(kinds), lines)
    words = [at for at, kind in enumerate(kinds) if kind is Reason.TEXT]
    beside = [at for at in words if text.is_beside(at) and len(lines[at].text) <= LONGEST_CAPTION]
    if not beside:
        return
    # What stands by no picture is the text: as it looks, no caption does.
    looks = {_describe(lines[at]) for at in words if not text.is_beside(at)}
    for at in beside:
        kinds[at] = (layout and _find_learnt(text, at, layout)) or _find_held(text, at, looks, layout) or kinds[at]


def _find_learnt(text: TextLines, at: int, layout: Layout) -> Reason | None:
    """Why a line is a caption to its template."""
    if not layout.captions and not layout.captions_above:
        return None
    look = text.hash_look(at)
    if look in layout.captions and text.above[at] is not None:
        return Reason.PLACED
    return Reason.PLACED_ABOVE if look in layout.captions_above and text.below[at] is not None else None


def _find_held(text: TextLines, at: int, looks: Collection[object], layout: Layout | None) -> Reason | None:
    """Why a line is a caption to its page: an element holds it and a picture, and no other words.

    It does not look as the text, which stands elsewhere. `layout` knows where that stands on other pages.
    """
    line, shown = text.lines[at], text.find_nearest(at)
    if shown is None or not looks or SENTENCES.search(line.text):
        return None
    is_below = shown < at
    depth = shared_depth(line.path, text.lines[shown].path)
    if not text.is_sole(at, depth):
        return None
    # Behind a break in the block of the picture itself it may look as it will.
    is_apart = is_below and depth == len(line.path) and not _is_beside(line)
    is_paragraph = layout is not None and hash_place(line.place) in layout.paragraphs
    if not is_apart and (is_paragraph or _describe(line) in looks):
        return None
    return Reason.HELD if is_below else Reason.HELD_ABOVE
