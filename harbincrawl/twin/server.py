"""Serves a twin on loopback: HTTP/1.1 with gzip and conditional requests."""

from __future__ import annotations

import gzip
import hashlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from .site import Answer, Twin

_ROBOTS = Answer(200, "text/plain; charset=utf-8", b"User-agent: *\nDisallow:\n")


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, twin: Twin) -> None:
        self.twin = twin
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that hangs up, as one that is killed does, is no mistake of the twin.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    wbufsize = -1
    # Without it every answer waits 40 ms for the one before to be acknowledged.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        answer = _ROBOTS if path == "/robots.txt" else self.server.twin.answer(path)
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
        if answer.status == 200 and self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        body = answer.body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        if answer.status == 200:
            self.send_header("ETag", etag)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - as http.server calls it

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: who serves the twin says what is to be said."""


@contextmanager
def serve(twin: Twin, port: int = 0) -> Iterator[str]:
    """Serve `twin` until the block ends, and give `http://127.0.0.1:PORT`; port 0 takes a free one. Raises OSError."""
    listener = _Listener(port, twin)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True, name="twin")
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_address[1]}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
