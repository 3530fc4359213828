"""Serves a twin on loopback: HTTP/1.1, conditional requests, gzip, faults on the wire, a record of every request."""

from __future__ import annotations

import gzip
import re
import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from .faults import Fault
from .site import Twin, TwinAnswer

_LENGTH = re.compile(rb"(?m)^(Content-Length|Content-Encoding): [^\r\n]*\r\n")
ROBOTS = "User-agent: *\nDisallow:\n"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; header names in lower case; status 0 where the connection was dropped."""

    method: str
    path: str
    headers: dict[str, str]
    status: int


@dataclass
class Server:
    """A running server."""

    url: str
    """`http://127.0.0.1:PORT`, no slash at its end."""
    port: int
    requests: list[Request] = field(default_factory=list)

    def clear(self) -> None:
        """Forget the requests so far."""
        self.requests.clear()


@dataclass(frozen=True)
class _Manner:
    twin: Twin
    robots: str | int | None
    gzip: bool
    conditional: bool
    log: list[Request]
    stopped: threading.Event


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, manner: _Manner) -> None:
        self.manner = manner
        self.open: dict[socket.socket, threading.Thread] = {}
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is its own affair; anything else is a fault of the twin and must be seen."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(socketserver.StreamRequestHandler):
    # Without it every small answer waits 40 ms for the client's acknowledgement.
    disable_nagle_algorithm = True
    server: _Listener

    def setup(self) -> None:
        super().setup()
        self.server.open[self.request] = threading.current_thread()

    def finish(self) -> None:
        self.server.open.pop(self.request, None)
        super().finish()

    def handle(self) -> None:
        try:
            while self._answered():
                pass
        except OSError:
            return

    def _answered(self) -> bool:
        """Answer one request; False when the connection is to end."""
        words = self.rfile.readline(65_536).decode("latin-1").split()
        if len(words) != 3:
            return False
        method, target, version = words
        headers = self._headers()
        parts = urlsplit(target)
        # A client that takes the twin for its proxy sends whole addresses.
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        answer = self._answer(method, path, headers)
        stay = version != "HTTP/1.0" and headers.get("connection", "").lower() != "close"
        manner = self.server.manner
        dropped = answer.fault is not None and answer.fault.kind == "drop"
        manner.log.append(Request(method, path, headers, 0 if dropped else answer.status))
        head, payload = _packed(answer, method, headers, manner, stay)
        stays = _spoil(self.request, answer.fault, head, payload, manner.stopped) if answer.fault else None
        if stays is None:
            self.request.sendall(head + payload)
        return stay and stays is not False

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        while line := self.rfile.readline(65_536).decode("latin-1").rstrip("\r\n"):
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return headers

    def _answer(self, method: str, path: str, headers: dict[str, str]) -> TwinAnswer:
        manner = self.server.manner
        plain = {"Content-Type": "text/plain; charset=utf-8"}
        if method not in ("GET", "HEAD"):
            return TwinAnswer(405, {**plain, "Allow": "GET, HEAD"}, b"")
        if path == "/robots.txt":
            if isinstance(manner.robots, str):
                return TwinAnswer(200, plain, manner.robots.encode())
            return TwinAnswer(manner.robots or 404, plain, b"")
        answer = manner.twin.answer(path, datetime.now(UTC))
        if manner.conditional and answer.status == 200 and not answer.fault and _is_known(answer, headers):
            return TwinAnswer(304, {k: v for k, v in answer.headers.items() if k != "Content-Type"}, b"")
        if not manner.conditional:
            kept = {k: v for k, v in answer.headers.items() if k not in ("ETag", "Last-Modified")}
            return TwinAnswer(answer.status, kept, answer.body, answer.fault)
        return answer


def _is_known(answer: TwinAnswer, headers: dict[str, str]) -> bool:
    etag, modified = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
    if asked := headers.get("if-none-match"):
        return etag is not None and etag in (tag.strip().removeprefix("W/") for tag in asked.split(","))
    since = headers.get("if-modified-since")
    if not since or not modified:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except ValueError:
        return False


def _packed(
    answer: TwinAnswer, method: str, headers: dict[str, str], manner: _Manner, stay: bool
) -> tuple[bytes, bytes]:
    body = answer.body
    made = {"Server": "nginx", "Date": format_datetime(datetime.now(UTC), usegmt=True), **answer.headers}
    if manner.gzip and body and "gzip" in headers.get("accept-encoding", ""):
        body = gzip.compress(body, 6, mtime=0)
        made |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    if answer.status != 304:
        made["Content-Length"] = str(len(body))
    if not stay:
        made["Connection"] = "close"
    lines = "".join(f"{name}: {value}\r\n" for name, value in made.items())
    head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n{lines}\r\n".encode("latin-1")
    return head, b"" if method == "HEAD" or answer.status == 304 else body


@contextmanager
def serve(
    twin: Twin,
    port: int = 0,
    *,
    gzip: bool = False,
    robots: str | int | None = ROBOTS,
    conditional: bool = True,
) -> Iterator[Server]:
    """Serve `twin` on 127.0.0.1 until the block ends; port 0 takes a free one.

    `robots` is the text of robots.txt, a status in its place, or None for 404; without `conditional` there are neither
    ETag and Last-Modified nor 304. Raises OSError where the port is taken.
    """
    server = Server("", 0)
    stopped = threading.Event()
    listener = _Listener(port, _Manner(twin, robots, gzip, conditional, server.requests, stopped))
    server.port = listener.server_address[1]
    server.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True, name="twin")
    thread.start()
    try:
        yield server
    finally:
        stopped.set()
        listener.shutdown()
        thread.join()
        for connection, worker in list(listener.open.items()):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The client was faster.
                continue
            finally:
                worker.join(2)
        listener.server_close()


def _spoil(line: socket.socket, fault: Fault, head: bytes, body: bytes, stopped: threading.Event) -> bool | None:
    """Send the answer as `fault` wants it; False when the connection is to end, None where nothing was sent."""
    options = fault.options
    if fault.kind == "slow":
        pieces = int(options.get("pieces", 1))
        return _send_slowly(line, head + body, float(options.get("seconds", 1.0)), pieces, stopped)
    if fault.kind == "drop":
        # Closing with a linger time of nothing sends a reset.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    if fault.kind == "cut":
        _send_cut(line, head, body, bool(options.get("chunked", False)))
        return False
    if fault.kind == "bomb":
        bomb = _bomb(int(options.get("megabytes", 64)))
        start = _LENGTH.sub(b"", head).removesuffix(b"\r\n")
        line.sendall(start + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
        return True
    if fault.kind == "endless":
        _send_endlessly(line, head, stopped)
        return False
    return None


def _send_slowly(line: socket.socket, whole: bytes, seconds: float, pieces: int, stopped: threading.Event) -> bool:
    size = -(-len(whole) // pieces)
    for start in range(0, len(whole), size):
        if stopped.wait(seconds / pieces):
            return False
        line.sendall(whole[start : start + size])
    return True


def _send_cut(line: socket.socket, head: bytes, body: bytes, chunked: bool) -> None:
    kept = body[: len(body) // 2]
    if chunked:
        start = _LENGTH.sub(b"", head).removesuffix(b"\r\n") + b"Transfer-Encoding: chunked\r\n\r\n"
        line.sendall(start + b"%x\r\n" % len(kept) + kept + b"\r\n")
    else:
        line.sendall(head + kept)
    line.shutdown(socket.SHUT_RDWR)


def _send_endlessly(line: socket.socket, head: bytes, stopped: threading.Event) -> None:
    start = _LENGTH.sub(b"", head).removesuffix(b"\r\n")
    line.sendall(start + b"Connection: close\r\n\r\n<html><body><p>Updated : 2020-01-01</p>\n")
    while not stopped.is_set():
        line.sendall(b"<p>and so on, and so on, and so on, and so on, and so on</p>\n" * 17)


def _bomb(megabytes: int) -> bytes:
    # A gzip file may hold many members; packing one megabyte once is enough.
    begin = gzip.compress(b"<html><body><p>Updated : 2020-01-01</p>", mtime=0)
    return begin + gzip.compress(b" " * (1 << 20), 9, mtime=0) * megabytes
