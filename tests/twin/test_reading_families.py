"""The families of sites print what their truth says, and what is none of it too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.support.added_furniture import list_lines, parse
from tests.support.families import sample
from tests.support.reading_families import (
    Case,
    list_captions,
    list_foreign,
    list_information,
    list_shuffled,
    list_sisters,
    list_teasers,
)
from tests.support.reading_families.captions import PLACES
from tests.support.reading_families.foreign import render_sisters
from tests.support.reading_families.information import CONTAINERS, LABELS, SEPARATORS, list_forms
from tests.support.reading_families.teasers import ROWS
from tests.support.template_sites import Site, SitePage
from tests.support.twin.skins import END_SKINS

ALL = [*list_information(), *list_captions(), *list_teasers()]
make = cache(lambda case: case.make())


def decode(page: SitePage) -> str:
    try:
        return page.body.decode()
    except UnicodeDecodeError:
        return page.body.decode("gb18030")


def pages_of(site: Site, address: str) -> list[str]:
    stem = address.removesuffix(".html")
    return [decode(page) for page in site.pages if page.address == address or page.address.startswith(f"{stem}_")]


def list_texts(site: Site, address: str) -> Iterator[str]:
    for page in pages_of(site, address):
        yield from (line.text for line in list_lines(parse(page)))


@pytest.mark.parametrize("case", sample(ALL, 9), ids=lambda one: one.name)
def test_a_page_prints_its_title_day_author_source_text_and_pictures(case: Case) -> None:
    site = make(case)
    assert len(site.articles) == 30
    assert site.lists
    titles = 0
    for address, truth in site.articles.items():
        texts = list(list_texts(site, address))
        words = " ".join(texts)
        titles += truth["title"] in texts
        assert truth["updated"] in words
        assert all(one is None or one in words for one in (truth["author"], truth["source"]))
        assert all(paragraph in texts for paragraph in truth["body"]), (address, truth["body"])
        shown = " ".join(pages_of(site, address))
        for image in truth["images"]:
            assert image["caption"] is None or image["caption"] in words
            assert image["credit"] is None or f"[{image['credit']}]" in words
            assert image["url"] is None or image["url"].rsplit("/", 1)[-1] in shown
    assert titles >= 26


def test_lines_of_information_are_a_sample_of_all_orders_separators_and_containers() -> None:
    forms = list(list_forms())
    assert len({form.order for form in forms}) == len(forms) >= 60
    assert {form.order[0] for form in forms} == {form.order[-1] for form in forms} == set(LABELS)
    pairs = {(form.separator, form.container) for form in forms}
    assert len(pairs) == len(SEPARATORS) * len(CONTAINERS) == 40
    for name in ("has_by", "one_source", "bracket_apart", "parted", "timed"):
        assert {getattr(form, name) for form in forms} == {True, False}
    places = [form.place for form in forms]
    assert places.count("below the title") > len(forms) * 3 / 4
    assert min(places.count("above the title"), places.count("end of the text")) > 5
    assert 2_500 <= 30 * len(list(list_information())) <= 4_000


def test_a_site_of_one_source_prints_it_alone_in_its_element() -> None:
    forms = [form for form in list_forms() if form.bracket_apart]
    cases = [case for case in list_information() if case.name in {form.name for form in forms}]
    assert len(cases) == len(forms) > 5
    for case in cases[:3]:
        site = make(case)
        assert {truth["source"] for truth in site.articles.values()} == {"China Daily"}
        for page in site.pages:
            if page.address in site.articles:
                assert re.search(r">(&nbsp;|\W){0,4}\( China Daily \)<", decode(page))


def test_captions_stand_in_twelve_places_most_of_them_without_credit() -> None:
    assert len(PLACES) == 12
    for case in list_captions():
        images = [image for truth in make(case).articles.values() for image in truth["images"] if image["caption"]]
        bare = sum(image["credit"] is None for image in images)
        assert len(images) > 15
        assert bare > len(images) / 2 if case.row in PLACES else bare == 0 or case.row == "one paragraph"


def test_captions_that_look_like_paragraphs_are_text_unless_they_have_a_credit() -> None:
    for case in list_captions():
        if case.row == "captions like paragraphs":
            site = make(case)
            named = [truth for truth in site.articles.values() if truth["images"] and truth["body"]]
            assert sum(truth["images"][0]["caption"] is None for truth in named) > 5
            assert sum(truth["images"][0]["caption"] is not None for truth in named) > 5


def test_half_of_the_stories_of_a_site_are_one_paragraph_under_a_picture() -> None:
    for case in list_captions():
        if case.row == "one paragraph":
            truths = make(case).articles.values()
            short = [truth for truth in truths if len(truth["body"]) == 1 and truth["images"]]
            assert sum(truth["images"][0]["caption"] is None for truth in short) > 10


@pytest.mark.parametrize("row", ROWS)
def test_what_a_row_adds_to_the_text_is_on_its_pages_and_in_no_truth(row: str) -> None:
    marks = {
        "related story amid the text": 'class="related"', "related story at the end": 'class="related"',
        "a line to read also": "Read also: ", "a table that floats": "More on this", "page 1 of 4": "Page 1 of ",
        "page 1 of 4, where there are four": "Page 1 of ", "readers' comments": "Comments (",
        "editor's note and tags": "Editor's note: ", "several at once": "Editor's note: ",
    }  # fmt: skip
    for case in [case for case in list_teasers() if case.row == row]:
        site = make(case)
        shown = [decode(page) for page in site.pages if page.address in site.articles]
        assert row not in marks or sum(marks[row] in page for page in shown) >= 3
        for truth in site.articles.values():
            own = [*truth["body"], *(image["caption"] or "" for image in truth["images"])]
            assert not any(
                mark in line for mark in ("Read also", "Editor's note", "Page 1 of", "Tags: ") for line in own
            )


@pytest.mark.parametrize("case", sample(list(list_foreign()), 5), ids=lambda one: one.name)
def test_pages_that_are_no_articles_stand_at_addresses_of_articles_beside_plain_ones(case: Case) -> None:
    site = case.make()
    assert len(site.names) > 30
    assert not site.articles
    assert set(site.names) < set(site.words) <= {page.address for page in site.pages}
    # Nothing that a list says of an article is on the page that stands in its place.
    for page in site.pages:
        if page.address in site.names and page.body:
            assert site.words[page.address][0] not in decode(page)


def test_pages_of_the_sister_site_lead_to_it() -> None:
    pages = [body.decode("gb18030", "replace") for _, body in render_sisters()[len(END_SKINS) :]]
    assert len(pages) == 8
    assert all(page.count("chinadaily.com.cn/m/jilin/") > 5 for page in pages)


@pytest.mark.parametrize("make_list", [list_shuffled, list_sisters])
def test_skins_by_dice_have_a_truth_of_every_article_and_list(make_list: Callable[[], Iterator[Case]]) -> None:
    cases = list(make_list())
    assert len(cases) == 40
    site = cases[7].make()
    assert len(site.articles) == 20
    assert set(site.words) == set(site.articles)
    assert {place[0] for place in site.lists} == {page.address for page in site.pages if page.is_list}
    assert len({page.fetched_at.date() for page in site.pages}) == 4


@pytest.mark.parametrize("listed", [list_information, list_captions, list_teasers, list_foreign])
def test_sites_have_names_of_their_own_and_are_the_same_each_time(listed: Callable[[], Iterator[Case]]) -> None:
    cases = list(listed())
    assert len({case.name for case in cases}) == len(cases)
    one, two = cases[1].make(), list(listed())[1].make()
    assert [page.body for page in one.pages] == [page.body for page in two.pages]
    assert one.articles == two.articles
