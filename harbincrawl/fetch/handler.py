"""The download handler: asks for one address with aiohttp, on asyncio alone; the bytes stay as they came."""

from __future__ import annotations

import asyncio
import os
import ssl
from functools import lru_cache
from ipaddress import ip_address
from time import monotonic

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientPayloadError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    ServerDisconnectedError,
    TCPConnector,
)
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from yarl import URL

from .aiohttp_private import PeerResponse
from .attempt import KEY
from .guard import check_name, make_socket, refuse_private_addresses
from .lookup import Resolver
from .wire import keep_heads

_read_ip = lru_cache(maxsize=64)(ip_address)

ALLOW_PRIVATE = "allow_private"
"""Key of a request's meta: true where a machine of a private network may be asked."""
LONGEST_FIELD = 1 << 16
"""Bytes of a header line."""


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
        self._session = ClientSession(
            connector=TCPConnector(
                limit=limit, limit_per_host=limit, ssl=context, resolver=Resolver(), socket_factory=make_socket
            ),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            response_class=PeerResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            max_line_size=LONGEST_FIELD,
            max_field_size=LONGEST_FIELD,
        )
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
        try:
            return await self._ask_guarded(request)
        except TimeoutError as error:
            seconds = f"{_timeout(request):g}"
            words = "second" if seconds == "1" else "seconds"
            raise DownloadTimeoutError(f"no whole answer within {seconds} {words}") from error
        except ClientConnectorError as error:
            # aiohttp's own words name objects in memory, asyncio's the address once more.
            number = error.os_error.errno
            reason = os.strerror(number) if number and number > 0 else error.os_error.strerror
            kind = (
                CannotResolveHostError if isinstance(error, ClientConnectorDNSError) else DownloadConnectionRefusedError
            )
            raise kind(f"{error.host}:{error.port}: {reason}") from error
        except ClientPayloadError as error:
            raise ResponseDataLossError(str(error)) from error
        except (ClientError, OSError, ValueError) as error:
            raise DownloadFailedError(_explain(error)) from error

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
            body = await _read_body(answer, meta.get("download_maxsize", self._most))
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


def _explain(error: Exception) -> str:
    """What went wrong with an answer, without what aiohttp shows of its own objects and of the answer's bytes."""
    if isinstance(error, ServerDisconnectedError):
        return "the server closed the connection before its answer was whole"
    if isinstance(error, ClientHttpProxyError):
        return f"the proxy answers HTTP {error.status}"
    if isinstance(error, ClientResponseError):
        return f"its answer is no HTTP ({error.message.partition(':')[0].partition(chr(10))[0]})"
    return str(error) or type(error).__name__


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


async def _read_body(answer: ClientResponse, most: int) -> bytes:
    length = answer.content_length
    if length is not None and length > most:
        answer.close()
        raise DownloadCancelledError(f"{length} bytes announced, allowed are {most}")
    parts = []
    size = 0
    async for part in answer.content.iter_any():
        size += len(part)
        if size > most:
            answer.close()
            raise DownloadCancelledError(f"more than {most} bytes")
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
