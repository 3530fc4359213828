"""A session of aiohttp that takes answers as they come over the wire, and what its errors mean, in words."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientPayloadError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    DummyCookieJar,
    ServerDisconnectedError,
    TCPConnector,
)
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from .guard import Resolver, make_socket

LONGEST_FIELD = 1 << 16
"""Bytes of a header line."""
FAILURES = (
    CannotResolveHostError, DownloadCancelledError, DownloadConnectionRefusedError, DownloadFailedError,
    DownloadTimeoutError, ResponseDataLossError,
)  # fmt: skip
"""All that a request without an answer raises."""


def open_session(
    limit: int, context: ssl.SSLContext, response_class: type[ClientResponse] = ClientResponse
) -> ClientSession:
    """A session for `limit` requests at once; made within the running event loop."""
    return ClientSession(
        connector=TCPConnector(
            limit=limit, limit_per_host=limit, ssl=context, resolver=Resolver(), socket_factory=make_socket
        ),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        response_class=response_class,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        max_line_size=LONGEST_FIELD,
        max_field_size=LONGEST_FIELD,
    )


@contextmanager
def typed_failures(timeout: float) -> Iterator[None]:
    """Raises Scrapy's own exceptions for those of aiohttp, the reason in words; `timeout` in seconds."""
    try:
        yield
    except TimeoutError as error:
        seconds = f"{timeout:g}"
        words = "second" if seconds == "1" else "seconds"
        raise DownloadTimeoutError(f"no whole answer within {seconds} {words}") from error
    except ClientConnectorError as error:
        # aiohttp's own words name objects in memory, asyncio's the address once more.
        number = error.os_error.errno
        reason = os.strerror(number) if number and number > 0 else error.os_error.strerror
        kind = CannotResolveHostError if isinstance(error, ClientConnectorDNSError) else DownloadConnectionRefusedError
        raise kind(f"{error.host}:{error.port}: {reason}") from error
    except ClientPayloadError as error:
        raise ResponseDataLossError(str(error)) from error
    except (ClientError, OSError, ValueError) as error:
        raise DownloadFailedError(_explain(error)) from error


def _explain(error: Exception) -> str:
    """What went wrong with an answer, without what aiohttp shows of its own objects and of the answer's bytes."""
    if isinstance(error, ServerDisconnectedError):
        return "the server closed the connection before its answer was whole"
    if isinstance(error, ClientHttpProxyError):
        return f"the proxy answers HTTP {error.status}"
    if isinstance(error, ClientResponseError):
        return f"its answer is no HTTP ({error.message.partition(':')[0].partition(chr(10))[0]})"
    return str(error) or type(error).__name__
