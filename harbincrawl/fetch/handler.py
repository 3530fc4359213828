"""The download handler: asks for one address with aiohttp, on asyncio alone; the bytes stay as they came."""

from __future__ import annotations

import ssl
from contextlib import nullcontext
from ipaddress import ip_address
from time import monotonic

from aiohttp import ClientTimeout
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from yarl import URL

from .guard import guard_request
from .headers import WireResponse, make_heads
from .session import open_session, read_body, typed_failures

PRIVATE_SETTING = "PRIVATE_ADDRESSES"
"""True where machines of a private network may be asked, this one for example."""


class Handler(BaseDownloadHandler):
    """For http and https, as Scrapy's DOWNLOAD_HANDLERS wants one. Made within the running event loop.

    Scrapy's own handler on aiohttp is experimental, and refuses an answer whose headers are not UTF-8. Certificates are
    not checked, as by Scrapy's default: an archive keeps what a site shows.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        limit = crawler.settings.getint("CONCURRENT_REQUESTS")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._session = open_session(limit, context)
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._may_be_private = crawler.settings.getbool(PRIVATE_SETTING)

    async def download_request(self, request: Request) -> Response:
        """The answer, its body as it came over the wire. Raises Scrapy's own exceptions, the reason in words.

        Where the spider has an `ending`, the answer comes before it, or InterruptedRequestError is raised.
        """
        ending = getattr(self.crawler.spider, "ending", None)
        may_be_private = self._may_be_private or getattr(self.crawler.spider, "may_be_private", False)
        is_proxied = "proxy" in request.meta
        async with ending.bound() if ending is not None else nullcontext():
            with typed_failures(_timeout(request)):
                async with guard_request(request.url, may_be_private=may_be_private, is_proxied=is_proxied):
                    return await self._ask(request)

    async def close(self) -> None:
        """Lets all connections go."""
        await self._session.close()

    async def _ask(self, request: Request) -> Response:
        meta = request.meta
        headers, proxy_headers = _split_headers(request)
        begin = monotonic()
        async with self._session.request(
            request.method,
            # As it is: evidence names the address that was asked for.
            URL(request.url, encoded=True),
            headers=headers,
            timeout=ClientTimeout(total=_timeout(request)),
            allow_redirects=False,
            proxy=meta.get("proxy"),
            proxy_headers=proxy_headers,
        ) as answer:
            meta["download_latency"] = monotonic() - begin
            body = await read_body(answer, meta.get("download_maxsize", self._most))
            version, peer = answer.version, getattr(answer, "peer", None)
            return WireResponse(
                request.url,
                status=answer.status,
                headers=answer.raw_headers,
                body=body,
                request=request,
                ip_address=ip_address(peer) if peer else None,
                protocol=f"HTTP/{version.major}.{version.minor}" if version else None,
                heads=make_heads(answer),
            )


def _timeout(request: Request) -> float:
    seconds: float = request.meta["download_timeout"]
    return seconds


def _split_headers(request: Request) -> tuple[list[tuple[str, str]], dict[str, str] | None]:
    """The request's headers, and those that are for a proxy alone, which sees no others where it tunnels."""
    fields = [(name.decode(), value.decode()) for name, values in request.headers.items() for value in values]
    if "proxy" not in request.meta:
        return fields, None
    if not request.url.startswith("https:"):
        return fields, {}
    credentials = "Proxy-Authorization"
    return [field for field in fields if field[0] != credentials], {k: v for k, v in fields if k == credentials}
