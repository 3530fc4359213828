"""Skins in the manner of real content systems print all that a story has, in order; redesigns change between them."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.support.added_furniture import list_lines, parse, read_texts
from tests.support.content_skins import CONTENT_SKINS, LAST_SKINS
from tests.support.content_skins.tools import LONG_DAY, SHORT_DAY, say_day
from tests.support.manner_skins import MANNER_SKINS, MannerSkin
from tests.support.manner_skins.redesigns import REDESIGNS, make_redesigned
from tests.support.template_sites import render_base
from tests.support.twin import Paragraph, Picture
from tests.support.twin.newsroom.model import fold

ALL_SKINS = (*MANNER_SKINS, *CONTENT_SKINS, *LAST_SKINS)


@pytest.mark.parametrize("skin", MANNER_SKINS, ids=lambda one: one.name)
def test_every_page_shows_title_day_by_line_and_text_in_order(skin: MannerSkin) -> None:
    base = render_base(skin)
    roles: set[str] = set()
    for page in base.pages:
        story = page.story
        if story is None:
            continue
        blocks = story.page_blocks(page.page)
        wanted = [fold(story.title)] * story.printed_title + [f"Updated : {story.day}"]
        wanted += [fold(story.by)] * bool(story.by)
        for block in blocks:
            if isinstance(block, Paragraph):
                wanted.append(fold(block.text))
                roles.add(block.role)
            elif isinstance(block, Picture):
                wanted += [block.name] if block.name and block.name_in == "text" else []
                wanted += [fold(block.line)] if block.line else []
                roles.add("photos" if story.photo_only else "picture")
        roles.add("pages" if story.page_count > 1 else "page")
        lines = list_lines(parse(page.text))
        rest = iter([line.text for line in lines])
        assert all(line in rest for line in wanted), (page.path, wanted)
        shown = [src.rsplit("/", 1)[-1] for line in lines for src in line.pictures]
        assert {one.src.rsplit("/", 1)[-1] for one in blocks if isinstance(one, Picture) and one.src} <= set(shown)
    assert roles == {"text", "subhead", "item", "picture", "photos", "page", "pages"}


@pytest.mark.parametrize("skin", ALL_SKINS, ids=lambda one: one.name)
def test_every_list_shows_title_day_and_summary_of_its_lines(skin: MannerSkin) -> None:
    base = render_base(skin, shaped=False)
    for page in base.pages:
        lines = read_texts(page.text)
        for story in page.items:
            assert any(fold(story.title) in line for line in lines)
            assert any(fold(story.also.get(page.section, story.summary)) in line for line in lines)
            if base.twin.dated.get(page.section, True):
                days = {story.day, say_day(story.day, LONG_DAY), say_day(story.day, SHORT_DAY)}
                assert any(day in line for line in lines for day in days)


def test_no_two_skins_are_built_alike() -> None:
    assert len(MANNER_SKINS) >= 8
    assert len({skin.name for skin in ALL_SKINS}) == len(ALL_SKINS)
    builds = []
    for skin in ALL_SKINS:
        page = next(
            one for one in render_base(skin, shaped=False).pages if one.story and len(one.story.truth()["body"]) > 4
        )
        builds.append({(each.tag, each.get("class"), each.get("id")) for each in parse(page.text).iter("*")})
    for one, other in combinations(builds, 2):
        assert len(one & other) < len(one | other) / 2


@pytest.mark.parametrize("name", REDESIGNS)
def test_a_redesign_changes_the_skin_in_the_middle_and_prints_every_list_in_both(name: str) -> None:
    site = make_redesigned(name)
    titles = ["Powered by a board", "City Government", "Quill 0.92", "Northern Commons"]
    skins = [next(mark for mark in titles if mark.encode() in page.body) for page in site.pages if not page.is_list]
    assert len(set(skins)) == 2
    assert skins == sorted(skins, key=skins.index)
    assert 0.3 < skins.count(skins[0]) / len(skins) < 0.7
    lists = [page.address for page in site.pages if page.is_list]
    assert all(lists.count(address) == 2 for address in lists)
    assert set(site.lists) == {(page.address, page.fetched_at) for page in site.pages if page.is_list}
    assert set(site.words) == set(site.articles) <= {page.address for page in site.pages}
