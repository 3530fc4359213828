"""List pages of many shapes are whole: an item more is a line more, and every line of the page has a role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.pages.html.document import read_document
from harbincrawl.pages.listing.page import explain_listing
from harbincrawl.pages.roles import Reason, Role, Roles
from harbincrawl.records import Listing
from tests.support.families import examples
from tests.support.sites import HARBIN_TODAY as SITE

ADDRESS = f"{SITE.base}/news/"
PAGER = "<p>20 &nbsp; 1 <a href=/news/index_2.html>2</a> <a href=/news/index_2.html>下一页</a></p>"
TOP = (
    "<ul><li><a href=/>Home</a></li><li><a href=/news/>Harbin Today</a></li><li><a href=/gallery/>Gallery</a></li></ul>"
    "<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div>"
)
SIDE = "<div><h3>Most read</h3><ul>" + "".join(
    f"<li><a href=/gallery/2020-02-0{n}/{n}.html>Most read story number {n}</a></li>" for n in range(1, 6)
) + "</ul></div>"  # fmt: skip
BOX = "<div>" + "".join(
    f"<div><h5><a href=/civilization/2020-03-0{n}/9{n}.html>Story {n} of the box</a></h5><p>A teaser, {n}.</p></div>"
    for n in range(1, 5)
) + "</div><div><p>Copyright my399.com</p></div>"  # fmt: skip


class Entry:
    """An item as a list prints it."""

    def __init__(self, number: int) -> None:
        self.id = str(2700 - number)
        self.day = date(2016, 5, 28) - timedelta(days=3 * number)
        self.title = f"Title of story {number} in the list"
        self.href = f"/news/{self.day}/{self.id}.html"
        self.link = f"<a href={self.href}>{self.title}</a>"
        self.thumb = f"<a href={self.href}><img src=/d/{self.id}.jpg></a>"
        self.summary = f"What story {number} says in its first sentence, cut in mid wo"

    def line(self, *, dated: bool, described: bool) -> tuple[str, str, date | None, str | None]:
        return self.id, self.title, self.day if dated else None, self.summary if described else None


def items(opening: str, form: str, closing: str) -> Callable[[list[Entry]], str]:
    """The list of all entries in `form`."""
    return lambda entries: opening + "".join(map(form_of(form), entries)) + closing


def form_of(form: str) -> Callable[[Entry], str]:
    return lambda each: form.format(
        link=each.link, thumb=each.thumb, day=each.day, summary=each.summary, href=each.href, title=each.title,
        id=each.id, words=f"{each.day:%B} {each.day.day}, {each.day.year}",
        chinese=f"{each.day.year}年{each.day.month}月{each.day.day}日", short=f"{each.day:%m-%d}",
    )  # fmt: skip


def halves(opening: str, form: str, between: str, closing: str) -> Callable[[list[Entry]], str]:
    """The list in two parts."""

    def made(entries: list[Entry]) -> str:
        middle = (len(entries) + 1) // 2
        parts = ["".join(map(form_of(form), part)) for part in (entries[:middle], entries[middle:])]
        return opening + between.join(parts) + closing

    return made


def first_apart(opening: str, first: str, form: str, closing: str) -> Callable[[list[Entry]], str]:
    """The list with its first entry in another form."""
    return lambda entries: (
        first.format(link=entries[0].link, summary=entries[0].summary, thumb=entries[0].thumb)
        + opening
        + "".join(map(form_of(form), entries[1:]))
        + closing
    )


DATED: dict[str, Callable[[list[Entry]], str]] = {
    "list items": items("<ul>", "<li><h3>{link}</h3><p>{day}</p><p>{summary}</p></li>", "</ul>"),
    "breaks": items("<div>", "{link}<br>{day}<br>{summary}<br><br>", "</div>"),
    "definitions": items("<dl>", "<dt>{link}</dt><dd>{day}</dd><dd>{summary}</dd>", "</dl>"),
    "rows": items("<table>", "<tr><td>{link}</td><td>{day}</td></tr><tr><td colspan=2>{summary}</td></tr>", "</table>"),
    "cards": items("", "<div><div>{thumb}</div><h2>{link}</h2><time>{day}</time><p>{summary}</p></div>", ""),
    "day first": items("", "<div><time>{day}</time><h2>{link}</h2><p>{summary}</p></div>", ""),
    "label": items("", "<div><h3>{link}</h3><p>Date: {day}</p><p>{summary}</p></div>", ""),
    "Chinese label": items("", "<div><h3>{link}</h3><p>日期：{day} 10:12</p><p>{summary}</p></div>", ""),
    "source": items("", "<div><h3>{link}</h3><p>{day} &nbsp; Source: Xinhua</p><p>{summary}</p></div>", ""),
    "views": items("", "<div><h3>{link}</h3><p>{day} | Views: 35</p><p>{summary}</p><p>Comments: 3</p></div>", ""),
    "more": items("", "<div><h3>{link}</h3><p>{day}</p><p>{summary} <a href={href}>[More]</a></p></div>", ""),
    "linked summary": items("", "<div><h3>{link}</h3><p>{day}</p><p><a href={href}>{summary}</a></p></div>", ""),
    "section": items("<ul>", "<li>[<a href=/gallery/>Photos</a>] {link} {day}<p>{summary}</p></li>", "</ul>"),
    "words": items("<ul>", "<li>{link} <i>{words}</i><p>{summary}</p></li>", "</ul>"),
    "Chinese day": items("<ul>", "<li>{link} <i>{chinese}</i><p>{summary}</p></li>", "</ul>"),
    "no year": items("<ul>", "<li>{link} <i>{short}</i><p>{summary}</p></li>", "</ul>"),
    "day above": items("<div>", "<h2>{words}</h2><div><h3>{link}</h3><p>{summary}</p></div>", "</div>"),
    "cover": items("", "<div><a href={href}></a><h3>{title}</h3><p>{day}</p><p>{summary}</p></div>", ""),
    "glued": items("", "<div><h3>{link}</h3><p>{day}{summary}</p></div>", ""),
    "two columns": halves("<table><tr><td>", "<div><h3>{link}</h3><p>{day}</p><p>{summary}</p></div>", "</td><td>",
                          "</td></tr></table>"),
}  # fmt: skip
UNDATED: dict[str, Callable[[list[Entry]], str]] = {
    "list items": items("<ul>", "<li>{link}</li>", "</ul>"),
    "numbers": items("<ol>", "<li>1. {link}</li>", "</ol>"),
    "two lists": halves("<ul>", "<li>{link}</li>", "</ul><ul>", "</ul>"),
    "two columns": halves("<table><tr><td><ul>", "<li>{link}</li>", "</ul></td><td><ul>", "</ul></td></tr></table>"),
    "rows": items("<table>", "<tr><td>·</td><td>{link}</td></tr>", "</table>"),
    "bullets and breaks": items("<div>", "• {link}<br>", "</div>"),
    "pictures": items("", "<div>{thumb}<h4>{link}</h4></div>", ""),
}


def read(body: str, address: str = ADDRESS) -> tuple[Listing, Roles]:
    return explain_listing(read_document(f"<html><body>{body}</body></html>", address), address, SITE)


def lines_of(listing: Listing) -> list[tuple[str | None, str, date | None, str | None]]:
    return [(line.id, line.title, line.date, line.summary) for line in listing.lines]


def pages(made: str) -> list[str]:
    """The list on a page with a pager, a side column on either side, and a box."""
    return [
        f"{TOP}<div><div>{made}</div><div>{PAGER}</div></div>{SIDE}{BOX}",
        f"<div>{SIDE}</div>{TOP}<div><div>{made}</div>{PAGER}</div>{BOX}",
        f"{TOP}<div>{PAGER}</div><div><div>{made}</div></div>{BOX}",
    ]


@examples(40)
@given(st.sampled_from(sorted(DATED)), st.integers(1, 12))
def test_an_item_more_in_a_list_with_days_is_a_line_more(shape: str, count: int) -> None:
    entries = [Entry(number) for number in range(count)]
    wanted = [each.line(dated=True, described=True) for each in entries]
    for page in pages(DATED[shape](entries)):
        listing, _ = read(page)
        assert lines_of(listing) == wanted
        assert (listing.total, listing.next_page, listing.unaccounted) == (20, f"{ADDRESS}index_2.html", ())


@examples(25)
@given(st.sampled_from(sorted(UNDATED)), st.integers(2, 12))
def test_an_item_more_in_a_list_of_titles_is_a_line_more(shape: str, count: int) -> None:
    entries = [Entry(number) for number in range(count)]
    for page in pages(UNDATED[shape](entries)):
        listing, _ = read(page)
        assert lines_of(listing) == [each.line(dated=False, described=False) for each in entries]
        assert listing.unaccounted == ()


@pytest.mark.parametrize("shape", DATED)
def test_every_part_of_a_list_page_has_a_role_and_together_they_are_the_page(shape: str) -> None:
    entries = [Entry(number) for number in range(6)]
    for page in pages(DATED[shape](entries)):
        _, roles = read(page)
        texts: dict[int, str] = {}
        for part in roles.parts():
            assert not part.text or part.reason.role is not Role.UNACCOUNTED, part
            texts[part.line] = texts.get(part.line, "") + part.text
        for at, line in enumerate(roles.lines):
            assert texts[at].replace(" ", "") == line.text.replace(" ", "")


@pytest.mark.parametrize(
    ("first", "described"),
    [
        ("<div><h2>{link}</h2><p>{summary}</p></div>", True),
        ("<div>{thumb}<h2>{link}</h2><p>{summary}</p></div>", True),
        ("<ul><li><h3>{link}</h3><p>{summary}</p></li></ul>", True),
    ],
)
def test_a_headline_above_a_list_with_days_is_its_first_line(first: str, described: bool) -> None:
    entries = [Entry(number) for number in range(5)]
    made = first_apart("<ul>", first, "<li><h3>{link}</h3><p>{day}</p><p>{summary}</p></li>", "</ul>")(entries)
    listing, _ = read(f"{TOP}<div>{made}</div><div>{PAGER}</div>{BOX}")
    wanted = [each.line(dated=at > 0, described=described) for at, each in enumerate(entries)]
    assert (lines_of(listing), listing.unaccounted) == (wanted, ())


def test_items_under_one_day_share_it() -> None:
    days = [date(2016, 5, 28), date(2016, 5, 28), date(2016, 5, 1), date(2016, 4, 3), date(2016, 4, 3)]
    entries = list(map(Entry, range(5)))
    made = "".join(
        ("" if number and days[number - 1] == day else f"<h2>{day:%A, %B %d, %Y}</h2>")
        + f"<div><h3>{each.link}</h3><p>{each.summary}</p></div>"
        for number, (each, day) in enumerate(zip(entries, days, strict=True))
    )
    listing, _ = read(f"{TOP}<div>{made}</div>{PAGER}{BOX}")
    assert ([line.date for line in listing.lines], listing.unaccounted) == (days, ())


def test_months_head_parts_of_one_list() -> None:
    entries = [Entry(number) for number in range(20)]
    months = dict.fromkeys(f"{each.day:%B %Y}" for each in entries)
    made = "".join(
        f"<h3>{month}</h3><ul>"
        + "".join(f"<li>{each.link} {each.day}</li>" for each in entries if f"{each.day:%B %Y}" == month)
        + "</ul>"
        for month in months
    )
    listing, _ = read(f"{TOP}<div>{made}</div>{PAGER}{BOX}")
    assert lines_of(listing) == [each.line(dated=True, described=False) for each in entries]


@pytest.mark.parametrize(
    "form",
    [
        "<span>{day}</span><span>12 views</span>",
        "{day:%d-%b-%Y}",
        "{day:%d %b, %Y}",
        "{day:%A, %B %d, %Y}",
        "Posted by X on {day:%d %b %Y}",
    ],
)
def test_days_of_many_forms_are_the_days_of_their_items(form: str) -> None:
    entries = [Entry(number) for number in range(4)]
    made = "".join(f"<div><h4>{each.link}</h4><p>{form.format(day=each.day)}</p></div>" for each in entries)
    listing, _ = read(f"{TOP}<div>{made}</div>{PAGER}")
    assert [line.date for line in listing.lines] == [each.day for each in entries]


@pytest.mark.parametrize("alt", ["", "A market in the snow"])
def test_items_of_a_picture_only_have_the_words_of_the_picture(alt: str) -> None:
    entries = [Entry(number) for number in range(6)]
    made = "".join(
        f"<div><a href={each.href}><img src=/d/{each.id}.jpg alt='{alt and f'{alt} {each.id}'}'></a></div>"
        for each in entries
    )
    listing, _ = read(f"{TOP}<div>{made}</div>{PAGER}{BOX}")
    assert lines_of(listing) == [(each.id, alt and f"{alt} {each.id}", None, None) for each in entries]


def test_a_side_column_is_no_list_where_no_pager_is_shown() -> None:
    entries = [Entry(number) for number in range(4)]
    made = DATED["list items"](entries)
    for page in (f"{TOP}{made}{SIDE}{BOX}", f"{SIDE}{TOP}{made}{BOX}"):
        listing, _ = read(page)
        assert lines_of(listing) == [each.line(dated=True, described=True) for each in entries]
    for page in (f"{TOP}<p>Page not found.</p>{SIDE}{BOX}", f"{TOP}{SIDE}", BOX):
        listing, _ = read(page)
        assert listing.lines == ()


def test_what_may_be_an_item_and_is_none_is_reported() -> None:
    entries = [Entry(number) for number in range(5)]
    lost = Entry(9)
    made = DATED["list items"](entries[:-1])
    page = f"{TOP}<div>{made}</div><div><div><div><div><div>{lost.link}</div></div></div></div></div>"
    listing, roles = read(page)
    ids = [line.id for line in listing.lines]
    reported = [each for each in listing.unaccounted if each.kind == "item"]
    assert (lost.id in ids) != any(lost.href in each.text for each in reported)
    assert lost.id in ids or any(part.reason.role is Role.UNACCOUNTED for part in roles.parts())


def test_words_among_the_items_that_belong_to_none_are_reported() -> None:
    entries = [Entry(number) for number in range(6)]
    made = UNDATED["list items"](entries[:3])
    more = UNDATED["list items"](entries[3:])
    listing, _ = read(
        f"{TOP}<div>{made}<div><p>A sentence that stands between, of no item.</p></div>{more}</div>{PAGER}"
    )
    text = "A sentence that stands between, of no item."
    kept = [line.summary for line in listing.lines]
    assert text in kept or any(each.text == text for each in listing.unaccounted)


def test_a_link_to_a_further_page_that_no_pager_explains_is_reported() -> None:
    entries = [Entry(number) for number in range(3)]
    prose = "<p>Older stories can be found on <a href=/news/index_2.html>the second page</a> of our list of news.</p>"
    listing, _ = read(f"{TOP}{DATED['list items'](entries)}{prose}{BOX}")
    assert listing.next_page is None
    assert [each.kind for each in listing.unaccounted if "index_2" in each.text] == ["page"]


SAID = "What happened on that winter morning to number"


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
    listing, roles = read(write_list(*items) + PAGER)
    assert listing.lines[0].title == "Bakers meet at dawn"
    assert listing.lines[0].summary == f"{SAID} 0"
    assert roles.whole[:2] == [Reason.ITEM_TITLE] * 2


@pytest.mark.parametrize("form", ["<li><div>{}</div></li>", "<li>{}</li>"])
def test_an_advertisement_behind_an_item_is_none_of_its_summary(form: str) -> None:
    words = "<a href=http://ads.example.com/1><img src=/ad/1.jpg></a><p>Kefir for all readers</p>"
    banner = form.format(words)
    told = [f"Story {number} says in a sentence what happened." for number in range(8)]
    items = [write_item(number, summary=text) for number, text in enumerate(told)]
    listing, _ = read(write_list(*items[:4], banner, *items[4:]) + PAGER)
    assert [line.summary for line in listing.lines] == told
    assert not listing.unaccounted


def test_the_day_of_the_visit_is_no_items() -> None:
    for form in ("<li><h3>{link}</h3><p>{day}</p></li>", "<li>{link} {day}</li>"):
        items = [form.format(link=link_to(number), day=day_of(number)) for number in range(8)]
        listing, _ = read(f"<div>Thursday, June 20, 2024</div>{write_list(*items)}{PAGER}")
        assert [line.date for line in listing.lines] == list(map(day_of, range(8)))


def test_a_story_in_focus_is_none_of_a_list_shorter_than_its_boxes() -> None:
    box = "".join(
        f"<li><a href=/gallery/{day_of(number)}/{number + 30}.html>Box {number}</a></li>" for number in range(7)
    )
    above = f"<div><h2>{link_to(2)}</h2><p>{SAID} 2</p></div>"
    listing, _ = read(f"<h3>Most read</h3><ul>{box}</ul>{above}{write_list(*ITEMS[:3])}{PAGER}")
    assert [line.id for line in listing.lines] == ["2700", "2699", "2698"]
