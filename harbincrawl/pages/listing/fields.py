"""Title, day and summary of each item from its lines, and the roles of these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from harbincrawl.pages.html.line import Line
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.sites import Site

from .days import DAY, FULL_DAY, has_year, match_day, read_day
from .extents import find_group_days
from .item import Item
from .notes import COUNT_ALONE, LABEL_ALONE, MORE, MORE_AT_END, Piece, are_divided, are_notes, find_counts, read_pieces

_GLUED = re.compile(
    rf"(?P<front>\d{{4}}-\d{{2}}-\d{{2}}(?=\d)|{DAY.pattern})(?P<blank>\s*)(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL
)
_BRACKETS = re.compile(r"^[\[【]\s*([^\[\]【】]{1,40}?)\s*[\]】]\s*(?=\S)")
_MOST_LINKS = 12
"""Of a line that is cut into a title and what stands beside it."""
_DAY_AT_END = re.compile(rf"[\s\[(（|]*(?P<front>{DAY.pattern})[\])）\s]*$", re.IGNORECASE)
_LONGEST_DAY = 40
"""Characters of a day at a summary's end, with its label and time."""
_NUMBER_AT_END = re.compile(r"(?P<kept>.*\S)\s*(?P<number>[(（\[]\d{1,7}[)）\]])$", re.DOTALL)
_COLUMN = re.compile(r"(?:source|from|author|editor|来源|稿源|出处|作者|编辑)s?\s*[:：]?", re.IGNORECASE)
"""The heading of a column that names where an item is from, or who wrote it."""
_MOST_COLUMNS = 6
_LONGEST_NAME = 40
"""Characters."""
_INLINE = 20
"""Characters behind a title on its line that may be its summary."""
_LONGEST_MORE = 40
"""Characters at the end of a summary in which `[more]` may stand."""


@dataclass(slots=True)
class _Texts:
    """The summary of an item as it is read: (line, start, end, text) of its pieces."""

    item: Item
    days: list[date | None] = field(default_factory=list)
    summary: list[tuple[int, str]] = field(default_factory=list)
    glued: tuple[int, re.Match[str]] | None = None
    """A day divided by a blank from the summary that it stands before."""
    behind: tuple[int, re.Match[str]] | None = None
    """A day at the end of the summary's last line."""
    counts: int = 0
    """Characters of the counts at the summary's end that may as well be the end of its sentence."""


def read_fields(items: Sequence[Item], lines: Sequence[Line], roles: Roles, site: Site) -> None:
    """Fills title, day and summary of the items, and gives their lines roles."""
    find_group_days(items, lines)
    made = [_read_item(item, lines, roles) for item in items]
    undated = [texts for texts in made if not texts.days and texts.summary]
    glued = [texts for texts in undated if texts.glued]
    is_habit = len(glued) > 1 and 2 * len(glued) > len(undated)
    behind = [texts for texts in undated if texts.behind]
    is_behind = len(behind) > 1 and 2 * len(behind) > len(undated)
    for texts in made:
        item = texts.item
        if texts.glued and not texts.days and is_habit:
            at, match = texts.glued
            _take_glued(texts, at, match, roles)
        elif texts.behind and not texts.days and is_behind:
            _take_behind(texts, *texts.behind, roles)
        if texts.days:
            item.has_date = True
            item.date = next((day for day in texts.days if day), None)
        elif item.day_line is not None and (day := match_day(lines[item.day_line].text)):
            item.has_date, item.date = True, read_day(day, item.created)
            roles.whole[item.day_line] = Reason.ITEM_DAY
    _cut_counts(made, roles)
    _cut_numbers(made, roles)
    _drop_names(made, lines, roles)
    for texts in made:
        texts.item.summary = " ".join(text for _, text in texts.summary) or None
    _cut_labels(items, site)


def _read_item(item: Item, lines: Sequence[Line], roles: Roles) -> _Texts:
    texts = _Texts(item)
    own = set(item.own)
    for at in sorted({*item.head, *item.own, *item.tail}):
        line = lines[at]
        if at == item.at:
            _read_title_line(texts, at, line, roles)
        elif line.images:
            roles.whole[at] = Reason.ITEM_PICTURE
        elif line.text:
            _read_line(texts, at, line, roles, is_own=at in own, is_above=at in item.head)
    return texts


def _read_title_line(texts: _Texts, at: int, line: Line, roles: Roles) -> None:
    item = texts.item
    roles.whole[at] = Reason.ITEM_PICTURE if item.is_picture else Reason.ITEM_TITLE
    if item.is_picture or not line.text or line.text == item.title or len(line.links) > _MOST_LINKS:
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
            texts.behind = _find_behind(at, rest)
            # What is taken from a summary is cut from the last part of a line.
            roles.divide(at, [*parts, (rest, Reason.SUMMARY)])
            return
        parts.append((rest, Reason.ITEM_NOTE))
    else:
        parts += _read_beside(texts, behind)
    roles.divide(at, parts)


def _read_beside(texts: _Texts, text: str) -> list[tuple[str, Reason]]:
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


def _read_line(texts: _Texts, at: int, line: Line, roles: Roles, *, is_own: bool, is_above: bool) -> None:
    text, item = line.text, texts.item
    if match := match_day(text):
        texts.days.append(read_day(match, item.created))
        roles.whole[at] = Reason.ITEM_DAY
    elif LABEL_ALONE.match(text) or (is_own and (MORE.match(text) or COUNT_ALONE.match(text))):
        roles.whole[at] = Reason.ITEM_NOTE
    elif is_own and text == item.title:
        roles.whole[at] = Reason.ITEM_TITLE
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


