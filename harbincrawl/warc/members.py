"""Reading the archive's own WARC files fast: each gzip member is one record, and is read as a whole."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from harbincrawl.errors import WarcError
from harbincrawl.places import Place, open_place

from .feed import MAX_UNPACKED
from .records import Damage

_PIECE = 1 << 15
_LENGTH = re.compile(rb"\r\nContent-Length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
_TYPE = re.compile(rb"\r\nWARC-Type:[ \t]*([a-z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GzipMember:
    """A record as unpacked bytes."""

    offset: int
    end: int
    """Offset after it."""
    head: bytes
    """Its header, without the empty line after it."""
    block: bytes

    @property
    def data(self) -> bytes:
        """All of it, with the line breaks at its end."""
        return b"%b\r\n\r\n%b\r\n\r\n" % (self.head, self.block)

    @property
    def type(self) -> bytes:
        """`response`, `request` …; empty if it has none."""
        match = _TYPE.search(self.head)
        return match[1].lower() if match else b""


def read_members(path: Place, begin: int = 0, max_unpacked: int = MAX_UNPACKED) -> Iterator[GzipMember | Damage]:
    """All records of `path` from byte `begin` on, where a member begins; a Damage ends it.

    Anything but one record a member is damage here: a purge could miss what it holds. Empty members, which a repair
    leaves where a notice is too long, are passed over. Raises WarcError if the file cannot be read.
    """
    try:
        with open_place(path) as stream:
            stream.seek(begin)
            place, raw = begin, b""
            while raw := raw or stream.read(_PIECE):
                unpacker = zlib.decompressobj(31)
                parts: list[bytes] = []
                size, read = 0, 0
                while not unpacker.eof:
                    if not raw or size > max_unpacked:
                        what = f"the record has more than {max_unpacked} bytes" if raw else "the file ends in a record"
                        yield Damage(place, what)
                        return
                    read += len(raw)
                    try:
                        parts.append(unpacker.decompress(raw, max_unpacked + 1 - size))
                    except zlib.error as error:
                        yield Damage(place, f"the gzip member is damaged ({error})")
                        return
                    size += len(parts[-1])
                    raw = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail or stream.read(_PIECE)
                end = place + read - len(raw)
                if size:
                    yield _make_member(place, end, b"".join(parts))
                place = end
    except OSError as error:
        raise WarcError(path.name, None, f"cannot be read ({error.strerror})") from error


def _make_member(offset: int, end: int, data: bytes) -> GzipMember | Damage:
    at = data.find(b"\r\n\r\n")
    length = _LENGTH.search(data, 0, at + 2)
    if not data.startswith(b"WARC/1.") or at < 0 or length is None or at + 8 + int(length[1]) != len(data):
        return Damage(offset, "expected one gzip member per record")
    return GzipMember(offset, end, data[:at], data[at + 4 : -4])
