"""The lines under the titles of a listing page: which are an item's summary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.sites import Site

from .item import NEAR, Item, PlainLine, is_peer

_LABEL_ALONE = re.compile(r"^(?:updated|date|time|posted|published|发布时间|时间|日期)\s*[:：]$", re.IGNORECASE)
_MORE_WORDS = r"(?:read more|more|details?|full story|查看详细|详细|更多|阅读全文)"
MORE = re.compile(rf"^\W*{_MORE_WORDS}?\W*$", re.IGNORECASE)
_MORE_AT_END = re.compile(rf"\s*[\[(（]?\s*{_MORE_WORDS}\s*[>»\])）.…]*$", re.IGNORECASE)
_MOST_PLAIN = 3
"""Lines without a link that one item may have under its title."""
_COMPARED = 50
"""Items on either side that an item is compared with; a page of a list has eight, and a hostile one thousands."""


def read_plain_lines(
    item: Item, lines: Sequence[Line], dates: dict[int, str], base: str, site: Site
) -> list[PlainLine]:
    """The lines under the title, without date and `[more]`."""
    plain: list[PlainLine] = []
    for at in range(item.at + 1, item.end):
        line = lines[at]
        if not line.text or at in dates or _LABEL_ALONE.match(line.text) or _is_own_more(line, item, base, site):
            continue
        if line.is_link and not _leads_to(line, item, base, site):
            break
        if line.text != item.title and any(character.isalnum() for character in line.text):
            depth = shared_depth(item.path, line.path)
            plain.append(PlainLine(_without_more(line, item, base, site), depth, line.emphasis))
        if len(plain) >= _MOST_PLAIN:
            break
    return plain


def trim_plain_lines(items: Sequence[Item]) -> None:
    """Takes from the last item of a run what follows the run: the heading of a box, or the page's foot.

    It stands further from the title than the summaries of the other items do, or it is a line more than they have.
    """
    pairs = Counter(
        shared_depth(one.path, other.path) for one, other in pairwise(items) if len(one.path) == len(other.path)
    )
    usual = pairs.most_common(1)[0][0] if pairs else 0
    counted = [(item.path, item.has_date, item.plain[:]) for item in items]
    for at, item in enumerate(items):
        if not item.plain:
            continue
        following = items[at + 1] if at + 1 < len(items) else None
        around = counted[max(0, at - _COMPARED) : at] + counted[at + 1 : at + 1 + _COMPARED]
        # A list has dates throughout, and the box behind it none.
        alike = [(path, plain) for path, dated, plain in around if plain and dated == item.has_date]
        others = [plain for path, plain in alike if is_peer(item.path, path)]
        most = Counter(map(len, others)).most_common(1)[0][0] if others else 1
        if following is None or shared_depth(item.path, following.path) < usual:
            depths = [one.depth for plain in others for one in plain[:most]]
            near = min(depths) if depths else max(len(item.path) - NEAR + 1, item.plain[0].depth)
            far = next((n for n, one in enumerate(item.plain) if one.depth < near), len(item.plain))
            item.plain = item.plain[: min(far, most) if following is None else far]
        while item.plain and item.plain[-1].is_heading and (len(item.plain) > most or item.plain[-1].emphasis):
            item.plain.pop()


def _leads_to(line: Line, item: Item, base: str, site: Site) -> bool:
    for link in line.links:
        found = link.article(base, site)
        if (found and found[1].id == item.id) or site.absolute(link.href, base) == item.address:
            return True
    return False


def _is_own_more(line: Line, item: Item, base: str, site: Site) -> bool:
    return bool(MORE.match(line.text)) or (line.text == item.title and _leads_to(line, item, base, site))


def _without_more(line: Line, item: Item, base: str, site: Site) -> str:
    """The line less a `[more]` at its end that is a link to the same article."""
    last = line.links[-1] if line.links else None
    if last and not line.is_link and _MORE_AT_END.fullmatch(last.text.strip()) and _leads_to(line, item, base, site):
        return _MORE_AT_END.sub("", line.text)
    return line.text
