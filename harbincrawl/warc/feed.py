"""The unpacked bytes of a WARC file, plain or gzip, and where its records seem to begin."""

from __future__ import annotations

import os
import re
import sys
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from harbincrawl.errors import DamagedError

BLOCK = 1 << 16
HEAD_LIMIT = 1 << 20
MAX_UNPACKED = 64 << 20
"""Limit for one record or body in bytes after decompression, against decompression bombs."""
_TRIAL = 4096
_GZIP = b"\x1f\x8b\x08"
BLANK_LINE = re.compile(rb"\r?\n\r?\n")


class Feed:
    """The unpacked bytes of a WARC file, gzip member by member (a plain file is one member), block by block."""

    def __init__(self, stream: BinaryIO, name: str, offset: int = 0) -> None:
        """`stream` must be seekable; `offset` is the start of a member or, in a plain file, of a record."""
        self._stream = stream
        self._name = name
        self._buffer = b""
        self._raw = b""
        """Bytes of the file that the unpacker has not taken; the stream stands behind them."""
        self._next = offset
        self._unpacker: zlib._Decompress | None = None
        self._failure: DamagedError | None = None
        self.size = stream.seek(0, os.SEEK_END)
        """Size of the file in bytes when it was opened."""
        stream.seek(0)
        self.packed = stream.read(3) == _GZIP
        stream.seek(offset)
        self.start = offset
        """Offset of the current member."""
        self._read = 0

    @property
    def place(self) -> int:
        """Offset of the next byte in a plain file; in a gzip file, of its member."""
        return self.start if self.packed else self.start + self._read

    @property
    def end(self) -> int:
        """Offset of the end of the current member, if it was read completely; in a plain file, of the next byte."""
        return self._next if self.packed else self.place

    def open_member(self) -> bool:
        """Begins the next member; False at the end of the file. Raises DamagedError if there is no member."""
        self._buffer = b""
        self._read = 0
        self._failure = None
        if not self.packed:
            self.start = self._stream.tell()
            return self._fill()
        self.start = self._next
        # What was read behind the member before is at hand, if its end was reached.
        if len(self._raw) < len(_GZIP) or self._unpacker is not None:
            self._stream.seek(self._next)
            self._raw = self._stream.read(BLOCK)
        if not self._raw:
            return False
        if self._raw[:3] != _GZIP[: len(self._raw)]:
            raise DamagedError(self._name, self.start, "no gzip member begins here")
        self._unpacker = zlib.decompressobj(31)
        return True

    def skip_padding(self) -> int:
        """Skips zero bytes between members, which tapes and some disks leave; how many there were."""
        begin = self._next
        if not self.packed or (self._unpacker is None and self._raw[:1] == _GZIP[:1]):
            return 0
        self._raw = b""
        self._stream.seek(self._next)
        while raw := self._stream.read(BLOCK):
            rest = raw.lstrip(b"\0")
            self._next += len(raw) - len(rest)
            if rest:
                break
        return self._next - begin

    def _fill(self) -> bool:
        """Fills the buffer; False at the end of the member, after its checksum was verified."""
        if self._buffer:
            return True
        if not self.packed:
            self._buffer = self._stream.read(BLOCK)
            return bool(self._buffer)
        if self._failure is not None:
            raise self._failure
        unpacker = self._unpacker
        while unpacker is not None and not self._buffer:
            before = unpacker.copy()
            try:
                self._buffer = unpacker.decompress(self._raw, BLOCK)
            except zlib.error as error:
                self._failure = DamagedError(self._name, self.start, f"the gzip member is damaged ({error})")
                self._buffer = _unpack_bytes(before, self._raw)
                if not self._buffer:
                    raise self._failure from error
                break
            if unpacker.eof:
                self._raw = unpacker.unused_data
                self._next = self._stream.tell() - len(self._raw)
                self._unpacker = None
                break
            self._raw = unpacker.unconsumed_tail
            if not self._raw and not self._buffer:
                self._raw = self._stream.read(BLOCK)
                if not self._raw:
                    raise DamagedError(self._name, self.start, "the file ends within a gzip member")
        return bool(self._buffer)

    def read(self, size: int) -> bytes:
        """At least one and up to `size` bytes of the current member; b"" at its end."""
        if not self._fill():
            return b""
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        self._read += len(data)
        return data

    def read_head(self) -> bytes:
        """The bytes up to the next empty line, inclusive. Raises DamagedError if there is none within 1 MB."""
        place = self.place
        head = b""
        while data := self.read(BLOCK):
            head += data
            if (blank := BLANK_LINE.search(head, max(0, len(head) - len(data) - 3))) is not None:
                self._unread(head[blank.end() :])
                return head[: blank.end()]
            if len(head) > HEAD_LIMIT:
                raise DamagedError(self._name, place, "no end of the record's header within 1 MB")
        raise DamagedError(self._name, place, "the file ends within the header of a record")

    def skip_blank(self) -> bool:
        """Skips line breaks; False at the end of the member."""
        while self._fill():
            rest = self._buffer.lstrip(b"\r\n")
            self._read += len(self._buffer) - len(rest)
            self._buffer = rest
            if rest:
                return True
        return False

    def begins_record(self) -> bool:
        """Whether the buffer may be the beginning of a record."""
        return b"WARC/".startswith(self._buffer[:5])

    def _unread(self, data: bytes) -> None:
        self._buffer = data + self._buffer
        self._read -= len(data)

    def find_record(self, position: int, stop: int = sys.maxsize) -> int | None:
        """The first offset from `position` on and before `stop` where a record seems to begin; None if there is none.

        It may be a mistake: the body of a page may contain bytes that look like a record.
        """
        self._raw = b""
        mark = _GZIP if self.packed else b"\nWARC/"
        lead = 0 if self.packed else 1
        window = b""
        while position < stop:
            self._stream.seek(position + len(window))
            data = self._stream.read(BLOCK)
            if not data:
                return None
            window += data
            at = window.find(mark)
            while at >= 0:
                begin = position + at + lead
                if begin >= stop:
                    return None
                if self._begins_record(begin):
                    return begin
                at = window.find(mark, at + 1)
            position += max(0, len(window) - len(mark) + 1)
            window = window[-len(mark) + 1 :]
        return None

    def resync(self, position: int) -> bool:
        """Moves to the offset that `find_record` finds; False if there is none."""
        offset = self.find_record(position)
        if offset is not None:
            self._next = offset
            self._stream.seek(offset)
        return offset is not None

    def _begins_record(self, position: int) -> bool:
        if not self.packed:
            return True
        self._stream.seek(position)
        try:
            # Compressed data may contain the gzip magic number by chance, but then it does not unpack to WARC/.
            return zlib.decompressobj(31).decompress(self._stream.read(_TRIAL), 5) == b"WARC/"
        except zlib.error:
            return False


def read_range(stream: BinaryIO, name: str, begin: int, end: int) -> Iterator[bytes]:
    """The bytes of a file as they stand there, piece by piece. Raises DamagedError if it ends before."""
    stream.seek(begin)
    while begin < end:
        piece = stream.read(min(end - begin, BLOCK))
        if not piece:
            raise DamagedError(name, begin, "the file became shorter while it was read")
        begin += len(piece)
        yield piece


def _unpack_bytes(unpacker: zlib._Decompress, raw: bytes) -> bytes:
    """What there is in `raw` before its damage.

    A call that fails gives nothing, not even what it had unpacked, and how much that is depends on where the calls
    before it ended: a reader that began elsewhere would miss other records.
    """
    found = bytearray()
    at, size = 0, len(raw)
    while at < len(raw) and size:
        before = unpacker.copy()
        try:
            found += unpacker.decompress(raw[at : at + size])
            at += size
        except zlib.error:
            unpacker = before
            size //= 2
    return bytes(found)
