"""Where lines of a list stand says whose they are: places are compared within the page."""

from __future__ import annotations

from datetime import date

import pytest

from harbincrawl.pages.html.document import read_document
from harbincrawl.pages.listing.page import explain_listing
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Listing
from tests.support.sites import HARBIN_TODAY as SITE

ADDRESS = f"{SITE.base}/news/"
PAGER = "<p>20 &nbsp; 1 <a href=/news/index_2.html>2</a> <a href=/news/index_2.html>下一页</a></p>"


def read(body: str) -> tuple[Listing, Roles]:
    return explain_listing(read_document(f"<html><body>{body}{PAGER}</body></html>", ADDRESS), ADDRESS, SITE)


def day_of(number: int) -> date:
    return date(2016, 5, 28 - number)


def link_to(number: int, words: str | None = None) -> str:
    return f"<a href=/news/{day_of(number)}/{2700 - number}.html>{words or f'Story {number} of the list'}</a>"


def write_item(number: int, title: str | None = None, summary: str | None = None) -> str:
    told = f"<p>{summary or f'What happened to number {number}'}</p>"
    return f"<li><h3>{link_to(number, title)}</h3><p class=day>{day_of(number)}</p>{told}</li>"


def write_list(*items: str) -> str:
    return f"<ul>{''.join(items)}</ul>"


ITEMS = [write_item(number) for number in range(8)]


def test_a_title_on_two_lines_is_one() -> None:
    items = [write_item(0, "Bakers meet<br>at dawn"), *ITEMS[1:]]
    listing, roles = read(write_list(*items))
    assert listing.lines[0].title == "Bakers meet at dawn"
    assert listing.lines[0].summary == "What happened to number 0"
    assert roles.whole[:2] == [Reason.ITEM_TITLE] * 2


def test_a_day_behind_a_title_on_two_lines_is_the_items() -> None:
    items = [f"<li>{link_to(number)} {day_of(number)}</li>" for number in range(8)]
    items[2] = f"<li>{link_to(2, 'Bakers meet<br>at dawn')} {day_of(2)}</li>"
    listing, _ = read(write_list(*items))
    assert (listing.lines[2].title, listing.lines[2].date) == ("Bakers meet at dawn", day_of(2))


def test_links_of_two_lines_on_every_item_are_title_and_summary() -> None:
    items = [f"<li>{link_to(number, f'Story {number}<br>What happened to it')}</li>" for number in range(8)]
    listing, _ = read(write_list(*items))
    assert [line.title for line in listing.lines] == [f"Story {number}" for number in range(8)]


def test_a_link_of_two_lines_on_one_item_may_have_its_summary() -> None:
    items = [f"<li><h3>{link_to(number)}</h3><p>{day_of(number)}</p></li>" for number in range(8)]
    items[0] = f"<li><h3>{link_to(0, 'Story 0<br>What happened to it.')}</h3><p>{day_of(0)}</p></li>"
    listing, _ = read(write_list(*items))
    assert (listing.lines[0].title, listing.lines[0].summary) == ("Story 0", "What happened to it.")


@pytest.mark.parametrize("form", ["<li><div>{}</div></li>", "<li>{}</li>"])
def test_an_advertisement_behind_an_item_is_none_of_its_summary(form: str) -> None:
    words = "<a href=http://ads.example.com/1><img src=/ad/1.jpg></a><p>Kefir for all readers</p>"
    banner = form.format(words)
    told = [f"Story {number} says in a sentence what happened." for number in range(8)]
    items = [write_item(number, summary=text) for number, text in enumerate(told)]
    listing, _ = read(write_list(*items[:4], banner, *items[4:]))
    assert [line.summary for line in listing.lines] == told
    assert not listing.unaccounted


def test_a_summary_of_two_paragraphs_is_whole() -> None:
    whole = write_item(3, summary="What happened to number 3</p><p>And why")
    for items in ([*ITEMS[:3], whole, *ITEMS[4:]], [whole]):
        listing, _ = read(write_list(*items))
        assert next(line.summary for line in listing.lines if line.id == "2697") == "What happened to number 3 And why"


