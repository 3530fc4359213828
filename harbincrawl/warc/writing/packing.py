"""Packing a WARC record as a gzip member."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from harbincrawl.warc.heads import VERSION, compose_head, digest_of
from harbincrawl.warc.log import hash_record

try:
    from isal import isal_zlib
except ImportError:  # pragma: no cover - it has no build for every machine
    isal_zlib = None  # type: ignore[assignment]

ISAL_LEVEL, ZLIB_LEVEL = 2, 3
"""Measured by benchmarks/warc_level.py with pages of 26 KB of random words, processor time and size of a capture:
isal level 1 0.17 ms 10.0 KB, 2 0.17 ms 9.9 KB, 3 0.21 ms 9.8 KB; zlib level 1 0.42 ms 10.3 KB, 3 0.45 ms 10.2 KB, 6
0.59 ms 9.9 KB (warcio, always zlib 9: 0.54 ms). Pages that came gzipped and are not packed again: 0.09 ms (warcio 0.22
ms)."""
_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_COMMENTED = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff"
"""As `_HEADER`; a comment follows (RFC 1952, FCOMMENT), which a zero byte ends."""
_STORED = 0xFFFF
_END = b"\r\n\r\n"
_sum = zlib.crc32 if isal_zlib is None else isal_zlib.crc32


class PackedRecord(NamedTuple):
    """A record as it is written."""

    data: bytes
    """Its gzip member."""
    digest: bytes
    """By which the log names it."""


class Packer(Protocol):
    """A compressor for raw deflate; `flush` ends the stream, or with Z_SYNC_FLUSH aligns it to a byte."""

    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self, mode: int = ..., /) -> bytes: ...


def pack_record(
    fields: Iterable[tuple[str, str]], head: bytes, body: bytes = b"", *, stored: bool = False
) -> PackedRecord:
    """A record with the block `head` + `body`; adds length and block digest to `fields`.

    A `stored` body is not compressed: use it for bodies that are already compressed.
    """
    block = head + body
    record = [*fields, ("WARC-Block-Digest", digest_of(block)), ("Content-Length", str(len(block)))]
    first = compose_head(VERSION, record) + head
    if not stored:
        packer = make_packer(len(first) + len(body))
        first += body + _END
        packed = _HEADER + packer.compress(first) + packer.flush() + _make_trailer(first)
        return PackedRecord(packed, hash_record(first))
    packer = make_packer(len(first))
    parts = [_HEADER, packer.compress(first), packer.flush(zlib.Z_SYNC_FLUSH)]
    rest = body + _END
    for at in range(0, len(rest), _STORED):
        piece = rest[at : at + _STORED]
        last = at + _STORED >= len(rest)
        # RFC 1951, 3.2.4: an uncompressed block with its length and the complement of its length.
        parts += [struct.pack("<BHH", last, len(piece), len(piece) ^ 0xFFFF), piece]
    return PackedRecord(b"".join(parts) + _make_trailer(first, rest), hash_record(first, rest))


def pack_filled(fields: Iterable[tuple[str, str]], lines: Iterable[tuple[str, str]], size: int) -> bytes | None:
    """The gzip member of a record with the block `lines`, exactly `size` bytes long; None if it needs more.

    A comment of blanks in the gzip header fills it, which every reader passes over.
    """
    block = "".join(f"{name}: {value}\r\n" for name, value in lines).encode()
    record = [*fields, ("WARC-Block-Digest", digest_of(block)), ("Content-Length", str(len(block)))]
    whole = compose_head(VERSION, record) + block + _END
    packer = make_zlib_packer(len(whole), 9)
    packed = packer.compress(whole) + packer.flush() + _make_trailer(whole)
    missing = size - len(_HEADER) - len(packed)
    if missing <= 0:
        return _HEADER + packed if missing == 0 else None
    return _COMMENTED + b" " * (missing - 1) + b"\0" + packed


def make_packer(size: int) -> Packer:
    """The compressor for a record of `size` bytes."""
    if isal_zlib is not None:
        return isal_zlib.compressobj(ISAL_LEVEL, zlib.DEFLATED, -15)
    return make_zlib_packer(size, ZLIB_LEVEL)


def make_zlib_packer(size: int, level: int) -> Packer:
    """The zlib compressor, with a small window for small records: zlib clears the whole window first."""
    bits = min(max(size.bit_length(), 9), 15)
    return zlib.compressobj(level, zlib.DEFLATED, -bits, 8 if bits == 15 else 5)


def _make_trailer(*pieces: bytes) -> bytes:
    check = 0
    for piece in pieces:
        check = _sum(piece, check)
    return struct.pack("<II", check, sum(map(len, pieces)) & 0xFFFFFFFF)
