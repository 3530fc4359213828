"""A site of plain articles and of one article for each odd feature, in one skin."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.twin import Paragraph, Picture, Story
from tests.support.twin.newsroom.model import fold
from tests.support.twin.newsroom.news import Newsroom
from tests.support.twin.press import article_bytes
from tests.support.twin.skins import known_skins
from tests.support.twin.skins.skin import Skin

from .odd import stories
from .odd.article_page import ArticlePageEditor
from .template_sites import (
    BASE,
    FIRST_VISIT,
    Base,
    Site,
    SitePage,
    list_expected,
    make_site,
    render_base,
    true_record,
)

FIRST_NUMBER = 7301
ODD: dict[str, Any] = {}
"""(name, place, HTML) of `pieces`, (name, place, line) of `lines`, (name, title) of `titles`; edits and stories."""
for _name in ("article_pieces", "article_edits", "pictures", "stories"):
    ODD |= tomllib.loads((Path(__file__).parent / "odd" / f"{_name}.toml").read_text("utf-8"))
FORMS: tuple[tuple[str, Callable[[Story], None]], ...] = (
    ("", lambda _: None),
    ("photos alone, ", stories.keep_photos),
    ("half a head, ", partial(stories.set_fields, values={"printed_title": False, "byline": False})),
    ("one paragraph, no By line, ", stories.shorten),
)
"""Stories that stand beside each piece."""
TEXT_EDITS: dict[str, Callable[[str], str]] = {
    "tags in capitals": lambda text: re.sub(r"</?[a-z][a-z0-9]*", lambda tag: tag[0].upper(), text),
    "a blank page's worth of lines": lambda text: text.replace("<body", "\n" * 400 + "<body", 1),
}
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
    for name, place, line in ODD["lines"]:
        yield OddArticle(f"line: {name}", partial(stories.insert_line, place=place, line=line))
    for name, title in ODD["titles"]:
        yield OddArticle(name, partial(stories.set_fields, values={"title": title}))
    for name, method, *arguments in ODD["edits"]:
        yield OddArticle(name, edit=methodcaller(method, *arguments))
    for name, *rules in ODD["texts"]:
        yield OddArticle(name, edit_text=TEXT_EDITS.get(name) or partial(_replace_each, rules))
    for form, write in FORMS:
        for name, place, piece in ODD["pieces"]:
            yield OddArticle(f"piece: {form}{name}", write, partial(_put_pieces, [(place, piece)]))
        for number in range(MIXTURES):
            mixture = random.Random(number).sample(ODD["pieces"], 8)
            edit = partial(_put_pieces, [(place, piece) for _, place, piece in mixture])
            yield OddArticle(f"pieces: {form}mixture {number}", write, edit)
    shown = {name: Picture(**picture) for name, picture in ODD["shown"].items()}
    for name, piece in ODD["pictures"].items():
        edit = partial(_put_pieces, [("in text", piece.format(**shown))])
        pictures = tuple(picture for key, picture in shown.items() if f"{{{key}." in piece)
        yield OddArticle(f"pictures: {name}", stories.drop_picture, edit, None, pictures)
    for name, function, *arguments in ODD["stories"]:
        yield OddArticle(name, partial(_change_story, function, arguments))


def _change_story(function: str, arguments: Sequence[Any], story: Story) -> None:
    getattr(stories, function)(story, *arguments)


def _put_pieces(pieces: Sequence[tuple[str, str]], page: ArticlePageEditor) -> None:
    for place, piece in pieces:
        page.put(place, piece, after=2)


def _replace_each(rules: Sequence[str], text: str) -> str:
    for pattern, words in zip(rules[::2], rules[1::2], strict=True):
        text = re.sub(pattern, words, text)
    return text


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
