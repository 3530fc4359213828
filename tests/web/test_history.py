"""Pages about captures in real Chromium: dots in time, keyboard, windows from 320 to 1,280 pixels, axe."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from harbincrawl.archive.database.connection import FILE
from tests.support.archives import add_capture, build_archive
from tests.support.web_site import Site, keep_page, running
from tests.web.conftest import list_sizes
from tests.web.test_serve import judge_by_axe

ADDRESS = "http://e.my399.com/news/2024-05-01/1.html"
BODY = "<h1>Snow in the city</h1><p>The tram runs on <b>{}</b> days of the winter.</p>" + "<p>More of it.</p>" * 60


class Built(NamedTuple):
    site: Site
    captures: list[int]
    """Two revisions of an article, a page that was captured once, one that was captured often."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    archive = build_archive(
        tmp_path_factory.mktemp("history") / "archive",
        [{"number": 1, "title": "W" * 100, "url": ADDRESS, "revision": 2}],
        revisions=[{"number": 1, "revision": 1, "title": "Once"}],
    )
    often = f"http://e.my399.com/{'long' * 60}/"
    captures = [
        keep_page(archive, ADDRESS, BODY.format(12), "2024-06-01T08:00:00Z"),
        keep_page(archive, ADDRESS, BODY.format(15), "2024-07-01T08:00:00Z"),
        keep_page(archive, ADDRESS.replace("1.html", "2.html"), "<p>Once</p>"),
        keep_page(archive, often, "<p>Often</p>", "2019-07-01T08:00:00Z"),
    ]
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute("UPDATE revisions SET first_capture = ?1, capture = ?1", captures[:1])
        connection.execute("UPDATE articles SET first_capture = ?1, capture = ?1", captures[1:2])
        for at in range(2000):
            row = {"status": 404 if at % 7 == 0 else 200, "body_hash": str(at // 500)}
            day = f"{2015 + at // 300}-{at // 25 % 12 + 1:02}-{at % 25 + 1:02}"
            add_capture(connection, {"address": often, "fetched_at": f"{day}T08:15:42Z"} | row)
    with running(archive) as site:
        yield Built(site, captures)


def test_keys_lead_from_the_dots_into_the_frame_and_out_again(chromium: Any, built: Built) -> None:
    tab = chromium.new_page()
    tab.set_default_timeout(60_000)
    tab.goto(f"http://127.0.0.1:{built.site.port}/captures/{built.captures[1]}")
    tab.bring_to_front()
    assert tab.get_attribute("iframe", "title").startswith("The page as captured 1 July 2024, 08:00:00 UTC")
    tab.focus(".dots a >> nth=0")
    outline = "getComputedStyle(document.activeElement.querySelector('.target')).strokeWidth"
    steps: list[str] = []
    for key in ("Tab",) * 14 + ("Shift+Tab",) * 3:
        steps.append(tab.evaluate("document.activeElement.localName"))
        if steps[-1] == "a" and tab.evaluate("document.activeElement.namespaceURI").endswith("svg"):
            assert tab.evaluate(outline) == "3px"
        tab.keyboard.press(key)
    assert steps[0] == "a" and "iframe" in steps
    inside = steps.index("iframe")
    assert "a" in steps[:inside] and "a" in steps[inside + 1 : inside + 4]
    dots = tab.evaluate("[...document.querySelectorAll('.dots a')].map(each => each.getAttribute('aria-label'))")
    assert len(dots) == 2 and all("UTC" in each for each in dots)
    tab.close()


def list_paths(built: Built) -> list[str]:
    old, new = built.captures[:2]
    once, often = (f"/captures/{each}" for each in built.captures[2:])
    return [f"/captures/{old}", f"/captures/{old}..{new}?q=snow", once, f"{often}?q=snow"]


@pytest.mark.parametrize("number", range(4))
def test_axe_finds_no_violation_on_pages_of_captures(chromium: Any, built: Built, number: int) -> None:
    judge_by_axe(chromium, built.site, list_paths(built)[number])


@pytest.mark.parametrize("number", range(4))
def test_no_page_of_captures_is_wider_than_its_window(chromium: Any, built: Built, number: int) -> None:
    context = chromium.new_context()
    tab = context.new_page()
    tab.goto(f"http://127.0.0.1:{built.site.port}{list_paths(built)[number]}")
    for width in list_sizes(tab):
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        boxes = tab.evaluate(
            "[...document.querySelectorAll('.dots text')].filter(each => getComputedStyle(each).display !== 'none')"
            ".map(each => each.getBoundingClientRect()).map(each => [each.left, each.right, each.height])"
        )
        assert all(left >= 0 and right <= width and height >= 12 for left, right, height in boxes)
        assert all(before[1] < after[0] for before, after in pairwise(boxes))
        frames = tab.evaluate(
            "[...document.querySelectorAll('.pair iframe')].map(each => each.getBoundingClientRect().left)"
        )
        assert len(set(frames)) == (2 if width >= 768 else 1) if frames else number != 1
    context.close()
