"""What each visible line of a page is, and why: every line, or each part of a cut one, has exactly one role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import NamedTuple

from .html.line import Line


class Role(StrEnum):
    """What a line is to the page."""

    BREADCRUMB = "breadcrumb"
    TITLE = "title"
    DATE = "date"
    BYLINE = "by line"
    SOURCE = "source"
    EDITOR = "editor"
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
    UNACCOUNTED = "unaccounted"


class Reason(Enum):
    """Why a line has its role; each reason belongs to one role."""

    NONE = (Role.UNACCOUNTED, "nothing says what it is")
    PAGER = (Role.PAGER, "its links lead to other pages of the same list or article")
    TITLE_OF_LIST = (Role.ITEM, "a link to an article that stands in the list")

    @property
    def role(self) -> Role:
        """The role that it gives."""
        role: Role = self.value[0]
        return role

    @property
    def words(self) -> str:
        """The reason for people."""
        words: str = self.value[1]
        return words


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
