"""Servers on loopback: a listener, a handler of HTTP, bytes as a test says, a receiver of notices, running programs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import parse_qs, urlsplit


class Handler(BaseHTTPRequestHandler):
    """Answers requests by HTTP/1.1, and says nothing of them."""

    protocol_version = "HTTP/1.1"
    # Without it every small answer waits 40 ms for the client's acknowledgement.
    disable_nagle_algorithm = True

    def answer(self) -> None:
        """Answers one request."""
        raise NotImplementedError

    def do_GET(self) -> None:
        self.answer()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the names that http.server asks for

    def read_body(self) -> bytes:
        """What the client sent."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def log_message(self, *_: object) -> None:
        """Nothing."""


class _Listener(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that went away is its own affair; anything else is a fault of the server and must be seen.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def listen(handler: type[BaseRequestHandler], port: int = 0, host: str = "127.0.0.1") -> Iterator[str]:
    """The origin of a server until the block ends; port 0 takes a free one. Raises OSError where it is taken."""
    listener = _Listener((host, port), handler)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{listener.server_address[1]}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def find_port() -> int:
    """A port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def run_server(words: Sequence[str | Path], port: int, folder: Path | None = None) -> Iterator[str]:
    """The origin of a program that listens at the port, until the block ends."""
    environment = os.environ | {"NO_PROXY": "127.0.0.1"}
    silent = subprocess.DEVNULL
    process = subprocess.Popen(words, cwd=folder, stdout=silent, stderr=silent, env=environment)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@dataclass
class RawServer:
    """A server on this machine."""

    url: str
    asked: list[bytes] = field(default_factory=list)
    """The heads of all requests, as they came."""


@contextmanager
def serve_raw(speak: Callable[[bytes, socket.socket], None], host: str = "127.0.0.1") -> Iterator[RawServer]:
    """A server at `host`, which hands each request's head and its connection to `speak` and then hangs up."""

    class RawHandler(BaseRequestHandler):
        def handle(self) -> None:
            head = b""
            with suppress(OSError):
                while b"\r\n\r\n" not in head:
                    if not (more := self.request.recv(65536)):
                        return
                    head += more
                server.asked.append(head)
                speak(head, self.request)

    with listen(RawHandler, host=host) as url:
        server = RawServer(url)
        yield server


class Receiver:
    """A local receiver that keeps what it got: (path, query, body)."""

    def __init__(self, port: int = 0) -> None:
        """`port`: 0 is any that is free."""
        self.got: list[tuple[str, dict[str, list[str]], str]] = []
        self.status = 200
        receiver = self

        class PostHandler(Handler):
            def answer(self) -> None:
                parts = urlsplit(self.path)
                receiver.got.append((parts.path, parse_qs(parts.query), self.read_body().decode()))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self._open = ExitStack()
        self.url = self._open.enter_context(listen(PostHandler, port))

    def close(self) -> None:
        self._open.close()
