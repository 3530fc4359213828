"""What a broken or malicious server may say to any request, byte by byte."""

from __future__ import annotations

import gzip
import os
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress

Speak = Callable[[bytes, socket.socket], None]
RULES = b"User-agent: *\nDisallow: /\n"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(RULES) + RULES


def _say(data: bytes) -> Speak:
    def speak(_: bytes, client: socket.socket) -> None:
        client.sendall(data)

    return speak


def _repeat(first: bytes, piece: bytes, megabytes: int) -> Speak:
    """`first`, then `piece` until so many megabytes were said."""

    def speak(_: bytes, client: socket.socket) -> None:
        many = piece * max(1, 65536 // len(piece))
        with suppress(OSError):
            client.sendall(first)
            for _step in range((megabytes << 20) // len(many)):
                client.sendall(many)

    return speak


def trickle(first: bytes, piece: bytes) -> Speak:
    """`first`, then `piece` five times a second, for a minute at most."""

    def speak(_: bytes, client: socket.socket) -> None:
        with suppress(OSError):
            client.sendall(first)
            for _step in range(300):
                client.sendall(piece)
                time.sleep(0.2)

    return speak


def _body(body: bytes, *fields: bytes, first: bytes = b"HTTP/1.1 200 OK") -> Speak:
    return _say(b"\r\n".join([first, *fields, b"", b""]) + body)


def _bomb() -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(40)) + packer.flush()


def list_hostile() -> Iterator[tuple[str, Speak]]:
    """(name, server), the slow ones last."""
    lines = (
        b"", b"\r\n\r\n", b"\0" * 100, b"HTTP", b"HTTP/1.1", b"HTTP/1.1 ", b"HTTP/1.1 200", b"HTTP/1.1  200 OK",
        b"HTTP/1.1 2000 OK", b"HTTP/1.1 99999999999999999999 OK", b"HTTP/1.1 20 OK", b"HTTP/1.1 -200 OK", b"HTTP/1.1 000 OK",
        b"HTTP/1.1 999 Odd", b"HTTP/1.1 600 Odd", b"HTTP/1.1 200 " + b"x" * 200_000, b"HTTP/1.1 200 O\0K",
        b"HTTP/1.1 200 \xff\xfe", b"HTTP/0.9 200 OK", b"HTTP/2.0 200 OK", b"HTTP/9.9 200 OK", b"http/1.1 200 ok", b"ICY 200 OK",
        b"200 OK", b"<html>", b"SSH-2.0-x", b"\x16\x03\x01\x02\0\x01\0\x01", b"\x15\x03\x01\0\x02\x02\x46", b" HTTP/1.1 200 OK",
    )  # fmt: skip
    for number, line in enumerate(lines):
        yield f"status line {number}", _body(RULES, b"Content-Length: %d" % len(RULES), first=line)
        if number % 6 == 4:
            yield f"nothing but status line {number}", _say(line)
    fields = (
        b": empty", b"No colon", b"A b: c", b"A\0: b", b"A: b\0c", b"A: b\rc", b"A: \x01\x7f", b"\xff: \xff", b" Folded: first",
        b"A: b\r\n folded\r\n\tfolded", b"X: " + b"y" * 100_000, b"A: b\r\n" * 5000 + b"C: d", b"A" * 100_000 + b": b",
        b"Content-Type: text/html; charset=" + b"x" * 5000, b"Content-Type: \xff; charset=\xff", b"ETag: " + b"\"\0\"",
        b"Last-Modified: " + b"9" * 5000, b"Connection: upgrade\r\nUpgrade: h2c", b"Trailer: X", b"Date: never",
        b"Set-Cookie: " + b"a=b; " * 5000, b"Content-Encoding: br", b"Content-Encoding: zstd", b"Content-Encoding: odd",
        b"Content-Encoding: gzip", b"Content-Encoding: deflate", b"Content-Encoding: " + b"gzip, " * 2000,
        b"Content-Encoding: identity", b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked, chunked",
        b"Transfer-Encoding: identity", b"Transfer-Encoding: xchunked", b"Content-Range: bytes 0-1/2",
    )  # fmt: skip
    for number, line in enumerate(fields):
        yield f"field {number}", _body(RULES, line, b"Content-Length: %d" % len(RULES))
    for length in (
        b"-1",
        b"+5",
        b"0x10",
        b"1e3",
        b"5, 5",
        b"5\r\nContent-Length: 6",
        b"9" * 400,
        b"",
        b"a",
        b"\xb2",
        b"1 2",
        b"10",
    ):
        yield f"length {length[:20]!r}", _body(RULES, b"Content-Length: " + length)
    chunks = (
        b"", b"\r\n", b"zz\r\nab\r\n", b"-1\r\nab\r\n", b"ffffffffffffffffff\r\nab", b"7fffffff\r\nab", b"5\r\nab\r\n0\r\n\r\n",
        b"2\r\nabcd\r\n0\r\n\r\n", b"2;" + b"x" * 100_000 + b"\r\nab\r\n0\r\n\r\n", b"2\nab\n0\n\n", b"0\r\n\r\nmore", b"0\r\nX: y\r\n\r\n",
        b"0\r\n" + b"X: y\r\n" * 20_000 + b"\r\n", b"\0\0\r\n", b"1\r\na\r\n" * 50_000 + b"0\r\n\r\n", b"00000000002\r\nab\r\n0\r\n\r\n",
    )  # fmt: skip
    for number, body in enumerate(chunks):
        yield f"chunks {number}", _body(body, b"Transfer-Encoding: chunked")
        if number % 6 == 0:
            yield f"chunks with a length {number}", _body(body, b"Transfer-Encoding: chunked", b"Content-Length: 3")
    for at in range(0, len(WHOLE), 13):
        yield f"cut at byte {at}", _say(WHOLE[:at])
    for status in (b"204", b"206", b"300", b"304", b"401", b"407", b"416", b"503"):
        yield (
            f"status {status!r}",
            _body(b"", b"Content-Length: 0", b"Retry-After: 0", first=b"HTTP/1.1 " + status + b" X"),
        )
    for to in (
        b"/robots.txt", b"", b"//", b"http://", b"http://[", b"http://127.0.0.1:1/", b"http://169.254.169.254/", b"file:///etc/passwd",
        b"?" + b"x" * 60_000, b"\xff\xfe", b"/\0", b"javascript:1", b"http://a:b@c:99999999/", b"http://\xe5\x93\x88/", b"/a b",
    ):  # fmt: skip
        yield f"redirect to {to[:20]!r}", _body(b"", b"Location: " + to, b"Content-Length: 0", first=b"HTTP/1.1 302 X")
    for retry in (b"-1", b"9" * 400, b"Fri, 99 Foo 9999 99:99:99 GMT", b"\xff"):
        yield (
            f"retry after {retry[:20]!r}",
            _body(b"", b"Retry-After: " + retry, b"Content-Length: 0", first=b"HTTP/1.1 404 X"),
        )
    yield "bomb", _body(_bomb(), b"Content-Encoding: gzip")
    yield "bomb of bombs", _body(gzip.compress(_bomb()), b"Content-Encoding: gzip, gzip")
    yield "noise", _say(os.urandom(100_000))
    yield "body of 100 MB", _repeat(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, 100)
    yield "head of 50 MB", _repeat(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", 50)
    yield "line of 50 MB", _repeat(b"HTTP/1.1 200 OK\r\nA: ", b"b", 50)
    yield "status line of 50 MB", _repeat(b"HTTP/1.1 200 ", b"b", 50)
    yield "continue of 50 MB", _repeat(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 50)
    yield "early hints of 50 MB", _repeat(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 50)
    yield "trickle of a head", trickle(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")
    yield "trickle of a body", trickle(b"HTTP/1.1 200 OK\r\n\r\n", b"x")
    yield "trickle of continues", trickle(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
    yield "silence", trickle(b"", b"")
