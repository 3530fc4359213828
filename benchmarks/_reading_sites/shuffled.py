"""Sites in skins put together by dice: of the usual site, and of its sister, whose skins know their own truth."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from tests.support.shuffled_provincial import ShuffledProvincial
from tests.support.shuffled_skins import Shuffled
from tests.support.template_sites import (
    FIRST_VISIT,
    VISITS,
    ListedLine,
    ListTruth,
    Site,
    SitePage,
    make_site,
    render_base,
)
from tests.support.twin import Twin, make_twin
from tests.support.twin.manner import Manner, read_manner
from tests.support.twin.newsroom.model import fold
from tests.support.twin.skins import known_skins

from .cases import Case

SEEDS = range(40)
ARTICLES = 20
SISTER = "jilin-china"
ROWS = 8
"""Rows of a family, each of every so manieth seed."""


def make_shuffled(seed: int) -> Site:
    """A site of the usual manner."""
    return make_site(render_base(Shuffled(seed), 800 + seed, ARTICLES, shaped=False))


def make_sister(seed: int) -> Site:
    """A site of the sister's manner; its pages are fetched on four days, lists first."""
    skin, manner = ShuffledProvincial(seed), read_manner(SISTER)
    # Dice may have named a skin like one of the usual site.
    skin.name = f"sister{seed}"
    site = Site()
    with known_skins([skin]):
        twin = make_twin(seed, ARTICLES, manner=manner, skins=(skin.name,))
        for at, story in enumerate(twin.stories.values()):
            fetched = FIRST_VISIT + timedelta(days=at * VISITS // len(twin.stories), hours=1)
            for page in range(1, story.page_count + 1):
                path = story.page_path(page)
                site.pages.append(SitePage(manner.base + path, twin.render(path).body, fetched))
            site.articles[manner.base + story.path] = skin.truth(story)
            site.words[manner.base + story.path] = (fold(story.title), fold(story.summary) or None)
        for section in twin.sections:
            _add_lists(site, twin, manner, section)
    site.pages.sort(key=lambda page: page.fetched_at)
    return site


def _add_lists(site: Site, twin: Twin, manner: Manner, section: str) -> None:
    items, size = twin.listing(section), twin.page_size
    last = math.ceil(len(items) / size)
    for number in range(1, last + 1):
        path = manner.list_path(section, number)
        lines = tuple(
            ListedLine(
                manner.id_text(story.number),
                fold(story.title),
                story.updated if twin.dated.get(section, True) else None,
                fold(story.also.get(section, story.summary)) or None,
            )
            for story in items[(number - 1) * size : number * size]
        )
        total = len(items) if twin.printed_total.get(section, True) and last > 1 else None
        following = manner.base + manner.list_path(section, number + 1) if number < last else None
        fetched = FIRST_VISIT + timedelta(days=(number - 1) % VISITS)
        site.pages.append(SitePage(manner.base + path, twin.render(path).body, fetched, True))
        site.lists[manner.base + path, fetched] = ListTruth(lines, total, following)


def list_shuffled() -> Iterator[Case]:
    """A site a seed."""
    for seed in SEEDS:
        yield Case(f"seeds {seed % ROWS}, {seed % ROWS + ROWS}, …", f"shuffled {seed}", partial(make_shuffled, seed))


def list_sisters() -> Iterator[Case]:
    """A site a seed, of the sister."""
    for seed in SEEDS:
        yield Case(f"seeds {seed % ROWS}, {seed % ROWS + ROWS}, …", f"sister {seed}", partial(make_sister, seed))
