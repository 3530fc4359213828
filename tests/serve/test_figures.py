"""Charts on pages: their bars have the hits they say, they are cited, and leave as files of the same numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from lxml import etree, html

from harbincrawl.serve.answers import PICTURE
from tests.support.archives import build_archive
from tests.support.web_site import BAD, Site, running

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Twelve articles each month of two years, every third with the word, and one without a date."""
    articles: list[dict[str, Any]] = [
        {"number": number, "title": f"About {'snow' if number % 3 == 0 else 'metro'} {number}",
         "created": f"20{19 + number // 144}-{number // 12 % 12 + 1:02}-{number % 12 + 1:02}",
         "author": ("Li Na", "Wu Qiu", BAD)[number % 3], "section_path": ("news", "culture")[number % 2],
         "section": ("News", "Culture")[number % 2], "body": [f"Words {number}."]}
        for number in range(288)
    ]  # fmt: skip
    articles.append({"number": 999, "title": "About snow", "created": None, "updated": None, "body": ["Words 999."]})
    archive = build_archive(tmp_path_factory.mktemp("dated") / "archive", articles[1:])
    with running(archive) as site:
        yield site


def read_bars(site: Site, path: str) -> list[tuple[str, str]]:
    """(label, address) of each bar of the first strip of a page."""
    page = html.fromstring(site.ask(path).text)
    return [(each.get("aria-label"), each.get("href")) for each in page.cssselect("figure.strip a.bar")]


@pytest.mark.parametrize(("path", "count"), [("/search?q=snow&section=news", 2), ("/search?q=snow", 24), ("/", 24)])
def test_a_bar_has_as_many_hits_as_it_says(dated: Site, path: str, count: int) -> None:
    bars = read_bars(dated, path)
    assert len(bars) == count
    for label, address in bars[:3]:
        number = int(re.search(r": (\d+)", label)[1])  # type: ignore[index]
        assert dated.json(address.replace("/search", "/search.json", 1))["total"] == number > 0
        if of := re.search(r"of (\d+) articles", label):
            base = address.replace("/search", "/search.json", 1).replace("q=snow&", "")
            assert dated.json(base)["total"] == int(of[1]) > number
        # A month is marked among those of its year.
        assert (' chosen"' in dated.ask(address).text) == (count > 2)


@pytest.mark.parametrize("path", ["/", "/search", "/search?q=snow", "/sections", "/authors", "/sources",
                                  "/trends?q=snow"])  # fmt: skip
def test_the_same_strip_is_on_every_page_of_the_archive(dated: Site, path: str) -> None:
    page = html.fromstring(dated.ask(path).text)
    assert len(page.cssselect("figure.strip svg a.bar")) == 24
    assert len(page.cssselect("figure.strip")) == 1
    assert "1 without a date is not shown." in page.cssselect("figcaption")[0].text_content()


def test_values_have_their_years_beside_them(dated: Site) -> None:
    page = html.fromstring(dated.ask("/sections").text)
    labels = {each.getparent().cssselect("bdi")[0].text: each.get("aria-label") for each in page.cssselect(".spark")}
    assert labels == {"Culture": "2019 to 2020; most in 2019: 72", "News": "2019 to 2020; most in 2020: 72"}


def test_the_first_page_has_rows_of_what_changed_and_what_is_gone(tmp_path: Path) -> None:
    articles = [
        {"number": number, "created": f"20{18 + number % 5}-05-01", "title": f"About {number}",
         "revision": 1 + (number == 7), "status": "gone" if number in (6, 11) else "live"}
        for number in range(1, 90)
    ]  # fmt: skip
    with running(build_archive(tmp_path / "archive", articles)) as site:
        page = html.fromstring(site.ask("/").text)
        changed, gone = page.cssselect(".scope svg.row")
        assert [each.text for each in changed.cssselect("title")] == ["2020: 1 changed after they were first seen"]
        assert [each.get("aria-label") for each in gone.cssselect("a")] == ["2019: 2 gone from the site"]
        assert site.json(gone.cssselect("a")[0].get("href").replace("/search", "/search.json"))["total"] == 2
        assert "gone from the site: 2." in page.cssselect("figcaption")[0].text_content()
        assert 'svg class="row"' not in site.ask("/search").text
        # What the filter leaves out stands in the picture, not in the table.
        assert len(read_bars(site, "/search?since=2020")) == 5
        table = site.ask("/trends.csv?since=2020").text.splitlines()
        assert table == ["period,articles", "2020,18", "2021,18", "2022,18"]


def test_an_empty_archive_has_no_strip(tmp_path: Path) -> None:
    with running(build_archive(tmp_path / "archive")) as site:
        for path in ("/", "/search", "/sections", "/trends?q=snow"):
            reply = site.ask(path)
            assert (reply.status, "<figure" in reply.text) == (200, False)
        assert site.ask("/trends.svg?q=snow").status == 404


