"""Deflate by isal, several times as fast as zlib, where it has a build for the machine; else by zlib."""

from __future__ import annotations

import zlib
from typing import Protocol, cast

try:
    from isal import isal_zlib
except ImportError:  # pragma: no cover - it has no build for every machine
    isal_zlib = None  # type: ignore[assignment]

__all__ = ["UnpackError", "Unpacker", "isal_zlib", "make_gzip_unpacker"]

# isal's own types take its class of errors for an error.
UnpackError = zlib.error if isal_zlib is None else cast("type[Exception]", isal_zlib.error)
"""What an unpacker raises where its data is damaged."""


class Unpacker(Protocol):
    """zlib's interface of an object that unpacks."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def make_gzip_unpacker() -> Unpacker:
    """Unpacks one gzip member, and verifies its checksum and length."""
    return zlib.decompressobj(31) if isal_zlib is None else isal_zlib.decompressobj(31)
