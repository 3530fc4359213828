"""The records of a WARC file, one after the other, and their digests; damaged parts are skipped and reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from harbincrawl.errors import DamagedError, TooLargeError
from harbincrawl.places import Place, open_place
from harbincrawl.text import count_text

from .codings import list_codings
from .feed import BLOCK, MAX_UNPACKED, Feed
from .heads import Fields, find_field, match_digest, parse_head, split_block

RECORD_END = b"\r\n\r\n"
"""Behind the block of every record."""
_FIRST = re.compile(r"WARC/[01]\.\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where no complete record could be read."""

    offset: int
    reason: str


class Hole(Damage):
    """Zeros between the members of a gzip file: padding of tapes and disks, or records that a power cut took."""


class Record:
    """One record. Its block must be read before the next record is read."""

    def __init__(self, feed: Feed, name: str, offset: int, head: bytes, fields: Fields, length: int) -> None:
        self._feed = feed
        self._name = name
        self._left = length
        self.offset = offset
        """Byte offset in the file; in a gzip member with several records, that of the member."""
        self.head = head
        """Its header as it stands there, with the empty line after it."""
        self.fields = fields
        self.length = length
        """Size of its block in bytes."""
        self.type = (find_field(fields, "WARC-Type") or "").lower()
        """`response`, `request` …; empty if it has none."""
        self.block = b""
        """Its whole block, once `read_block` was called."""
        self.end = 0
        """Offset after it, once `finish` was called."""

    @property
    def data(self) -> bytes:
        """All its bytes, unpacked, with the line breaks behind them, once `read_block` was called."""
        return self.head + self.block + RECORD_END

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
                left = count_text(self._left, "byte")
                raise DamagedError(self._name, self.offset, f"the record ends {left} too early")
            self._left -= len(piece)
            yield piece

    def read_block(self, limit: int) -> bytes:
        """The whole block. Raises TooLargeError above `limit` bytes, before reading; DamagedError."""
        if self.length > limit:
            reason = f"the record has {self.length} bytes, more than the allowed {limit}"
            raise TooLargeError(self._name, self.offset, reason)
        self.block = b"".join(self.pieces())
        return self.block

    def finish(self) -> int:
        """Reads the rest of the record, verifies its checksum, returns the offset after it. Raises DamagedError."""
        for _ in self.pieces():
            pass
        if self._feed.packed:
            if self._feed.skip_blank() and not self._feed.begins_record():
                length = count_text(self.length, "byte")
                raise DamagedError(self._name, self.offset, f"the record does not end after its {length}")
            self.end = self._feed.end
        else:
            self.end = self._feed.place
            self._feed.skip_blank()
        return self.end

    def ends_member(self) -> bool:
        """Whether nothing but line breaks follows it in its gzip member; asked after `finish`."""
        return self._feed.packed and not self._feed.skip_blank()


def walk_records(stream: BinaryIO, name: str, offset: int = 0) -> Iterator[Record | Damage]:
    """All records of `stream` from `offset` on, a Damage for each damaged part, a Hole for zeros between members.

    Bad content never raises.
    """
    feed = Feed(stream, name, offset)
    current: Record | None = None
    opened = False
    while True:
        try:
            if current is not None:
                current.finish()
                current = None
            while not (opened and feed.skip_blank()):
                if (size := feed.skip_padding()) > 0:
                    yield Hole(feed.end - size, f"{count_text(size, 'byte')} of zeros")
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


def read_members(path: Place, begin: int = 0) -> Iterator[Record | Damage]:
    """All records of the archive's file `path` from byte `begin` on, where a member begins; a Damage for all else.

    Anything but one record a member is damage here: a purge could miss what it holds. Empty members, which a repair
    leaves where a notice is too long, are passed over. Raises WarcError if the file cannot be read.
    """
    before = -1
    with open_place(path) as stream:
        for record in walk_records(stream, path.name, begin):
            if isinstance(record, Damage):
                yield record
                continue
            try:
                record.read_block(MAX_UNPACKED)
                record.finish()
                if record.offset == before or not record.ends_member():
                    raise DamagedError(path.name, record.offset, "expected one gzip member per record")
            except (DamagedError, TooLargeError) as error:
                yield Damage(record.offset, error.reason)
            else:
                yield record
            before = record.offset


def find_record(stream: BinaryIO, name: str, begin: int, stop: int) -> int | None:
    """The first offset from `begin` on and before `stop` where a record seems to begin; None if there is none."""
    feed = Feed(stream, name)
    # In a plain file the search includes the line break before the record.
    return feed.find_record(begin if feed.packed else max(0, begin - 1), stop)


def read_head(feed: Feed, name: str) -> Record:
    """The record at the current place. Raises DamagedError if there is none."""
    offset = feed.place
    head = feed.read_head()
    first, fields = parse_head(head, encoding="utf-8")
    if _FIRST.fullmatch(first) is None:
        raise DamagedError(name, offset, f"expected a WARC record, found {first[:40]!r}")
    length = find_field(fields, "Content-Length") or ""
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        raise DamagedError(name, offset, f"a record without a valid Content-Length ({length[:40]!r})")
    if not feed.packed and feed.place + int(length) > feed.size:
        raise DamagedError(name, offset, f"the file ends within a record whose Content-Length is {length}")
    return Record(feed, name, offset, head, fields, int(length))


def find_mismatch(record: Record, block: bytes, *, has_payload: bool = False) -> str | None:
    """What of a record with this `block` is not of its digests; None if all is.

    Where a response `has_payload`, the digest of that is compared, too. Digests with unknown algorithms are not, nor
    those of the payloads of revisits, which are elsewhere, and of chunked ones: tools differ in what these cover.
    """
    parts = {"block": block}
    if has_payload and record.type == "response":
        head, payload = split_block(block)
        if not (b"chunked" in head.lower() and "chunked" in list_codings(parse_head(head)[1], "transfer-encoding")):
            parts["payload"] = payload
    for name, data in parts.items():
        claimed = find_field(record.fields, f"WARC-{name.title()}-Digest") or ""
        if match_digest(claimed, data) is False:
            return f"the {name} is not of the digest {claimed[:80]}"
    return None
