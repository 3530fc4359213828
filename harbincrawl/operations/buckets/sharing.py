"""Objects that two archives read, as one that was restored from a backup does: neither takes them from the other.

The restored one never deletes what it did not put there, and says in the bucket what it reads; so the first one leaves
that, too, until both have done without it.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Collection, Iterator
from typing import NamedTuple

from harbincrawl.archive.places import list_places, write_loose
from harbincrawl.buckets import delete_object, join_address, list_objects, put_json, read_range
from harbincrawl.errors import FileMissingError
from harbincrawl.files import is_file_name

FOLDER = "readers"
"""Beside the objects: what archives that were restored read of them."""
_FACT = "borrowed_objects"
_MOST_BYTES = 4 << 20


class Borrowed(NamedTuple):
    """What of an archive others have put into buckets."""

    name: str
    """Tells this archive from every other one that reads the same objects; empty: nothing is borrowed."""
    addresses: frozenset[str]


def read_borrowed(connection: sqlite3.Connection) -> Borrowed:
    """What the archive has borrowed."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (_FACT,)).fetchone()
    try:
        found = json.loads(row[0]) if row else {}
        if not is_file_name(found["name"]):
            raise ValueError("the name of no object")
        return Borrowed(found["name"], frozenset(map(str, found["addresses"])))
    except (ValueError, TypeError, LookupError):
        return Borrowed("", frozenset())


def borrow(connection: sqlite3.Connection) -> None:
    """Stores that all objects of an archive belong to the one that it was restored from.

    What that one had begun to upload, or was to delete, is none of this one's.
    """
    addresses = [placed.address for placed in list_places(connection)]
    connection.execute("BEGIN IMMEDIATE")
    write_loose(connection, ())
    connection.execute("DELETE FROM facts WHERE name = ?", (_FACT,))
    if addresses:
        found = json.dumps({"name": uuid.uuid4().hex, "addresses": addresses})
        connection.execute("INSERT INTO facts(name, value) VALUES (?, ?)", (_FACT, found))
    connection.execute("COMMIT")


def announce(connection: sqlite3.Connection) -> None:
    """Says in the buckets which of their objects the archive still borrows. Raises BucketError."""
    borrowed = read_borrowed(connection)
    read = {placed.address for placed in list_places(connection)} & borrowed.addresses
    for prefix in sorted({address.rpartition("/")[0] for address in borrowed.addresses}):
        mark = join_address(prefix, f"{FOLDER}/{borrowed.name}.json")
        objects = sorted(address for address in read if address.rpartition("/")[0] == prefix)
        if not objects:
            delete_object(mark)
            continue
        put_json({"harbincrawl": "reader", "objects": objects}, mark)


def find_reader(address: str, own: str) -> str | None:
    """The mark of an archive other than `own` that reads an object; None: there is none. Raises BucketError."""
    for mark, objects in _read_marks(join_address(address.rpartition("/")[0], FOLDER)):
        if not mark.endswith(f"/{own}.json") and (objects is None or address in objects):
            return mark
    return None


def _read_marks(folder: str) -> Iterator[tuple[str, Collection[str] | None]]:
    """Each mark with the objects that it names; None: nobody can tell which, so it may be any."""
    for mark, size in list_objects(folder):
        try:
            found = json.loads(read_range(mark, 0, min(size, _MOST_BYTES)))["objects"]
            yield mark, frozenset(map(str, found))
        except FileMissingError:
            continue
        except (ValueError, TypeError, LookupError):
            yield mark, None
