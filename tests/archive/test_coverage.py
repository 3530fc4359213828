"""Coverage by the site's own counter: every number from 1 to the highest is counted once, in a year that is sure."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.coverage import measure_coverage
from harbincrawl.archive.database.connection import FILE, read_archive
from tests.support.archives import build_archive
from tests.support.sites import HARBIN_TODAY


def address(number: int, day: str) -> str:
    return f"http://e.my399.com/news/{day}/{number}.html"


def test_a_gap_belongs_to_the_year_of_the_number_before_it_and_the_first_one_to_none() -> None:
    known = [address(3, "2014-05-09"), address(7, "2015-07-01"), address(8, "2015-07-02")]
    found = measure_coverage(None, HARBIN_TODAY, known)
    assert found is not None
    assert [(each.year, each.stored, each.seen, each.missing) for each in found.years] == [
        ("", 0, 0, 2),
        ("2014", 0, 1, 3),
        ("2015", 0, 2, 0),
    ]
    assert found.as_dict()["years"][0]["year"] is None
    assert (found.highest, found.gaps) == (8, ((1, 2), (4, 6)))


def test_no_archive_of_others_alone_raises_the_highest_number(tmp_path: Path) -> None:
    build_archive(tmp_path, [{"number": 3}, {"number": 9}])
    with read_archive(tmp_path) as connection:

        def highest(source: str) -> int:
            found = measure_coverage(connection, HARBIN_TODAY, [address(2_000_000, "2014-05-09")], source)
            assert found is not None
            return found.highest

        assert highest("wayback") == 9
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute(
            "INSERT INTO captures(run, address, fetched_at, status, source, host)"
            " VALUES (1, ?, '2015-01-01T00:00:00Z', 200, 'wayback', 'web.archive.org')",
            (address(2_000_000, "2014-05-09"),),
        )
    with read_archive(tmp_path) as connection:
        assert highest("wayback") == 9, "listed again, an archive is no second source"
        assert highest("commoncrawl") == 2_000_000


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
