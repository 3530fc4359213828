"""What tells a purge that bytes are of a purged article."""

from __future__ import annotations

import gzip
import html
import re
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harbincrawl.identity import normal_form
from harbincrawl.operations.purge.marks import make_marks, strip_tags
from harbincrawl.sites.addresses import AddressScheme
from tests.support.sites import HARBIN_TODAY


def test_marks_see_through_markup_entities_and_codings() -> None:
    marks = make_marks(
        ["7200"], ["The metro’s second line opened on Monday, and thousands came. Short one."], HARBIN_TODAY
    )
    words = "The metro’s second line opened on Monday, and thousands came."
    assert marks.find_in_page(b"<p>The metro&rsquo;s <b>second\n line</b> opened on Monday, and thousands came.</p>")
    assert marks.find_in_page(f"<meta charset=gb2312>{words}图".encode("gb18030"))
    assert marks.find_in_page(b'<meta content="The metro&#8217;s second line opened on Monday, and thousands came.">')
    assert marks.find_in_page(b'<a href="/news/2024-05-06/7200_2.html">x</a>') == "the address"
    assert marks.find_in_page(b'<a href="/news/2024-05-06/17200.html">Short one.</a>') is None
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    page = gzip.compress(("x" * 3000 + words).encode())
    assert marks.find_in_block(head + page)
    assert marks.find_in_block(head + page[:-8]), "also where the answer was cut short"


WORDS = (
    "dd",
    "metro d line",
    "d",
    "opened. ",
    "é",
    "e\u0301",
    "\u212a",
    "第二条线路",
    " ",
    "\u3000",
    "AT&T",
    "5 < 6",
    "№",
    "—",
)
JOINTS = ("", "", " ", "\n", "<b>", "</b>", "<br class='d'>", "&nbsp;", "&#8203;", "<", ">")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map("".join)


def find_slowly(phrases: tuple[str, ...], page: str) -> bool:
    """What the marks have to find: each phrase looked for in the whole page."""
    text = html.unescape(page)
    return any(phrase in normal_form(form) for phrase in phrases for form in (text, re.sub(r"<[^>]*>", "", text)))


@settings(max_examples=400)
@given(text=texts, before=texts, joints=st.lists(st.sampled_from(JOINTS), min_size=1), as_number=st.booleans())
def test_the_fast_look_misses_nothing(text: str, before: str, joints: list[str], as_number: bool) -> None:
    marks = make_marks(["7200"], [text, "Another sentence that no page here contains."], HARBIN_TODAY)
    pieces = (f"&#{ord(each)};" if as_number and each in "de" else each for each in text)
    page = before + "".join(piece + joints[place % len(joints)] for place, piece in enumerate(pieces))
    for coding in ("utf-8", "gb18030"):
        expected = find_slowly(marks.phrases, page)
        assert (marks.find_in_page(page.encode(coding), coding) is not None) == expected
    assert (marks.find_in(page) is not None) == any(phrase in normal_form(page) for phrase in marks.phrases)


THIRD = replace(
    HARBIN_TODAY,
    addresses=AddressScheme(
        article=r"/(?P<section>\w+)/(?P<number>[a-z0-9-]+)/(?:(?P<page>\d+)/)?", list=r"/(?P<section>\w+)/",
        first_list="/{section}/", next_list="/{section}/?{page}", next_article="/{section}/{number}/{page}/",
    ),
)  # fmt: skip


@pytest.mark.parametrize("id", ["7200", "a-town-9f3"])
def test_addresses_are_recognised_as_the_site_writes_them(id: str) -> None:
    marks = make_marks([id], [], THIRD)
    for page in (
        f'<a href="/news/{id}/">x</a>',
        f"see http://e.my399.com/news/{id}/2/ there",
        f"<a href=/news/{id}/>x",
    ):
        assert marks.find_in_page(page.encode()) == "the address"
    for page in (
        f"<td width=7200>{id[:3]} 7200</td>",
        f'<a href="/news/{id}1/">x</a>',
        f'<img src="/news/x-{id}/y.png">',
    ):
        assert marks.find_in_page(page.encode()) is None


def test_pages_without_a_phrase_are_not_searched_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    marks = make_marks(
        ["7200"], [f"The {n}th tram of the depot drove around the old square at noon." for n in range(9)], HARBIN_TODAY
    )
    monkeypatch.setattr("harbincrawl.operations.purge.marks.normal_form", None)
    assert marks.find_in_page(b"<p>The trams of the depot drove around the old square at noon.</p>" * 50) is None


def test_tags_of_hostile_pages_take_time_by_their_length() -> None:
    begin = time.process_time()
    assert strip_tags(b"a<b c>d<e") == b"ad<e"
    assert len(strip_tags(b"<" * 3_000_000)) == 3_000_000
    assert strip_tags(b"<" * 3_000_000 + b">x") == b"x"
    assert time.process_time() - begin < 20, "by the square it would be hours"
