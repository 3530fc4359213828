"""An item of a listing page: its title line, and what stands with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from harbincrawl.pages.html.line import shared_depth

NEAR = 3
"""Containers of its own that a title may stand in, apart from its date: row, cell and a paragraph."""
_LONGEST_HEADING = 40


@dataclass(slots=True)
class PlainLine:
    """A line under a title."""

    text: str
    depth: int
    """How many containers it shares with the title."""
    emphasis: bool

    @property
    def is_heading(self) -> bool:
        """It may head what follows: short, and no sentence."""
        return len(self.text) <= _LONGEST_HEADING and self.text[-1:] not in '.!?”"])…'


@dataclass(slots=True)
class Item:
    """A title line and what stands with it."""

    at: int
    title: str
    address: str
    id: str | None
    section_path: str | None
    path: tuple[int, ...]
    """Path of the title line."""
    date: date | None = None
    has_date: bool = False
    plain: list[PlainLine] = field(default_factory=list)
    """The lines under the title."""
    end: int = 0
    """Index behind its last line."""

    @property
    def home(self) -> tuple[int, ...]:
        """Container of the title line."""
        return self.path[:-1]

    @property
    def summary(self) -> str | None:
        """The words under the title."""
        return " ".join(one.text for one in self.plain) or None


def is_peer(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """True for titles of one list: as deep as each other, and apart by no more than what an item has of its own."""
    return len(one) == len(other) and shared_depth(one, other) > len(one) - NEAR
