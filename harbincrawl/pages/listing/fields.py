"""Title, day and summary of each item from its lines, and the roles of these."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from harbincrawl.pages.html.line import Line, Place, shared_depth
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.sites import Site

from .items import MOST_LINKS, Item
from .notes import (
    COUNT_ALONE,
    DAY,
    FULL_DAY,
    LABEL_ALONE,
    MORE,
    Piece,
    are_divided,
    are_notes,
    find_counts,
    has_year,
    is_period,
    match_day,
    read_day,
    read_pieces,
)

_GLUED = re.compile(
    rf"(?P<front>\d{{4}}-\d{{2}}-\d{{2}}(?=\d)|{DAY.pattern})(?P<blank>\s*)(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL
)
_BRACKETS = re.compile(r"^[\[【]\s*([^\[\]【】]{1,40}?)\s*[\]】]\s*(?=\S)")
_DAY_AT_END = re.compile(rf"[\s\[(（|]*(?P<front>{DAY.pattern})[\])）\s]*$", re.IGNORECASE)
_LONGEST_DAY = 40
"""Characters of a day at a summary's end, with its label and time."""
_INLINE = 20
"""Characters behind a title on its line that may be its summary."""
_ENDS = (".", "…", "。")
"""Ends of sentences, and of what is cut: no title's."""
_LONGEST_MORE = 40
"""Characters of a link to read on in words that no list of words has, less the title."""
_OPENING = " \t[(（【<|·"
"""What stands before a link to read on."""
_STOPS = (".", "!", "?", "。", "！", "？")
_ENDS_OF_TEXT = (*_STOPS, "…", "”", '"')
_RARE = 0.2
"""Share of the items that have an advertisement behind them, at most."""


@dataclass(slots=True)
class Texts:
    """The summary of an item as it is read: (line, text) of its pieces."""

    item: Item
    days: list[date | None] = field(default_factory=list)
    summary: list[tuple[int, str]] = field(default_factory=list)
    glued: tuple[int, re.Match[str]] | None = None
    """A day divided by a blank from the summary that it stands before."""


class _ReadOn(NamedTuple):
    """A link in which a summary ends."""

    texts: Texts
    begin: int
    """Where it begins in the last piece of the summary."""
    words: str
    """Its words without the title."""


def read_fields(items: Sequence[Item], roles: Roles, site: Site) -> None:
    """Fills title, day and summary of the items, and gives their lines roles."""
    lines = roles.lines
    titles = _find_title_lines(items, lines)
    made = [_read_item(item, roles, titles) for item in items]
    _add_repeated(made, roles)
    _cut_read_on(made, roles)
    _leave_beside(made, roles)
    undated = [texts for texts in made if not texts.days and texts.summary]
    is_glued = _is_habit([texts for texts in undated if texts.glued], undated)
    behind = {texts.item.at: day for texts in undated if (day := _find_behind(*texts.summary[-1]))}
    is_behind = _is_habit(list(behind), undated)
    for texts in made:
        item = texts.item
        if texts.glued and not texts.days and is_glued:
            _take_glued(texts, *texts.glued, roles)
        elif item.at in behind and is_behind:
            _take_behind(texts, *behind[item.at], roles)
        if texts.days:
            item.date = next((day for day in texts.days if day), None)
    for texts in made:
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
    if len(texts.summary) > 1 or not any(map(str.isdigit, kept[:40])):
        return
    match = _GLUED.match(kept)
    if match is None or not FULL_DAY.search(match["front"]):
        return
    if match["blank"] and not any(mark in match["front"] for mark in ":："):
        texts.glued = at, match
    elif not texts.days:
        _take_glued(texts, at, match, roles)


def _find_behind(at: int, text: str) -> tuple[int, re.Match[str]] | None:
    """The day with its year at the end of the summary `text` of line `at`."""
    start = max(0, len(text) - _LONGEST_DAY)
    match = _DAY_AT_END.search(text, start) if has_year(text, start) else None
    return (at, match) if match and FULL_DAY.search(match["front"]) else None


def _take_glued(texts: Texts, at: int, match: re.Match[str], roles: Roles) -> None:
    """Takes the day before a summary as the item's."""
    if day := FULL_DAY.search(match["front"]):
        texts.days.append(read_day(day, texts.item.created))
    texts.summary[0] = at, match["rest"]
    _cut_summary(roles, at, [(match["front"], Reason.ITEM_DAY), (match["rest"], Reason.SUMMARY)])


def _take_behind(texts: Texts, at: int, match: re.Match[str], roles: Roles) -> None:
    """Takes the day behind a summary as the item's."""
    kept = match.string[: match.start()]
    if not kept or not (day := FULL_DAY.search(match["front"])):
        return
    texts.days.append(read_day(day, texts.item.created))
    texts.summary[-1] = at, kept
    _cut_summary(roles, at, [(kept, Reason.SUMMARY), (match[0].strip(), Reason.ITEM_DAY)])


