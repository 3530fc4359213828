"""The address guard: off the site and onto private machines leads no way."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from harbincrawl.fetch.guard import PrivateAddressError, is_public
from harbincrawl.fetch.handler import Handler
from tests.support.crawling import ask, execute
from tests.support.forge import PATIENCE, forge
from tests.support.listening import serve_raw
from tests.support.sites import HARBIN_TODAY

PUBLIC = "93.184.216.34"


def download(
    monkeypatch: pytest.MonkeyPatch, lookups: Sequence[Sequence[str]], port: int, *, private: bool = False, **meta: Any
) -> Response:
    """The answer of the handler where the name server says one of `lookups` after the other."""
    said = list(lookups)

    def look_up(*_: object, **__: object) -> list[tuple[Any, ...]]:
        addresses = said.pop(0) if len(said) > 1 else said[0]
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (one, port, 0, 0))
            if ":" in one
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    async def ask() -> Response:
        settings = {"CONCURRENT_REQUESTS": 1, "DOWNLOAD_MAXSIZE": 1000, "PRIVATE_ADDRESSES": private}
        handler = Handler.from_crawler(get_crawler(Spider, settings))
        try:
            with monkeypatch.context() as patch:
                patch.setattr(socket, "getaddrinfo", look_up)
                return await handler.download_request(
                    Request(f"http://e.my399.com:{port}/", meta={"download_timeout": PATIENCE, **meta})
                )
        finally:
            await handler.close()

    return asyncio.run(ask())


@pytest.mark.parametrize("lookups", [[["127.0.0.1"]], [["::ffff:127.0.0.1"]], [["127.0.0.1", "::1"]]])
def test_a_connection_to_a_private_machine_is_never_made(
    monkeypatch: pytest.MonkeyPatch, lookups: list[list[str]]
) -> None:
    with serve_raw(lambda _, client: client.sendall(b"HTTP/1.1 200 OK\r\n\r\nsecret")) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(PrivateAddressError, match="is a private address"):
            download(monkeypatch, lookups, port)
        assert server.asked == []
        assert download(monkeypatch, [["127.0.0.1"]], port, private=True).body == b"secret"


def test_behind_a_proxy_each_name_is_looked_up_before_it_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_raw(lambda _, client: client.sendall(b"HTTP/1.1 200 OK\r\n\r\nbody")) as server:
        port = int(server.url.rpartition(":")[2])
        assert download(monkeypatch, [[PUBLIC]], port, proxy=server.url).body == b"body"
        for address in ("10.0.0.1", "::ffff:10.0.0.1"):
            with pytest.raises(PrivateAddressError):
                download(monkeypatch, [[address]], port, proxy=server.url)
        assert len(server.asked) == 1


def test_a_crawl_of_a_name_that_leads_to_this_machine_asks_and_stores_nothing(tmp_path: Path) -> None:
    with serve_raw(lambda _, client: client.sendall(b"HTTP/1.1 200 OK\r\n\r\nsecret")) as server:
        port = server.url.rpartition(":")[2]
        prelude = f"import socket; socket.getaddrinfo = lambda *_, **__: [(2, 1, 6, '', ('127.0.0.1', {port}))]"
        code, _, words = execute(tmp_path, "crawl", "--json", prelude=prelude)
        assert server.asked == []
    assert code == 6
    assert "127.0.0.1 is a private address" in words
    assert ask(tmp_path, "SELECT count(*) FROM captures") == [(0,)]


REBOUND = (
    "127.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "::127.0.0.1",
    "169.254.169.254",
    "::1",
)
REBINDING = """
import functools, socket
import harbincrawl.spiders.options as options, harbincrawl.fetch.guard as guard, harbincrawl.fetch.session as session
options.is_loopback = lambda _: True
session.TCPConnector = functools.partial(session.TCPConnector, use_dns_cache=False)
is_public = guard.is_public
guard.is_public = lambda address: address == "127.0.0.2" or is_public(address)
lookups = iter([("127.0.0.2", {public}), *((address, {private}) for address in {rebound})])

def look_up(*_, **__):
    address, port = next(lookups)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return [(family, 1, 6, "", (address, port, 0, 0) if ":" in address else (address, port))]

socket.getaddrinfo = look_up
"""


def test_a_name_that_leads_to_a_public_machine_first_and_to_a_private_one_then_is_refused(tmp_path: Path) -> None:
    """127.0.0.2 stands for a public machine: its robots.txt is read, and then the name server says another address."""
    rules = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    secret = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret"
    with (
        serve_raw(lambda _, client: client.sendall(rules), "127.0.0.2") as public,
        serve_raw(lambda _, client: client.sendall(secret)) as private,
    ):
        ports = {name: one.url.rpartition(":")[2] for name, one in (("public", public), ("private", private))}
        prelude = REBINDING.format(**ports, rebound=REBOUND)
        sections = [section.path for section in HARBIN_TODAY.sections[: len(REBOUND)]]
        words = ["--archive", str(tmp_path), "crawl", "--json", "--delay", "0", *sections]
        code, printed, said = forge().start(words, prelude).wait()
        assert (len(public.asked), private.asked) == (1, [])
    failures = json.loads(printed)["failures"]
    assert code == 3, said
    assert {failure["class"] for failure in failures} == {"refused"}
    assert {failure["reason"].partition(" ")[0] for failure in failures} == set(REBOUND)
    stored = b"".join(gzip.decompress(path.read_bytes()) for path in (tmp_path / "warc").iterdir())
    assert b"127.0.0.2" in stored
    assert b"secret" not in stored
    # Events tell of the addresses that failed; there is no record of one.
    targets = re.findall(rb"WARC-Target-URI: (\S+)", stored)
    assert targets and not any(b"news/" in each for each in targets)
    execute(tmp_path, "verify", code=0)


@pytest.mark.parametrize(
    "address",
    """
    192.88.99.1 2001:20::1
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1 192.0.0.8 192.0.2.1 192.168.1.1
    198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 224.0.1.1 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::a00:1
    64:ff9b:1::808:808 100::1 2001::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 fc00::1 fd12::1 fe80::1 fe80::1%lo
    fec0::1 ff02::1 ff0e::1 2606:4700::1111%eth0
    """.split(),
)
def test_private_addresses_are_known_in_all_their_clothes(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", PUBLIC, "::ffff:8.8.8.8", "64:ff9b::808:808", "2606:4700:4700::1111", "2001:4860:4860::8888"]
)
def test_public_addresses_are_asked(address: str) -> None:
    assert is_public(address)
