"""Reading a page within a crawl: a large one apart, so that the crawl's other work goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from harbincrawl.fetch.answers import Got
from harbincrawl.sites import Site

LARGE = 64 * 1024
"""Bytes; up to here no page takes long, and honest ones are hardly ever larger."""

Record = TypeVar("Record")


async def read_apart(read: Callable[[str, str, Site], Record], answer: Got, address: str, site: Site) -> Record:
    """What `read` makes of the page `answer` at `address`, decoded and read in a thread where it is large."""
    if len(answer.body) <= LARGE:
        return read(answer.text, address, site)
    return await asyncio.to_thread(lambda: read(answer.text, address, site))
