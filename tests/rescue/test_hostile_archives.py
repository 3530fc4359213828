"""Archives of others that drip, stall, turn away or list without end: one signal ends it, and a list ends somewhere."""

from __future__ import annotations

import itertools
import json
import signal
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.rescue.test_faults import start_rescue
from tests.rescue.test_rescue import verify
from tests.support.families import sample
from tests.support.forge import Running, wait_for
from tests.support.listening import RawServer, serve_raw
from tests.support.other_archives import FIELDS, serve_face
from tests.support.rescue_cases import check_wordings, make_past, run_rescue

SOON = "import harbincrawl.rescue.manners as manners\nmanners.GRACE = 0.2\n"
FAR = "import harbincrawl.rescue.manners as manners\nmanners._LOCAL = 1.0\n"
"""Waits as long as for an archive elsewhere."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MUCH_LATER = 60.0
"""Seconds that a server goes on at least where nobody hangs up."""
Speak = Callable[[bytes, socket.socket], None]


def drip(first: bytes, pieces: Iterator[bytes]) -> Speak:
    """`first`, then a piece a second, until the other side hangs up or all is over."""

    def speak(_: bytes, client: socket.socket) -> None:
        with suppress(OSError):
            client.sendall(first)
            for piece in pieces:
                client.sendall(piece)
                time.sleep(1)

    return speak


def pack() -> Iterator[bytes]:
    """A gzip stream in chunks of HTTP that never ends."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    while True:
        data = packer.compress(b" " * 4096) + packer.flush(zlib.Z_SYNC_FLUSH)
        yield f"{len(data):x}\r\n".encode() + data + b"\r\n"


