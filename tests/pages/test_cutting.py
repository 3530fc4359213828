"""The cut: the same record as the whole page, always; and no cut where that is in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages import read_article
from harbincrawl.pages.article import page as article
from harbincrawl.pages.html.cutting import find_cut
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.lines import cut
from harbincrawl.records import Article
from harbincrawl.sites import HARBIN_TODAY as SITE
from harbincrawl.twin import make_twin
from tests.support.shuffled_skins import name_shuffled

TODAY = date(2024, 6, 20)


@pytest.fixture(autouse=True, scope="module")
def _every_page_is_cut() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(article, "MANY_TAGS", 0)
        yield


def read(html: str, address: str) -> Article | str:
    try:
        return read_article(html, address, SITE, today=TODAY)
    except NotAnArticle as error:
        return error.reason


def read_uncut(html: str, address: str) -> Article | str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(article, "find_cut", lambda _: None)
        return read(html, address)


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("seed", [4, 5])
def test_cut_and_whole_page_give_the_same_record(seed: int, bare: bool) -> None:
    twin = make_twin(seed, 240)
    twin.bare = bare
    cuts = pages = 0
    for story in twin.stories.values():
        for page in range(1, story.page_count + 1):
            html = decode_page(twin.render(story.page_path(page)).body)
            address = SITE.base + story.page_path(page)
            assert read(html, address) == read_uncut(html, address)
            cuts += cut(html) != html
            pages += 1
    assert cuts > 0.9 * pages, "a cut that is seldom made saves nothing"


@pytest.mark.parametrize("skin", name_shuffled(range(200, 230)))
def test_cut_and_whole_page_give_the_same_record_in_shuffled_skins(skin: str) -> None:
    twin = make_twin(8, 24, skins=(skin,))
    for story in twin.stories.values():
        html = decode_page(twin.render(story.path).body)
        assert read(html, SITE.base + story.path) == read_uncut(html, SITE.base + story.path)


TWIN = make_twin(6, 36)
PAGES = [(SITE.base + story.path, decode_page(TWIN.render(story.path).body)) for story in TWIN.stories.values()]


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(PAGES), st.data())
def test_a_page_with_lost_tags_gives_the_same_record_cut_or_whole(page: tuple[str, str], data: st.DataObject) -> None:
    address, html = page
    for _ in range(data.draw(st.integers(1, 4))):
        at = html.find("<", data.draw(st.integers(0, len(html) - 1)))
        end = html.find(">", at)
        if at >= 0 and end >= 0:
            html = html[:at] + html[end + 1 :]
    assert read(html, address) == read_uncut(html, address)


def test_a_cut_is_short_and_keeps_title_base_and_canonical_address() -> None:
    page = (
        "<html><head><title>T</title><base href='/x/'><link rel=canonical href=/a.html><style>p{}</style></head><body>"
        + "<ul><li>menu</li></ul>" * 50
        + "<div><div><a href=/>Home</a>&gt;News</div><p>Updated : 2020-01-01</p><p>B</p>"
        + "<a href=/news/2020-01-01/7.html>Other</a></div><p>foot</p></body></html>"
    )
    made = find_cut(page)
    assert made and not made.crumbless
    assert made.html == (
        "<html><head><title>T</title><base href='/x/'><link rel=canonical href=/a.html></head><body><div>"
        "<div><a href=/>Home</a>&gt;News</div><p>Updated : 2020-01-01</p><p>B</p>"
        "<a href=/news/2020-01-01/7.html>Other</a>"
    )


@pytest.mark.parametrize(
    "doubt",
    ["</i>", "<p>", "<!-- never closed", "<script>never closed", "<![CDATA[x]]>", "<plaintext>", "<form><table>"],
)
def test_markup_that_parsers_read_in_their_own_ways_is_not_cut(doubt: str) -> None:
    page = (
        f"<html><body>{doubt}<div><a href=/>Home</a>&gt;News</div><p>Updated : 2020-01-01</p>"
        "<a href=/news/2020-01-01/7.html>Other</a></body></html>"
    )
    assert cut(page) == page


@pytest.mark.parametrize(("items", "times"), [(10, 0), (400, 1)])
def test_only_a_page_of_many_tags_is_cut(items: int, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    address, html = next((address, html) for address, html in PAGES if "<body" in html and html.count("<") < 300)
    body = html.index(">", html.index("<body")) + 1
    menu = "".join(f"<li><a href='/news/2020-01-01/{item}.html'>Story {item}</a></li>" for item in range(1, items))
    asked = []
    monkeypatch.setattr(article, "MANY_TAGS", 400)
    monkeypatch.setattr(article, "find_cut", lambda text: asked.append(text) or find_cut(text))
    assert read(html[:body] + menu + html[body:], address) == read_uncut(html, address)
    assert len(asked) == times
