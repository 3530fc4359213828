"""Every count over time goes by the same date: the printed one, else that in the address."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from harbincrawl.api import open_archive
from tests.support.archives import build_archive
from tests.support.crawling import execute

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


def count(length: int, word: str = "", since: str = "", until: str = "9") -> dict[str | None, int]:
    days = [each["updated"] or each["created"] for each in ARTICLES if word in each["title"]]
    return Counter(
        day[:length] if day else None for day in days if not (since or until < "9") or since <= (day or "") <= until
    )


def run(archive: Path, *words: str) -> str:
    code, printed, told = execute(archive, *words)
    assert code == 0, told
    return str(printed)


def test_stats_facets_trends_and_card_count_by_the_same_date(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive", ARTICLES)
    stats = json.loads(run(archive, "stats", "--json"))
    for by, length in (("year", 4), ("month", 7)):
        assert {row["value"]: row["articles"] for row in stats if row["by"] == by} == count(length)
    facet = json.loads(run(archive, "search", "snow", "--facet", "year", "--format", "json"))
    assert {row["value"]: row["articles"] for row in facet} == count(4, "Snow")
    trends = json.loads(run(archive, "trends", "snow", "--json"))
    shown = {row["period"]: (row["articles"], row["hits"]) for row in trends}
    assert shown == {year: (count(4).get(year, 0), count(4, "Snow").get(year, 0)) for year in shown}
    with open_archive(archive) as opened:
        assert opened.count(since="2019", until="2019") == count(4)["2019"]
    run(archive, "export", str(tmp_path / "b"))
    card = (tmp_path / "b" / "README.md").read_text(encoding="utf-8")
    assert "dated 2019-01-02 to 2021-07-01" in card
    counted = dict(re.findall(r"^\| (\d{4}) \| (\d+) \|$", card, re.MULTILINE))
    assert counted == {year: str(number) for year, number in count(4).items() if year}
