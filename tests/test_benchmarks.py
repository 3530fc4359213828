"""The benchmarks name what there is: they run in no suite, and would be found broken when a figure is wanted."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from benchmarks._reading_cases import FAMILIES, list_cases
from benchmarks._reading_table import Row, compare_rows, list_broken, read_rows, save_rows
from benchmarks.reading import judge_case, judge_refusals
from tests.support.site_reading import Count, Reading, Readings
from tests.support.template_sites import Site

MODULES = sorted(path.stem for path in (Path(__file__).parent.parent / "benchmarks").glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_can_be_imported(name: str) -> None:
    import_module(f"benchmarks.{name}")


def make_row(whole: int, silent: int, name: str = "one") -> Row:
    row = Row("captions", name)
    row.add({"template": Count(whole, 0, 1000 - whole - silent, silent)}, "a site")
    return row


def test_a_saved_run_is_read_as_it_was_and_a_quick_one_is_no_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    rows = [make_row(900, 10), make_row(800, 0, "two")]
    save_rows(path, rows, quick=False)
    assert read_rows(path, quick=False) == rows
    with pytest.raises(ValueError, match="whole run"):
        read_rows(path, quick=True)


def test_the_gate_names_rows_that_lost_and_breaks_where_a_family_lost_too_much_or_silence_rose() -> None:
    before = [make_row(900, 10), make_row(900, 10, "two")]
    slightly = [make_row(897, 9), make_row(900, 11, "two")]
    assert list(compare_rows(before, before)) == list(list_broken(before, before)) == []
    assert list(compare_rows(before, slightly)) == [
        "captions, one, template: -3 whole of 1000, -1 silent", "captions, two, template: +0 whole of 1000, +1 silent"
    ]  # fmt: skip
    assert list(list_broken(before, slightly)) == []
    assert list(list_broken(before, [make_row(895, 9), make_row(900, 11, "two")])) == [
        "captions, template: 5 of 2000 records lost"
    ]
    assert list(list_broken(before, [make_row(900, 12), make_row(900, 10, "two")])) == [
        "silent errors, template: 22, 20 before"
    ]
    assert "another bench" in next(list_broken(before, before[:1]))


def test_a_quick_run_has_sites_of_each_family_and_counts_them_by_template_and_alone() -> None:
    cases = list_cases(quick=True)
    assert {family.name for family, _ in cases} == {family.name for family in FAMILIES}
    assert len(cases) < len(list_cases(quick=False)) / 3
    for name, ways in (("redesigns", {"template", "alone", "lists"}), ("foreign pages", {"template", "alone"})):
        number = next(number for number, (family, _) in enumerate(cases) if family.name == name)
        counts = judge_case(number, quick=True, shown=1)
        assert set(counts) == ways
        assert all(count.all > 5 and len(count.wrong) <= 1 for count in counts.values())


def test_a_page_that_is_no_article_is_whole_if_refused() -> None:
    site = Site(names={"http://one": "home page", "http://two": "error page"})
    readings = Readings({"http://one": Reading(None, True), "http://two": Reading({"title": "Sorry"}, True)})
    count = judge_refusals(site, readings)
    assert (count.whole, count.reported, count.silent) == (1, 0, 1)
    assert count.wrong == [("http://two", False, "error page became 'Sorry'")]
