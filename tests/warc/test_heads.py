"""Fields that come back as they were written, and nothing that comes back as more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    raw = {"sha1": bytes(range(20))}
    for spelling in (
        "sha1:AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT",
        "SHA-1:aaaqeayeaudaocajbifqydiob4ibceqt",
        "sha1:000102030405060708090a0b0c0d0e0f10111213",
        "sha1:AAECAwQFBgcICQoLDA0ODxAREhM=",
    ):
        assert match_digest(spelling, raw) is True
    assert match_digest("sha1:BAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT", raw) is False
    assert match_digest("md5:00", raw) is None
