"""A server that says what a test tells it to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.twin import Server, Twin, TwinAnswer
from tests.support.twin.server import Request

Told = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body of an answer."""


@contextmanager
def serve_answers(answer: Callable[[str], Told | None], twin: Twin | None = None) -> Iterator[Server]:
    """A server that says what `answer` says of a path; where that is None, what the twin says."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            told = answer(self.path)
            if told is None:
                made = twin.render(self.path) if twin is not None else TwinAnswer(404, {}, b"")
                told = made.status, made.headers, made.body
            status, headers, body = told
            asked = {name.lower(): value for name, value in self.headers.items()}
            server.requests.append(Request("GET", self.path, asked, status))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Listener(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that goes away is its own affair."""

    listener = Listener(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{listener.server_port}", listener.server_port)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
