"""The twin as a site: its articles, its lists, and the answer to every address."""

from __future__ import annotations

import math
import random
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .newsroom import Newsroom
from .pictures import draw_picture
from .story import SECTIONS, Story

FIRST_DAY = date(2013, 1, 5)
TODAY = date(2024, 6, 20)
"""The twin's own today: nothing it makes from its seed is dated later."""
PAGE_SIZE = 8
"""Lines on a list page."""
_NUMBERS = range(251, 7200)
_BOX_SECTION = "civilization"
"""Its newest articles are the feature box that ends every page of the site."""
_BOX_SIZE = 4
_COPY_EVERY = 4
"""One of so many articles of that section is one of the main stream, under a number of its own."""
_ARTICLE = re.compile(r"/.+/\d{4}-\d\d-\d\d/(\d+)(?:_(\d+))?\.html")
_LIST = re.compile(r"/(.+?)/(?:index(?:_(\d+))?\.html)?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the twin says to an address."""

    status: int
    kind: str
    """The Content-Type."""
    body: bytes


@dataclass
class Twin:
    """A whole site; change its articles, and the next answer shows it. Hold `lock` for several at once."""

    newsroom: Newsroom
    dice: random.Random
    stories: dict[int, Story] = field(default_factory=dict)
    """By number."""
    today: date = TODAY
    """The day that new articles get."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def listing(self, section: str | None = None) -> list[Story]:
        """The live articles of a section, or all, as lists show them: newest `updated` first, ties by higher number."""
        live = [one for one in self.stories.values() if not one.gone and section in (None, one.section)]
        return sorted(live, key=lambda one: (one.updated, one.number), reverse=True)

    def answer(self, path: str) -> Answer:
        """The page, picture or refusal at `path`, which has no query."""
        with self.lock:
            if path.startswith("/d/file/"):
                return Answer(200, "image/png", draw_picture(path))
            if path in ("/", "/index.html"):
                return self._print("home", stories=self.listing()[:20])
            if found := _ARTICLE.fullmatch(path):
                return self._answer_article(path, int(found[1]), int(found[2] or 1))
            found = _LIST.fullmatch(path)
            if found and found[1] in SECTIONS:
                return self._answer_list(found[1], int(found[2] or 1))
            return self._print("missing", 404)

    def _answer_article(self, path: str, number: int, page: int) -> Answer:
        story = self.stories.get(number)
        if story is None or story.gone or not 1 <= page <= len(story.pages) or path != story.page_path(page):
            return self._print("missing", 404)
        return self._print("article", story=story, page=page, pages=len(story.pages), blocks=story.pages[page - 1])

    def _answer_list(self, section: str, page: int) -> Answer:
        stories = self.listing(section)
        pages = max(1, math.ceil(len(stories) / PAGE_SIZE))
        if page > pages or not stories:
            return self._print("missing", 404)
        shown = stories[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        return self._print("list", section=section, stories=shown, total=len(stories), page=page, pages=pages)

    def _print(self, part: str, status: int = 200, **values: Any) -> Answer:
        box = self.listing(_BOX_SECTION)[:_BOX_SIZE]
        text = _TEMPLATE.render(part=part, box=box, sections=SECTIONS, list_path=_list_path, **values)
        return Answer(status, "text/html; charset=utf-8", text.encode())


def _list_path(section: str, page: int) -> str:
    return f"/{section}/index_{page}.html" if page > 1 else f"/{section}/index.html"


def _load_template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


_TEMPLATE = _load_template()


def make_twin(seed: int = 1, articles: int = 60) -> Twin:
    """A new twin; equal arguments give equal bytes. Half of all articles are in the main stream."""
    dice = random.Random(seed)
    twin = Twin(Newsroom(dice), dice)
    pool = _NUMBERS if articles <= len(_NUMBERS) else range(_NUMBERS.start, _NUMBERS.start + articles)
    numbers = sorted(dice.sample(pool, articles))
    span = (TODAY - FIRST_DAY).days
    # Numbers and days of addresses rise together.
    days = sorted(FIRST_DAY + timedelta(days=dice.randint(0, span)) for _ in numbers)
    for number, day, section in zip(numbers, days, _deal_sections(dice, articles), strict=True):
        earlier = dice.choice((0,) * 7 + (dice.randint(1, 31), dice.randint(1, 31), dice.randint(32, 770)))
        story = twin.newsroom.write(number, section, day, day - timedelta(days=earlier))
        twin.stories[number] = _copy_story(twin, story) or story
    return twin


def _deal_sections(dice: random.Random, articles: int) -> Sequence[str]:
    main, *others = SECTIONS
    return [main if dice.random() < 0.5 else others[n % len(others)] for n in range(articles)]


def _copy_story(twin: Twin, story: Story) -> Story | None:
    """What is printed in place of `story` where it is its turn to be a copy of the newest of the main stream."""
    if story.section != _BOX_SECTION or len(twin.listing(_BOX_SECTION)) % _COPY_EVERY != _COPY_EVERY - 1:
        return None
    other = next((one for one in reversed(twin.stories.values()) if one.section == "news"), None)
    if other is None:
        return None
    return Story(
        story.number, story.section, story.created, other.updated,
        other.title, other.blocks, other.summary, other.teaser, other.source, other.author,
    )  # fmt: skip
