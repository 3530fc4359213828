"""Bytes to text: what the bytes say counts more than what is claimed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.pages.html.decode import decode_page

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
