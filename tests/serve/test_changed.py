"""The list of what changed after publication: in order, in pages, by month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from multidict import MultiDict

from harbincrawl.archive.changes import count_changed, count_changes, list_changes, list_last_changes, read_change
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.serve.answers import PageError
from harbincrawl.serve.pager import read_page
from tests.support.archives import build_archive
from tests.support.web_site import BAD, Site, running


def seen(change: int) -> str:
    """When the change of that number was seen: three months, forty days between."""
    return f"2024-{1 + change // 20:02}-{1 + change % 20:02}T08:00:00Z"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty-five changes of forty-four articles, two of them of one; sixty articles of one day of the year."""
    articles: list[dict[str, Any]] = [
        {"number": number, "title": f"Now {number}", "body": "Snow fell.", "revision": 2, "last_changed": seen(number)}
        for number in range(44)
    ]
    articles[7] |= {"revision": 3, "last_changed": seen(44)}
    articles += [
        {"number": number, "title": f"Of the day {number}", "created": f"{1950 + number % 60}-11-30"}
        for number in range(100, 160)
    ]
    revisions = [
        {"number": number, "revision": 1, "title": f"Then {number}", "body": "Snow fell.", "replaced": seen(number)}
        for number in range(44)
    ]
    revisions.append(
        {"number": 7, "revision": 2, "title": "Now 7", "body": "Rain fell.", "source": BAD, "replaced": seen(44)}
    )
    return build_archive(tmp_path_factory.mktemp("changed") / "archive", articles, revisions=revisions)


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[Site]:
    with running(archive) as started:
        yield started


def test_changes_are_counted_and_listed_the_last_one_first(archive: Path) -> None:
    with closing(open_reader(archive)) as connection:
        assert count_changes(connection) == {"2024-03": 5, "2024-02": 20, "2024-01": 20}
        assert count_changed(connection) == 44
        found = list_changes(connection, 100)
        assert [each.seen for each in found] == [seen(number) for number in range(44, -1, -1)]
        assert (found[0].number, found[0].revision) == (7, 2)
        assert list_changes(connection, 3, 2) == found[2:5]
        assert list_changes(connection, 100, 0, "2024-02") == found[5:25]
        assert [each.number for each in list_last_changes(connection, 3)] == [7, 43, 42]
        assert 7 not in [each.number for each in list_last_changes(connection, 100)][1:]
        old, new = read_change(connection, found[0]) or (None, None)
        assert (old and old.body, new and new.body) == ("Rain fell.", "Snow fell.")


def test_all_changes_are_on_the_pages_of_the_list_each_once(site: Site) -> None:
    found: list[tuple[str, int]] = []
    address = "/changes.json"
    while address:
        page = site.json(address)
        assert page["total"] == 45
        found += [(each["id"], each["from"]) for each in page["changes"]]
        address = page["next"]
    assert len(found) == len(set(found)) == 45
    second = site.ask("/changes?page=2").text
    assert "21–40 of 45" in second
    assert 'rel="prev" href="/changes"' in second and 'rel="next" href="/changes?page=3"' in second
    third = site.ask("/changes?page=3").text
    assert "41–45 of 45" in third and 'rel="next"' not in third


def test_changes_can_be_seen_by_month(site: Site) -> None:
    page = site.ask("/changes?month=2024-03").text
    assert "<b>5</b> changes seen in" in page
    assert re.findall(r'<h2><a href="/articles/harbin-today:(\d+)">', page) == ["7", "43", "42", "41", "40"]
    assert re.findall(r'href="/changes\?month=([\d-]+)"', page) == ["2024-03", "2024-02", "2024-01"]
    assert 'href="/changes?month=2024-03" aria-current="page"' in page
    assert site.json("/changes.json?month=2024-02")["total"] == 20
    assert site.json("/changes.json?month=2019-02")["changes"] == []


def test_a_title_that_changed_stands_as_the_title_and_later_ones_are_told_beside(site: Site) -> None:
    page = re.sub(r"\s+", " ", site.ask("/changes").text)
    assert "<bdi><del>Then</del> <ins>Now</ins> 43</bdi>" in page
    assert 'href="/articles/harbin-today:43/revisions/1..2">revision 1 to 2</a>' in page
    last = re.sub(r"\s+", " ", site.ask("/changes?page=2").text)
    # Article 7 has another revision since: its title stands, and what changed then is below it.
    assert '<a href="/articles/harbin-today:7"><bdi>Now 7</bdi></a></h2> <p class="edited">' in last


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/changes?page=4", 404, "expected a number from 1 to 3"),
        ("/changes?page=0", 404, "expected a number from 1 to 3"),
        ("/changes?page=x", 404, "expected a number from 1 to 3"),
        ("/changes?page=%D9%A1", 404, "expected a number from 1 to 3"),
        ("/changes?page=99999999999999999999", 404, "expected a number from 1 to 3"),
        ("/changes?month=March", 400, "expected one such as 2024-05"),
        ("/changes?month=2024-13", 400, "expected one such as 2024-05"),
    ],
)
def test_what_is_no_page_month_or_day_is_answered_by_what_is_expected(
    site: Site, path: str, status: int, said: str
) -> None:
    reply = site.ask(path.replace("<", "%3C").replace(">", "%3E"))
    assert (reply.status, said in reply.text, "<script>" in reply.text) == (status, True, False)


def test_a_range_is_of_the_entries_that_are_shown() -> None:
    assert [read_page(MultiDict({"page": str(page)}), 1463, 20).describe() for page in (1, 2, 74)] == [
        "1–20 of 1,463", "21–40 of 1,463", "1,461–1,463 of 1,463"
    ]  # fmt: skip
    assert read_page(MultiDict(), 20, 20).describe() == ""
    assert read_page(MultiDict(), 0, 20).last == 1
    with pytest.raises(PageError):
        read_page(MultiDict({"page": "2"}), 20, 20)
