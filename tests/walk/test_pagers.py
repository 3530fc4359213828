"""Single walks over fixed list pages: what a pager may say, and what it cannot mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from harbincrawl.records import Listed, Listing
from harbincrawl.walk.lists import walk
from harbincrawl.walk.requester import MOST_UNCOUNTED
from harbincrawl.walk.types import Answer, Ask, PageFailed, PageMissing, Row, SectionState, WalkResult, Write
from tests.support.simulated_archive import RowsInMemory

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def page(n: int, count: int, *, total: int | None = None, more: bool = False, words: str = "t") -> Listing:
    lines = tuple(
        Listed(str(100 * n + i), f"http://site/{100 * n + i}", str(100 * n + i), f"{words} {i}") for i in range(count)
    )
    return Listing(f"http://site/{n}", n, lines, total, f"http://site/{n + 1}" if more else None)


def make_state() -> SectionState:
    return SectionState("news", rows=RowsInMemory())


def run(state: SectionState, answers: dict[int, Answer], **facts: Any) -> tuple[WalkResult, list[Write]]:
    """Walks over fixed answers; a page that is not there is missing."""
    steps = walk(state, 1, NOW, **facts)
    writes: list[Write] = []
    answer: Answer = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            return end.value, writes
        answer = answers.get(step.page, PageMissing()) if isinstance(step, Ask) else None
        if isinstance(step, Write):
            writes.append(step)


def test_a_first_page_without_lines_or_answer_fails_and_strikes_nothing() -> None:
    result, _ = run(make_state(), {1: PageFailed("timeout")})
    assert (result.outcome, str(result.reason).endswith("timeout")) == ("failed", True)
    for total in (None, 3):
        result, writes = run(make_state(), {1: page(1, 0, total=total)})
        assert (result.outcome, writes) == ("failed", [])
    _, writes = run(state := make_state(), {1: page(1, 3)})
    assert len(state.rows) == 3
    result, writes = run(state, {1: page(1, 0, total=0)})
    assert (result.outcome, writes, result.active_rows) == ("failed", [], 3)


def test_a_list_that_says_it_is_empty_is_read_to_its_end() -> None:
    result, _ = run(make_state(), {1: page(1, 0, total=0)})
    assert (result.outcome, result.gap) == ("full", 0)


@pytest.mark.parametrize(
    ("answers", "most"),
    [
        ({n: page(1, 8, more=True) for n in range(1, 200)}, 100),
        ({n: page(min(n, 2), 8, more=True) for n in range(1, 200)}, 100),
        ({n: page(n, 1, more=True) for n in range(1, 2 * MOST_UNCOUNTED)}, MOST_UNCOUNTED + 1),
        ({n: page(n, 8, total=20, more=True) for n in range(1, 200)}, 40),
    ],
    ids=["one page", "two pages", "one more new line for ever", "more than is counted"],
)
def test_a_pager_without_end_is_named(answers: dict[int, Answer], most: int) -> None:
    result, _ = run(make_state(), answers)
    assert (result.outcome, result.floor) == ("partial", 0)
    assert result.reason is not None and "endless pager" in result.reason
    assert result.pages_read < most


def test_a_next_link_behind_the_last_page_is_no_hole_where_the_total_is_covered() -> None:
    result, _ = run(make_state(), {1: page(1, 8, total=12, more=True), 2: page(2, 4, total=12, more=True)})
    assert (result.outcome, result.hole, result.gap, result.last) == ("full", None, 0, 2)


def test_a_line_shown_twice_on_one_page_is_one_row() -> None:
    first = page(1, 3)
    twice = Listing(first.address, 1, (*first.lines, first.lines[0]))
    result, _ = run(state := make_state(), {1: twice})
    assert (result.outcome, result.active_rows, result.offset) == ("full", 3, 1)
    state.floor = 1
    _, writes = run(state, {1: twice})
    assert all(not write.wanted for write in writes)


def test_a_line_shown_on_two_pages_for_ever_still_lets_the_walk_end() -> None:
    second = page(2, 4, total=12)
    pinned = Listed("100", "http://site/100", "100", "another title")
    answers: dict[int, Answer] = {
        1: page(1, 8, total=13, more=True),
        2: Listing(second.address, 2, (pinned, *second.lines), 13),
    }
    result, _ = run(state := make_state(), answers)
    # Two passes of two pages: thirteen lines are counted, and twelve shown. The two pages behind them are none.
    assert (result.outcome, result.offset, result.pages_read) == ("full", 1, 4)
    result, writes = run(state, answers)
    assert (result.outcome, result.pages_read) == ("to-floor", 1)
    assert not any(write.wanted for write in writes)


def test_a_new_address_is_news() -> None:
    run(state := make_state(), {1: page(1, 2)})
    state.rows["100"] = Row(
        Listed("100", "http://site/old/100", "100", state.rows["100"].line.title), state.rows["100"].since
    )
    _, writes = run(state, {1: page(1, 2)})
    assert writes[0].wanted == {"100"}
    assert writes[0].addresses["100"] == "http://site/100"


def test_an_interrupt_while_a_page_is_asked_for_makes_no_hole_and_sets_no_floor() -> None:
    answers: dict[int, Answer] = {1: page(1, 8, total=40, more=True), 2: PageFailed("interrupted")}
    checks = iter((False, True))
    result, _ = run(make_state(), answers, cut=lambda: next(checks))
    assert (result.outcome, result.reason, result.floor, result.hole) == ("partial", "cut short", 0, None)
    assert result.pages_read == 1


@pytest.mark.parametrize("total", [12, 200])
def test_pages_that_print_different_totals_need_two_passes_and_then_one_page(total: int) -> None:
    def lists(first: int) -> dict[int, Answer]:
        return {n: page(n, 4 if n == 4 else 8, total=first + 5 * n, more=n < 4) for n in range(1, 5)}

    result, _ = run(state := make_state(), lists(total))
    assert (result.outcome, result.total, result.gap) == ("full", total + 5, total + 5 - 28)
    assert result.pages_read <= 12
    result, writes = run(state, lists(total))
    assert (result.outcome, result.pages_read, result.gap) == ("to-floor", 1, total + 5 - 28)
    assert not any(write.wanted for write in writes)
