"""Objects of an archive: named before a row speaks of them, so that a killed command leaves none; and replaced."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from harbincrawl.archive.places import PlacedFile, drop_place, list_places, put_place, read_loose, write_loose
from harbincrawl.buckets import delete_object, get_file, hash_object, join_address, measure_object, put_file
from harbincrawl.errors import BucketError, FileMissingError, WarcError, WarcFullError
from harbincrawl.files import is_full, replace_synced, sync_folder


def holds(address: str, size: int, sha256: str) -> bool:
    """Whether an object is there and every byte of it is as it should be. Raises BucketError."""
    try:
        return measure_object(address) == size and hash_object(address, size) == sha256
    except FileMissingError:
        return False


def is_there(address: str) -> bool:
    """Whether there is such an object. Raises BucketError."""
    try:
        measure_object(address)
    except FileMissingError:
        return False
    return True


def mark_loose(connection: sqlite3.Connection, addresses: Iterable[str]) -> None:
    """Commits that objects of which no row speaks yet may be at these addresses."""
    connection.execute("BEGIN IMMEDIATE")
    write_loose(connection, read_loose(connection).union(addresses))
    connection.execute("COMMIT")


def delete_loose(connection: sqlite3.Connection) -> dict[str, str]:
    """Deletes the objects that no row speaks of; returns those that stay, each with the reason and what to do."""
    left: dict[str, str] = {}
    if not (loose := read_loose(connection)):
        return left
    for address in sorted(loose):
        try:
            delete_object(address)
        except BucketError as error:
            left[address] = f"{error} The next harbincrawl offload deletes it, or: aws s3 rm {address}"
    connection.execute("BEGIN IMMEDIATE")
    write_loose(connection, left)
    connection.execute("COMMIT")
    return left


def bring_back(address: str, path: Path) -> Path:
    """Downloads an object to the file that it stands for, whatever its bytes are; returns its path.

    Raises WarcError, WarcFullError, BucketError.
    """
    # Not `.warc.gz.part`: nobody shall take it for a file of the archive.
    part = path.with_suffix("").with_suffix(".part")
    try:
        with replace_synced(part, path):
            path.parent.mkdir(exist_ok=True)
            get_file(address, measure_object(address), part)
    except FileMissingError as error:
        raise WarcError(path.name, None, f"there is no object {address}") from error
    except OSError as error:
        if is_full(error):
            raise WarcFullError(path.name, None, "no space left: nothing was changed") from error
        raise WarcError(path.name, None, f"cannot be written ({error.strerror})") from error
    return path


def delete_local(path: Path) -> None:
    """Deletes a file that a row says is in a bucket, synced. Raises OSError."""
    path.unlink()
    sync_folder(path.parent)


def upload_files(connection: sqlite3.Connection, folder: Path, names: Mapping[str, str]) -> dict[str, PlacedFile]:
    """Uploads the rewritten files in `folder` of those of `names` (new ones by old) that are in a bucket, beside these.

    Returns the new places by the old names. Raises BucketError.
    """
    placed = {one.file: one for one in list_places(connection) if one.file in names}
    targets = {old: join_address(one.address.rpartition("/")[0], names[old]) for old, one in placed.items()}
    if targets:
        mark_loose(connection, targets.values())
    return {
        old: PlacedFile(names[old], address, put_file(folder / names[old], address), placed[old].size)
        for old, address in targets.items()
    }


def replace_places(connection: sqlite3.Connection, placed: Mapping[str, PlacedFile | None]) -> None:
    """Puts other places in the place of those of the files, by their names so far; None: it is in no bucket any more.

    Their objects so far are loose now. It is part of the caller's transaction.
    """
    old = {one.address for one in list_places(connection) if one.file in placed}
    loose = read_loose(connection)
    for name, one in placed.items():
        if one is None or one.file != name:
            drop_place(connection, name)
        if one is not None:
            put_place(connection, one)
    write_loose(connection, (loose | old) - {one.address for one in placed.values() if one is not None})
