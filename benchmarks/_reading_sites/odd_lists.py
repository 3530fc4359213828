"""A site of plain pages and of one list page for each odd feature, in one skin."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from operator import methodcaller
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.template_sites import (
    BASE,
    FIRST_VISIT,
    Base,
    ListedLine,
    ListTruth,
    Site,
    SitePage,
    make_site,
    render_base,
)
from tests.support.twin.newsroom.model import fold
from tests.support.twin.newsroom.news import Newsroom
from tests.support.twin.press import LIST_CHARSETS, decode_page, encode_page, listing_bytes
from tests.support.twin.skins import known_skins
from tests.support.twin.skins.page import ListPage, ListPager, PrintedLine
from tests.support.twin.skins.skin import Skin

from .list_page import ListPageEditor

SECTION = "companies"
PAGE_SIZE = 8
ODD: dict[str, list[Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
"""(name, place, HTML) of `pieces`, `edits` of markup and `changes` of lines."""
Lines = list[PrintedLine]
_NUMBER = re.compile(r"^/.*/(\d+)\.html$")


class OddList(NamedTuple):
    """One odd list page."""

    name: str
    change: Callable[[Lines], Lines] = list
    edit: Callable[[ListPageEditor], None] | None = None


def list_odd_lists() -> Iterator[OddList]:
    """All of them."""
    for change in ODD["changes"]:
        yield OddList(f"lines: {change['name']}", partial(_change_lines, change))
    for name, place, piece in ODD["pieces"]:
        yield OddList(f"piece: {name}", edit=_with_pieces((place, piece)))
        # Short lists are where a box is as long as they are.
        yield OddList(f"piece, six lines: {name}", lambda lines: lines[:6], _with_pieces((place, piece)))
    for number in range(6):
        mixture = random.Random(number).sample(ODD["pieces"], 6)
        yield OddList(f"pieces: mixture {number}", edit=_with_pieces(*((place, piece) for _, place, piece in mixture)))
    for name, method, *arguments in ODD["edits"]:
        yield OddList(f"markup: {name}", edit=methodcaller(method, *arguments))


def _change_lines(change: dict[str, Any], lines: Lines) -> Lines:
    made, values = lines[: change.get("count")], cycle(change.get("values", [None]))
    for at, value in zip(change.get("at", ()), values, strict=False):
        words = value and value.format(title=made[at].title, first=made[0].title, at=at)
        made[at] = replace(made[at], **{change["field"]: words})
    return made


def _with_pieces(*pieces: tuple[str, str]) -> Callable[[ListPageEditor], None]:
    def edit(page: ListPageEditor) -> None:
        for place, piece in pieces:
            page.put(place, piece)

    return edit


def make_odd_lists(skin: Skin) -> Site:
    """Plain pages of the skin and the odd ones, which are the pages of one long list."""
    base = render_base(skin)
    site = make_site(base)
    odd = list(list_odd_lists())
    news = Newsroom(random.Random(9))
    # Enough plain pages of the same list for a reader to know it by.
    pages = [*(OddList("") for _ in range(6)), *odd, OddList("")]
    with known_skins([skin]):
        for at, one in enumerate(pages):
            _add_page(site, base, one, _write_lines(news, at), at + 1, len(pages))
    site.pages.sort(key=lambda page: page.fetched_at)
    return site


def _write_lines(news: Newsroom, at: int) -> Lines:
    made = []
    for number in range(at * PAGE_SIZE, (at + 1) * PAGE_SIZE):
        topic = news.topic()
        day = date(2023, 12, 30) - timedelta(days=number)
        address = f"/{SECTION}/{day}/{6999 - number}.html"
        made.append(PrintedLine(address, news.headline(topic), day.isoformat(), news.summary(topic)))
    return made


def _add_page(site: Site, base: Base, odd: OddList, lines: Lines, page: int, pages: int) -> None:
    lines = odd.change(lines)
    path = f"/{SECTION}/" if page == 1 else f"/{SECTION}/index_{page}.html"
    skin, total = base.skin, pages * PAGE_SIZE
    charset = LIST_CHARSETS.get(skin.name, "utf-8")
    around = base.twin._around(path, SECTION, base.twin.manner.label(SECTION), charset)
    dated = any(line.date for line in lines)
    view = ListPage(around, tuple(lines), dated, ListPager(page, pages, total, "zh"))
    body = listing_bytes(view, skin.name)
    if odd.edit:
        end = fold(lines[-1].summary) or lines[-1].date or ""
        editor = ListPageEditor(decode_page(body, charset), [fold(line.title) for line in lines], end)
        odd.edit(editor)
        body = encode_page(editor.write(), charset)
    address, fetched = BASE + path, FIRST_VISIT + timedelta(hours=5, minutes=page)
    site.pages.append(SitePage(address, body, fetched, True))
    following = f"{BASE}/{SECTION}/index_{page + 1}.html" if page < pages else None
    site.lists[address, fetched] = ListTruth(tuple(map(_true_line, lines)), total, following)
    if odd.name:
        site.names[address] = odd.name


def _true_line(line: PrintedLine) -> ListedLine:
    number = _NUMBER.match(line.address)
    day = date.fromisoformat(line.date) if line.date else None
    return ListedLine(number[1] if number else None, fold(line.title), day, fold(line.summary) or None)
