"""Each line of a page has one role, the parts of a cut line are the line, and a clean page leaves none unaccounted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import explain_article
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import Document, read_document
from harbincrawl.pages.roles import Role
from harbincrawl.records import Article
from tests.support.families import sample
from tests.support.shuffled_skins import name_shuffled
from tests.support.sites import HARBIN_TODAY as SITE
from tests.support.twin import Twin, make_twin
from tests.support.twin.skins import SKINS

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
