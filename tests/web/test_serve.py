"""The web site in real Chromium: an archive that attacks does nothing, people of all kinds can use the pages."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.archives import build_archive
from tests.support.web_site import BAD, Site, build_hostile, running
from tests.web.conftest import CHROMIUM, FLAGS, list_sizes

AXE = Path(os.environ.get("AXE", ""))
"""axe.min.js of the npm package `axe-core`: `make web` puts it there."""
PAGES = (
    "/", "/search", "/search?q=snow", "/search?q=nothingatall", "/search?q=snow&section=news&copies=1&since=2012",
    "/search?since=then", "/articles/harbin-today:1", "/articles/harbin-today:2", "/articles/harbin-today:1/revisions",
    "/articles/harbin-today:1/revisions/0", "/articles/harbin-today:1/revisions/0..1",
    "/articles/harbin-today:1/captures", "/captures/2", "/sections", "/authors", "/sources", "/status", "/nothing",
    "/questions/trends?q=snow&q=again", "/questions/concordance?q=snow", "/questions/keywords?q=snow",
    "/questions/collocations?q=snow", "/questions/similar?q=1",
    *(f"/questions/{name}" for name in ("stats", "words", "edits", "duplicates", "captures", "revisions")),
)  # fmt: skip
TITLES = ("A " + "very long title of words " * 12, "哈尔滨" * 60, "W" * 300, BAD)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, int]]]:
    archive = tmp_path_factory.mktemp("hostile") / "archive"
    captures = build_hostile(archive)
    with running(archive) as site:
        yield site, captures


@pytest.fixture(scope="module")
def wordy_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of titles, names and sources that are hard to set."""
    articles = [
        {"number": number, "title": TITLES[number % 4], "body": [f"snow {TITLES[number % 4]}"],
        "source": TITLES[number % 3],
         "author": TITLES[(number + 1) % 3], "created": f"20{10 + number % 14}-03-0{1 + number % 9}",
         "section": TITLES[number % 3], "section_path": f"{'long/' * 4}{number % 3}"}
        for number in range(1, 60)
    ]  # fmt: skip
    return build_archive(
        tmp_path_factory.mktemp("wordy") / "archive", articles, revisions=[{"number": 1, "revision": 0}]
    )


@pytest.fixture(scope="module")
def wordy(wordy_archive: Path) -> Iterator[Site]:
    with running(wordy_archive) as site:
        yield site


def watch(page: Any, site: Site) -> list[str]:
    """What the page does that it must not do, as it happens."""
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: seen.append(f"popup {popup.url}"))
    page.on("download", lambda download: seen.append(f"download {download.url}"))
    page.on("request", lambda request: None if is_own(request.url, site) else seen.append(request.url))
    return seen


def is_own(address: str, site: Site) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "data" or parts.netloc == f"127.0.0.1:{site.port}"


@pytest.mark.parametrize("rest", ["", "/page"])
def test_a_captured_page_that_attacks_does_nothing(
    chromium: Any, hostile: tuple[Site, dict[str, int]], rest: str
) -> None:
    site, captures = hostile
    page = chromium.new_page()
    seen = watch(page, site)
    page.goto(f"http://127.0.0.1:{site.port}/captures/{captures['hostile']}{rest}")
    page.wait_for_timeout(1500)
    frame = page.frames[-1]
    assert frame.url.endswith("/page")
    assert frame.locator("text=A captured paragraph").is_visible()
    captured = "document.querySelector('main div').shadowRoot"
    assert frame.evaluate(f"{captured}.querySelectorAll('script, iframe, form, [onload], [onclick]').length") == 0
    # Every picture that is asked for is ours, and is shown.
    frame.click("a >> text='captured'")
    page.wait_for_url(f"**/captures/{captures['other']}*")
    # The page itself went there: what stands beside a frame is about the page in it.
    assert "2.html" in page.inner_text("main")
    page.frames[-1].wait_for_selector("text=The other page")
    assert seen == []
    page.close()


