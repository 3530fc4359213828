"""WARC files that are in a bucket: the rows of `places`, and objects that no row speaks of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from harbincrawl.buckets import is_address
from harbincrawl.errors import WarcError
from harbincrawl.files import is_file_name
from harbincrawl.places import BucketFile
from harbincrawl.warc.names import find_successor

from .database.connection import DRAFT, FILE, open_reader
from .schema.tables import upsert

LOOSE = "loose_objects"
"""The row of `facts` with the addresses of objects that were uploaded, or replaced, and that no row speaks of: JSON."""


def list_places(connection: sqlite3.Connection) -> dict[str, BucketFile]:
    """All WARC files that are in a bucket, as rows say, by name. Raises WarcError for a row that names no object."""
    rows = connection.execute("SELECT file, address, sha256, size FROM main.places ORDER BY file").fetchall()
    return {placed.name: placed for placed in (_make_file(*row) for row in rows)}


def find_offloaded(folder: Path, name: str) -> BucketFile | None:
    """The place of the WARC file `name` of the archive in `folder`, or of what a purge made of it; None for neither.

    Raises what `open_reader` raises.
    """
    # While the database is made anew, nothing is known of the old one.
    database = next((each for each in (DRAFT, FILE) if (folder / each).is_file()), None)
    if database is None:
        return None
    with closing(open_reader(folder, name=database)) as connection:
        places = list_places(connection)
    found = name if name in places else find_successor(places, name)
    return None if found is None else places[found]


def put_place(connection: sqlite3.Connection, placed: BucketFile) -> None:
    """Stores that a file is in a bucket, in the caller's transaction."""
    values = {"file": placed.name, "address": placed.address, "sha256": placed.sha256, "size": placed.size}
    upsert(connection, "places", values)


def read_loose(connection: sqlite3.Connection) -> set[str]:
    """The addresses of objects that may be there and that no row speaks of: an interrupted command left them."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (LOOSE,)).fetchone()
    try:
        found = json.loads(row[0]) if row else []
    except ValueError:
        return set()
    known = {address for (address,) in connection.execute("SELECT address FROM main.places")}
    return {address for address in found if isinstance(address, str) and is_address(address)} - known


def write_loose(connection: sqlite3.Connection, addresses: Iterable[str]) -> None:
    """Stores which objects no row speaks of, in the caller's transaction."""
    loose = sorted(addresses)
    connection.execute("DELETE FROM facts WHERE name = ?", (LOOSE,))
    if loose:
        upsert(connection, "facts", {"name": LOOSE, "value": json.dumps(loose)})


def _make_file(file: Any, address: Any, sha256: Any, size: Any) -> BucketFile:
    is_row = isinstance(file, str) and isinstance(address, str) and isinstance(sha256, str) and isinstance(size, int)
    if not (is_row and is_file_name(file) and is_address(address) and 0 <= size < 1 << 50):
        raise WarcError(
            ascii(file)[:100], None, f"its row in the table places names no object ({str(address)[:100]!r})"
        )
    return BucketFile(address, file, size, sha256)
