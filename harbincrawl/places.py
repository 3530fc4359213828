"""Where the bytes of a file are: a path, or an object in a bucket, which is read by ranges."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from .buckets import list_objects, measure_object, read_range, split_address
from .errors import BucketError, FileMissingError, WarcError

if TYPE_CHECKING:
    from typing_extensions import Buffer

_BLOCK = 1 << 18
"""Bytes of a request; a place in an object is read with all of its block."""
_KEPT = 32
"""Blocks that are kept: records that stand side by side are mostly read one after the other."""


@dataclass(frozen=True, slots=True)
class BucketFile:
    """An object that stands for a file, read by ranges."""

    address: str
    """`s3://bucket/key`."""
    name: str
    """The name of the file that it stands for."""
    size: int
    """Bytes."""
    sha256: str = ""
    """Of its bytes; empty: not known."""
    reading: str = ""
    """What was read under another word is read again: a check believes no block that is kept."""

    @property
    def suffix(self) -> str:
        """As that of a path."""
        return PurePosixPath(self.name).suffix

    def __str__(self) -> str:
        return self.address


Place = Path | BucketFile
Elsewhere = Callable[[str], BucketFile | None]
"""Finds the place of a file that is not in its folder, by its name."""


def find_nowhere(_: str) -> None:
    """An Elsewhere that knows of no place."""


def open_place(place: Place, name: str | None = None) -> BinaryIO:
    """The WARC file at `place`, open and seekable; `name` is what errors call it.

    Raises WarcError, BucketError.
    """
    try:
        return place.open("rb") if isinstance(place, Path) else io.BufferedReader(_Blocks(place))
    except OSError as error:
        raise WarcError(name or place.name, None, f"cannot be read ({error.strerror})") from error


def measure_place(place: Place) -> int:
    """Size of the file at `place` in bytes. Raises FileNotFoundError, OSError."""
    if not isinstance(place, Path):
        return place.size
    return place.stat().st_size


def list_warcs(address: str) -> list[BucketFile]:
    """The object `address`, or the WARC files under it as a folder, by address.

    Raises FileMissingError where there is neither, BucketError, OptionsError, MissingExtraError.
    """
    _, key = split_address(address)
    try:
        if key:
            return [BucketFile(address, PurePosixPath(key).name, measure_object(address))]
    except FileMissingError:
        pass
    found = [
        BucketFile(each, PurePosixPath(each).name, size)
        for each, size in list_objects(address)
        if each.endswith((".warc", ".warc.gz"))
    ]
    if not found:
        raise FileMissingError(f"{address}: there is no such object, and no WARC file under it.")
    return found


class _Blocks(io.RawIOBase):
    """An object as a file that is read block by block."""

    def __init__(self, file: BucketFile) -> None:
        """Raises FileNotFoundError, BucketError."""
        super().__init__()
        self._file = file
        self._place = 0
        if file.size:
            try:
                _read_block(file, 0)
            except FileMissingError as error:
                said = f"there is no such object, {file}: harbincrawl verify says what is left"
                raise FileNotFoundError(errno.ENOENT, said, file.address) from error

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._file.size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: Buffer) -> int:
        target = memoryview(buffer).cast("B")
        if self._place >= self._file.size:
            return 0
        index, at = divmod(self._place, _BLOCK)
        try:
            piece = memoryview(_read_block(self._file, index))[at : at + len(target)]
        except FileMissingError as error:
            raise BucketError(f"{self._file.address} was deleted while it was read: run again.") from error
        target[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


def forget_blocks() -> None:
    """What was read of objects before is read again."""
    _read_block.cache_clear()


@lru_cache(maxsize=_KEPT)
def _read_block(file: BucketFile, index: int) -> bytes:
    begin, end = index * _BLOCK, min((index + 1) * _BLOCK, file.size)
    return read_range(file.address, begin, end)
