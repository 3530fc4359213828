"""The strip over time in real Chromium: bars lead on and back, letters keep their size, the keyboard gets past it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.archives import build_archive
from tests.support.web_site import Site, running
from tests.web.conftest import list_sizes
from tests.web.test_serve import judge_by_axe

SEARCH = "/search?q=snow&section=news&section=culture&source=Xinhua&source=China+Daily"
PAGES = ("/", SEARCH, f"{SEARCH}&since=2014-03&until=2014-03", f"{SEARCH}&since=2012", "/sections", "/authors",
         "/trends?q=snow", "/trends?q=snow&q=metro&q=rare", "/trends?q=snow&q=metro&by=month")  # fmt: skip
LABELS = """[...document.querySelectorAll('.axis span span, .axis a, .ends span')]
 .filter(each => each.checkVisibility())
 .map(each => { const range = document.createRange(); range.selectNodeContents(each);
  const box = range.getBoundingClientRect();
  return [box.left, box.right, box.top, parseFloat(getComputedStyle(each).fontSize), box.height] })"""
"""Left, right, top, size of letters and height of each label that is seen."""
BARS = """[...document.querySelectorAll('.plot .room')].map(each => each.getBoundingClientRect())
 .map(each => [each.left, each.right])"""
TEXTS = "[...document.querySelectorAll('text')].map(each => each.getBBox()).map(each => [each.x, each.width])"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Ten years, of which one has a month with a single article that is a hit."""
    articles: list[dict[str, Any]] = [
        {"number": number, "title": f"About {('snow', 'metro', 'trade')[number % 3]} {number}",
         "created": f"{2010 + number % 10}-{1 + number // 10 % 12:02}-{number % 28 + 1:02}",
         "body": [f"Words {number} of word{number % 24}."], "source": ("Xinhua", "China Daily", "Other")[number % 3],
         "author": ("Li Na", "Wu Qiu")[number % 2], "section": ("News", "Culture")[number % 2],
         "section_path": ("news", "culture")[number % 2]}
        for number in range(1, 1500)
    ]  # fmt: skip
    articles.append({"number": 2000, "title": "About snow and a rare bird", "created": "2021-03-01", "body": ["Rare."],
                     "section_path": "news", "source": "Xinhua"})  # fmt: skip
    with running(build_archive(tmp_path_factory.mktemp("strip") / "archive", articles)) as started:
        yield started


def open_page(chromium: Any, site: Site, path: str, width: int = 1280) -> Any:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(f"http://127.0.0.1:{site.port}{path}")
    return page


def read_pairs(page: Any) -> list[tuple[str, str]]:
    return sorted(parse_qsl(urlsplit(page.url).query))


def test_a_bar_leads_to_its_year_its_month_and_back_with_all_filters(chromium: Any, site: Site) -> None:
    page = open_page(chromium, site, SEARCH)
    first = read_pairs(page)
    page.click("a.bar[aria-label^='2014:'] .room", position={"x": 5, "y": 4})  # far above a low bar
    assert read_pairs(page) == sorted([*first, ("since", "2014"), ("until", "2014")])
    assert page.locator("a.bar").count() == 12
    page.click("a.bar[aria-label^='March 2014:']")
    assert read_pairs(page) == sorted([*first, ("since", "2014-03"), ("until", "2014-03")])
    assert page.get_attribute("a.bar[aria-current]", "aria-label").startswith("March 2014:")
    page.click("text=Back to all of 2014")
    page.click("text=Back to all years")
    assert read_pairs(page) == first
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_labels_have_the_size_of_the_page_within_the_window_and_do_not_touch(
    chromium: Any, site: Site, path: str
) -> None:
    page = open_page(chromium, site, path)
    for width in list_sizes(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        rows: dict[int, list[tuple[float, float]]] = {}
        labels = page.evaluate(LABELS)
        assert len(labels) >= 4
        for left, right, top, size, height in labels:
            assert left >= 0 and right <= width
            assert size >= 14 and height >= size
            rows.setdefault(round(top / 4), []).append((left, right))
        for row in rows.values():
            row.sort()
            assert all(before[1] < after[0] for before, after in pairwise(row))
        bars = page.evaluate(BARS)
        assert all(left >= 0 and right <= width for left, right in bars)
    page.close()


def test_the_keyboard_stops_at_each_bar_shows_where_it_is_and_can_pass_over_the_chart(
    chromium: Any, site: Site
) -> None:
    page = open_page(chromium, site, SEARCH)
    page.focus("figure.strip .skip")
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Tab")
    bars = page.locator("a.bar").count()
    assert bars <= 48
    before = page.locator("a.bar .room").nth(1).evaluate("each => getComputedStyle(each).stroke")
    shown = page.locator("a.bar .room").first.evaluate("each => getComputedStyle(each).stroke")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("2010:")
    assert shown != before
    assert shown != "none"
    for _ in range(bars - 1):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("2021:")
    page.focus("figure.strip .skip")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('svg')") is None
    page.focus("a.bar[aria-label^='2014:']")
    page.keyboard.press("Enter")
    page.wait_for_url("**since=2014&until=2014*")
    page.close()


def test_points_of_lines_lead_to_their_hits_and_many_are_no_stops(chromium: Any, site: Site) -> None:
    page = open_page(chromium, site, "/trends?q=snow&q=metro&section=news")
    page.focus("figure.strip a.point[aria-label^='metro, 2014']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    # The other queries go along, to be compared again.
    named = [("section", "news"), ("since", "2014"), ("until", "2014")]
    assert read_pairs(page) == [("q", "metro"), ("q", "snow"), *named]
    page.goto(f"http://127.0.0.1:{site.port}/trends?q=snow&q=metro&by=month&since=2012&until=2015")
    assert page.locator("figure.strip a.point").count() == 96
    assert page.locator("figure.strip a.point[tabindex='-1']").count() == 96
    page.close()


def test_dots_are_round_and_lines_as_thick_as_drawn_at_every_width(chromium: Any, site: Site) -> None:
    for width in (320, 1280):
        page = open_page(chromium, site, "/trends?q=snow&q=metro", width)
        assert page.evaluate("getComputedStyle(document.querySelector('.dot')).vectorEffect") == "non-scaling-stroke"
        dashes = page.evaluate(
            "[...document.querySelectorAll('.legend path')].map(each => getComputedStyle(each).strokeDasharray)"
        )
        assert len(set(dashes)) == 2
        page.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation(chromium: Any, site: Site, path: str) -> None:
    judge_by_axe(chromium, site, path)


@pytest.mark.parametrize("path", ["/trends.svg?q=snow&q=metro&section=news", "/keywords.svg?q=snow"])
def test_a_chart_that_was_taken_along_shows_all_its_texts(chromium: Any, site: Site, path: str, tmp_path: Path) -> None:
    (tmp_path / "chart.svg").write_bytes(site.ask(path).body)
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    page.goto((tmp_path / "chart.svg").as_uri())
    width = page.evaluate("document.documentElement.width.baseVal.value")
    boxes = page.evaluate(TEXTS)
    assert len(boxes) > 10
    assert all(x >= 0 and x + wide <= width for x, wide in boxes)
    page.close()
