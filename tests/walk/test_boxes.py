"""Lines that all pages of a list show at one place are a box's: they lose no article, and no word of theirs wins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from harbincrawl.records import Listed, Listing
from harbincrawl.walk import Answer, Ask, PageMissing, SectionState, WalkResult, walk
from harbincrawl.walk.boxes import find_shared_places

NOW = datetime(2025, 1, 1, tzinfo=UTC)
DAY = date(2024, 6, 1)


def line(number: int, place: str = "list") -> Listed:
    told = (DAY, f"about {number}") if place == "list" else (None, None)
    return Listed(str(number), f"http://site/{number}", str(number), f"title {number}", *told, place=place)


def make_pages(
    box: Iterable[int], *pages: Iterable[int], total: int | None = None, place: str = "box"
) -> dict[int, Answer]:
    """List pages with these articles, each with the box above its list but for what it lists itself."""
    made: dict[int, Answer] = {}
    for n, numbers in enumerate(pages, 1):
        listed = [line(number) for number in numbers]
        own = {one.key for one in listed}
        above = [one for number in box if (one := line(number, place)).key not in own]
        following = f"http://site/{n + 1}" if n < len(pages) else None
        made[n] = Listing(f"http://site/p{n}", n, (*above, *listed), total, following)
    return made


def run(state: SectionState, run: int, answers: dict[int, Answer]) -> tuple[WalkResult, set[str], list[int]]:
    """Result, articles that became wanted, and the pages that were asked for; the state is that of the next walk."""
    steps = walk(state, run, NOW)
    wanted: set[str] = set()
    asked: list[int] = []
    answer: Answer = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            result: WalkResult = end.value
            break
        if isinstance(step, Ask):
            asked.append(step.page)
            answer = answers.get(step.page, PageMissing())
        else:
            wanted |= step.wanted
            answer = None
    for name in ("floor", "offset", "hole", "last", "full_at", "total", "seen", "boxes"):
        setattr(state, name, getattr(result, name))
    return result, wanted, asked


def test_the_list_has_the_last_word_on_what_a_box_shows() -> None:
    state = SectionState("news")
    result, _, asked = run(state, 1, make_pages([9, 5], range(1, 5), range(5, 9), range(9, 13), total=12))
    assert (result.outcome, result.gap, result.boxes) == ("full", 0, {"box"})
    assert all(row.line == line(int(key)) and row.active for key, row in state.rows.items())
    assert asked == [1, 2, 1, 2, 3]
    # Another box the next day is nobody's news.
    result, wanted, asked = run(state, 2, make_pages([7, 11], range(1, 5), range(5, 9), range(9, 13), total=12))
    assert (result.outcome, wanted, asked) == ("to-floor", set(), [1])


def test_a_story_that_only_the_box_shows_is_an_article_of_the_section() -> None:
    state = SectionState("news")
    run(state, 1, make_pages([99], range(1, 5), range(5, 9), total=8))
    assert state.rows["99"].active
    result, wanted, _ = run(state, 2, make_pages([77], range(1, 5), range(5, 9), total=8))
    # The one of the day before is looked at once more.
    assert (wanted, result.boxes) == ({"77", "99"}, {"box"})


def test_a_box_of_one_story_that_is_on_each_page_but_its_own_is_seen() -> None:
    state = SectionState("news")
    run(state, 1, make_pages([2], range(1, 5), range(5, 9), total=8))
    assert state.boxes == {"box"}
    assert state.rows["2"].line == line(2)


def test_what_is_no_box_any_more_is_part_of_the_list_again() -> None:
    state = SectionState("news")
    run(state, 1, make_pages([9, 5], range(1, 5), range(5, 9), total=8))
    pages = make_pages([], range(1, 5), range(5, 9), total=12)
    for n, own in ((1, 101), (2, 103)):
        listing = pages[n]
        assert isinstance(listing, Listing)
        pages[n] = Listing(
            listing.address, n, (line(own, "box"), line(own + 1, "box"), *listing.lines), 12, listing.next_page
        )
    result, _, _ = run(state, 2, pages)
    assert (result.boxes, result.gap) == (frozenset(), 0)
    assert {"101", "102", "103", "104"} <= set(state.rows.list_active())


def test_a_page_of_nothing_but_a_box_is_read_as_its_list() -> None:
    state = SectionState("news", boxes=frozenset({"box"}))
    run(state, 1, make_pages([1, 2, 3], []))
    assert sorted(state.rows.list_active()) == ["1", "2", "3"]


def test_lists_that_move_or_repeat_themselves_have_no_boxes() -> None:
    one, two = [line(n) for n in range(1, 9)], [line(n) for n in range(8, 16)]
    assert find_shared_places(tuple(one), tuple(two)) == set()
    assert find_shared_places(tuple(one), tuple(one)) == set()
    mixed = tuple(line(n, "odd" if n % 2 else "list") for n in range(1, 9))
    assert find_shared_places(mixed, mixed) == set()
    moved = tuple(line(n, "odd" if n % 2 else "list") for n in range(8, 16))
    assert find_shared_places(mixed, moved) == set()


def test_pages_of_very_many_places_are_compared() -> None:
    one, two = (tuple(line(n, f"place {n}") for n in range(start, start + 50_000)) for start in (0, 1))
    assert find_shared_places(one, two) == {f"place {n}" for n in range(1, 50_000)}
    assert find_shared_places(one, one) == set()


def test_what_a_long_list_shows_no_more_is_found() -> None:
    state = SectionState("news")
    run(state, 1, make_pages([], range(40_000), range(40_000, 40_004), total=40_004))
    result, _, _ = run(state, 2, make_pages([], range(2, 40_000), range(40_000, 40_004), total=40_002))
    assert result.outcome == "full"
    assert [key for key, row in state.rows.items() if not row.active] == ["0", "1"]
