"""Coverage by the site's own counter: every number from 1 to the highest is counted once, in a month that is sure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.coverage import measure_coverage
from tests.support.sites import HARBIN_TODAY


def address(number: int, day: str) -> str:
    return f"http://e.my399.com/news/{day}/{number}.html"


def test_a_gap_belongs_to_the_month_of_the_number_before_it() -> None:
    known = [address(3, "2014-05-09"), address(7, "2014-07-01"), address(8, "2014-07-02")]
    found = measure_coverage(None, HARBIN_TODAY, known)
    assert found is not None
    assert [(each.month, each.stored, each.seen, each.missing) for each in found.months] == [
        ("2014-05", 0, 1, 5),
        ("2014-07", 0, 2, 0),
    ]
    assert (found.highest, found.gaps) == (8, ((1, 2), (4, 6)))


def test_without_a_counter_or_a_number_there_is_none() -> None:
    assert measure_coverage(None, replace(HARBIN_TODAY, counter=False), [address(3, "2014-05-09")]) is None
    assert measure_coverage(None, HARBIN_TODAY, ["http://e.my399.com/news/", "http://other.example/1.html"]) is None


@given(st.dictionaries(st.integers(1, 999_999), st.integers(0, 4000), min_size=1, max_size=30))
def test_every_number_is_counted_once(known: dict[int, int]) -> None:
    begin = date(2012, 1, 1)
    addresses = [address(number, (begin + timedelta(days=days)).isoformat()) for number, days in known.items()]
    found = measure_coverage(None, HARBIN_TODAY, addresses)
    assert found is not None
    assert found.stored + found.seen + found.missing == found.highest == max(known)
    assert (found.stored, found.seen) == (0, len(known))
