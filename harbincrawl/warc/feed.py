"""Reading the records of a WARC file, plain or gzip, one after the other; damaged parts are skipped and reported."""

from __future__ import annotations

import os
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from harbincrawl.errors import DamagedError, TooLargeError

from .heads import Fields, find_field, parse_head

BLOCK = 1 << 16
_HEAD_LIMIT = 1 << 20
_TRIAL = 4096
_GZIP = b"\x1f\x8b\x08"
_FIRST = re.compile(r"WARC/[01]\.\d+", re.ASCII)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


class Feed:
    """The unpacked bytes of a WARC file, gzip member by member (a plain file is one member), block by block."""

    def __init__(self, stream: BinaryIO, name: str, offset: int = 0) -> None:
        """`stream` must be seekable; `offset` is the start of a member or, in a plain file, of a record."""
        self._stream = stream
        self._name = name
        self._buffer = b""
        self._raw = b""
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
        self._stream.seek(self._next)
        self.start = self._next
        self._raw = self._stream.read(BLOCK)
        if not self._raw:
            return False
        if self._raw[:3] != _GZIP[: len(self._raw)]:
            raise DamagedError(self._name, self.start, "no gzip member begins here")
        self._unpacker = zlib.decompressobj(31)
        return True

    def skip_padding(self) -> None:
        """Skips zero bytes between members, which tapes and some disks leave."""
        if not self.packed:
            return
        self._stream.seek(self._next)
        while raw := self._stream.read(BLOCK):
            rest = raw.lstrip(b"\0")
            self._next += len(raw) - len(rest)
            if rest:
                return

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
            try:
                self._buffer = unpacker.decompress(self._raw, BLOCK)
            except zlib.error as error:
                self._failure = DamagedError(self._name, self.start, f"the gzip member is damaged ({error})")
                raise self._failure from error
            if unpacker.eof:
                self._next = self._stream.tell() - len(unpacker.unused_data)
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
            if (blank := _BLANK_LINE.search(head, max(0, len(head) - len(data) - 3))) is not None:
                self._unread(head[blank.end() :])
                return head[: blank.end()]
            if len(head) > _HEAD_LIMIT:
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
        """The first place from `position` on and before `stop` where a record seems to begin; None without one.

        Seems: a page may hold bytes that look like a record.
        """
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
        """Goes to where `find_record` finds one; False where it finds none."""
        found = self.find_record(position)
        if found is not None:
            self._next = found
            self._stream.seek(found)
        return found is not None

    def _begins_record(self, position: int) -> bool:
        if not self.packed:
            return True
        self._stream.seek(position)
        try:
            # Compressed data may contain the gzip magic number by chance, but then it does not unpack to WARC/.
            return zlib.decompressobj(31).decompress(self._stream.read(_TRIAL), 5) == b"WARC/"
        except zlib.error:
            return False


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where no complete record could be read."""

    offset: int
    reason: str


class Record:
    """One record. Its block must be read before the next record is read."""

    def __init__(self, feed: Feed, name: str, offset: int, first: str, fields: Fields, length: int) -> None:
        self._feed = feed
        self._name = name
        self._left = length
        self.offset = offset
        """Byte offset in the file; in a gzip member with several records, that of the member."""
        self.version = first
        self.fields = fields
        self.length = length
        """Size of its block in bytes."""
        self.type = (find_field(fields, "WARC-Type") or "").lower()

    @property
    def packed(self) -> bool:
        """Whether its file is gzip."""
        return self._feed.packed

    @property
    def target(self) -> str | None:
        """WARC-Target-URI, without the angle brackets that wget writes."""
        value = find_field(self.fields, "WARC-Target-URI")
        return value[1:-1] if value is not None and value[:1] == "<" and value[-1:] == ">" else value

    def pieces(self) -> Iterator[bytes]:
        """The unread rest of the block, piece by piece. Raises DamagedError if it is shorter than Content-Length."""
        while self._left:
            piece = self._feed.read(min(self._left, BLOCK))
            if not piece:
                raise DamagedError(self._name, self.offset, f"the record ends {self._left} bytes too early")
            self._left -= len(piece)
            yield piece

    def read_block(self, limit: int) -> bytes:
        """The whole block. Raises TooLargeError above `limit` bytes, before reading; DamagedError."""
        if self.length > limit:
            reason = f"the record has {self.length} bytes, more than the allowed {limit}"
            raise TooLargeError(self._name, self.offset, reason)
        return b"".join(self.pieces())

    def split_off_head(self) -> tuple[bytes, bytes]:
        """(HTTP header of the block, first bytes of its payload); `pieces` gives the rest. Raises DamagedError."""
        begin = b""
        for piece in self.pieces():
            begin += piece
            blank = _BLANK_LINE.search(begin)
            if blank is not None:
                return begin[: blank.end()], begin[blank.end() :]
            if len(begin) > _HEAD_LIMIT:
                raise DamagedError(self._name, self.offset, "no end of the HTTP header within 1 MB")
        return begin, b""

    def finish(self) -> int:
        """Reads the rest of the record, verifies its checksum, returns the offset after it. Raises DamagedError."""
        for _ in self.pieces():
            pass
        if self._feed.packed:
            if self._feed.skip_blank() and not self._feed.begins_record():
                raise DamagedError(self._name, self.offset, f"the record does not end after its {self.length} bytes")
            return self._feed.end
        end = self._feed.place
        self._feed.skip_blank()
        return end


def walk_records(stream: BinaryIO, name: str, offset: int = 0) -> Iterator[Record | Damage]:
    """All records of `stream` from `offset` on, and a Damage for each damaged part. Bad content never raises."""
    feed = Feed(stream, name, offset)
    current: Record | None = None
    opened = False
    while True:
        try:
            if current is not None:
                current.finish()
                current = None
            while not (opened and feed.skip_blank()):
                feed.skip_padding()
                if not (opened := feed.open_member()):
                    return
            current = read_head(feed, name)
        except DamagedError as error:
            place = feed.place if error.offset is None else error.offset
            yield Damage(place, error.reason)
            current = None
            opened = False
            if not feed.resync(place + 1):
                return
            continue
        yield current


def find_record(stream: BinaryIO, name: str, begin: int, stop: int) -> int | None:
    """The first place from `begin` on and before `stop` where a record of `stream` seems to begin; None without one."""
    feed = Feed(stream, name)
    # In a plain file the line end before the record is part of what is looked for.
    return feed.find_record(begin if feed.packed else max(0, begin - 1), stop)


def read_head(feed: Feed, name: str) -> Record:
    """The record at the current place. Raises DamagedError if there is none."""
    offset = feed.place
    first, fields = parse_head(feed.read_head(), encoding="utf-8")
    if _FIRST.fullmatch(first) is None:
        raise DamagedError(name, offset, f"expected a WARC record, found {first[:40]!r}")
    length = find_field(fields, "Content-Length") or ""
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        raise DamagedError(name, offset, f"a record without a valid Content-Length ({length[:40]!r})")
    if not feed.packed and feed.place + int(length) > feed.size:
        raise DamagedError(name, offset, f"the file ends within a record of {length} bytes")
    return Record(feed, name, offset, first, fields, int(length))
