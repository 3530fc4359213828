"""Writing files and folders atomically: under another name first, then synced and renamed."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

from harbincrawl.errors import DestinationError
from harbincrawl.files import check_folder, check_full, check_output, sync_folder

GZIP_LEVEL = 6
BUFFER = 1 << 20


class PrintedSink(io.RawIOBase):
    """Standard output, which may be a terminal: nothing that went through `make_safe` can steer one."""

    def __init__(self, sink: IO[bytes], make_safe: Callable[[str], str]) -> None:
        self._sink = sink
        self._make_safe = make_safe

    def write(self, data: Any, /) -> int:
        text = bytes(data).decode()
        # Most texts are printable but for their line ends, and that is quickly said.
        is_safe = text.replace("\n", "").replace("\r", "").isprintable()
        self._sink.write(data if is_safe else self._make_safe(text).encode())
        return len(data)

    def flush(self) -> None:
        self._sink.flush()


@contextmanager
def write_atomic_file(destination: Path) -> Iterator[Path]:
    """A temporary path next to `destination`: renamed to it when the block ends, deleted if the block raises.

    The temporary name is always the same and locked while it is written. So the next export overwrites the file of a
    killed one, and two exports to one name cannot mix. Raises DestinationError, NoSpaceError.
    """
    final, temporary = _name_paths(destination)
    check_output(destination)
    check_output(temporary)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    with _typed_errors(destination), _deleted_on_error(temporary), _lock(temporary, destination, flags):
        os.truncate(temporary, 0)
        yield temporary
        sync_folder(temporary)
        temporary.replace(final)
        sync_folder(final.parent)


@contextmanager
def write_atomic_folder(destination: Path) -> Iterator[Path]:
    """A temporary folder next to `destination`: renamed to it when the block ends, deleted if the block raises.

    An existing folder is replaced; the caller checks whether that is allowed. Raises as `write_atomic_file`.
    """
    final, temporary = _name_paths(destination)
    check_folder(destination)
    check_folder(temporary)
    with _typed_errors(destination), _deleted_on_error(temporary):
        temporary.mkdir(parents=True, exist_ok=True)
        with _lock(temporary, destination, os.O_RDONLY):
            _empty(temporary)
            yield temporary
            for path in sorted(temporary.rglob("*")):
                sync_folder(path)
            sync_folder(temporary)
            _swap(temporary, final)
            sync_folder(final.parent)


@contextmanager
def open_sink(path: Path, packing: str | None) -> Iterator[IO[bytes]]:
    """Opens `path` for writing bytes, compressed as `gz` or (None) uncompressed.

    Compressed files contain no time and no name, so equal content gives equal bytes.
    """
    with path.open("wb", buffering=BUFFER) as raw:
        if packing == "gz":
            import gzip  # takes 5 ms, and most exports are not compressed

            with gzip.GzipFile(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=raw, mtime=0) as gz:
                yield cast(IO[bytes], gz)
        else:
            yield raw


def _name_paths(destination: Path) -> tuple[Path, Path]:
    """The absolute path of the destination, and of what is renamed to it."""
    final = destination.absolute()
    # `.` and `..` have a name only once they are resolved.
    final = final.parent.resolve() / final.name if final.name not in ("", "..") else final.resolve()
    return final, final.with_name(f".{final.name}.part")


@contextmanager
def _deleted_on_error(temporary: Path) -> Iterator[None]:
    """Deletes `temporary` if the block raises, unless another export is writing it."""
    try:
        yield
    except BaseException:
        # An interrupt may come before the file is locked. Whether another export writes it is known by its lock.
        with suppress(OSError):
            handle = os.open(temporary, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if temporary.is_dir():
                    shutil.rmtree(temporary, ignore_errors=True)
                else:
                    temporary.unlink()
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
            raise DestinationError(
                f"another export is writing {destination}: wait for it, or name another destination."
            ) from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _typed_errors(destination: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        check_full(error, destination)
        raise DestinationError(f"{destination} cannot be written: {error.strerror or error}.") from error


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _swap(temporary: Path, final: Path) -> None:
    """Renames `temporary` to `final`; an old folder is renamed first, and back if that fails."""
    if not final.exists():
        temporary.rename(final)
        return
    old = final.with_name(f".{final.name}.old")
    if old.exists():
        shutil.rmtree(old)
    final.rename(old)
    try:
        temporary.rename(final)
    except OSError:
        old.rename(final)
        raise
    shutil.rmtree(old)
