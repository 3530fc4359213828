"""What an editor does: each change shows in lists, pages and truth, and nowhere else."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tests.support.twin import Twin, changes, make_twin


@pytest.fixture
def twin() -> Twin:
    return make_twin(4, 60)


def truth_of(twin: Twin, number: int) -> dict[str, object]:
    return next(truth for truth in twin.truth() if truth["number"] == number)


@pytest.mark.parametrize("field", ["title", "summary", "author", "source"])
def test_an_edit_changes_its_field_alone(twin: Twin, field: str) -> None:
    number = next(story.number for story in twin.listing("news") if story.byline and not story.photo_only)
    before = truth_of(twin, number)
    assert changes.edit(twin, number, field) == field
    after = truth_of(twin, number)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == ({"author", "authors"} if field == "author" else {field})


def test_a_body_edit_changes_one_line_and_white_space_none(twin: Twin) -> None:
    number = next(story.number for story in twin.listing("news") if not story.photo_only)
    before = truth_of(twin, number)
    page = twin.render(twin.stories[number].path).body
    changes.edit(twin, number, "white space")
    assert truth_of(twin, number) == before
    assert twin.render(twin.stories[number].path).body != page
    changes.edit(twin, number, "body", dice=random.Random(1))
    assert truth_of(twin, number)["body"] != before["body"]


def test_refiling_moves_a_line_and_keeps_its_address(twin: Twin) -> None:
    story = twin.listing("news")[-1]
    path = story.path
    changes.refile(twin, story.number, twin.today + timedelta(days=1))
    assert twin.listing("news")[0] is story
    assert story.path == path
    assert changes.refile(twin, story.number) <= twin.today


def test_a_removed_story_can_come_back(twin: Twin) -> None:
    story = twin.listing("news")[0]
    changes.remove(twin, story.number)
    assert twin.render(story.path).status == 404
    changes.restore(twin, story.number)
    assert twin.listing("news")[0] is story


def test_a_moved_story_leaves_404_behind(twin: Twin) -> None:
    story = twin.listing("news")[0]
    old = story.path
    new = changes.move(twin, story.number, "travel/sights")
    assert (twin.render(old).status, twin.render(new).status) == (404, 200)
    assert story in twin.listing("travel/sights")
    assert story.label == "Sights"


def test_a_shift_pushes_lines_over_the_page_edge_both_ways(twin: Twin) -> None:
    before = [story.number for story in twin.listing("news")]
    changes.shift(twin, 2)
    assert [story.number for story in twin.listing("news")][2:] == before
    changes.shift(twin, -3)
    assert [story.number for story in twin.listing("news")] == before[1:]


def test_churn_repeats_with_the_same_dice(twin: Twin) -> None:
    other = make_twin(4, 60)
    assert changes.churn(twin, 60, dice=random.Random(9)) == changes.churn(other, 60, dice=random.Random(9))
    assert twin.truth() == other.truth()
