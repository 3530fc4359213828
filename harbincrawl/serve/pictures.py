"""How large a kept picture is, read from its first bytes, so that a page keeps its place before it is loaded."""

from __future__ import annotations

import struct
from pathlib import Path

Size = tuple[int, int]
"""Width and height in pixels."""

_HEAD = 1 << 16
"""Bytes that are read: behind them a JPEG may have its size only where a large thumbnail stands before it."""
_MOST = 30_000
"""Pixels; what says more is wrong, or no picture to lay a page out by."""


def read_size(path: Path) -> Size | None:
    """The size of a picture; None for what cannot be read, or is no picture of a known kind."""
    try:
        with path.open("rb") as stream:
            size = find_size(stream.read(_HEAD))
    except OSError:
        return None
    return size if size and all(0 < side <= _MOST for side in size) else None


def find_size(head: bytes) -> Size | None:
    """The size that the first bytes of a picture name: PNG, GIF, BMP, WebP (RFC 9649), JPEG."""
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
            return struct.unpack(">II", head[16:24])
        if head.startswith((b"GIF87a", b"GIF89a")):
            return struct.unpack("<HH", head[6:10])
        if head.startswith(b"BM"):
            width, height = struct.unpack("<ii", head[18:26])
            return width, abs(height)
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            return _find_webp(head)
        return _find_jpeg(head) if head.startswith(b"\xff\xd8") else None
    except (struct.error, IndexError):
        return None


def _find_webp(head: bytes) -> Size | None:
    kind = head[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", head[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _find_jpeg(head: bytes) -> Size | None:
    """From the frame header (ITU T.81, B.2.2), behind all segments before it."""
    at = 2
    while head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack(">H", head[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
