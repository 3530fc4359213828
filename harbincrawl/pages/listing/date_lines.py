"""The date lines of a listing page, and which title each belongs to."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Sequence

from harbincrawl.pages.html.line import Line, shared_depth

from .item import NEAR, Item

ISO = re.compile(r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
_DATED = re.compile(
    r"^[\s\[(（【]*(?:(?:updated|date|time|posted|published|发布时间|时间|日期)\s*[:：]\s*)?"
    r"(?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?[\s\])）】]*$",
    re.IGNORECASE,
)
_MONTHS = frozenset(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
_LONGEST_DATE = 30
_FURTHEST = 8
"""Lines that a date may stand before its title."""


def find_date_text(text: str) -> str | None:
    """The date in `text` where it is a date, with or without a label, and nothing else."""
    if match := _DATED.match(text):
        return match["day"]
    if len(text) <= _LONGEST_DATE and re.search(r"(?:19|20)\d{2}", text) and re.fullmatch(r"[\w\s,./年月日-]+", text):
        words = re.findall(r"[^\W\d_]+", text)
        if 1 <= len(words) <= 3 and all(word in "年月日" or word.lower()[:3] in _MONTHS for word in words):
            return text
    return None


def has_dates_before_titles(candidates: Sequence[Item], dates: dict[int, str], lines: Sequence[Line]) -> bool:
    """True in lists whose dates belong to the title behind them.

    In `date title summary date title summary` as in `title summary date title summary date` a date stands between
    two titles; it belongs to the side on which it is nearer in the page's containers, and, where all is flat, to
    the side on which no date goes without a title.
    """
    articles = [item for item in candidates if item.id is not None]
    places = [item.at for item in articles]
    back = ahead = 0
    for at in dates:
        behind = bisect(places, at)
        prior = articles[behind - 1] if behind else None
        following = articles[behind] if behind < len(articles) else None
        if prior and prior.at + 1 == at and not (following and following.at == at + 1):
            # Right under a title, as nearly every list has it.
            back += 1
        back += shared_depth(lines[at].path, prior.path) if prior else -1
        ahead += shared_depth(lines[at].path, following.path) if following else -1
    return ahead > back


def find_owners(
    candidates: Sequence[Item], dates: dict[int, str], lines: Sequence[Line], *, before: bool
) -> dict[int, int]:
    """Title line to date line, by the side on which this list has its dates."""
    lengths = {len(item.path) for item in candidates if item.id is not None}
    path_of = {item.at: item.path for item in candidates}
    # A link of another depth between a title and its date is no title of the list.
    places = [item.at for item in candidates if item.id is not None or len(item.path) in lengths]
    owners: dict[int, int] = {}
    for at in sorted(dates, reverse=before):
        found = bisect(places, at) - (not before)
        if not 0 <= found < len(places) or places[found] - at > _FURTHEST:
            continue
        if not ISO.search(lines[places[found]].rest):
            owners.setdefault(places[found], at)
    # A day in the page's foot stands further from the title before it than the days of a list do, or it stands alone.
    depths = Counter(shared_depth(path_of[owner], lines[at].path) for owner, at in owners.items())
    usual = depths.most_common(1)[0][0] if depths else 0
    owners = {
        owner: at
        for owner, at in owners.items()
        if shared_depth(path_of[owner], lines[at].path) >= max(usual, len(path_of[owner]) - NEAR)
    }
    far = any(abs(at - title) > 1 and not lines[at].text[:1].isdigit() for title, at in owners.items())
    return {} if far and len(owners) == 1 and len(path_of) > 1 else owners
