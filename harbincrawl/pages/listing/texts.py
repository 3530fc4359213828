"""The words of an item beside its title, and which of them are its summary."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from harbincrawl.pages.html.line import Line, Link, Place, shared_depth
from harbincrawl.pages.listing.items import Item
from harbincrawl.pages.listing.notes import COUNT_ALONE, MORE, match_day
from harbincrawl.pages.roles import Reason

_WORD = re.compile(r"[^\W\d_]+")
STOPS = (".", "!", "?", "。", "！", "？", "…", "”", '"')
_RUNNING = 8
"""Words of running text."""
_SENTENCE = 4
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
    is_running: bool = False
    """It has the length of a text, or is a sentence."""
    is_label: bool = False
    """It is a label, a count, or a word to read on."""

    @property
    def stand(self) -> Stand:
        """Where it stands."""
        shared = shared_depth(self.line.path, self.item.path)
        return self.line.place[shared:], self.side, shared

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
        is_own = self.line.is_link and self.at in self.item.own
        return not is_own and (link.led is None or link.led[0] != self.item.address)

    def read_shape(self) -> None:
        """Looks at what is left of it, without title and what leads elsewhere: whether it is a text."""
        text = self.text
        spoken = len(_WORD.findall(text))
        self.is_running = spoken >= _RUNNING or (spoken >= _SENTENCE and self.text.endswith(STOPS))
        if match_day(self.text):
            self.reason = Reason.ITEM_DAY
        elif self.text[-1:] in (":", "：") or COUNT_ALONE.match(self.text) or MORE.match(self.text):
            self.is_label |= not self.is_running


def count_items(pieces: Iterable[Piece]) -> int:
    """How many items the pieces are of."""
    return len({id(piece.item) for piece in pieces})


_OPENING = " \t[(（【<|·"
"""What stands before a link to read on."""


def choose_texts(pieces: Sequence[Piece]) -> list[str]:
    """Gives the pieces of the summaries their role; returns the running texts that are of none."""
    _cut_read_on(pieces)
    for piece in pieces:
        piece.read_shape()
    groups: dict[Stand, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if not piece.is_label and piece.reason is not Reason.ITEM_DAY and piece.side >= Side.BEHIND:
            groups[piece.stand].append(piece)
    by_item: dict[int, list[Piece]] = defaultdict(list)
    sizes: dict[Stand, int] = {}
    for stand, group in groups.items():
        # Where fewer have a running text, it is an advertisement or a long note.
        running = [piece for piece in group if piece.is_running]
        if running and 2 * count_items(running) >= count_items(group):
            sizes[stand] = sum(len(piece.text) for piece in running)
            for piece in group:
                by_item[id(piece.item)].append(piece)
    for own in by_item.values():
        texts = [piece for piece in own if piece.is_running]
        best = max((piece.stand for piece in texts or own), key=sizes.__getitem__)
        for piece in texts or own:
            if piece.stand == best:
                piece.reason = Reason.SUMMARY
    described = {id(piece.item) for piece in pieces if piece.reason is Reason.SUMMARY}
    free = (piece for group in groups.values() for piece in group if id(piece.item) not in described)
    return [piece.text for piece in free if piece.is_running]


def _cut_read_on(pieces: Sequence[Piece]) -> None:
    """Cuts off the links to read on in which lines end, whatever their words."""
    found = [(piece, *end) for piece in pieces if (end := _find_read_on(piece))]
    for piece, begin, words in found:
        if kept := piece.text[:begin].rstrip(_OPENING):
            piece.cut_back(len(kept), Reason.ITEM_NOTE)
        else:
            piece.is_label = bool(MORE.match(words))


def _find_read_on(piece: Piece) -> tuple[int, str] | None:
    """Where the link begins in which the piece ends, and its words without the title; None without one."""
    link = piece.line.links[-1] if piece.line.links else None
    begin = piece.text.rfind(link.text) if link and link.text else -1
    if link is None or begin < 0 or link.text == piece.item.title:
        return None
    rest = piece.text[begin + len(link.text) :]
    if (any(map(str.isalnum, rest)) and not match_day(rest)) or (
        piece.leads_elsewhere(link) and not MORE.match(link.text)
    ):  # fmt: skip
        return None
    return begin, link.text.replace(piece.item.title, "").strip()
