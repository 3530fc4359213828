"""What each visible line of a page is, and why: every line, or each part of a cut one, has exactly one role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import NamedTuple

from harbincrawl.pages.html.line import Line


class Role(StrEnum):
    """What a line is to the page."""

    BREADCRUMB = "breadcrumb"
    TITLE = "title"
    DATE = "date"
    BYLINE = "by line"
    SOURCE = "source"
    EDITOR = "editor"
    FIELD = "unknown field"
    PARAGRAPH = "paragraph"
    PICTURE = "picture"
    CAPTION = "caption"
    CREDIT = "credit"
    FILE_NAME = "file name"
    PAGER = "pager"
    BOX = "box"
    FURNITURE = "furniture"
    MENU = "menu"
    FOOT = "foot"
    LIST_TITLE = "list title"
    ITEM = "item"
    ITEM_DATE = "item date"
    SUMMARY = "summary"
    TOTAL = "total"
    DROPPED = "dropped"
    UNACCOUNTED = "unaccounted"


class Reason(Enum):
    """Why a line has its role, as the rule that gave it; each reason belongs to one role."""

    NONE = (Role.UNACCOUNTED, "nothing says what it is")

    WAY = (Role.BREADCRUMB, "it leads from the home page to the section")
    HEADING = (Role.TITLE, "it heads the text")
    DATE = (Role.DATE, "a date behind its label")
    BYLINE = (Role.BYLINE, "it says who wrote, or from where it is")
    SOURCE = (Role.SOURCE, "it says from where it is, behind its label")
    EDITOR = (Role.EDITOR, "it says who edited, or took the pictures, behind its label")
    FIELD = (Role.FIELD, "the site file does not know its label")

    TEXT = (Role.PARAGRAPH, "it stands in the text")
    PICTURE = (Role.PICTURE, "it stands in the text")
    CREDITED = (Role.CAPTION, "it ends in a credit")
    FIGCAPTION = (Role.CAPTION, "the markup calls it one")
    PLACED = (Role.CAPTION, "captions of this template stand there, under their pictures")
    PLACED_ABOVE = (Role.CAPTION, "captions of this template stand there, above their pictures")
    HELD = (Role.CAPTION, "it stands under a picture, in an element that holds nothing else")
    HELD_ABOVE = (Role.CAPTION, "it stands above a picture, in an element that holds nothing else")
    ALL_CAPTIONS = (Role.CAPTION, "every line of the text stands right under a picture")
    CREDIT = (Role.CREDIT, "square brackets, or an element of its own, at a caption's end or below a picture")
    FILE_NAME = (Role.FILE_NAME, "it is the name of a picture's file")
    QUOTE = (Role.FURNITURE, "it repeats words of a paragraph")
    MARKS = (Role.FURNITURE, "it has marks and no word")

    PAGER = (Role.PAGER, "its links lead to other pages of the same list or article")
    BOX_ITEM = (Role.BOX, "it is wholly a link to another article")
    BOX_HEADING = (Role.BOX, "it heads links to other articles")
    BOX_TEASER = (Role.BOX, "it stands with a link to another article")

    STANDING = (Role.FURNITURE, "other pages of this template have it, too")
    ELSEWHERE = (Role.FURNITURE, "no text stands there on the pages of this template")
    TOOL = (Role.FURNITURE, "its words, or those of its heading, are on the list of furniture")
    BUTTON = (Role.FURNITURE, "its links lead to no page, or off the site from a picture")
    ORNAMENT = (Role.FURNITURE, "a picture outside of the text")
    BANNER = (Role.FURNITURE, "no sentence, and it stands above the heading")
    LINKS = (Role.MENU, "all its words are links")
    MENU_HEADING = (Role.MENU, "it heads links")
    COPYRIGHT = (Role.FOOT, "it is a notice of copyright or a licence")
    BEHIND = (Role.FOOT, "no sentence, and it stands behind the text")

    ITEM_TITLE = (Role.ITEM, "a link to an article that stands in the list")
    ITEM_PICTURE = (Role.PICTURE, "it stands with an item")
    ITEM_DAY = (Role.ITEM_DATE, "a day beside a title")
    ITEM_NOTE = (Role.FURNITURE, "a note on an item: its section, source, author, counts, tags, or a link to read on")
    SUMMARY = (Role.SUMMARY, "running text of an item, at a place where most items have some")
    LIST_NAME = (Role.LIST_TITLE, "it names the list or the site")
    PART_NAME = (Role.LIST_TITLE, "it heads a part of the list")
    COUNTS = (Role.TOTAL, "it says how many items or pages the list has")
    OTHER_LINK = (Role.BOX, "a link to an article that stands outside of the list")
    ABOVE_LIST = (Role.FURNITURE, "it stands above the list")
    BEHIND_LIST = (Role.FOOT, "it stands behind the list")

    SELECTED_TITLE = (Role.TITLE, "the site file selects it")
    SELECTED_DATE = (Role.DATE, "the site file selects it")
    SELECTED_AUTHOR = (Role.BYLINE, "the site file selects it")
    SELECTED_SOURCE = (Role.SOURCE, "the site file selects it")
    SELECTED_SECTION = (Role.BREADCRUMB, "the site file selects it")
    OUTSIDE = (Role.FURNITURE, "it stands outside of the text that the site file selects")
    OUTSIDE_ITEMS = (Role.BOX, "a link to an article outside of the items that the site file selects")
    DROPPED = (Role.DROPPED, "the site file drops it")

    def __init__(self, role: Role, words: str) -> None:
        self.role = role
        """The role that it gives."""
        self.words = words
        """The reason for people."""


class Part(NamedTuple):
    """A line, or a part of one, and its role."""

    line: int
    """Index of the line."""
    text: str
    """The words of the part; the line's own where it is whole."""
    reason: Reason


@dataclass(slots=True)
class Roles:
    """The roles of the lines of one page; a line without one is unaccounted."""

    lines: Sequence[Line]
    whole: list[Reason] = field(init=False)
    """One a line."""
    cut: dict[int, list[tuple[str, Reason]]] = field(default_factory=dict)
    """The parts of lines that have more than one role, in order."""
    notes: dict[int, str] = field(default_factory=dict)
    """What the reason of a line says of this page, for people."""

    def __post_init__(self) -> None:
        self.whole = [Reason.NONE] * len(self.lines)

    def give(self, start: int, end: int, reason: Reason) -> None:
        """Gives the lines from `start` up to `end` the role of `reason`."""
        self.whole[start:end] = [reason] * (end - start)

    def divide(self, at: int, parts: Sequence[tuple[str, Reason]]) -> None:
        """Gives each part of line `at` a role of its own; together they are the line less blanks."""
        self.cut[at] = list(parts)

    def parts(self) -> Iterator[Part]:
        """Every part of every line, in order."""
        for at, line in enumerate(self.lines):
            for text, reason in self.cut.get(at) or ((line.text, self.whole[at]),):
                yield Part(at, text, reason)
