"""A record is one gzip member, whatever is in it."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harbincrawl.warc import packing
from harbincrawl.warc.packing import pack_filled, pack_record


@pytest.fixture(params=["isal", "zlib"], autouse=True)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """isal where it is installed, and what does without it."""
    if request.param == "zlib":
        monkeypatch.setattr(packing, "compress", zlib.compress)
    elif packing.compress is zlib.compress:
        pytest.skip("there is no isal for this machine")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(block=st.binary(max_size=200) | st.binary(min_size=5000))
def test_any_block_comes_back(block: bytes) -> None:
    member = pack_record([("X", "y")], block).data
    unpacker = zlib.decompressobj(31)
    record = unpacker.decompress(member)
    assert (unpacker.eof, unpacker.unused_data) == (True, b"")
    assert record.startswith(b"WARC/1.1\r\nX: y\r\nWARC-Block-Digest: sha256:")
    assert record.endswith(b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(block), block))


@pytest.mark.parametrize("more", [0, 1, 2, 70_000])
def test_a_member_is_filled_to_any_size_that_holds_it(more: int) -> None:
    least = len(zlib.compress(b"record", 9, 31))
    filled = pack_filled(b"record", least + more)
    assert filled is not None
    assert (len(filled), gzip.decompress(filled)) == (least + more, b"record")
    assert pack_filled(b"record", least - 1) is None
