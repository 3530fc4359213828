"""The first page: what is chosen for it, and that it looks whole whatever the archive has."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.search.corpus.keywords import Frequencies
from harbincrawl.search.newest import NewArticle
from harbincrawl.serve import front
from harbincrawl.serve.handlers import home
from harbincrawl.serve.readers import Deadline, Memory, Reader
from tests.support.archives import build_archive
from tests.support.web_site import BAD, Site, running

TODAY = """from datetime import date
from harbincrawl.serve.handlers import home
home.find_today = lambda: date(2026, 11, 30)
"""
"""Put before the server's start: the day on which its pages are made."""
NEWS = "words " * 80


def new(number: int, **values: Any) -> NewArticle:
    """An article with a picture, a caption and a text, of a day that rises with its number."""
    default = NewArticle(number, 700_000 + number, 100, False, False, f"{number}.png", f"Caption {number}", None)
    return default._replace(**values)


def keep_pictures(archive: Path) -> None:
    """Each picture of the archive has a file of its own."""
    (archive / "media").mkdir(exist_ok=True)
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        rows = connection.execute("SELECT number, position FROM images").fetchall()
        for number, position in rows:
            name = f"{number:060}{position:04}.png"
            (archive / "media" / name).write_bytes(b"\x89PNG\r\n\x1a\n")
            connection.execute(
                "UPDATE images SET media = ? WHERE number = ? AND position = ?", (name, number, position)
            )


def add_run(archive: Path) -> None:
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute(
            "INSERT INTO runs(kind, started, ended, outcome, exit_code, arguments, versions, report) VALUES"
            " ('crawl', '2026-11-29T04:00:00Z', '2026-11-29T04:10:00Z', 'complete', 0, '{}', '{}', '{}')"
        )


