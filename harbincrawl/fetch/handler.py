"""The download handler: asks for one address with aiohttp, on asyncio alone; the bytes stay as they came."""

from __future__ import annotations

import asyncio
import ssl
from functools import lru_cache
from ipaddress import ip_address
from time import monotonic

from aiohttp import ClientTimeout
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from yarl import URL

from .attempt import KEY
from .guard import check_name, refuse_private_addresses
from .session import open_session, read_body, typed_failures
from .wire import keep_heads

_read_ip = lru_cache(maxsize=64)(ip_address)

ALLOW_PRIVATE = "allow_private"
"""Key of a request's meta: true where a machine of a private network may be asked."""


class Handler:
    """For http and https, as Scrapy's DOWNLOAD_HANDLERS wants one. Made within the running event loop.

    Scrapy's own handler on aiohttp is experimental, and refuses an answer whose headers are not UTF-8. Certificates are
    not checked, as by Scrapy's default: an archive keeps what a site shows.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        limit = crawler.settings.getint("CONCURRENT_REQUESTS")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._session = open_session(limit, context)
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Handler:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """The answer, its body as it came over the wire. Raises Scrapy's own exceptions, the reason in words."""
        if (attempt := request.meta.get(KEY)) is not None:
            if attempt.is_cancelled:
                raise DownloadCancelledError("the crawl ends")
            attempt.transfer = asyncio.current_task()
        with typed_failures(_timeout(request)):
            return await self._ask_guarded(request)

    async def close(self) -> None:
        """Lets all connections go."""
        await self._session.close()

    async def _ask_guarded(self, request: Request) -> Response:
        if request.meta.get(ALLOW_PRIVATE):
            return await self._ask(request)
        if "proxy" in request.meta:
            # The connection is the proxy's, which may well be a private machine.
            await check_name(request.url)
            return await self._ask(request)
        with refuse_private_addresses():
            return await self._ask(request)

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
            keep_heads(request, answer)
            version, peer = answer.version, getattr(answer, "peer", None)
            return Response(
                request.url,
                status=answer.status,
                headers=answer.raw_headers,
                body=body,
                request=request,
                ip_address=_read_ip(peer) if peer else None,
                protocol=f"HTTP/{version.major}.{version.minor}" if version else None,
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
