"""A file or folder that appears under its name only when it is whole: written aside, synced, renamed."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from harbincrawl.errors import DestinationError, MissingExtraError, NoSpaceError

GZIP_LEVEL = 6
ZSTD_LEVEL = 10
BUFFER = 1 << 20


@contextmanager
def whole_file(destination: Path) -> Iterator[Path]:
    """A path beside `destination` to write to; renamed over it when the block ends well, removed when it does not.

    The name aside is always the same and locked while it is written, so that what a killed export left is used up
    by the next one, and two exports to one name cannot mix. Raises DestinationError, NoSpaceError.
    """
    final = destination.resolve()
    if final.exists() and not final.is_file():
        # A pipe or a device (/dev/null) has no name to keep: it is written as it is.
        with _typed(destination):
            yield final
        return
    aside = final.with_name(f".{final.name}.part")
    with _typed(destination), _cleared(aside), _lock(aside, destination, os.O_RDWR | os.O_CREAT):
        os.truncate(aside, 0)
        yield aside
        _sync(aside)
        aside.replace(final)
        _sync(final.parent)


@contextmanager
def whole_folder(destination: Path) -> Iterator[Path]:
    """A folder beside `destination` to fill; it takes that name when the block ends well, is removed when not.

    A folder of that name is replaced; whether it may be is the caller's to check. Raises as `whole_file` does.
    """
    final = destination.resolve()
    aside = final.with_name(f".{final.name}.part")
    with _typed(destination), _cleared(aside):
        aside.mkdir(parents=True, exist_ok=True)
        with _lock(aside, destination, os.O_RDONLY):
            _empty(aside)
            yield aside
            for path in sorted(aside.rglob("*")):
                _sync(path)
            _sync(aside)
            _swap(aside, final)
            _sync(final.parent)


def open_sink(path: Path, packing: str | None) -> IO[bytes]:
    """`path` opened for writing bytes, packed as `packing` says: None, `gz` or `zst`.

    A packed file holds neither a time nor a name, so equal content gives equal bytes. Raises MissingExtraError.
    """
    raw = path.open("wb", buffering=BUFFER)
    if packing == "gz":
        return _open_gzip(raw)
    if packing == "zst":
        try:
            import zstandard
        except ImportError:
            raw.close()
            raise MissingExtraError(".zst needs one more package: `pip install 'harbincrawl[zst]'`.") from None
        return cast(IO[bytes], zstandard.ZstdCompressor(level=ZSTD_LEVEL).stream_writer(raw, closefd=True))
    return raw


def _open_gzip(raw: IO[bytes]) -> IO[bytes]:
    """A gzip file that closes what it writes to."""
    import gzip  # costs 5 ms at start, and most exports are not packed

    class Owning(gzip.GzipFile):
        def close(self) -> None:
            super().close()
            raw.close()

    return cast(IO[bytes], Owning(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=raw, mtime=0))


@contextmanager
def _cleared(aside: Path) -> Iterator[None]:
    """Removes what stands at `aside` where the block fails, from its making on; what another export writes stays."""
    try:
        yield
    except BaseException:
        # Interrupts come anywhere, also between the making and the locking: whether it is ours is asked of the lock.
        with suppress(OSError):
            handle = os.open(aside, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if aside.is_dir():
                    shutil.rmtree(aside, ignore_errors=True)
                else:
                    aside.unlink()
            finally:
                os.close(handle)
        raise


@contextmanager
def _lock(path: Path, destination: Path, flags: int) -> Iterator[None]:
    handle = os.open(path, flags, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DestinationError(f"another export is writing {destination}: wait for it, or name another.") from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _typed(destination: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpaceError(f"no space left for {destination}: make room and run again.") from error
        raise DestinationError(f"{destination} cannot be written: {error.strerror or error}.") from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _swap(aside: Path, final: Path) -> None:
    """Puts `aside` in the place of `final`; an old folder steps back first and returns if that fails."""
    if not final.exists():
        aside.rename(final)
        return
    old = final.with_name(f".{final.name}.old")
    if old.exists():
        shutil.rmtree(old)
    final.rename(old)
    try:
        aside.rename(final)
    except OSError:
        old.rename(final)
        raise
    shutil.rmtree(old)
