"""Pages at the addresses of articles that are none: of other sites, errors, home pages, lists."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache, partial
from pathlib import Path

from tests.support.shuffled_provincial import ShuffledProvincial
from tests.support.system_skins import MANNER_SKINS
from tests.support.template_sites import (
    BASE,
    FIRST_VISIT,
    SECTIONS,
    Site,
    SitePage,
    make_site,
    render_base,
)
from tests.support.twin import Twin, make_twin
from tests.support.twin.manner import read_manner
from tests.support.twin.newsroom.news import Newsroom
from tests.support.twin.skins import END_SKINS, SKINS, known_skins
from tests.support.twin.skins.skin import Skin

from .cases import Case

FIRST_NUMBER = 7800
SISTERS = 8
"""Skins of the sister site put together by dice."""
STRANGERS: dict[str, str] = tomllib.loads(Path(__file__).with_name("strangers.toml").read_text("utf-8"))
"""Pages of nobody that the site knows."""


@lru_cache(maxsize=1)
def render_sisters() -> tuple[tuple[str, bytes], ...]:
    """Articles of the sister site, in each of its skins and in some by dice."""
    skins: tuple[Skin, ...] = (*END_SKINS.values(), *(ShuffledProvincial(900 + seed) for seed in range(SISTERS)))
    made = []
    for at, skin in enumerate(skins):
        name = f"sister {at}"
        if isinstance(skin, ShuffledProvincial):
            # Only its links tell that a page with the same labels is another site's.
            skin.addresses = "absolute"
        SKINS[name] = skin
        try:
            twin = make_twin(40 + at, 8, manner=read_manner("jilin-china"), skins=(name,))
            story = next(one for one in twin.stories.values() if len(one.truth()["body"]) > 2)
            made.append((name, twin.render(story.path).body))
        finally:
            del SKINS[name]
    return tuple(made)


def list_pages(twin: Twin, seed: str) -> Iterator[tuple[str, bytes]]:
    """(name, page) of each page that is no article of the site; the skin of `twin` is known to it."""
    yield "home page", twin.render("/").body
    yield "error page", twin.sorry("/news/none.html")
    for section in twin.sections[:3]:
        yield f"list of {section}", twin.render(f"/{section}/").body
    yield "second page of a list", twin.render(f"/{twin.sections[0]}/index_2.html").body
    yield "nothing", b""
    yield from render_sisters()
    news = Newsroom(random.Random(seed))
    for number, (name, page) in enumerate(STRANGERS.items()):
        topic = news.topic()
        words = {key: news.paragraph(topic, 2) for key in ("one", "two", "three")}
        yield name, page.format(number=number, title=news.headline(topic), base=BASE, **words).encode()


def make_foreign(skin: Skin) -> Site:
    """Plain pages of the skin, and at the addresses of other articles pages that are none; their names tell which."""
    base = render_base(skin)
    plain = make_site(base)
    site = Site(plain.pages, {}, {}, plain.words)
    news = Newsroom(random.Random(skin.name))
    with known_skins([skin]):
        pages = list(list_pages(base.twin, f"strangers {skin.name}"))
    for at, (name, body) in enumerate(pages):
        number = FIRST_NUMBER + at
        address = f"{BASE}/{SECTIONS[0]}/2024-06-{1 + at % 19:02}/{number}.html"
        site.pages.append(SitePage(address, body, FIRST_VISIT + timedelta(days=at % 4, hours=2)))
        site.words[address] = (f"{news.headline('ice')}, told by those who made it", news.summary("ice"))
        site.names[address] = name
    site.pages.sort(key=lambda page: page.fetched_at)
    return site


def list_foreign() -> Iterator[Case]:
    """A site for each of the twin's skins and each of real manner."""
    for skin in (*SKINS.values(), *MANNER_SKINS):
        yield Case(skin.name, f"strangers in {skin.name}", partial(make_foreign, skin))
