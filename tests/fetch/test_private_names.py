"""What we use of aiohttp beyond its documentation: each test names the module to mend after an upgrade."""

from __future__ import annotations

import asyncio
import inspect

import aiohttp

from harbincrawl.fetch.aiohttp_private import PeerResponse

MEND_AIOHTTP = "aiohttp has changed what harbincrawl/fetch/aiohttp_private.py relies on: "


def test_a_response_learns_who_answered_when_it_starts() -> None:
    async def ask() -> tuple[str | None, str]:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with (
            server,
            aiohttp.ClientSession(response_class=PeerResponse) as session,
            session.get(f"http://127.0.0.1:{port}/") as response,
        ):
            return getattr(response, "peer", None), await response.text()

    assert list(inspect.signature(aiohttp.ClientResponse.start).parameters) == ["self", "connection"], (
        f"{MEND_AIOHTTP}ClientResponse.start takes something else than a connection"
    )
    peer, body = asyncio.run(ask())
    assert peer == "127.0.0.1", f"{MEND_AIOHTTP}the connection given to ClientResponse.start names no peer"
    assert body == "ok"
