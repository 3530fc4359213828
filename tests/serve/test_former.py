"""From the marks of an article all that it said before can be put together again, each change once."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.articles.revisions import Revision
from harbincrawl.serve import former
from harbincrawl.serve.former import (
    REVISIONS,
    Place,
    Rewording,
    list_captions,
    list_paragraphs,
    trace_wordings,
)
from tests.support.families import examples

WORDS = st.lists(st.sampled_from(["snow", "ice", "metro", "of", "the", "city", "5%", "哈尔滨的雪"]), max_size=8)
PARAGRAPH = WORDS.map(" ".join)
BODIES = st.lists(PARAGRAPH, max_size=6).map("\n\n".join).map(lambda text: text or None)


def make_revision(number: int, body: str | None = None, **fields: Any) -> Revision:
    day = f"2024-06-{1 + number % 28:02}T08:00:{number % 60:02}Z"
    values = {"title": "Snow", "updated": None, "author": None, "source": None, "images": ()} | fields
    return Revision(
        number, values["title"], values["updated"], values["author"], values["source"], body, values["images"], "0",
        "1", day, None, None,
    )  # fmt: skip


def make_history(*bodies: str | None) -> list[Revision]:
    return [make_revision(number, body) for number, body in enumerate(bodies, 1)]


def say_before(place: Place, revision: int) -> str | None:
    """What a place said in a revision, by its marks alone."""
    said = place.text
    for each in place.former:
        if each.revision < revision:
            break
        assert each.revision >= revision
        said = each.former
    return said


def say_field(present: str | None, marks: tuple[Rewording, ...], revision: int) -> str | None:
    return say_before(Place(present, marks), revision)


def judge(revisions: list[Revision]) -> None:
    """Fails where a wording cannot be put together again, or a change is there twice or is none."""
    found = trace_wordings(revisions)
    compared = [each for each in revisions if each.revision >= (found.since or 0)]
    assert len(compared) == len(revisions) or found.since
    for places, read in ((found.body, list_paragraphs), (found.captions, list_captions)):
        for each in compared:
            said = [text for place in places if (text := say_before(place, each.revision)) is not None]
            assert said == read(each), each.revision
        for place in places:
            judge_marks(place.former)
            if place.text is None:
                assert place.former, "a place that nothing is said of"
    for field in ("title", "updated", "author", "source"):
        marks = found.fields[field]
        judge_marks(marks)
        for each in compared:
            assert (say_field(getattr(revisions[-1], field), marks, each.revision) or None) == getattr(each, field)
    # A revision that differs leaves a mark, one that does not leaves none.
    marked = {mark.revision for place in found.body for mark in place.former}
    assert marked == {old.revision for old, new in pairwise(compared) if list_paragraphs(old) != list_paragraphs(new)}


def judge_marks(marks: tuple[Rewording, ...]) -> None:
    numbers = [each.revision for each in marks]
    assert numbers == sorted(set(numbers), reverse=True)
    for each in marks:
        changes = {piece.change for piece in each.pieces if piece.text}
        assert each.kind == "reworded" or changes <= {each.kind}
        assert each.kind != "reworded" or changes & {"added", "removed"} or "" in (each.former,)


@given(st.lists(BODIES, min_size=1, max_size=6))
@examples(200)
def test_every_former_text_can_be_put_together_again_from_the_marks(bodies: list[str | None]) -> None:
    judge(make_history(*bodies))


@given(st.lists(st.tuples(st.none() | PARAGRAPH, st.none() | PARAGRAPH, st.lists(PARAGRAPH, max_size=3)), min_size=2,
                max_size=5))  # fmt: skip
@examples(100)
def test_titles_bylines_and_captions_can_be_put_together_again(
    rows: list[tuple[str | None, str | None, list[str]]],
) -> None:
    judge([
        make_revision(
            number, title=title or None, author=author or None, updated=author or None, source=title or None,
            images=tuple({"url": None, "caption": each, "credit": "Xinhua" if each else None} for each in captions),
        )
        for number, (title, author, captions) in enumerate(rows, 1)
    ])  # fmt: skip


@given(st.lists(BODIES, min_size=2, max_size=4))
@examples(50)
def test_what_is_too_long_to_be_compared_is_replaced_and_nothing_is_lost(bodies: list[str | None]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(former, "_MOST_PAIRS", 1)
        judge(make_history(*bodies))


def test_a_changed_paragraph_says_what_it_said_and_one_taken_out_leaves_a_mark_where_it_stood() -> None:
    found = trace_wordings(
        make_history(
            "The metro opens in May.\n\nTickets cost 5 yuan.\n\nThe end.", "The metro opens in June.\n\nThe end."
        )
    )
    assert [place.text for place in found.body] == ["The metro opens in June.", None, "The end."]
    first, second, third = found.body
    assert [(each.change, each.text) for each in first.former[0].pieces] == [
        ("same", "The metro opens in "), ("removed", "May"), ("added", "June"), ("same", "."),
    ]  # fmt: skip
    assert first.former[0].revision == 1
    assert first.former[0].seen == "2024-06-03T08:00:02Z"
    assert (second.former[0].kind, second.former[0].former) == ("removed", "Tickets cost 5 yuan.")
    assert third.former == ()


def test_a_paragraph_that_was_added_says_so_and_one_that_was_rewritten_is_shown_as_a_whole() -> None:
    found = trace_wordings(
        make_history(
            "One two three four.",
            "One two three four.\n\nFive.",
            "Quite other words here.\n\nFive.",
            "Begin.\n\nNew.\n\nFive.",
        )
    )
    told = [(place.text, [(each.kind, each.revision) for each in place.former]) for place in found.body]
    assert told == [
        (None, [("removed", 3), ("reworded", 2)]),
        ("Begin.", [("added", 3)]),
        ("New.", [("added", 3)]),
        ("Five.", [("added", 1)]),
    ]
    rewritten = found.body[0].former[-1]
    assert rewritten.is_rewritten
    assert rewritten.former == "One two three four."


def test_of_many_revisions_the_last_are_compared_and_it_says_from_which_on() -> None:
    history = make_history(*(f"The number is {number}." for number in range(1, 201)))
    found = trace_wordings(history)
    long = trace_wordings(make_history("word " * 70_000, "other " * 70_000))
    assert (long.body, long.since) == ([Place("other " * 70_000)], 2)
    assert found.since == 200 - REVISIONS + 1
    assert [each.revision for each in found.body[0].former] == list(range(199, 180, -1))
    judge(history)


@pytest.mark.parametrize(
    "bodies",
    [
        ["\n\n".join(["snow " * 50] * 400), "\n\n".join(["snow " * 51] * 400)],
        ["\n\n".join(f"snow {number} falls" for number in range(3000)),
         "\n\n".join(f"rain {number} falls" for number in range(3000))],
        ["x " * 30_000, "y x " * 15_000],
        ["\n\n".join("a" * 1 for _ in range(4000)), "\n\n".join("a" for _ in range(3999))],
        ["哈" * 50_000, "尔" * 50_000],
    ],
)  # fmt: skip
def test_texts_that_are_hard_to_compare_take_bounded_time(bodies: list[str]) -> None:
    history = make_history(*(bodies[number % 2] for number in range(REVISIONS)))
    begin = time.process_time()
    trace_wordings(history)
    assert time.process_time() - begin < 2
