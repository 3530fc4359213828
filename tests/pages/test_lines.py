"""Bytes to text to lines: what a tree of BeautifulSoup's own shows, in its order, and nothing else."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.html.document import read_document as read_page
from harbincrawl.pages.html.elements import HIDDEN
from harbincrawl.pages.html.line import LineImage, list_around
from tests.support.twin import make_twin
from tests.support.twin.skins import SKINS

PAGE = (
    "<html><head><title>A &amp; B</title><base href='/x/'><link rel=Canonical href=/a.html><link rel=canonical href=/b>"
    "<style>p{}</style></head><body class=c><div><p>one <i>two</i> <b>three</b><br>four<!-- no --></p>\n<p hidden>x</p>"
    "<p style='display : none'>y<span>z</span></p><script>document.write('<p>no</p>')</script>"
    "<a href=/7.html id=i><img src=7.jpg alt=seven></a></div></body></html>"
)


def read_document(html: str) -> Document:
    return read_page(html, "http://e.my399.com/news/")


def test_lines_are_what_is_shown_and_nothing_else() -> None:
    page = read_document(PAGE)
    assert [line.text for line in page.lines] == ["one two three", "four", ""]
    assert page.lines[2].images == [LineImage("7.jpg", "seven", "/7.html")]
    assert (page.title, page.base, page.canonical) == ("A & B", "/x/", "/a.html")


def shown_by_stock(html: str) -> str:
    """All text that a tree of BeautifulSoup's own shows, white space apart."""
    made = []
    for text in BeautifulSoup(html, "lxml").find_all(string=True):
        above = [tag for tag in text.parents if isinstance(tag, Tag)]
        hidden = any(
            tag.name in HIDDEN
            or "hidden" in tag.attrs
            or re.search(r"(?i)display\s*:\s*none", str(tag.get("style", "")))
            for tag in above
        )
        if isinstance(text, NavigableString) and not isinstance(text, PreformattedString) and not hidden:
            made.append(text)
    return re.sub(r"[\s\u200b\ufeff\xad]", "", "".join(made))


@pytest.mark.parametrize("skin", sorted(SKINS))
def test_lines_hold_every_word_that_a_tree_shows(skin: str) -> None:
    twin = make_twin(5, 12, skins=(skin,))
    addresses = [*(story.path for story in twin.stories.values()), *(f"/{section}/" for section in twin.sections)]
    for address in addresses:
        html = twin.render(address).body.decode("gb18030", "replace")
        page = read_document(html)
        assert re.sub(r"\s", "", "".join(line.text for line in page.lines)) == shown_by_stock(html)
        for line in page.lines:
            assert all(link.text in line.text for link in line.links)


@pytest.mark.parametrize("html", ["", "no markup", "\ud800"])
def test_what_has_no_markup_has_no_lines(html: str) -> None:
    assert read_document(html).lines == []


def test_links_within_and_across_lines() -> None:
    page = read_document("<p>a <a href=/1>b</a> c <a>d</a> <a href=/2>e<br>f</a> g</p><a href=/3><i>h</i></a>")
    assert [(line.text, line.rest, line.is_link) for line in page.lines] == [
        ("a b c d e", "a c d", False),
        ("f g", "g", False),
        ("h", "", True),
    ]
    assert [[(link.href, link.text) for link in line.links] for line in page.lines] == [
        [("/1", "b"), ("/2", "e")],
        [("/2", "f")],
        [("/3", "h")],
    ]


def test_a_page_nested_deeper_than_recursion_allows_is_read() -> None:
    page = read_document("<div>" * 5000 + "deep" + "</div>" * 5000)
    assert [line.text for line in page.lines] == ["deep"]


def test_lines_of_preformatted_text_stay_apart_however_it_is_marked_up() -> None:
    page = read_document("<pre>one\ntwo <b>three\nfour</b> five\n\n<span>six\nseven</span></pre><p>eight\nnine</p>")
    assert [line.text for line in page.lines] == ["one", "two three", "four five", "six", "seven", "eight nine"]


def test_hidden_elements_hide_all_within_them_and_nothing_behind() -> None:
    hidden = "<span hidden>a<b>b</b><p>c</p></span>"
    page = read_document(f"<div>{hidden}d<noscript><p>e</p></noscript><p>f</p></div><p>g</p>")
    assert [line.text for line in page.lines] == ["d", "f", "g"]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<amp-img src=a.jpg width=16 height=9 layout=responsive></amp-img>", ["a.jpg"]),
        ("<amp-anim src=a.gif width=600 height=400><amp-img placeholder src=b.png></amp-img></amp-anim>", ["a.gif"]),
        ("<amp-img src=a.webp><amp-img fallback src=b.jpg></amp-img></amp-img>", ["a.webp"]),
        ("<amp-img src=a.webp><noscript><img src=a.jpg></noscript></amp-img>", ["a.webp"]),
        ("<picture><source srcset='a.webp 1x, b.webp 2x'><img src=a.jpg></picture>", ["a.jpg"]),
        ("<picture><source data-srcset='a.webp 1x, b.webp 2x'></picture><img src=c.jpg>", ["b.webp", "c.jpg"]),
        ("<picture><source srcset=a.webp><img src=/images/loading.gif alt=''></picture>", ["a.webp"]),
        ("<video><source src=a.mp4></video><source srcset=b.jpg>", []),
        ("<img srcset='/d/a,1.jpg 300w,/d/b.jpg 900w, /d/c.jpg 600w'>", ["/d/b.jpg"]),
        ("<img src='data:image/gif;base64,R0' data-srcset='data:image/png;base64,R0 1x, a.jpg 640w'>", ["a.jpg"]),
        ("<img src=/images/grey.gif data-lazy-srcset='a.jpg, b.jpg 2x'>", ["b.jpg"]),
        ("<img data-src=a.jpg><noscript><img src=a.jpg></noscript>", ["a.jpg"]),
    ],
)  # fmt: skip
def test_a_picture_is_shown_once_whatever_stands_for_it(html: str, shown: list[str]) -> None:
    page = read_document(f"<div>before</div>{html}<div>behind</div>")
    assert [image.src for line in page.lines for image in line.images] == shown
    assert not any(image.small for line in page.lines for image in line.images)
    assert [line.text for line in page.lines if line.text] == ["before", "behind"]


