"""Where on a page something can be added: found by the words of the article, said in terms of the elements around."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lxml.html import HtmlElement

from .lines import BLOCKS, Line, Spot

ROWS = {"table": "tr", "tbody": "tr", "tr": "td", "ul": "li", "ol": "li", "dl": "dd"}
"""What an element may hold."""
NEAR = 14
"""A line of the text is so many lines behind the one before, at most."""
FAR = 40
"""The first line is so far behind the date, at most."""
MOST_CRUMB = 9
"""A part of a title is longer than any word of a breadcrumb that begins like it."""
PHRASES = frozenset("p span font b strong em i a h1 h2 h3 h4 h5 h6 small".split())
"""Elements that hold nothing but words and line breaks."""


Chain = tuple[tuple[str, str | None, str | None], ...]


class Expected(NamedTuple):
    """A line of the text as its story has it, or a picture by the name of its file."""

    words: str = ""
    picture: str = ""
    ends: bool = True
    """Whether nothing of the same picture follows."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A place within `parent`: before `spot`'s branch, or behind it."""

    parent: HtmlElement
    spot: Spot
    before: bool

    @property
    def branch(self) -> HtmlElement | None:
        """The child of `parent` that `spot` stands in; None where it is a text of the parent's own."""
        if self.spot.kind == "text" and self.spot.element is self.parent:
            return None
        if self.spot.kind == "tail" and self.spot.element.getparent() is self.parent:
            return None
        element = self.spot.element if self.spot.kind == "img" else self.spot.holder
        while element is not None and element.getparent() is not self.parent:
            element = element.getparent()
        return element

    @property
    def flows(self) -> bool:
        """Whether nothing but line breaks divides the lines here."""
        branch = self.branch
        return branch is None or branch.tag not in BLOCKS

    def put(self, elements: Sequence[HtmlElement]) -> None:
        """Adds `elements` here, in order."""
        branch, element = self.branch, self.spot.element
        if self.before:
            if branch is not None:
                at = self.parent.index(branch)
            elif self.spot.kind == "tail":
                elements[-1].tail, element.tail = (elements[-1].tail or "") + (element.tail or ""), None
                at = self.parent.index(element) + 1
            else:
                elements[-1].tail, element.text = (elements[-1].tail or "") + (element.text or ""), None
                at = 0
        elif branch is None:
            at = self.parent.index(element) + 1 if self.spot.kind == "tail" else 0
        else:
            if branch.tail and branch.tail.strip():
                elements[-1].tail, branch.tail = (elements[-1].tail or "") + branch.tail, None
            at = self.parent.index(branch) + 1
        for number, one in enumerate(elements):
            self.parent.insert(at + number, one)


@dataclass(slots=True)
class Places:
    """The lines of an article page by what they are: as the story says, not as a reader would find."""

    title: Line | None
    head: Line
    """The last line above the text: the By line, else the date."""
    date: Line
    content: list[Line]
    ends: list[Line]
    """Of these, the last lines of paragraphs and of pictures with their words."""
    room: HtmlElement
    """The element that holds the text."""

    def find(self, place: str, paragraph: int = 0) -> Gap:
        """The gap called `place`; `paragraph` counts from 1, for `in text`."""
        first, last = self.content[0].first, self.content[-1].last
        if place == "above title":
            top = (self.title or self.date).first
            return Gap(common_parent(top, self.date.last if self.title else first), top, True)
        if place == "below title":
            if self.title is None:
                return Gap(common_parent(self.date.first, first), self.date.first, True)
            return Gap(common_parent(self.title.last, self.date.first), self.date.first, True)
        if place == "below by":
            return Gap(common_parent(self.head.last, first), first, True)
        if place == "text start":
            return Gap(self.room, first, True)
        if place == "in text":
            line = self.ends[min(paragraph, len(self.ends)) - 1]
            return Gap(self.room, line.last, False)
        if place == "text end":
            return Gap(self.room, last, False)
        assert place == "below text", place
        return Gap(common_parent(self.head.first, last), last, False)


def ancestors(element: HtmlElement) -> list[HtmlElement]:
    """The element and all that it stands in, from the inside."""
    return [element, *element.iterancestors()]


def common_parent(one: Spot, two: Spot) -> HtmlElement:
    """The innermost element that both stand in; of one line, what holds its block."""
    others = ancestors(two.holder)
    return next(each for each in ancestors(one.holder) if each in others)


def find_places(
    lines: Sequence[Line],
    title: str,
    day_label: str,
    by: str,
    expected: Sequence[Expected],
    usual: Chain | None = None,
) -> Places:
    """The places of an article page, from what its story prints.

    `usual` is where the text stands on other pages of the template.

    Raises LookupError where the page does not print it.
    """
    date_at = _find_date(lines, day_label, title)
    titled = [line for line in lines[:date_at] if line.text and (line.text == title or title.startswith(line.text))]
    whole = [line for line in titled if line.text == title] or [line for line in titled if len(line.text) > MOST_CRUMB]
    at, found = date_at + 1, []
    ends: list[int] = []
    for one in expected:
        words, picture = one.words, one.picture
        for number in range(at, min(at + (NEAR if found else FAR), len(lines))):
            line = lines[number]
            shows = any(src.rsplit("/", 1)[-1] == picture for src in line.pictures) if picture else words in line.text
            if shows:
                found.append(number)
                ends += [number] if one.ends else []
                at = number
                break
    if not found:
        raise LookupError(f"no line of {title!r} is on the page")
    content = lines[found[0] : found[-1] + 1]
    author = by.split(" ( ")[0]
    heads = [number for number in range(date_at, found[0]) if not by or author in lines[number].text]
    head = lines[heads[-1] if by and heads else min(date_at + 2, found[0] - 1) if not by else date_at]
    return Places(
        whole[-1] if whole else None,
        head,
        lines[date_at],
        list(content),
        [lines[number] for number in ends] or content[-1:],
        _find_room(content, usual),
    )


def _find_date(lines: Sequence[Line], day_label: str, title: str) -> int:
    labelled = [at for at, line in enumerate(lines) if re.search(rf"(^|\s|\|){re.escape(day_label)}\b", line.text)]
    labelled = [at for at in labelled if lines[at].text != title]
    if not labelled:
        raise LookupError(f"no line says {day_label}")
    return labelled[0]


def _find_room(content: Sequence[Line], usual: Chain | None) -> HtmlElement:
    found = ancestors(common_parent(content[0].first, content[-1].last))
    # A lone picture with its words may have a room of its own within the text's: the other pages tell.
    if usual:
        outer = next((each for each in ancestors(content[0].first.holder) if describe_chain(each) == usual), None)
        if outer in found:
            return outer
    return next(each for each in found if each.tag not in PHRASES and each.tag not in ROWS and each.tag != "figure")


def describe_chain(element: HtmlElement) -> Chain:
    """The element and all around it, by name, id and class."""
    return tuple((each.tag, each.get("id"), each.get("class")) for each in ancestors(element))
