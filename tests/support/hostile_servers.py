"""What a broken or malicious server may say to any request, byte by byte."""

from __future__ import annotations

import gzip
import os
import socket
import time
import tomllib
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tests.support.hostile_texts import encode

Speak = Callable[[bytes, socket.socket], None]
SAID = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
RULES = b"User-agent: *\nDisallow: /\n"
SIZE = b"Content-Length: %d" % len(RULES)
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n%s\r\n\r\n%s" % (SIZE, RULES)


def say(first: bytes, piece: bytes = b"", times: int = 0, pause: float = 0.0) -> Speak:
    """`first`, then `piece` so many times, with a pause of so many seconds behind each."""

    def speak(_: bytes, client: socket.socket) -> None:
        with suppress(OSError):
            client.sendall(first)
            for _step in range(times):
                client.sendall(piece)
                time.sleep(pause)

    return speak


def trickle(first: bytes, piece: bytes) -> Speak:
    """`first`, then `piece` five times a second, for a minute at most."""
    return say(first, piece, 300, 0.2)


def _body(body: bytes, *fields: bytes, first: bytes = b"HTTP/1.1 200 OK") -> Speak:
    return say(b"\r\n".join([first, *fields, b"", b""]) + body)


def make_bomb(megabytes: int) -> bytes:
    """A gzip file that unpacks to so many megabytes of zeros."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


def list_hostile() -> Iterator[tuple[str, Speak]]:
    """(name, server), the slow ones last."""
    for number, line in enumerate(map(encode, SAID["status_lines"])):
        yield f"status line {number}", _body(RULES, SIZE, first=line)
        if number % 6 == 4:
            yield f"nothing but status line {number}", say(line)
    for number, field in enumerate(map(encode, SAID["fields"])):
        yield f"field {number}", _body(RULES, field, SIZE)
    for length in map(encode, SAID["lengths"]):
        yield f"length {length[:20]!r}", _body(RULES, b"Content-Length: " + length)
    for number, body in enumerate(map(encode, SAID["chunks"])):
        yield f"chunks {number}", _body(body, b"Transfer-Encoding: chunked")
        if number % 6 == 0:
            yield f"chunks with a length {number}", _body(body, b"Transfer-Encoding: chunked", b"Content-Length: 3")
    for at in range(0, len(WHOLE), 13):
        yield f"cut at byte {at}", say(WHOLE[:at])
    for name, (head, *values) in SAID["heads"].items():
        for value in values:
            said = encode(head.replace("{}", value)) + b"\r\nContent-Length: 0\r\n\r\n"
            yield f"{name} {encode(value)[:20]!r}", say(said)
    yield "bomb", _body(make_bomb(40), b"Content-Encoding: gzip")
    yield "bomb of bombs", _body(gzip.compress(make_bomb(40)), b"Content-Encoding: gzip, gzip")
    yield "noise", say(os.urandom(100_000))
    for name, (start, piece, megabytes) in SAID["floods"].items():
        many = encode(piece) * max(1, 65536 // len(encode(piece)))
        yield name, say(encode(start), many, (megabytes << 20) // len(many))
    for name, (start, piece) in SAID["trickles"].items():
        yield name, trickle(encode(start), encode(piece))
