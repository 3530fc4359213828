"""Checking WARC files: every record is complete and matches its digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.errors import DamagedError, WarcError

from .codings import list_codings
from .heads import find_field, match_digest, parse_head
from .records import Record, walk_records

_ALGORITHMS = ("sha1", "sha256", "md5")


@dataclass(frozen=True, slots=True)
class SoundRecord:
    """A complete record with the right digests."""

    offset: int
    type: str
    target: str | None
    digest: str | None
    """WARC-Payload-Digest."""
    removed: bool
    """True if it is the notice of a removed record."""


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record that was damaged, or a part of the file that is not a record."""

    file: str
    offset: int
    reason: str


def check_records(path: Path) -> Iterator[SoundRecord | BrokenRecord]:
    """Checks all records of `path`, which are read in pieces. The incomplete end of an `.open` file is no damage.

    Digests with unknown algorithms are not checked, nor payload digests of chunked bodies, because tools differ in what
    these cover. Raises WarcError if the file cannot be opened.
    """
    name = path.name.removesuffix(".open")
    try:
        stream = path.open("rb")
    except OSError as error:
        raise WarcError(name, None, f"cannot be read ({error.strerror})") from error
    with stream:
        # Damage within a record is yielded by the next step of `walk_records`, so each place is reported once.
        pending: BrokenRecord | None = None
        for record in walk_records(stream, name):
            if pending is not None:
                yield pending
            pending = None
            if not isinstance(record, Record):
                pending = BrokenRecord(name, record.offset, record.reason)
                continue
            try:
                wrong = find_mismatch(record)
            except DamagedError:
                continue
            if wrong is not None:
                yield BrokenRecord(name, record.offset, wrong)
            else:
                digest = find_field(record.fields, "WARC-Payload-Digest")
                removed = find_field(record.fields, "WARC-Removed") is not None
                yield SoundRecord(record.offset, record.type, record.target, digest, removed)
        if pending is not None and path.suffix != ".open":
            yield pending


def find_mismatch(record: Record) -> str | None:
    """What of a record does not match its digests, read in pieces; None if all does. Raises DamagedError."""
    block = find_field(record.fields, "WARC-Block-Digest")
    # The payload of a revisit is elsewhere.
    payload = find_field(record.fields, "WARC-Payload-Digest") if record.type == "response" else None
    of_block = _make_hashes(block)
    of_payload = _make_hashes(payload)
    if payload is not None:
        head, begin = record.split_off_head()
        if "chunked" in list_codings(parse_head(head)[1], "transfer-encoding"):
            payload = None
        for digest in of_block:
            digest.update(head)
            digest.update(begin)
        for digest in of_payload:
            digest.update(begin)
    for piece in record.pieces():
        for digest in (*of_block, *of_payload):
            digest.update(piece)
    record.finish()
    for claimed, digests, what in ((block, of_block, "block"), (payload, of_payload, "payload")):
        if claimed is not None and match_digest(claimed, {h.name: h.digest() for h in digests}) is False:
            return f"the {what} does not match the digest {claimed}"
    return None


def _make_hashes(claimed: str | None) -> list[hashlib._Hash]:
    algorithm = (claimed or "").partition(":")[0].lower().replace("-", "")
    return [hashlib.new(algorithm, usedforsecurity=False)] if algorithm in _ALGORITHMS else []
