"""Faults that happen on the wire: slow, cut, dropped, endless answers, and bodies that unpack to more than is good."""

from __future__ import annotations

import gzip
import re
import socket
import struct
import threading

from .faults import Fault

_LENGTH = re.compile(rb"(?m)^(Content-Length|Content-Encoding): [^\r\n]*\r\n")


def spoil(line: socket.socket, fault: Fault, head: bytes, body: bytes, stopped: threading.Event) -> bool:
    """Send the answer as `fault` wants it; False when the connection is to end. Other faults send nothing here."""
    options = fault.options
    if fault.kind == "slow":
        pieces = int(options.get("pieces", 1))
        return _send_slowly(line, head + body, float(options.get("seconds", 1.0)), pieces, stopped)
    if fault.kind == "drop":
        # Closing with a linger time of nothing sends a reset.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    if fault.kind == "cut":
        _send_cut(line, head, body, float(options.get("share", 0.5)), bool(options.get("chunked", False)))
        return False
    if fault.kind == "bomb":
        bomb = _bomb(int(options.get("megabytes", 64)))
        start = _LENGTH.sub(b"", head).removesuffix(b"\r\n")
        line.sendall(start + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
        return True
    if fault.kind == "endless":
        _send_endlessly(line, head, options.get("kilobytes"), float(options.get("seconds", 30.0)), stopped)
        return False
    return True


def _send_slowly(line: socket.socket, whole: bytes, seconds: float, pieces: int, stopped: threading.Event) -> bool:
    size = -(-len(whole) // pieces)
    for start in range(0, len(whole), size):
        if stopped.wait(seconds / pieces):
            return False
        line.sendall(whole[start : start + size])
    return True


def _send_cut(line: socket.socket, head: bytes, body: bytes, share: float, chunked: bool) -> None:
    kept = body[: int(len(body) * share)]
    if chunked:
        start = _LENGTH.sub(b"", head).removesuffix(b"\r\n") + b"Transfer-Encoding: chunked\r\n\r\n"
        line.sendall(start + b"%x\r\n" % len(kept) + kept + b"\r\n")
    else:
        line.sendall(head + kept)
    line.shutdown(socket.SHUT_RDWR)


def _send_endlessly(
    line: socket.socket, head: bytes, kilobytes: object, seconds: float, stopped: threading.Event
) -> None:
    start = _LENGTH.sub(b"", head).removesuffix(b"\r\n")
    line.sendall(start + b"Connection: close\r\n\r\n<html><body><p>Updated : 2020-01-01</p>\n")
    most = None if kilobytes is None else int(str(kilobytes))
    sent = 0
    while not stopped.is_set() and (most is None or sent < most):
        line.sendall(b"<p>and so on, and so on, and so on, and so on, and so on</p>\n" * 17)
        sent += 1
    stopped.wait(seconds)


def _bomb(megabytes: int) -> bytes:
    # A gzip file may hold many members; packing one megabyte once is enough.
    begin = gzip.compress(b"<html><body><p>Updated : 2020-01-01</p>", mtime=0)
    return begin + gzip.compress(b" " * (1 << 20), 9, mtime=0) * megabytes
