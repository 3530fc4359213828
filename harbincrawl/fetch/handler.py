"""The download handler: Scrapy's own on aiohttp, with the guard of addresses, heads as sent, reasons in words.

Scrapy marks its handler as experimental, and what is used of it has no documented name: look here first after an
upgrade. It leaves bodies packed, keeps the peer, and bounds time and size.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientTimeout
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.core.downloader.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.utils.ssl import _make_ssl_context
from yarl import URL

from .guard import PrivateAddressError, guard_request
from .headers import keep_heads
from .session import open_session, typed_failures
from .stop import Stop

PRIVATE_SETTING = "PRIVATE_ADDRESSES"
"""True where machines of a private network may be asked, this one for example."""


class Handler(AiohttpDownloadHandler):
    """For http and https, as Scrapy's DOWNLOAD_HANDLERS wants one. Made within the running event loop.

    Certificates are not checked, as by Scrapy's default: an archive keeps what a site shows.
    """

    lazy = True
    experimental = False

    def __init__(self, crawler: Crawler) -> None:
        # Not that of Scrapy's handler, which opens a session that takes any address.
        BaseStreamingDownloadHandler.__init__(self, crawler)
        self._session = open_session(self._pool_size_total, _make_ssl_context(crawler.settings), _ClientResponse)
        self._may_be_private = crawler.settings.getbool(PRIVATE_SETTING)

    @asynccontextmanager
    async def _make_request(self, request: Request, timeout: float) -> AsyncIterator[_ClientResponse]:
        """The answer before its body is read. Raises Scrapy's own exceptions; InterruptedRequestError at the end."""
        stop: Stop | None = getattr(self.crawler.spider, "stop", None)
        if stop is not None:
            stop.check()
        may_be_private = self._may_be_private or getattr(self.crawler.spider, "may_be_private", False)
        proxy = self._extract_proxy_url_with_creds(request)
        with typed_failures(timeout):
            async with (
                guard_request(request.url, may_be_private=may_be_private, is_proxied=proxy is not None),
                self._session.request(
                    request.method,
                    # As it is: evidence names the address that was asked for.
                    URL(request.url, encoded=True),
                    data=request.body or None,
                    headers=self._request_headers(request).to_tuple_list(),
                    timeout=ClientTimeout(total=timeout),
                    allow_redirects=False,
                    proxy=proxy,
                ) as answer,
            ):
                assert isinstance(answer, _ClientResponse)  # noqa: S101 - the session makes no others
                yield answer

    async def download_request(self, request: Request) -> Response:
        """The answer, its body as it came over the wire. Raises Scrapy's own exceptions, the reason in words."""
        try:
            return await super().download_request(request)
        except PrivateAddressError as error:
            if hasattr(self.crawler.spider, "stop"):
                raise
            # One of Scrapy's commands, whose user may well mean it.
            raise PrivateAddressError(f"{error}; it is asked with -s {PRIVATE_SETTING}=1") from error

    async def _read_response(self, response: _ClientResponse, request: Request) -> Response:
        made = await super()._read_response(response, request)
        keep_heads(request, made, response)
        return made

    @staticmethod
    def _extract_headers(response: _ClientResponse) -> Headers:
        """As they came: Scrapy's own would refuse what is no UTF-8."""
        return Headers(list(response.raw_headers))