def _cut_labels(items: Sequence[Item], site: Site) -> None:
    """Takes the section in brackets from the beginning of titles that are links as a whole."""
    found = [(item, match) for item in items if (match := _BRACKETS.match(item.title))]
    is_usual = _is_habit(found, items)
    for item, match in found:
        if is_usual or match[1].lower() in site.names:
            item.title = item.title[match.end() :]


def _add_repeated(made: Sequence[Texts], roles: Roles) -> None:
    """Gives an item its title as its summary, where it is printed again at the place of the others' summaries."""
    lines = roles.lines
    places = {lines[at].place for texts in made for at, _ in texts.summary}
    for texts in made:
        item = texts.item
        again = [at for at in item.own if at != item.at and lines[at].text == item.title and lines[at].place in places]
        if again and not texts.summary:
            texts.summary = [(again[-1], item.title)]
            roles.whole[again[-1]] = Reason.SUMMARY


def _cut_read_on(made: Sequence[Texts], roles: Roles) -> None:
    """Takes from summaries the links to read on, whatever their words; a sentence that is a link stays."""
    found = [link for texts in made if texts.summary and (link := _find_read_on(texts, roles.lines))]
    counts = Counter(link.words for link in found)
    for link in found:
        summary = link.texts.summary
        at, text = summary[-1]
        kept = text[: link.begin].rstrip(_OPENING)
        is_sentence = link.words.endswith(_STOPS) and not link.words.endswith("...")
        is_usual = counts[link.words] > 1 and not is_sentence
        if kept:
            is_behind = kept.endswith(_ENDS_OF_TEXT)
        elif len(summary) > 1:
            is_behind = summary[-2][1].endswith(_ENDS_OF_TEXT) and not roles.lines[summary[-2][0]].is_link
        else:
            # It is all that the item has beside its title: most summaries of a list are not the same.
            is_behind, is_usual = False, is_usual and 2 * counts[link.words] > len(made)
        is_short = len(link.words) <= _LONGEST_MORE and not is_sentence
        if not (MORE.match(link.words) or is_usual or (is_behind and is_short)):
            continue
        if day := match_day(kept):
            summary.pop()
            texts = link.texts
            texts.days.append(read_day(day, texts.item.created))
            _cut_summary(roles, at, [(kept, Reason.ITEM_DAY), (text[len(kept) :].strip(), Reason.ITEM_NOTE)])
        elif kept:
            summary[-1] = at, kept
            _cut_summary(roles, at, [(kept, Reason.SUMMARY), (text[len(kept) :].strip(), Reason.ITEM_NOTE)])
        else:
            summary.pop()
            _cut_summary(roles, at, [(text, Reason.ITEM_NOTE)])


def _find_read_on(texts: Texts, lines: Sequence[Line]) -> _ReadOn | None:
    """The link in which a summary ends, where it leads to the item's own article or says that it leads on."""
    at, text = texts.summary[-1]
    link = lines[at].links[-1] if lines[at].links else None
    begin = text.rfind(link.text) if link and link.text else -1
    if link is None or begin < 0 or any(map(str.isalnum, text[begin + len(link.text) :])):
        return None
    leads = link.led is not None and link.led[0] == texts.item.address
    if link.text == texts.item.title or not (leads or MORE.match(link.text)):
        return None
    return _ReadOn(texts, begin, link.text.replace(texts.item.title, "").strip())


def _leave_beside(made: Sequence[Texts], roles: Roles) -> None:
    """Takes from summaries what stands behind them where hardly any other item has a line: an advertisement."""
    lines = roles.lines
    firsts = Counter(_find_stand(texts, texts.summary[0][0], lines) for texts in made if texts.summary)
    others = Counter(
        stand for texts in made for stand in {_find_stand(texts, at, lines) for at, _ in texts.summary[1:]}
    )
    for texts in made:
        if len(texts.summary) < 2 or firsts[_find_stand(texts, texts.summary[0][0], lines)] < 2:
            continue
        kept = [texts.summary[0]]
        for at, text in texts.summary[1:]:
            stand = _find_stand(texts, at, lines)
            if stand in firsts or others[stand] > max(1, _RARE * len(made)):
                kept.append((at, text))
            else:
                roles.cut.pop(at, None)
                roles.whole[at] = Reason.ITEM_NOTE
        texts.summary = kept


def _find_stand(texts: Texts, at: int, lines: Sequence[Line]) -> tuple[Place, int]:
    """Where line `at` stands, and how near to the title."""
    return lines[at].place, shared_depth(lines[at].path, texts.item.path)


def _cut_summary(roles: Roles, at: int, parts: Sequence[tuple[str, Reason]]) -> None:
    """Puts `parts` in the place of the summary on line `at`, which may stand beside other parts."""
    whole = roles.cut.get(at, [("", Reason.SUMMARY)])
    place = next(number for number, (_, reason) in enumerate(whole) if reason is Reason.SUMMARY)
    roles.divide(at, [*whole[:place], *parts, *whole[place + 1 :]])


def _is_habit(found: Sequence[object], among: Sequence[object]) -> bool:
    """True where more than one, and most of a list, have what was found."""
    return len(found) > 1 and 2 * len(found) > len(among)
