"""Checking WARC records: each matches its digests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from itertools import chain

from harbincrawl.warc.heads import find_field, match_digest, parse_head

from .codings import list_codings
from .records import Record

_CHUNKED = re.compile(rb"chunked", re.IGNORECASE)
_ALGORITHMS = ("sha1", "sha256", "md5")
_BLOCK_DIGEST = "WARC-Block-Digest"


def find_mismatch(record: Record) -> str | None:
    """As `compare_digests`, of a record that is read in pieces. Raises DamagedError."""
    has_payload = record.type == "response" and find_field(record.fields, "WARC-Payload-Digest") is not None
    head, begin = record.split_off_head() if has_payload else (b"", b"")
    mismatch = compare_digests(record, head, chain((begin,), record.pieces()))
    record.finish()
    return mismatch


def compare_digests(record: Record, head: bytes, rest: Iterable[bytes]) -> str | None:
    """What of a record does not match its digests; None if all does.

    `head` is the HTTP header of a response, empty for other records; `rest` is what follows in the block. Digests with
    unknown algorithms are not compared, nor payload digests of chunked bodies: tools differ in what these cover.
    """
    block = find_field(record.fields, _BLOCK_DIGEST)
    # The payload of a revisit is elsewhere.
    payload = find_field(record.fields, "WARC-Payload-Digest") if record.type == "response" else None
    if (
        payload is not None
        and _CHUNKED.search(head)
        and "chunked" in list_codings(parse_head(head)[1], "transfer-encoding")
    ):
        payload = None
    of_block, of_payload = _make_hashes(block), _make_hashes(payload)
    for digest in of_block:
        digest.update(head)
    for piece in rest:
        for digest in (*of_block, *of_payload):
            digest.update(piece)
    return _compare(block, of_block, "block") or _compare(payload, of_payload, "payload")


def compare_block(record: Record, block: bytes) -> str | None:
    """How the whole `block` of a record is not of its digest; None where it is, or has none. About it tools agree."""
    claimed = find_field(record.fields, _BLOCK_DIGEST)
    digests = _make_hashes(claimed)
    for digest in digests:
        digest.update(block)
    return _compare(claimed, digests, "block")


def _compare(claimed: str | None, digests: list[hashlib._Hash], what: str) -> str | None:
    if claimed is not None and match_digest(claimed, {h.name: h.digest() for h in digests}) is False:
        return f"the {what} is not of the digest {claimed[:80]}"
    return None


def _make_hashes(claimed: str | None) -> list[hashlib._Hash]:
    algorithm = (claimed or "").partition(":")[0].lower().replace("-", "")
    return [hashlib.new(algorithm, usedforsecurity=False)] if algorithm in _ALGORITHMS else []
