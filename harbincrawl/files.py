"""Files: which an output may replace, written whole, hashed; folders synced, and a full disk told from other errors."""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harbincrawl.errors import DatabaseError, DestinationError, NoSpaceError

LONGEST_NAME = 200
"""Bytes of a file's name: file systems take 255, and `.open` or `.part` may come behind it."""
_HEADER = b"SQLite format 3\x00"
_APPLICATION = slice(68, 72)
"""Where SQLite's header has the application_id; an archive's is `HBRC`."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROBE = 1 << 16
"""Bytes: more than SQLite adds to any of its files at once."""


def check_file(path: Path) -> None:
    """Raises DestinationError if `path` exists and is not a regular file. Opens nothing, so no pipe can block."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise DestinationError(f"{path} is no regular file: name another one.")


def check_folder(path: Path) -> None:
    """Raises DestinationError if `path` exists and is not a real folder."""
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise DestinationError(f"{path} is no folder of its own: name another one.")


def check_output(path: Path) -> None:
    """As `check_file`, and raises DestinationError if `path` is the database of an archive: no output replaces one."""
    check_file(path)
    try:
        with path.open("rb") as stream:
            header = stream.read(100)
    except OSError:  # it does not exist, or the attempt to write it will say why it cannot be opened
        return
    if header.startswith(_HEADER) and header[_APPLICATION] == b"HBRC":
        raise DestinationError(f"{path} is the database of an archive: name another file.")


def is_file_name(name: object) -> bool:
    """Whether `name` is the name of one file within a folder: no path, nothing that leads out of the folder."""
    return (
        isinstance(name, str)
        and name not in ("", ".", "..")
        and name.isprintable()
        and not set("/\\") & set(name)
        and len(name.encode()) <= LONGEST_NAME
    )


def make_file_name(*parts: object, ending: str) -> str:
    """The name of a file to be written, of parts that a database gave, with dashes between them.

    What is not in small letters, or not in normal form, has digits of its hash behind it, for some file systems take
    two such names for one. Raises DatabaseError for parts that make no file name.
    """
    import hashlib  # costs 3 ms at start, and a search needs none of it

    name = "-".join(map(str, parts))
    if not is_file_name(f"{name}{ending}"):
        raise DatabaseError(
            f"{ascii(name)[:80]} cannot be part of a file's name, so nothing was written: the database is"
            " damaged or forged; harbincrawl rebuild makes it anew from the WARC files."
        )
    is_plain = name == unicodedata.normalize("NFC", name).casefold()
    return f"{name}{ending}" if is_plain else f"{name}-{hashlib.sha256(name.encode()).hexdigest()[:8]}{ending}"


def read_sha256(path: Path) -> str:
    """sha256 of a file in hex. Raises OSError."""
    import hashlib  # as above

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_whole(path: Path, data: bytes, *, for_all: bool = False) -> None:
    """Writes the file in one step: nobody sees a part of it. `for_all`: readable for everyone, whatever the umask.

    Raises DestinationError as `check_output`, and OSError.
    """
    check_output(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.unlink(missing_ok=True)
        with part.open("xb") as stream:
            stream.write(data)
        if for_all:
            part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Syncs the names in `folder` to disk, or the bytes of a file. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replace_synced(part: Path, path: Path) -> Iterator[None]:
    """Gives `part`, which the block writes and syncs, the name `path` when the block is done, and syncs the folder.

    Whatever fails, no `part` is left. Raises OSError.
    """
    try:
        yield
        part.replace(path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def is_full(error: OSError) -> bool:
    """Whether `error` means that the disk is full."""
    return error.errno in _FULL


def check_full(error: OSError, path: Path | str) -> None:
    """Raises NoSpaceError if `error`, met while `path` was written, means that the disk is full."""
    if is_full(error):
        raise NoSpaceError(f"no space left for {path} ({error.strerror}): free disk space and run again.") from error


def has_room(folder: Path | None) -> bool:
    """Whether there is room for another file in `folder` (None: where temporary files are), and for some bytes."""
    from tempfile import TemporaryFile

    try:
        with TemporaryFile(dir=folder, buffering=0) as stream:
            stream.write(bytes(_PROBE))
    except OSError as error:
        return not is_full(error)
    return True