def _read_summary(texts: _Texts, at: int, line: Line, roles: Roles) -> None:
    text = line.text
    counts = find_counts(text)
    end = counts if are_divided(text, counts) else len(text)
    last = line.links[-1] if line.links else None
    if last and not line.is_link and len(last.text) <= _LONGEST_MORE and MORE_AT_END.fullmatch(last.text):
        start = max(0, end - _LONGEST_MORE)
        if more := MORE_AT_END.search(text[:end], start):
            end = more.start()
    kept, cut = text[:end].rstrip(), text[end:].strip()
    if not kept:
        roles.whole[at] = Reason.ITEM_NOTE
        return
    roles.whole[at] = Reason.SUMMARY
    if cut:
        roles.divide(at, [(kept, Reason.SUMMARY), (cut, Reason.ITEM_NOTE)])
    texts.summary.append((at, kept))
    texts.behind = _find_behind(at, kept)
    texts.counts = end - counts if counts < end == len(text) else 0
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


def _take_glued(texts: _Texts, at: int, match: re.Match[str], roles: Roles) -> None:
    """Takes the day before a summary as the item's."""
    if day := FULL_DAY.search(match["front"]):
        texts.days.append(read_day(day, texts.item.created))
    texts.summary[0] = at, match["rest"]
    _cut_summary(roles, at, [(match["front"], Reason.ITEM_DAY), (match["rest"], Reason.SUMMARY)])


def _take_behind(texts: _Texts, at: int, match: re.Match[str], roles: Roles) -> None:
    """Takes the day behind a summary as the item's."""
    kept = match.string[: match.start()]
    if not kept or not (day := FULL_DAY.search(match["front"])):
        return
    texts.days.append(read_day(day, texts.item.created))
    texts.summary[-1] = at, kept
    _cut_summary(roles, at, [(kept, Reason.SUMMARY), (match[0].strip(), Reason.ITEM_DAY)])


def _cut_summary(roles: Roles, at: int, parts: Sequence[tuple[str, Reason]]) -> None:
    """Puts `parts` in the place of the summary on line `at`, which may stand beside other parts."""
    whole = roles.cut.get(at, [("", Reason.SUMMARY)])
    place = next(number for number, (_, reason) in enumerate(whole) if reason is Reason.SUMMARY)
    roles.divide(at, [*whole[:place], *parts, *whole[place + 1 :]])


def _cut_counts(made: Sequence[_Texts], roles: Roles) -> None:
    """Takes counts from the ends of summaries that may be sentences, where most have some."""
    described = [texts for texts in made if texts.summary]
    found = [texts for texts in described if texts.counts]
    if len(found) < 2 or 2 * len(found) <= len(described):
        return
    for texts in found:
        at, text = texts.summary[-1]
        kept, cut = text[: -texts.counts].rstrip(), text[-texts.counts :].strip()
        texts.summary[-1] = at, kept
        _cut_summary(roles, at, [(kept, Reason.SUMMARY), (cut, Reason.ITEM_NOTE)])


def _cut_numbers(made: Sequence[_Texts], roles: Roles) -> None:
    """Takes numbers in brackets from the ends of summaries, where most have one: how often each was read."""
    described = [texts for texts in made if texts.summary]
    ends = [(texts, texts.summary[-1][1]) for texts in described]
    found = [(texts, match) for texts, end in ends if end[-1] in ")）]" and (match := _NUMBER_AT_END.match(end))]
    if len(found) < 2 or 2 * len(found) <= len(described):
        return
    for texts, match in found:
        at = texts.summary[-1][0]
        texts.summary[-1] = at, match["kept"]
        _cut_summary(roles, at, [(match["kept"], Reason.SUMMARY), (match["number"], Reason.ITEM_NOTE)])


def _drop_names(made: Sequence[_Texts], lines: Sequence[Line], roles: Roles) -> None:
    """Takes for notes what only names where items are from: under such a heading of a column, or again and again."""
    described = [texts for texts in made if texts.summary]
    if not described or any(not _is_name(texts) for texts in described):
        return
    first = made[0].item.first
    is_column = any(_COLUMN.fullmatch(line.text) for line in lines[max(0, first - _MOST_COLUMNS) : first])
    if is_column or 2 * len({texts.summary[0][1] for texts in described}) <= len(described):
        for texts in described:
            roles.whole[texts.summary[0][0]] = Reason.ITEM_NOTE
            texts.summary = []


def _is_name(texts: _Texts) -> bool:
    at, text = texts.summary[0]
    return (
        len(texts.summary) == 1 and at != texts.item.at and len(text) <= _LONGEST_NAME and text[-1] not in ".!?。！？…”"
    )


def _cut_labels(items: Sequence[Item], site: Site) -> None:
    """Takes the section in brackets from the beginning of titles that are links as a whole."""
    found = [(item, match) for item in items if (match := _BRACKETS.match(item.title))]
    is_habit = len(found) > 1 and 2 * len(found) > len(items)
    for item, match in found:
        if is_habit or match[1].lower() in site.names:
            item.title = item.title[match.end() :]
