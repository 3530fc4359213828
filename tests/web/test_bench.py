"""The pages of a search in real Chromium: ten clicks anywhere keep what was asked, by mouse, form and keyboard."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from multidict import MultiDict

from harbincrawl.serve.handlers.bench import TABS
from harbincrawl.serve.links import Parameters
from tests.support.archives import build_archive
from tests.support.web_site import Site, running
from tests.web.conftest import list_sizes
from tests.web.test_serve import judge_by_axe

KEPT = "section=news&section=culture&source=Xinhua&source=China+Daily&copies=1&status=live&q=river&against_q=trade"
"""Filters of several values, a second query and another choice: no click below takes any of them away."""
# The first numbers over time are of all articles: these alone lead away from the queries.
CLICKED = (
    "nav.tabs a", ".orders a", ".pager a", "svg a.bar", "svg a.point", ".axis a", "td ~ td a[href*='/search']",
    ".facet a:not([aria-current])", "[type=submit], form.bench button",
)  # fmt: skip
PAGES = (
    "/search?q=snow", "/search?q=snow&section=news&section=culture&sort=oldest", "/search?since=then&q=a&sort=up",
    "/trends", "/trends?q=snow&q=river&smooth=3", "/trends?smooth=999&by=week", "/concordance", "/concordance?q=snow",
    "/concordance?q=m*t", "/keywords", "/keywords?q=snow", "/compare", "/compare?q=snow&against_q=river&since=2015",
    "/compare?q=snow&against_until=never",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    articles = [
        {"number": number, "title": f"{('Snow', 'River', 'Trade')[number % 3]} of {number}",
         "created": f"20{10 + number % 12}-0{1 + number % 9}-{number % 28 + 1:02}", "status": "live",
         "body": [f"snow and river {number}", f"trade words {number % 7}"], "author": ("Li Na", "Wu Bo")[number % 2],
         "source": ("Xinhua", "China Daily")[number % 2], "section_path": ("news", "culture", "sport")[number % 3],
         "section": ("Harbin Today", "Music City", "Sport")[number % 3]}
        for number in range(1, 181)
    ]  # fmt: skip
    with running(build_archive(tmp_path_factory.mktemp("bench") / "archive", articles)) as started:
        yield started


def read(address: str) -> Parameters:
    return Parameters.read(MultiDict(parse_qsl(urlsplit(address).query)))


def name_kept(asked: Parameters) -> tuple[bool, ...]:
    """What all clicks keep: values may be added, queries may have a word more, and the choices may be exchanged."""
    if not asked.against.query.startswith("trade"):
        asked = asked.swap()
    return (
        {"news", "culture"} <= {*asked.texts("section")}, {"Xinhua", "China Daily"} <= {*asked.texts("source")},
        asked.copies, asked.texts("status") == ("live",), asked.others != () or " AND " in asked.q,
        asked.against.query.startswith("trade"),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("tab", TABS)
def test_ten_clicks_anywhere_keep_every_filter(chromium: Any, site: Site, tab: str, seed: int) -> None:
    dice = random.Random(f"{tab} {seed}")
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/{tab}?q=snow&{KEPT}" + ("&against=all" if tab == "keywords" else ""))
    wanted = (True,) * 6
    clicked = []
    for _ in range(10):
        assert name_kept(read(page.url)) == wanted, (clicked, page.url)
        kinds = [kind for kind in CLICKED if any(each.is_visible() for each in page.query_selector_all(kind))]
        assert kinds
        kind = dice.choice(kinds)
        link = dice.choice([each for each in page.query_selector_all(kind) if each.is_visible()])
        clicked.append((kind, link.get_attribute("href")))
        with page.expect_navigation():
            link.focus()
            page.keyboard.press("Enter")
        if urlsplit(page.url).path.strip("/") not in TABS:
            page.go_back()
    assert name_kept(read(page.url)) == wanted, (clicked, page.url)
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_what_is_typed_joins_what_was_chosen(chromium: Any, site: Site, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(f"http://127.0.0.1:{site.port}/search?q=snow&section=news&section=culture&sort=left&by=year&smooth=5")
    page.click("form.bench summary")
    page.fill("#since", "2012-13")
    page.select_option("#section", "sport")
    with page.expect_navigation():
        page.click("form.bench details button")
    assert page.input_value("#since") == "2012-13"
    described = page.get_attribute("#since", "aria-describedby")
    assert "is not a date" in page.inner_text(f"#{described}")
    page.fill("#since", "2012")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    asked = read(page.url)
    assert asked.texts("section") == ("news", "culture", "sport")
    assert (asked.q, asked.sort, asked.by, asked.smooth) == ("snow", "left", "year", 5)
    page.close()


def test_on_a_phone_facets_fold_above_the_hits_and_beside_them_they_stand_open(chromium: Any, site: Site) -> None:
    address = f"http://127.0.0.1:{site.port}/search?q=snow&section=news"
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    page.goto(address)
    assert next(each.inner_text() for each in page.query_selector_all(".facet > summary")) == "Section 1 of 3"
    assert not page.is_visible(".facet li")
    top = page.query_selector(".facets").bounding_box()["y"]
    assert top < page.query_selector(".hits").bounding_box()["y"]
    page.click(".facet > summary")
    assert page.is_visible(".facet li")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    assert all(each.is_visible() for each in page.query_selector_all(".facet > ul > li"))
    assert not page.is_visible(".facet > summary")
    side, hits = (page.query_selector(each).bounding_box() for each in (".facets", ".hits"))
    assert side["x"] + side["width"] <= hits["x"]
    page.close()


def test_search_and_bench_by_keyboard_alone(chromium: Any, site: Site) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"http://127.0.0.1:{site.port}/search")

    def tab_to(selector: str) -> None:
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.evaluate("each => document.activeElement.matches(each)", selector):
                return
        raise AssertionError(selector)

    def press_enter() -> None:
        with page.expect_navigation():
            page.keyboard.press("Enter")

    tab_to("#q")
    page.keyboard.type("snow")
    press_enter()
    tab_to(".facet a")
    press_enter()
    assert read(page.url).texts("section")
    tab_to(".orders a[href*='oldest']")
    press_enter()
    tab_to(".pager [rel=next]")
    press_enter()
    assert page.inner_text(".range").startswith("21–40 of")
    for name, label in list(TABS.items())[1:]:
        tab_to(f"nav.tabs a[href*='/{name}']")
        press_enter()
        assert page.inner_text("nav.tabs [aria-current]").startswith(label)
        asked = read(page.url)
        assert (asked.q, asked.sort, len(asked.texts("section"))) == ("snow", "oldest", 1)
    tab_to("#against_q")
    page.keyboard.type("river")
    press_enter()
    assert read(page.url).against.query == "river"
    tab_to("table a")
    press_enter()
    assert page.query_selector(".hits li")
    tab_to(".chips a")
    press_enter()
    assert read(page.url).texts("section") == ()
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation_on_any_tab(chromium: Any, site: Site, path: str) -> None:
    judge_by_axe(chromium, site, path)


@pytest.mark.parametrize("path", PAGES)
def test_no_tab_is_wider_than_its_window(chromium: Any, site: Site, path: str) -> None:
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{site.port}{path}")
    for width in list_sizes(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        tabs = [each.bounding_box() for each in page.query_selector_all("nav.tabs a")]
        assert len(tabs) == 5 and all(each["x"] >= 0 and each["x"] + each["width"] <= width for each in tabs)
    page.close()


def test_a_place_in_context_leads_to_its_very_words_in_the_article(chromium: Any, tmp_path: Path) -> None:
    body = ["The tram stops."] * 40 + ["Trams are many."] * 40 + ["A tram of 1927 was found."] + ["Nothing."] * 60
    with running(build_archive(tmp_path / "archive", [{"number": 7, "title": "On rails", "body": body}])) as started:
        page = chromium.new_page(viewport={"width": 1280, "height": 600})
        page.goto(f"http://127.0.0.1:{started.port}/concordance?q=tram")
        page.click("tr:has(td:text('of 1927')) a")
        page.wait_for_url("**/articles/**")
        page.wait_for_function("scrollY > 1000")
        place = page.locator("text=of 1927").bounding_box()
        assert 0 <= place["y"] <= 600
        page.close()
