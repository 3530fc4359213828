"""The collector of lines: makes the visible lines of a page from its elements, as the parser reports them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from sys import intern

from harbincrawl.pages.html.elements import find_picture, is_small

from .elements import (
    BLOCKS,
    CELLS,
    COUNTED,
    HEAD,
    HIDDEN,
    SHOWING,
    STRONG,
    STYLED,
    hides,
    is_block,
    name_step,
)
from .line import SEAM, UNSEEN, Inline, Line, LineImage, Link, Place, fold, list_around
from .parser import with_signature

_ADDRESS = re.compile(r"[./?]")
_LETTER = re.compile(r"[^\W\d_]")
_GAP = re.compile(r"[\xa0\u3000](?:\s*[\xa0\u3000])+")
"""Blanks with which a page sets words apart."""
_SEAMS = re.compile(rf"\s*{SEAM}[\s{SEAM}]*")
_MAX_MARKED = 400
"""Characters of a line whose inline elements are told apart: a line of information is hardly longer."""
_DEEPEST = 100
"""Containers that a path counts: no honest page nests deeper, and a hostile one must not cost time by the square."""


MOST_LINES = 200_000
"""Lines of a page, for memory; behind them, and the few that may come at once, nothing is collected."""


class LineCollector:
    """Makes lines of elements, and notes what the head says; an `ElementHandler` of the parser.

    There is no tree: it would be walked once, in the order in which the parser reports its elements anyway.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets all elements: the parser begins anew."""
        self.lines: list[Line] = []
        self.title: list[str] | None = None
        """The pieces of the first `title`."""
        self.base: str | None = None
        """The first `base href`."""
        self.canonical: str | None = None
        """The first `link rel=canonical`."""
        self._hidden = 0
        """How many elements are open from the outermost hidden one on."""
        self._titled = 0
        """The same count at the open `title`."""
        self._choices: list[tuple[str, list[str]]] | None = None
        """Values and words of the options of the open `select`."""
        self._fresh = True
        """Nothing was shown since the last break: blanks are not shown either."""
        self._pieces: list[str] = []
        self._only_blanks = True
        """The pieces have no other white space."""
        self._size = 0
        """Characters of the pieces."""
        self._seams: list[int] = []
        """Pieces before which an inline element begins or ends."""
        self._is_seam = False
        self._links: list[tuple[str, int, int]] = []
        """Address, first and last character of every link that ended on the line."""
        self._open_link: tuple[str, int] | None = None
        """Address and first character of the link that is open: as in browsers, one that begins ends the one before."""
        self._continued = False
        """The open link was shown on a line before this one."""
        self._anchors: list[bool] = []
        """Whether each open `a` leads anywhere."""
        self._spans: list[bool] = []
        """Whether each open `span` is shown as a block."""
        self._before: list[LineImage] = []
        self._after: list[LineImage] = []
        self._sources: list[str] | None = None
        """Addresses in the `source` elements of the open `picture`, until it shows its picture."""
        self._inline: Inline | None = None
        """The innermost of the inline elements that are open."""
        self._look: Inline | None = None
        """The innermost of those around all words of the line at hand."""
        self._bare = False
        """Words of the line at hand stand in no inline element."""
        self._styles: dict[int, str] = {}
        """Of blocks, by their number."""
        self._path: tuple[int, ...] = ()
        self._place: Place = ()
        self._cells = [0]
        """How many cells each open element has so far."""
        self._blocks = 0
        self._depth = 0
        self._preformatted = 0
        self._headings = 0
        self._strong = 0
        self._figcaptions = 0
        self._plain = False
        self._in_heading = False

    @with_signature
    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if (
            self._hidden
            or tag in HIDDEN
            or (attributes and ("style" in attributes or "hidden" in attributes) and hides(attributes))
        ):
            self._hide(tag, attributes)
        elif tag in BLOCKS:
            self._open_block(tag, attributes)
            if tag in COUNTED:
                self._count(tag, 1)
        elif tag == "a":
            self._is_seam = True
            href = attributes.get("href")
            self._anchors.append(bool(href))
            if href:
                self._close_link()
                self._open_link = href.strip(), self._size
                self._continued = False
        elif tag == "br":
            self._fresh = True
            self.end_line()
        elif tag == "img":
            self._add_picture(attributes)
        else:
            self._is_seam = True
            if tag in STRONG:
                self._strong += 1
            elif tag == "span":
                self._spans.append(bool(attributes) and is_block(attributes))
                if self._spans[-1]:
                    self._open_block(tag, attributes)
                else:
                    self._inline = (self._inline, tag, attributes)
            elif tag in STYLED:
                self._inline = (self._inline, tag, attributes)
            elif tag in SHOWING:
                self._open_picture(tag, attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._hidden:
            if self._hidden == self._titled:
                self._titled = 0
            self._hidden -= 1
            if not self._hidden and self._choices is not None:
                self._end_choices(self._choices)
        elif tag in BLOCKS:
            self._close_block()
            if tag in COUNTED:
                self._count(tag, -1)
        elif tag == "a":
            self._is_seam = True
            if self._anchors.pop():
                self._close_link()
        elif tag == "br":
            self._fresh = True
        else:
            self._is_seam = True
            if tag in STRONG:
                self._strong -= 1
            elif tag == "span" and self._spans.pop():
                self._close_block()
            elif tag in STYLED or tag == "span":
                self._inline = self._inline and self._inline[0]
            elif tag == "picture":
                if self._sources:
                    self._show_picture(self._sources[0], None)
                self._sources = None

    def data(self, data: str) -> None:
        """A piece of text."""
        if self._hidden:
            if self._titled and self.title is not None:
                self.title.append(data)
            elif self._choices:
                self._choices[-1][1].append(data)
            return
        if self._fresh:
            if data.isspace():
                return
            self._fresh = False
        if self._preformatted:
            first, *others = data.split("\n")
            self._add(first)
            for other in others:
                self.end_line()
                self._add(other)
        else:
            self._add(data)

    def _hide(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in HEAD:
            self._note(tag, attributes)
        self._hidden += 1
        if self._choices is not None:
            if tag == "option":
                self._choices.append((attributes.get("value") or "", []))
        elif self._hidden == 1 and tag == "select":
            self._choices = []

    def _open_block(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._fresh = True
        if self._pieces or self._before or self._links:
            self.end_line()
        self._blocks += 1
        self._depth += 1
        if self._depth <= _DEEPEST:
            step = tag
            if attributes:
                step = name_step(tag, attributes)
                if "style" in attributes:
                    self._styles[self._blocks] = attributes["style"]
            if tag in CELLS:
                # Columns of a table without attributes are told by their order.
                self._cells[-1] += 1
                step = f"{step}{self._cells[-1]}"
            self._cells.append(0)
            self._path = (*self._path, self._blocks)
            self._place = (*self._place, step)

    def _close_block(self) -> None:
        self._fresh = True
        if self._pieces or self._before or self._links:
            self.end_line()
        if self._depth <= _DEEPEST:
            self._path = self._path[:-1]
            self._place = self._place[:-1]
            self._cells.pop()
        self._depth -= 1

    def _note(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "title":
            if self.title is None:
                self.title = []
                self._titled = self._hidden + 1
        elif "href" in attributes:
            if tag == "base":
                self.base = attributes["href"] if self.base is None else self.base
            elif attributes.get("rel", "").lower() == "canonical":
                self.canonical = attributes["href"] if self.canonical is None else self.canonical

    def _count(self, tag: str, step: int) -> None:
        if tag == "pre":
            self._preformatted += step
        elif tag == "figcaption":
            self._figcaptions += step
        else:
            self._headings += step

    def _end_choices(self, choices: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Puts the options that lead anywhere behind the other lines: a pager may be made of them."""
        self._choices = None
        options = [Link(value.strip(), fold("".join(words))) for value, words in choices if _ADDRESS.search(value)]
        if options and len(self.lines) <= MOST_LINES:
            self.lines.append(Line("", options=options, path=self._path, place=self._place))

    def _add(self, text: str) -> None:
        if not (text.isascii() and text.isprintable()):
            self._only_blanks = False
            text = UNSEEN.sub("", text)
        if text and not text.isspace():
            if self._headings:
                self._in_heading = True
            elif not self._strong:
                self._plain = True
            if self._inline is None:
                self._bare = True
            elif self._look is None:
                self._look = self._inline
            elif self._look is not self._inline:
                self._share_look()
        size = len(text)
        if self._is_seam:
            self._is_seam = False
            if self._size:
                self._seams.append(len(self._pieces))
        # The parser reports null characters one by one, of which a hostile page has millions: one object for all.
        self._pieces.append(text if size > 1 else intern(text))
        self._size += size

    def _close_link(self) -> None:
        if self._open_link is not None:
            if self._size or not self._continued:
                self._links.append((*self._open_link, self._size))
            self._open_link = None

    def _share_look(self) -> None:
        """Notes which inline elements are around the words of the line so far, and around those that come now."""
        before = list_around(self._look)
        self._look = next((one for one in list_around(self._inline) if any(one is other for other in before)), None)
        self._bare = self._look is None

    def _open_picture(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "picture":
            self._sources = []
        elif tag == "source":
            if self._sources is not None and (src := find_picture(attributes)):
                self._sources.append(src)
        elif "fallback" not in attributes and "placeholder" not in attributes:
            # These two are shown in place of the element around them.
            self._add_picture(attributes)

    def _add_picture(self, attributes: Mapping[str, str]) -> None:
        src = find_picture(attributes) or (self._sources[0] if self._sources else None)
        if src:
            self._sources = None
            self._show_picture(src, attributes.get("alt"), small=is_small(attributes, src))

    def _show_picture(self, src: str, alt: str | None, *, small: bool = False) -> None:
        last = next((piece for piece in reversed(self._pieces) if piece and not piece.isspace()), "").rstrip()
        if last.endswith(("]", "］")):
            # A caption that ends in its credit is whole: what follows the next picture is another one.
            self.end_line()
            last = ""
        href = self._open_link[0] if self._open_link else None
        image = LineImage(src.strip(), fold(alt) or None if alt else None, href, small)
        (self._after if last else self._before).append(image)
        if last:
            # What stands on both sides of a picture is no one word.
            self._pieces.append(" ")
            self._size += 1

    def end_line(self) -> None:
        """Puts the line at hand behind the others."""
        if not (self._pieces or self._before or self._links):
            return
        if len(self.lines) > MOST_LINES:
            self._pieces, self._seams, self._size, self._links, self._before, self._after = [], [], 0, [], [], []
            return
        raw = "".join(self._pieces)
        # To split and to join costs as much as all else; few lines need it.
        text = raw.strip() if self._only_blanks and "  " not in raw else " ".join(raw.split())
        if self._before:
            self.lines.append(Line("", images=self._before, path=self._path, place=self._place))
        if text:
            line = Line(text, rest=text, heading=self._in_heading, emphasis=not self._plain, path=self._path)
            line.place = self._place
            if (self._seams or not self._only_blanks) and len(text) <= _MAX_MARKED:
                line.marked = self._mark(raw)
            if self._figcaptions:
                line.figcaption = True
            if self._look is not None or self._styles or self._before or self._after:
                inline = None if self._bare else self._look
                style = self._styles.get(self._path[-1]) if self._path else None
                line.look = style, inline, bool(self._before or self._after)
            if self._links or self._open_link:
                self._add_links(line, raw)
            self.lines.append(line)
        if self._after:
            self.lines.append(Line("", images=self._after, path=self._path, place=self._place))
        if self._before or self._after:
            self._before, self._after = [], []
            self._continued = True
        elif text:
            self._continued = True
        elif icons := [Link(href, "") for href, _, _ in self._links if _ADDRESS.search(href)]:
            self.lines.append(Line("", options=icons, path=self._path, place=self._place))
        if self._links:
            self._links = []
        if self._open_link:
            self._open_link = self._open_link[0], 0
        self._pieces, self._seams, self._size = [], [], 0
        self._plain = self._in_heading = self._bare = False
        self._look = None
        self._only_blanks = True

    def _mark(self, raw: str) -> str:
        """The words of the line with its seams; empty where it has none."""
        if self._seams:
            pieces = self._pieces
            bounds = [0, *self._seams, len(pieces)]
            raw = SEAM.join("".join(pieces[begin:end]) for begin, end in pairwise(bounds))
        marked = _SEAMS.sub(SEAM, _GAP.sub(SEAM, raw)).strip().strip(SEAM)
        if SEAM not in marked:
            return ""
        return SEAM.join(" ".join(piece.split()) for piece in marked.split(SEAM))

    def _add_links(self, line: Line, raw: str) -> None:
        spans = [*self._links, (*self._open_link, self._size)] if self._open_link else self._links
        if len(spans) == 1 and spans[0][1] == 0 and spans[0][2] == self._size:
            # As nearly every line with a link: it is the link.
            line.links = (Link(spans[0][0], line.text),)
            line.rest, line.is_link = "", True
            return
        line.links = [Link(href, " ".join(raw[start:end].split())) for href, start, end in spans]
        line.rest = _outside(raw, spans)
        line.is_link = not _LETTER.search(line.rest)


def _outside(raw: str, spans: list[tuple[str, int, int]]) -> str:
    """What of `raw` stands in none of the `spans`, folded."""
    pieces, at = [], 0
    for _, start, end in sorted(spans, key=lambda span: span[1]):
        if start > at:
            pieces.append(raw[at:start])
        at = max(at, end)
    pieces.append(raw[at:])
    return " ".join(" ".join(pieces).split())
