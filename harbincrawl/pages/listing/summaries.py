"""What the summaries of a list are, told from all its items: what one alone has beside its summary is none of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from harbincrawl.pages.html.line import Line, Place, shared_depth
from harbincrawl.pages.roles import Reason, Roles

from .items import Item

_NUMBER_AT_END = re.compile(r"(?P<kept>.*\S)\s*(?P<number>[(（\[]\d{1,7}[)）\]])$", re.DOTALL)
_COLUMN = re.compile(r"(?:source|from|author|editor|来源|稿源|出处|作者|编辑)s?\s*[:：]?", re.IGNORECASE)
"""The heading of a column that names where an item is from, or who wrote it."""
_MOST_COLUMNS = 6
_LONGEST_NAME = 40
"""Characters."""
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
    behind: tuple[int, re.Match[str]] | None = None
    """A day at the end of the summary's last line."""
    counts: int = 0
    """Characters of the counts at the summary's end that may as well be the end of its sentence."""


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
        if len(kept) < len(texts.summary):
            texts.summary, texts.behind, texts.counts = kept, None, 0


def _find_stand(texts: Texts, at: int, lines: Sequence[Line]) -> tuple[Place, int]:
    """Where line `at` stands, and how near to the title."""
    return lines[at].place, shared_depth(lines[at].path, texts.item.path)


def cut_summary(roles: Roles, at: int, parts: Sequence[tuple[str, Reason]]) -> None:
    """Puts `parts` in the place of the summary on line `at`, which may stand beside other parts."""
    whole = roles.cut.get(at, [("", Reason.SUMMARY)])
    place = next(number for number, (_, reason) in enumerate(whole) if reason is Reason.SUMMARY)
    roles.divide(at, [*whole[:place], *parts, *whole[place + 1 :]])


def cut_counts(made: Sequence[Texts], roles: Roles) -> None:
    """Takes counts from the ends of summaries that may be sentences, where most have some."""
    described = [texts for texts in made if texts.summary]
    found = [texts for texts in described if texts.counts]
    for texts in found if is_habit(found, described) else ():
        at, text = texts.summary[-1]
        kept, cut = text[: -texts.counts].rstrip(), text[-texts.counts :].strip()
        texts.summary[-1] = at, kept
        cut_summary(roles, at, [(kept, Reason.SUMMARY), (cut, Reason.ITEM_NOTE)])


def cut_numbers(made: Sequence[Texts], roles: Roles) -> None:
    """Takes numbers in brackets from the ends of summaries, where most have one: how often each was read."""
    described = [texts for texts in made if texts.summary]
    ends = [(texts, texts.summary[-1][1]) for texts in described]
    found = [(texts, match) for texts, end in ends if end[-1] in ")）]" and (match := _NUMBER_AT_END.match(end))]
    for texts, match in found if is_habit(found, described) else ():
        at = texts.summary[-1][0]
        texts.summary[-1] = at, match["kept"]
        cut_summary(roles, at, [(match["kept"], Reason.SUMMARY), (match["number"], Reason.ITEM_NOTE)])


def drop_names(made: Sequence[Texts], roles: Roles) -> None:
    """Takes for notes what only names where items are from: under such a heading of a column, or again and again."""
    described = [texts for texts in made if texts.summary]
    if not described or any(not _is_name(texts) for texts in described):
        return
    first = made[0].item.first
    is_column = any(_COLUMN.fullmatch(line.text) for line in roles.lines[max(0, first - _MOST_COLUMNS) : first])
    if is_column or 2 * len({texts.summary[0][1] for texts in described}) <= len(described):
        for texts in described:
            roles.whole[texts.summary[0][0]] = Reason.ITEM_NOTE
            texts.summary = []


def _is_name(texts: Texts) -> bool:
    at, text = texts.summary[0]
    return (
        len(texts.summary) == 1 and at != texts.item.at and len(text) <= _LONGEST_NAME and text[-1] not in ".!?。！？…”"
    )
