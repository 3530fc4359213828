"""What is put into a page's text is in the record, what is put around it is not, and what is taken out is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from hypothesis import assume, given
from hypothesis import strategies as st

from harbincrawl.pages.article.page import explain_article
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import Document, read_document
from harbincrawl.pages.html.line import Line, Link
from harbincrawl.pages.roles import Reason, Role, Roles
from harbincrawl.records import Article
from tests.support.families import examples
from tests.support.shuffled_skins import find_shuffled, name_shuffled
from tests.support.sites import HARBIN_TODAY as SITE
from tests.support.twin import make_twin
from tests.support.twin.skins import SKINS, known_skins

Chosen = tuple[str, str]
"""Address and HTML."""
TODAY = date(2024, 6, 20)
NOW = datetime(2024, 6, 20, tzinfo=UTC)
SKINS_READ = (*SKINS, *name_shuffled(range(0, 40, 2)))
BEGINNINGS = (
    "Copyright cases",
    "Copyright law",
    "Next: the team",
    "Previous: attempts",
    "Share of renewable power",
    "Print media",
    "Close to 300 people",
    "Views: from the tower",
    "Views on the bridge",
    "Tags with names",
    "Editor: that job",
    "Comments by visitors",
    "Related industries",
    "Back to the roots:",
    "Contact with the crew",
    "Links between the cities",
    "All rights of the farmers",
    "Powered by wind,",
    "Sponsored by a brewery,",
    "Top stories of the century",
    "Read more books:",
    "By 2030, the city",
    "Updated equipment",
    "Source of the river",
    "Home to tigers,",
    "Two trains a day",
)
ENDINGS = ("ran to the harbor", "cut the way to 40 minutes", "were told of in town", "rose by 12 percent last year")
FURNITURE = (
    "Print",
    "Close",
    "Views: 203",
    "Font size: A A A",
    "分享到：微信 微博",
    "责任编辑：李娜",
    "Tags: Harbin, ice",
    "Comments (3)",
    "浏览次数：1203次",
    "Share to:",
    "Harbin, China",
    "Copyright © 2012 Harbin Today. All rights reserved.",
    "黑ICP备05000567号",
    "News hotline: 0451-84651234",
    "Sunny, -12℃",
    "Back to top",
)
sentences = st.builds("{} {}.".format, st.sampled_from(BEGINNINGS), st.sampled_from(ENDINGS))


@cache
def list_pages(skin: str) -> list[Chosen]:
    """Pages of a skin that have some paragraphs."""
    with known_skins(find_shuffled([skin])):
        twin = make_twin(11, 12, skins=(skin,))
        found = []
        for story in twin.stories.values():
            address = SITE.base + story.path
            html = decode_page(twin.render(story.path, NOW).body)
            if len(read(address, read_document(html, address))[0].body) > 3:
                found.append((address, html))
    return found


def read(address: str, page: Document) -> tuple[Article, Roles]:
    article, roles = explain_article(page, address, SITE, TODAY)
    assert isinstance(article, Article)
    return article, roles


def put(page: Document, at: int, line: Line) -> Document:
    return replace(page, lines=[*page.lines[:at], line, *page.lines[at:]])


def paragraph_lines(roles: Roles) -> list[int]:
    return [at for at, reason in enumerate(roles.whole) if reason.role is Role.PARAGRAPH]


def choose_page(skin: str, chance: int) -> Chosen:
    found = list_pages(skin)
    return found[chance % len(found)]


numbers = st.integers(0, 10_000)
pages = st.builds(choose_page, st.sampled_from(SKINS_READ), numbers)


@examples(60)
@given(pages, numbers, sentences, st.booleans(), st.booleans())
def test_a_sentence_more_in_a_text_is_a_paragraph_more(
    chosen: Chosen, chance: int, sentence: str, is_sibling: bool, before: bool
) -> None:
    address, page = chosen[0], read_document(chosen[1], chosen[0])
    article, roles = read(address, page)
    number = chance % len(article.body)
    at = paragraph_lines(roles)[number]
    path = page.lines[at].path
    if is_sibling and path and path != page.lines[paragraph_lines(roles)[number - 1]].path:
        # Where paragraphs are elements; an element beside one that lines break is outside of the text.
        path = (*path[:-1], 10**6)
    other, _ = read(address, put(page, at if before else at + 1, Line(sentence, rest=sentence, path=path)))
    place = number if before else number + 1
    assert other == replace(article, body=(*article.body[:place], sentence, *article.body[place:]))


@examples(60)
@given(pages, st.sampled_from(FURNITURE), st.booleans(), st.booleans())
def test_furniture_more_around_a_text_changes_nothing(chosen: Chosen, words: str, above: bool, is_link: bool) -> None:
    address, page = chosen[0], read_document(chosen[1], chosen[0])
    article, _ = read(address, page)
    line = Line(words, [Link("/about/", words)], "", True) if is_link else Line(words, rest=words)
    line.path = (*page.lines[0].path[:1], 10**6, 10**6 + 1)
    assert read(address, put(page, 0 if above else len(page.lines), line))[0] == article


@examples(60)
@given(pages, numbers)
def test_a_paragraph_less_is_a_paragraph_less(chosen: Chosen, chance: int) -> None:
    address, page = chosen[0], read_document(chosen[1], chosen[0])
    article, roles = read(address, page)
    number = chance % len(article.body)
    at = paragraph_lines(roles)[number]
    assume(sum(len(text) > 60 for n, text in enumerate(article.body) if n != number) > 1)
    # A subhead without a text heads what stands behind the article.
    assume(number < len(article.body) - 1 or not page.lines[at - 1].emphasis)
    other, _ = read(address, replace(page, lines=[*page.lines[:at], *page.lines[at + 1 :]]))
    assert other == replace(article, body=(*article.body[:number], *article.body[number + 1 :]))


@examples(40)
@given(pages, sentences)
def test_a_sentence_that_belongs_nowhere_is_reported_and_no_paragraph(chosen: Chosen, sentence: str) -> None:
    address, page = chosen[0], read_document(chosen[1], chosen[0])
    article, _ = read(address, page)
    line = Line(sentence, rest=sentence, path=(*page.lines[0].path[:1], 10**6, 10**6 + 1))
    other, roles = read(address, put(page, 0, line))
    assert roles.whole[0] is Reason.NONE or roles.whole[0] is Reason.TOOL
    assert replace(other, unaccounted=()) == article
    assert [each.text for each in other.unaccounted] == [sentence] * (roles.whole[0] is Reason.NONE)
