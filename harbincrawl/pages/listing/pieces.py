"""The words of an item beside its title: what is cut from them, and what their shape is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from harbincrawl.pages.html.line import Line, Link, Place, shared_depth
from harbincrawl.pages.roles import Reason

from .items import Item
from .notes import COUNT_ALONE, MORE, cut_day_off, match_day

WORD = re.compile(r"\d+|[^\W\d_]+")
_LONG_TITLE = 12
"""Characters of a title that is looked for in other words of its item."""
STOPS = (".", "!", "?", "。", "！", "？", "…", "”", '"')
_RUNNING = 8
"""Words of running text."""
SENTENCE = 4
"""Words of a sentence."""


class Side(IntEnum):
    """Where words stand, seen from the title of their item."""

    ABOVE = 0
    BEFORE = 1
    BEHIND = 2
    BELOW = 3


Stand = tuple[Place, Side, int]
"""Where words stand: the place of their line in what it shares with the title, on which side, how many it shares."""


@dataclass(slots=True, eq=False)
class Piece:
    """A line of an item, or what stands on the title's line before or behind it."""

    item: Item
    at: int
    """Index of the line."""
    line: Line
    side: Side
    text: str
    """What nothing was cut from so far."""
    front: list[tuple[str, Reason]] = field(default_factory=list)
    """What was cut from its beginning, in order."""
    back: list[tuple[str, Reason]] = field(default_factory=list)
    """What was cut from its end, in order."""
    reason: Reason = Reason.ITEM_NOTE
    words: tuple[str, ...] = ()
    """Its shape: words in lower case, numbers as 0, without title, day and what leads elsewhere."""
    size: float = 0
    """How many words it has."""
    is_running: bool = False
    """It has the length of a text, or is a sentence."""
    is_doubtful: bool = False
    """Whether it is of the summary, or what stands in it, is less than sure: it is reported."""
    is_label: bool = False
    """It is a label, a count, or a word to read on."""
    is_repeated: bool = False
    """It comes again with other items, numbers apart, and is no running text."""

    @property
    def is_stock(self) -> bool:
        """True for what is hardly a text."""
        return self.is_label or self.is_repeated

    @property
    def stand(self) -> Stand:
        """Where it stands."""
        shared = shared_depth(self.line.path, self.item.path)
        return self.line.place[shared:], self.side, shared

    @property
    def is_day(self) -> bool:
        """True where all that is left of it is a day."""
        return self.reason is Reason.ITEM_DAY

    def cut_front(self, end: int, reason: Reason) -> None:
        """Cuts what stands before `end`."""
        cut, self.text = self.text[:end].strip(), self.text[end:].strip()
        self.front += [(cut, reason)] if cut else []

    def cut_back(self, begin: int, reason: Reason) -> None:
        """Cuts what stands from `begin` on."""
        cut, self.text = self.text[begin:].strip(), self.text[:begin].strip()
        self.back[:0] = [(cut, reason)] if cut else []

    def parts(self) -> list[tuple[str, Reason]]:
        """All of its words, each part with what it is."""
        return [*self.front, *([(self.text, self.reason)] if self.text else []), *self.back]

    def leads_elsewhere(self, link: Link) -> bool:
        """False for a link to the item's own article."""
        if self.line.is_link and self.at in self.item.own:
            return False
        return link.led is None or link.led[0] != self.item.address

    def leads_away(self) -> bool:
        """True where it has a link that does not lead to the item's own article: to a section, a tag, an author."""
        return any(map(self.leads_elsewhere, self.line.links))

    def read_shape(self) -> None:
        """Looks at what is left of it: its shape, and whether it is a text."""
        text = self.text
        for link in self.line.links:
            if self.leads_elsewhere(link):
                text = text.replace(link.text, " ", 1)
        if len(self.item.title) >= _LONG_TITLE:
            text = text.replace(self.item.title, " ")
        text = cut_day_off(text)
        self.words = tuple("0" if word.isdigit() else word for word in WORD.findall(text.lower()))
        self.size = sum(map(weigh, self.words))
        spoken = sum(weigh(word) for word in self.words if word != "0")
        is_sentence = self.text.endswith(STOPS) and not self.text.endswith("...")
        self.is_running = spoken >= _RUNNING or (spoken >= SENTENCE and is_sentence)
        if match_day(self.text):
            self.reason = Reason.ITEM_DAY
        elif self.text[-1:] in (":", "：") or COUNT_ALONE.match(self.text) or MORE.match(self.text):
            self.is_label = not self.is_running


def weigh(word: str) -> float:
    """How many words it is: Chinese is written without blanks between them, and they have some two characters."""
    return len(word) / 2 if word[0] >= "\u2e80" else 1


def count_items(pieces: Iterable[Piece]) -> int:
    """How many items the pieces are of."""
    return len({id(piece.item) for piece in pieces})


def are_usual(found: Iterable[Piece], among: Iterable[Piece]) -> bool:
    """True where more than one item, and most of those with any of `among`, have one that was found."""
    count = count_items(found)
    return count > 1 and 2 * count > count_items(among)