def test_the_title_of_a_page_has_the_numbers_of_its_search(dated: Site) -> None:
    page = dated.ask("/search?q=snow&section=news&since=2019-05-03&until=2019-06-01").text
    total = dated.json("/search.json?q=snow&section=news&since=2019-05-03&until=2019-06-01")["total"]
    of = dated.json("/search.json?section=news&since=2019-05-03&until=2019-06-01")["total"]
    assert f"{total} of {of} articles of the section News, 2019-05-03 to 2019-06-01, have “snow”" in page
    assert 0 < total < of


def test_hostile_names_are_texts_in_charts_captions_and_citations(dated: Site) -> None:
    for path in ("/search", "/trends"):
        page = dated.ask(f"{path}?q=%3Cscript%3E&author=%3Cscript%3Ealert(1)%3C/script%3E%22%3E").markup
        assert "<script" not in page
    names = urlencode({"q": f"snow OR {BAD}", "author": BAD})
    picture = dated.ask(f"/trends.svg?{names}").body
    assert b"alert(1)" in picture
    assert [each.tag for each in etree.fromstring(picture).iter() if "script" in str(each.tag)] == []


def test_a_chart_says_how_it_is_cited(dated: Site) -> None:
    page = html.fromstring(dated.ask("/trends?q=snow&q=metro&section=news&by=year&smooth=3").text)
    cited = page.cssselect(".cite-chart p")[0].text_content()
    assert cited.startswith(
        "Hits of “snow” and “metro” per 1,000 articles of 3 years around each, of the section News, by year (updated),"
        " in the archive of Harbin Today (http://e.my399.com"
    )
    assert cited.endswith(f"<http://127.0.0.1:{dated.port}/trends?q=snow&q=metro&section=news&by=year&smooth=3>.")
    assert "harbincrawl 0." in cited
    # The address that is cited is the page again.
    again = html.fromstring(dated.ask(urlsplit(cited.split("<")[1]).path + "?" + cited.split("?")[1][:-2]).text)
    assert again.cssselect(".cite-chart p")[0].text_content() == cited


def test_trends_leave_as_a_table_and_as_a_picture_that_stands_for_itself(dated: Site) -> None:
    address = "q=snow&q=%3Dmetro&by=year"
    rows = list(csv.DictReader(io.StringIO(dated.ask(f"/trends.csv?{address}").text)))
    found = dated.json(f"/trends.json?{address}")
    assert [(row["period"], row["hits"]) for row in rows[:2]] == [
        (each["period"], str(each["series"][0]["hits"])) for each in found["periods"]
    ]
    assert rows[2]["query"] == "'=metro"
    reply = dated.ask(f"/trends.svg?{address}")
    assert reply.headers["Content-Type"] == "image/svg+xml"
    assert reply.headers["Content-Security-Policy"] == PICTURE
    assert 'filename="trends.svg"' in reply.headers["Content-Disposition"]
    texts = " ".join(each.text or "" for each in etree.fromstring(reply.body).iter(f"{SVG}text"))
    assert "in the archive of Harbin Today" in texts
    assert "1 without a date is not shown." in texts


@pytest.mark.parametrize(
    "path",
    ["/search", "/search?section=news", "/search?q=snow&section=news&since=2019&until=2019",
     "/search?q=snow&since=2019-03-04&until=2019-03-05"],
)  # fmt: skip
def test_what_a_strip_offers_to_take_along_are_its_own_numbers(dated: Site, path: str) -> None:
    page = html.fromstring(dated.ask(path).text)
    taken = {each.text: each.get("href") for each in page.cssselect("figure.strip .takeaway p a")}
    bars = [each.get("aria-label") for each in page.cssselect("a.bar")]
    rows = list(csv.DictReader(io.StringIO(dated.ask(taken["CSV"]).text)))
    assert len(rows) == len(bars)
    hits = "hits" if "hits" in rows[0] else "articles"
    assert all(f": {row[hits]} " in bar for row, bar in zip(rows, bars, strict=True))
    assert b"<rect" in dated.ask(taken["SVG"]).body
    assert dated.ask(taken.get("JSON", "/index.json")).status == 200
    cited = page.cssselect(".cite-chart p")[0].text_content()
    assert cited.endswith(f"{path}>.")


def test_keywords_leave_as_a_picture(dated: Site) -> None:
    reply = dated.ask("/keywords.svg?q=snow")
    texts = [each.text for each in etree.fromstring(reply.body).iter(f"{SVG}text")]
    assert dated.json("/keywords.json?q=snow")["keywords"][0]["word"] in texts
    assert "articles that have “snow”" in " ".join(filter(None, texts))
    assert dated.ask("/keywords.svg").status == 404
