"""A record is one gzip member, whatever is in it."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.warc.packing import pack_record


@given(head=st.binary(max_size=200), body=st.binary(max_size=200), stored=st.booleans(), level=st.integers(0, 9))
def test_any_block_comes_back(head: bytes, body: bytes, stored: bool, level: int) -> None:
    member = pack_record([("X", "y")], head, body, level=level, stored=stored)
    unpacker = zlib.decompressobj(31)
    record = unpacker.decompress(member)
    assert (unpacker.eof, unpacker.unused_data) == (True, b"")
    assert record.startswith(b"WARC/1.1\r\nX: y\r\nWARC-Block-Digest: sha1:")
    assert record.endswith(b"Content-Length: %d\r\n\r\n%s%s\r\n\r\n" % (len(head + body), head, body))


@pytest.mark.parametrize("size", [0xFFFF - 5, 0xFFFF - 4, 0xFFFF - 3, 0xFFFF, 2 * 0xFFFF, 1_000_000])
def test_stored_bodies_of_every_size_come_back(size: int) -> None:
    body = bytes(size)
    member = pack_record([], b"", body, stored=True)
    assert gzip.decompress(member).endswith(b"\r\n\r\n" + body + b"\r\n\r\n")
    assert len(member) > size


def test_the_same_record_gives_the_same_bytes() -> None:
    assert pack_record([("A", "b")], b"head", b"body") == pack_record([("A", "b")], b"head", b"body")
