"""The extension that keeps evidence: every response goes into the WARC as it came over the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from harbincrawl.archive.captures import find_answer
from harbincrawl.archive.naming import names_purged
from harbincrawl.fetch.attempt import Attempt, read_attempt
from harbincrawl.fetch.fetcher import MOST_BYTES
from harbincrawl.fetch.headers import header_fields
from harbincrawl.fetch.wire import read_heads
from harbincrawl.warc.reading.codings import undo_codings
from harbincrawl.warc.writing.blocks import Exchange, RecordPlace

from .context import RunContext, read_context


class Evidence:
    """Writes every response with its request, the Content-Encoding kept."""

    def __init__(self, context: RunContext) -> None:
        self.context = context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        evidence = cls(read_context(crawler))
        crawler.signals.connect(evidence.write, signal=signals.response_downloaded)
        return evidence

    def write(self, response: Response, request: Request) -> None:
        """Notes in the request's attempt when the response was there and where its record is."""
        moment = datetime.now(UTC)
        try:
            attempt = read_attempt(request)
            attempt.fetched_at = moment
            warc = self.context.warc
            if warc is None or self.context.stop.is_lost or self._is_purged(response):
                return
            heads = read_heads(request, response)
            exchange = Exchange(
                address=response.url,
                method=request.method,
                request_headers=list(heads.request),
                status=response.status,
                reason=heads.reason,
                response_headers=list(heads.response),
                body=response.body,
                ip=str(response.ip_address) if response.ip_address else None,
                fetched_at=moment,
                protocol=response.protocol or "HTTP/1.1",
                refers=self._find_original(attempt) if response.status == 304 else None,
            )
            attempt.place = warc.write(exchange)
        except Exception as error:  # noqa: BLE001 - Scrapy would log it and go on without evidence
            self.context.stop.fail(error, lost=True)

    def _is_purged(self, response: Response) -> bool:
        """Whether the page shows something of an article that was taken down: then there is no evidence of it."""
        if not self.context.purged:
            return False
        try:
            page = undo_codings(response.body, header_fields(response), MOST_BYTES)
        except ValueError:
            # Cut short or oversized: it is no page that anything is read from.
            return True
        return names_purged(page, self.context.purged, self.context.site)

    def _find_original(self, attempt: Attempt) -> RecordPlace | None:
        """The record of the 200 answer that a 304 refers to."""
        place = find_answer(self.context.connection, attempt.address, attempt.etag, attempt.last_modified)
        return RecordPlace(*place) if place else None
