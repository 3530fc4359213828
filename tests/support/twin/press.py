"""Prints what the twin hands out: pages in the right charset, lines of its lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.support.twin.newsroom.model import Paragraph, Picture, Story, fold
from tests.support.twin.skins.page import (
    ArticlePage,
    BoxItem,
    ListPage,
    NoticePage,
    PageLink,
    PrintedLine,
    Surroundings,
)

from .faults import Fault
from .skins import find_skin

LIST_CHARSETS = {"tables": "gb2312", "word": "gb2312", "oldhtml": "gb18030"}
"""What the lists of a skin declare; utf-8 where nothing stands here. Articles have a charset each."""

HEADER_CHARSETS = frozenset({"html5", "cards", "portal"})
"""Skins whose pages come with a charset in the Content-Type header; the others leave it to the page."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A line of a list that leads off the site."""

    title: str
    address: str
    date: date
    summary: str = "A page of somebody else."


@dataclass(frozen=True, slots=True)
class TwinAnswer:
    """What the twin says to an address; `fault` tells a server how to spoil it on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    fault: Fault | None = None


def box_item(story: Story) -> BoxItem:
    """The story as an item of the feature box, with its first sentence as the teaser."""
    words = [block.text for block in story.blocks if isinstance(block, Paragraph) and len(block.text) > 30]
    words += [block.caption for block in story.blocks if isinstance(block, Picture) and block.caption]
    teaser = fold(words[0]).split(". ", 1)[0].rstrip(".") + "." if words else f"More about {fold(story.title)}."
    return BoxItem(story.path, fold(story.title), teaser, f"/d/file/thumb/{story.number}.jpg")


def link(story: Story) -> PageLink:
    return PageLink(story.path, fold(story.title))


def article_bytes(story: Story, page: int, around: Surroundings) -> bytes:
    view = ArticlePage(around, story, page, story.page_blocks(page))
    return encode_page(find_skin(story.skin).article_page(view), around.charset)


def listing_bytes(view: ListPage, skin: str) -> bytes:
    return encode_page(find_skin(skin).listing_page(view), view.around.charset)


def notice_bytes(view: NoticePage, skin: str) -> bytes:
    """The home page or an error page."""
    return encode_page(find_skin(skin).notice_page(view), view.around.charset)


def encode_page(text: str, charset: str) -> bytes:
    """A page in its charset; one that says gb2312 is written in its superset, as editors' machines do."""
    return text.encode("utf-8" if charset == "utf-8" else "gb18030", "xmlcharrefreplace")


def decode_page(body: bytes, charset: str) -> str:
    return body.decode("utf-8" if charset == "utf-8" else "gb18030")


def item_day(item: Story | Elsewhere) -> date:
    return item.date if isinstance(item, Elsewhere) else item.updated or date.min


def list_line(item: Story | Elsewhere, section_path: str, dated: bool) -> PrintedLine:
    if isinstance(item, Elsewhere):
        return PrintedLine(item.address, item.title, item.date.isoformat() if dated else None, item.summary)
    summary = item.also.get(section_path, item.summary)
    thumb = f"/d/file/thumb/{item.number}.jpg"
    return PrintedLine(item.path, fold(item.title), item.day if dated else None, summary, thumb)
