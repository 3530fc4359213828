"""From a revisit to the page that it stands for: among the pages of this ingest, or in the archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from harbincrawl.archive.captures import find_capture, find_original, list_kept
from harbincrawl.errors import WarcError
from harbincrawl.evidence import read_stored
from harbincrawl.sites import Site
from harbincrawl.text import time_text
from harbincrawl.warc.foreign import Reference
from harbincrawl.warc.heads import Fields, sha1_of

from .waiting import Waiting

Payload = tuple[Fields, bytes]
"""The HTTP fields of a response, and its body with its Content-Encoding."""


class Originals:
    """Finds pages that were taken in before, by what a revisit says of its original: digest, or address and date."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, site: Site, waiting: Waiting) -> None:
        self._folder = folder
        self._connection = connection
        self._site = site
        self._waiting = waiting

    def find(self, refers: Reference) -> Payload | None:
        """The payload of the original; None where no page of that digest, nor of that address and date, is known."""
        return next((payload for payload in self._find_all(refers) if payload is not None), None)

    def _find_all(self, refers: Reference) -> Iterator[Payload | None]:
        if refers.digest is not None:
            # What a tool calls by this digest is asked for where nothing has it: that may be another payload.
            for digest in dict.fromkeys(self._waiting.find_digests(refers.digest)):
                yield self._waiting.find_payload("digest = ?", digest)
                yield self._read(find_original(self._connection, digest))
        address = self._site.canonical(refers.target) if refers.target else None
        if address is not None and refers.digest is not None:
            yield self._find_kept(address, refers.digest)
        if address is not None and refers.date is not None:
            moment = time_text(refers.date)
            yield self._waiting.find_payload("address = ? AND moment = ?", address, moment)
            yield self._read(find_capture(self._connection, address, moment))

    def _find_kept(self, address: str, digest: str) -> Payload | None:
        """A kept answer of `address` whose SHA-1, by which most tools call a payload, is `digest`."""
        places = {own: (file, offset) for _, file, offset, own in list_kept(self._connection, address)}
        payloads = map(self._read, places.values())
        return next((each for each in payloads if each and f"sha1:{sha1_of(each[1])}" == digest), None)

    def _read(self, place: tuple[str, int] | None) -> Payload | None:
        if place is None:
            return None
        try:
            stored = read_stored(self._folder, *place)
        except WarcError:
            return None  # `verify` names the damage; here the revisit has no original
        return stored.http_headers, stored.payload
