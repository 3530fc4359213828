"""The list of a page is told from side columns and boxes by where it stands, on its last page as on the others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Listing
from harbincrawl.sites import find_site
from tests.support.sites import HARBIN_TODAY as HARBIN

JILIN = find_site("jilin-china")
LIST = f"{HARBIN.base}/news/"
WAY = "<p><a href=/>Home</a> &gt; <a href=/news/>Harbin Today</a></p>"
LATEST = "<div><h3>Latest</h3>" + "".join(
    f"<p><a href=/news/2020-02-0{n}/{n}.html>Other story number {n}</a> 2020-02-0{n}</p>" for n in range(1, 6)
) + "</div>"  # fmt: skip
SENTENCE = "A sentence that says what it is about."
TEASERS = "<div>" + "".join(
    f"<div><a href=/news/2020-03-0{n}/9{n}.html>Teased story {n}</a></div><div>{SENTENCE}</div>"
    for n in range(1, 4)
) + "</div>"  # fmt: skip


def link(number: int, words: str = "") -> str:
    return (
        f"<a href=/news/{date(2016, 5, 28) - timedelta(number)}/{2700 - number}.html>{words or f'Story {number}'}</a>"
    )


def wanted(count: int) -> list[str]:
    return [str(2700 - number) for number in range(count)]


def read(body: str) -> Listing:
    return read_listing(f"<html><body>{body}</body></html>", LIST, HARBIN)


def ids(listing: Listing) -> list[str | None]:
    return [line.id for line in listing.lines]


def titles(count: int) -> str:
    return "<ul>" + "".join(f"<li>{link(number)}</li>" for number in range(count)) + "</ul>"


TWO_COLUMNS = "<div>{}</div><div>{}</div>".format(
    *("".join(f"<div><b>{link(n)}</b><p>What story {n} is about, at some length.</p></div>" for n in half)
      for half in (range(4), range(4, 8)))
)  # fmt: skip
PICTURES = "<ul>" + "".join(f"<li>{link(n, f'<img src=/d/{n}.jpg>')}</li>" for n in range(8)) + "</ul>"
HEADLINE = f"<div><h2>{link(0)}</h2></div><ul>" + "".join(f"<li>{link(n)}</li>" for n in range(1, 8)) + "</ul>"
NEXT = "<p><a href=/news/index_2.html>Onward</a></p>"


@pytest.mark.parametrize("made", [titles(8), TWO_COLUMNS, PICTURES, HEADLINE])
@pytest.mark.parametrize("place", ["above", "below", "both"])
def test_a_list_without_days_beside_boxes_of_its_section_is_the_list(made: str, place: str) -> None:
    body = (NEXT if place != "below" else "") + f"<div>{made}</div>" + (NEXT if place != "above" else "")
    for page in (
        f"<div>{LATEST}</div>{WAY}<div>{body}</div>{TEASERS}",
        f"{WAY}<table><tr><td>{LATEST}</td><td>{body}</td></tr></table>{TEASERS}",
        f"{WAY}<table><tr><td>{body}</td><td>{LATEST}</td></tr></table>{TEASERS}",
    ):
        listing = read(page)
        assert (ids(listing), listing.next_page) == (wanted(8), f"{LIST}index_2.html")


def test_pictures_between_two_pagers_are_items() -> None:
    assert ids(read(f"{WAY}<div>{NEXT}{PICTURES}{NEXT}</div>{LATEST}")) == wanted(8)


def test_a_box_behind_the_pager_is_no_list_where_addresses_name_no_section() -> None:
    made = "".join(f"<li><a href=/m/jilin/2016-05/2{n}/content_1800000{n}.htm>Story {n}</a></li>" for n in range(4))
    box = "".join(
        f"<p><a href=/m/jilin/2019-01/0{n}/content_2900000{n}.htm>Teased {n}</a></p><p>{SENTENCE}</p>"
        for n in range(1, 5)
    )
    pager = "<div><a href=/m/jilin/node_1139763_2.htm>&raquo;</a></div>"
    page = f"<div><p>Home &gt; Local</p><ul>{made}</ul>{pager}</div><div>{box}</div>"
    listing = read_listing(page, f"{JILIN.base}/m/jilin/node_1139763.htm", JILIN)
    assert [line.title for line in listing.lines] == [f"Story {n}" for n in range(4)]


def test_a_long_block_of_the_section_that_is_not_the_list_is_reported() -> None:
    more = "".join(f"<p><a href=/news/2012-02-02/1{n}.html>Older story {n}</a></p>" for n in range(9))
    listing = read(f"{WAY}<div>{titles(8)}{NEXT}</div><p>Words.</p><section><section>{more}</section></section>")
    lost = {line for line in (f"1{n}" for n in range(9)) if line not in ids(listing)}
    assert lost == {each.text.rpartition("/")[2][:-5] for each in listing.unaccounted if each.kind == "item"}


def test_a_box_without_days_is_no_part_of_a_list_with_days() -> None:
    made = "".join(f"<li>{link(n)}<i>2016-05-28</i><br>{SENTENCE}</li>" for n in range(8))
    box = "".join(f"<li>{link(n)}<br>{SENTENCE}</li>" for n in range(20, 24))
    listing = read(f"{WAY}<ul>{made}</ul><ul>{box}</ul>")
    assert (ids(listing), len(listing.unaccounted)) == (wanted(8), 4)


@pytest.mark.parametrize("count", [2, 8])
def test_the_names_of_columns_are_no_heading_of_a_box(count: int) -> None:
    rows = "".join(f"<tr><td>{link(n)}</td><td>{n}</td></tr>" for n in range(count))
    table = f"<table><thead><tr><th>Title</th><th>Comments</th></tr></thead><tbody>{rows}</tbody></table>"
    listing = read(f"<h1>Harbin Today</h1>{table}<div>{LATEST}</div>")
    assert (ids(listing), listing.unaccounted) == (wanted(count), ())


def test_articles_of_the_section_under_a_strange_heading_are_reported_where_no_list_is() -> None:
    assert len(read(f"<div><h3>Latest</h3>{titles(4)}</div>").unaccounted) == 4


SAID = "What story {} says in its first sentence."


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
        "24 topics",
        "Showing 24 posts with label Harbin. Show all posts",
        "The following 8 pages are in this category, out of 24 total.",
    ],
)
@pytest.mark.parametrize("place", ["above the pager", "behind the pager", "above the list", "above both"])
def test_a_labelled_total_beside_list_or_pager_is_read(printed: str, place: str) -> None:
    made = "<ul>" + "".join(f"<li><h3>{link(n)}</h3><p>{SAID.format(n)}</p></li>" for n in range(1, 9)) + "</ul>"
    count = f"<div>{printed}</div>"
    listing = read(WAY + {
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
    assert read(f"{WAY}<div>{made}<div>{printed}</div>{NEXT}</div>").total is None


READ_ON = (
    "Read more",
    "Read more about {title}",
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
        more = link(n, words.format(title=f"Story {n}"))
        made += f"<div><h3>{link(n)}</h3>{form.format(said=SAID.format(n), more=more, n=n)}</div>"
    listing = read(f"{WAY}<div>{made}</div>{NEXT}")
    assert (summaries(listing), listing.unaccounted) == ([SAID.format(n) for n in range(1, count + 1)], ())
    days = [date(2016, 5, n) if "2016" in form else None for n in range(1, count + 1)]
    assert [line.date for line in listing.lines] == days
