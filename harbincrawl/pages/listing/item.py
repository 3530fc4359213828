"""An item of a listing page: its title, and the lines that belong to it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from harbincrawl.pages.html.line import shared_depth
from harbincrawl.sites import Address

NEAR = 3
"""Containers of its own that a title may stand in, apart from its date: row, cell and a paragraph."""


@dataclass(slots=True)
class Item:
    """A link that may be the title of an item, and what stands with it."""

    at: int
    """Index of the line of its title, or of its picture where it has no words."""
    title: str
    address: str
    meaning: Address | None
    """None where it leads to no article of the site."""
    path: tuple[int, ...]
    """Path of that line."""
    is_plain: bool = True
    """No words but notes stand beside the title on its line."""
    is_first: bool = True
    """No words but notes stand before the title on its line."""
    is_picture: bool = False
    """It has no words."""
    is_list: bool = False
    """It leads to a list of the site."""
    own: list[int] = field(default_factory=list)
    """Indexes of the lines that lead to it: title, picture, summary, `more`."""
    head: list[int] = field(default_factory=list)
    """Indexes of other lines of it above the title."""
    tail: list[int] = field(default_factory=list)
    """The same behind it."""
    day_line: int | None = None
    """Index of the line with its day, where that is one of neither."""
    date: datetime.date | None = None
    has_date: bool = False
    summary: str | None = None

    @property
    def id(self) -> str | None:
        """The article's id."""
        return self.meaning.id if self.meaning else None

    @property
    def created(self) -> datetime.date | None:
        """The day in its address."""
        return self.meaning.created if self.meaning else None

    @property
    def first(self) -> int:
        """Index of the first line that leads to it."""
        return self.own[0]

    @property
    def last(self) -> int:
        """Index of the last line that leads to it."""
        return self.own[-1]

    def cut_title(self, text: str) -> str:
        """What stands beside its title on its line `text`, or the title where nothing does.

        A title may end in a number, to which a day is glued.
        """
        return text.replace(self.title, "", 1) if len(text) > len(self.title) else text


def is_peer(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """True for titles of one list: as deep as each other, and apart by no more than what an item has of its own."""
    return len(one) == len(other) and shared_depth(one, other) > len(one) - NEAR
