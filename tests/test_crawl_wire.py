"""Answers of HTTP/1 off the wire, however they are cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.crawl.wire import AnswerReader, CutError, LargeError, WireError

MOST = 10_000
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\nX-After: 1\r\n\r\n"
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + PLAIN
FOLDED = b"HTTP/1.1 200 OK\nX-Long: one\n two\nno colon here\nContent-Length: 5\n\nhello"


def read(data: bytes, cuts: tuple[int, ...] = (), *, end: bool = False) -> AnswerReader:
    reader = AnswerReader(MOST)
    at = 0
    for cut in (*sorted(cut % (len(data) + 1) for cut in cuts), len(data)):
        if cut > at:
            reader.feed(data[at:cut])
            at = cut
    if end:
        reader.end()
    return reader


@given(st.sampled_from((PLAIN, CHUNKED, EARLY, FOLDED)), st.lists(st.integers(0, 300), max_size=8))
def test_pieces_make_the_same_answer_as_the_whole(data: bytes, cuts: list[int]) -> None:
    reader = read(data, tuple(cuts))
    assert reader.done
    assert (reader.status, reader.body) == (200, b"hello")
    assert reader.stays


@given(st.binary(max_size=200), st.lists(st.integers(0, 300), max_size=4))
def test_any_bytes_end_in_an_answer_or_in_an_error_of_ours(data: bytes, cuts: list[int]) -> None:
    for start in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        try:
            reader = read(start + data, tuple(cuts), end=True)
        except (WireError, CutError, LargeError):
            continue
        assert reader.done


@pytest.mark.parametrize("data", [PLAIN, CHUNKED])
def test_an_answer_that_ends_too_early_is_cut(data: bytes) -> None:
    for length in range(len(data)):
        with pytest.raises(CutError):
            read(data[:length], end=True)


def test_without_a_length_the_body_lasts_until_the_connection_ends() -> None:
    reader = read(b"HTTP/1.1 200 OK\r\n\r\nhello", end=True)
    assert reader.body == b"hello"
    assert not reader.stays


@pytest.mark.parametrize("status", [204, 304])
def test_no_body_follows_a_304_whatever_its_length_says(status: int) -> None:
    reader = read(b"HTTP/1.1 %d X\r\nContent-Length: 5\r\n\r\n" % status)
    assert reader.done
    assert reader.body == b""
    assert reader.stays


def test_a_connection_stays_only_where_both_sides_know_the_end() -> None:
    assert not read(PLAIN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")).stays
    assert not read(PLAIN.replace(b"/1.1", b"/1.0")).stays
    assert read(PLAIN.replace(b"/1.1", b"/1.0").replace(b"\r\n\r\n", b"\r\nConnection: Keep-Alive\r\n\r\n")).stays
    assert not read(PLAIN + b"HTTP/1.1 200 OK").stays


def test_lines_are_joined_where_folded_and_left_out_without_a_colon() -> None:
    assert read(FOLDED).headers == [(b"X-Long", b"one two"), (b"Content-Length", b"5")]


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: -5",
        b"Content-Length: 5, 5",
        b"Content-Length: 9" + b"9" * 30,
    ],
)
def test_a_length_that_means_nothing_is_no_answer(head: bytes) -> None:
    with pytest.raises(WireError):
        read(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\nhello")


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10001\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2712\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_001,
    ],
)
def test_too_large_a_body_is_refused_before_it_is_held(data: bytes) -> None:
    with pytest.raises(LargeError):
        read(data)


def test_endless_headers_are_refused() -> None:
    with pytest.raises(WireError):
        read(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 60_000)