def test_inline_elements_around_all_words_of_a_line_are_its_look() -> None:
    page = read_document(
        "<p><span class=c><i>one</i> two</span></p><p>three <i>four</i></p><p><i>five</i> <i>six</i></p>"
        "<p style='color:#999'>seven</p><p><font color=gray><img src=a.jpg>eight<br>nine</font></p>"
    )
    looks = {line.text: line.look or (None, None, False) for line in page.lines if line.text}
    named = {
        text: (style, [tag for _, tag, _ in list_around(inline)], beside)
        for text, (style, inline, beside) in looks.items()
    }
    assert named == {
        "one two": (None, ["span"], False),
        "three four": (None, [], False),
        "five six": (None, [], False),
        "seven": ("color:#999", [], False),
        "eight": (None, ["font"], True),
        "nine": (None, ["font"], False),
    }


def test_inline_elements_that_are_nested_by_thousands_take_no_time_by_the_square() -> None:
    page = read_document("<p>" + "<i>a " * 20_000)
    assert [len(line.text) for line in page.lines] == [39_999]


TEXT = "<p>“Words” – 下一页</p>"


@pytest.mark.parametrize("coding", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
def test_text_comes_back_without_any_claim(coding: str) -> None:
    assert decode_page(TEXT.encode(coding)).lstrip("\ufeff") == TEXT


@pytest.mark.parametrize("claim", ["gb2312", "iso-8859-1", "utf-16", "no-such-coding", "utf-8"])
def test_a_wrong_claim_does_not_spoil_utf_8(claim: str) -> None:
    page = f"<meta charset={claim}>{TEXT}"
    assert decode_page(page.encode()) == page
    assert decode_page(TEXT.encode(), claim) == TEXT


def test_chinese_bytes_that_are_valid_utf_8_by_chance_follow_the_claim() -> None:
    page = "<meta charset=gb2312><p>图片10.jpg</p>"
    assert "图片".encode("gbk").decode("utf-8") != "图片"
    assert decode_page(page.encode("gbk")) == page
    assert decode_page("<p>图片10.jpg</p>".encode("gbk"), "gb2312") == "<p>图片10.jpg</p>"
    assert "café" in decode_page("<meta charset=gb2312><p>café</p>".encode())


def _break(data: bytes, places: list[int], how: int) -> bytes:
    """`data` with bytes beyond ASCII replaced by `how`, or cut out where it is negative."""
    broken = bytearray(data)
    for place in places:
        high = [at for at, byte in enumerate(broken) if byte > 127]
        if high and how < 0:
            del broken[high[place % len(high)]]
        elif high:
            broken[high[place % len(high)]] = how
    return bytes(broken)


@pytest.mark.parametrize("claim", ["utf-8", "UTF8", None])
@given(
    st.sampled_from((TEXT * 5, "“He said no” – and left…" * 4)),
    st.lists(st.integers(0, 99), min_size=1, max_size=3),
    st.sampled_from((-1, 0x20, 0x41, 0x80, 0x9C, 0xC3, 0xE2, 0xFF)),
)
def test_broken_utf_8_that_is_declared_stays_utf_8(claim: str | None, text: str, places: list[int], how: int) -> None:
    page = _break(f"<meta charset=utf-8><p>{text}</p>".encode(), places, how)
    assert decode_page(page, claim) == page.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "text", ["首页 下一页 共 8 条", "“Words” – more", "Ice — snow", "哈尔滨<p>café society", "记者 李 摄", "副本.jpg"]
)
def test_gbk_under_a_label_of_utf_8_is_read_as_gbk(text: str) -> None:
    page = f"<meta charset=utf-8><p>{text.replace('é', 'e')}</p>".encode("gb18030")
    assert decode_page(page, "utf-8") == page.decode("gb18030")


@pytest.mark.parametrize("claim", ["idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "\x00"])
def test_a_codec_that_is_no_charset_is_no_claim(claim: str) -> None:
    page = "<p>café \\u0041 \\] society".encode("latin-1")
    assert decode_page(page, claim) == page.decode("utf-8", "replace")


@given(st.binary(max_size=60), st.sampled_from((b"", b"<meta charset=utf-8>", b"<meta charset=gbk>")))
def test_any_bytes_are_some_text(body: bytes, meta: bytes) -> None:
    for claim in (None, "utf-8", "gb2312", "windows-1252", "big5", "shift_jis"):
        assert isinstance(decode_page(meta + body, claim), str)
