"""The stories of the demo's twin: one thing told, its figures fit each other, nothing open, the same from one seed."""

from __future__ import annotations

import random
import re
from datetime import date

import pytest

from harbincrawl.twin import Story, make_twin
from harbincrawl.twin.newsroom import COMMON, PLOTS, Figure, Newsroom
from harbincrawl.twin.story import SECTIONS


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return list(make_twin(3, 400).stories.values())


def list_wordings(plot: dict[str, list[str]]) -> list[str]:
    texts = [way for ways in plot.get("text", ()) for way in ways]
    return [*plot["title"], *plot["summary"], *plot["captions"], *texts]


def print_whole(story: Story) -> str:
    return "\n".join((story.title, *story.paragraphs, *(one.caption for one in story.pictures)))


@pytest.mark.parametrize("name", PLOTS)
def test_every_wording_of_a_plot_can_be_filled_and_every_choice_is_used(name: str) -> None:
    plot = PLOTS[name]
    texts = list_wordings(plot)
    for month in plot.get("months", range(1, 13)):
        values = Newsroom(random.Random(month))._choose(plot, date(2020, month, 12))
        assert [text for text in texts if set("{}") & set(text.format(**values))] == []
    slots = {slot for text in texts for slot in re.findall(r"{(\w+)", text)}
    terms = {word for text in plot.get("figures", {}).values() for word in text.split()}
    assert set(plot.get("figures", ())) | set(plot.get("choose", ())) <= slots | terms


def test_every_section_has_news_at_any_time() -> None:
    free = {section for plot in PLOTS.values() if "months" not in plot for section in plot["sections"]}
    assert free == set(SECTIONS)
    assert len(PLOTS) >= 40


def test_an_article_keeps_its_people_and_places(stories: list[Story]) -> None:
    names = {f"{family} {given}" for family in COMMON["families"] for given in COMMON["women"] + COMMON["men"]}
    for story in stories:
        whole = print_whole(story)
        assert len({name for name in names if name in whole and re.search(rf"\b{name}\b", whole)}) <= 2
        assert len({place for place in COMMON["places"] if place in whole.replace("plow on Ninth Street", "")}) <= 2


def test_figures_of_an_article_fit_each_other(stories: list[Story]) -> None:
    checked = 0
    for story in stories:
        whole = print_whole(story).replace(",", "")
        if found := re.search(r"(\d+) cranes.* (\d+) percent more than the (\d+) of", whole):
            now, more, before = map(int, found.groups())
            assert more == round((now - before) * 100 / before)
            checked += 1
        if found := re.search(r"last of (\d+) hectares.*counts (\d+) tons which is (\w+) tons a hectare", whole):
            assert int(found[2]) == int(found[1]) * {"seven": 7, "eight": 8, "nine": 9}[found[3]]
            checked += 1
    assert checked >= 4


def test_news_comes_in_its_season(stories: list[Story]) -> None:
    assert {story.updated.month for story in stories if "snow lion" in story.title} <= {12, 1, 2}
    assert {story.updated.month for story in stories if "Ferry season" in story.title} <= {4, 5}


def test_titles_are_those_of_one_article_or_of_its_copy(stories: list[Story]) -> None:
    by_title: dict[str, list[Story]] = {}
    for story in stories:
        by_title.setdefault(story.title, []).append(story)
    doubled = [same for same in by_title.values() if len(same) > 1 and same[0].section != "about"]
    assert doubled
    for same in doubled:
        assert len({(story.blocks, story.summary, story.updated) for story in same}) == 1


def test_numbers_are_printed_as_a_newspaper_does() -> None:
    assert f"{Figure(9)} {Figure(9):n} {Figure(1250)} {Figure(1903):y}" == "nine 9 1,250 1903"


def test_one_seed_gives_one_site_and_another_seed_another() -> None:
    assert make_twin(5, 60).truth() == make_twin(5, 60).truth() != make_twin(6, 60).truth()
