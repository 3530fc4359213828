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


def test_a_few_broken_bytes_cost_only_themselves() -> None:
    assert decode_page(TEXT.encode() + b"\xff") == TEXT + "\ufffd"


@given(st.lists(st.sampled_from(("<p>", "word " * 80, "哈尔滨", "€", "ᠠ", "𠀀", "\xe9", "9@")), max_size=12))
def test_chinese_pages_are_decoded_as_python_does_however_long(pieces: list[str]) -> None:
    page = "<meta charset=gbk>" + "".join(pieces) + "结束。"
    assert decode_page(page.encode("gb18030")) == page


def test_a_character_that_a_tag_cuts_in_two_costs_only_itself() -> None:
    page = b"<meta charset=gbk>" + b"<p>" * 200 + "冰雪".encode("gbk")[:3] + b"<p>" * 200
    assert decode_page(page) == page.decode("gb18030", "replace")
