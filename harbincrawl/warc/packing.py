"""One WARC record, one gzip member."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

from .heads import VERSION, compose_head, digest_of

LEVEL = 3
"""Of zlib. benchmarks/warc_level.py, pages of 26 KB of random words, processor time for a capture and bytes in the
file: level 1 0.47 ms 10.3 KB, 3 0.48 ms 10.2 KB, 4 0.57 ms 10.0 KB, 6 0.65 ms 9.9 KB, 9 0.70 ms 9.9 KB (warcio, always
9: 0.58 ms). Of the twin's pages, zlib alone: level 1 0.10 ms 5.2 KB, 3 0.10 ms 4.7 KB, 4 0.15 ms 4.7 KB, 6 0.21 ms
4.5 KB. Pages that came gzipped: stored as they are 0.12 ms 9.9 KB, packed once more 0.22 ms 9.6 KB."""
_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_STORED = 0xFFFF
_END = b"\r\n\r\n"


def pack_record(
    fields: Iterable[tuple[str, str]], head: bytes, body: bytes = b"", *, level: int = LEVEL, stored: bool = False
) -> bytes:
    """The gzip member of a record whose block is `head` and `body`; its length and block digest are added to `fields`.

    A `stored` body is not packed again, which no page that came packed is worth.
    """
    block = head + body
    record = [*fields, ("WARC-Block-Digest", digest_of(block)), ("Content-Length", str(len(block)))]
    first = compose_head(VERSION, record, encoding="utf-8") + head
    if not stored:
        # A small window where there is little to look back on: zlib clears all of it first.
        packer = _make_packer(level, len(first) + len(body))
        first += body + _END
        return _HEADER + packer.compress(first) + packer.flush() + _make_trailer(first)
    packer = _make_packer(level, len(first))
    parts = [_HEADER, packer.compress(first), packer.flush(zlib.Z_SYNC_FLUSH)]
    rest = body + _END
    for at in range(0, len(rest), _STORED):
        piece = rest[at : at + _STORED]
        last = at + _STORED >= len(rest)
        # RFC 1951, 3.2.4: a block of bytes as they are, its length and the complement of it.
        parts += [struct.pack("<BHH", last, len(piece), len(piece) ^ 0xFFFF), piece]
    return b"".join(parts) + _make_trailer(first, rest)


def _make_packer(level: int, size: int) -> zlib._Compress:
    bits = min(max(size.bit_length(), 9), 15)
    return zlib.compressobj(level, zlib.DEFLATED, -bits, 8 if bits == 15 else 5)


def _make_trailer(*pieces: bytes) -> bytes:
    check = 0
    for piece in pieces:
        check = zlib.crc32(piece, check)
    return struct.pack("<II", check, sum(map(len, pieces)) & 0xFFFFFFFF)
