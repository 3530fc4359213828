"""Coverage by the site's own counter: every number from 1 to the highest is counted once, in a year that is sure."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from harbincrawl.archive.coverage import Coverage, YearCoverage, measure_coverage
from harbincrawl.archive.database.connection import FILE, read_archive
from tests.support.archives import build_archive
from tests.support.sites import HARBIN_TODAY


def measure(archive: Path) -> Coverage | None:
    with read_archive(archive) as connection:
        return measure_coverage(connection, HARBIN_TODAY)


def test_each_number_is_counted_once_a_gap_in_the_year_of_the_number_before_it(tmp_path: Path) -> None:
    archive = build_archive(tmp_path, [{"number": 3, "created": "2014-05-09"}, {"number": 9, "created": "2015-07-02"}])
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute("DELETE FROM captures")
        for number, day in ((7, "2015-07-01"), (8, "2015-07-01"), (2_000_000, "2015-07-01")):
            # What an archive of others lists raises no highest number.
            connection.execute(
                "INSERT INTO captures(run, address, fetched_at, status, source, host)"
                " VALUES (1, ?, '2016-01-01T00:00:00Z', 200, 'wayback', 'web.archive.org')",
                (f"http://e.my399.com/news/{day}/{number}.html",),
            )
    found = measure(archive)
    assert found is not None
    assert found.years == (YearCoverage(None, 0, 0, 2), YearCoverage("2014", 1, 0, 3), YearCoverage("2015", 1, 2, 0))
    assert found.highest == 9 == sum(map(found.count, ("stored", "seen", "missing")))


def test_without_a_counter_or_a_number_there_is_none(tmp_path: Path) -> None:
    assert measure(build_archive(tmp_path, [])) is None
    with read_archive(tmp_path) as connection:
        assert measure_coverage(connection, replace(HARBIN_TODAY, counter=False)) is None
