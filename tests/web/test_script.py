"""The one script of our pages: it adds a key and a button, and nothing is missing without it."""

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
    assert len(SCRIPT) <= 2000


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
    page.get_by_text("Cite this revision").click()
    button = page.locator(".citation + .copying")
    button.click()
    page.wait_for_function("document.querySelector('.citation + .copying').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == page.inner_text(".citation").strip()
    context.close()


def test_without_a_script_bars_lead_on_at_once_and_nothing_else_is_missing(chromium: Any, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/search?q=snow")
    page.locator(".bars a").nth(1).click()
    page.wait_for_url("**since=2011*")
    context.close()


def test_no_page_with_the_script_reports_an_error(chromium: Any, site: Site) -> None:
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("/", "/search?q=snow", "/articles/harbin-today:1", "/sections"):
        page.goto(f"http://127.0.0.1:{site.port}{path}")
    assert complaints == []
    page.close()