def turn_away(status: bytes, retry: bytes) -> Speak:
    def speak(_: bytes, client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 " + status + b" X\r\nRetry-After: " + retry + b"\r\nContent-Length: 0\r\n\r\n")

    return speak


WAYS: dict[str, Callable[[], Speak]] = {
    "a body of a byte a second": lambda: drip(HEAD + b"Content-Length: 100000\r\n\r\n", itertools.repeat(b"[")),
    "heads of a byte a second": lambda: drip(b"HTTP/1.1 200 OK\r\nX: ", itertools.repeat(b"y")),
    "continues without an end": lambda: drip(b"", itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")),
    "chunks of gzip without an end": lambda: drip(
        HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", pack()
    ),
    "silence": lambda: drip(b"", itertools.repeat(b"")),
    "a wait of ten minutes": lambda: turn_away(b"429", b"600"),
    "a wait of a year": lambda: turn_away(b"503", b"31536000"),
}


@contextmanager
def before_much_later() -> Iterator[None]:
    """What is in it has to be over long before a server that drips is."""
    is_late = threading.Event()
    clock = threading.Timer(MUCH_LATER, is_late.set)
    clock.start()
    try:
        yield
        assert not is_late.is_set()
    finally:
        clock.cancel()


def interrupt(running: Running, server: RawServer) -> tuple[int, str, str]:
    """What it says after one signal, sent when it has asked."""
    wait_for(lambda: bool(server.asked) or not running.is_alive(), "a request")
    time.sleep(0.3)
    with before_much_later():
        running.send(signal.SIGINT)
        return running.wait()


@pytest.mark.parametrize("name", sample(WAYS, 7))
def test_the_first_signal_ends_it_whatever_a_list_drips(tmp_path: Path, name: str) -> None:
    with serve_raw(WAYS[name]()) as server:
        code, _, said = interrupt(start_rescue(tmp_path, server.url, prelude=SOON + FAR), server)
    assert (code, "Traceback" in said) == (130, False), said
    assert "interrupted: run it again to go on" in said
    verify(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_ends_a_plan_too(tmp_path: Path, number: int) -> None:
    with serve_raw(WAYS["a body of a byte a second"]()) as server:
        running = start_rescue(tmp_path / "archive", server.url, "--plan", prelude=SOON)
        wait_for(lambda: bool(server.asked), "a request")
        with before_much_later():
            running.send(number)
            assert running.wait()[0] == 130
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("name", sample(WAYS, 7))
def test_the_first_signal_ends_it_whatever_a_page_drips_and_what_was_fetched_is_stored(
    tmp_path: Path, name: str
) -> None:
    past = make_past(stories=10, rounds=2)
    drips = WAYS[name]()
    dripping = threading.Event()

    def speak(head: bytes, client: socket.socket) -> None:
        path = head.split()[1].decode()
        past.face.asked.append(path)
        if len(past.face.pages) == 8:
            dripping.set()
        if dripping.is_set():
            drips(head, client)
            return
        answer = past.face.answer(path, {})
        assert not isinstance(answer, str)
        status, fields, body = answer
        lines = [f"HTTP/1.1 {status} X", *(f"{field}: {value}" for field, value in fields)]
        client.sendall("\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body)

    with serve_raw(speak) as server:
        running = start_rescue(tmp_path, server.url, prelude=SOON + FAR)
        wait_for(lambda: dripping.is_set() or not running.is_alive(), "the eighth page is asked for")
        code, printed, said = interrupt(running, server)
    assert (code, "Traceback" in said) == (130, False), said
    report = json.loads(printed)
    assert (report["fetched"], report["failed"], report["pages"]) == (7, 0, 0)
    before = set(past.face.pages[:7])
    past.face.asked.clear()
    with serve_face(past.face) as url:
        run_rescue(tmp_path, url)
    assert not before & set(past.face.pages)
    check_wordings(tmp_path, past)
    verify(tmp_path)


@pytest.mark.parametrize(
    "prelude",
    [
        "import socket, time\nsocket.getaddrinfo = lambda *_: time.sleep(3600)\n",
        # The name is there, and nobody answers at its address.
        "import asyncio.selector_events as events, asyncio\n"
        "events.BaseSelectorEventLoop.sock_connect = lambda *_: asyncio.sleep(3600)\n",
    ],
)
def test_the_first_signal_ends_it_while_a_name_is_looked_up_or_a_connection_made(tmp_path: Path, prelude: str) -> None:
    asked = tmp_path / "asked"
    mark = f"import pathlib\nask = manners.Client.ask\ndef say(*given):\n    pathlib.Path({str(asked)!r}).touch()\n"
    mark += "    return ask(*given)\nmanners.Client.ask = say\n"
    url = "http://archive.example" if "getaddrinfo" in prelude else "http://127.0.0.1:9"
    running = start_rescue(tmp_path / "archive", url, prelude=SOON + FAR + mark + prelude)
    wait_for(asked.exists, "it asks")
    with before_much_later():
        running.send(signal.SIGINT)
        code, _, said = running.wait()
    assert (code, "Traceback" in said) == (130, False), said


def test_the_first_signal_ends_reading_and_the_next_rescue_reads_the_rest(tmp_path: Path) -> None:
    past = make_past(stories=6, rounds=2)
    begun = tmp_path / "begun"
    slow = (
        "import pathlib, time, harbincrawl.reread.pages as pages, harbincrawl.rescue.run as run\n"
        f"read = pages.read_captured\ndef wait(*given):\n    pathlib.Path({str(begun)!r}).touch()\n"
        "    time.sleep(0.2)\n    return read(*given)\npages.read_captured = wait\npages._CHUNK = 1\n"
    )
    archive = tmp_path / "archive"
    with serve_face(past.face) as url:
        running = start_rescue(archive, url, prelude=slow)
        wait_for(begun.exists, "it reads")
        running.send(signal.SIGINT)
        code, printed, said = running.wait()
        assert (code, "Traceback" in said) == (130, False), said
        report = json.loads(printed)
        assert (report["left"], report["new"] < 6) == (0, True)
        run_rescue(archive, url)
        assert past.face.count_repeated() == {}
    check_wordings(archive, past)
    verify(archive)


def list_without_end(size: int) -> tuple[Speak, list[str]]:
    """A server of CDX that always has more rows."""
    asked: list[str] = []
    counter = itertools.count()

    def speak(head: bytes, client: socket.socket) -> None:
        path = head.split()[1].decode()
        asked.append(path)
        query = parse_qs(urlsplit(path).query)
        numbers = [next(counter) for _ in range(min(size, int(query["limit"][0])))]
        rows = [
            [f"com,my399,e)/{at}", f"2014010{at % 9 + 1}000000", f"http://e.my399.com/news/2014-01-01/{at}.html",
             "text/html", "200", f"{at:032}", "512"]
            for at in numbers
        ]  # fmt: skip
        body = json.dumps([list(FIELDS), *rows, [], [str(next(counter))]]).encode()
        with suppress(OSError):
            client.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return speak, asked


SMALL = "import harbincrawl.rescue.lists as lists\nlists.MAX_ROWS, lists.LIMIT = 2000, 200\n"


@pytest.mark.parametrize("size", [200, 0])
def test_a_list_without_end_ends(tmp_path: Path, size: int) -> None:
    speak, asked = list_without_end(size)
    with serve_raw(speak) as server:
        code, _, said = start_rescue(tmp_path, server.url, prelude=SMALL).wait()
    assert (code, "Traceback" in said) == (6, False), said
    (line,) = [line for line in said.splitlines() if line.startswith("harbincrawl: ")]
    assert "does not end" in line and "--since and --until" in line
    assert len(asked) < 30
    verify(tmp_path)


@pytest.mark.parametrize("body", sample([
    b"[" + b"[]," * 2_000_000 + b"[]]", b"{}\n" * 2_000_000, b"[[" + b'"ab",' * 2_000_000 + b'"ab"]]',
    json.dumps([list(FIELDS), [], ["k" * 1_000_000]]).encode(), b"[" * 15_000_000, b'{"a":' * 3_000_000,
    b" " * (17 << 20),
], 2))  # fmt: skip
def test_an_answer_that_would_fill_the_memory_is_refused(tmp_path: Path, body: bytes) -> None:
    def speak(_: bytes, client: socket.socket) -> None:
        with suppress(OSError):
            client.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)

    # So much above what the program itself has: what it has to do with is the answer alone.
    bound = (
        "import resource\nused = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + (400 << 20),) * 2)\n"
    )
    with serve_raw(speak) as server:
        code, _, said = start_rescue(tmp_path, server.url, prelude=bound).wait()
    assert (code, "Traceback" in said) == (6, False), said
    assert "the list of captures at" in said and "cannot be read" in said
