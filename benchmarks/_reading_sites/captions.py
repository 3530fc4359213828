"""Captions without credit in twelve places; captions that look like paragraphs; stories of one paragraph."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.support.template_sites import Site, make_site, render_base
from tests.support.twin import Paragraph, Picture, Story, Twin
from tests.support.twin.newsroom.model import Block
from tests.support.twin.newsroom.news import Newsroom
from tests.support.twin.skins.page import Surroundings
from tests.support.twin.skins.skin import Skin

from .cases import Case
from .frames import FamilySkin

ARTICLES = 30
CREDIT = "Photo/my399.com"
PLACES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
"""Forms of a picture with its words, by place."""
_WORDS = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


class CaptionSkin(FamilySkin):
    """Captions in one place, where no paragraph stands."""

    figures = True

    def __init__(self, name: str, form: str, number: int) -> None:
        super().__init__(name, number, 2 if "align" in form and number % 2 else number % 2)
        self.picture_form = form

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A picture with its words in the form; a caption without a picture is a centred line."""
        image, words = self.image(around, picture), self.text(picture.line)
        if not image:
            return f'<p align="center">{words}</p>\n'
        form = _WORDS.sub(lambda found: found[1] if words else "", self.picture_form)
        return form.replace("{image}", image).replace("{words}", words)


class LookAlikeSkin(FamilySkin):
    """Captions that look like paragraphs: nothing but a credit tells them apart."""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Picture and words in the form of the text's own lines."""
        cells = [self.image(around, picture), self.text(picture.line)]
        return "".join(self.text_lines.format(cell) for cell in cells if cell)


def change_pictures(story: Story, credited: bool) -> None:
    """Leaves no name of a file in the text; gives the captions of pictures a credit, or takes it from them."""

    def change(block: Block) -> Block:
        if not isinstance(block, Picture):
            return block
        block = replace(block, name=None if block.name_in == "text" else block.name)
        if not block.src or not block.caption:
            return block
        return replace(block, credit=(block.credit or CREDIT) if credited else None, glued=block.glued and credited)

    story.blocks = tuple(map(change, story.blocks))


def add_picture(story: Story, news: Newsroom) -> None:
    """A picture with a caption before the text, within or behind it, if the story has none."""
    if story.photo_only or any(isinstance(block, Picture) for block in story.blocks):
        return
    folder, caption = f"/d/file/{story.created.isoformat()}", news.caption(news.topic())
    at = (0, 1, 2, len(story.blocks))[story.number % 4]
    at = min(at, len(story.page_blocks(1)))
    story.blocks = (*story.blocks[:at], Picture(f"{folder}/{story.number}.jpg", caption), *story.blocks[at:])
    story.pages = (story.pages[0] + 1, *story.pages[1:]) if story.pages else ()


def clear_credits(twin: Twin, skin: Skin) -> None:  # noqa: ARG001 - as every edit of a twin's stories
    """Most stories have a picture; three of four say no credit."""
    news = Newsroom(random.Random(twin.seed))
    for story in twin.stories.values():
        if story.number % 5:
            add_picture(story, news)
        change_pictures(story, story.number % 4 == 0)


def mix_credits(twin: Twin, skin: Skin) -> None:  # noqa: ARG001 - as every edit of a twin's stories
    """Half of the stories say credits, and those that are nothing but pictures all do."""
    news = Newsroom(random.Random(twin.seed))
    for story in twin.stories.values():
        add_picture(story, news)
        change_pictures(story, story.photo_only or story.number % 2 == 0)


def shorten_half(twin: Twin, skin: Skin) -> None:
    """Half of the stories are a picture without words and one paragraph; the others' captions are known."""
    (clear_credits if getattr(skin, "figures", False) else mix_credits)(twin, skin)
    turn = 0
    for story in twin.stories.values():
        if isinstance(skin, LookAlikeSkin):
            change_pictures(story, credited=True)
        texts = [block for block in story.blocks if isinstance(block, Paragraph) and block.role == "text"]
        turn += bool(texts)
        if texts and turn % 2:
            picture = Picture(f"/d/file/{story.created.isoformat()}/{story.number}_one.jpg")
            story.blocks, story.pages = (picture, replace(max(texts, key=_measure), joined=False)), ()


def _measure(paragraph: Paragraph) -> int:
    return len(paragraph.text)


def make_place(place: str, number: int) -> Site:
    """A site with captions in a place, in one of its forms."""
    at = list(PLACES).index(place)
    skin = CaptionSkin(f"captions{at}_{number}", PLACES[place][number], at + number)
    return make_site(render_base(skin, 400 + 10 * at + number, ARTICLES, clear_credits, shaped=False))


def make_look_alike(number: int) -> Site:
    """A site where only a credit makes a caption."""
    skin = LookAlikeSkin(f"alike{number}", number, number)
    return make_site(render_base(skin, 600 + number, ARTICLES, mix_credits, shaped=False))


def make_one_paragraph(number: int) -> Site:
    """A site with stories of one paragraph under a picture."""
    form = PLACES["centred line under it"][number % 3]
    skin = LookAlikeSkin(f"one{number}", number, number) if number % 2 else CaptionSkin(f"one{number}", form, number)
    return make_site(render_base(skin, 650 + number, ARTICLES, shorten_half, shaped=False))


def list_captions() -> Iterator[Case]:
    """All sites."""
    for place, forms in PLACES.items():
        for number, form in enumerate(forms):
            yield Case(place, f"{place}, {form!r}", partial(make_place, place, number))
    for number in range(4):
        yield Case("captions like paragraphs", f"captions like paragraphs {number}", partial(make_look_alike, number))
    for number in range(4):
        yield Case("one paragraph", f"one paragraph {number}", partial(make_one_paragraph, number))
