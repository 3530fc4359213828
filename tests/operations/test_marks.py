"""What tells a purge that bytes are of a purged article."""

from __future__ import annotations

import gzip
import html
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harbincrawl.operations.purge.marks import make_marks
from harbincrawl.sites.addresses import AddressScheme
from tests.support.families import examples
from tests.support.sites import HARBIN_TODAY


def test_marks_see_through_tags_entities_and_codings() -> None:
    marks = make_marks(
        ["7200"], ["The metro’s second line opened on Monday, and thousands came. Short one."], HARBIN_TODAY
    )
    words = "The metro’s second line opened on Monday, and thousands came."
    assert marks.find_in_page(b"<p>The metro&rsquo;s <b>second\n line</b> opened on Monday, and thousands came.</p>")
    assert marks.find_in_page(f"<meta charset=gb2312>{words}图".encode("gb18030"))
    assert marks.find_in_page(f"<meta charset=utf-8>{words}图".encode("gb18030")), "also where it claims another coding"
    assert marks.find_in_page(b'<meta content="The metro&#8217;s second line opened on Monday, and thousands came.">')
    assert marks.find_in_page("<p>ＴＨＥ ＭＥＴＲＯ'S SECOND LINE opened on Monday, and thousands came.".encode())
    assert marks.find_in_page(b'<a href="/news/2024-05-06/7200_2.html">x</a>') == "the address"
    assert marks.find_in_page(b'<a href="/news/2024-05-06/17200.html">Short one.</a>') is None
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    page = gzip.compress(("x" * 3000 + words).encode())
    assert marks.find_in_block(head + page)
    assert marks.find_in_block(head + page[:-8]), "also where the answer was cut short"
    assert not marks.find_in_block(head.replace(b"text/html", b"image/png") + page)


def bare(text: str) -> str:
    """Letters and digits alone, by another way than the program's."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in plain if sign.isalnum())


WORDS = (
    "dd", "metro d line", "d", "opened. ", "é", "e\u0301", "\u212a", "第二条线路", " ", "\u3000", "AT&T", "5 < 6", "№",
    "—", "Straße", "100 % of it", "+", "…", "(a)", "\U0001d54f",
)  # fmt: skip
JOINTS = ("", "", " ", "\n", "<b>", "</b>", "<br class='d'>", "&nbsp;", "&#8203;", "&shy;", "\u00ad")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map("".join)


@examples(300)
@given(text=texts, before=texts, joints=st.lists(st.sampled_from(JOINTS), min_size=1))
def test_no_tag_and_no_entity_hides_a_text(text: str, before: str, joints: list[str]) -> None:
    marks = make_marks(["7200"], [text], HARBIN_TODAY)
    assume(marks.phrases)
    page = html.escape(before) + "".join(html.escape(sign) + joints[at % len(joints)] for at, sign in enumerate(text))
    for coding in ("utf-8", "gb18030"):
        assert marks.find_in_page(page.encode(coding), coding) == "a sentence"
    assert (marks.find_in_page(html.escape(before).encode()) is not None) == any(
        bare(phrase) in bare(before) for phrase in marks.phrases
    )


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
