"""A record is one gzip member, whatever is in it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.warc.writing import packing
from harbincrawl.warc.writing.packing import pack_record


@pytest.fixture(params=["isal", "zlib"], autouse=True)
def library(request: pytest.FixtureRequest) -> Iterator[None]:
    """isal where it is installed, and what does without it."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "zlib":
            patch.setattr(packing, "isal_zlib", None)
        elif packing.isal_zlib is None:
            pytest.skip("there is no isal for this machine")
        yield


@given(head=st.binary(max_size=200), body=st.binary(max_size=200) | st.binary(min_size=5000), stored=st.booleans())
def test_any_block_comes_back(head: bytes, body: bytes, stored: bool) -> None:
    member = pack_record([("X", "y")], head, body, stored=stored).data
    unpacker = zlib.decompressobj(31)
    record = unpacker.decompress(member)
    assert (unpacker.eof, unpacker.unused_data) == (True, b"")
    assert record.startswith(b"WARC/1.1\r\nX: y\r\nWARC-Block-Digest: sha256:")
    assert record.endswith(b"Content-Length: %d\r\n\r\n%s%s\r\n\r\n" % (len(head + body), head, body))


@pytest.mark.parametrize("size", [0xFFFF - 5, 0xFFFF - 4, 0xFFFF - 3, 0xFFFF, 2 * 0xFFFF, 1_000_000])
def test_stored_bodies_of_every_size_come_back(size: int) -> None:
    body = bytes(size)
    member = pack_record([], b"", body, stored=True).data
    assert gzip.decompress(member).endswith(b"\r\n\r\n" + body + b"\r\n\r\n")
    assert len(member) > size


def test_the_same_record_gives_the_same_bytes() -> None:
    assert pack_record([("A", "b")], b"head", b"body") == pack_record([("A", "b")], b"head", b"body")
