"""Decoding a stored payload: joining chunks and undoing the Content-Encoding, with a size limit."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from harbincrawl.warc.heads import Fields

_STEP = 1 << 16
_LONGEST_LINE = 4096
_LONGEST_TRAILER = 1 << 16
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{1,16}")
_BREAK = re.compile(rb"\r?\n")
_TRANSPARENT = {"", "identity", "none", "utf-8"}


class CodingError(ValueError):
    """The payload does not match its headers."""


class SizeError(ValueError):
    """The decoded payload exceeds the limit."""


def decode_payload(payload: bytes, fields: Fields, limit: int) -> bytes:
    """Decodes a stored `payload` by the Transfer-Encoding and Content-Encoding in its HTTP `fields`.

    Some tools store a decoded payload with the original headers; such a payload is returned unchanged. Raises
    CodingError; SizeError above `limit` bytes.
    """
    return undo_codings(undo_chunks(payload, fields), fields, limit)


def undo_codings(payload: bytes, fields: Fields, limit: int) -> bytes:
    """Undoes the Content-Encoding in the HTTP `fields` of a `payload` without chunks, as `decode_payload` does."""
    for coding in reversed(list_codings(fields, "content-encoding")):
        if coding in _TRANSPARENT or not payload:
            continue
        unpack = _UNPACKERS.get(coding)
        if unpack is None:
            raise CodingError(f"unknown Content-Encoding {coding!r}")
        payload = _collect(unpack, payload, coding, limit)
    if len(payload) > limit:
        raise SizeError(f"the body has {len(payload)} bytes, more than the allowed {limit}")
    return payload


def unpack_part(payload: bytes, fields: Fields, limit: int) -> bytes:
    """As `decode_payload`, as far as it goes: of a payload that was cut short, damaged or oversized what comes first.

    What is gzip, and no field says so, is unpacked, too. It raises nothing; codings that are not known stay.
    """
    with suppress(CodingError):
        payload = undo_chunks(payload, fields)
    known = [coding for coding in reversed(list_codings(fields, "content-encoding")) if coding in _UNPACKERS]
    for coding in (*known, "gzip"):
        parts: list[bytes] = []
        size = 0
        with suppress(CodingError):
            for part in _UNPACKERS[coding](payload) if payload else ():
                parts.append(part)
                size += len(part)
                if size > limit:
                    break
        payload = b"".join(parts) or payload
    return payload


def undo_chunks(payload: bytes, fields: Fields) -> bytes:
    """`payload` without chunk lines, where its HTTP `fields` name chunks and it has them. Raises CodingError."""
    if "chunked" not in list_codings(fields, "transfer-encoding"):
        return payload
    # A tool that undid the chunks may have written the length of what it stored.
    if any(name.lower() == "content-length" and value.strip() == str(len(payload)) for name, value in fields):
        return payload
    return join_chunks(payload)


def list_codings(fields: Fields, name: str) -> list[str]:
    """The codings in all fields `name`, in lower case, in the order in which they were applied."""
    return [part.strip().lower() for key, value in fields if key.lower() == name for part in value.split(",")]


def join_chunks(payload: bytes) -> bytes:
    """`payload` without its chunk lines; unchanged if it has none. Raises CodingError if they are incomplete.

    Text may begin like a chunk, with a number in a line of its own. It is one only where a line break follows its
    bytes, and the last one, which is empty, only where nothing but trailers follows it, none where it is the only one.
    """
    joined = bytearray()
    at = 0
    while True:
        end = payload.find(b"\n", at, at + _LONGEST_LINE)
        digits = payload[at : max(end, at)].split(b";")[0].strip()
        size = int(digits, 16) if _HEXADECIMAL.fullmatch(digits) else None
        begin = end + 1
        if size == 0 and _is_end(payload, begin, alone=not at):
            return bytes(joined)
        after = _BREAK.match(payload, begin + size) if size else None
        if after is None:
            if not at:
                return payload
            short = size is not None and begin + size >= len(payload)
            what = "the payload ends within the chunk" if short else "no chunk begins"
            raise CodingError(f"{what} at byte {at} of the payload")
        joined += payload[begin : after.start()]
        at = after.end()


def _is_end(payload: bytes, begin: int, *, alone: bool) -> bool:
    """Whether only the trailers of a last chunk follow from `begin` on: lines with a colon, and an empty line."""
    if alone:
        return payload[begin - 2 :] == b"\r\n\r\n"
    rest = payload[begin : begin + _LONGEST_TRAILER + 1]
    return len(rest) <= _LONGEST_TRAILER and all(b":" in line for line in rest.strip(b"\r\n").split(b"\n") if line)


def _collect(unpack: Callable[[bytes], Iterator[bytes]], payload: bytes, coding: str, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        for part in unpack(payload):
            size += len(part)
            if size > limit:
                raise SizeError(f"{len(payload)} bytes of {coding} unpack to more than the {limit} allowed")
            parts.append(part)
    except CodingError:
        if not parts and payload.lstrip()[:1] == b"<":
            return payload
        raise
    return b"".join(parts)


def _unpack_gzip(payload: bytes) -> Iterator[bytes]:
    if payload[:2] != b"\x1f\x8b":
        yield payload
        return
    # Several members form one body. Other bytes after them are ignored, as in browsers.
    while payload[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(31)
        yield from _inflate(unpacker, payload, "gzip")
        payload = unpacker.unused_data


def _unpack_deflate(payload: bytes) -> Iterator[bytes]:
    # By RFC 9110 this is the zlib format, but many servers send raw deflate.
    is_zlib = payload[0] & 0x0F == 8 and int.from_bytes(payload[:2], "big") % 31 == 0
    yield from _inflate(zlib.decompressobj(15 if is_zlib else -15), payload, "deflate")


def _inflate(unpacker: Any, data: bytes, coding: str) -> Iterator[bytes]:
    try:
        while data and not unpacker.eof:
            yield unpacker.decompress(data, _STEP)
            data = unpacker.unconsumed_tail
    except zlib.error as error:
        raise CodingError(f"the body is not valid {coding} ({error})") from error
    if not unpacker.eof:
        raise CodingError(f"the {coding} body is incomplete")


_UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _unpack_gzip,
    "x-gzip": _unpack_gzip,
    "deflate": _unpack_deflate,
}
