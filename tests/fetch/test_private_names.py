"""What we use of Scrapy and aiohttp beyond their documentation: each test names the module to mend after an upgrade."""

from __future__ import annotations

import asyncio
import inspect
from types import SimpleNamespace

import aiohttp
import pytest
from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.core.scraper import Slot
from scrapy.extensions.closespider import CloseSpider
from scrapy.http import Response
from scrapy.settings import default_settings
from scrapy.utils.misc import load_object

from harbincrawl.fetch import scrapy_private
from harbincrawl.fetch.aiohttp_private import PeerResponse

MEND_SCRAPY = "Scrapy has changed what harbincrawl/fetch/scrapy_private.py relies on: "
MEND_AIOHTTP = "aiohttp has changed what harbincrawl/fetch/aiohttp_private.py relies on: "


@pytest.mark.parametrize("name", ["DOWNLOADER_MIDDLEWARES_BASE", "SPIDER_MIDDLEWARES_BASE", "EXTENSIONS_BASE"])
def test_the_parts_that_scrapy_loads_by_itself_are_named_by_these_settings(name: str) -> None:
    theirs = getattr(default_settings, name, None)
    assert isinstance(theirs, dict), f"{MEND_SCRAPY}it has no table {name} any more"
    for part in getattr(scrapy_private, name):
        assert part in theirs, f"{MEND_SCRAPY}{part} is no part of {name} any more"
        assert load_object(part)


def test_the_engine_downloads_one_request_past_scheduler_and_spider() -> None:
    method = getattr(ExecutionEngine, "download_async", None)
    assert inspect.iscoroutinefunction(method), f"{MEND_SCRAPY}the engine has no coroutine download_async any more"
    assert list(inspect.signature(method).parameters) == ["self", "request"], (
        f"{MEND_SCRAPY}download_async takes something else than a request"
    )
    asked = Request("http://site.invalid/")

    async def download_async(request: Request) -> Response:
        return Response(request.url)

    crawler = SimpleNamespace(engine=SimpleNamespace(download_async=download_async))
    assert asyncio.run(scrapy_private.download(crawler, asked)).url == asked.url  # type: ignore[arg-type]


def test_the_engine_closes_the_spider_by_a_method_that_can_be_set() -> None:
    source = inspect.getsource(ExecutionEngine) + inspect.getsource(CloseSpider)
    assert source.count("close_spider_async(reason=") >= 4, f"{MEND_SCRAPY}a spider is closed in another way"
    assert callable(getattr(Slot, "is_idle", None)), f"{MEND_SCRAPY}the scraper's slot does not say that it is idle"


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
