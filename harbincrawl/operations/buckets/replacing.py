"""Objects that a purge replaces: the rewritten files uploaded under their new names before any row speaks of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from harbincrawl.archive.places import PlacedFile, drop_place, list_places, put_place, read_loose, write_loose
from harbincrawl.buckets import join_address, put_file

from .objects import mark_loose


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
