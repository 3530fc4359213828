"""Looking up the addresses of a host, without ever waiting longer for the name server than the crawl wants to."""

from __future__ import annotations

import asyncio
import socket
import threading
from concurrent.futures import Future
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

TIMEOUT = 20.0
"""Seconds."""


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


_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
