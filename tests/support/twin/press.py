"""Prints what the twin hands out: pages in the right charset, lines of its lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tests.support.twin.manner import SITE_MAP
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
from .skins import bare, find_skin

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
    """The story as a bare link."""
    return PageLink(story.path, fold(story.title))


STANDARD_BOX = tuple(BoxItem(**item) for item in SITE_MAP["box"])
"""A feature box for pages that are printed without a twin around them."""


def charset_type(skin: str, declared: str, *, stripped: bool = False) -> str:
    """The Content-Type header of a page; without attributes a page cannot name its charset, so the header does."""
    return f"text/html; charset={declared}" if stripped or skin in HEADER_CHARSETS else "text/html"


def article_bytes(story: Story, page: int, around: Surroundings, *, stripped: bool = False) -> bytes:
    """Page `page` of the story."""
    view = ArticlePage(around, story, page, story.page_blocks(page))
    return _encoded(find_skin(story.skin).article_page(view), around.charset, stripped)


def listing_bytes(view: ListPage, skin: str, *, stripped: bool = False) -> bytes:
    """One page of a list."""
    return _encoded(find_skin(skin).listing_page(view), view.around.charset, stripped)


def notice_bytes(view: NoticePage, skin: str, *, stripped: bool = False) -> bytes:
    """The home page or an error page."""
    return _encoded(find_skin(skin).notice_page(view), view.around.charset, stripped)


def render_story(
    story: Story,
    skin: str | None = None,
    box: Iterable[BoxItem | Story] = STANDARD_BOX,
    page: int = 1,
    *,
    stripped: bool = False,
) -> bytes:
    """Page `page` of `story` as bytes in the story's charset, without any twin; `skin` overrules the story's for good.

    Raises KeyError for an unknown skin and ValueError for a page that the story has not.
    """
    if not 1 <= page <= story.page_count:
        raise ValueError(f"story {story.number} has {story.page_count} pages, not {page}")
    if skin is not None:
        story.skin = skin
    items = tuple(box_item(item) if isinstance(item, Story) else item for item in box)
    around = Surroundings(
        story.page_path(page),
        story.section_path,
        story.label,
        items,
        tuple(PageLink(item.path, item.title) for item in STANDARD_BOX),
        tuple(PageLink(item.path, item.title) for item in STANDARD_BOX[1:3]),
        story.charset,
    )
    return article_bytes(story, page, around, stripped=stripped)


def _encoded(page: str, charset: str, stripped: bool) -> bytes:
    text = bare(page) if stripped else page
    # A page that says gb2312 is written in its superset, as editors' machines do.
    return text.encode("utf-8" if charset == "utf-8" else "gb18030")


def item_day(item: Story | Elsewhere) -> date:
    """The day by which a list sorts the item."""
    return item.date if isinstance(item, Elsewhere) else item.updated or date.min


def list_line(item: Story | Elsewhere, section_path: str, dated: bool) -> PrintedLine:
    """The item as the list of `section_path` prints it."""
    if isinstance(item, Elsewhere):
        return PrintedLine(item.address, item.title, item.date.isoformat() if dated else None, item.summary)
    summary = item.also.get(section_path, item.summary)
    thumb = f"/d/file/thumb/{item.number}.jpg"
    return PrintedLine(item.path, fold(item.title), item.day if dated else None, summary, thumb)
