"""Whatever the bytes, a page is read, is no article, or is no list: no other error comes out."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.listing.page import read_listing
from tests.support.families import examples
from tests.support.sites import HARBIN_TODAY as SITE
from tests.support.twin import make_twin
from tests.support.twin.skins import SKINS

ARTICLE = f"{SITE.base}/news/2020-01-01/7.html"
TODAY = date(2024, 6, 20)
ODD = (
    "³",
    "①",
    "٣",
    "７",
    "9" * 5000,
    "0",
    "2020-13-40",
    "<p>",
    "</a>",
    "]",
    "&#x110000;",
    "\x00",
    "http://[",
    "\ud800",
    "//",
    "｡",
)
TOP = "<p>Updated : 2020-01-01</p><p>By Li Na ( Harbin Daily )</p><p>Words of a body that is long enough.</p>"


def read(page: str | bytes) -> None:
    with suppress(NotAnArticle):
        read_article(page, ARTICLE, SITE, today=TODAY)
    for path in ("/news/", "/news/index_2.html"):
        read_listing(page, SITE.base + path, SITE)


@pytest.mark.parametrize("digits", ["③", "²", "7" * 5000, "٣", "3"])
def test_any_digits_in_a_pager_are_read_or_passed_over(digits: str) -> None:
    for page in (
        f"<p>{digits} <a href=/news/index_2.html>{digits}</a> <a href=/news/index_3.html>Next</a></p>",
        f"<p>total {digits} <a href=/news/index_2.html>2</a></p><p>共 {digits} 条</p>",
        f"{TOP}<p>{digits} <a href=/news/2020-01-01/7_2.html>{digits}</a> {digits} next</p><p>{digits}/{digits}</p>",
        f"<p>Updated : {digits}</p><p>By Li Na ( Daily )</p><p>{digits}</p>",
        f"<p><a href=/news/2020-01-01/8.html>A title</a></p><p>May {digits}, 2020</p>",
    ):
        read(page)


@given(st.binary(max_size=300))
def test_any_bytes_are_read(page: bytes) -> None:
    read(page)
    read(TOP.encode() + page)
    read(b"<meta charset=gbk>" + page + TOP.encode() + page)


@cache
def twin_pages() -> list[bytes]:
    """An article and a list in every skin."""
    made = []
    for skin in SKINS:
        twin = make_twin(5, 12, skins=(skin,))
        story = next(iter(twin.stories.values()))
        made += [twin.render(path).body for path in (story.path, f"/{story.section_path}/")]
    return made


@examples(100)
@given(st.data())
def test_any_damage_to_a_page_leaves_it_readable(data: st.DataObject) -> None:
    page = bytearray(data.draw(st.sampled_from(twin_pages())))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(page)))
        odd = data.draw(st.sampled_from(ODD) | st.text(max_size=3)).encode("utf-8", "surrogatepass")
        page[at : at + data.draw(st.integers(0, 40))] = odd
    read(bytes(page))
    read(page.decode("utf-8", "surrogateescape"))
