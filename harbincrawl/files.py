"""Files: which a command may write to (no device, pipe or link is ever replaced), written whole, and hashed."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from harbincrawl.errors import DestinationError

_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
    stat.S_IFREG: "a file",
}
_HEADER = b"SQLite format 3\x00"
_APPLICATION = slice(68, 72)
"""Where SQLite's header has the application_id; an archive's is `HBRC`."""


def check_file(path: Path) -> None:
    """Raises DestinationError if `path` exists and is not a regular file. Opens nothing, so no pipe can block."""
    _check(path, stat.S_IFREG)


def check_folder(path: Path) -> None:
    """Raises DestinationError if `path` exists and is not a real folder."""
    _check(path, stat.S_IFDIR)


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
    return isinstance(name, str) and name not in ("", ".", "..") and name.isprintable() and not set("/\\") & set(name)


def read_sha256(path: Path) -> str:
    """sha256 of a file in hex. Raises OSError."""
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


def _check(path: Path, wanted: int) -> None:
    try:
        kind = stat.S_IFMT(path.lstat().st_mode)
    except OSError:  # it does not exist, or the attempt to write it will say why it cannot be
        return
    if kind != wanted:
        raise DestinationError(
            f"{path} is {_KINDS.get(kind, 'something else')}, not {_KINDS[wanted]}: name another one."
        )
