"""What the summaries of a list are, told from all its items: days, links to read on, advertisements are none of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from harbincrawl.pages.html.line import Line, Place, shared_depth
from harbincrawl.pages.roles import Reason, Roles

from .items import Item
from .notes import DAY, FULL_DAY, MORE, has_year, match_day, read_day

_GLUED = re.compile(
    rf"(?P<front>\d{{4}}-\d{{2}}-\d{{2}}(?=\d)|{DAY.pattern})(?P<blank>\s*)(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL
)
_DAY_AT_END = re.compile(rf"[\s\[(（|]*(?P<front>{DAY.pattern})[\])）\s]*$", re.IGNORECASE)
_LONGEST_DAY = 40
"""Characters of a day at a summary's end, with its label and time."""
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


class _ReadOn(NamedTuple):
    """A link in which a summary ends."""

    texts: Texts
    begin: int
    """Where it begins in the last piece of the summary."""
    words: str
    """Its words without the title."""


def is_habit(found: Sequence[object], among: Sequence[object]) -> bool:
    """True where more than one, and most of a list, have what was found."""
    return len(found) > 1 and 2 * len(found) > len(among)


def add_repeated(made: Sequence[Texts], roles: Roles) -> None:
    """Gives an item its title as its summary, where it is printed again at the place of the others' summaries."""
    lines = roles.lines
    places = {lines[at].place for texts in made for at, _ in texts.summary}
    for texts in made:
        item = texts.item
        again = [at for at in item.own if at != item.at and lines[at].text == item.title and lines[at].place in places]
        if again and not texts.summary:
            texts.summary = [(again[-1], item.title)]
            roles.whole[again[-1]] = Reason.SUMMARY


def cut_read_on(made: Sequence[Texts], roles: Roles) -> None:
    """Takes from summaries the links to read on, whatever their words; a sentence that is a link stays."""
    found = [link for texts in made if texts.summary and (link := _find_read_on(texts, roles.lines))]
    counts = Counter(link.words for link in found)
    for link in found:
        texts = link.texts
        at, text = texts.summary[-1]
        kept = text[: link.begin].rstrip(_OPENING)
        if not _leads_on(link, kept, counts[link.words], len(made), roles.lines):
            continue
        day = match_day(kept)
        note = (text[len(kept) :].strip(), Reason.ITEM_NOTE)
        _cut_summary(roles, at, [(kept, Reason.ITEM_DAY if day else Reason.SUMMARY), note] if kept else [note])
        texts.summary[-1:] = [(at, kept)] if kept and not day else []
        if day:
            texts.days.append(read_day(day, texts.item.created))


def _leads_on(link: _ReadOn, kept: str, count: int, items: int, lines: Sequence[Line]) -> bool:
    """True where a link's words say so, come again with other items, or stand behind the end of a sentence.

    `kept` is what stands before it on its line; `count` items of `items` end in a link of the same words.
    """
    summary = link.texts.summary
    if MORE.match(link.words):
        return True
    if link.words.endswith(_STOPS) and not link.words.endswith("..."):
        return False
    if not kept and len(summary) == 1:
        # It is all that the item has beside its title: most summaries of a list are not the same.
        return count > 1 and 2 * count > items
    if count > 1 or match_day(kept):
        return True
    before = kept or ("" if lines[summary[-2][0]].is_link else summary[-2][1])
    return before.endswith(_ENDS_OF_TEXT) and len(link.words) <= _LONGEST_MORE


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


def leave_beside(made: Sequence[Texts], roles: Roles) -> None:
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


def cut_days(made: Sequence[Texts], roles: Roles) -> None:
    """Takes a day before or behind a summary as the item's, where most have one there and none elsewhere.

    A sentence may begin with a day, or end in one; one to which its words are glued, or that has a label, is none.
    """
    undated = [texts for texts in made if texts.summary and not texts.days]
    begun = [(texts, match) for texts in undated if (match := _match_front(texts.summary[0][1]))]
    is_usual = is_habit(begun, undated)
    for texts, match in begun:
        front, rest = match["front"], match["rest"]
        if (is_usual or not match["blank"] or ":" in front or "：" in front) and (day := FULL_DAY.search(front)):
            at = texts.summary[0][0]
            texts.summary[0] = at, rest
            texts.days.append(read_day(day, texts.item.created))
            _cut_summary(roles, at, [(front, Reason.ITEM_DAY), (rest, Reason.SUMMARY)])
    ended = [(texts, match) for texts in undated if not texts.days and (match := _match_end(texts.summary[-1][1]))]
    for texts, match in ended if is_habit(ended, undated) else ():
        kept = match.string[: match.start()]
        if kept and (day := FULL_DAY.search(match["front"])):
            at = texts.summary[-1][0]
            texts.summary[-1] = at, kept
            texts.days.append(read_day(day, texts.item.created))
            _cut_summary(roles, at, [(kept, Reason.SUMMARY), (match[0].strip(), Reason.ITEM_DAY)])


def _match_front(text: str) -> re.Match[str] | None:
    """The day with its year before the other words of `text`."""
    match = _GLUED.match(text) if any(map(str.isdigit, text[:_LONGEST_DAY])) else None
    return match if match and FULL_DAY.search(match["front"]) else None


def _match_end(text: str) -> re.Match[str] | None:
    """The day with its year at the end of `text`."""
    start = max(0, len(text) - _LONGEST_DAY)
    match = _DAY_AT_END.search(text, start) if has_year(text, start) else None
    return match if match and FULL_DAY.search(match["front"]) else None


def _cut_summary(roles: Roles, at: int, parts: Sequence[tuple[str, Reason]]) -> None:
    """Puts `parts` in the place of the summary on line `at`, which may stand beside other parts."""
    whole = roles.cut.get(at, [("", Reason.SUMMARY)])
    place = next(number for number, (_, reason) in enumerate(whole) if reason is Reason.SUMMARY)
    roles.divide(at, [*whole[:place], *parts, *whole[place + 1 :]])
