"""One attempt at an address: what is known of it beside Scrapy's request, which carries it in its meta."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from scrapy import Request

from harbincrawl.warc.writing.writer import CapturePlace

KEY = "harbincrawl"


@dataclass(slots=True)
class Attempt:
    """What the fetcher asks for, and what evidence of the answer was written."""

    address: str
    """Canonical, where the request itself may go to a mirror."""
    etag: str | None = None
    last_modified: str | None = None
    """The validators that were sent."""
    source: str = "site"
    """Who is asked: `site`, `mirror`."""
    fetched_at: datetime | None = None
    """When the answer was there."""
    place: CapturePlace | None = None
    """Of the response's record in the WARC; None where none was written."""
    transfer: asyncio.Task[object] | None = None
    """What sends the request and reads the answer; None until it is its turn."""
    is_cancelled: bool = False

    def cancel(self) -> None:
        """Breaks the transfer off, or keeps it from beginning: nobody waits for the answer any more."""
        self.is_cancelled = True
        if self.transfer is not None:
            self.transfer.cancel()


def read_attempt(request: Request) -> Attempt:
    """The attempt that `request` makes. Raises KeyError for a request that the fetcher did not make."""
    attempt: Attempt = request.meta[KEY]
    return attempt
