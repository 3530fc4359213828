"""The days of a list's items: beside their titles, among notes, before or behind their summaries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from harbincrawl.pages.roles import Reason

from .notes import DAY, FULL_DAY, has_year, read_day
from .pieces import Piece, are_usual, count_items

_GLUED = re.compile(
    rf"(?P<front>\d{{4}}-\d{{2}}-\d{{2}}(?=\d)|{DAY.pattern})(?P<blank>\s*)(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL
)
_DAY_AT_END = re.compile(rf"[\s\[(（|]*(?P<front>{DAY.pattern})[\])）\s]*$", re.IGNORECASE)
_LONGEST_DAY = 40
"""Characters of a day at a summary's end, with its label and time."""


def read_days(pieces: Sequence[Piece]) -> None:
    """Gives each item the first day among its notes; one without takes it from its summary, if others do, too."""
    dated = set()
    texts_at = Counter(piece.stand for piece in pieces if piece.is_running)
    few = min(1, count_items(pieces) - 1)
    for piece in pieces:
        # A text that stands with one item of several is an advertisement.
        is_note = piece.reason is not Reason.SUMMARY and (not piece.is_running or texts_at[piece.stand] > few)
        if is_note and _read_note(piece, piece.text):
            piece.reason = Reason.ITEM_DAY
        for side in (piece.front, piece.back):
            side[:] = [(text, Reason.ITEM_DAY if _read_note(piece, text) else reason) for text, reason in side]
        if any(reason is Reason.ITEM_DAY for _, reason in piece.parts()):
            dated.add(id(piece.item))
    texts = [piece for piece in pieces if piece.reason is Reason.SUMMARY and id(piece.item) not in dated]
    _cut_days({id(piece.item): piece for piece in reversed(texts)}, {id(piece.item): piece for piece in texts})


def _read_note(piece: Piece, text: str) -> bool:
    """True where a note has a day; the first that there is in any of them is the item's."""
    days = list(DAY.finditer(text)) if any(map(str.isdigit, text)) else []
    read = (day for match in days if (day := read_day(match, piece.item.created)))
    piece.item.date = piece.item.date or next(read, None)
    return bool(days)


def _cut_days(firsts: dict[int, Piece], lasts: dict[int, Piece]) -> None:
    """Takes a day before or behind a summary as the item's, where most have one there and none elsewhere.

    A sentence may begin with a day, or end in one; one to which its words are glued, or that has a label, is none.
    """
    begun = [(piece, match) for piece in firsts.values() if (match := _match_front(piece.text))]
    is_usual = are_usual([piece for piece, _ in begun], firsts.values())
    for piece, match in begun:
        front = match["front"]
        if is_usual or not match["blank"] or ":" in front or "：" in front:
            piece.cut_front(match.start("rest"), Reason.ITEM_DAY)
            _set_day(piece, front)
            lasts.pop(id(piece.item))
    ended = [(piece, match) for piece in lasts.values() if (match := _match_end(piece.text))]
    for piece, match in ended if are_usual([piece for piece, _ in ended], lasts.values()) else ():
        if match.start():
            piece.cut_back(match.start(), Reason.ITEM_DAY)
            _set_day(piece, match["front"])


def _set_day(piece: Piece, text: str) -> None:
    match = FULL_DAY.search(text)
    piece.item.date = read_day(match, piece.item.created) if match else None


def _match_front(text: str) -> re.Match[str] | None:
    """The day with its year before the other words of `text`."""
    match = _GLUED.match(text) if any(map(str.isdigit, text[:_LONGEST_DAY])) else None
    return match if match and FULL_DAY.search(match["front"]) else None


def _match_end(text: str) -> re.Match[str] | None:
    """The day with its year at the end of `text`."""
    start = max(0, len(text) - _LONGEST_DAY)
    match = _DAY_AT_END.search(text, start) if has_year(text, start) else None
    return match if match and FULL_DAY.search(match["front"]) else None
