"""One answer of HTTP/1 read off a connection: status, headers and body, whole or not at all, within bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MOST_HEAD = 256 * 1024
"""Bytes of status line and headers."""
_STATUS = re.compile(rb"HTTP/(\d)\.(\d)[ \t]+(\d{3})(?:[ \t]|$)")
_HEX = re.compile(rb"[0-9A-Fa-f]{1,15}")


class WireError(Exception):
    """What came is no answer of HTTP/1."""


class CutError(Exception):
    """The answer ended before its end."""


class LargeError(Exception):
    """The body is larger than allowed."""


@dataclass
class AnswerReader:
    """Takes bytes as they come; `done` is True once the answer is whole."""

    most: int
    """Bytes of a body."""
    version: tuple[int, int] = (1, 1)
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    """Without any Transfer-Encoding; its Content-Encoding stays."""
    done: bool = False
    begun: bool = False
    """True once a byte came."""
    _held: bytearray = field(default_factory=bytearray)
    _chunks: bytearray | None = None
    _length: int | None = None
    _in_body: bool = False
    _in_trailer: bool = False

    @property
    def stays(self) -> bool:
        """True where another request may follow on the same connection."""
        said = b",".join(value for name, value in self.headers if name.lower() == b"connection").lower()
        kept = self._length is not None or self._chunks is not None
        if self.version < (1, 1) and b"keep-alive" not in said:
            return False
        # Bytes after the answer belong to nothing that was asked.
        return self.done and kept and b"close" not in said and not self._held

    def feed(self, data: bytes) -> None:
        """Takes what came. Raises WireError, CutError or LargeError; then nothing more can be read."""
        self.begun = True
        self._held += data
        while not self._in_body and not self.done:
            if not self._read_head():
                return
        if self._chunks is not None:
            self._read_chunks()
        elif self._length is None:
            self._check(len(self._held))
        elif len(self._held) >= self._length:
            self.body = bytes(self._held[: self._length])
            del self._held[: self._length]
            self.done = True

    def end(self) -> None:
        """The connection ended. Raises CutError where the answer is not whole."""
        if self.done:
            return
        if not self._in_body or self._length is not None or self._chunks is not None:
            raise CutError("the connection was closed within the answer" if self.begun else "it was closed unanswered")
        self.body, self.done = bytes(self._held), True

    def _read_head(self) -> bool:
        """Takes one head off what is held; False where it is not there yet."""
        end = re.search(rb"\r?\n\r?\n", self._held)
        if end is None:
            if len(self._held) > MOST_HEAD:
                raise WireError(f"more than {MOST_HEAD} bytes of headers")
            return False
        first, *lines = bytes(self._held[: end.start()]).split(b"\n")
        del self._held[: end.end()]
        match = _STATUS.match(first.rstrip(b"\r"))
        if match is None:
            raise WireError(f"no answer of HTTP/1: {first[:60]!r}")
        self.version, self.status = (int(match[1]), int(match[2])), int(match[3])
        self.headers = _split_fields(lines)
        if 100 <= self.status < 200:
            # What goes before the answer proper: read on.
            return True
        self._in_body = True
        self._choose_length()
        return True

    def _choose_length(self) -> None:
        """By RFC 9112, 6.3: no body, chunks, a length, or all there is until the connection ends."""
        codings = [value.lower() for name, value in self.headers if name.lower() == b"transfer-encoding"]
        lengths = {value for name, value in self.headers if name.lower() == b"content-length"}
        if self.status in (204, 304):
            self._length = 0
        elif codings and codings[-1].rpartition(b",")[2].strip() == b"chunked":
            self._chunks = bytearray()
        elif not codings and lengths:
            said = lengths.pop()
            if lengths or not said.isdigit() or len(said) > 15:
                raise WireError(f"no Content-Length: {said[:30]!r}")
            self._length = int(said)
            self._check(self._length)

    def _read_chunks(self) -> None:
        assert self._chunks is not None  # noqa: S101 - asked before
        while not self.done:
            end = self._held.find(b"\n")
            if end < 0:
                if len(self._held) > MOST_HEAD:
                    raise WireError("a chunk without a size")
                return
            line = bytes(self._held[:end]).rstrip(b"\r")
            if self._in_trailer:
                del self._held[: end + 1]
                self.done = not line
                continue
            match = _HEX.match(line.strip())
            if match is None:
                raise WireError(f"a chunk without a size: {line[:30]!r}")
            size = int(match[0], 16)
            self._check(len(self._chunks) + size)
            if size == 0:
                self._in_trailer = True
                del self._held[: end + 1]
                continue
            last = end + 1 + size
            if len(self._held) < last + 2:
                return
            self._chunks += self._held[end + 1 : last]
            del self._held[: last + (2 if self._held[last : last + 2] == b"\r\n" else 1)]
        self.body = bytes(self._chunks)

    def _check(self, size: int) -> None:
        if size > self.most:
            raise LargeError(f"more than {self.most} bytes")


def _split_fields(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Names and values; folded lines are joined, lines without a colon left out."""
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and fields:
            name, value = fields[-1]
            fields[-1] = (name, value + b" " + line.strip())
            continue
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            fields.append((name.strip(), value.strip()))
    return fields
