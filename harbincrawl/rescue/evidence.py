"""What archives of others gave, as evidence of second hand: records in our WARC files, and rows of `captures`."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.articles.store import Store
from harbincrawl.archive.captures import list_kept
from harbincrawl.archive.rescued import find_rescued
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.errors import BucketError, WarcError
from harbincrawl.evidence import SOURCE_COLUMNS, make_source, read_charset, read_source, read_stored
from harbincrawl.records import Capture
from harbincrawl.text import name_host, time_text
from harbincrawl.warc.captures import Exchange, Rescued
from harbincrawl.warc.heads import Fields, find_field, sha1_of

from .mementos import Memento
from .sources import ArchiveSource


class EvidenceWriter:
    """Writes captures, in the caller's transaction; who commits it commits the log first."""

    def __init__(self, folder: Path, store: Store, log: RunLog, archive: ArchiveSource) -> None:
        self.folder = folder
        self.store = store
        self.log = log
        self.archive = archive
        self._known: dict[str, str | None] = {}
        """By the digest of a capture what archives of others call it; None where its record cannot be read."""

    def find_body(self, address: str, digest: str | None) -> int | None:
        """The id of a kept capture of `address` with the body that an archive lists by this digest; None if none is."""
        if digest is None:
            return None
        connection = self.store.connection
        rescued = find_rescued(connection, address, digest)
        if rescued is not None:
            return rescued
        for capture, warc, offset, own in list_kept(connection, address):
            # Some lists have the digest that we have, too.
            if own.rpartition(":")[2].upper() == digest:
                return capture
            if own not in self._known:
                self._known[own] = self._read_sha1(warc, offset)
            if self._known[own] == digest:
                return capture
        return None

    def _read_sha1(self, warc: str, offset: int) -> str | None:
        try:
            return sha1_of(read_stored(self.folder, warc, offset).payload)
        except (WarcError, BucketError):
            return None

    def put(self, original: str, address: str, memento: Memento, asked_at: str, now: datetime) -> int:
        """Stores a page that came from `asked_at`; returns the id of its capture. `address` is the site's own form."""
        exchange = _make_exchange(
            original, memento.reason, memento.fields, memento.payload, memento.moment, Rescued(asked_at, now)
        )
        return self._put(exchange, address, hashlib.sha256(memento.body).hexdigest(), self.archive.name, asked_at)

    def repeat(self, capture: int, original: str, moment: datetime, source: str, now: datetime) -> int:
        """Stores that the archive `source` captured the body of `capture` at `moment`, too; returns its id.

        The record is a revisit. Where it comes from is where its body came from, if an archive of others gave it.
        """
        row = self.store.connection.execute(
            f"SELECT {SOURCE_COLUMNS}, body_hash FROM captures WHERE id = ?", (capture,)
        ).fetchone()
        stored = read_source(self.folder, make_source(*row[:-1]))
        given_at = find_field(stored.headers, "WARC-Source-URI")
        asked_at = given_at or self.archive.find_page(original, f"{moment:%Y%m%d%H%M%S}")
        exchange = _make_exchange(
            original, stored.http_reason, stored.http_headers, stored.payload, moment, Rescued(asked_at, now)
        )
        return self._put(exchange, row[1], row[-1], source, asked_at)

    def _put(self, exchange: Exchange, address: str, body_hash: str, source: str, asked_at: str) -> int:
        place = self.log.write(exchange)
        capture = self.store.put_captures((
            Capture(
                address,
                fetched_at=exchange.fetched_at,
                status=200,
                etag=find_field(exchange.response_headers, "ETag"),
                last_modified=find_field(exchange.response_headers, "Last-Modified"),
                digest=place.digest,
                body_hash=body_hash,
                charset=read_charset(tuple(exchange.response_headers)),
                warc=place.file,
                offset=place.offset,
                source=source,
                host=name_host(asked_at),
                ordinal=place.ordinal,
            ),
        ))  # fmt: skip
        assert capture is not None  # noqa: S101 - one was stored
        return capture

    def find_own(self, address: str, moment: datetime, source: str) -> list[int]:
        """The captures of `address` that are stored for that moment of an archive, in their order."""
        rows = self.store.connection.execute(
            "SELECT id FROM captures WHERE address = ? AND fetched_at = ? AND source = ? AND status = 200 ORDER BY id",
            (address, time_text(moment), source),
        )
        return [capture for (capture,) in rows]


def _make_exchange(
    original: str, reason: str, fields: Fields, payload: bytes, moment: datetime, rescued: Rescued
) -> Exchange:
    """An answer that an archive of others kept; what was asked, and of whom, nobody kept."""
    return Exchange(
        address=original,
        method="GET",
        request_headers=[],
        status=200,
        reason=reason,
        response_headers=list(fields),
        body=payload,
        ip=None,
        fetched_at=moment,
        rescued=rescued,
    )
