"""What an editor does: each change shows in lists, pages and truth, and nowhere else."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from tests.support.twin import Twin, changes, make_twin


@pytest.fixture
def twin() -> Twin:
    return make_twin(4, 60)


def truth_of(twin: Twin, number: int) -> dict[str, object]:
    return next(truth for truth in twin.truth() if truth["number"] == number)


def test_new_stories_stand_on_top_with_higher_numbers(twin: Twin) -> None:
    highest = max(twin.stories)
    made = changes.add(twin, 3, "news")
    assert [story.number for story in twin.listing("news")[:3]] == made[::-1]
    assert min(made) > highest
    assert all(twin.render(twin.stories[number].path).status == 200 for number in made)


def test_a_new_story_can_be_filed_deep(twin: Twin) -> None:
    (number,) = changes.add(twin, 1, "news", updated=date(2013, 6, 1))
    assert twin.listing("news")[0].number != number
    assert truth_of(twin, number)["created"] == twin.today.isoformat()


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


def test_a_corrected_figure_is_one_word_of_the_text(twin: Twin) -> None:
    story = next(story for story in twin.stories.values() if changes.measure_text(story))
    before = " ".join(text for text in story.truth()["body"]).split()
    old, new = changes.correct_figure(twin, story.number)
    after = " ".join(text for text in story.truth()["body"]).split()
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [(old, new)]
    with pytest.raises(ValueError, match="no number in its text"):
        for number in twin.stories:
            changes.correct_figure(twin, number)


def test_a_caption_edit_falls_back_to_the_body_and_the_body_to_the_title(twin: Twin) -> None:
    photos = next(story.number for story in twin.stories.values() if story.photo_only)
    assert changes.edit(twin, photos, "caption") == "caption"
    assert changes.edit(twin, photos, "body") == "title"
    words = next(story.number for story in twin.stories.values() if "Picture" not in repr(story.blocks))
    assert changes.edit(twin, words, "caption") == "body"
    with pytest.raises(ValueError, match="cannot edit 'colour'"):
        changes.edit(twin, words, "colour")


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


def test_one_story_in_two_lists_has_two_summaries(twin: Twin) -> None:
    story = next(story for story in twin.listing("news") if story.number not in twin.planted["two lists"])
    changes.refile(twin, story.number, twin.today)
    changes.list_also(twin, story.number, "civilization", "Other words.")
    assert "Other words." in twin.render("/civilization/").body.decode()
    assert b"Other words." not in twin.render("/news/").body
    assert truth_of(twin, story.number)["section_path"] == "news"


def test_a_shift_pushes_lines_over_the_page_edge_both_ways(twin: Twin) -> None:
    before = [story.number for story in twin.listing("news")]
    changes.shift(twin, 2)
    assert [story.number for story in twin.listing("news")][2:] == before
    changes.shift(twin, -3)
    assert [story.number for story in twin.listing("news")] == before[1:]


def test_a_link_elsewhere_is_a_line_of_the_list(twin: Twin) -> None:
    address = changes.link_elsewhere(twin, "news")
    assert address in twin.render("/news/").body.decode("gb18030")


def test_days_pass(twin: Twin) -> None:
    day = twin.today
    assert changes.pass_days(twin, 3) == day + timedelta(days=3)
    assert twin.stories[changes.add(twin)[0]].created == day + timedelta(days=3)


def test_churn_repeats_with_the_same_dice(twin: Twin) -> None:
    other = make_twin(4, 60)
    assert changes.churn(twin, 60, dice=random.Random(9)) == changes.churn(other, 60, dice=random.Random(9))
    assert twin.truth() == other.truth()


def test_unknown_sections_and_numbers_are_named(twin: Twin) -> None:
    with pytest.raises(ValueError, match="no section 'nowhere'"):
        changes.add(twin, 1, "nowhere")
    with pytest.raises(ValueError, match="no story 1"):
        changes.remove(twin, 1)
