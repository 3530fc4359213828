"""A listing page to its lines: title, date and summary of each item, and what the pager says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from ..records import Listed, Listing
from ..sites import Site
from .dates import read_any_date
from .decode import decode_page
from .lines import Line, read_page
from .pager import find_pager

_ISO = re.compile(r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
_DATED = re.compile(r"^[\s\[(（【]*(?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?[\s\])）】]*$")
_MORE = re.compile(r"^\W*(?:read more|more|details?|full story|查看详细|详细|更多|阅读全文)?\W*$", re.IGNORECASE)
_MORE_AT_END = re.compile(
    r"\s*[\[(（]?\s*(?:read more|more|details?|查看详细|详细|更多|阅读全文)\s*[>»\])）.…]*$", re.IGNORECASE
)
_CRUMB = re.compile(r"(?:^|\s)(?:home|首页)\s*(?:>|›|»)", re.IGNORECASE)
_LONGEST_DATE = 30
_MOST_PLAIN = 3
"""Lines without a link that one item may have under its title."""
_BOX = 6
"""Items that a feature box has at most."""


@dataclass(slots=True)
class _Item:
    """A title line and what stands with it."""

    at: int
    title: str
    address: str
    number: int | None
    section_path: str | None
    home: tuple[int, ...]
    """Container of the title line."""
    date: date | None = None
    has_date: bool = False
    plain: list[str] = field(default_factory=list)
    end: int = 0


def read_listing(html: str | bytes, address: str, site: Site) -> Listing:
    """The lines and the pager of the listing page `html` at `address`; a page without any has no lines.

    Raises ValueError where `address` is no listing address of the site.
    """
    canonical = site.canonical(address)
    meaning = site.read_address(canonical) if canonical else None
    if canonical is None or meaning is None or meaning.kind != "listing":
        raise ValueError(f"{address} is no listing address of {site.base}")
    page = read_page(decode_page(html) if isinstance(html, bytes) else html)
    base = site.base_address(page.base, canonical)
    pager = find_pager(page.lines, 0, canonical, base, site)
    items = _find_items(page.lines, base, site)
    if pager:
        # Item lines do not run through the pager; the box stands behind it.
        items = [item for item in items if item.at < pager.first_line]
        for item in items:
            item.end = min(item.end, pager.first_line)
    _fill_items(items, page.lines, base, site)
    crumb = any(_CRUMB.search(line.text) for line in page.lines)
    chosen = _choose_items(items, meaning.section_path, has_pager=pager is not None, crumb=crumb)
    lines: dict[str, Listed] = {}
    for item in chosen:
        key = str(item.number) if item.number is not None else item.address
        lines.setdefault(
            key,
            Listed(key, item.address, item.number, item.title, item.date, " ".join(item.plain) or None),
        )
    return Listing(
        address=canonical,
        page=meaning.page,
        lines=tuple(lines.values()),
        total=pager.total if pager else None,
        next_page=pager.next_page if pager else None,
        last=pager.last if pager else None,
    )


def _find_items(lines: Sequence[Line], base: str, site: Site) -> list[_Item]:
    """Every line that is wholly a link to an article of the site, and list lines that lead elsewhere."""
    items: list[_Item] = []
    for at, line in enumerate(lines):
        if not line.is_link:
            continue
        link = next((link for link in line.links if link.text), None)
        if link is None or _MORE.match(link.text):
            continue
        found = site.article_address(link.href, base)
        if found and found[1].page == 1:
            if items and items[-1].address == found[0]:
                # A second link to the same article: its summary, or the same title under a picture.
                continue
            items.append(_Item(at, link.text, found[0], found[1].number, found[1].section_path, line.path[:-1]))
        elif found is None and (away := site.absolute(link.href, base)):
            items.append(_Item(at, link.text, away, None, None, line.path[:-1]))
    items = [item for at, item in enumerate(items) if item.number is not None or _is_elsewhere(items, at, lines)]
    for item, following in pairwise(items):
        item.end = following.at
    if items:
        items[-1].end = len(lines)
    return items


def _is_elsewhere(items: Sequence[_Item], at: int, lines: Sequence[Line]) -> bool:
    """True where the link `items[at]`, which leads to no article, is a line of a list.

    A date stands beside it or in the next line, as in every line of a dated list; or, in a list without dates, it
    stands between two articles at their depth.
    """
    item = items[at]
    if _ISO.search(lines[item.at].rest) or (item.at + 1 < len(lines) and _DATED.match(lines[item.at + 1].text)):
        return True
    return 0 < at < len(items) - 1 and all(
        other.number is not None and len(other.home) == len(item.home) and other.at - item.at in range(-4, 5)
        for other in (items[at - 1], items[at + 1])
    )


def _fill_items(items: Sequence[_Item], lines: Sequence[Line], base: str, site: Site) -> None:
    before = _dates_stand_before(items, lines)
    for item in items:
        beside = lines[item.at].rest
        if _ISO.search(beside):
            item.has_date, item.date = True, read_any_date(beside, site)
        elif before and (text := _date_text(lines[item.at - 1].text)):
            item.has_date, item.date = True, read_any_date(text, site)
        for at in range(item.at + 1, item.end):
            line = lines[at]
            text = _date_text(line.text)
            if not line.text or (before and text and at == item.end - 1 and item is not items[-1]):
                continue
            if text and not item.has_date:
                item.has_date, item.date = True, read_any_date(text, site)
            elif text is None and not _is_own_more(line, item, base, site):
                if line.is_link and not _leads_to(line, item, base, site):
                    break
                if line.text != item.title:
                    item.plain.append(_without_more(line, item, base, site))
            if len(item.plain) >= _MOST_PLAIN:
                break
        item.plain = [text for text in item.plain if any(character.isalnum() for character in text)]


def _dates_stand_before(items: Sequence[_Item], lines: Sequence[Line]) -> bool:
    """True in lists whose dates stand in the line before the title."""
    if not items or items[0].at == 0 or not _date_text(lines[items[0].at - 1].text):
        return False
    return all(not _date_text(lines[item.at + 1].text) for item in items if item.at + 1 < min(item.end, len(lines)))


def _date_text(text: str) -> str | None:
    """`text` where it is a date and nothing else."""
    if _DATED.match(text):
        return text
    if len(text) <= _LONGEST_DATE and re.search(r"(?:19|20)\d{2}", text) and re.fullmatch(r"[\w\s,./年月日-]+", text):
        words = re.findall(r"[^\W\d_]+", text)
        if 1 <= len(words) <= 3 and all(word in "年月日" or word.lower()[:3] in _MONTHS for word in words):
            return text
    return None


_MONTHS = frozenset(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))


def _leads_to(line: Line, item: _Item, base: str, site: Site) -> bool:
    for link in line.links:
        found = site.article_address(link.href, base)
        if (found and found[1].number == item.number) or site.absolute(link.href, base) == item.address:
            return True
    return False


def _is_own_more(line: Line, item: _Item, base: str, site: Site) -> bool:
    return bool(_MORE.match(line.text)) or (line.text == item.title and _leads_to(line, item, base, site))


def _without_more(line: Line, item: _Item, base: str, site: Site) -> str:
    """The line less a `[more]` at its end that is a link to the same article."""
    last = line.links[-1] if line.links else None
    if last and not line.is_link and _MORE_AT_END.fullmatch(last.text.strip()) and _leads_to(line, item, base, site):
        return _MORE_AT_END.sub("", line.text)
    return line.text


def _choose_items(items: list[_Item], section_path: str, *, has_pager: bool, crumb: bool) -> list[_Item]:
    """The items of the list; menus, side columns and the feature box have links to articles, too."""
    if not items:
        return []
    dated = [at for at, item in enumerate(items) if item.has_date]
    if dated:
        # A list has dates throughout and the box has none; an item whose date is illegible stands among dated ones.
        home = Counter(items[at].home[:-1] for at in dated)
        first, last = dated[0], dated[-1]
        return [item for item in items[first : last + 1] if item.has_date or item.home[:-1] in home]
    runs = _split_runs(items)
    if has_pager:
        # What stands right before the pager.
        return runs[-1]
    if not crumb and len(runs) == 1 and len(items) <= _BOX and all(item.section_path != section_path for item in items):
        return []
    if len(runs) > 1:
        own = [run for run in runs[:-1] if any(item.section_path == section_path for item in run)]
        return own[-1] if own else []
    return _less_box(runs[0], section_path)


def _split_runs(items: Sequence[_Item]) -> list[list[_Item]]:
    """Items in the runs that their containers make: titles of one list stand at one depth under one element."""
    runs: list[list[_Item]] = []
    for item in items:
        if runs and _is_of_run(item, runs[-1]):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _is_of_run(item: _Item, run: Sequence[_Item]) -> bool:
    """True where `item` is as far from the run's items as they are from each other."""
    last = run[-1]
    if len(item.home) != len(last.home):
        return False
    shared = _shared(item.home, last.home)
    if len(run) == 1:
        return len(item.home) - shared <= 2
    return shared >= _shared(run[0].home, run[1].home)


def _shared(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _less_box(run: list[_Item], section_path: str) -> list[_Item]:
    """`run` without the box that follows in the same container: repeated items, or other sections' at its end."""
    seen: set[int | None] = set()
    end = len(run)
    for at, item in enumerate(run):
        if item.number in seen:
            end = at
            break
        seen.add(item.number)
    while end > max(1, len(run) - _BOX) and run[end - 1].section_path != section_path:
        end -= 1
    return run[:end]
