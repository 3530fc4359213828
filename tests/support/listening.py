"""Servers on loopback that tests write: a handler with what they share, and a listener for it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


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


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that went away is its own affair; anything else is a fault of the server and must be seen.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def listen(handler: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[str]:
    """The origin of a server until the block ends; port 0 takes a free one. Raises OSError where it is taken."""
    listener = _Listener(("127.0.0.1", port), handler)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
