"""Serves a twin on loopback: HTTP/1.1, conditional requests, gzip, faults on the wire, a record of every request."""

from __future__ import annotations

import gzip
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from tests.support.listening import Handler, listen

from .faults import Fault
from .site import Twin, TwinAnswer

_LENGTH = re.compile(rb"(?m)^(Content-Length|Content-Encoding): [^\r\n]*\r\n")
_HTML = b"<html><body><p>Updated : 2020-01-01</p>"
ROBOTS = "User-agent: *\nDisallow:\n"
Told = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body of an answer."""


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
        self.requests.clear()


@contextmanager
def serve(
    twin: Twin | None,
    port: int = 0,
    *,
    gzip: bool = False,
    robots: str | int | None = ROBOTS,
    conditional: bool = True,
    told: Callable[[str], Told | None] | None = None,
) -> Iterator[Server]:
    """Serve `twin` on 127.0.0.1 until the block ends; port 0 takes a free one.

    `robots` is the text of robots.txt, a status in its place, or None for 404; without `conditional` there are neither
    ETag and Last-Modified nor 304. What `told` says of a target goes before all that. Raises OSError where the port is
    taken.
    """
    stopped = threading.Event()

    class AnswerHandler(_Handler):
        def find_answer(self, path: str) -> TwinAnswer:
            if (made := told(self.path) if told else None) is not None:
                return TwinAnswer(made[0], dict(made[1]), made[2])
            if path == "/robots.txt" and isinstance(robots, str):
                return TwinAnswer(200, {"Content-Type": "text/plain; charset=utf-8"}, robots.encode())
            if path == "/robots.txt" or twin is None:
                return TwinAnswer(robots if isinstance(robots, int) else 404, {"Content-Type": "text/plain"}, b"")
            answer = twin.answer(path, datetime.now(UTC))
            if conditional and answer.status == 200 and not answer.fault and self.is_known(answer):
                return TwinAnswer(304, {k: v for k, v in answer.headers.items() if k != "Content-Type"}, b"")
            if conditional:
                return answer
            kept = {k: v for k, v in answer.headers.items() if k not in ("ETag", "Last-Modified")}
            return TwinAnswer(answer.status, kept, answer.body, answer.fault)

    requests: list[Request] = []
    AnswerHandler.log, AnswerHandler.stopped, AnswerHandler.packs = requests, stopped, gzip
    with listen(AnswerHandler, port) as url:
        try:
            yield Server(url, urlsplit(url).port or 0, requests)
        finally:
            stopped.set()


class _Handler(Handler):
    log: list[Request]
    stopped: threading.Event
    packs: bool

    def find_answer(self, path: str) -> TwinAnswer:
        raise NotImplementedError

    def answer(self) -> None:
        parts = urlsplit(self.path)
        # A client that takes the twin for its proxy sends whole addresses.
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        answer = self.find_answer(path)
        dropped = answer.fault is not None and answer.fault.kind == "drop"
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.log.append(Request(self.command, path, headers, 0 if dropped else answer.status))
        head, payload = self._pack(answer)
        stays = self._spoil(answer.fault, head, payload) if answer.fault else None
        if stays is None:
            self.wfile.write(head + payload)
        self.close_connection |= stays is False

    def is_known(self, answer: TwinAnswer) -> bool:
        """Whether whoever asks has this answer."""
        if asked := self.headers["If-None-Match"]:
            return answer.headers.get("ETag") in [tag.strip().removeprefix("W/") for tag in asked.split(",")]
        since, modified = self.headers["If-Modified-Since"], answer.headers.get("Last-Modified")
        try:
            return bool(since and modified) and parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
        except ValueError:
            return False

    def _pack(self, answer: TwinAnswer) -> tuple[bytes, bytes]:
        body = answer.body
        made = {"Server": "nginx", "Date": format_datetime(datetime.now(UTC), usegmt=True), **answer.headers}
        if self.packs and body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 6, mtime=0)
            made |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        if answer.status != 304:
            made["Content-Length"] = str(len(body))
        if self.close_connection:
            made["Connection"] = "close"
        lines = "".join(f"{name}: {value}\r\n" for name, value in made.items())
        head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n{lines}\r\n".encode("latin-1")
        return head, b"" if self.command == "HEAD" or answer.status == 304 else body

    def _spoil(self, fault: Fault, head: bytes, body: bytes) -> bool | None:
        """Send the answer as `fault` wants it; False when the connection is to end, None where nothing was sent."""
        options, bare = fault.options, _LENGTH.sub(b"", head).removesuffix(b"\r\n")
        if fault.kind == "slow":
            whole, pieces = head + body, int(options.get("pieces", 1))
            for start in range(0, len(whole), size := -(-len(whole) // pieces)):
                if self.stopped.wait(float(options.get("seconds", 1.0)) / pieces):
                    return False
                self.wfile.write(whole[start : start + size])
            return True
        if fault.kind == "drop":
            # Closing with a linger time of nothing sends a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if fault.kind == "cut":
            self.wfile.write(head + body[: len(body) // 2])
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        if fault.kind == "bomb":
            # A gzip file may hold many members; packing one megabyte once is enough.
            blanks = gzip.compress(b" " * (1 << 20), 9, mtime=0) * int(options.get("megabytes", 64))
            bomb = gzip.compress(_HTML, mtime=0) + blanks
            self.wfile.write(bare + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
            return True
        if fault.kind == "endless":
            self.wfile.write(bare + b"Connection: close\r\n\r\n" + _HTML)
            while not self.stopped.is_set():
                self.wfile.write(b"<p>and so on, and so on, and so on, and so on, and so on</p>\n" * 17)
            return False
        return None
