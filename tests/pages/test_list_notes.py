"""Summaries of lists are free of labelled counts and totals, which stand beside them; printed totals are read."""

from __future__ import annotations

from datetime import date

import pytest

from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Listing
from tests.support.sites import HARBIN_TODAY as SITE

LIST = f"{SITE.base}/news/"
WAY = "<p><a href=/>Home</a> &gt; <a href=/news/>Harbin Today</a></p>"
NEXT = "<p><a href=/news/index_2.html>Onward</a></p>"
SAID = "What story {} says in its first sentence."


def link(number: int) -> str:
    return f"<a href=/news/2016-05-0{number}/{number}.html>Story {number}</a>"


def read(body: str, page: int = 1) -> Listing:
    return read_listing(
        f"<html><body>{WAY}{body}</body></html>", LIST if page == 1 else f"{LIST}index_{page}.html", SITE
    )


def summaries(listing: Listing) -> list[str | None]:
    return [line.summary for line in listing.lines]


def test_blocks_by_style_divide_title_day_and_summary() -> None:
    made = "".join(
        f"<span style='display: block'>{text}</span>"
        for n in range(1, 6)
        for text in (link(n), f"2016-05-0{n}", SAID.format(n))
    )
    listing = read(f"<div>{made}</div>{NEXT}")
    assert [(line.date, line.summary) for line in listing.lines] == [
        (date(2016, 5, n), SAID.format(n)) for n in range(1, 6)
    ]


@pytest.mark.parametrize(
    "printed",
    [
        "Total: 24",
        "共24条",
        "24 records, 3 pages",
        "1/3 pages, 24 items",
        "共 24 条记录 1/3 页",
        "Showing 1-8 of 24",
        "24 articles",
    ],
)
@pytest.mark.parametrize("place", ["above the pager", "behind the pager", "above the list", "above both"])
def test_a_labelled_total_beside_list_or_pager_is_read(printed: str, place: str) -> None:
    made = "<ul>" + "".join(f"<li><h3>{link(n)}</h3><p>{SAID.format(n)}</p></li>" for n in range(1, 9)) + "</ul>"
    count = f"<div>{printed}</div>"
    listing = read({
        "above the pager": f"<div>{made}{count}{NEXT}</div>",
        "behind the pager": f"<div>{made}{NEXT}{count}</div>",
        "above the list": f"<div>{count}{made}{NEXT}</div>",
        "above both": f"<div>{count}{NEXT}{made}{NEXT}</div>",
    }[place])  # fmt: skip
    assert (listing.total, listing.next_page, listing.unaccounted) == (24, f"{LIST}index_2.html", ())
    assert summaries(listing) == [SAID.format(n) for n in range(1, 9)]


@pytest.mark.parametrize(
    "printed", ["24", "1/3", "Total: 3 pages", "3 items", "24 votes", "Total: 24 votes", "In 24 records"]
)
def test_what_may_count_something_else_is_no_total(printed: str) -> None:
    made = "<ul>" + "".join(f"<li><h3>{link(n)}</h3><p>{SAID.format(n)}</p></li>" for n in range(1, 9)) + "</ul>"
    assert read(f"<div>{made}<div>{printed}</div>{NEXT}</div>").total is None


def test_the_count_on_a_last_page_is_no_part_of_its_only_item() -> None:
    listing = read(f"<ul><li><h3>{link(1)}</h3><p>{SAID.format(1)}</p></li></ul><div>Total: 17</div>", page=3)
    assert (summaries(listing), listing.total) == ([SAID.format(1)], 17)


@pytest.mark.parametrize(
    "said", ["Sunflower cakes came.", "Sun Wei, 37, came.", "Sunday's snow fell.", "Mon Repos fell."]
)
@pytest.mark.parametrize("blank", ["", " "])
def test_a_word_behind_a_day_that_begins_as_a_weekday_is_of_the_summary(said: str, blank: str) -> None:
    made = "".join(
        f"<li>{link(n)}<br>2016-05-0{n}{blank}{said if n == 2 else SAID.format(n)}</li>" for n in range(1, 6)
    )
    listing = read(f"<ul>{made}</ul>{NEXT}")
    assert [(line.date, line.summary) for line in listing.lines] == [
        (date(2016, 5, n), said if n == 2 else SAID.format(n)) for n in range(1, 6)
    ]


@pytest.mark.parametrize("weekday", ["Sun", "Sunday", "Sun.", "周日"])
def test_a_weekday_behind_a_day_is_of_the_day(weekday: str) -> None:
    made = "".join(f"<li>{link(n)}<i>2016-05-0{n} {weekday}</i><p>{SAID.format(n)}</p></li>" for n in range(1, 6))
    assert summaries(read(f"<ul>{made}</ul>{NEXT}")) == [SAID.format(n) for n in range(1, 6)]


def test_a_sentence_that_ends_in_a_count_is_whole() -> None:
    drew = "The maze that opened by the river drew 21 comment"
    made = "".join(f"<li><h3>{link(n)}</h3><p>{drew if n == 2 else SAID.format(n)}</p></li>" for n in range(1, 6))
    assert summaries(read(f"<ul>{made}</ul>{NEXT}"))[1] == drew


def test_short_summaries_with_days_behind_them_are_read() -> None:
    made = "".join(f"<li><h3>{link(n)}</h3><p>It snowed 2016-05-0{n}</p></li>" for n in range(1, 6))
    listing = read(f"<ul>{made}</ul>{NEXT}")
    assert [line.date for line in listing.lines] == [date(2016, 5, n) for n in range(1, 6)]
    made = "".join(f"<li><h3>{link(n)}</h3><p>It snowed 2016-05-07</p></li>" for n in range(1, 6))
    assert [line.date for line in read(f"<ul>{made}</ul>{NEXT}").lines] == [date(2016, 5, 7)] * 5
