"""The words of an item beside its title, and which of them are its summary."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from harbincrawl.pages.html.line import Line, Link, Place, shared_depth
from harbincrawl.pages.listing.items import Item
from harbincrawl.pages.listing.notes import COUNT_ALONE, MORE, has_day, match_day
from harbincrawl.pages.roles import Reason

_WORD = re.compile(r"[^\W\d_]+")
_LONG_TITLE = 12
"""Characters of a title that is looked for in other words of its item."""
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
    is_doubtful: bool = False
    """Whether it is of the summary, or what stands in it, is less than sure: it is reported."""
    is_label: bool = False
    """It is a label, a count, or a word to read on."""

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

    def read_shape(self) -> None:
        """Looks at what is left of it, without title and what leads elsewhere: whether it is a text."""
        text = self.text
        for link in self.line.links:
            if self.leads_elsewhere(link):
                text = text.replace(link.text, " ", 1)
        if len(self.item.title) >= _LONG_TITLE:
            text = text.replace(self.item.title, " ")
        self.is_label |= self.line.is_link and all(map(self.leads_elsewhere, self.line.links))
        spoken = sum(map(_weigh, _WORD.findall(text)))
        is_sentence = self.text.endswith(STOPS) and not self.text.endswith("...")
        self.is_running = spoken >= _RUNNING or (spoken >= _SENTENCE and is_sentence)
        if match_day(self.text):
            self.reason = Reason.ITEM_DAY
        elif self.text[-1:] in (":", "：") or COUNT_ALONE.match(self.text) or MORE.match(self.text):
            self.is_label |= not self.is_running


def _weigh(word: str) -> float:
    """How many words it is: Chinese is written without blanks between them, and they have some two characters."""
    return len(word) / 2 if word[0] >= "\u2e80" else 1


def count_items(pieces: Iterable[Piece]) -> int:
    """How many items the pieces are of."""
    return len({id(piece.item) for piece in pieces})


def are_usual(found: Iterable[Piece], among: Iterable[Piece]) -> bool:
    """True where more than one item, and most of those with any of `among`, have one that was found."""
    count = count_items(found)
    return count > 1 and 2 * count > count_items(among)


_RARE = 0.2
"""Share of the items that have an advertisement behind them, at most."""
_LONGEST_MORE = 40
"""Characters of a link to read on in words that no list of words has, less the title."""
_OPENING = " \t[(（【<|·"
"""What stands before a link to read on."""
Groups = dict[Stand, list[Piece]]
"""Pieces by where they stand."""


def choose_texts(pieces: Sequence[Piece], items: int) -> None:
    """Gives the pieces of the summaries of so many items their role, and marks what is less than sure."""
    _cut_read_on(pieces)
    for piece in pieces:
        piece.read_shape()
    groups: dict[Stand, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if not piece.is_day:
            groups[piece.stand].append(piece)
    texts = _find_texts(groups)
    _give_roles(groups, texts, items)
    described = {id(piece.item) for piece in pieces if piece.reason is Reason.SUMMARY}
    for piece in pieces:
        piece.is_doubtful &= piece.stand in texts or id(piece.item) not in described


def _cut_read_on(pieces: Sequence[Piece]) -> None:
    """Cuts off the links to read on in which lines end, whatever their words."""
    found = [(piece, *end) for piece in pieces if (end := _find_read_on(piece))]
    counts = Counter(words for _, words in {(id(piece.item), words) for piece, _, words in found})
    for piece, begin, words in found:
        kept = piece.text[:begin].rstrip(_OPENING)
        if MORE.match(words) or counts[words] > 1 or match_day(kept) or (
            kept.endswith(STOPS) and len(words) <= _LONGEST_MORE
        ):  # fmt: skip
            if kept:
                piece.cut_back(len(kept), Reason.ITEM_NOTE)
            else:
                piece.is_label = bool(MORE.match(words)) or counts[words] > 1


def _find_read_on(piece: Piece) -> tuple[int, str] | None:
    """Where the link begins in which the piece ends, and its words without the title; None without one."""
    link = piece.line.links[-1] if piece.line.links else None
    begin = piece.text.rfind(link.text) if link and link.text else -1
    rest = piece.text[begin + len(link.text) :] if link and begin >= 0 else ""
    if link is None or begin < 0 or (any(map(str.isalnum, rest)) and not match_day(rest)):
        return None
    if link.text == piece.item.title or (piece.leads_elsewhere(link) and not MORE.match(link.text)):
        return None
    return begin, link.text.replace(piece.item.title, "").strip()


def _find_texts(groups: Groups) -> Groups:
    """The running texts, by where they stand."""
    found: Groups = {}
    for stand, group in groups.items():
        free = [piece for piece in group if not piece.is_label]
        running = [piece for piece in free if piece.is_running]
        if stand[1] >= Side.BEHIND and running:
            if 2 * count_items(running) >= count_items(free):
                found[stand] = running
            for piece in running:
                piece.is_doubtful = stand not in found
    return found


def _give_roles(groups: Groups, texts: Groups, items: int) -> None:
    """Says of each piece where texts stand whether it is of a summary."""
    counts = {stand: count_items(group) for stand, group in texts.items()}
    sizes = {stand: sum(len(piece.text) for piece in group) for stand, group in texts.items()}
    known = {piece for group in texts.values() for piece in group}
    by_item: dict[int, list[Piece]] = defaultdict(list)
    for stand in texts:
        for piece in groups[stand]:
            by_item[id(piece.item)].append(piece)
    for own in by_item.values():
        running = [piece for piece in own if piece in known]
        best = max((piece.stand for piece in running or own), key=sizes.__getitem__)
        for piece in running:
            # What hardly any other item has is an advertisement.
            piece.is_doubtful |= piece.stand != best and counts[piece.stand] > max(1, _RARE * items)
        short = (piece for piece in own if not piece.is_label and not has_day(piece.text))
        for piece in running or short:
            if piece.stand == best:
                piece.reason = Reason.SUMMARY
