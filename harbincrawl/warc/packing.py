"""Packing a WARC record as a gzip member."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import NamedTuple

from .heads import VERSION, compose_head, digest_of
from .log import RECORD_END, hash_record

try:
    from isal.isal_zlib import compress
except ImportError:  # pragma: no cover - it has no build for every machine
    from zlib import compress

LEVEL = 2
"""Measured by benchmarks/warc_level.py with pages of 26 KB of random words, processor time and size of a capture: isal
level 1 0.19 ms 10.1 KB, 2 0.20 ms 9.9 KB, 3 0.24 ms 9.8 KB; zlib level 2 0.44 ms 10.3 KB, 6 0.61 ms 10.0 KB (warcio,
always zlib 9: 0.55 ms)."""
_WRAPPED = 31
"""The `wbits` of a gzip member: with its header and checksum."""
_COMMENTED = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff"
"""The header of a gzip member with a comment (RFC 1952, FCOMMENT), which a zero byte ends."""
_HEADER_SIZE = 10
"""Bytes of the header of one without."""


class PackedRecord(NamedTuple):
    """A record as it is written."""

    data: bytes
    """Its gzip member."""
    digest: bytes
    """By which the log names it."""


def pack_record(fields: Iterable[tuple[str, str]], block: bytes) -> PackedRecord:
    """A record of `fields` and `block`; adds its length and the digest of its block to the fields."""
    record = compose_record(fields, block)
    return PackedRecord(compress(record, LEVEL, _WRAPPED), hash_record(record))


def compose_record(fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    """The bytes of a record, unpacked."""
    added = (("WARC-Block-Digest", digest_of(block)), ("Content-Length", str(len(block))))
    return compose_head(VERSION, (*fields, *added)) + block + RECORD_END


def pack_filled(record: bytes, size: int) -> bytes | None:
    """The gzip member of `record`, exactly `size` bytes long; None if it needs more.

    A comment of blanks in the gzip header fills it, which every reader passes over.
    """
    packed = zlib.compress(record, 9, _WRAPPED)
    missing = size - len(packed)
    if missing <= 0:
        return packed if missing == 0 else None
    return _COMMENTED + b" " * (missing - 1) + b"\0" + packed[_HEADER_SIZE:]
