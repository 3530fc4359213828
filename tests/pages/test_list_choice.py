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


def read(body: str, page: int = 1) -> Listing:
    return read_listing(f"<html><body>{body}</body></html>", LIST if page == 1 else f"{LIST}index_{page}.html", HARBIN)


def ids(listing: Listing) -> list[str | None]:
    return [line.id for line in listing.lines]


def titles(count: int) -> str:
    return "<ul>" + "".join(f"<li>{link(number)}</li>" for number in range(count)) + "</ul>"


def foreign(number: int) -> str:
    return f"<a href=/gallery/2016-01-0{number}/9{number}.html>Story of another section {number}</a>"


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


@pytest.mark.parametrize("pager", ["", "<p><a href=/news/>Go back</a></p>", "<p>Pages: <a href=/news/>1</a> 2</p>"])
@pytest.mark.parametrize("count", [1, 8])
def test_the_last_page_is_read_whatever_leads_back_from_it(pager: str, count: int) -> None:
    made = "<ul>" + "".join(f"<li>{link(n)} <i>({date(2016, 5, 28) - timedelta(n)})</i></li>" for n in range(count))
    listing = read(f"{WAY}<h2>Harbin Today</h2><div>{made}</ul>{pager}</div>{TEASERS}{LATEST}", page=2)
    assert (ids(listing), listing.next_page) == (wanted(count), None)


@pytest.mark.parametrize("way", ["Home / Harbin Today", "You are here: Home | Harbin Today", "Home Harbin Today"])
def test_a_way_without_arrows_heads_no_box(way: str) -> None:
    assert ids(read(f"<p>{way}</p>{titles(8)}{LATEST}")) == wanted(8)


def test_the_last_line_of_a_weather_box_heads_no_list() -> None:
    weather = "<div><b>Weather</b><p>Harbin -12</p><p>Light snow</p></div>"
    assert ids(read(f"{WAY}<table><tr><td>{weather}</td><td>{titles(8)}</td></tr></table>{LATEST}")) == wanted(8)


def test_a_count_above_a_list_heads_no_box() -> None:
    assert ids(read(f"{WAY}<div><p>8 records, 1 pages</p>{titles(8)}</div>{TEASERS}")) == wanted(8)


def test_a_summary_about_copyright_divides_no_list() -> None:
    said = ["A court sat.", "Copyright cases at the city's court rose, and a judge said why.", "Snow fell."]
    made = "".join(f"<div><h3>{link(n)}</h3><p>{text}</p></div>" for n, text in enumerate(said * 2))
    assert ids(read(f"{WAY}<div>{made}</div>{NEXT}")) == wanted(6)


def test_a_word_behind_a_title_hides_no_item() -> None:
    made = "".join(f"<li>{link(n)}<sup>{'NEW!' * (n < 2)}</sup> <i>2016-05-2{n}</i></li>" for n in range(6))
    assert ids(read(f"{WAY}<ul>{made}</ul>{NEXT}")) == wanted(6)
    made = "".join(
        f"<li>{link(n)} {'an exclusive, do read this' * (n == 2)} <i>2016-05-2{n}</i></li>" for n in range(6)
    )
    assert ids(read(f"{WAY}<ul>{made}</ul>{NEXT}")) == wanted(6)


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


@pytest.mark.parametrize("icon", ["<i class=next></i>", "<span></span>", ""])
def test_an_icon_without_words_turns_the_page(icon: str) -> None:
    listing = read(f"{WAY}{titles(8)}<div><a href=/news/index_2.html>{icon}</a></div>{LATEST}")
    assert (ids(listing), listing.next_page) == (wanted(8), f"{LIST}index_2.html")


