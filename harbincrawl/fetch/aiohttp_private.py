"""All that we use of aiohttp without its documentation promising it, in one module: look here first after an upgrade.

Relied on, and checked by tests/fetch/test_private_names.py: aiohttp awaits `ClientResponse.start(connection)` before it
reads an answer, and `connection.transport` is then the asyncio transport of the connection, or None. Later it is too
late to ask who answered: the connection is let go as soon as the last byte is there.
"""

from __future__ import annotations

from typing import Any

from aiohttp import ClientResponse


class PeerResponse(ClientResponse):
    """A response that keeps the IP address of whoever answered."""

    peer: str | None = None

    async def start(self, connection: Any) -> ClientResponse:
        name = connection.transport.get_extra_info("peername") if connection.transport else None
        self.peer = name[0] if name else None
        return await super().start(connection)
