"""The items of a listing page: title lines, and the date and summary that each has around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from harbincrawl.pages.dates import read_any_date
from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.sites import Site

_ISO = re.compile(r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
_DATED = re.compile(
    r"^[\s\[(（【]*(?:(?:updated|date|time|posted|published|发布时间|时间|日期)\s*[:：]\s*)?"
    r"(?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?[\s\])）】]*$",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(r"^(?:updated|date|time|posted|published|发布时间|时间|日期)\s*[:：]$", re.IGNORECASE)
_MORE_WORDS = r"(?:read more|more|details?|full story|查看详细|详细|更多|阅读全文)"
_MORE = re.compile(rf"^\W*{_MORE_WORDS}?\W*$", re.IGNORECASE)
_MORE_AT_END = re.compile(rf"\s*[\[(（]?\s*{_MORE_WORDS}\s*[>»\])）.…]*$", re.IGNORECASE)
_MONTHS = frozenset(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
_LONGEST_DATE = 30
_LONGEST_HEADING = 40
_NEAR = 3
"""Containers of its own that a title may stand in, apart from its date: row, cell and a paragraph."""
_MOST_PLAIN = 3
"""Lines without a link that one item may have under its title."""


@dataclass(slots=True)
class _Plain:
    """A line under a title."""

    text: str
    depth: int
    """How many containers it shares with the title."""
    emphasis: bool

    @property
    def is_heading(self) -> bool:
        return len(self.text) <= _LONGEST_HEADING and self.text[-1:] not in '.!?”"])…'


@dataclass(slots=True)
class Item:
    """A title line and what stands with it."""

    at: int
    title: str
    address: str
    number: int | None
    section_path: str | None
    path: tuple[int, ...]
    """Path of the title line."""
    date: date | None = None
    has_date: bool = False
    plain: list[_Plain] = field(default_factory=list)
    """The lines under the title."""
    end: int = 0
    """Index behind its last line."""

    @property
    def home(self) -> tuple[int, ...]:
        """Container of the title line."""
        return self.path[:-1]

    @property
    def summary(self) -> str | None:
        """The words under the title."""
        return " ".join(one.text for one in self.plain) or None


def find_items(lines: Sequence[Line], base: str, site: Site, stop: int) -> list[Item]:
    """Every title before line `stop` that may be a list's, with date and summary: articles, and what leads elsewhere.

    A line counts as elsewhere only where it stands in a list as an article would.
    """
    candidates = _find_titles(lines, base, site, stop)
    dates = {at: text for at in range(stop) if (text := _date_text(lines[at].text))}
    before = _dates_stand_before(candidates, dates, lines)
    owners = _own_dates(candidates, dates, lines, before=before)
    items = [
        item
        for at, item in enumerate(candidates)
        if item.number is not None or _is_elsewhere(candidates, at, lines, owners)
    ]
    for at, item in enumerate(items):
        item.end = items[at + 1].at if at + 1 < len(items) else stop
        if beside := _ISO.search(lines[item.at].rest):
            item.has_date, item.date = True, read_any_date(beside[0], site)
        elif item.at in owners:
            item.has_date, item.date = True, read_any_date(dates[owners[item.at]], site)
    for item in items:
        item.plain = _read_plain(item, lines, dates, base, site)
    _trim_plain(items)
    return items


def _find_titles(lines: Sequence[Line], base: str, site: Site, stop: int) -> list[Item]:
    """Lines that are wholly a link: to an article of the site, or elsewhere (to be judged later)."""
    items: list[Item] = []
    for at, line in enumerate(lines[:stop]):
        if not line.is_link:
            continue
        words = [link for link in line.links if link.text]
        if not words or _MORE.match(words[0].text) or _date_text(line.text):
            continue
        link = words[0]
        found = link.article(base, site)
        if found and found[1].page == 1:
            last = items[-1] if items else None
            if last and last.address == found[0] and shared_depth(last.path, line.path) > len(last.path) - _NEAR:
                # A second link to the same article: its summary, or the same title under a picture.
                continue
            items.append(Item(at, link.text, found[0], found[1].number, found[1].section_path, line.path))
        elif found is None and len(words) == 1 and (away := site.absolute(link.href, base)):
            items.append(Item(at, link.text, away, None, None, line.path))
    return items


def _dates_stand_before(candidates: Sequence[Item], dates: dict[int, str], lines: Sequence[Line]) -> bool:
    """True in lists whose dates belong to the title behind them.

    In `date title summary date title summary` as in `title summary date title summary date` a date stands between
    two titles; it belongs to the side on which it is nearer in the page's containers, and, where all is flat, to
    the side on which no date goes without a title.
    """
    articles = [item for item in candidates if item.number is not None]
    back = ahead = 0
    for at in dates:
        prior = next((item for item in reversed(articles) if item.at < at), None)
        following = next((item for item in articles if item.at > at), None)
        if prior and prior.at + 1 == at and not (following and following.at == at + 1):
            # Right under a title, as nearly every list has it.
            back += 1
        back += shared_depth(lines[at].path, prior.path) if prior else -1
        ahead += shared_depth(lines[at].path, following.path) if following else -1
    return ahead > back


def _own_dates(
    candidates: Sequence[Item], dates: dict[int, str], lines: Sequence[Line], *, before: bool
) -> dict[int, int]:
    """Title line to date line, by the side on which this list has its dates."""
    lengths = {len(item.path) for item in candidates if item.number is not None}
    path_of = {item.at: item.path for item in candidates}
    owners: dict[int, int] = {}
    for at in sorted(dates, reverse=before):
        # A link of another depth between a title and its date is no title of the list.
        able = [item for item in candidates if item.number is not None or len(item.path) in lengths]
        near = [item for item in able if (item.at > at if before else item.at < at) and item.at - at < 9]
        if near:
            owner = near[0] if before else near[-1]
            if not _ISO.search(lines[owner.at].rest):
                owners.setdefault(owner.at, at)
    # A day in the page's foot stands further from the title before it than the days of a list do, or it stands alone.
    depths = Counter(shared_depth(path_of[owner], lines[at].path) for owner, at in owners.items())
    usual = depths.most_common(1)[0][0] if depths else 0
    owners = {
        owner: at
        for owner, at in owners.items()
        if shared_depth(path_of[owner], lines[at].path) >= max(usual, len(path_of[owner]) - _NEAR)
    }
    far = any(abs(at - title) > 1 and not lines[at].text[:1].isdigit() for title, at in owners.items())
    return {} if far and len(owners) == 1 and len(path_of) > 1 else owners


def _is_elsewhere(items: Sequence[Item], at: int, lines: Sequence[Line], owners: dict[int, int]) -> bool:
    """True where the link `items[at]`, which leads to no article, is a line of a list.

    It has a date as every line of a dated list; or, in a list without dates, it stands beside an article as near as
    articles stand to each other, and has as much under it as they have.
    """
    item = items[at]
    if owners or _ISO.search(lines[item.at].rest):
        return item.at in owners or bool(_ISO.search(lines[item.at].rest))
    near = [n for n in (at - 1, at + 1) if 0 <= n < len(items) and items[n].number is not None]
    if len(near) == 2 and all(
        len(items[n].path) == len(item.path) and items[n].at - item.at in range(-4, 5) for n in near
    ):
        return True
    return any(_is_next_in_list(items, at, n, lines) for n in near)


def _is_next_in_list(items: Sequence[Item], at: int, near: int, lines: Sequence[Line]) -> bool:
    """True where `items[at]` stands to the article `items[near]` as that one does to the article beyond it."""
    beyond = near + (near - at)
    if not (0 <= beyond < len(items) and items[beyond].number is not None):
        return False
    item, article, other = items[at], items[near], items[beyond]
    return (
        _is_peer(item.path, article.path)
        and shared_depth(item.path, article.path) == shared_depth(article.path, other.path)
        and _has_more(item, lines)
        and _has_more(article, lines)
    )


def _has_more(item: Item, lines: Sequence[Line]) -> bool:
    """True where the title is followed by a line that is no link and as near as a summary."""
    following = lines[item.at + 1] if item.at + 1 < len(lines) else None
    return (
        following is not None
        and not following.is_link
        and bool(following.text)
        and shared_depth(item.path, following.path) > len(item.path) - _NEAR
    )


def _read_plain(item: Item, lines: Sequence[Line], dates: dict[int, str], base: str, site: Site) -> list[_Plain]:
    """The lines under the title, without date and `[more]`."""
    plain: list[_Plain] = []
    for at in range(item.at + 1, item.end):
        line = lines[at]
        if not line.text or at in dates or _LABEL_ALONE.match(line.text) or _is_own_more(line, item, base, site):
            continue
        if line.is_link and not _leads_to(line, item, base, site):
            break
        if line.text != item.title and any(character.isalnum() for character in line.text):
            depth = shared_depth(item.path, line.path)
            plain.append(_Plain(_without_more(line, item, base, site), depth, line.emphasis))
        if len(plain) >= _MOST_PLAIN:
            break
    return plain


def _trim_plain(items: Sequence[Item]) -> None:
    """Takes from the last item of a run what follows the run: the heading of a box, or the page's foot.

    It stands further from the title than the summaries of the other items do, or it is a line more than they have.
    """
    pairs = Counter(
        shared_depth(one.path, other.path) for one, other in pairwise(items) if len(one.path) == len(other.path)
    )
    usual = pairs.most_common(1)[0][0] if pairs else 0
    counted = [(item.path, item.plain[:]) for item in items]
    for at, item in enumerate(items):
        if not item.plain:
            continue
        following = items[at + 1] if at + 1 < len(items) else None
        others = [plain for n, (path, plain) in enumerate(counted) if n != at and plain and _is_peer(item.path, path)]
        most = Counter(map(len, others)).most_common(1)[0][0] if others else 1
        if following is None or shared_depth(item.path, following.path) < usual:
            depths = [one.depth for plain in others for one in plain[:most]]
            near = min(depths) if depths else max(len(item.path) - _NEAR + 1, item.plain[0].depth)
            far = next((n for n, one in enumerate(item.plain) if one.depth < near), len(item.plain))
            item.plain = item.plain[: min(far, most) if following is None else far]
        while item.plain and item.plain[-1].is_heading and (len(item.plain) > most or item.plain[-1].emphasis):
            item.plain.pop()


def _is_peer(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """True for titles of one list: as deep as each other, and apart by no more than what an item has of its own."""
    return len(one) == len(other) and shared_depth(one, other) > len(one) - _NEAR


def _date_text(text: str) -> str | None:
    """The date in `text` where it is a date, with or without a label, and nothing else."""
    if match := _DATED.match(text):
        return match["day"]
    if len(text) <= _LONGEST_DATE and re.search(r"(?:19|20)\d{2}", text) and re.fullmatch(r"[\w\s,./年月日-]+", text):
        words = re.findall(r"[^\W\d_]+", text)
        if 1 <= len(words) <= 3 and all(word in "年月日" or word.lower()[:3] in _MONTHS for word in words):
            return text
    return None


def _leads_to(line: Line, item: Item, base: str, site: Site) -> bool:
    for link in line.links:
        found = link.article(base, site)
        if (found and found[1].number == item.number) or site.absolute(link.href, base) == item.address:
            return True
    return False


def _is_own_more(line: Line, item: Item, base: str, site: Site) -> bool:
    return bool(_MORE.match(line.text)) or (line.text == item.title and _leads_to(line, item, base, site))


def _without_more(line: Line, item: Item, base: str, site: Site) -> str:
    """The line less a `[more]` at its end that is a link to the same article."""
    last = line.links[-1] if line.links else None
    if last and not line.is_link and _MORE_AT_END.fullmatch(last.text.strip()) and _leads_to(line, item, base, site):
        return _MORE_AT_END.sub("", line.text)
    return line.text
