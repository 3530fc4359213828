"""What captured lists said of an article, and which of them is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from harbincrawl.records import Listed, Listing, ListWords
from harbincrawl.reread.lists import CapturedLines

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
ADDRESS = "http://e.my399.com/news/2024-05-06/7200.html"


def listing(summary: str) -> Listing:
    return Listing("http://e.my399.com/news/", 1, (Listed("7200", ADDRESS, "7200", "Title", None, summary),))


def captured(*said: tuple[str, int, str]) -> CapturedLines:
    """Lists captured so many seconds after noon: (section, seconds, summary)."""
    lines = CapturedLines()
    for at, (section, seconds, summary) in enumerate(sorted(said, key=lambda each: each[1])):
        lines.put(listing(summary), section, (NOON + timedelta(seconds=seconds), at))
    return lines


@pytest.mark.parametrize("own", [-5, 0, 5])
@pytest.mark.parametrize("other", [-5, 0, 5])
def test_the_own_section_is_believed_in_whatever_order_a_visit_captured_its_pages(own: int, other: int) -> None:
    lines = captured(("gallery", other, "elsewhere"), ("news", own, "at home"))
    assert words(lines.find("7200", "news", (NOON, 9))) == ("Title", "at home")


def words(found: ListWords | None) -> tuple[str | None, ...] | None:
    """Title and summary."""
    return found[:2] if found else None


def test_a_list_is_believed_as_it_was_at_the_time() -> None:
    lines = captured(("news", -20, "first"), ("news", -10, "second"), ("news", 10, "third"))
    assert words(lines.find("7200", "news", (NOON, 9))) == ("Title", "second")
    assert words(lines.find("7200", "news", (NOON - timedelta(seconds=60), 9))) == ("Title", "first")


def test_where_the_own_list_never_said_anything_those_count_that_had_spoken() -> None:
    lines = captured(("about", 5, "later"), ("gallery", -5, "before"))
    assert words(lines.find("7200", "news", (NOON, 9))) == ("Title", "before")
    assert words(captured(("about", 5, "later")).find("7200", "news", (NOON, 9))) == ("Title", "later")


def test_of_an_article_that_no_list_names_nothing_is_known() -> None:
    assert captured(("news", 0, "x")).find("1", "news", (NOON, 9)) is None
