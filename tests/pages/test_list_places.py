"""Where lines of a list stand says whose they are: places are compared within the page."""

from __future__ import annotations

from datetime import date

import pytest

from harbincrawl.pages.html.document import read_document
from harbincrawl.pages.listing.page import explain_listing
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Listing
from tests.support.sites import HARBIN_TODAY as SITE

SAID = "What happened on that winter morning to number"
ADDRESS = f"{SITE.base}/news/"
PAGER = "<p>20 &nbsp; 1 <a href=/news/index_2.html>2</a> <a href=/news/index_2.html>下一页</a></p>"


def read(body: str) -> tuple[Listing, Roles]:
    return explain_listing(read_document(f"<html><body>{body}{PAGER}</body></html>", ADDRESS), ADDRESS, SITE)


def day_of(number: int) -> date:
    return date(2016, 5, 28 - number)


def link_to(number: int, words: str | None = None) -> str:
    return f"<a href=/news/{day_of(number)}/{2700 - number}.html>{words or f'Story {number} of the list'}</a>"


def write_item(number: int, title: str | None = None, summary: str | None = None) -> str:
    told = f"<p>{summary or f'{SAID} {number}'}</p>"
    return f"<li><h3>{link_to(number, title)}</h3><p class=day>{day_of(number)}</p>{told}</li>"


def write_list(*items: str) -> str:
    return f"<ul>{''.join(items)}</ul>"


ITEMS = [write_item(number) for number in range(8)]


def test_a_title_on_two_lines_is_one() -> None:
    items = [write_item(0, "Bakers meet<br>at dawn"), *ITEMS[1:]]
    listing, roles = read(write_list(*items))
    assert listing.lines[0].title == "Bakers meet at dawn"
    assert listing.lines[0].summary == f"{SAID} 0"
    assert roles.whole[:2] == [Reason.ITEM_TITLE] * 2


@pytest.mark.parametrize("form", ["<li><div>{}</div></li>", "<li>{}</li>"])
def test_an_advertisement_behind_an_item_is_none_of_its_summary(form: str) -> None:
    words = "<a href=http://ads.example.com/1><img src=/ad/1.jpg></a><p>Kefir for all readers</p>"
    banner = form.format(words)
    told = [f"Story {number} says in a sentence what happened." for number in range(8)]
    items = [write_item(number, summary=text) for number, text in enumerate(told)]
    listing, _ = read(write_list(*items[:4], banner, *items[4:]))
    assert [line.summary for line in listing.lines] == told
    assert not listing.unaccounted


def test_the_day_of_the_visit_is_no_items() -> None:
    for form in ("<li><h3>{link}</h3><p>{day}</p></li>", "<li>{link} {day}</li>"):
        items = [form.format(link=link_to(number), day=day_of(number)) for number in range(8)]
        listing, _ = read(f"<div>Thursday, June 20, 2024</div>{write_list(*items)}")
        assert [line.date for line in listing.lines] == list(map(day_of, range(8)))


def test_a_story_in_focus_is_none_of_a_list_shorter_than_its_boxes() -> None:
    box = "".join(
        f"<li><a href=/gallery/{day_of(number)}/{number + 30}.html>Box {number}</a></li>" for number in range(7)
    )
    above = f"<div><h2>{link_to(2)}</h2><p>{SAID} 2</p></div>"
    listing, _ = read(f"<h3>Most read</h3><ul>{box}</ul>{above}{write_list(*ITEMS[:3])}")
    assert [line.id for line in listing.lines] == ["2700", "2699", "2698"]
