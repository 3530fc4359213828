"""A site of plain articles and of one article for each odd feature, in one skin."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.support.twin import Paragraph, Picture, Story
from tests.support.twin.newsroom.model import fold
from tests.support.twin.newsroom.news import Newsroom
from tests.support.twin.press import article_bytes
from tests.support.twin.skins.skin import Skin

from .odd.article_page import ArticlePageEditor
from .odd.markup import EDITS, TEXT_EDITS
from .odd.pictures import PICTURES
from .odd.stories import FORMS, STORIES, drop_picture, insert_line, set_title
from .template_sites import (
    BASE,
    FIRST_VISIT,
    Base,
    Site,
    SitePage,
    known_skins,
    list_expected,
    make_site,
    render_base,
    true_record,
)

FIRST_NUMBER = 7301
ODD = tomllib.loads((Path(__file__).parent / "odd" / "article_pieces.toml").read_text("utf-8"))
"""(name, place, HTML) of `pieces`, (name, place, line) of `lines`, (name, title) of `titles`."""
MIXTURES = 6
"""Pages with eight pieces at once, of each form of story."""


class OddArticle(NamedTuple):
    """One odd article: what its story is, and what is done to its page."""

    name: str
    write: Callable[[Story], None] = lambda _: None
    edit: Callable[[ArticlePageEditor], None] | None = None
    edit_text: Callable[[str], str] | None = None
    shown: tuple[Picture, ...] = ()
    """Pictures that `edit` puts behind the second paragraph of a story that has no other."""


def list_odd_articles() -> Iterator[OddArticle]:
    """All of them."""
    for name, place, line in ODD["lines"]:
        yield OddArticle(f"line: {name}", insert_line(place, line))
    for name, title in ODD["titles"]:
        yield OddArticle(name, set_title(title))
    for name, edit in EDITS:
        yield OddArticle(name, edit=edit)
    for name, edit_text in TEXT_EDITS:
        yield OddArticle(name, edit_text=edit_text)
    for form, write in FORMS:
        for name, place, piece in ODD["pieces"]:
            yield OddArticle(f"piece: {form}{name}", write, _with_pieces((place, piece)))
        for number in range(MIXTURES):
            mixture = random.Random(number).sample(ODD["pieces"], 8)
            edit = _with_pieces(*((place, piece) for _, place, piece in mixture))
            yield OddArticle(f"pieces: {form}mixture {number}", write, edit)
    for name, pictures, piece in PICTURES:
        yield OddArticle(f"pictures: {name}", drop_picture, _with_pieces(("in text", piece)), None, pictures)
    for name, write in STORIES:
        yield OddArticle(name, write)


def _with_pieces(*pieces: tuple[str, str]) -> Callable[[ArticlePageEditor], None]:
    def edit(page: ArticlePageEditor) -> None:
        for place, piece in pieces:
            page.put(place, piece, after=2)

    return edit


def make_odd_articles(skin: Skin) -> Site:
    """Plain pages of the skin and the odd ones, all of one visit's days."""
    base = render_base(skin)
    site = make_site(base)
    dice = random.Random(7)
    news = Newsroom(dice)
    with known_skins([skin]):
        for at, odd in enumerate(list_odd_articles()):
            add_odd(site, base, odd, _write_story(news, at, skin), FIRST_VISIT + timedelta(hours=2, minutes=at))
    site.pages.sort(key=lambda page: page.fetched_at)
    return site


def _write_story(news: Newsroom, at: int, skin: Skin) -> Story:
    topic = news.topic()
    number = FIRST_NUMBER + at
    paragraphs = [Paragraph(" ".join(news.sentence(topic) for _ in range(2))) for _ in range(5)]
    picture = Picture(f"/d/file/2024-05-01/{number}.jpg", news.caption(topic).rstrip("."), "Photo/my399.com")
    day = date(2024, 5, 1) + timedelta(days=at % 30)
    story = Story(number, "news", day, day, news.headline(topic), (*paragraphs[:3], picture, *paragraphs[3:]))
    story.skin, story.summary = skin.name, news.summary(topic)
    return story


def add_odd(site: Site, base: Base, odd: OddArticle, story: Story, fetched_at: datetime) -> None:
    """Adds the pages of an odd article, if the skin can show the feature."""
    odd.write(story)
    texts = []
    for number in range(1, story.page_count + 1):
        around = base.twin._around(story.page_path(number), story.section_path, story.label, story.charset)
        text = article_bytes(story, number, around).decode()
        if odd.edit:
            page = ArticlePageEditor(text, fold(story.title), fold(story.by), list_expected(story, number))
            try:
                odd.edit(page)
            except LookupError:
                return
            text = page.write()
        texts.append(odd.edit_text(text) if odd.edit_text else text)
    for number, text in enumerate(texts, 1):
        site.pages.append(SitePage(BASE + story.page_path(number), text.encode(), fetched_at))
    address = BASE + story.path
    story.blocks = (*story.blocks[:2], *odd.shown, *story.blocks[2:])
    site.articles[address] = true_record(story, base.skin)
    site.words[address] = (fold(story.title), fold(story.summary) or None)
    site.names[address] = odd.name
