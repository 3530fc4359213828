"""The page of an article in real Chromium: its history, on paper and on a phone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE
from tests.support.archives import add_capture, build_archive
from tests.support.web_site import BAD, Site, keep_page, running
from tests.web.conftest import WIDTHS, list_sizes
from tests.web.test_serve import judge_by_axe, watch

ADDRESS = "http://e.my399.com/news/2024-05-01/8.html"
LONG = ("An unusually long word of a revision " * 12, "哈尔滨" * 80, "W" * 300, BAD)
PAGES = (
    "/articles/harbin-today:8", "/articles/harbin-today:8/revisions",
    "/articles/harbin-today:8/revisions/2", "/articles/harbin-today:8/revisions/2..3",
    "/articles/harbin-today:9", "/articles/harbin-today:10",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An article of four revisions with a kept picture, one of thirty that are hard to set, and one without text."""
    archive = tmp_path_factory.mktemp("article") / "archive"
    picture = {"url": "http://e.my399.com/a.png", "caption": "Children in the snow", "credit": "Xinhua"}
    texts = [["Snow fell on Sunday.", "Trams stopped.", "All buses run."], ["Snow fell on Monday.", "All buses run."],
             ["Snow fell on Monday.", "Some buses run.", "More snow is to come."]]  # fmt: skip
    build_archive(
        archive,
        [
            {"number": 8, "revision": 4, "title": "Snow closes schools", "author": "Li Na", "images": [picture, {}],
             "body": [*texts[2], *(f"Paragraph {number} says no more." for number in range(30)), "The last snow."],
             "first_seen": "2024-06-01T08:00:01Z", "last_seen": "2024-06-05T08:00:05Z",
             "last_changed": "2024-06-04T08:00:04Z"},
            {"number": 9, "revision": 31, "title": LONG[2], "author": LONG[0], "source": LONG[1],
             "body": [f"snow {each}" for each in LONG], "first_seen": "2024-06-01T08:00:01Z",
             "images": [{"caption": LONG[2], "credit": LONG[3]}]},
            {"number": 10, "title": None, "body": None, "updated": None, "created": "2024-05-01"},
        ],
        revisions=[
            *({"number": 8, "revision": number, "title": ("Snow falls", "Snow closes schools")[number > 1],
               "body": body, "author": "Li Na", "images": [picture], "updated": "2024-05-01",
               "source": "chinadaily.com.cn", "seen": f"2024-06-0{number}T08:00:0{number}Z",
               "replaced": f"2024-06-0{number + 1}T08:00:0{number + 1}Z"} for number, body in enumerate(texts, 1)),
            *({"number": 9, "revision": number, "title": LONG[number % 4], "body": [f"{LONG[number % 3]} {number}"] * 3,
               "author": LONG[(number + 1) % 4], "source": LONG[(number + 2) % 4],
               "seen": f"2024-06-{number % 28 + 1:02}T08:00:01Z",
               "images": [{"url": None, "caption": LONG[number % 3], "credit": LONG[number % 2], "file_name": None}],
               "replaced": "2024-06-29T08:00:01Z"} for number in range(1, 31)),
        ],
    )  # fmt: skip
    page = "<html><body><h1>Snow closes schools</h1><p>Snow fell.</p></body></html>"
    captures = [keep_page(archive, ADDRESS, page, f"2024-06-0{day}T08:00:0{day}Z") for day in (1, 5)]
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute(
            "INSERT INTO runs(run, kind, started, ended, outcome, arguments, versions, seal) VALUES"
            " (1, 'crawl', '2024-06-01T08:00:00Z', '2024-06-05T09:00:09Z', 'complete', '{}', '{}', hex(zeroblob(32)))"
        )
        connection.execute("INSERT INTO timestamps VALUES (1, 'http://tsa.example', '2024-06-05T10:00:10Z', 'AAAA')")
        first, last = captures
        connection.execute(
            "UPDATE revisions SET first_capture = ?1, capture = ?1 WHERE number = 8 AND revision = 1", (first,)
        )
        connection.execute("UPDATE articles SET first_capture = ?1, capture = ?1 WHERE number = 8", (last,))
        lost = add_capture(connection, {"address": ADDRESS.replace("8.", "10.")})
        connection.execute("UPDATE articles SET first_capture = ?1, capture = ?1 WHERE number = 10", (lost,))
        connection.execute("INSERT INTO lost_captures VALUES (?, 1, 'purged')", (lost,))
        name = "b" * 64 + ".png"
        connection.execute("UPDATE images SET media = ? WHERE number = 8 AND position = 0", (name,))
    (archive / "media").mkdir(exist_ok=True)
    (archive / "media" / name).write_bytes(make_picture())
    with running(archive) as started:
        yield started


