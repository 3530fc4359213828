"""Asking hosts that were named on purpose, one request at a time, without a crawler: an answer is what came."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from aiohttp import ClientResponse, ClientTimeout
from scrapy.exceptions import DownloadCancelledError
from w3lib.url import safe_url_string
from yarl import URL

from harbincrawl.text import PORTS

from .answers import classify, explain
from .guard import PrivateAddressError, guard_request
from .session import FAILURES, open_session, typed_failures


class RequestError(Exception):
    """No answer; `kind` is the failure class (`unreachable`, `timeout`, `cut`, `too-large`, `refused` …)."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    reason: str
    fields: tuple[tuple[str, str], ...]
    """Of its head, in order, decoded as Latin-1."""
    body: bytes
    """As it came over the wire, with its Content-Encoding."""


class Client:
    """Asks hosts; made within the running event loop. Redirects are answers like any other: nothing follows them."""

    def __init__(self, hosts: Mapping[str, bool], agent: str, timeout: float = 180.0) -> None:
        """`hosts` are the only ones to be asked, as `find_host` writes them; True: it may be a private machine."""
        self._hosts = hosts
        self._agent = agent
        self._timeout = timeout
        self._session = open_session(1, ssl.create_default_context())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def ask(self, address: str, most_bytes: int, fields: Mapping[str, str] | None = None) -> Reply:
        """The answer at `address`, whose body has at most `most_bytes`. Raises RequestError."""
        may_be_private = self._hosts.get(find_host(address))
        if may_be_private is None:
            raise RequestError("refused", f"{address[:200]} is on a host that was not named")
        try:
            with typed_failures(self._timeout):
                asked = safe_url_string(address)
                proxy = _find_proxy(asked)
                async with guard_request(asked, may_be_private=may_be_private, is_proxied=proxy is not None):
                    return await self._ask(asked, most_bytes, fields or {}, proxy)
        except PrivateAddressError as error:
            raise RequestError("refused", f"{urlsplit(address).hostname}: {error}") from error
        except FAILURES as error:
            raise RequestError(classify(error), explain(error)) from error

    async def _ask(self, address: str, most_bytes: int, fields: Mapping[str, str], proxy: str | None) -> Reply:
        async with self._session.get(
            URL(address, encoded=True),
            headers={"User-Agent": self._agent, "Accept": "*/*", "Accept-Encoding": "identity", **fields},
            timeout=ClientTimeout(total=self._timeout),
            allow_redirects=False,
            proxy=proxy,
        ) as answer:
            body = await _read_body(answer, most_bytes)
            heads = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers)
            return Reply(answer.status, answer.reason or "", heads, body)


def find_host(address: str) -> str:
    """The host and port of an address, `web.archive.org:443`; empty for what is no web address."""
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return ""
    return f"{parts.hostname}:{port}" if parts.hostname and port else ""


def _find_proxy(address: str) -> str | None:
    """The proxy that the environment names for an address."""
    parts = urlsplit(address)
    if proxy_bypass(parts.netloc):
        return None
    return getproxies().get(parts.scheme)


async def _read_body(answer: ClientResponse, most: int) -> bytes:
    """The body of `answer`, at most `most` bytes. Raises DownloadCancelledError above that."""
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
