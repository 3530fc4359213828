"""What of the lines of an article's body is paragraph, caption, picture or file name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from harbincrawl.pages.article.content.pictures import find_credit, is_credit, is_file_name, split_caption
from harbincrawl.pages.html.line import Line, Place, is_within, list_around, shared_depth
from harbincrawl.pages.layout.keys import digest, hash_place
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.roles import Reason, Role, Roles

SENTENCES = re.compile(r"\w{2}[.!?][\"”’']?\s*[\"“‘']?[A-Z]")
"""The end of one sentence and the beginning of the next."""
LONGEST_CAPTION = 300
"""Characters of a caption without a credit; a longer line beside a picture is a paragraph."""
_LONGEST_STYLE = 60
"""Characters of the style of a block that tell looks apart."""
_PASSED = (Reason.FILE_NAME, Reason.MARKS, Reason.ORNAMENT, Reason.CREDIT)
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
        place, block, steps = _describe(line)
        flags = "alone" * self.is_alone(at), "beside" * _is_beside(line)
        return digest(hash_place(place), block, *flags, *steps)


def _find_above(kinds: Sequence[Reason], lines: Sequence[Line]) -> list[int | None]:
    """Of each line the picture right above it; below a row of pictures as many lines stand so."""
    found: list[int | None] = [None] * len(lines)
    room, shown, is_picture = 0, 0, False
    picture = Reason.PICTURE
    for at, kind in enumerate(kinds):
        if kind is picture:
            room = len(lines[at].images) + (room if is_picture else 0)
            shown, is_picture = at, True
        elif kind not in _PASSED:
            found[at] = shown if room else None
            room, is_picture = max(0, room - 1), False
    return found


def _is_beside(line: Line) -> bool:
    """True where no break divides the words of a line from a picture."""
    return line.look is not None and line.look[2]


def _describe(line: Line) -> tuple[Place, str, tuple[str, ...]]:
    """How a line looks: its place, the style of its block, the inline elements around its words; bold is one."""
    style, inline, _ = line.look or (None, None, False)
    steps = [tag for _, tag, _ in list_around(inline)]
    return line.place, (style or "")[:_LONGEST_STYLE], ("b", *steps) if line.emphasis else tuple(steps)


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


_WORD = re.compile(r"\w")
_NEAR = 4
"""Lines between a picture and a caption at most, where the words in its brackets say nothing of a credit."""
_QUOTES = "\"“”'‘’«»„ "
_APART = ("aside", "blockquote")
"""Elements in which a line that repeats words of the text is a quote of it."""
_SHORTEST_QUOTE = 25
"""Characters of a pull quote."""
_MAX_LINES = 500
"""Lines of a text among which quotes are looked for: each is compared with all."""
_FEWEST_PHOTOS = 2
"""Pictures of a photo story: a line under a single one may well be all the text of an article."""


def give_body_roles(roles: Roles, start: int, end: int, layout: Layout | None = None, *, is_part: bool = False) -> None:
    """Gives every line of the body, from `start` up to `end`, its role, but to those that have one.

    `layout` knows where captions of the page's template stand. `is_part`: the article has more pages than this one.
    """
    lines = roles.lines
    none = Reason.NONE
    places = [at for at in range(start, end) if roles.whole[at] is none]
    kinds = read_kinds([lines[at] for at in places])
    for n in find_repeated([lines[at] for at in places]):
        line = lines[places[n]]
        is_quote = _stands_apart(line) or (layout and hash_place(line.place) in layout.quotes)
        kinds[n] = Reason.QUOTE if is_quote and kinds[n] is Reason.TEXT else kinds[n]
    give_placed(kinds, [lines[at] for at in places], layout)
    if _is_photo_story(kinds, [lines[at] for at in places], is_part=is_part):
        kinds = [Reason.ALL_CAPTIONS if kind is Reason.TEXT else kind for kind in kinds]
    for at, kind in zip(places, kinds, strict=True):
        roles.whole[at] = kind
        if kind.role is Role.CAPTION and (found := split_caption(lines[at], is_placed=True)):
            words, _ = found
            credit = (lines[at].text[len(words) :].lstrip(), Reason.CREDIT)
            roles.divide(at, [(words, kind), credit] if words else [credit])


def read_kinds(lines: Sequence[Line]) -> list[Reason]:
    """What the lines of a text are by themselves and by the credits beside them; what is nothing else is text."""
    kinds = [_read_kind(line) for line in lines]
    _judge_credits(kinds, lines)
    return [Reason.CREDIT if kind is Reason.TEXT and find_credit(lines, at) else kind for at, kind in enumerate(kinds)]


def find_repeated(lines: Sequence[Line]) -> Iterator[int]:
    """The lines of a text of which every word stands in a longer line of it, too, as those of pull quotes do."""
    texts = [line.text for line in lines[:_MAX_LINES]]
    whole = "\n".join(texts)
    for at, text in enumerate(texts):
        quoted = text.strip(_QUOTES)
        if len(quoted) >= _SHORTEST_QUOTE and (times := whole.count(quoted)) > 1:
            # Of two equal lines the one in an element of quotes repeats the other.
            alike = [_stands_apart(line) for line in lines[:_MAX_LINES] if line.text == text]
            if times > (sum(alike) or len(alike)):
                yield at


def _stands_apart(line: Line) -> bool:
    return any(step.startswith(_APART) for step in line.place)


def _is_photo_story(kinds: Sequence[Reason], lines: Sequence[Line], *, is_part: bool) -> bool:
    """True where every line stands right under a picture; on a page of several the other pages may say otherwise."""
    shown, text = Reason.PICTURE, Reason.TEXT
    if shown not in kinds or text not in kinds:
        return False
    has_captions = Reason.CREDITED in kinds or Reason.FIGCAPTION in kinds
    above = _find_above(kinds, lines)
    if not all(
        kind is not text or (above[n] is not None and _may_be_caption(lines[n].text, has_captions))
        for n, kind in enumerate(kinds)
    ):
        return False
    photos = sum(len(line.images) for line, kind in zip(lines, kinds, strict=True) if kind is shown)
    return photos >= (1 if is_part else _FEWEST_PHOTOS)


def _judge_credits(kinds: list[Reason], lines: Sequence[Line]) -> None:
    """Leaves lines captions where their brackets are a credit."""
    for n, kind in enumerate(kinds):
        if kind is Reason.CREDITED:
            _, credit = split_caption(lines[n]) or ("", "")
            near = any(line.images for line in lines[max(0, n - _NEAR) : n + _NEAR + 1])
            if not is_credit(credit, near_picture=near):
                kinds[n] = Reason.TEXT


def _read_kind(line: Line) -> Reason:
    if line.images:
        return Reason.PICTURE
    text = line.text
    if is_file_name(text):
        return Reason.FILE_NAME
    if len(text) <= 3 and not _WORD.search(text):
        return Reason.MARKS
    if split_caption(line):
        return Reason.CREDITED
    return Reason.FIGCAPTION if line.figcaption else Reason.TEXT


def _may_be_caption(text: str, has_captions: bool) -> bool:
    """False for a line that is long, or that has two sentences where no caption of the page has a credit."""
    return len(text) <= LONGEST_CAPTION and (has_captions or not SENTENCES.search(text))
