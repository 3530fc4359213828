"""Both dialects of CDX, told apart by what comes; whatever comes, it is rows or one typed error."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.rescue.cdx import ListFormatError, parse_answer, parse_indexes, parse_pages, read_moment

HEAD = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
ROW = ["com,my399,e)/news", "20140501020304", "http://e.my399.com/news/", "text/html", "200", "A" * 32, "512"]
LINE = {
    "urlkey": "com,my399,e)/news", "timestamp": "20140501020304", "url": "http://e.my399.com/news/",
    "mime": "text/html", "status": "200", "digest": f"sha1:{'A' * 32}", "length": "512",
    "offset": "7", "filename": "a.warc.gz",
}  # fmt: skip


def test_both_dialects_say_the_same() -> None:
    arrays = parse_answer(json.dumps([HEAD, ROW, [], ["com%2Cmy399+2014"]]).encode())
    lines = parse_answer(f"{json.dumps(LINE)}\n{json.dumps(LINE)}\n".encode())
    (one,), two = arrays.rows, lines.rows[0]
    assert (one.original, one.timestamp, one.status, one.digest, one.length) == (
        "http://e.my399.com/news/", "20140501020304", 200, "A" * 32, 512,
    )  # fmt: skip
    assert (two.original, two.timestamp, two.status, two.digest, two.length) == (
        one.original, one.timestamp, one.status, one.digest, one.length,
    )  # fmt: skip
    assert (arrays.resume, lines.resume, two.place, lines.count) == ("com%2Cmy399+2014", None, "7 a.warc.gz", 2)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>sorry</html>", b'[["urlkey","times', b'{"url": "x"', b'[1, 2]', b'[["a"],["b"]]',
        b'{"error": "blocked"}', json.dumps([HEAD, ROW[:3]]).encode(),
        b"\xff\xfe", b"[" * 100_000, b'"text"', b'[["timestamp", 1], ["a"]]',
        json.dumps(LINE).encode() + b"\n5", json.dumps(LINE).encode() + b"\n[1]",
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(ListFormatError):
        parse_answer(body)


def test_rows_that_cannot_be_addresses_are_passed_over() -> None:
    bad: list[dict[str, Any]] = [
        LINE | {"url": "http://e.my399.com/\x00"}, LINE | {"timestamp": "2014-05-01"}, LINE | {"url": "x" * 3000},
        LINE | {"url": 7}, LINE | {"timestamp": ""},
    ]  # fmt: skip
    answer = parse_answer("\n".join(map(json.dumps, [LINE, *bad])).encode())
    assert (len(answer.rows), answer.count) == (1, 6)


@given(st.one_of(st.binary(max_size=300), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*HEAD, *LINE]), inner, max_size=5),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_any_answer_is_rows_or_refused(body: bytes) -> None:
    try:
        for row in parse_answer(body).rows:
            assert row.original and row.timestamp.isdigit()
    except ListFormatError:
        pass
    for parse in (parse_indexes, parse_pages):
        with suppress(ListFormatError):
            parse(body)


@pytest.mark.parametrize(
    ("digits", "is_date"),
    [("20140501020304", True), ("20140001020304", False), ("20000008241731", False), ("2014", False)],
)
def test_digits_that_are_no_date_are_no_moment(digits: str, is_date: bool) -> None:
    assert (read_moment(digits) is not None) == is_date
