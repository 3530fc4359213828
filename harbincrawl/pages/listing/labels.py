"""What stands on the line of a summary before or behind it, item after item: sections, names, counts, labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from harbincrawl.pages.html.line import SEAM
from harbincrawl.pages.roles import Reason

from .notes import are_divided, find_counts
from .pieces import SENTENCE, STOPS, WORD, Piece, Side, weigh

_FEW = 3
"""Items of which nothing is told from what most of them have."""
_USUAL = 0.6
"""Share of the texts that have a label of their own element."""
_MOST_LABELS = 4
"""On either side of a text."""
_OPENING = "[【(（"
_BRACKETED = r"[\[【(（][^\[\]【】()（）]{1,60}[\]】)）]"
_FRONT = re.compile(rf"(?:{_BRACKETED}|[^:：.!?。！？]{{1,20}}[:：])(?=.)")
_BACK = re.compile(rf"(?<=.){_BRACKETED}$")
_NUMBER = re.compile(r"\d+")
_DASHES = " -—–:：|·•"


def cut_labels(texts: Sequence[Piece]) -> None:
    """Cuts from the texts of one place what is none of them, and marks those of which that is less than sure."""
    for piece in texts:
        begin = find_counts(piece.text)
        if 0 < begin < len(piece.text) and are_divided(piece.text, begin):
            piece.cut_back(begin, Reason.ITEM_NOTE)
        if piece.side is Side.BEHIND:
            piece.cut_front(len(piece.text) - len(piece.text.lstrip(_DASHES)), Reason.ITEM_NOTE)
    firsts = list({id(piece.item): piece for piece in reversed(texts)}.values())
    lasts = list({id(piece.item): piece for piece in texts}.values())
    for _ in range(_MOST_LABELS):
        _cut_element(firsts, _find_front, Piece.cut_front)
        _cut_element(lasts, _find_back, Piece.cut_back)


def _cut_element(
    texts: Sequence[Piece], find_end: Callable[[Piece], int], cut: Callable[[Piece, int, Reason], None]
) -> None:
    """Cuts the outermost label from texts of which most have one.

    Names that never come again may be a text's own first words.
    """
    found = [(piece, end, _read_cut(piece, end, cut)) for piece in texts if (end := find_end(piece))]
    found = [(piece, end, words) for piece, end, words in found if _is_label(words)]
    if len(found) < _USUAL * len(texts):
        return
    shapes = Counter(_NUMBER.sub("0", words) for _, _, words in found)
    is_sure = len(shapes) < len(found) or all(words[0] in _OPENING for _, _, words in found)
    if not is_sure or len(texts) < _FEW:
        for piece, _, _ in found[:1]:
            piece.is_doubtful = True
        return
    for piece, end, _ in found:
        cut(piece, end, Reason.ITEM_NOTE)
    # One that is too long to show its elements may begin with such words, too.
    known = {id(piece) for piece, _, _ in found}
    for piece in texts:
        piece.is_doubtful |= id(piece) not in known and not piece.line.marked and _has(piece, shapes)


def _read_cut(piece: Piece, end: int, cut: Callable[[Piece, int, Reason], None]) -> str:
    return (piece.text[:end] if cut is Piece.cut_front else piece.text[end:]).strip()


def _is_label(words: str) -> bool:
    if not words or words[0] in _OPENING:
        return bool(words)
    return not words.endswith(STOPS) and sum(map(weigh, WORD.findall(words))) <= SENTENCE


def _has(piece: Piece, shapes: Counter[str]) -> bool:
    text = _NUMBER.sub("0", piece.text)
    return any(text.startswith(shape) or text.endswith(shape) for shape in shapes)


def _list_seams(piece: Piece) -> list[tuple[int, int]]:
    """Where the elements begin and end that the piece consists of."""
    at, found = 0, []
    for words in piece.line.marked.split(SEAM) if piece.line.marked else ():
        begin = at + len(piece.text[at:]) - len(piece.text[at:].lstrip())
        if piece.text.startswith(words, begin):
            at = begin + len(words)
            found.append((begin, at))
    return found


def _find_front(piece: Piece) -> int:
    """Where brackets, a label with a colon, or an element end with which a text begins; 0 without any."""
    if match := _FRONT.match(piece.text):
        return match.end()
    seams = _list_seams(piece)
    return seams[0][1] if len(seams) > 1 else 0


def _find_back(piece: Piece) -> int:
    """Where brackets or an element begin in which a text ends; 0 without any."""
    if match := _BACK.search(piece.text):
        return match.start()
    seams = _list_seams(piece)
    return seams[-1][0] if len(seams) > 1 and not piece.text[seams[-1][1] :] else 0
