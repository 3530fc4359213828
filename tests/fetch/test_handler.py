"""The download handler against servers that answer byte for byte what a test says, and what the WARC has of it."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from harbincrawl.fetch.handler import PRIVATE_SETTING, Handler
from harbincrawl.warc.records import Record, walk_records
from tests.support.crawling import crawl
from tests.support.families import sample
from tests.support.forge import PATIENCE
from tests.support.listening import serve_raw


@contextmanager
def answering(answer: bytes | None, more: bytes = b"", pause: float = 0.0) -> Iterator[tuple[str, list[bytes]]]:
    """An origin that says `answer` to each request and hangs up, or nothing for None; and what it was asked.

    `more` follows again and again, each time after a pause, for as long as somebody listens.
    """
    done = threading.Event()

    def speak(_: bytes, client: socket.socket) -> None:
        if answer is None:
            done.wait(PATIENCE)
        else:
            client.sendall(answer)
            while more and not done.wait(pause):
                client.sendall(more)

    with serve_raw(speak) as server:
        yield server.url, server.asked
        done.set()


def download(
    address: str, *, headers: dict[str, str] | None = None, beat: float | None = None, **meta: Any
) -> Response:
    """The answer; with `beat`, the loop must come round all the while, after at most twenty beats of work."""

    async def watch(beat: float) -> None:
        while True:
            # Processor time, as on a busy machine the whole process may have to wait.
            begin = time.thread_time()
            await asyncio.sleep(beat)
            pauses.append(time.thread_time() - begin)

    pauses: list[float] = []

    async def ask() -> Response:
        watching = asyncio.ensure_future(watch(beat)) if beat else None
        settings = {"CONCURRENT_REQUESTS": 1, "DOWNLOAD_MAXSIZE": 1000, PRIVATE_SETTING: True}
        handler = Handler.from_crawler(get_crawler(Spider, settings))
        try:
            request = Request(address, headers=headers, meta={"download_timeout": PATIENCE, **meta})
            return await handler.download_request(request)
        finally:
            await handler.close()
            if watching is not None:
                watching.cancel()

    try:
        return asyncio.run(ask())
    finally:
        assert max(pauses, default=0.0) < 20 * (beat or 1)


def head(*fields: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"\r\n".join([status, *fields, b"", b""])


def test_an_answer_comes_as_it_came_over_the_wire() -> None:
    packed = gzip.compress(b"a page")
    fields = (
        b"Content-Type: text/html",
        b"Content-Encoding: gzip",
        b'ETag: "\xff\x80 \xe5\x93\x88"',
        b"X-A: 1",
        b"x-a: 2",
    )
    with answering(head(*fields, b"Content-Length: %d" % len(packed)) + packed) as (origin, asked):
        answer = download(f"{origin}/a%2fb%7E?q=%E5%93%88", headers={"Accept-Encoding": "gzip, deflate"})
    assert (answer.status, answer.body, answer.protocol) == (200, packed, "HTTP/1.1")
    assert str(answer.ip_address) == "127.0.0.1"
    assert answer.headers["ETag"] == b'"\xff\x80 \xe5\x93\x88"'
    assert answer.headers.getlist("X-A") == [b"1", b"2"]
    lines = asked[0].split(b"\r\n")
    assert lines[0] == b"GET /a%2fb%7E?q=%E5%93%88 HTTP/1.1"
    assert {line.partition(b":")[0] for line in lines[1:] if line} == {b"Host", b"Accept-Encoding"}


def test_a_long_header_is_read_and_no_redirect_followed() -> None:
    fields = (b"Set-Cookie: " + b"a" * 30_000, b"Location: /elsewhere", b"Content-Length: 2")
    with answering(head(*fields, status=b"HTTP/1.1 302 Found") + b"ok") as (origin, asked):
        answer = download(origin)
    assert (answer.status, answer.body, len(asked)) == (302, b"ok", 1)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (head(b"Content-Length: 100") + b"cut", ResponseDataLossError, None),
        (head(b"Transfer-Encoding: chunked") + b"5\r\nab", ResponseDataLossError, None),
        (head(b"Content-Length: 1001") + b"a" * 1001, DownloadCancelledError, "1001"),
        (head() + b"a" * 5000, DownloadCancelledError, "1000"),
        (b"", DownloadFailedError, None),
        (b"SSH-2.0-rubbish\r\n\r\n", DownloadFailedError, r"its answer is no HTTP \(Bad status line\)"),
        (b"HTTP/1.1 200 OK\r\nX: y", DownloadFailedError, "closed the connection before its answer was whole"),
        (None, DownloadTimeoutError, "no whole answer within 0.2 seconds"),
    ],
)
def test_what_goes_wrong_is_named(answer: bytes | None, kind: type[Exception], words: str | None) -> None:
    with answering(answer) as (origin, _), pytest.raises(kind, match=words) as raised:
        download(origin, download_timeout=PATIENCE if answer is not None else 0.2)
    assert str(raised.value)
    assert "object at" not in str(raised.value)


@pytest.mark.parametrize(
    ("begin", "more"),
    sample([
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000),
        (head(b"Transfer-Encoding: chunked") + b"1;", b"a" * 65536),
        (head(b"Transfer-Encoding: chunked"), b"0" * 65536),
        (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
        (b"HTTP/1.1 200 ", b"a"),
        (head(b"Content-Length: 100000"), b"a"),
        (head(b"Transfer-Encoding: chunked") + b"1\r\na\r\n0\r\n", b"X: a\r\n"),
        (b"", b"\r\n"),
    ], 4),
)  # fmt: skip
def test_an_answer_without_an_end_ends_in_time_and_leaves_the_loop_awake(begin: bytes, more: bytes) -> None:
    pause = 0.0 if len(more) > 100 else 0.02
    with answering(begin, more, pause) as (origin, _), pytest.raises(DownloadTimeoutError):
        download(origin, beat=0.05, download_timeout=0.5, download_maxsize=200_000)


def test_a_name_that_nobody_looks_up_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: done.wait(PATIENCE) and [])
    try:
        with pytest.raises(DownloadTimeoutError):
            download("http://nowhere.invalid/", download_timeout=0.2)
    finally:
        done.set()


def test_a_refused_connection_and_an_unknown_name_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(DownloadConnectionRefusedError, match=rf"^127\.0\.0\.1:{port}: Connection refused$"):
            download(f"http://127.0.0.1:{port}/")

    def find_nothing(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", find_nothing)
    with pytest.raises(CannotResolveHostError, match=r"^nowhere\.invalid:80: Name or service not known$"):
        download("http://nowhere.invalid/")


def test_a_proxy_is_asked_for_the_whole_address_with_its_credentials() -> None:
    with answering(head(b"Content-Length: 2") + b"ok") as (origin, asked):
        headers = {"Proxy-Authorization": "Basic dXNlcjpzZWNyZXQ="}
        assert download("http://site.invalid/news/", headers=headers, proxy=origin).body == b"ok"
    lines = asked[0].split(b"\r\n")
    assert lines[0] == b"GET http://site.invalid/news/ HTTP/1.1"
    assert b"Host: site.invalid" in lines
    assert b"Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=" in lines


def test_a_tunnel_shows_a_proxy_its_credentials_alone() -> None:
    refusal = head(b"Content-Length: 0", status=b"HTTP/1.1 403 Forbidden")
    with answering(refusal) as (origin, asked), pytest.raises(DownloadFailedError, match="403"):
        headers = {"Proxy-Authorization": "Basic dXNlcjpzZWNyZXQ=", "X-Own": "1"}
        download("https://site.invalid/news/", headers=headers, proxy=origin)
    (said,) = asked
    assert said.startswith(b"CONNECT site.invalid:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=" in said
    assert b"X-Own" not in said


HEAD = (
    b"HTTP/1.1 200 Fine Indeed \xe5\x93\x88",
    b"X-UPPER: Yes",
    b"vary: A",
    b"x-lower:no-blank",
    b"Vary: B",
    b'ETag: "\xff\x80 \xe5\x93\x88"',
    b"VARY: A",
    b"X-Empty: ",
    b"Content-Type:  text/plain",
)


def read_blocks(archive: Path) -> list[tuple[str, bytes]]:
    """(type, block) of all records of the archive."""
    found = []
    for path in sorted((archive / "warc").iterdir()):
        with path.open("rb") as stream:
            for record in walk_records(stream, path.name):
                assert isinstance(record, Record)
                found.append((record.type, record.read_block(1 << 30)))
    return found


def as_lines(block: bytes) -> tuple[list[bytes], bytes]:
    """The lines of an HTTP head without blanks around values, and the payload."""
    head, _, payload = block.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    return [
        first,
        *(name + b": " + value.strip() for name, _, value in (line.partition(b":") for line in lines)),
    ], payload


def test_heads_stand_in_the_warc_as_they_were_sent(tmp_path: Path) -> None:
    rules = b"User-agent: *\nDisallow: /\n"
    answer = b"\r\n".join([*HEAD, b"Content-Length: %d" % len(rules), b"Set-Cookie: secret", b"", b""]) + rules

    with serve_raw(lambda _, client: client.sendall(answer)) as server:
        crawl(tmp_path, server.url, code=3)
        asked = server.asked[0]
    blocks = dict(read_blocks(tmp_path))
    lines, payload = as_lines(blocks["response"])
    assert lines == as_lines(answer)[0][:-1], "all but the cookie"
    assert payload == rules
    assert as_lines(blocks["request"]) == as_lines(asked)


def test_an_old_server_is_recorded_as_one_and_what_it_was_asked_as_sent(tmp_path: Path) -> None:
    answer = b"HTTP/1.0 200 OK\r\nserver: old\r\n\r\nUser-agent: *\nDisallow: /\n"
    with serve_raw(lambda _, client: client.sendall(answer)) as server:
        crawl(tmp_path, server.url, code=3)
    blocks = dict(read_blocks(tmp_path))
    assert blocks["response"] == answer
    assert blocks["request"].startswith(b"GET /robots.txt HTTP/1.1\r\n")


def test_a_body_that_looks_like_chunks_is_unchunked_once(tmp_path: Path) -> None:
    rules = b"0\nUser-agent: *\nDisallow: /\n"
    for coding in (b"", b"Content-Encoding: gzip\r\n"):
        sent = gzip.compress(rules) if coding else rules

        def speak(_: bytes, client: socket.socket, coding: bytes = coding, sent: bytes = sent) -> None:
            head = b"HTTP/1.1 200 OK\r\n" + coding + b"Transfer-Encoding: chunked\r\n\r\n"
            client.sendall(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(sent), sent))

        archive = tmp_path / ("packed" if coding else "plain")
        with serve_raw(speak) as server:
            run = crawl(archive, server.url, code=3)
            assert len(server.asked) == 1
        assert run.report["robots"]["says"] == "rules"
        block = dict(read_blocks(archive))["response"]
        assert block == b"HTTP/1.1 200 OK\r\n" + coding + b"X-Archive-Orig-Transfer-Encoding: chunked\r\n\r\n" + sent
