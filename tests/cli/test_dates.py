"""Every count over time says which date it goes by, goes by the one that was asked for, and all of them by the same."""

from __future__ import annotations

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
    days = sorted(filter(None, (find_day(each, date) for each in ARTICLES)))
    stats = json.loads(run(archive, "stats", "--json", *asked))
    for by, length in (("year", 4), ("month", 7)):
        assert {row["value"]: row["articles"] for row in stats if row["by"] == by} == count(date, length)
    facet = json.loads(run(archive, "search", "snow", "--facet", "year", "--format", "json", *asked))
    assert (facet["date"], as_counts(facet["year"])) == (date, count(date, 4, "Snow"))
    wanted = count(date, 4, "Snow")
    trends = json.loads(run(archive, "trends", "snow", "--format", "json", *asked))
    shown = {row["period"]: (row["articles"], row["hits"]) for row in trends}
    assert shown == {year: (count(date, 4).get(year, 0), wanted.get(year, 0)) for year in shown}
    assert set(shown) >= {year for year in wanted if year}
    found = site.json(f"/search.json?q=snow&date={date}")
    assert found["date"] == date
    assert as_counts(found["facets"]["month"]) == count(date, 7, "Snow")
    with open_archive(archive) as opened:
        assert opened.count(since="2019", until="2019", date=date) == count(date, 4)["2019"]  # type: ignore[arg-type]
    run(archive, "export", str(tmp_path / "b"), *asked)
    card = (tmp_path / "b" / "README.md").read_text(encoding="utf-8")
    assert f"dated {days[0]} to {days[-1]} by `{date}`" in card
    assert f"those of `{date}`; 1 article lacks it" in card
    counted = dict(re.findall(r"^\| (\d{4}) \| (\d+) \|$", card, re.MULTILINE))
    assert counted == {year: str(number) for year, number in count(date, 4).items() if year}


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize(("since", "until"), [("2019", None), (None, "2019"), ("2019-03", "2020-05-01")])
def test_days_of_filters_are_those_of_the_date_too(
    archive: Path, date: str, since: str | None, until: str | None
) -> None:
    words = [*(("--since", since) if since else ()), *(("--until", until) if until else ()), "--date", date]
    found = int(run(archive, "search", "--count", *words))
    assert found == sum(count(date, 4, "", since or "0", f"{until or '9'}~").values()) > 0
    stats = json.loads(run(archive, "stats", "--by", "year", "--json", *words))
    assert sum(row["articles"] for row in stats) == found


def test_there_is_no_other_date(archive: Path, site: Site) -> None:
    assert forge().start(["--archive", str(archive), "stats", "--date", "first_seen"]).wait()[0] == 2
    answer = site.ask("/questions/trends?q=snow&date=%3Cb%3E")
    assert answer.status == 400
    assert "expected updated or created" in answer.text
