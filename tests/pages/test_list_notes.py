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
        "24 articles in this category",
        "Records：24 Page：1/3",
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


READ_ON = (
    "Read more",
    "Continue reading {title}",
    "Continue reading {title} &rarr;",
    "[Keep reading]",
    "Go on &raquo;",
)


@pytest.mark.parametrize("words", READ_ON)
@pytest.mark.parametrize(
    "form", ["<p>{said} {more}</p>", "<p>{said}</p>{more}", "<p>{said}</p><p>2016-05-0{n} {more}</p>"]
)
@pytest.mark.parametrize("count", [1, 6])
def test_a_link_to_read_on_is_a_note_whatever_its_words(words: str, form: str, count: int) -> None:
    made = ""
    for n in range(1, count + 1):
        more = f"<a href=/news/2016-05-0{n}/{n}.html>{words.format(title=f'Story {n}')}</a>"
        made += f"<div><h3>{link(n)}</h3>{form.format(said=SAID.format(n), more=more, n=n)}</div>"
    listing = read(f"<div>{made}</div>{NEXT}")
    assert (summaries(listing), listing.unaccounted) == ([SAID.format(n) for n in range(1, count + 1)], ())
    days = [date(2016, 5, n) if "2016" in form else None for n in range(1, count + 1)]
    assert [line.date for line in listing.lines] == days
