"""What the twin hands out: answers to addresses, the lines of its lists, and a tiny picture for every image."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from harbincrawl.twin.newsroom.model import Story, fold
from harbincrawl.twin.skins.page import PrintedLine

from .faults import Fault


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A line of a list that leads off the site."""

    title: str
    address: str
    date: date
    summary: str = "A page of somebody else."


@dataclass(frozen=True, slots=True)
class TwinAnswer:
    """What the twin says to an address; `fault` tells a server how to spoil it on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    fault: Fault | None = None


def item_day(item: Story | Elsewhere) -> date:
    """The day by which a list sorts the item."""
    return item.date if isinstance(item, Elsewhere) else item.updated or date.min


def list_line(item: Story | Elsewhere, section_path: str, dated: bool) -> PrintedLine:
    """The item as the list of `section_path` prints it."""
    if isinstance(item, Elsewhere):
        return PrintedLine(item.address, item.title, item.date.isoformat() if dated else None, item.summary)
    summary = item.also.get(section_path, item.summary)
    thumb = f"/d/file/thumb/{item.number}.jpg"
    return PrintedLine(item.path, fold(item.title), item.day if dated else None, summary, thumb)


def picture_bytes(path: str) -> bytes:
    """A valid PNG of one pixel that no other path gets."""
    digest = sha256(path.encode()).digest()
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\0" + digest[:3])
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"tEXt", b"Comment\0" + path.encode("ascii", "replace")),
            (b"IDAT", pixel),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
