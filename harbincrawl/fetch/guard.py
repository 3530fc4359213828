"""Looking names up, and the guard: which machines may be asked at all, whatever a page or a name server says."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy.exceptions import DownloadFailedError

from harbincrawl.text import PORTS

TIMEOUT = 20.0
"""Seconds for a lookup."""
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
_GLOBAL = IPv6Network("2000::/3")
"""All of IPv6 that is given out to machines of the public network."""
_SPECIAL = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
)
"""Protocol assignments, which Python counts as global or not by its version, and Teredo and 6to4: these lead to an IPv4
address within them, which a relay may take for one of its own network."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64: the last 32 bits are the IPv4 address that is really asked."""


class PrivateAddressError(DownloadFailedError):
    """A name leads to a machine of a private network, this one for example; nothing was asked of it."""


@lru_cache(maxsize=64)
def is_public(address: str) -> bool:
    """Whether an IP address, as text, is one of the public network, whatever it is wrapped in."""
    if "%" in address:
        return False  # a zone of this machine's own
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _TRANSLATED else None)
        if inner is None:
            return ip in _GLOBAL and ip.is_global and not _is_special(ip)
        ip = inner
    return ip.is_global and not ip.is_multicast and not _is_special(ip)


def _is_special(ip: IPv4Address | IPv6Address) -> bool:
    return any(ip in network for network in _SPECIAL if network.version == ip.version)


_refused: ContextVar[list[str] | None] = ContextVar("refused", default=None)
"""Of the request that is being made: the private addresses its name led to; None where any address may be asked."""


@contextmanager
def refuse_private_addresses() -> Iterator[None]:
    """No connection that is made within, by a session whose sockets are of `make_socket`, leads to a private machine.

    Checked when the connection is made, for a name may lead elsewhere than when it was looked up before. Raises
    PrivateAddressError in place of whatever came of a refused connection.
    """
    refused: list[str] = []
    token = _refused.set(refused)
    try:
        yield
    except OSError as error:
        if refused:
            raise PrivateAddressError(f"{refused[0]} is a private address") from error
        raise
    finally:
        _refused.reset(token)


@asynccontextmanager
async def guard_request(address: str, *, may_be_private: bool, is_proxied: bool) -> AsyncIterator[None]:
    """Within, `address` may be asked for: of a private machine only where it `may_be_private`.

    Raises PrivateAddressError. Where a proxy connects, which may well be a private machine itself, the name is all that
    is known.
    """
    if may_be_private:
        yield
    elif is_proxied:
        await check_name(address)
        yield
    else:
        with refuse_private_addresses():
            yield


def make_socket(entry: tuple[Any, ...]) -> socket.socket:
    """The socket for an entry of `getaddrinfo`, as aiohttp wants it made. Raises OSError for one that is refused."""
    family, kind, protocol, _, place = entry
    refused = _refused.get()
    if refused is not None and not is_public(place[0]):
        refused.append(place[0])
        raise OSError(f"{place[0]} is a private address")
    return socket.socket(family, kind, protocol)


async def check_name(address: str) -> None:
    """Refuses an http address whose name leads to a private machine: all that can be known where a proxy connects.

    Raises PrivateAddressError. A name that only the proxy can look up is let through.
    """
    parts = urlsplit(address)
    port = parts.port or PORTS.get(parts.scheme, 80)
    try:
        entries = await look_up(parts.hostname or "", port)
    except OSError:
        return
    for *_, place in entries:
        if not is_public(str(place[0])):
            raise PrivateAddressError(f"{place[0]} is a private address")


async def look_up(host: str, port: int, family: int = 0, flags: int = 0) -> list[tuple[Any, ...]]:
    """As `socket.getaddrinfo`. Raises OSError, TimeoutError among them.

    asyncio's own lookup cannot be broken off: the end of the program waits for its thread. This one is a daemon.
    """
    found: Future[list[tuple[Any, ...]]] = Future()
    found.set_running_or_notify_cancel()

    def ask() -> None:
        try:
            found.set_result(list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, 0, flags)))
        except (OSError, UnicodeError) as error:
            found.set_exception(error)

    threading.Thread(target=ask, name=f"look up {host}", daemon=True).start()
    async with asyncio.timeout(TIMEOUT):
        return await asyncio.wrap_future(found)


class Resolver(AbstractResolver):
    """aiohttp's interface to `look_up`."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address[0], port=address[1], family=kind, proto=proto, flags=_NUMERIC)
            for kind, _, proto, _, address in await look_up(host, port, family, socket.AI_ADDRCONFIG)
        ]

    async def close(self) -> None:
        """Nothing is open."""