@pytest.mark.parametrize("rest", ["", "/page"])
def test_the_policy_alone_stops_a_captured_page_that_was_not_cleaned(chromium: Any, tmp_path: Path, rest: str) -> None:
    archive = tmp_path / "archive"
    captures = build_hostile(archive)
    as_captured = "from harbincrawl.serve.pages import captures\ncaptures.rewrite_page = lambda text, *_: text\n"
    with running(archive, prelude=as_captured) as site, socket.create_server(("127.0.0.1", 0)) as evil:
        # Whatever leaves ends in `evil`, which answers nothing.
        rules = f"MAP evil.example 127.0.0.1:{evil.getsockname()[1]}"
        with closing_browser(chromium, rules) as other:
            page = other.new_page()
            seen: list[str] = []
            page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
            page.goto(f"http://127.0.0.1:{site.port}/captures/{captures['hostile']}{rest}")
            page.wait_for_timeout(1500)
            assert seen == []
            assert urlsplit(page.url).netloc == f"127.0.0.1:{site.port}"
            assert "script ran" not in page.title()
        # Chromium opens a connection ahead for a frame that it then does not load; it says nothing on it.
        assert list(read_all(evil)) == []


def read_all(server: socket.socket) -> Iterator[bytes]:
    """What was sent to a server, connection by connection, where anything was."""
    server.settimeout(0.2)
    with suppress(TimeoutError):
        while True:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(0.2)
                with suppress(TimeoutError):
                    if part := connection.recv(1000):
                        yield part


@contextmanager
def closing_browser(chromium: Any, rules: str) -> Iterator[Any]:
    """A browser that resolves names by `rules`."""
    started = chromium.browser_type.launch(
        executable_path=CHROMIUM, headless=True, args=[*FLAGS, f"--host-resolver-rules={rules}"]
    )
    yield started
    started.close()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_an_archive_that_attacks_runs_or_loads_anything(
    chromium: Any, hostile: tuple[Site, dict[str, int]], path: str
) -> None:
    site, _ = hostile
    page = chromium.new_page()
    seen = watch(page, site)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"http://127.0.0.1:{site.port}{path}")
    page.wait_for_timeout(200)
    assert seen == []
    assert [each for each in complaints if "Failed to load" not in each] == []
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation(chromium: Any, hostile: tuple[Site, dict[str, int]], path: str) -> None:
    judge_by_axe(chromium, hostile[0], path)


def judge_by_axe(chromium: Any, site: Site, path: str) -> None:
    """Fails where axe finds anything, on a phone and in a wide window, each in light and dark."""
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}{path}")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.add_script_tag(path=AXE)
    for scheme, width in product(("light", "dark"), (320, 1280)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        found = page.evaluate("async () => (await axe.run(document, {iframes: false})).violations")
        assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == []
    context.close()


@pytest.mark.parametrize("path", ["/", "/search?q=snow", "/articles/harbin-today:1", "/articles/harbin-today:2",
                                  "/articles/harbin-today:3", "/articles/harbin-today:1/revisions/0..1", "/sections",
                                  "/authors", "/captures/1", "/status",
                                  "/questions/concordance?q=snow", "/questions/trends?q=snow&q=again"])  # fmt: skip
def test_no_page_is_wider_than_its_window(chromium: Any, wordy: Site, path: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{wordy.port}{path}")
    for width in list_sizes(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_everything_can_be_reached_by_keyboard_and_the_focus_is_seen(chromium: Any, wordy: Site) -> None:
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{wordy.port}/search?q=snow")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    reachable = page.evaluate(
        "[...document.querySelectorAll('a[href], input, select, button, summary')]"
        ".filter(each => each.checkVisibility()).length"
    )
    page.goto(f"http://127.0.0.1:{wordy.port}/search?q=snow")
    seen = set()
    for _ in range(reachable + 20):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("(document.activeElement.dataset.at ??= String(Math.random()))"))
        shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'")
        assert shown or page.evaluate("document.activeElement === document.body")
    assert len(seen) >= reachable
    page.close()


def test_an_article_is_printed_without_its_surroundings(chromium: Any, wordy: Site) -> None:
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{wordy.port}/articles/harbin-today:1")
    page.emulate_media(media="print")
    shown = page.evaluate(
        "[...document.querySelectorAll('nav, aside, footer, .search, .about')]"
        ".filter(each => each.checkVisibility()).length"
    )
    assert shown == 0
    assert page.is_visible(".story h1")
    assert page.is_visible(".print-only")
    page.close()
