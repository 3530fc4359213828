"""From the payload as it is stored to the bytes of the page: chunks joined, Content-Encoding undone, within bounds."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from .heads import Fields

_STEP = 1 << 16
_TRANSPARENT = {"", "identity", "none", "utf-8"}


class CodingError(ValueError):
    """The payload is not what its headers say."""


class SizeError(ValueError):
    """More bytes than allowed, once decoded."""


def decode_payload(payload: bytes, fields: Fields, limit: int) -> bytes:
    """The body that `payload` codes, by the Transfer-Encoding and Content-Encoding of its HTTP `fields`.

    Tools differ in what they store: a payload that was unpacked already, or whose chunks were joined already, while its
    headers still say otherwise, is taken as it is. Raises CodingError; SizeError above `limit` bytes.
    """
    if "chunked" in list_codings(fields, "transfer-encoding"):
        payload = join_chunks(payload)
    for coding in reversed(list_codings(fields, "content-encoding")):
        if coding in _TRANSPARENT or not payload:
            continue
        unpack = _UNPACKERS.get(coding)
        if unpack is None:
            raise CodingError(f"unknown Content-Encoding {coding!r}")
        payload = _collect(unpack, payload, coding, limit)
    if len(payload) > limit:
        raise SizeError(f"the body holds {len(payload)} bytes, allowed are {limit}")
    return payload


def list_codings(fields: Fields, name: str) -> list[str]:
    """The codings that all fields of that name list, lower case, in the order in which they were applied."""
    return [part.strip().lower() for key, value in fields if key.lower() == name for part in value.split(",")]


def join_chunks(payload: bytes) -> bytes:
    """`payload` without its chunk lines; as it is where it has none. Raises CodingError where they break off."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = payload.find(b"\n", at, at + 4096)
        digits = payload[at : max(end, at)].split(b";")[0].strip()
        if not digits or not all(digit in b"0123456789abcdefABCDEF" for digit in digits):
            if not parts:
                return payload
            raise CodingError(f"no chunk begins at byte {at} of the payload")
        size = int(digits, 16)
        if size == 0:
            return b"".join(parts)
        if end + 1 + size > len(payload):
            if not parts:
                return payload
            raise CodingError(f"the payload ends within the chunk at byte {at}")
        parts.append(payload[end + 1 : end + 1 + size])
        at = end + 1 + size
        at += 2 if payload[at : at + 2] == b"\r\n" else payload[at : at + 1] == b"\n"


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
    # Several members are one body; what follows them and is none is ignored, as browsers do.
    while payload[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(31)
        yield from _inflate(unpacker, payload, "gzip")
        payload = unpacker.unused_data


def _unpack_deflate(payload: bytes) -> Iterator[bytes]:
    # RFC 9110 means zlib by it, many servers sent bare deflate.
    is_zlib = payload[0] & 0x0F == 8 and int.from_bytes(payload[:2], "big") % 31 == 0
    yield from _inflate(zlib.decompressobj(15 if is_zlib else -15), payload, "deflate")


def _inflate(unpacker: Any, data: bytes, coding: str) -> Iterator[bytes]:
    try:
        while data and not unpacker.eof:
            yield unpacker.decompress(data, _STEP)
            data = unpacker.unconsumed_tail
    except zlib.error as error:
        raise CodingError(f"the body is no whole {coding} ({error})") from error
    if not unpacker.eof:
        raise CodingError(f"the body ends within its {coding}")


def _unpack_brotli(payload: bytes) -> Iterator[bytes]:
    brotli = _load("br", "brotli", "brotlicffi")
    unpacker = brotli.Decompressor()
    try:
        yield unpacker.process(payload, output_buffer_limit=_STEP)
        while not unpacker.is_finished():
            part = unpacker.process(b"", output_buffer_limit=_STEP)
            if not part and unpacker.can_accept_more_data():
                raise CodingError("the body ends within its br")
            yield part
    except brotli.error as error:
        raise CodingError(f"the body is no whole br ({error})") from error


def _unpack_zstd(payload: bytes) -> Iterator[bytes]:
    if payload[:4] != b"\x28\xb5\x2f\xfd":
        yield payload
        return
    zstd = _load("zstd", "compression.zstd", "backports.zstd")
    # A window above 8 MB is beyond what RFC 9659 allows on the web; it would be held in memory at once.
    unpacker = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})
    try:
        yield unpacker.decompress(payload, _STEP)
        while not unpacker.eof:
            if unpacker.needs_input:
                raise CodingError("the body ends within its zstd")
            yield unpacker.decompress(b"", _STEP)
    except zstd.ZstdError as error:
        raise CodingError(f"the body is no whole zstd ({error})") from error


def _load(coding: str, *modules: str) -> Any:
    # Which module it is depends on the Python: 3.14 has its own zstd, PyPy another brotli. Few runs need any.
    for module in modules:
        try:
            return importlib.import_module(module)
        except ImportError:
            continue
    raise CodingError(f"the body is packed with {coding}, and none of {', '.join(modules)} is installed")


_UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _unpack_gzip,
    "x-gzip": _unpack_gzip,
    "deflate": _unpack_deflate,
    "br": _unpack_brotli,
    "zstd": _unpack_zstd,
}