def make_picture() -> bytes:
    image = pytest.importorskip("PIL.Image")
    stream = BytesIO()
    image.new("RGB", (384, 256), (90, 120, 150)).save(stream, "PNG")
    return stream.getvalue()


def open_page(chromium: Any, site: Site, path: str, width: int = 1280, scheme: str = "light") -> Any:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}{path}")
    return page


def test_each_line_of_the_history_leads_to_where_it_is_shown(chromium: Any, site: Site) -> None:
    page = open_page(chromium, site, PAGES[0])
    lines = page.locator(".history li").evaluate_all("all => all.map(each => each.querySelector('b').textContent)")
    assert lines == ["Printed", "First seen", "Changed", "Changed", "Changed", "Last seen", "Sealed", "Stamped"]
    ends = ("/captures/1", "/revisions/1..2", "/revisions/2..3", "/revisions/3..4", "/captures/2")
    for at, end in enumerate(ends, 1):
        page.locator(".history li").nth(at).locator("a").click()
        assert page.url.endswith(end)
        page.go_back()
    for name in ("seal", "stamp"):
        page.locator(f".history a[href='#{name}']").click()
        # It stands in what is folded.
        assert page.locator(f"#{name}").is_visible()
    page.context.close()


def test_on_a_phone_navigation_is_one_row_and_hits_begin_on_the_first_screen(chromium: Any, site: Site) -> None:
    page = open_page(chromium, site, "/search?q=snow", 360)
    tops = page.locator(".menu a").evaluate_all("all => all.map(each => Math.round(each.getBoundingClientRect().top))")
    assert len(set(tops)) == 1
    assert page.locator(".hits li").first.bounding_box()["y"] < 640
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_and_nothing_else_is_loaded(chromium: Any, site: Site, path: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    seen = watch(page, site)
    page.goto(f"http://127.0.0.1:{site.port}{path}")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    for width in list_sizes(page, (*WIDTHS, 1024)):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(each => each.checkVisibility() && [...each.childNodes]"
            ".some(node => node.nodeType === 3 && node.data.trim())"
            " && parseFloat(getComputedStyle(each).fontSize) < 12)"
            ".map(each => each.outerHTML.slice(0, 80))"
        )
        assert small == []
    assert seen == []
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation(chromium: Any, site: Site, path: str) -> None:
    judge_by_axe(chromium, site, path)


def test_on_paper_stands_the_text_and_how_it_is_cited(chromium: Any, site: Site) -> None:
    page = open_page(chromium, site, PAGES[0])
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.emulate_media(media="print")
    shown = page.evaluate(
        "[...document.querySelectorAll('nav, aside, footer, .about')].filter(each => each.checkVisibility()).length"
    )
    assert shown == 0
    assert page.is_visible(".story h1") and page.is_visible("text=The last snow")
    cited = page.inner_text(".print-only")
    assert cited.startswith("Li Na, “Snow closes schools”") and "revision 4 of 4" in cited
    page.context.close()


def test_text_begins_on_the_first_screen_of_a_phone(chromium: Any, site: Site) -> None:
    page = open_page(chromium, site, "/articles/harbin-today:10", 360)
    assert page.locator(".text").bounding_box()["y"] < 400
    assert "its record is lost (purged)" in page.inner_text(".history")
    assert page.locator(".history a[href^='/captures']").count() == 0
    page.context.close()
