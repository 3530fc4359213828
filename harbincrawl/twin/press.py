"""Prints pages: a story, a list or a notice with its surroundings in, bytes in the right charset out."""

from __future__ import annotations

from collections.abc import Iterable

from harbincrawl.twin.manner import PLACES
from harbincrawl.twin.newsroom.model import Paragraph, Picture, Story, fold
from harbincrawl.twin.skins.page import ArticlePage, BoxItem, ListPage, NoticePage, PageLink, Surroundings

from .skins import bare, find_skin

LIST_CHARSETS = {"tables": "gb2312", "word": "gb2312", "oldhtml": "gb18030"}
"""What the lists of a skin declare; utf-8 where nothing stands here. Articles have a charset each."""

HEADER_CHARSETS = frozenset({"html5", "cards", "portal"})
"""Skins whose pages come with a charset in the Content-Type header; the others leave it to the page."""


def box_item(story: Story) -> BoxItem:
    """The story as an item of the feature box, with its first sentence as the teaser."""
    words = [block.text for block in story.blocks if isinstance(block, Paragraph) and len(block.text) > 30]
    words += [block.caption for block in story.blocks if isinstance(block, Picture) and block.caption]
    teaser = fold(words[0]).split(". ", 1)[0].rstrip(".") + "." if words else f"More about {fold(story.title)}."
    return BoxItem(story.path, fold(story.title), teaser, f"/d/file/thumb/{story.number}.jpg")


def link(story: Story) -> PageLink:
    """The story as a bare link."""
    return PageLink(story.path, fold(story.title))


STANDARD_BOX = tuple(BoxItem(**item) for item in PLACES["box"])
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
    most_read: Iterable[BoxItem | Story] = STANDARD_BOX,
    neighbours: Iterable[BoxItem | Story] = STANDARD_BOX[1:3],
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
        tuple(PageLink(item.path, fold(item.title)) for item in most_read),
        tuple(PageLink(item.path, fold(item.title)) for item in neighbours),
        story.charset,
    )
    return article_bytes(story, page, around, stripped=stripped)


def _encoded(page: str, charset: str, stripped: bool) -> bytes:
    text = bare(page) if stripped else page
    # A page that says gb2312 is written in its superset, as editors' machines do.
    return text.encode("utf-8" if charset == "utf-8" else "gb18030")
