"""Asking archives of others politely: one request at a time, with pauses, and longer ones where they turn us away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from harbincrawl.errors import SiteError
from harbincrawl.fetch.client import Client, Reply, RequestError
from harbincrawl.fetch.headers import read_wait
from harbincrawl.fetch.stop import InterruptedRequestError, Stop
from harbincrawl.warc.heads import find_field

FIRST_WAIT, LONGEST_WAIT = 60.0, 3600.0
"""Seconds to wait where we are turned away; each wait is twice as long as the one before, an hour in all."""
GRACE = 5.0
"""Seconds that a request has left once someone asked for the end: an answer on its way still comes in."""
MAX_LOST = 5
"""Requests in a row without an answer before the archive counts as unreachable."""
_LOCAL = 5e-4
"""How long waits are on this machine, where nobody has to be spared."""
_TURNED_AWAY = (429, 503)


class Manners:
    """Asks for one address after the other, and counts; made within the running event loop."""

    def __init__(self, client: Client, stop: Stop, *, is_local: bool) -> None:
        self._client = client
        self._stop = stop
        self._scale = _LOCAL if is_local else 1.0
        self._next = 0.0
        self._lost = MAX_LOST - 1
        """Requests in a row without an answer; what was never reached is asked only once."""
        self.requests = 0
        self.bytes = 0

    async def ask(self, address: str, pause: float, max_bytes: int, fields: Mapping[str, str] | None = None) -> Reply:
        """The answer of `address`, `pause` seconds after the last request at the earliest; asked again only where the
        archive turns us away.

        An answer with a Memento-Datetime is a capture, whatever its status. Raises RequestError for what cannot be had
        now, SiteError where the archive turned us away for an hour or cannot be reached, InterruptedRequestError.
        """
        wait = FIRST_WAIT
        while True:
            await self._stop.pause(self._next - time.monotonic())
            self._next = time.monotonic() + pause
            reply = await self._ask_once(address, max_bytes, fields)
            if reply.status not in _TURNED_AWAY or find_field(reply.fields, "Memento-Datetime") is not None:
                return reply
            if wait > LONGEST_WAIT:
                raise SiteError(
                    f"it does not answer any more (HTTP {reply.status}), though we waited for an hour. What was fetched"
                    " is stored: run it again later to go on."
                )
            asked = read_wait(find_field(reply.fields, "Retry-After"), datetime.now(UTC)) or 0.0
            await self._stop.pause(min(LONGEST_WAIT, max(wait, asked)) * self._scale)
            wait *= 2

    async def _ask_once(self, address: str, max_bytes: int, fields: Mapping[str, str] | None) -> Reply:
        """The answer. Raises InterruptedRequestError where it is still on its way some seconds after the end began."""
        self.requests += 1
        asking = asyncio.ensure_future(self._client.ask(address, max_bytes, fields))
        while not (await asyncio.wait((asking,), timeout=GRACE))[0]:
            if self._stop.is_set:
                asking.cancel()
                raise InterruptedRequestError("the rescue ends")
        try:
            reply = asking.result()
        except RequestError as error:
            if error.kind not in ("refused", "too-large"):
                self._lost += 1
            if self._lost >= MAX_LOST:
                raise SiteError(f"it cannot be reached ({error.reason}): try again later.") from error
            raise
        self._lost = 0
        self.bytes += len(reply.body)
        return reply