@pytest.mark.parametrize("named", ["<title>Local - List</title>", "<p>Home / Local</p>", "<p>Home | Local</p>"])
def test_a_heading_that_the_page_is_named_after_heads_its_list(named: str) -> None:
    made = "".join(f"<li><a href=/m/jilin/2016-05/2{n}/content_1800000{n}.htm>Story {n}</a></li>" for n in range(4))
    box = "".join(
        f"<p><a href=/m/jilin/2019-01/0{n}/content_2900000{n}.htm>Teased {n}</a></p><p>{SENTENCE}</p>"
        for n in range(1, 5)
    )
    page = f"{named}<div><h2>Local</h2><ul>{made}</ul></div><div><div>{box}</div></div>"
    listing = read_listing(page, f"{JILIN.base}/m/jilin/node_1139763_2.htm", JILIN)
    assert [line.title for line in listing.lines] == [f"Story {n}" for n in range(4)]


def test_titles_that_are_days_give_a_box_no_days() -> None:
    box = "".join(
        f"<div><a href=/news/2020-03-0{n}/9{n}.html>2020-03-0{n}</a><p>{SENTENCE}</p></div>" for n in range(1, 5)
    )
    assert ids(read(f"{WAY}<div>{titles(4)}{NEXT}</div><div><section>{box}</section></div>")) == wanted(4)


def test_titles_with_their_summaries_on_one_line_are_items() -> None:
    made = "".join(f"<p>{link(n)} — {SENTENCE} ({date(2016, 5, 28) - timedelta(n)})</p>" for n in range(4))
    listing = read(f"{WAY}<div>{made}</div>{NEXT}<table><tr><td>{LATEST}</td></tr></table>")
    assert ids(listing) == wanted(4)
    assert [(line.date, line.summary) for line in listing.lines] == [
        (date(2016, 5, 28) - timedelta(n), SENTENCE) for n in range(4)
    ]


def test_a_long_block_of_the_section_that_is_not_the_list_is_reported() -> None:
    more = "".join(f"<p><a href=/news/2012-02-02/1{n}.html>Older story {n}</a></p>" for n in range(9))
    listing = read(f"{WAY}<div>{titles(8)}{NEXT}</div><p>Words.</p><section><section>{more}</section></section>")
    lost = {line for line in (f"1{n}" for n in range(9)) if line not in ids(listing)}
    assert lost == {each.text.rpartition("/")[2][:-5] for each in listing.unaccounted if each.kind == "item"}


def test_what_stands_above_the_name_of_the_list_or_apart_from_its_pager_is_no_part_of_it() -> None:
    made = "".join(f"<li><a href=/m/jilin/2016-05/2{n}/content_1800000{n}.htm>Story {n}</a></li>" for n in range(8))
    side = "".join(f"<li><a href=/m/jilin/2019-01/0{n}/content_2900000{n}.htm>Side {n}</a></li>" for n in range(1, 7))
    top, pager = "<title>Local - List</title>", "<div><a href=/m/jilin/node_1139763_2.htm>&raquo;</a></div>"
    for page in (
        f"{top}<div><h3>Latest</h3><ul>{side}</ul></div><div><h2>Local</h2><ul>{made}</ul>{pager}</div>",
        f"{top}<section><div>{pager}<ul>{made}</ul></div></section><section><div><ul>{side}</ul></div></section>",
    ):
        listing = read_listing(page, f"{JILIN.base}/m/jilin/node_1139763.htm", JILIN)
        assert [line.title for line in listing.lines] == [f"Story {n}" for n in range(8)]


def test_a_box_that_is_partly_of_the_section_lends_it_no_items() -> None:
    box = "".join(
        f"<div><a href=/{section}/2020-03-0{n}/9{n}.html>Teased story {n}</a></div><div>{SENTENCE}</div>"
        for n, section in enumerate(("news", "news", "gallery"), 1)
    )
    made = "".join(f"<div><div>{link(n)}</div><div>{SENTENCE}</div></div>" for n in range(8))
    assert ids(read(f"{WAY}<div>{made}</div><div><div>{box}</div></div>")) == wanted(8)


ENDS_IN_DAY = "Evening light on the river, July 18, 2010."
OTHERS = (
    "<ul>" + "".join(f"<li>{foreign(n)}<br>{ENDS_IN_DAY if n == 1 else SENTENCE}</li>" for n in range(1, 5)) + "</ul>"
)


