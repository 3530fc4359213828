"""Right above the downloader: every answer goes into the WARC as it came, before anything else decodes or judges it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from harbincrawl.archive.captures import find_answer
from harbincrawl.archive.naming import shows_purged
from harbincrawl.evidence import read_charset
from harbincrawl.fetch.answers import CAPTURE, OWNER, REDIRECTS, UNDECODABLE, TooLargeError
from harbincrawl.fetch.counts import REQUESTS, count_answer
from harbincrawl.fetch.headers import Heads, read_header, read_heads
from harbincrawl.fetch.session import FAILURES
from harbincrawl.fetch.stop import InterruptedRequestError
from harbincrawl.pipelines.context import RunContext
from harbincrawl.records import Capture
from harbincrawl.text import name_host, time_text
from harbincrawl.warc.captures import Exchange
from harbincrawl.warc.codings import CodingError, SizeError, undo_codings
from harbincrawl.warc.writer import CapturePlace


class EvidenceMiddleware:
    """Writes each answer of the site to the WARC, notes its capture, and hands on the decoded page.

    A capture has one owner from its first moment: the list under OWNER in the request's meta, else the batch writer.
    An answer that a cache or another middleware made is no answer of the site: its capture and its record say so.
    Pages are decoded as the readers of WARC files decode them, which Scrapy's own middleware does not: it takes what is
    cut short for whole. Without an archive, only this is done.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """The page. Raises TooLargeError where it is too large, InterruptedRequestError without evidence."""
        context: RunContext | None = getattr(self._crawler.spider, "context", None)
        heads = read_heads(request, response)
        if heads.answerer is None:
            count_answer(self._crawler.stats, response.status, len(response.body))
        moment = datetime.now(UTC)
        page, problem = self._decode(request, response.body, heads)
        if context is not None:
            _capture(context, request, response, heads, moment, None if problem else page)
        if response.status != HTTPStatus.OK:
            # Nobody reads the body: the status is the answer, whatever comes with it.
            problem = None
        if isinstance(problem, SizeError):
            raise TooLargeError(str(problem)) from problem
        return _make_page(request, response, page, problem)

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002 - Scrapy's interface
        """Counts a request that got no answer."""
        if isinstance(exception, FAILURES):
            self._crawler.stats.inc_value(REQUESTS)

    def _decode(self, request: Request, body: bytes, heads: Heads) -> tuple[bytes, ValueError | None]:
        """(the decoded body, None), or (the body as it came, why it cannot be decoded)."""
        most = request.meta.get("download_maxsize", self._most)
        try:
            return undo_codings(body, heads.response, most), None
        except (SizeError, CodingError) as error:
            return body, error


def keep_cached(context: RunContext, request: Request, response: Response) -> None:
    """Keeps the page with which a cache answers after a 304: it never came by the wire.

    Raises InterruptedRequestError without evidence.
    """
    capture: Capture = request.meta[CAPTURE]
    if (capture.status, response.status) == (HTTPStatus.NOT_MODIFIED, HTTPStatus.OK) and "cached" in response.flags:
        _capture(context, request, response, read_heads(request, response), datetime.now(UTC), response.body)


def _capture(
    context: RunContext, request: Request, response: Response, heads: Heads, moment: datetime, page: bytes | None
) -> None:
    """Writes an answer that came at `moment`, and gives its capture to its owner; `page` is None where it has no text.

    Raises InterruptedRequestError without evidence.
    """
    place = _write(context, request, response, heads, moment, page)
    kept, ordinal = (None, place) if isinstance(place, int) else (place, place.ordinal)
    capture = Capture(
        address=_name_address(context, request),
        fetched_at=time_text(moment),
        status=response.status,
        etag=read_header(response, "ETag"),
        last_modified=read_header(response, "Last-Modified"),
        digest=kept.digest if kept else None,
        body_hash=None if page is None or response.status != HTTPStatus.OK else hashlib.sha256(page).hexdigest(),
        charset=read_charset(heads.response),
        warc=kept.file if kept else None,
        offset=kept.offset if kept else None,
        source=heads.answerer or context.site.source,
        host=name_host(request.url),
        ordinal=ordinal,
        redirected=_find_redirect(request),
    )
    request.meta[CAPTURE] = capture
    owner: list[Capture] | None = request.meta.get(OWNER)
    if owner is None:
        context.writer.keep_capture(capture)
    else:
        owner.append(capture)


def _write(
    context: RunContext, request: Request, response: Response, heads: Heads, moment: datetime, page: bytes | None
) -> CapturePlace | int:
    """The place of the answer's record in the WARC; where none is kept of it, the number that stands for it."""
    try:
        if context.stop.is_lost:
            raise InterruptedRequestError("the archive can take nothing more")
        # No evidence is kept of what lists say of an article that was taken down, nor, where any was, of what is cut
        # short or oversized: nothing is read from that.
        if context.purged and (page is None or shows_purged(response.url, page, context.purged, context.site)):
            return context.log.leave_out(_name_address(context, request), response.status)
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
            refers=_find_original(context, request) if response.status == 304 else None,
            answerer=heads.answerer,
        )
        return context.log.write(exchange)
    except InterruptedRequestError:
        raise
    except Exception as error:
        # Nothing may be made of an answer whose evidence could not be written.
        context.stop.fail(error, lost=True)
        raise InterruptedRequestError("its evidence could not be written") from error


def _name_address(context: RunContext, request: Request) -> str:
    """The site's own form of what was asked for; a redirect may lead to another writing of it."""
    asked = None if "redirect_times" in request.meta else context.site.unfetched(request.url)
    return asked or context.site.canonical(request.url) or request.url


def _find_redirect(request: Request) -> int | None:
    """The answer that redirected to this one, whatever attempts lie between."""
    before: Capture | None = request.meta.get(CAPTURE)
    if before is None or "redirect_times" not in request.meta:
        return None
    return before.ordinal if before.status in REDIRECTS else before.redirected


def _find_original(context: RunContext, request: Request) -> tuple[str, int] | None:
    """The record of the 200 answer that a 304 refers to."""
    etag, last_modified = (request.headers.get(name) for name in ("If-None-Match", "If-Modified-Since"))
    return find_answer(
        context.connection,
        _name_address(context, request),
        etag.decode() if etag else None,
        last_modified.decode() if last_modified else None,
    )


def _make_page(request: Request, response: Response, page: bytes, problem: ValueError | None) -> Response:
    """The response as Scrapy's users know it: decoded, and of the class that its headers ask for."""
    headers, flags = response.headers, response.flags
    if page is response.body and problem is None and "Content-Encoding" not in headers:
        return response
    if "Content-Encoding" in headers:
        # Scrapy's own middleware would fail by what cannot be decoded, an answer of 404 or 503 with it.
        headers = headers.copy()
        headers.pop("Content-Encoding")
    if problem is not None:
        flags = [*flags, f"{UNDECODABLE}{problem}"]
        # It is asked for again, and a cache would answer with the same.
        request.meta["dont_cache"] = True
    kind = responsetypes.from_args(headers=headers, url=response.url, body=page)
    return response.replace(cls=kind, headers=headers, body=page, flags=flags)
