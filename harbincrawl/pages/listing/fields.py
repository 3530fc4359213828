"""Title, day and summary of each item from its lines, and the roles of these."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from harbincrawl.pages.html.line import Line
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.sites import Site

from .items import MOST_LINKS, Item
from .notes import (
    COUNT_ALONE,
    LABEL_ALONE,
    MORE,
    Piece,
    are_divided,
    are_notes,
    find_counts,
    is_period,
    match_day,
    read_day,
    read_pieces,
)
from .summaries import Texts, add_repeated, cut_days, cut_read_on, is_habit, leave_beside

_BRACKETS = re.compile(r"^[\[【]\s*([^\[\]【】]{1,40}?)\s*[\]】]\s*(?=\S)")
_INLINE = 20
"""Characters behind a title on its line that may be its summary."""
_ENDS = (".", "…", "。")
"""Ends of sentences, and of what is cut: no title's."""


def read_fields(items: Sequence[Item], roles: Roles, site: Site) -> None:
    """Fills title, day and summary of the items, and gives their lines roles."""
    lines = roles.lines
    titles = _find_title_lines(items, lines)
    made = [_read_item(item, roles, titles) for item in items]
    add_repeated(made, roles)
    cut_read_on(made, roles)
    leave_beside(made, roles)
    cut_days(made, roles)
    for texts in made:
        texts.item.date = next(filter(None, texts.days), None)
        texts.item.summary = " ".join(text for _, text in texts.summary) or None
    for item in items:
        item.title = " ".join((item.title, *(lines[at].links[0].text for at in titles.get(item.at, ()))))
    _cut_labels(items, site)


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
        if at not in item.own or not line.is_link or line.path != title.path or are_notes(line.links[0].text):
            break
        own.append(at)
    return [] if own and lines[own[-1]].links[-1].text.endswith(_ENDS) else own


def _read_item(item: Item, roles: Roles, titles: Mapping[int, Sequence[int]]) -> Texts:
    texts = Texts(item)
    own, behind = set(item.own), titles.get(item.at, ())
    for at in sorted({*item.head, *item.own, *item.tail}):
        line = roles.lines[at]
        if at == item.at:
            _read_title_line(texts, at, line, roles)
        elif at in behind:
            before, title, rest = line.text.partition(line.links[0].text)
            parts = [*_read_beside(texts, before), (title, Reason.ITEM_TITLE), *_read_beside(texts, rest)]
            roles.whole[at] = Reason.ITEM_TITLE
            if len(parts) > 1:
                roles.divide(at, parts)
        elif line.images:
            roles.whole[at] = Reason.ITEM_PICTURE
        elif line.text:
            _read_line(texts, at, line, roles, is_own=at in own, is_above=at in item.head)
    return texts


def _read_title_line(texts: Texts, at: int, line: Line, roles: Roles) -> None:
    item = texts.item
    roles.whole[at] = Reason.ITEM_PICTURE if item.is_picture else Reason.ITEM_TITLE
    if item.is_picture or not line.text or line.text == item.title or len(line.links) > MOST_LINKS:
        return
    before, title, behind = line.text.partition(item.title)
    if not title:
        return
    parts = [*_read_beside(texts, before), (title, Reason.ITEM_TITLE)]
    _, end = read_pieces(behind)
    rest = behind[end:].strip()
    if any(map(str.isalnum, rest)) and not line.is_link:
        notes = behind[:end].strip()
        parts += _read_beside(texts, notes)
        if len(rest) >= _INLINE:
            texts.summary.append((at, rest))
            # What is taken from a summary is cut from the last part of a line.
            roles.divide(at, [*parts, (rest, Reason.SUMMARY)])
            return
        parts.append((rest, Reason.ITEM_NOTE))
    else:
        parts += _read_beside(texts, behind)
    roles.divide(at, parts)


def _read_beside(texts: Texts, text: str) -> list[tuple[str, Reason]]:
    """The roles of the words beside a title on its line; a day among them is the item's."""
    text = text.strip()
    if not text:
        return []
    pieces, _ = read_pieces(text)
    days = list(filter(None, map(_find_day, pieces)))
    texts.days += [read_day(match, texts.item.created) for match in days]
    return [(text, Reason.ITEM_DAY if days else Reason.ITEM_NOTE)]


def _find_day(piece: Piece) -> re.Match[str] | None:
    if piece.kind == "day":
        return piece.match
    return match_day(piece.match[0]) if piece.kind == "brackets" else None


def _read_line(texts: Texts, at: int, line: Line, roles: Roles, *, is_own: bool, is_above: bool) -> None:
    text, item = line.text, texts.item
    if match := match_day(text):
        texts.days.append(read_day(match, item.created))
        roles.whole[at] = Reason.ITEM_DAY
    elif LABEL_ALONE.match(text) or (is_own and (MORE.match(text) or COUNT_ALONE.match(text))):
        roles.whole[at] = Reason.ITEM_NOTE
    elif is_own and text == item.title:
        roles.whole[at] = Reason.ITEM_TITLE
    elif is_period(text):
        roles.whole[at] = Reason.PART_NAME
    elif not any(map(str.isalnum, text)):
        roles.whole[at] = Reason.MARKS
    elif (pieces := are_notes(text)) is not None:
        days = list(filter(None, map(_find_day, pieces)))
        texts.days += [read_day(match, item.created) for match in days]
        roles.whole[at] = Reason.ITEM_DAY if days else Reason.ITEM_NOTE
    elif is_above or (line.is_link and not is_own) or (texts.summary and not any(map(str.isalpha, text))):
        roles.whole[at] = Reason.ITEM_NOTE
    else:
        _read_summary(texts, at, line, roles)


def _read_summary(texts: Texts, at: int, line: Line, roles: Roles) -> None:
    text = line.text
    counts = find_counts(text)
    end = counts if are_divided(text, counts) else len(text)
    kept, cut = text[:end].rstrip(), text[end:].strip()
    if not kept:
        roles.whole[at] = Reason.ITEM_NOTE
        return
    roles.whole[at] = Reason.SUMMARY
    if cut:
        roles.divide(at, [(kept, Reason.SUMMARY), (cut, Reason.ITEM_NOTE)])
    texts.summary.append((at, kept))


def _cut_labels(items: Sequence[Item], site: Site) -> None:
    """Takes the section in brackets from the beginning of titles that are links as a whole."""
    found = [(item, match) for item in items if (match := _BRACKETS.match(item.title))]
    is_usual = is_habit(found, items)
    for item, match in found:
        if is_usual or match[1].lower() in site.names:
            item.title = item.title[match.end() :]