def test_the_day_of_the_visit_is_no_items() -> None:
    for form in ("<li><h3>{link}</h3><p>{day}</p></li>", "<li>{link} {day}</li>"):
        items = [form.format(link=link_to(number), day=day_of(number)) for number in range(8)]
        listing, _ = read(f"<div>Thursday, June 20, 2024</div>{write_list(*items)}")
        assert [line.date for line in listing.lines] == list(map(day_of, range(8)))


def test_a_story_above_the_list_that_is_an_item_has_its_items_day() -> None:
    above = f"<div><h2>{link_to(2)}</h2><p>What happened to number 2</p></div>"
    listing, _ = read(above + write_list(*ITEMS[:3]))
    assert [line.date for line in listing.lines] == list(map(day_of, range(3)))


def test_a_story_in_focus_is_none_of_a_list_shorter_than_its_boxes() -> None:
    box = "".join(
        f"<li><a href=/gallery/{day_of(number)}/{number + 30}.html>Box {number}</a></li>" for number in range(7)
    )
    above = f"<div><h2>{link_to(2)}</h2><p>What happened to number 2</p></div>"
    listing, _ = read(f"<h3>Most read</h3><ul>{box}</ul>{above}{write_list(*ITEMS[:3])}")
    assert [line.id for line in listing.lines] == ["2700", "2699", "2698"]


def test_a_story_above_the_list_at_another_place_parts_from_it() -> None:
    above = "<div><h2><a href=/gallery/2014-01-02/701.html>Ferry stays in port</a></h2><p>Eleven boats wait.</p></div>"
    items = [f"<dt>{link_to(number)}</dt><dd>{day_of(number)}</dd>" for number in range(8)]
    listing, _ = read(f"{above}<dl>{''.join(items)}</dl>")
    assert [line.id for line in listing.lines] == [str(2700 - number) for number in range(8)]


def test_a_summary_that_is_the_title_stands_where_the_others_do() -> None:
    def write(number: int, summary: str) -> str:
        parts = f"<h3>Story {number} of the list</h3><p>{day_of(number)}</p><div>{summary}</div>"
        return f"<li><a href=/news/{day_of(number)}/{2700 - number}.html>{parts}</a></li>"

    texts = [f"What happened to number {number}" for number in range(8)]
    texts[3] = "Story 3 of the list"
    listing, _ = read(write_list(*map(write, range(8), texts)))
    assert [line.summary for line in listing.lines] == texts


def test_an_item_elsewhere_that_is_a_link_as_a_whole_is_one_line() -> None:
    def write(number: int, href: str) -> str:
        parts = f"<h3>Story {number}</h3><p>{day_of(number)}</p><div>What happened to number {number}</div>"
        return f"<li><a href={href}>{parts}</a></li>"

    hrefs = [f"/news/{day_of(number)}/{2700 - number}.html" for number in range(8)]
    hrefs[0] = hrefs[4] = "http://www.example.com/guest.html"
    hrefs[4] += "?2"
    listing, _ = read(write_list(*map(write, range(8), hrefs)))
    assert [(line.title, line.date, line.summary) for line in listing.lines] == [
        (f"Story {number}", day_of(number), f"What happened to number {number}") for number in range(8)
    ]


def test_a_summary_may_begin_with_a_day_above_the_items_own() -> None:
    items = [
        f"<li><h3>{link_to(number)}</h3><p>What happened to {number}</p><i>{day_of(number)}</i></li>"
        for number in range(8)
    ]
    items[3] = items[3].replace("What happened to 3", "2016-05-04 was the longest shift")
    listing, _ = read(write_list(*items))
    assert (listing.lines[3].date, listing.lines[3].summary) == (day_of(3), "2016-05-04 was the longest shift")
