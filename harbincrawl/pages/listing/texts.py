"""Which words of a list's items are their summaries: running text at a place where most items have some."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median_low

from harbincrawl.pages.roles import Reason

from .labels import cut_labels
from .notes import MORE, has_day, match_day
from .pieces import SENTENCE, STOPS, Piece, Side, Stand, are_usual, count_items

_FEW = 3
"""Items of which nothing is told from what most of them have."""
_COMMON = 0.6
"""Share of the items with which a word belongs to the template."""
_STOCK = 0.7
"""Share of the letters of a text that are words of the template."""
_RARE = 0.2
"""Share of the items that have an advertisement behind them, at most."""
_LONGEST_MORE = 40
"""Characters of a link to read on in words that no list of words has, less the title."""
_OPENING = " \t[(（【<|·"
"""What stands before a link to read on."""
_STOPS = (".", "!", "?", "。", "！", "？")
_ENDS_OF_TEXT = (*_STOPS, "…", "”", '"')
Groups = dict[Stand, list[Piece]]
"""Pieces by where they stand."""


def choose_texts(pieces: Sequence[Piece], items: int) -> None:
    """Gives the pieces of the summaries of so many items their role, and marks what is less than sure."""
    _cut_read_on(pieces)
    for piece in pieces:
        piece.read_shape()
    _mark_repeated(pieces)
    groups: dict[Stand, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if not piece.is_day:
            groups[piece.stand].append(piece)
    texts = _find_texts(groups) or _find_short_text(groups, items)
    _give_roles(groups, texts, items)
    described = {id(piece.item) for piece in pieces if piece.reason is Reason.SUMMARY}
    for piece in pieces:
        piece.is_doubtful &= piece.stand in texts or id(piece.item) not in described
    for stand in texts:
        cut_labels([piece for piece in groups[stand] if piece.reason is Reason.SUMMARY])


def _cut_read_on(pieces: Sequence[Piece]) -> None:
    """Cuts off the links to read on in which lines end, whatever their words; a sentence that is a link stays."""
    found = [(piece, *end) for piece in pieces if (end := _find_read_on(piece))]
    counts = Counter(words for _, words in {(id(piece.item), words) for piece, _, words in found})
    for piece, begin, words in found:
        kept = piece.text[:begin].rstrip(_OPENING)
        if MORE.match(words) or counts[words] > 1 or match_day(kept) or (
            kept.endswith(_ENDS_OF_TEXT) and len(words) <= _LONGEST_MORE
        ):  # fmt: skip
            if words.endswith(_STOPS) and not words.endswith("...") and not MORE.match(words):
                continue
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


def _mark_repeated(pieces: Sequence[Piece]) -> None:
    """Marks what comes again with other items: tags, names, counts; and what is a link elsewhere as a whole."""
    shapes = Counter(words for words, _ in {(piece.words, id(piece.item)) for piece in pieces})
    for piece in pieces:
        piece.is_label |= piece.line.is_link and all(map(piece.leads_elsewhere, piece.line.links))
        piece.is_repeated = bool(piece.words) and shapes[piece.words] > 1 and not piece.is_running


def _find_texts(groups: Groups) -> Groups:
    """The running texts, by where they stand."""
    found: Groups = {}
    for stand, group in groups.items():
        free = [piece for piece in group if not piece.is_stock]
        running = [piece for piece in free if piece.is_running]
        if stand[1] >= Side.BEHIND and running:
            if 2 * count_items(running) >= count_items(free):
                found[stand] = running
            for piece in running:
                piece.is_doubtful = stand not in found
    written = {stand: _drop_template(group) for stand, group in found.items()}
    described = {id(piece.item) for group in written.values() for piece in group}
    for stand, group in found.items():
        if not are_usual((piece for piece in group if id(piece.item) in described), group):
            # Most have no other text.
            written[stand] = [] if are_usual(filter(Piece.leads_away, group), group) else group
    return {stand: group for stand, group in written.items() if group}


def _drop_template(group: list[Piece]) -> list[Piece]:
    """Those of which most words do not come again with most items, as those of `Sent in by NAME, seen by 12` do."""
    items = count_items(group)
    if items < _FEW:
        return group
    counts = Counter(word for word, _ in {(word, id(piece.item)) for piece in group for word in piece.words})
    common = {word for word, count in counts.items() if count >= _COMMON * items}
    return [
        piece
        for piece in group
        if sum(len(word) for word in piece.words if word in common) < _STOCK * sum(map(len, piece.words))
    ]


def _find_short_text(groups: Groups, items: int) -> Groups:
    """In a list without running text, what stands under most titles and has several words: less than sure."""
    found: Groups = {}
    for stand, group in groups.items():
        long = [piece for piece in group if piece.size >= SENTENCE and not (piece.is_label or piece.leads_away())]
        if stand[1] is Side.BELOW and long and 2 * count_items(long) >= items and not _are_days(long):
            found[stand] = long
    best = max(found, key=lambda stand: sum(len(piece.text) for piece in found[stand]), default=None)
    if best is None:
        return {}
    found[best][0].is_doubtful = True
    return {best: found[best]}


def _are_days(pieces: Sequence[Piece]) -> bool:
    return 2 * sum(has_day(piece.text) for piece in pieces) > len(pieces)


def _give_roles(groups: Groups, texts: Groups, items: int) -> None:
    """Says of each piece where texts stand whether it is of a summary."""
    ranks = {
        stand: (count_items(group), not any(map(Piece.leads_away, group)), sum(len(piece.text) for piece in group))
        for stand, group in texts.items()
    }
    usual = {stand: _count_short(groups[stand], texts[stand]) for stand in texts}
    known = {piece for group in texts.values() for piece in group}
    by_item: dict[int, list[Piece]] = defaultdict(list)
    for stand in texts:
        for piece in groups[stand]:
            by_item[id(piece.item)].append(piece)
    for own in by_item.values():
        running = [piece for piece in own if piece in known]
        best = max((piece.stand for piece in running or own), key=ranks.__getitem__)
        chosen = [piece for piece in running if piece.stand == best]
        short = [piece for piece in own if piece.stand == best and piece not in known]
        for piece in running:
            # What hardly any other item has is an advertisement.
            piece.is_doubtful |= piece.stand != best and ranks[piece.stand][0] > max(1, _RARE * items)
        if not running:
            # What it has more than others have beside their texts.
            count = len(short) - usual[best]
            chosen = (
                sorted((piece for piece in short if not piece.is_label), key=_rank_short)[-count:] if count > 0 else []
            )
        elif not usual[best]:
            more = [piece for piece in short if not piece.is_stock and not has_day(piece.text)]
            chosen += more
            for piece in more:
                piece.is_doubtful = True
        for piece in chosen:
            piece.reason = Reason.SUMMARY


def _rank_short(piece: Piece) -> tuple[bool, bool, bool, int]:
    """The higher, the rather is a short piece a summary."""
    return not piece.is_repeated, not has_day(piece.text), piece.text.endswith(STOPS), len(piece.text)


def _count_short(group: Sequence[Piece], texts: Sequence[Piece]) -> int:
    """How many pieces an item has beside its text at the same place, usually."""
    known = set(texts)
    counts = Counter({id(piece.item): 0 for piece in texts})
    counts.update(id(piece.item) for piece in group if piece not in known and id(piece.item) in counts)
    return median_low(counts.values()) if len(counts) > 1 else 0
