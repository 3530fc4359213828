"""The extensions: evidence of every response, and the run's beginning and end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from harbincrawl.archive.captures import find_answer
from harbincrawl.archive.purged import names_purged
from harbincrawl.errors import EndedEarlyError
from harbincrawl.fetch.answers import header_fields
from harbincrawl.fetch.fetcher import MOST_BYTES
from harbincrawl.warc.blocks import Exchange, RecordPlace
from harbincrawl.warc.codings import decode_payload

from .session import Session


class Evidence:
    """Writes every response to the WARC as it came over the wire, its Content-Encoding kept."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.write, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def write(self, response: Response, request: Request) -> None:
        """Puts the place of the response's record into the request's meta."""
        session: Session = self.crawler.spider.session  # type: ignore[union-attr]
        moment = datetime.now(UTC)
        request.meta["harbincrawl_time"] = moment
        if session.writer is None or session.is_lost or _is_purged(session, response):
            return
        try:
            exchange = Exchange(
                address=response.url,
                method=request.method,
                request_headers=list(header_fields(request)),
                status=response.status,
                reason="",
                response_headers=list(header_fields(response)),
                body=response.body,
                ip=str(response.ip_address) if response.ip_address else None,
                fetched_at=moment,
                protocol=response.protocol or "HTTP/1.1",
                refers=_find_refers(session, request) if response.status == 304 else None,
            )
            request.meta["harbincrawl_place"] = session.writer.write(exchange)
        except Exception as error:  # noqa: BLE001 - Scrapy would log it and go on without evidence
            session.stop(error, lost=True)


def _is_purged(session: Session, response: Response) -> bool:
    """Whether the page shows something of an article that was taken down: then there is no evidence of it."""
    if not session.purged:
        return False
    try:
        page = decode_payload(response.body, header_fields(response), MOST_BYTES)
    except ValueError:
        # Cut short or oversized: it is no page that anything is read from.
        return True
    return names_purged(page, session.purged)


def _find_refers(session: Session, request: Request) -> RecordPlace | None:
    """The record of the 200 that a 304 stands for."""
    etag, last_modified = request.meta.get("harbincrawl_validators", (None, None))
    found = find_answer(session.connection, request.meta["harbincrawl_address"], etag, last_modified)
    return RecordPlace(*found) if found else None


class Ending:
    """Ends the run when the spider closes, whatever closed it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def close(self, spider: Spider, reason: str) -> None:
        """Takes over what the fetcher counted, stores what waits and writes the report."""
        session: Session = spider.session  # type: ignore[attr-defined]
        fetcher = getattr(spider, "fetcher", None)
        if fetcher is not None:
            session.facts |= {
                "requests": fetcher.requests,
                "retries": fetcher.retries,
                "not_modified": fetcher.not_modified,
                "bytes": fetcher.bytes,
                "statuses": fetcher.statuses,
                "answered": fetcher.answered,
                "robots": {**fetcher.robots.summary(), "forbidden": fetcher.forbidden} if fetcher.robots else None,
            }
        if reason == "shutdown":
            session.interrupted = True
        elif reason != "finished" and session.error is None and not session.interrupted:
            session.stop(EndedEarlyError(f"the crawl ended early: {reason}"))
        session.close()
