"""Objects that a purge replaces: the rewritten files uploaded under their new names before any row speaks of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from harbincrawl.archive.places import PlacedFile, drop_place, list_places, put_place, read_loose, write_loose
from harbincrawl.buckets import join_address, put_file
from harbincrawl.files import read_sha256
from harbincrawl.warc.names import next_name

from .objects import is_free, mark_loose
from .sharing import read_borrowed


def choose_names(connection: sqlite3.Connection, folder: Path, files: Iterable[str]) -> dict[str, str]:
    """The names of the rewritten `files`, by the old ones: free in `folder`, and in a bucket those of nobody else's.

    Raises BucketError.
    """
    placed = {one.file: one for one in list_places(connection)}
    names = {}
    for file in files:
        names[file] = next_name(folder, file)
        if file in placed:
            prefix = choose_folder(connection, placed[file])
            while not is_free(connection, join_address(prefix, names[file])):
                names[file] = next_name(folder, names[file])
    return names


def choose_folder(connection: sqlite3.Connection, placed: PlacedFile) -> str:
    """Where in the bucket what replaces an object goes: beside it, or, if it is borrowed, into a folder below."""
    folder, borrowed = placed.address.rpartition("/")[0], read_borrowed(connection)
    return join_address(folder, borrowed.name[:12]) if placed.address in borrowed.addresses else folder


def upload_files(connection: sqlite3.Connection, folder: Path, names: Mapping[str, str]) -> dict[str, PlacedFile]:
    """Uploads the rewritten files in `folder` of those of `names` (new ones by old) that are in a bucket, beside these.

    Returns the new places by the old names. Raises BucketError.
    """
    placed = {one.file: one for one in list_places(connection) if one.file in names}
    targets = {old: join_address(choose_folder(connection, one), names[old]) for old, one in placed.items()}
    if targets:
        mark_loose(connection, {address: read_sha256(folder / names[old]) for old, address in targets.items()})
    return {
        old: PlacedFile(names[old], address, put_file(folder / names[old], address), placed[old].size)
        for old, address in targets.items()
    }


def replace_places(connection: sqlite3.Connection, placed: Mapping[str, PlacedFile]) -> list[str]:
    """Puts new places in the place of those of the old names; the addresses of their objects, which are loose now.

    It is part of the caller's transaction.
    """
    if not placed:
        return []
    old = {one.address for one in list_places(connection) if one.file in placed}
    loose = read_loose(connection)
    for name, new in placed.items():
        drop_place(connection, name)
        put_place(connection, new)
    write_loose(connection, (loose | old) - {new.address for new in placed.values()})
    return sorted(old)
