"""Heads come back as they were written, and bodies as they were before they were packed."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from base64 import b32encode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.warc.codings import CodingError, SizeError, decode_payload, join_chunks
from harbincrawl.warc.heads import (
    clean_address,
    compose_head,
    compose_http_head,
    format_date,
    match_digest,
    parse_date,
    parse_head,
)
from tests.support.warc_cases import MOMENT


@given(first=st.text(max_size=40), fields=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), max_size=5))
def test_any_text_makes_as_many_fields_as_were_given(first: str, fields: list[tuple[str, str]]) -> None:
    for head in (compose_head(first, fields), compose_http_head(first, fields)):
        assert head.count(b"\r\n") == len(fields) + 2
        assert head.count(b"\n") == head.count(b"\r") == len(fields) + 2
        assert len(parse_head(head)[1]) == len(fields)


@given(lines=st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=40)), max_size=5))
def test_an_http_head_comes_back_byte_for_byte(lines: list[tuple[bytes, bytes]]) -> None:
    def sent(data: bytes, but: bytes) -> str:
        return data.translate(None, b"\0\r\n" + but).strip(b" \t").decode("latin-1")

    fields = tuple((sent(name, b":"), sent(value, b"")) for name, value in lines)
    head = compose_http_head("HTTP/1.1 200 Fine \xff", fields)
    assert parse_head(head.removesuffix(b"\r\n\r\n")) == ("HTTP/1.1 200 Fine \xff", fields)


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("http://user:word@e.my399.com/a?b#c", "http://e.my399.com/a?b"),
        ("http://e.my399.com/a b\r\nc", "http://e.my399.com/a%20b%20c"),
        ("http://[bad/", "http://[bad/"),
    ],
)
def test_addresses_hold_neither_secrets_nor_line_ends(address: str, clean: str) -> None:
    assert clean_address(address) == clean


def test_dates_come_back_to_the_second() -> None:
    assert parse_date(format_date(MOMENT.replace(microsecond=999_999))) == MOMENT
    for wrong in (
        "",
        "2024",
        "20240506070809",
        "2024-02-30T00:00:00Z",
        "2024-05-06T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ):
        with pytest.raises(ValueError, match=r"\w"):
            parse_date(wrong)


def test_digests_match_in_every_spelling() -> None:
    raw = hashlib.sha1(b"page", usedforsecurity=False).digest()
    base32, base64 = b32encode(raw).decode(), b64encode(raw).decode()
    for spelling in (f"sha1:{base32}", f"SHA-1:{base32.lower()}", f"sha1:{raw.hex()}", f"sha1:{base64}"):
        assert match_digest(spelling, b"page") is True
    assert match_digest(f"sha1:{base32}", b"pages") is False
    assert match_digest("crc32:00", b"page") is None


PAGE = b"<html>" + b"Harbin " * 30_000 + b"</html>"


def pack_bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": gzip.compress(PAGE, mtime=0),
    "x-gzip": gzip.compress(PAGE[:9_000], mtime=0) + gzip.compress(PAGE[9_000:], mtime=0),
    "deflate": zlib.compress(PAGE),
    "DEFLATE ": pack_bare(PAGE),
    "identity": PAGE,
    "gzip, deflate": zlib.compress(gzip.compress(PAGE, mtime=0)),
}


@pytest.mark.parametrize("coding", PACKED)
def test_every_coding_that_a_crawl_asks_for_is_undone(coding: str) -> None:
    fields = (("Content-encoding", coding),)
    assert decode_payload(PACKED[coding], fields, len(PAGE)) == PAGE
    with pytest.raises(SizeError):
        decode_payload(PACKED[coding], fields, len(PAGE) - 1)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "DEFLATE "])
def test_a_cut_body_is_an_error_and_no_shorter_page(coding: str) -> None:
    for size in (len(PACKED[coding]) // 2, len(PACKED[coding]) - 1):
        with pytest.raises(CodingError):
            decode_payload(PACKED[coding][:size], (("Content-Encoding", coding),), 10**9)


@given(
    parts=st.lists(st.binary(min_size=1, max_size=80), min_size=1, max_size=6), end=st.sampled_from([b"\r\n", b"\n"])
)
def test_chunks_are_joined(parts: list[bytes], end: bytes) -> None:
    chunked = b"".join(b"%X%s%s%s" % (len(part), end, part, end) for part in parts) + b"0" + end + end
    assert join_chunks(chunked) == b"".join(parts)


def test_text_that_begins_like_chunks_is_text() -> None:
    chunked = (("Transfer-Encoding", "chunked"),)
    for text in (b"0\nUser-agent: *\n", b"0\r\nAllow: /\r\n\r\n", b"0\n", b"5\nwords and more words", b"0"):
        assert decode_payload(text, chunked, 10**9) == text
        assert decode_payload(b"%x\r\n%s\r\n0\r\n\r\n" % (len(text), text), chunked, 10**9) == text
    whole = b"3\r\nabc\r\n0\r\n\r\n"
    assert decode_payload(whole, chunked, 10**9) == b"abc"
    assert decode_payload(whole, (*chunked, ("Content-Length", str(len(whole)))), 10**9) == whole
    assert decode_payload(b"0\r\n\r\n", chunked, 10**9) == b""


def test_broken_chunks_are_an_error_and_no_chunks_are_none() -> None:
    with pytest.raises(CodingError):
        join_chunks(b"3\r\nabc\r\n9\r\nab")
    with pytest.raises(CodingError):
        join_chunks(b"3\r\nabc\r\nno number\r\n")
    for plain in (b"", PAGE, b"bad\r\n<html>", b"5\r\nab"):
        assert join_chunks(plain) == plain


@given(data=st.binary(max_size=300), coding=st.sampled_from(["gzip", "deflate", "br", "gzip, chunked"]))
def test_any_bytes_decode_or_are_refused(data: bytes, coding: str) -> None:
    for payload in (data, b"\x1f\x8b\x08" + data):
        try:
            decode_payload(payload, (("Content-Encoding", coding), ("Transfer-Encoding", "chunked")), 100_000)
        except (CodingError, SizeError):
            continue
