"""Every line of a page has its role and is explained, whatever the bytes; a record is what its roles say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import explain_article
from harbincrawl.pages.explain import TemplateNote, describe_explanation, explain_page, join_explained, rate_fields
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import Document, read_document
from harbincrawl.pages.layout.layout import Share
from harbincrawl.pages.roles import Role
from harbincrawl.records import Article, ListWords, Unaccounted
from harbincrawl.sites import find_site, list_sites
from tests.support.families import examples, sample
from tests.support.shuffled_skins import name_shuffled
from tests.support.sites import HARBIN_TODAY
from tests.support.sites import HARBIN_TODAY as SITE
from tests.support.twin import Twin, make_twin
from tests.support.twin.skins import SKINS

DAY = date(2026, 1, 1)
ARTICLE = "http://e.my399.com/news/2020-01-02/77.html"
LIST = "http://e.my399.com/news/"
_PIECES = st.sampled_from(
    ["<p>", "</p>", "<h1>", "</h1>", "Updated : 2020-01-02", "By Wang Wei (Xinhua)", "A sentence of words.",
     "<img src=a.jpg>",
     '<a href="/news/2020-01-01/5.html">', "</a>", "[Photo/B]", "1/2", '<a href="77_2.html">2</a>', "<li>", "\x00",
     "汉字"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40), st.sampled_from([ARTICLE, LIST]))
@examples(150)
def test_every_line_is_shown_whole_and_in_order(pieces: list[str], address: str) -> None:
    body = "".join(pieces).encode()
    page = explain_page(body, address, HARBIN_TODAY, DAY)
    lines = read_document(decode_page(body), address).lines
    assert sorted({part.line for part in page.parts}) == list(range(1, len(lines) + 1))
    for number, line in enumerate(lines, 1):
        parts = [part.text for part in page.parts if part.line == number]
        assert "".join("".join(parts).split()) == "".join(line.text.split()) or not line.text
    assert all(part.reason and part.text for part in page.parts)
    describe_explanation(join_explained([page], HARBIN_TODAY))


@given(st.binary(max_size=300))
@examples(100)
def test_any_bytes_are_explained(body: bytes) -> None:
    for address in (ARTICLE, LIST):
        page = explain_page(body, address, HARBIN_TODAY, DAY)
        assert (page.record is None) <= (page.refused is not None)


def test_a_page_that_is_missing_makes_no_record() -> None:
    pager = '<p>1/3 <a href="77_2.html">2</a> <a href="77_3.html">3</a> <a href="77_2.html">Next</a></p>'
    head = '<p><a href="/">Home</a> &gt; <a href="/news/">Harbin Today</a></p><h1>Title of it</h1>'
    body = (
        f"{head}<p>Updated : 2020-01-02</p><p>By Wang Wei (Xinhua)</p><p>A sentence of some words.</p>{pager}".encode()
    )
    first = explain_page(body, ARTICLE, HARBIN_TODAY, DAY)
    found = join_explained([first], HARBIN_TODAY)
    assert (found.record, found.refused) == (None, "1 of its 3 pages can be read")
    last = explain_page(body, ARTICLE.replace("77", "77_3"), HARBIN_TODAY, DAY)
    alone = join_explained([last], HARBIN_TODAY, ListWords(summary="Words of a list"))
    assert isinstance(alone.record, Article)
    assert (alone.record.page, alone.record.summary) == (3, "Words of a list")


def test_pages_of_every_site_are_explained() -> None:
    for site in map(find_site, list_sites()):
        page = explain_page(b"<p>Words.</p>", site.listing_address(site.sections[0].path), site, DAY)
        assert page.refused


def test_confidence_falls_with_what_lists_templates_and_lines_say_otherwise() -> None:
    body = (
        b"<title>A</title><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a><h1>A bridge opens</h1>"
        b"<p>Updated : 2020-01-02</p><p>By ( Xinhua )</p><p>The bridge was opened on Friday, said its engineer.</p>"
    )
    page = explain_page(body, ARTICLE, HARBIN_TODAY, DAY)
    note = TemplateNote("", 40, 1.0, False, {"author": Share(30, 40), "source": Share(40, 40)})

    def rate(title: str, day: date) -> dict[str, float]:
        listed = ListWords(title, None, day)
        return describe_explanation(join_explained([replace(page, template=note)], HARBIN_TODAY, listed))["confidence"]

    sure = rate("A bridge opens", date(2020, 1, 2))
    assert sure == {"title": 1, "updated": 1, "author": 0.25, "source": 1, "body": 1}
    assert rate("A bridge closes", date(2020, 1, 1)) == sure | {"title": 0.5, "updated": 0.5}
    article = replace(page.record, unaccounted=(Unaccounted("line", "x" * len(page.record.body[0])),))
    assert rate_fields(article, ListWords(), {})["body"] == 0.5


TODAY = date(2024, 6, 20)
NOW = datetime(2024, 6, 20, tzinfo=UTC)
OWN_SKINS = tuple(SKINS)
SHUFFLED = name_shuffled(range(40))


def pages_of(twin: Twin) -> Iterator[tuple[str, Document]]:
    """Address and document of every article page of the twin."""
    for story in twin.stories.values():
        for number in range(1, story.page_count + 1):
            address = SITE.base + story.page_path(number)
            yield address, read_document(decode_page(twin.render(story.page_path(number), NOW).body), address)


@pytest.mark.parametrize("skin", sample([*OWN_SKINS, *SHUFFLED[::4]], 2))
def test_the_parts_of_every_page_are_its_lines_and_all_have_a_role(skin: str) -> None:
    for address, page in pages_of(make_twin(7, 40, skins=(skin,))):
        article, roles = explain_article(page, address, SITE, TODAY)
        assert isinstance(article, Article)
        assert article.unaccounted == ()
        parts = list(roles.parts())
        assert [part for part in parts if part.reason.role is Role.UNACCOUNTED] == []
        for at, line in enumerate(page.lines):
            own = "".join(part.text for part in parts if part.line == at)
            assert own.replace(" ", "") == line.text.replace(" ", "")


@pytest.mark.parametrize("skin", sample(OWN_SKINS))
def test_a_record_is_what_the_roles_say(skin: str) -> None:
    for address, page in pages_of(make_twin(7, 40, skins=(skin,))):
        article, roles = explain_article(page, address, SITE, TODAY)
        assert isinstance(article, Article)
        assert list(article.body) == [part.text for part in roles.parts() if part.reason.role is Role.PARAGRAPH]
        title = [part.text for part in roles.parts() if part.reason.role is Role.TITLE]
        assert not title or " ".join(title) == article.title


def test_a_page_that_is_no_article_gives_the_reason_and_no_roles() -> None:
    address = f"{SITE.base}/news/2020-01-02/7.html"
    found, roles = explain_article(read_document("<p>Nothing here.</p>", address), address, SITE, TODAY)
    assert isinstance(found, NotAnArticle)
    assert [part.reason.role for part in roles.parts()] == [Role.UNACCOUNTED]
