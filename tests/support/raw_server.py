"""Servers that speak byte by byte as a test says, not as HTTP does."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler

from .listening import listen


@dataclass
class RawServer:
    """A server on this machine."""

    url: str
    asked: list[bytes] = field(default_factory=list)
    """The heads of all requests, as they came."""


@contextmanager
def serve_raw(speak: Callable[[bytes, socket.socket], None], host: str = "127.0.0.1") -> Iterator[RawServer]:
    """A server at `host`, which hands each request's head and its connection to `speak` and then hangs up."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            head = b""
            with suppress(OSError):
                while b"\r\n\r\n" not in head:
                    if not (more := self.request.recv(65536)):
                        return
                    head += more
                server.asked.append(head)
                speak(head, self.request)

    with listen(Handler, host=host) as url:
        server = RawServer(url)
        yield server
