"""The one script of our pages: it adds a key, a button and a reading, and nothing is missing without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harbincrawl.serve.looks import SCRIPT
from tests.support.archives import build_archive
from tests.support.web_site import Site, running


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    articles = [
        {"number": each, "title": f"Snow {each}", "created": f"20{10 + each % 5}-05-01", "author": "Li Na"}
        for each in range(1, 80)
    ]
    with running(build_archive(tmp_path_factory.mktemp("script") / "archive", articles)) as started:
        yield started


def test_the_script_is_small() -> None:
    assert len(SCRIPT) <= 3000


@pytest.mark.parametrize("path", ["/", "/search?q=snow", "/articles/harbin-today:1", "/status"])
def test_a_slash_leads_to_the_search_field_unless_something_is_typed(chromium: Any, site: Site, path: str) -> None:
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{site.port}{path}")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    before = page.input_value("#q")
    page.keyboard.press("End")
    page.keyboard.type("a/b")
    assert page.input_value("#q") == f"{before}a/b"
    page.close()


def test_a_citation_is_copied(chromium: Any, site: Site) -> None:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/articles/harbin-today:1")
    button = page.locator(".citation + .copying")
    button.click()
    page.wait_for_function("document.querySelector('.citation + .copying').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == page.inner_text(".citation").strip()
    context.close()


def test_a_first_tap_reads_a_bar_and_a_second_one_follows_it(chromium: Any, site: Site) -> None:
    context = chromium.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    address = f"http://127.0.0.1:{site.port}/search?q=snow"
    page.goto(address)
    bar = page.locator("figure.strip svg a").nth(1)
    bar.tap()
    page.wait_for_function("document.querySelector('.reading').textContent.length > 0")
    assert bar.get_attribute("aria-label") in page.inner_text(".reading")
    assert page.url == address
    bar.tap()
    page.wait_for_url("**since=2011*")
    context.close()


def test_without_a_script_bars_lead_on_at_once_and_nothing_else_is_missing(chromium: Any, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/search?q=snow")
    page.locator("figure.strip svg a").nth(1).click()
    page.wait_for_url("**since=2011*")
    context.close()


def test_no_page_with_the_script_reports_an_error(chromium: Any, site: Site) -> None:
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("/", "/search?q=snow", "/trends?q=snow&q=li", "/articles/harbin-today:1", "/sections"):
        page.goto(f"http://127.0.0.1:{site.port}{path}")
        for bar in page.locator("figure svg a").all()[:3]:
            bar.dispatch_event("pointerover")
            bar.focus()
    assert complaints == []
    page.close()
