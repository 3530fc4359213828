"""The small client against servers that behave and that do not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spiders import Spider

from harbincrawl.crawl.handler import PlainHandler

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GOOD = b'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Length: 5\r\n\r\nhello'


def ask(serve: Serve, *requests: Callable[[int], Request]) -> list[Response]:
    """The answers to some requests, one after the other, of a server that speaks as `serve` does."""

    writers: list[asyncio.StreamWriter] = []

    async def serve_and_note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await serve(reader, writer)

    async def run() -> list[Response]:
        server = await asyncio.start_server(serve_and_note, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        handler = PlainHandler(Crawler(Spider, {"DOWNLOAD_MAXSIZE": 1000}))
        try:
            return [await handler.download_request(request(port)) for request in requests]
        finally:
            await handler.close()
            server.close()
            for writer in writers:
                writer.transport.abort()
            await asyncio.sleep(0.01)

    return asyncio.run(run())


def get(path: str = "/a?b=c#d", **meta: object) -> Callable[[int], Request]:
    return lambda port: Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": "text/html"}, meta=meta)


async def read_head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


def test_a_page_comes_with_status_headers_body_and_address() -> None:
    heads = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await read_head(reader))
        writer.write(GOOD)

    (response,) = ask(serve, get())
    assert (response.status, response.body, response.protocol) == (200, b"hello", "HTTP/1.1")
    assert response.headers["ETag"] == b'"a"'
    assert str(response.ip_address) == "127.0.0.1"
    assert heads[0].startswith(b"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nAccept: text/html\r\n" in heads[0]


def test_one_connection_serves_many_requests() -> None:
    connections = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        while not reader.at_eof():
            try:
                await read_head(reader)
            except asyncio.IncompleteReadError:
                return
            writer.write(GOOD)

    assert [response.body for response in ask(serve, get(), get(), get())] == [b"hello"] * 3
    assert len(connections) == 1


def test_a_kept_connection_that_the_server_has_closed_is_no_failure() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(GOOD)
        await reader.read(1)
        writer.close()

    assert len(ask(serve, get(), get(), get())) == 3


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"", DownloadFailedError),
        (b"HTTP/1.1 200 OK\r\nContent-Le", DownloadFailedError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", ResponseDataLossError),
        (b"SSH-2.0-OpenSSH\r\n\r\n", DownloadFailedError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", DownloadCancelledError),
    ],
)
def test_broken_answers_raise_what_they_are(said: bytes, error: type[Exception]) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(said)
        writer.close()

    with pytest.raises(error):
        ask(serve, get())


def test_a_server_that_says_nothing_is_left_in_time() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    with pytest.raises(DownloadTimeoutError):
        ask(serve, get(download_timeout=0.05))


def test_nobody_at_the_port_and_no_such_name_are_told_apart() -> None:
    async def serve(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None: ...

    with pytest.raises(DownloadConnectionRefusedError, match="refused"):
        ask(serve, lambda _: Request("http://127.0.0.1:1/"))
    with pytest.raises(CannotResolveHostError):
        ask(serve, lambda _: Request("http://nobody.invalid/"))


def test_a_header_value_cannot_add_a_header() -> None:
    heads = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await read_head(reader))
        writer.write(GOOD)

    ask(serve, lambda port: Request(f"http://127.0.0.1:{port}/", headers={"If-None-Match": '"a"\r\nCookie: b'}))
    assert b'\r\nIf-None-Match: "a"  Cookie: b\r\n' in heads[0]
