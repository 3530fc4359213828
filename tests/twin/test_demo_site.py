"""The site that the demo crawls: read whole, served over HTTP, changed between two visits."""

from __future__ import annotations

import math
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import pytest

from harbincrawl.pages.article.page import complete_article, join_pages, read_article
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import ListWords
from harbincrawl.twin import Story, Twin, changes, make_twin
from harbincrawl.twin.site import PAGE_SIZE, TODAY
from harbincrawl.twin.story import SECTIONS
from tests.support.site_reading import describe_article
from tests.support.sites import HARBIN_TODAY as SITE


@pytest.fixture
def twin() -> Twin:
    return make_twin(5, 120)


def tell_truth(story: Story) -> dict[str, Any]:
    """What a perfect reader of all pages of this article and of its list knows."""
    images = [
        {"url": SITE.base + one.src, "caption": one.caption, "credit": one.credit, "file_name": one.src.split("/")[-1]}
        for one in story.pictures
    ]
    named = {name: getattr(story, name) for name in ("number", "title", "author", "source", "summary")}
    days = {name: getattr(story, name).isoformat() for name in ("updated", "created")}
    return named | days | {
        "url": SITE.base + story.path, "section": SECTIONS[story.section], "section_path": story.section,
        "authors": [story.author] if story.author else [], "body": story.paragraphs, "images": images,
    }  # fmt: skip


def test_every_article_is_read_whole(twin: Twin) -> None:
    for truth in map(tell_truth, twin.stories.values()):
        pages, address = [], truth["url"]
        while address:
            body = twin.answer(address.removeprefix(SITE.base)).body
            pages.append(read_article(body, address, SITE, today=TODAY))
            address = pages[-1].next_page
        article = complete_article(join_pages(pages), ListWords(truth["title"], truth["summary"]), SITE)
        assert describe_article(article) == truth
        assert [page.unaccounted for page in pages] == [()] * len(pages)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_list_is_read_whole(twin: Twin, section: str) -> None:
    stories = twin.listing(section)
    pages = math.ceil(len(stories) / PAGE_SIZE)
    for page in range(1, pages + 1):
        path = f"/{section}/" if page == 1 else f"/{section}/index_{page}.html"
        read = read_listing(twin.answer(path).body, SITE.base + path, SITE)
        shown = stories[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        assert [(line.title, line.date, line.summary) for line in read.lines] == [
            (story.title, story.updated, story.summary) for story in shown
        ]
        assert (read.total, read.last) == ((len(stories), pages) if pages > 1 else (None, None))
    assert twin.answer(f"/{section}/index_{pages + 1}.html").status == 404


def test_what_is_added_heads_its_list_and_what_is_removed_is_gone(twin: Twin) -> None:
    (number,) = changes.add(twin, 1, "civilization")
    assert twin.listing("civilization")[0].number == number
    assert twin.stories[number].title in twin.answer(twin.listing("news")[-1].path).body.decode(), "the feature box"
    changes.remove(twin, number)
    assert twin.answer(twin.stories[number].path).status == 404
    assert number not in {one.number for one in twin.listing()}
    with pytest.raises(ValueError, match="no section 'sport'"):
        changes.add(twin, 1, "sport")
    with pytest.raises(ValueError, match="no article 1"):
        changes.remove(twin, 1)


def test_the_command_serves_until_it_is_told_to_stop() -> None:
    command = [sys.executable, "-m", "harbincrawl.twin", "--seed", "7", "--articles", "30"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        url = running.stdout.readline().strip()
        with urllib.request.urlopen(url + "/news/") as answer:  # noqa: S310
            assert make_twin(7, 30).listing("news")[0].title in answer.read().decode()
        running.terminate()
        assert running.wait(10) == 0
