"""The payloads of pages, read again from their files by the process that stores them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, Self

from harbincrawl.errors import WarcError
from harbincrawl.places import Place, open_place
from harbincrawl.warc.captures import Exchange
from harbincrawl.warc.codings import CodingError, undo_chunks
from harbincrawl.warc.foreign import ForeignRecord, read_stream
from harbincrawl.warc.heads import digest_of, find_field

from .filter import MOST_RECORD, FoundArticle, FoundPage


class Payloads:
    """Reads them quickly in the order of the files: a member of many records is gone through once."""

    def __init__(self) -> None:
        self._stream: BinaryIO | None = None
        self._place: tuple[Place | None, int] = (None, -1)
        self._records: Iterator[Any] = iter(())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open(None)

    def read(self, page: FoundPage) -> bytes:
        """The body as its record holds it, chunks undone. Raises WarcError where the file is another one by now."""
        if page.payload is not None:
            return page.payload
        path, offset = page.path, page.record.offset
        # Where the page is behind the record that was read last, its member is read from the start once more.
        for is_begun in (self._place == (path, offset), False):
            if not is_begun:
                self._begin(path, offset)
            for record in self._records:
                if record.offset != offset:
                    break
                payload = _take_payload(record, page)
                if payload is not None:
                    return payload
        raise WarcError(path.name, offset, "the file was changed while it was read")

    def fill(self, found: FoundArticle) -> FoundArticle:
        """`found` with the payload of its page. Raises WarcError."""
        return replace(found, page=replace(found.page, payload=self.read(found.page)))

    def read_exchange(self, page: FoundPage) -> Exchange:
        """The page as it is to be copied. Raises WarcError."""
        return Exchange(
            address=page.record.target,
            method="GET",
            request_headers=[],
            status=200,
            reason=page.record.http_reason,
            response_headers=list(page.record.http_headers),
            body=self.read(page),
            ip=find_field(page.record.headers, "WARC-IP-Address"),
            fetched_at=page.record.date,
            origin=page.path.name,
        )

    def _begin(self, path: Place, offset: int) -> None:
        stream = self._stream if self._place[0] == path else None
        if stream is None:
            stream = self._open(path)
        self._place = (path, offset)
        self._records = read_stream(stream, path.name, begin=offset, max_unpacked=MOST_RECORD) if stream else iter(())

    def _open(self, path: Place | None) -> BinaryIO | None:
        if self._stream is not None:
            self._stream.close()
        self._stream = open_place(path) if path is not None else None
        return self._stream


def _take_payload(record: object, page: FoundPage) -> bytes | None:
    """The payload of `record` if it is that of `page`."""
    if not isinstance(record, ForeignRecord) or (record.target, record.date) != (page.record.target, page.record.date):
        return None
    try:
        payload = undo_chunks(record.payload, record.http_headers)
    except CodingError:
        return None
    return payload if digest_of(payload) == page.digest else None
