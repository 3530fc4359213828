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

ATTEMPTS = 4
"""At what answers with an error, or not whole."""
FIRST_WAIT, LONGEST_WAIT = 60.0, 3600.0
"""Seconds to wait where we are turned away; each wait is twice as long as the one before."""
SHORT_WAIT = 5.0
"""Seconds before the second attempt at what went wrong; twice as long before each further one."""
GRACE = 5.0
"""Seconds that a request has left once someone asked for the end: an answer on its way still comes in."""
MOST_LOST = 5
"""Pages in a row without an answer before that counts as being turned away."""
_LOCAL = 5e-4
"""How long waits are on this machine, where nobody has to be spared."""
_TURNED_AWAY = frozenset((429, 503))
_TEMPORARY = frozenset((408, 425, 500, 502, 504, 520, 522, 524))


class Manners:
    """Asks for one address after the other, and counts; made within the running event loop."""

    def __init__(self, client: Client, stop: Stop, *, is_local: bool, go_on: str) -> None:
        """`go_on` is the command line that goes on with the rescue later."""
        self._client = client
        self._stop = stop
        self._scale = _LOCAL if is_local else 1.0
        self._go_on = go_on
        self._next = 0.0
        self._wait: float | None = FIRST_WAIT
        """Seconds of the next long wait; None: there was the longest one, and it did not help."""
        self._lost = 0
        self._was_reached = False
        """It has answered anything: what was never reached is not waited for."""
        self.requests = 0
        self.bytes = 0

    async def ask(self, address: str, pause: float, most_bytes: int, fields: Mapping[str, str] | None = None) -> Reply:
        """The answer of `address`, `pause` seconds after the last one at the earliest.

        An answer with a Memento-Datetime is a capture, whatever its status. Raises RequestError for what cannot be had
        now, SiteError where the archive turned us away for hours or was never reached, InterruptedRequestError.
        """
        attempt = 1
        while True:
            await self._sleep(self._next - time.monotonic())
            self._next = time.monotonic() + pause
            self.requests += 1
            retry_after = None
            try:
                reply = await self._ask_in_time(address, most_bytes, fields)
                self.bytes += len(reply.body)
                self._was_reached = True
                is_capture = find_field(reply.fields, "Memento-Datetime") is not None
                if is_capture or reply.status not in _TURNED_AWAY | _TEMPORARY:
                    self._wait, self._lost = FIRST_WAIT, 0
                    return reply
                failure = RequestError("http", f"HTTP {reply.status}")
                is_turned_away = reply.status in _TURNED_AWAY
                retry_after = read_wait(find_field(reply.fields, "Retry-After"), datetime.now(UTC))
            except RequestError as error:
                if error.kind in ("refused", "too-large"):
                    raise
                failure, is_turned_away = error, error.kind == "unreachable" and self._was_reached
                if error.kind == "unreachable" and not self._was_reached and attempt > 1:
                    raise SiteError(f"it cannot be reached ({error.reason}). Try again later: {self._go_on}") from error
            if not is_turned_away and attempt >= ATTEMPTS:
                self._lost += 1
                if self._lost < MOST_LOST:
                    raise failure
                is_turned_away, self._lost = True, 0
            if is_turned_away:
                await self._wait_long(failure, retry_after)
                continue
            await self._sleep(SHORT_WAIT * (1 << (attempt - 1)) * self._scale)
            attempt += 1

    async def _ask_in_time(self, address: str, most_bytes: int, fields: Mapping[str, str] | None) -> Reply:
        """The answer. Raises InterruptedRequestError where it is still on its way some seconds after the end began."""
        asking = asyncio.ensure_future(self._client.ask(address, most_bytes, fields))
        while not (await asyncio.wait((asking,), timeout=GRACE))[0]:
            if self._stop.is_set:
                asking.cancel()
                raise InterruptedRequestError("the rescue ends")
        return asking.result()

    async def _wait_long(self, failure: RequestError, retry_after: float | None) -> None:
        wait = self._wait
        if wait is None:
            raise SiteError(
                f"it does not answer any more ({failure.reason}), though we waited up to an hour. What was fetched is"
                f" stored; go on later: {self._go_on}"
            )
        self._wait = None if wait >= LONGEST_WAIT else min(LONGEST_WAIT, 2 * wait)
        await self._sleep(min(LONGEST_WAIT, max(wait, retry_after or 0.0)) * self._scale)

    async def _sleep(self, seconds: float) -> None:
        """Raises InterruptedRequestError as soon as the rescue is to end."""
        self.check()
        if seconds > 0:
            await self._stop.pause(seconds)

    def check(self) -> None:
        """Raises InterruptedRequestError where the rescue is to end."""
        self._stop.check()