@pytest.mark.parametrize("box", [OTHERS, OTHERS.replace("</ul>", f"<li>{link(0)}<br>{SENTENCE}</li></ul>"), ""])
@pytest.mark.parametrize("day", ["<i>2016-05-28</i>", ""])
def test_a_list_on_one_page_ends_where_the_box_has_a_container_of_its_own(box: str, day: str) -> None:
    for count in (1, 5, 8):
        made = "".join(f"<li>{link(n)}{day}<br>{SENTENCE}</li>" for n in range(count))
        for whole in (f"<ul>{made}</ul>{box}", f"<div><ul>{made}</ul>{box}</div>"):
            assert ids(read(f"{WAY}{whole}")) == wanted(count)


@pytest.mark.parametrize("box", [OTHERS, f"<h4>Most read</h4>{OTHERS}", ""])
def test_an_article_of_another_section_may_end_a_list_without_days(box: str) -> None:
    made = "".join(f"<li>{one}<br>{SENTENCE}</li>" for one in (*map(link, range(4)), foreign(9)))
    assert ids(read(f"{WAY}<ul>{made}</ul>{box}")) == [*wanted(4), "99"]


def test_a_box_in_one_container_with_a_list_is_told_by_its_days() -> None:
    made = "".join(f"<p>{link(n)} 2016-05-2{n}</p><p>{SENTENCE}</p>" for n in range(5))
    assert ids(read(f"{WAY}<div>{made}<p>{foreign(1)}</p><p>{ENDS_IN_DAY}</p></div>")) == wanted(5)


def test_a_box_without_days_is_no_part_of_a_list_with_days() -> None:
    made = "".join(f"<li>{link(n)}<i>2016-05-28</i><br>{SENTENCE}</li>" for n in range(8))
    box = "".join(f"<li>{link(n)}<br>{SENTENCE}</li>" for n in range(20, 24))
    listing = read(f"{WAY}<ul>{made}</ul><ul>{box}</ul>")
    assert (ids(listing), len(listing.unaccounted)) == (wanted(8), 4)


def test_a_box_heading_is_no_summary_and_a_day_glued_to_a_title_is_a_day() -> None:
    made = f"<li>{link(0, 'Trains of 2015')}<i>2016-05-28</i></li>"
    listing = read(f"{WAY}<ul>{made}</ul><h4>Hot topics</h4>{OTHERS}")
    assert [(line.id, line.date, line.summary) for line in listing.lines] == [("2700", date(2016, 5, 28), None)]


def test_a_list_whose_days_stand_above_its_titles_keeps_its_last_line() -> None:
    made = "".join(
        f"<tr><td>2016-05-28</td><td>{one}<br>{SENTENCE}</td></tr>" for one in (link(0), link(1), foreign(9))
    )
    assert ids(read(f"{WAY}<table>{made}</table>{OTHERS}")) == [*wanted(2), "99"]


def test_a_box_that_repeats_an_item_raises_no_alarm_for_its_other_sections() -> None:
    made = "".join(f"<li>{link(n)} <i>2016-05-28</i></li>" for n in range(8))
    listing = read(f"{WAY}<ul>{made}</ul><section><div><p>{link(0)}</p><p>{foreign(1)}</p></div></section>")
    assert (ids(listing), listing.unaccounted) == (wanted(8), ())


@pytest.mark.parametrize(
    "label", ["<span>Sports</span>", "<div><b>Sports</b></div>", "<p><a href=/gallery/>Photos</a></p>"]
)
@pytest.mark.parametrize("labelled", [{4}, {0, 3, 6}, set(range(8))])
@pytest.mark.parametrize("day", ["<i>2016-05-28</i>", ""])
def test_a_label_above_one_title_heads_no_box(label: str, labelled: set[int], day: str) -> None:
    made = "".join(
        f"<article><header>{label * (n in labelled)}<h3>{link(n)}</h3>{day}</header></article>" for n in range(8)
    )
    for end in (NEXT, ""):
        assert ids(read(f"{WAY}<div>{made}</div>{end}{LATEST}")) == wanted(8)
