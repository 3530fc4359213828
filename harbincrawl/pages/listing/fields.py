"""Title, day and summary of each item from its lines, and the roles of these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from harbincrawl.pages.html.line import SEAM, Line
from harbincrawl.pages.listing.items import Item
from harbincrawl.pages.listing.notes import COUNT_ALONE, DAY, FULL_DAY, MORE, match_day, read_day
from harbincrawl.pages.listing.texts import Piece, Side, choose_texts
from harbincrawl.pages.roles import Reason, Roles

_GLUED = re.compile(
    rf"(?P<front>\d{{4}}-\d{{2}}-\d{{2}}(?=\d)|{DAY.pattern})(?P<blank>\s*)(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL
)
_LONGEST_DAY = 40
"""Characters in which a day before a summary begins."""
_MAX_LINKS = 12
"""Of a line with a title and what stands beside it."""


def read_days(pieces: Sequence[Piece]) -> None:
    """Gives each item the first day among its notes; one without takes it from its summary, if others do, too."""
    dated = set()
    for piece in pieces:
        if piece.reason is not Reason.SUMMARY and _read_note(piece, piece.text):
            piece.reason = Reason.ITEM_DAY
        if piece.reason is Reason.ITEM_DAY:
            dated.add(id(piece.item))
    firsts: dict[int, Piece] = {}
    for piece in pieces:
        if piece.reason is Reason.SUMMARY and id(piece.item) not in dated:
            firsts.setdefault(id(piece.item), piece)
    # A sentence may begin with a day.
    begun = [(piece, match) for piece in firsts.values() if (match := _match_front(piece.text))]
    for piece, match in begun if 2 * len(begun) > len(firsts) else ():
        piece.cut_front(match.start("rest"), Reason.ITEM_DAY)
        day = FULL_DAY.search(match["front"])
        piece.item.date = read_day(day, piece.item.created) if day else None


def _read_note(piece: Piece, text: str) -> bool:
    """True where a note has a day; the first that there is in any of them is the item's."""
    if text == piece.line.text and piece.line.marked:
        # `<span>2014-09-01</span><span>12 views</span>`: a style sheet divides them.
        text = piece.line.marked.replace(SEAM, " ")
    days = list(DAY.finditer(text)) if any(map(str.isdigit, text)) else []
    read = (day for match in days if (day := read_day(match, piece.item.created)))
    piece.item.date = piece.item.date or next(read, None)
    return bool(days)


def _match_front(text: str) -> re.Match[str] | None:
    """The day with its year before the other words of `text`."""
    match = _GLUED.match(text) if any(map(str.isdigit, text[:_LONGEST_DAY])) else None
    return match if match and FULL_DAY.search(match["front"]) else None


_ENDS = (".", "…", "。")
"""Ends of sentences, and of what is cut: no title's."""


def read_fields(items: Sequence[Item], roles: Roles) -> list[str]:
    """Fills title, day and summary of the items, and gives their lines roles; returns the words that are in doubt."""
    lines = roles.lines
    titles = _find_title_lines(items, lines)
    pieces = [piece for item in items for piece in _list_pieces(item, roles, titles)]
    doubtful = choose_texts(pieces)
    read_days(pieces)
    _write(items, pieces, roles)
    for item in items:
        item.title = " ".join((item.title, *(lines[at].links[0].text for at in titles.get(item.at, ()))))
    return doubtful


def _find_title_lines(items: Sequence[Item], lines: Sequence[Line]) -> dict[int, list[int]]:
    """By the lines of titles: those behind them on which the title goes on, in lists where few do.

    Where most of them have a link of two lines in one block, the second is a summary.
    """
    found = {item.at: own for item in items if (own := _find_more_title(item, lines))}
    return found if 2 * len(found) < len(items) else {}


def _find_more_title(item: Item, lines: Sequence[Line]) -> list[int]:
    title, own = lines[item.at], []
    for at in range(item.at + 1, item.last + 1):
        line = lines[at]
        if at not in item.own or not line.is_link or line.path != title.path:
            break
        words = line.links[0].text
        if match_day(words) or MORE.match(words) or COUNT_ALONE.match(words):
            break
        own.append(at)
    return [] if own and lines[own[-1]].links[-1].text.endswith(_ENDS) else own


def _list_pieces(item: Item, roles: Roles, titles: Mapping[int, Sequence[int]]) -> Iterator[Piece]:
    """The words beside an item's title; lines that are none get their role."""
    behind = titles.get(item.at, ())
    for at in sorted({*item.head, *item.own, *item.tail}):
        line = roles.lines[at]
        if at == item.at or at in behind:
            title = item.title if at == item.at else line.links[0].text
            roles.whole[at] = Reason.ITEM_PICTURE if item.is_picture else Reason.ITEM_TITLE
            if not item.is_picture and title and line.text != title and len(line.links) <= _MAX_LINKS:
                before, found, rest = line.text.partition(title)
                sides = ((before, Side.BEFORE), (rest, Side.BEHIND)) if found else ()
                yield from (Piece(item, at, line, side, text.strip()) for text, side in sides if text.strip())
        elif line.images:
            roles.whole[at] = Reason.ITEM_PICTURE
        elif not any(map(str.isalnum, line.text)):
            roles.whole[at] = Reason.MARKS if line.text else roles.whole[at]
        else:
            yield Piece(item, at, line, Side.ABOVE if at < item.at else Side.BELOW, line.text)


def _write(items: Sequence[Item], pieces: Sequence[Piece], roles: Roles) -> None:
    """Puts the summaries together, and gives each piece its role."""
    found: dict[int, list[str]] = {}
    parts: dict[int, list[tuple[str, Reason]]] = {}
    for piece in pieces:
        if piece.reason is Reason.SUMMARY:
            found.setdefault(id(piece.item), []).append(piece.text)
        if piece.side is Side.BEHIND:
            parts.setdefault(piece.at, [(_find_title(piece), Reason.ITEM_TITLE)])
        own = parts.setdefault(piece.at, [])
        own += piece.parts()
        if piece.side is Side.BEFORE:
            own.append((_find_title(piece), Reason.ITEM_TITLE))
    for at, own in parts.items():
        roles.whole[at] = own[0][1] if len(own) == 1 else roles.whole[at]
        if len(own) > 1:
            roles.divide(at, own)
    for item in items:
        item.summary = " ".join(found.get(id(item), ())) or None


def _find_title(piece: Piece) -> str:
    """The title on the line of a piece beside it."""
    return piece.item.title if piece.at == piece.item.at else piece.line.links[0].text
