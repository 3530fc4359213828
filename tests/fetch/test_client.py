"""The client that asks archives of others: only hosts that were named, bounded, nothing followed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from harbincrawl.fetch.client import Client, Reply, RequestError, find_host
from tests.support.listening import serve_raw


def ask(hosts: Mapping[str, bool], address: str, most: int = 1000, timeout: float = 5) -> Reply:
    async def main() -> Reply:
        async with Client(hosts, "harbincrawl/test (+me)", timeout) as client:
            return await client.ask(address, most, {"Range": "bytes=0-1"})

    return asyncio.run(main())


def answer(head: bytes, body: bytes = b"") -> bytes:
    return b"HTTP/1.1 " + head + f"\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def test_what_was_sent_and_what_came() -> None:
    sent = []

    def serve(request: bytes, client: object) -> None:
        sent.append(request)
        client.sendall(answer(b"302 Found\r\nLocation: /b\r\nContent-Encoding: gzip", b"\x1f\x8bx"))  # type: ignore[attr-defined]

    with serve_raw(serve) as server:
        reply = ask({find_host(server.url): True}, f"{server.url}/web/2014id_/http://e.my399.com/a?b=c&d")
    assert (reply.status, reply.reason, reply.body) == (302, "Found", b"\x1f\x8bx")
    assert ("Location", "/b") in reply.fields
    assert len(server.asked) == 1


def test_a_host_that_was_not_named_is_never_asked_nor_a_private_machine_that_no_option_named() -> None:
    with serve_raw(lambda _, client: client.sendall(answer(b"200 OK", b"secret"))) as server:
        named = find_host(server.url)
        for hosts in ({}, {"127.0.0.1:1": True}, {"localhost:" + named.partition(":")[2]: True}, {named: False}):
            with pytest.raises(RequestError) as refused:
                ask(hosts, server.url)
            assert refused.value.kind == "refused"
        assert server.asked == []


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (answer(b"200 OK", b"x" * 2000), "too-large"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf", "cut"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + 2 * (b"400\r\n" + b"x" * 1024 + b"\r\n"),
            "too-large",
        ),
        (b"", "connection"),
        (b"nonsense\r\n\r\n", "connection"),
    ],
)
def test_what_goes_wrong_has_a_class(made: bytes, kind: str) -> None:
    with serve_raw(lambda _, client: client.sendall(made)) as server, pytest.raises(RequestError) as failed:
        ask({find_host(server.url): True}, server.url)
    assert failed.value.kind == kind


def test_nobody_there_and_no_address_at_all() -> None:
    with serve_raw(lambda *_: None) as server:
        url = server.url
    with pytest.raises(RequestError) as failed:
        ask({find_host(url): True}, url)
    assert failed.value.kind == "unreachable"
    assert [find_host(text) for text in ("https://A.example/x", "http://a:8080", "ftp://a/", "http://[::1", "")] == [
        "a.example:443", "a:8080", "", "", "",
    ]  # fmt: skip
