"""Captions by place: with the pages of their template, with one page alone, and where they look as paragraphs do."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache

import pytest

from harbincrawl.pages.article.asked import find_frame
from harbincrawl.pages.article.head.information import find_anchors
from harbincrawl.pages.article.learning import learn_article_layout
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.html.document import read_document
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.records import Article
from tests.support.site_reading import KnownLayouts
from tests.support.sites import HARBIN_TODAY as SITE

NOUNS = "bridge ferry market lantern river tram school garden museum skater wheat station".split()
PLACES = "Daoli Nangang Songbei Acheng Hulan Pingfang Yilan Bayan Mulan Tonghe Fangzheng Binxian".split()
Write = Callable[[str, str], str]
"""The markup of a picture and its caption; of what is no picture, of a paragraph."""


def caption_of(dice: random.Random) -> str:
    noun, place = dice.choice(NOUNS), dice.choice(PLACES)
    return f"The {noun} of {place} seen on May {dice.randint(1, 30)}, {dice.randint(1900, 2020)}"


def sentence_of(dice: random.Random) -> str:
    one, two, three = dice.sample(NOUNS, 3)
    return (
        f"The {one} in {dice.choice(PLACES)} took {dice.randint(3, 900)} days to build, and the {two} beside it, which "
        f"{dice.randint(20, 99)} families use every day, will have a new {three} by {dice.randint(2021, 2035)}."
    )


class Story:
    """A story: paragraphs, and pictures with captions between them."""

    def __init__(self, number: int, pictures: int, paragraphs: int) -> None:
        dice = random.Random(f"{number} {pictures} {paragraphs}")
        self.number = number
        self.body = [sentence_of(dice) for _ in range(paragraphs)]
        self.captions = [caption_of(dice) for _ in range(pictures)]
        self.places = sorted(dice.choices(range(paragraphs + 1), k=pictures))

    @property
    def address(self) -> str:
        return f"{SITE.base}/news/2020-01-{1 + self.number % 28:02}/{500 + self.number}.html"

    def image(self, n: int) -> str:
        return f'<img src="/d/file/{self.number}_{n}.jpg">'

    def page(self, write: Write, paragraph: str = "<p>{}</p>") -> str:
        """The page in a small skin."""
        parts: list[str] = []
        for at in range(len(self.body) + 1):
            shown = [n for n, place in enumerate(self.places) if place == at]
            parts += [write(self.image(n), self.captions[n]) for n in shown]
            parts += [paragraph.format(text) for text in self.body[at : at + 1]]
        return self.frame(*parts)

    def frame(self, *parts: str) -> str:
        """The page around its text."""
        title = f"A story of {self.number} in {PLACES[self.number % 12]}"
        return (
            f"<title>{title}</title>"
            "<div id=top><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div>"
            f"<h1>{title}</h1><p class=info>Updated : 2020-02-03</p>"
            f"<p class=info>By ( Xinhua )</p><div id=text>{''.join(parts)}</div><div>Copyright © my399.com</div>"
        )


STORIES = [Story(number, (number * 7) % 3, 3 + number % 4) for number in range(1, 25)]


def learn(pages: Sequence[str]) -> Layout:
    return learn_article_layout(
        [read_document(page, story.address) for page, story in zip(pages, STORIES, strict=True)], SITE
    )


@cache
def layout_of(write: Write) -> Layout:
    return learn([story.page(write) for story in STORIES])


def know(page: str, layout: Layout) -> KnownLayouts:
    lines = read_document(page, SITE.base).lines
    return KnownLayouts.make([(find_frame(lines, find_anchors(lines, SITE.words)), layout)])


def read_page(page: str, story: Story, layout: Layout | None = None) -> Article:
    article = read_article(page, story.address, SITE, layouts=know(page, layout) if layout else None)
    assert article.layout == (layout.digest if layout else None)
    return article


def read(story: Story, write: Write, *, alone: bool = False) -> Article:
    return read_page(story.page(write), story, None if alone else layout_of(write))


def credited_above(image: str, words: str) -> str:
    return f"<div><p>{image}</p><div><div>Photo/Xinhua</div><p class=note>{words}</p></div></div>"


HELD: dict[str, Write] = {
    "a span in the picture's own element": lambda image, words: f"<div>{image}<span>{words}</span></div>",
    "behind a break in the picture's paragraph": lambda image, words: f"<p align=center>{image}<br>{words}</p>",
    "behind a break in a plain paragraph": lambda image, words: f"<p>{image}<br>{words}</p>",
    "a cell below": lambda image, words: f"<table><tr><td>{image}</td></tr><tr><td>{words}</td></tr></table>",
    "a cell beside": lambda image, words: f"<table><tr><td>{image}</td><td>{words}</td></tr></table>",
    "a cell before": lambda image, words: f"<table><tr><td>{words}</td><td>{image}</td></tr></table>",
    "a figure without a figcaption": lambda image, words: f"<figure>{image}<p>{words}</p></figure>",
    "figcaption": lambda image, words: f"<figure>{image}<figcaption>{words}</figcaption></figure>",
    "dt and dd": lambda image, words: f"<dl><dt>{image}</dt><dd>{words}</dd></dl>",
    "above the picture, in one element": lambda image, words: f"<div><em>{words}</em><br>{image}</div>",
}
"""What a page shows by itself, too."""
LEARNT: dict[str, Write] = {
    "a small paragraph of a class": lambda image, words: f"<p>{image}</p><p class=note>{words}</p>",
    "a paragraph with an alignment": lambda image, words: f"<p>{image}</p><p align=center>{words}</p>",
    "a paragraph with a style": lambda image, words: f"<p>{image}</p><p style='text-align: center'>{words}</p>",
    "a centred grey line": lambda image, words: (
        f"<center>{image}</center><center><font color=gray>{words}</font></center>"
    ),
    "grey words in a paragraph": lambda image, words: f"<p>{image}</p><p><font color=gray size=2>{words}</font></p>",
    "italics": lambda image, words: f"<p>{image}</p><p><i>{words}</i></p>",
    "bold words in a span": lambda image, words: f"<p>{image}</p><p><span class=c><b>{words}</b></span></p>",
    "above the picture": lambda image, words: f"<p class=note>{words}</p><p>{image}</p>",
    "a block without an element of its own": lambda image, words: f"<div>{image}</div><div>{words}</div>",
}
"""What only the pages of its template together show."""


def told(article: Article) -> tuple[list[str], list[tuple[str | None, str | None]]]:
    return list(article.body), [(image.file_name, image.caption) for image in article.images]


def truth(story: Story) -> tuple[list[str], list[tuple[str | None, str | None]]]:
    return story.body, [(f"{story.number}_{n}.jpg", words) for n, words in enumerate(story.captions)]


@pytest.mark.parametrize("form", [*HELD, *LEARNT])
def test_pages_of_a_template_show_where_their_captions_stand(form: str) -> None:
    write = HELD.get(form) or LEARNT[form]
    for story in STORIES:
        article = read(story, write)
        assert told(article) == truth(story)
        assert article.unaccounted == ()


@pytest.mark.parametrize("form", HELD)
def test_a_page_alone_shows_a_caption_that_an_element_holds_with_its_picture_alone(form: str) -> None:
    for story in STORIES:
        assert told(read(story, HELD[form], alone=True)) == truth(story)


@pytest.mark.parametrize("form", LEARNT)
def test_on_a_page_alone_a_line_beside_a_picture_stays_text(form: str) -> None:
    for story in STORIES:
        article = read(story, LEARNT[form], alone=True)
        assert sorted(article.body) == sorted([*story.body, *story.captions])
        assert [image.caption for image in article.images] == [None] * len(story.captions)


def test_a_credit_between_a_picture_and_its_caption_is_neither_caption_nor_text() -> None:
    for story in STORIES:
        for alone in (False, True):
            article = read(story, credited_above, alone=alone)
            assert told(article) == truth(story)
            assert {image.credit for image in article.images} <= {"Photo/Xinhua"}


CREDITED: dict[str, Write] = {
    "below the caption, in an element of the same form": lambda image, words: (
        f"<div><p>{image}</p><div class=note>{words}</div><div class=note>[Photo/Xinhua]</div></div>"
    ),
    "behind the caption, in an element of its own": lambda image, words: (
        f"<p>{image}</p><p class=note><span>{words}</span> <span>Photo/Xinhua</span></p>"
    ),
}


@pytest.mark.parametrize("form", CREDITED)
def test_a_credit_apart_from_its_caption_is_its_own(form: str) -> None:
    for story in STORIES:
        article = read(story, CREDITED[form])
        assert told(article) == truth(story)
        assert {image.credit for image in article.images} <= {"Photo/Xinhua"}


def plain(image: str, words: str) -> str:
    return f"<p>{image}</p><p>{words}</p>"


def credited(image: str, words: str) -> str:
    return f"<p>{image}</p><p>{words} [Photo/Xinhua]</p>"


def test_where_captions_look_as_paragraphs_only_a_credit_makes_one() -> None:
    for write in (plain, credited):
        layout = layout_of(write)
        assert layout.plain_captions
        assert not layout.captions | layout.captions_above
    assert not layout_of(LEARNT["italics"]).plain_captions
    for story in STORIES:
        article = read(story, plain)
        assert sorted(article.body) == sorted([*story.body, *story.captions])
        assert {image.caption for image in article.images} <= {None}
        assert article.unaccounted == ()
        assert told(read(story, credited)) == truth(story)


def test_words_under_each_of_two_pictures_or_more_are_a_photo_story() -> None:
    for story in (Story(number, 2 + number % 4, 0) for number in range(12)):
        for write in (plain, *HELD.values()):
            if write is HELD["a cell before"] or write is HELD["above the picture, in one element"]:
                continue
            for layout in (None, layout_of(plain)):
                assert told(read_page(story.page(write), story, layout)) == truth(story)


def test_paragraphs_in_one_element_with_their_pictures_are_text_as_long_as_others_are() -> None:
    pages = []
    for story in STORIES:
        form = "<div><p>{}</p><p>{}</p></div>"
        texts = [form.format(story.image(n), text) if n % 2 else f"<p>{text}</p>" for n, text in enumerate(story.body)]
        pages.append(story.frame(*texts))
    layout = learn(pages)
    assert not layout.captions | layout.captions_above
    for story, page in zip(STORIES, pages, strict=True):
        assert list(read_page(page, story, layout).body) == story.body
