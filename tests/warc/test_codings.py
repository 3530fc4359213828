"""Undoing what was done to a body on its way, within bounds."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.warc.codings import CodingError, SizeError, decode_payload, join_chunks

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
