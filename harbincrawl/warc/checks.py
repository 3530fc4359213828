"""Whether the records of a WARC file still are what was written: whole, and of the digests that they claim."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.errors import DamagedError, WarcError

from .codings import list_codings
from .feed import Record, walk_records
from .heads import find_field, match_digest, parse_head

_ALGORITHMS = ("sha1", "sha256", "md5")


@dataclass(frozen=True, slots=True)
class Sound:
    """A whole record whose digests agree."""

    offset: int
    type: str
    target: str | None
    digest: str | None
    """WARC-Payload-Digest as written."""
    removed: bool
    """Whether it only says that a record was here."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that is not what was written, or a stretch of the file that is none."""

    file: str
    offset: int
    reason: str


def check_records(path: Path) -> Iterator[Sound | Broken]:
    """Every record of `path`, read in pieces, with its verdict; the torn end of a file that is being written is none.

    Digests of unknown algorithms are not checked, nor payload digests over chunked bodies, of which tools have two
    readings. Raises WarcError where the file cannot be opened.
    """
    name = path.name.removesuffix(".open")
    try:
        stream = path.open("rb")
    except OSError as error:
        raise WarcError(name, None, f"cannot be read ({error.strerror})") from error
    with stream:
        # A record whose damage shows in its reading is told of by the next step of the walk: one place for each.
        pending: Broken | None = None
        for record in walk_records(stream, name):
            if pending is not None:
                yield pending
            pending = None
            if not isinstance(record, Record):
                pending = Broken(name, record.offset, record.reason)
                continue
            try:
                wrong = _find_mismatch(record)
            except DamagedError:
                continue
            if wrong is not None:
                yield Broken(name, record.offset, wrong)
            else:
                digest = find_field(record.fields, "WARC-Payload-Digest")
                removed = find_field(record.fields, "WARC-Removed") is not None
                yield Sound(record.offset, record.type, record.target, digest, removed)
        if pending is not None and path.suffix != ".open":
            yield pending


def _find_mismatch(record: Record) -> str | None:
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
            return f"the {what} is not of the digest {claimed}"
    return None


def _make_hashes(claimed: str | None) -> list[hashlib._Hash]:
    algorithm = (claimed or "").partition(":")[0].lower().replace("-", "")
    return [hashlib.new(algorithm, usedforsecurity=False)] if algorithm in _ALGORITHMS else []
