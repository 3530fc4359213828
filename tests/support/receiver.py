"""A local receiver of notices, which keeps what it got."""

from __future__ import annotations

from contextlib import ExitStack
from urllib.parse import parse_qs, urlsplit

from tests.support.listening import Handler, listen


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
