"""A visible line of a page: its words, links and pictures, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from harbincrawl.sites import Address

UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\xad]|[\ud800-\udfff]")
"""Not shown by any browser: controls (white space folds later), zero-width space, byte order mark, soft hyphen."""

SEAM = "\x1f"
"""Where one inline element ends and another begins, or where several no-break spaces stand; no folded text has it."""

ACTION = re.compile(r"^(?:javascript:|#|mailto:|tel:|about:|file:)", re.IGNORECASE)
"""Addresses that lead to no page."""

Place = tuple[str, ...]
"""Steps from the root to a block: name, first class, id and alignment, numbers in them left out. They are compared
between pages and mean nothing by themselves."""

Inline: TypeAlias = "tuple[Inline | None, str, Mapping[str, str]]"
"""An inline element around words: the one that it stands in, its name and attributes."""
Look: TypeAlias = "tuple[str | None, Inline | None, bool]"
"""The style of a line's block, the innermost inline element around all of its words, and whether no break divides them
from a picture."""
_MOST_AROUND = 6
"""Inline elements around words that are looked at: hostile pages nest them by thousands."""


class Mark(NamedTuple):
    """An element that a selector of the site file names."""

    key: str
    """Of the selector: `text`, `source`, `item`."""
    number: int
    """Of the element among those that match, from 0."""


@dataclass(slots=True)
class Link:
    """A link within a line: where it leads, as written, and its words on that line."""

    href: str
    text: str
    led: tuple[str | None, Address | None] | None = field(default=None, repr=False, compare=False)
    """What it means on its page, once somebody asked, see `SitePage.lead`."""


@dataclass(slots=True)
class LineImage:
    """A picture of a line: an `img`, or what stands for one."""

    src: str
    alt: str | None
    href: str | None = None
    """Where the picture links to, as written."""
    small: bool = False
    """Its size, or its name, is that of an icon, a rule or a spacer."""


@dataclass(slots=True)
class Line:
    """One visible line."""

    text: str
    """White space folded; empty only for a line of pictures."""
    links: Sequence[Link] = ()
    rest: str = ""
    """The line's text that stands in no link."""
    is_link: bool = False
    """No word of the line stands outside its links."""
    images: Sequence[LineImage] = ()
    heading: bool = False
    """It begins in a heading element."""
    emphasis: bool = False
    """All of it is bold or a heading."""
    figcaption: bool = False
    """It stands in a `figcaption`."""
    look: Look | None = field(default=None, repr=False, compare=False)
    """How its words look; None where nothing sets them apart."""
    options: Sequence[Link] = ()
    """Links without words: choices of a `select`, icons of a style sheet; such a line has no words and no pictures."""
    path: tuple[int, ...] = ()
    """Numbers of the block elements around it, outermost first: equal beginnings are shared containers."""
    place: Place = ()
    """What these elements are, one step each: equal places on two pages are the same place of a template."""
    marked: str = ""
    """The text of a short line with seams between its inline elements; empty where it has none."""
    marks: tuple[Mark, ...] = ()
    """The elements around it, or on it, that the site file selects, outermost first."""
    said: tuple[object] | None = field(default=None, repr=False, compare=False)
    """What it says by itself as information, once somebody asked."""

    def is_marked(self, key: str) -> bool:
        """True where it stands in an element that the selector `key` names, or has one on it."""
        return any(mark.key == key for mark in self.marks)


def fold(text: str) -> str:
    """`text` with unseen characters gone and every run of white space, no-break spaces included, one blank."""
    return " ".join(UNSEEN.sub("", text).split())


def list_around(inline: Inline | None) -> list[Inline]:
    """The element and those around it, innermost first."""
    found: list[Inline] = []
    while inline is not None and len(found) < _MOST_AROUND:
        found.append(inline)
        inline = inline[0]
    return found


def shared_depth(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """How many containers two paths share."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def is_within(path: tuple[object, ...], container: tuple[object, ...]) -> bool:
    """True where a line at `path`, or at a place, stands in the container."""
    return path[: len(container)] == container


def is_linked_title(line: Line) -> bool:
    """True for a line that is one link of several words; a pager has many links."""
    worded = [link for link in line.links if link.text]
    return line.is_link and len(worded) == 1 and line.text.count(" ") > 1


def begins_with_title(line: Line) -> bool:
    """True for a linked title, and for a line that begins with one: `TITLE: what is said of it`."""
    worded = [link for link in line.links if link.text]
    return is_linked_title(line) or (
        len(worded) == 1 and worded[0].text.count(" ") > 1 and line.text.startswith(worded[0].text)
    )


def is_headed(lines: Sequence[Line], at: int) -> bool:
    """True for a line right behind a linked title; a picture may stand between."""
    above = next((line for line in reversed(lines[max(0, at - 2) : at]) if line.text), None)
    return above is not None and is_linked_title(above)
