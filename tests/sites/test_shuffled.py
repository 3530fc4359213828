"""The sister site in skins that nobody drew by hand: at least 95% of records whole, and none invented."""

from __future__ import annotations

from datetime import date

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import join_pages, read_article
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Article
from harbincrawl.sites import find_site
from tests.support.shuffled_provincial import ShuffledProvincial
from tests.support.twin import Story, Twin, make_twin
from tests.support.twin.manner import read_manner
from tests.support.twin.skins import SKINS

SITE = find_site("jilin-china")
MANNER = read_manner("jilin-china")
SECTION = "node_1139763"
SEEDS = [range(6), pytest.param(range(6, 40), marks=pytest.mark.attack)]


def make(seed: int, name: str) -> tuple[Twin, ShuffledProvincial]:
    skin = ShuffledProvincial(seed)
    SKINS[name] = skin
    try:
        twin = make_twin(seed, 16, manner=MANNER, skins=(name,))
    except BaseException:
        del SKINS[name]
        raise
    return twin, skin


def read(twin: Twin, story: Story) -> Article | None:
    try:
        return join_pages(
            [
                read_article(twin.render(path).body, SITE.base + path, SITE, today=date(2024, 6, 20))
                for path in map(story.page_path, range(1, story.page_count + 1))
            ]
        )
    except NotAnArticle:
        return None


@pytest.mark.parametrize("seeds", SEEDS)
def test_most_records_are_whole_and_none_is_invented(seeds: range) -> None:
    count, wrong = 0, []
    for seed in seeds:
        twin, skin = make(seed, "provincial")
        try:
            for story in twin.stories.values():
                article, truth = read(twin, story), skin.truth(story)
                count += 1
                found = article and {
                    "title": article.title,
                    "updated": article.updated.isoformat() if article.updated else None,
                    "author": article.author,
                    "source": article.source,
                    "body": list(article.body),
                }
                if found != truth:
                    wrong.append((seed, story.path))
            path = twin.manner.list_path(SECTION, 1)
            lines = read_listing(twin.render(path).body, SITE.base + path, SITE).lines
            days = [story.updated if twin.dated[SECTION] else None for story in twin.listing(SECTION)[: len(lines)]]
            assert len(lines) == 8
            assert [line.date for line in lines] == days
            # The home page, an error page and a list at the address of an article are none.
            for other in (twin.render("/").body, twin.sorry("/m/jilin/none"), twin.render(path).body):
                try:
                    article = read_article(other, SITE.base + "/m/jilin/2020-01/02/content_12345678.htm", SITE)
                except NotAnArticle:
                    continue
                raise AssertionError(f"seed {seed}: {article.title} is invented")
        finally:
            del SKINS["provincial"]
    assert len(wrong) <= count // 50, wrong
