"""Sending downloads: some at once, and whoever takes one too slowly makes way for others."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from contextlib import suppress

from aiohttp import web

from .answers import PageError
from .streams import Stream

log = logging.getLogger(__name__)

DOWNLOADS = 4
"""At once."""
PATIENCE = 30.0
"""Seconds without a byte taken that end a download."""
PORTION, SECONDS = 1 << 17, 4.0
"""Whoever takes fewer bytes than these in so many seconds, 32 KB a second, makes way where somebody else comes."""
_PIECE = 1 << 16
"""Bytes that are sent at once."""
_BUFFER = 1 << 17
"""Bytes that the system is asked to hold for a client: more would hide for minutes how slow it is."""


class _Client:
    """Whoever takes a download, and how long was waited for that."""

    def __init__(self, request: web.Request) -> None:
        self._transport = request.transport
        self._taken = 0
        """Bytes of the portion that it is at."""
        self._waited = 0.0
        """Seconds, since that portion began."""
        self._since: float | None = None
        """Since when it is waited for."""
        if self._transport is not None:
            with suppress(OSError):
                self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)

    def find_wait(self, now: float) -> float:
        """Seconds in which it has not yet taken a portion; what is not made yet nobody can take."""
        return self._waited + (0.0 if self._since is None else now - self._since)

    def let_go(self) -> None:
        """Cuts its connection."""
        if self._transport is not None:
            self._transport.abort()

    async def send(self, response: web.StreamResponse, part: bytes) -> None:
        """Sends a part. Raises ConnectionError where nothing of it is taken for PATIENCE seconds."""
        for at in range(0, len(part), _PIECE):
            piece = part[at : at + _PIECE]
            self._since = time.monotonic()
            try:
                await self._write(response, piece)
            finally:
                self._waited, self._since = self.find_wait(time.monotonic()), None
            self._taken += len(piece)
            if self._taken >= PORTION:
                self._taken, self._waited = 0, 0.0

    async def _write(self, response: web.StreamResponse, piece: bytes) -> None:
        sending = asyncio.ensure_future(response.write(piece))
        # Where we are cancelled, nobody waits for it any more.
        sending.add_done_callback(lambda task: task.cancelled() or task.exception())
        left = -1
        try:
            while not sending.done():
                await asyncio.wait([sending], timeout=PATIENCE)
                now = self._transport.get_write_buffer_size() if self._transport is not None else 0
                if not sending.done() and now == left:
                    raise ConnectionResetError("nobody takes the download")
                left = now
            await sending
        finally:
            sending.cancel()


class Downloads:
    """Those of an archive that are under way."""

    def __init__(self) -> None:
        self._clients: set[_Client] = set()

    async def send(self, request: web.Request, response: web.StreamResponse, stream: Stream) -> web.StreamResponse:
        """Sends all that `stream` makes. Raises PageError where no place is left, and what its first part raises."""
        try:
            client = self._find_place(request)
            try:
                part = await stream.next_part() if request.method == "GET" else None
                await response.prepare(request)
                await _send_all(client, response, stream, part)
            finally:
                self._clients.discard(client)
        finally:
            stream.close()
        return response

    def _find_place(self, request: web.Request) -> _Client:
        """A place for one more client, if need be that of the slowest. Raises PageError."""
        if len(self._clients) >= DOWNLOADS:
            now = time.monotonic()
            slowest = max(self._clients, key=lambda client: client.find_wait(now))
            if slowest.find_wait(now) < SECONDS:
                raise PageError(
                    503, "Busy", f"Already {DOWNLOADS} downloads are under way: try again.", {"Retry-After": "10"}
                )
            log.warning("a download was ended: its client took less than %d KB a second", PORTION / SECONDS / 1024)
            self._clients.discard(slowest)
            slowest.let_go()
        client = _Client(request)
        self._clients.add(client)
        return client


async def _send_all(client: _Client, response: web.StreamResponse, stream: Stream, part: bytes | None) -> None:
    try:
        while part is not None:
            await client.send(response, part)
            part = await stream.next_part()
        await response.write_eof()
    except Exception as error:  # noqa: BLE001 - it is logged, and there is no page any more
        # What was sent cannot be taken back: a cut connection tells that it is not whole.
        if not isinstance(error, ConnectionError):
            log.error("a download could not be made whole: %s", error)  # noqa: TRY400 - no code for people
        client.let_go()
