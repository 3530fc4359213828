"""The strip of a search over time: which periods it shows, what sets its scale, where its bars lead."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from harbincrawl.charts.scales import fill_periods
from harbincrawl.errors import FilterError
from harbincrawl.search.corpus.trends import TrendRow, Trends
from harbincrawl.search.filters import Filters
from harbincrawl.serve.axis import make_labels
from harbincrawl.serve.counts import Counts
from harbincrawl.serve.figures import describe_choice
from harbincrawl.serve.links import Links, Parameters
from harbincrawl.serve.strip import Strip, make_strip
from harbincrawl.serve.trends import make_lines

LINKS = Links("/base", "http://127.0.0.1")


def months(first: str, last: str, number: int) -> dict[str, int]:
    return dict.fromkeys(fill_periods((first, last)), number)


def ask(**filters: Any) -> Parameters:
    return Parameters(Filters(**filters))


def make(archive: Mapping[str, int], hits: Mapping[str, int] | None = None, **filters: Any) -> Strip | None:
    counts = Counts(archive if hits is None else hits, archive, archive)
    return make_strip(counts, ask(**filters), LINKS, "/search", {"news": "News"})


def made(archive: Mapping[str, int], hits: Mapping[str, int] | None = None, **filters: Any) -> Strip:
    strip = make(archive, hits, **filters)
    assert strip is not None
    return strip


@pytest.mark.parametrize(
    ("archive", "filters", "by", "since", "until", "bars"),
    [
        (months("2019-01", "2021-12", 30), {}, "month", "2019-01", "2021-12", 36),
        (months("2019-01", "2022-12", 30), {}, "month", "2019-01", "2022-12", 48),
        (months("2019-01", "2023-01", 30), {}, "year", "2019", "2023", 5),
        (months("2019-01", "2021-12", 9), {}, "year", "2019", "2021", 3),
        ({"2019-01": 30, "2020-01": 30}, {}, "year", "2019", "2020", 2),
        ({"2019-01": 3, "2019-02": 3}, {}, "month", "2019-01", "2019-02", 2),
        (months("2001-01", "2020-12", 30), {"since": "2019"}, "month", "2019-01", "2020-12", 24),
        (months("2001-01", "2020-12", 30), {"until": "2003-02"}, "year", "2001", "2020", 20),
        (months("2001-01", "2020-12", 30), {"until": "2002-11"}, "month", "2001-01", "2002-11", 23),
        (months("2001-01", "2020-12", 30), {"since": "2005-06-01", "until": "2014"}, "year", "2001", "2020", 20),
        (months("2001-01", "2020-12", 3), {"since": "2019", "until": "2019"}, "month", "2019-01", "2019-12", 12),
        (months("2001-01", "2020-07", 30), {"since": "2020", "until": "2020"}, "month", "2020-01", "2020-12", 12),
        (months("2001-01", "2020-12", 30), {"since": "2019-03", "until": "2019-03"}, "month", "2019-01", "2019-12", 12),
    ],
)  # fmt: skip
def test_months_are_shown_where_there_are_few_of_them_with_enough_articles_else_years(
    archive: dict[str, int], filters: dict[str, Any], by: str, since: str, until: str, bars: int
) -> None:
    strip = made(archive, **filters)
    assert (strip.by, strip.since, strip.until, len(strip.bars)) == (by, since, until, bars)


@pytest.mark.parametrize(
    ("archive", "filters"),
    [({}, {}), ({"": 7}, {}), ({"2019-05": 40}, {}), (months("2019-01", "2019-09", 3), {"since": "2021"}),
     (months("2019-01", "2019-09", 3), {"since": "2018", "until": "2018"}),
     (months("2019-01", "2019-09", 3), {"since": "2019-09", "until": "2019-01"})],
)  # fmt: skip
def test_there_is_no_strip_of_nothing_or_of_one_period(archive: dict[str, int], filters: dict[str, Any]) -> None:
    assert make(archive, **filters) is None


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(FilterError, match="is not a date"):
        make(months("2019-01", "2019-09", 3), since="then")


def test_empty_periods_have_their_place() -> None:
    strip = made({"2010-05": 20, "2012-05": 20, "2016-01": 5}, {"2012-05": 4}, query="snow")
    assert [(bar.period, bar.hits, bar.articles, bar.per_1000) for bar in strip.bars] == [
        ("2010", 0, 20, 0.0), ("2011", 0, 0, None), ("2012", 4, 20, 200.0), ("2013", 0, 0, None),
        ("2014", 0, 0, None), ("2015", 0, 0, None), ("2016", 0, 5, 0.0),
    ]  # fmt: skip
    assert strip.bars[1].label == "2011: 0 of 0 articles"


def test_one_of_one_is_faint_and_sets_no_scale() -> None:
    archive = {"2018-01": 1, "2019-01": 200, "2020-01": 100}
    strip = made(archive, {"2018-01": 1, "2019-01": 2, "2020-01": 2}, query="snow")
    assert [bar.is_few for bar in strip.bars] == [True, False, False]
    assert strip.most == 20
    assert [bar.height for bar in strip.bars] == [100, 50, 100]
    assert "Faint bars are of fewer than 10 articles" in strip.caption


def test_where_all_periods_are_of_few_articles_the_scale_ends_at_all_of_them() -> None:
    strip = made({"2018-01": 4, "2019-01": 2}, {"2018-01": 1, "2019-01": 1}, query="snow")
    assert strip.most == 1000
    assert [bar.height for bar in strip.bars] == [25, 50]
    assert all(bar.is_few for bar in strip.bars)


def test_one_value_far_above_all_others_is_cut_off_and_named() -> None:
    archive = months("2020-01", "2020-09", 30) | {"2020-04": 36, "2020-06": 214}
    strip = made(archive)
    assert [bar.period for bar in strip.bars if bar.is_cut] == ["2020-06"]
    assert strip.most == 42
    assert "June 2020: 214, cut off." in strip.caption
    hits = made(archive, months("2020-01", "2020-09", 3), query="snow")
    assert "All articles of June 2020, 214, are cut off." in hits.caption
    assert [bar.ghost for bar in hits.bars if bar.period in ("2020-04", "2020-06")] == [85.7, 100]
    assert not any(bar.is_cut for bar in made(archive | {"2020-06": 100}).bars)


def test_what_a_filter_of_days_leaves_out_is_shown_and_said() -> None:
    strip = made(months("2001-01", "2020-12", 30), months("2001-01", "2020-12", 3), query="snow", since="2005-06")
    assert [bar.period for bar in strip.bars if bar.is_out] == ["2001", "2002", "2003", "2004"]
    assert strip.bars[0].label == "2001: 36 of 360 articles, left out by the filter"
    assert strip.bars[0].address.endswith("since=2001&until=2001")
    assert strip.back == "/base/search?q=snow"


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"query": "snow", "sections": ("news", "x")}, "405 of 851 articles of the sections News or x have “snow”"),
        ({"query": "snow", "sections": ("news",), "since": "2019"},
         "405 of 851 articles of the section News, 2019 on, have “snow”"),
        ({"query": "snow"}, "405 of 851 articles have “snow”"),
        ({"status": "gone"}, "405 of 851 articles are gone from the site"),
        ({}, "Articles over time"),
    ],
)  # fmt: skip
def test_the_title_says_how_many_of_how_many(filters: dict[str, Any], sentence: str) -> None:
    archive = months("2001-01", "2020-12", 30)
    strip = make_strip(Counts(archive, archive, archive, 405, 851), ask(**filters), LINKS, "/search", {"news": "News"})
    assert strip is not None
    assert strip.title == sentence


def test_the_ghost_is_all_articles_on_a_scale_of_its_own() -> None:
    archive = months("2019-01", "2019-12", 20) | {"2019-03": 40}
    strip = made(archive, {"2019-03": 1}, query="snow", since="2019", until="2019")
    assert [bar.ghost for bar in strip.bars] == [50, 50, 100, *[50] * 9]
    assert "pale: all articles of the archive" in strip.caption
    alone = made(archive)
    assert not any(bar.ghost for bar in alone.bars)
    assert (alone.unit, alone.most, alone.top) == ("articles", 40, "40")


def test_a_bar_leads_to_its_period_with_all_of_the_search_and_without_the_page() -> None:
    names = ("news", 'a&b="c"', "x")
    asked = Parameters(
        Filters(sections=names, authors=("Li Na", "Wu Qiu"), query="snow", since="2001", date="created"),
        sort="oldest", copies=True, after="cursor",
    )  # fmt: skip
    archive = months("2001-01", "2020-12", 30)
    strip = make_strip(Counts(archive, archive, archive), asked, LINKS, "/search", {})
    assert strip is not None
    assert urlsplit(strip.bars[3].address).path == "/base/search"
    assert sorted(parse_qsl(urlsplit(strip.bars[3].address).query)) == sorted([
        ("q", "snow"), *(("section", name) for name in names), ("author", "Li Na"), ("author", "Wu Qiu"),
        ("since", "2004"), ("until", "2004"), ("date", "created"), ("sort", "oldest"), ("copies", "1"),
    ])  # fmt: skip


def test_back_leads_from_a_month_to_its_year_from_a_year_to_all_and_from_all_nowhere() -> None:
    archive = months("2001-01", "2020-12", 30)
    month = made(archive, sections=("news",), since="2019-03", until="2019-03")
    assert [bar.period for bar in month.bars if bar.is_chosen] == ["2019-03"]
    assert month.back == "/base/search?section=news&since=2019&until=2019"
    year = made(archive, sections=("news",), since="2019", until="2019")
    assert not any(bar.is_chosen for bar in year.bars)
    assert year.back == "/base/search?section=news"
    assert made(archive, sections=("news",)).back is None


def test_days_within_a_year_mark_their_months() -> None:
    strip = made(months("2001-01", "2020-12", 30), since="2019-03-20", until="2019-05-02")
    assert [bar.period for bar in strip.bars if bar.is_chosen] == ["2019-03", "2019-04", "2019-05"]


@pytest.mark.parametrize(
    ("filters", "caption"),
    [
        ({}, "Articles, by year (updated)."),
        ({"since": "2019", "until": "2019"}, "Articles of 2019, by month (updated)."),
        ({"query": "snow", "sections": ("news",), "since": "2003", "date": "created"},
         "Hits of “snow” per 1,000 articles of the section News, 2003 on, by year (created);"
         " pale: all articles of the archive. Grey: before 2003, left out by the filter."),
        ({"since": "2003-05", "until": "2010"},
         "Articles of 2003 to 2010, by year (updated). Grey: before 2003 and after 2010, left out by the filter."),
        ({"authors": ("Li Na",)},
         "Articles by Li Na per 1,000 articles of the archive, by year (updated); pale: all articles of the archive."),
    ],
)  # fmt: skip
def test_the_caption_says_what_is_counted(filters: dict[str, Any], caption: str) -> None:
    assert made(months("2001-01", "2020-12", 30), **filters).caption == caption


def test_hits_without_a_date_are_told() -> None:
    archive = months("2001-01", "2020-12", 30) | {"": 9}
    assert made(archive, {"": 3, "2001-01": 1}, query="snow").caption.endswith(" 3 without a date are not shown.")
    assert made(archive, {"": 1, "2001-01": 1}, query="snow").caption.endswith(" 1 without a date is not shown.")


def test_one_article_with_a_wrong_date_makes_no_hundred_bars() -> None:
    strip = made({"0001-01": 1} | months("2001-01", "2020-12", 30))
    assert len(strip.bars) == 60
    assert "Years before 1961 are not shown." in strip.caption


def test_a_search_of_thousands_of_letters_is_not_repeated_for_each_bar() -> None:
    strip = made(months("2001-01", "2020-12", 30), query=" ".join(f"{'snow' * 8}{at}" for at in range(200)))
    assert sum(len(bar.address) + len(bar.label) for bar in strip.bars) < 5000
    assert len(strip.caption) < 500
    assert "too long" in strip.caption


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({}, ""),
        ({"sections": ("news",), "since": "2019", "authors": ("Li Na",)}, "of the section News, 2019 on, by Li Na"),
        ({"sections": ("news", "culture")}, "of the sections News or culture"),
        ({"sources": ("A", "B", "C", "D", "E")}, "from A, B, C or 2 others"),
        ({"since": "2019", "until": "2020-05"}, "of 2019 to 2020-05"),
        ({"until": "2020-05", "status": "gone"}, "up to 2020-05, gone from the site"),
        ({"query": "snow"}, ""),
        ({"authors": ("W" * 400,)}, f"by {'W' * 59}…"),
        ({"authors": ("\x1b[31m\u202eLi",)}, "by [31mLi"),
    ],
)  # fmt: skip
def test_filters_are_said_in_words(filters: dict[str, Any], words: str) -> None:
    assert describe_choice(ask(**filters), {"news": "News"}) == words


@pytest.mark.parametrize("count", [2, 5, 14, 30, 60])
def test_labels_have_room_at_every_width(count: int) -> None:
    labels = list(make_labels([str(2001 + at) for at in range(count)]))
    for name, width in (("narrow", 14), ("middle", 29), ("wide", 46)):
        shown = [at for at, label in enumerate(labels) if name in label.widths]
        assert shown
        assert all(second - first >= 2.9 * count / width for first, second in pairwise(shown))


def test_months_of_several_years_have_their_years_as_labels() -> None:
    labels = list(make_labels(fill_periods(("2018-11", "2020-03"))))
    assert [(label.text, label.span) for label in labels] == [("2018", 2), ("2019", 12), ("2020", 3)]
    assert labels[0].widths == ("middle", "wide")
    strip = made(months("2018-11", "2020-03", 30), authors=("Li Na",))
    assert strip.labels[1].address == "/base/search?author=Li+Na&since=2019&until=2019"


# Lines


def trends(*rows: tuple[int, int]) -> Trends:
    made = tuple(
        TrendRow("snow", str(2019 + at), articles, hits, round(1000 * hits / articles, 2) if articles else None)
        for at, (articles, hits) in enumerate(rows)
    )
    return Trends("year", ("snow", "ice & <b>"), (made, tuple(row._replace(query="ice & <b>") for row in made)), 0)


def test_points_of_lines_lead_to_their_hits_and_lines_break_where_nothing_is() -> None:
    lines = make_lines(trends((100, 5), (100, 10), (0, 0), (100, 20), (1, 1)), LINKS, ask(sections=("a", "b")), {})
    assert lines is not None
    assert lines.most == 200
    first = lines.lines[0]
    assert first.paths == ("M0.5 75L1.5 50", "M3.5 0L4.5 0")
    assert [point.is_few for point in first.points] == [False, False, False, True]
    assert first.points[1].address == "/base/search?q=snow&section=a&section=b&since=2020&until=2020"
    assert first.points[1].label == "snow, 2020: 10 of 100 articles"
    assert "q=ice+%26+%3Cb%3E" in lines.lines[1].points[0].address


def test_intervals_are_drawn_beside_each_other_and_end_at_the_top_of_the_scale() -> None:
    plain = trends((100, 10), (0, 0), (1, 0))
    ends = [(55.23, 174.36), (None, None), (0.0, 793.45)]
    rows = tuple(tuple(row._replace(low=low, high=high) for row, (low, high) in zip(one, ends, strict=True))
                 for one in plain.rows)  # fmt: skip
    lines = make_lines(plain._replace(rows=rows), LINKS, ask(), {})
    assert lines is not None
    # Room for the interval of enough articles; that of one article goes beyond it.
    assert lines.most == 174.36
    assert [line.whiskers for line in lines.lines] == ["M0.5 68.3V0M2.5 100V0", "M0.65 68.3V0M2.65 100V0"]
    assert "95% intervals" in lines.caption


def test_a_point_between_two_gaps_is_a_point_alone() -> None:
    lines = make_lines(trends((0, 0), (100, 5), (0, 0)), LINKS, ask(), {})
    assert lines is not None
    assert (lines.lines[0].paths, len(lines.lines[0].points)) == ((), 1)


def test_lines_of_nothing_are_none() -> None:
    assert make_lines(Trends("year", ("snow",), ((),), 0), LINKS, ask(), {}) is None