@pytest.fixture(scope="module")
def newsy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with all that the first page shows: 120 articles of six years, pictures, changes, words of a month."""
    articles: list[dict[str, Any]] = [
        {"number": number, "title": f"News {number}",
         "created": f"20{10 + number % 6}-{1 + number % 12:02}-{1 + number % 28:02}",
         "body": [f"{NEWS} lantern" if number % 2 else NEWS],
         "section_path": ("news", "culture/music")[number % 5 == 0]}
        for number in range(1, 101)
    ]  # fmt: skip
    articles += [
        {"number": number, "title": f"Newest {number}", "created": f"2026-10-{number - 100:02}",
         "body": [f"{NEWS} sturgeon sturgeon {'copper' if number == 103 else ''}", "And more."],
         "images": [{"url": f"http://e.my399.com/{number}.png", "caption": f"Seen at {number}", "credit": "Li Na"}]}
        for number in range(101, 121)
    ]  # fmt: skip
    articles += [
        {"number": 200 + year, "title": f"In {2000 + year}", "created": f"20{year:02}-11-30"} for year in range(12, 26)
    ]
    articles[3] |= {"revision": 2, "title": "News 4, corrected", "last_changed": "2026-11-02T08:00:00Z"}
    articles[4] |= {"revision": 3, "body": "One two three five", "last_changed": "2026-11-03T08:00:00Z"}
    archive = build_archive(
        tmp_path_factory.mktemp("newsy") / "archive",
        articles,
        revisions=[
            {"number": 4, "revision": 1, "title": "News 4", "body": [NEWS], "replaced": "2026-11-02T08:00:00Z",
             "updated": "2014-05-05", "source": "chinadaily.com.cn"},
            {"number": 5, "revision": 1, "title": "News 5", "body": "One two four", "replaced": "2026-10-03T08:00:00Z"},
            {"number": 5, "revision": 2, "title": "News 5", "body": "One two four five",
             "replaced": "2026-11-03T08:00:00Z", "updated": "2015-06-06", "source": "chinadaily.com.cn"},
        ],
    )  # fmt: skip
    keep_pictures(archive)
    add_run(archive)
    return archive


@pytest.fixture(scope="module")
def site(newsy: Path) -> Iterator[Site]:
    with running(newsy, prelude=TODAY) as started:
        yield started


@pytest.mark.parametrize(
    ("articles", "lead"),
    [
        ([new(3), new(2), new(1)], 3),
        ([new(3, media=None), new(2), new(1)], 2),
        ([new(3, words=0), new(2), new(1)], 2),
        ([new(3, is_gone=True), new(2, is_copy=True), new(1)], 1),
        ([new(3, day=5, caption=None), new(2, day=5), new(1, day=4)], 2),
        ([new(3, day=5, words=70), new(2, day=5, words=900), new(1, day=4, words=5000)], 2),
        ([new(3, media=None, words=0), new(2, media=None, words=70), new(1, media=None, words=80)], 2),
        ([new(3, media=None, words=0), new(2, media=None, words=0)], 3),
        ([new(3, is_gone=True), new(2, is_gone=True)], 3),
        ([new(2, words=3), new(1, media=None, words=500)], 2),
        ([], None),
    ],
)
def test_the_lead_is_of_the_newest_day_that_has_a_picture_and_a_text(
    articles: list[NewArticle], lead: int | None
) -> None:
    found = front.choose_lead(articles)
    assert (found.number if found else None) == lead


def test_pictures_are_each_of_another_article_and_another_file() -> None:
    lead = new(9)
    articles = [lead, new(8, media="9.png"), new(7), new(6, media="7.png"), new(5, media=None), new(4, is_gone=True),
                new(3, is_copy=True), new(2), new(1)]  # fmt: skip
    assert [each.number for each in front.choose_pictures(articles, lead, 5)] == [7, 2, 1]
    assert [each.number for each in front.choose_pictures(articles, None, 2)] == [9, 7]


def test_the_nearest_days_begin_with_today_and_are_all_days_of_the_year() -> None:
    found = list(front.list_nearest(date(2026, 1, 1)))
    assert found[:5] == [(1, 1), (12, 31), (1, 2), (12, 30), (1, 3)]
    assert len(set(found)) == 366
    assert list(front.list_nearest(date(2024, 2, 29)))[:3] == [(2, 29), (2, 28), (3, 1)]


def test_the_days_before_and_behind_go_round_the_year() -> None:
    day, seen = (1, 1), []
    for _ in range(366):
        seen.append(day)
        assert front.shift_day(front.shift_day(day, 1), -1) == day
        day = front.shift_day(day, 1)
    assert day == (1, 1) and len(set(seen)) == 366 and (2, 29) in seen


def test_a_day_is_looked_for_only_where_its_month_has_articles() -> None:
    assert front.list_days(["2023-02", "2024-02", "2024-03", ""], (2, 29)) == [date(2024, 2, 29)]


def test_of_a_day_each_year_has_one_article_before_any_has_two() -> None:
    articles = [new(9, day=30), new(8, day=30), new(7, day=20, is_copy=True), new(6, day=20), new(5, day=10)]
    assert [each.number for each in front.choose_years(articles, 3)] == [9, 6, 5]
    assert [each.number for each in front.choose_years(articles, 6)] == [9, 8, 6, 5]


@pytest.mark.parametrize(
    ("months", "month"),
    [({"2024-05": 9, "2024-04": 10, "2024-03": 10}, "2024-04"), ({"2024-05": 50}, None), ({}, None),
     ({"2024-05": 50, "2024-04": 3}, None), ({"": 90, "2024-05": 10}, "2024-05")],
)  # fmt: skip
def test_words_are_of_the_newest_month_that_has_enough_articles(months: dict[str, int], month: str | None) -> None:
    assert front.choose_month(months) == month


def test_words_of_a_month_are_no_numbers_and_nothing_that_chance_may_have_done() -> None:
    def word(text: str, likelihood: float = 50.0, frequency: int = 9) -> Frequencies:
        return Frequencies(text, likelihood, frequency, 1.0, 0, 0.0)

    words = [word("sturgeon"), word("its"), word("2024"), word("lamp5"), word("likely", 10.0), word("once", 50.0, 1),
             word("冰雪"), word("雪"), word("élan")]  # fmt: skip
    assert front.choose_words(words) == ["sturgeon", "冰雪", "élan"]


def test_the_opening_of_a_text_is_short_and_says_that_it_goes_on() -> None:
    assert front.cut_opening("One.\n\nTwo.") == ["One.", "Two."]
    assert front.cut_opening("") == []
    (long,) = front.cut_opening("word " * 1000)
    assert long.endswith("word …") and len(long) < 1000
    assert len("".join(front.cut_opening("雪" * 100_000))) < 1000
    many = front.cut_opening("\n\n".join(["A line."] * 50))
    assert len(many) < 8 and many[-1].endswith(" …") and many[0] == "A line."


def test_the_first_page_has_news_in_front(site: Site) -> None:
    page = site.ask("/").text
    lead = re.search(r'<h2 id="lead"><a href="([^"]+)"><bdi>([^<]+)', page)
    assert lead and lead.groups() == ("/articles/harbin-today:120", "Newest 120")
    pictures = re.findall(r'<img src="/media/(\w+)\.png"[^>]*alt="(Seen at \d+)"', page)
    assert [alt for _, alt in pictures] == [f"Seen at {number}" for number in range(120, 113, -1)]
    assert len({name for name, _ in pictures}) == 7
    assert site.ask(f"/media/{pictures[0][0]}.png").status == 200
    assert "<h2 " in page and "<h3>Also new</h3>" in page and ">Newest 113<" in page


def test_what_changed_stands_in_front_with_its_words(site: Site) -> None:
    page = re.sub(r"\s+", " ", site.ask("/").text)
    first = page.index("One two <del>four</del> <ins>three</ins> five")
    second = page.index("<bdi>News <del>4</del> <ins>4, corrected</ins>")
    assert first < second
    assert "Text changed · " in page and "Title changed · " in page
    assert 'href="/articles/harbin-today:5/revisions/2..3">revision 2 to 3</a>' in page
    assert 'href="/articles/harbin-today:4/revisions/1..2">revision 1 to 2</a>' in page
    assert '<time datetime="2026-11-03T08:00:00Z">3 November 2026, 08:00 UTC</time>' in page
    assert "All 2 changed articles" in page
    changed = site.json("/index.json")["changed"]
    assert [(each["id"], each["from"], each["to"], each["field"]) for each in changed] == [
        ("harbin-today:5", 2, 3, "body"), ("harbin-today:4", 1, 2, "title")
    ]  # fmt: skip


def test_this_day_of_other_years_stands_in_front(site: Site) -> None:
    page = site.ask("/").text
    assert "On this day <span>30 November</span>" in page
    assert re.findall(r'class="year">(\d+)</span>', page) == ["2025", "2024", "2023", "2022", "2021", "2020"]
    assert '<a href="/days/11-30">All 14 articles of 30 November</a>' in page
    found = site.json("/index.json")["on_this_day"]
    assert (found["day"], found["total"], found["articles"][0]["title"]) == ("11-30", 14, "In 2025")


def test_where_the_day_has_nothing_the_nearest_one_is_named_as_such(tmp_path: Path) -> None:
    articles = [{"number": 1, "created": "2020-11-27"}, {"number": 2, "created": "2026-11-30"},
                {"number": 3, "created": "2021-12-04"}]  # fmt: skip
    with running(build_archive(tmp_path / "archive", articles), prelude=TODAY) as site:
        page = site.ask("/").text
        assert "On this day" not in page
        assert "On a day near this one <span>27 November</span>" in page
        assert "Nothing of other years was printed on 30 November" in page
        assert site.json("/index.json")["on_this_day"]["day"] == "11-27"


def test_words_of_the_month_lead_to_as_many_hits_as_they_say(site: Site) -> None:
    words = site.json("/index.json")["words"]
    assert words["month"] == "2026-10" and words["articles"] == 20
    assert words["words"][0]["word"] == "sturgeon"
    assert "copper" not in [each["word"] for each in words["words"]], "one article alone has it"
    for each in words["words"]:
        assert site.json(each["search"].replace("/search", "/search.json"))["total"] == each["hits"] > 1
    page = site.ask("/").text
    assert '<a href="/search?q=sturgeon&amp;since=2026-10&amp;until=2026-10"><bdi>sturgeon</bdi></a>' in page
    assert 'href="/keywords?since=2026-10&amp;until=2026-10"' in page


def test_sections_and_years_say_how_many_hits_they_lead_to(site: Site) -> None:
    page = site.ask("/").text
    found = re.findall(
        r'href="/search\?([^"]*(?:section|since)=[^"]+)"><(?:bdi>[^<]*</bdi></a>|b>\d+</b>) <span>([\d,]+)', page
    )
    assert len(found) >= 2 + 7
    for parameters, number in found:
        total = site.json(f"/search.json?{parameters.replace('&amp;', '&')}")["total"]
        assert total == int(number.replace(",", "")), parameters


def test_the_first_page_as_json_keeps_its_keys(site: Site) -> None:
    found = site.json("/index.json")
    assert {"articles", "gone", "unknown", "copies", "wanted", "newest", "exit_code", "health"} <= found.keys()
    assert {"lead", "pictures", "changed", "on_this_day", "words"} <= found.keys()
    assert found["newest"][0]["id"] == found["lead"] == "harbin-today:120"


@pytest.mark.parametrize(
    "articles",
    [
        [],
        [{"number": 1}],
        [{"number": 1, "title": None, "body": None, "section": "", "section_path": "", "source": None}],
        [{"number": number, "created": None, "updated": None, "body": NEWS} for number in range(1, 30)],
        [{"number": number, "status": "gone"} for number in range(1, 4)],
        [{"number": 1, "created": "9999-12-31"}, {"number": 2, "created": "0001-01-01"}],
        [{"number": 1, "title": BAD, "section": BAD, "author": BAD, "source": BAD, "body": BAD, "created": "2020-02-29",
          "images": [{"url": "http://e.my399.com/a.png", "caption": BAD, "credit": BAD}]}],
    ],
    ids=["empty", "one", "bare", "undated", "gone", "far", "hostile"],
)  # fmt: skip
def test_an_archive_that_lacks_things_has_no_empty_place_on_its_first_page(
    tmp_path: Path, articles: list[dict[str, Any]]
) -> None:
    archive = build_archive(tmp_path / "archive", articles)
    keep_pictures(archive)
    with running(archive, prelude=TODAY) as site:
        reply = site.ask("/")
        assert reply.status == 200, reply.text
        page = re.sub(r"\s+", " ", reply.markup)
        assert not re.search(r"<(ul|ol|section|div|article|p|h2|h3)[^>]*> ?</\1>", page)
        assert page.count("<section") == page.count("</section>")
        assert "<script" not in page and "<img src=x" not in page and "\x1b" not in page and "\u202e" not in page
        assert ("Changed after publication" in page, 'id="lead"' in page) == (False, bool(articles))
        assert site.json("/index.json")["changed"] == []
        assert site.ask("/changes").status == site.ask("/days/02-29").status == 200


def test_an_article_of_a_day_to_come_does_not_lead(tmp_path: Path) -> None:
    articles = [
        {"number": 1, "created": "2099-01-01", "body": NEWS},
        {"number": 2, "created": "2026-11-29", "body": NEWS},
    ]
    with running(build_archive(tmp_path / "archive", articles), prelude=TODAY) as site:
        assert site.json("/index.json")["lead"] == "harbin-today:2"


def make_reader(archive: Path, memory: Memory, state: int) -> Reader:
    return Reader(open_reader(archive), archive, memory, state, Deadline())


def test_words_are_found_once_a_run_and_what_is_purged_is_gone_at_once(
    newsy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []

    def find(*arguments: Any) -> tuple[Frequencies, ...]:
        found.append(arguments[1])
        return (Frequencies("sturgeon", 99.0, 40, 1.0, 0, 0.0),)

    archive = tmp_path / "archive"
    archive.mkdir()
    with closing(sqlite3.connect(newsy / FILE)) as source, closing(sqlite3.connect(archive / FILE)) as target:
        source.backup(target)
    monkeypatch.setattr(home, "find_month_words", find)
    memory, months = Memory(), {"2026-10": 20, "2015-01": 30}

    def ask(state: int, articles: int = 134) -> Any:
        return home.find_words(make_reader(archive, memory, state), months, articles)

    def change(sql: str) -> None:
        with closing(sqlite3.connect(archive / FILE)) as connection, connection:
            connection.execute(sql)

    assert ask(1).words == [("sturgeon", 20)]
    for state in range(2, 9):
        change("UPDATE facts SET value = value WHERE name = 'id'")
        assert ask(state, 134 + state).words == [("sturgeon", 20)]
    assert len(found) == 1
    add_run(archive)
    ask(10)
    assert len(found) == 2
    change("INSERT INTO purged VALUES (7000, 1, '2026-11-30T00:00:00Z')")
    ask(11)
    assert len(found) == 3
    ask(12, 500)
    assert len(found) == 4
    # How many articles have it is never of before.
    change("DELETE FROM articles_fts WHERE rowid IN (SELECT key FROM articles WHERE number < 120 AND number > 101)")
    assert ask(13, 500).words == [("sturgeon", 2)]
    assert len(found) == 4


def test_words_that_take_too_long_are_left_out(newsy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(*_: Any) -> Any:
        error = sqlite3.OperationalError("interrupted")
        error.sqlite_errorname = "SQLITE_INTERRUPT"
        raise error

    monkeypatch.setattr(home, "find_month_words", find)
    assert home.find_words(make_reader(newsy, Memory(), 1), {"2026-10": 20, "2015-01": 30}, 134) is None


def test_the_mark_is_served_for_ever_and_browsers_find_it(site: Site, small: Path) -> None:
    address = re.search(r'<link rel="icon" type="image/svg\+xml" href="(/mark-\w{12}\.svg)">', site.ask("/").text)
    assert address
    mark = site.ask(address[1])
    assert (mark.status, mark.headers["Content-Type"]) == (200, "image/svg+xml")
    assert "max-age=31536000" in mark.headers["Cache-Control"]
    icon = site.ask("/favicon.ico")
    assert (icon.status, icon.headers["Content-Type"], icon.body) == (200, "image/svg+xml", mark.body)
    for reply in (mark, icon):
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert b"<script" not in mark.body and b"href" not in mark.body
    with running(small, "--base-path", "/x") as below:
        page = below.ask("/x/").text
        own = re.search(r'rel="icon"[^>]*href="(/x/mark-\w+\.svg)"', page)
        assert own and below.ask(own[1]).status == below.ask("/x/favicon.ico").status == 200
