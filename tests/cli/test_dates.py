"""Every count over time says which date it goes by, goes by the one that was asked for, and all of them by the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.api import open_archive
from tests.support.archives import build_archive
from tests.support.forge import forge
from tests.support.web_site import Site, running

DATES = ("updated", "created")
ARTICLES: list[dict[str, Any]] = [
    {"number": 1, "created": "2018-12-31", "updated": "2019-01-02", "title": "Snow one"},
    {"number": 2, "created": "2019-03-01", "updated": "2021-03-01", "title": "Snow two"},
    {"number": 3, "created": "2019-05-01", "updated": "2019-05-01", "title": "Rain"},
    {"number": 4, "created": "2020-05-01", "updated": None, "title": "Snow without a printed date"},
    {"number": 5, "created": None, "updated": "2021-06-01", "title": "Snow without a date in its address",
     "url": "http://e.my399.com/news/5.html"},
    {"number": 6, "created": None, "updated": None, "title": "Snow at no time", "url": "http://e.my399.com/news/6.html"},
    {"number": 7, "created": "2021-07-01", "updated": "2021-07-01", "title": "Rain again"},
]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_archive(tmp_path_factory.mktemp("dates") / "archive", ARTICLES)


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[Site]:
    with running(archive) as started:
        yield started


def find_day(article: dict[str, Any], date: str) -> str | None:
    """The day by one date; where it is missing, by the other."""
    other = next(each for each in DATES if each != date)
    day: str | None = article[date] or article[other]
    return day


def count(date: str, length: int, word: str = "", since: str = "", until: str = "9") -> dict[str | None, int]:
    days = [find_day(each, date) for each in ARTICLES if word in each["title"]]
    return Counter(
        day[:length] if day else None for day in days if not (since or until < "9") or since <= (day or "") <= until
    )


def run(archive: Path, *words: str) -> str:
    code, printed, told = forge().start(["--archive", str(archive), *words]).wait()
    assert code == 0, told
    return str(printed)


def as_counts(bars: list[dict[str, Any]]) -> dict[str | None, int]:
    return {bar["value"]: bar["count"] for bar in bars}


@pytest.mark.parametrize("date", DATES)
def test_stats_facets_trends_web_and_card_count_by_the_date_that_was_asked_for(
    archive: Path, site: Site, tmp_path: Path, date: str
) -> None:
    asked = ("--date", date)
    stats = json.loads(run(archive, "stats", "--json", *asked))
    lacking = sum(each[date] is None and find_day(each, date) is not None for each in ARTICLES)
    assert (stats["date"], stats["other_date"]) == (date, lacking)
    days = sorted(filter(None, (find_day(each, date) for each in ARTICLES)))
    assert (stats["first"], stats["last"]) == (days[0], days[-1])
    assert as_counts(stats["year"]) == count(date, 4)
    assert as_counts(stats["month"]) == count(date, 7)
    facet = json.loads(run(archive, "search", "snow", "--facet", "year", "--format", "json", *asked))
    assert (facet["date"], as_counts(facet["year"])) == (date, count(date, 4, "Snow"))
    trends = json.loads(run(archive, "trends", "snow", "--format", "json", *asked))
    wanted = count(date, 4, "Snow")
    assert (trends["date"], trends["undated"]) == (date, 1)
    shown = {row["period"]: (row["articles"], row["series"][0]["hits"]) for row in trends["periods"]}
    assert shown == {year: (count(date, 4).get(year, 0), wanted.get(year, 0)) for year in shown}
    assert set(shown) >= {year for year in wanted if year}
    assert site.json(f"/trends.json?q=snow&by=year&date={date}") == trends
    found = site.json(f"/search.json?q=snow&date={date}")
    assert found["date"] == date
    assert as_counts(found["facets"]["month"]) == count(date, 7, "Snow")
    with open_archive(archive) as opened:
        rows = opened.trends("snow", date=date)  # type: ignore[arg-type]
        assert {row.period: (row.articles, row.hits) for row in rows} == shown
        assert opened.count(since="2019", until="2019", date=date) == count(date, 4)["2019"]  # type: ignore[arg-type]
    run(archive, "export", str(tmp_path / "b"), *asked)
    card = (tmp_path / "b" / "README.md").read_text(encoding="utf-8")
    assert f"dated {days[0]} to {days[-1]} by `{date}`" in card
    assert f"those of `{date}`; 1 article lacks it" in card
    counted = dict(re.findall(r"^\| (\d{4}) \| (\d+) \|$", card, re.MULTILINE))
    assert counted == {year: str(number) for year, number in count(date, 4).items() if year}


def test_what_nobody_asked_goes_by_the_printed_date_everywhere(archive: Path, site: Site, tmp_path: Path) -> None:
    assert run(archive, "stats", "--json") == run(archive, "stats", "--json", "--date", "updated")
    assert run(archive, "trends", "snow") == run(archive, "trends", "snow", "--date", "updated")
    assert json.loads(run(archive, "trends", "snow", "--format", "json")) == site.json("/trends.json?q=snow&by=year")
    run(archive, "export", str(tmp_path / "b"))
    assert "those of `updated`" in (tmp_path / "b" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("date", DATES)
def test_people_are_told_which_date_it_is(archive: Path, site: Site, date: str) -> None:
    shown = run(archive, "stats", "--date", date)
    assert f"days are those of {date}; 1 article lacks it, and the other date stands in\n" in shown
    assert f"\nyear of {date}\n" in shown
    assert run(archive, "search", "snow", "--facet", "year", "--date", date).startswith(f"year of {date}\n")
    assert f", by {date}\n" in run(archive, "trends", "snow", "--date", date)
    assert f"by <code>{date}</code>" in site.ask(f"/trends?q=snow&date={date}").text
    assert f"Month ({date})" in site.ask(f"/search?q=snow&date={date}").text


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize(("since", "until"), [("2019", None), (None, "2019"), ("2019-03", "2020-05-01")])
def test_days_of_filters_are_those_of_the_date_too(
    archive: Path, date: str, since: str | None, until: str | None
) -> None:
    words = [*(("--since", since) if since else ()), *(("--until", until) if until else ()), "--date", date]
    found = int(run(archive, "search", "--count", *words))
    assert found == sum(count(date, 4, "", since or "0", f"{until or '9'}~").values()) > 0
    assert json.loads(run(archive, "stats", "--json", *words))["articles"] == found


def test_there_is_no_other_date(archive: Path, site: Site) -> None:
    assert forge().start(["--archive", str(archive), "stats", "--date", "first_seen"]).wait()[0] == 2
    answer = site.ask("/trends?q=snow&date=%3Cb%3E")
    assert answer.status == 400
    assert "expected updated or created" in answer.text


@pytest.mark.parametrize("smooth", [2, 3])
def test_a_smoothed_share_stands_beside_what_it_is_of(archive: Path, site: Site, smooth: int) -> None:
    words = ("trends", "snow", "--smooth", str(smooth))
    text = run(archive, *words)
    shown = re.findall(r"^(\d{4})\s+([\d.,]+)\s.*?([\d,]+) of ([\d,]+)$", text, re.MULTILINE)
    assert len(shown) > 2
    for _, share, hits, articles in shown:
        assert share == f"{1000 * int(hits) / int(articles):,.1f}"
    assert f"per 1,000 articles of {smooth} years around each, by updated" in text
    rows = list(csv.DictReader(io.StringIO(run(archive, *words, "--csv"))))
    years = [row["period"] for row in rows]
    articles, hits = count("updated", 4), count("updated", 4, "Snow")
    for at, row in enumerate(rows):
        around = years[max(at - smooth // 2, 0) : at + (smooth + 1) // 2]
        every, found = (sum(counts.get(year, 0) for year in around) for counts in (articles, hits))
        assert (int(row["smoothed_articles"]), int(row["smoothed_hits"])) == (every, found)
        assert float(row["smoothed_per_1000"]) == round(1000 * found / every, 2)
        assert (int(row["articles"]), int(row["hits"])) == (articles.get(years[at], 0), hits.get(years[at], 0))
        if int(row["articles"]):
            assert float(row["per_1000"]) == round(1000 * int(row["hits"]) / int(row["articles"]), 2)
    for period in site.json(f"/trends.json?q=snow&by=year&smooth={smooth}")["periods"]:
        (series,) = period["series"]
        assert series["per_1000"] == round(1000 * series["smoothed_hits"] / series["smoothed_articles"], 2)
    page = site.ask(f"/trends?q=snow&by=year&smooth={smooth}").text
    page = re.sub(r"<a [^>]*>([\d,]+)</a>", r"\1", page)
    table = re.findall(r'<th scope="row" class="fixed">\d+</th>((?:<td class="right">[\d.,]+</td>)+)', page)
    assert len(table) == len(rows)
    for cells in table:
        every, found, share = (float(each.replace(",", "")) for each in re.findall(r">([\d.,]+)<", cells))
        assert share == pytest.approx(1000 * found / every, abs=0.01)
