"""Notes that archives leave in a bucket for each other: what a restored one reads there, and who is writing there.

A restored archive never deletes what it did not put there, and says in the bucket what it reads; so the first one
leaves that, too, until both have done without it.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from harbincrawl.archive.places import list_places, write_loose
from harbincrawl.buckets import delete_object, join_address, list_objects, put_json, read_range
from harbincrawl.errors import BucketError, FileMissingError, HeldError
from harbincrawl.files import is_file_name
from harbincrawl.text import read_time, time_text

FOLDER = "readers"
"""Beside the objects: what archives that were restored read of them."""
_FACT = "borrowed_objects"
_MOST_READER = 4 << 20
"""Bytes of the note of a reader."""
_LONGEST = timedelta(days=1)
"""What began before is not under way any more."""
_MOST_CLAIM = 4096
"""Bytes of the note of a claim."""


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
            found = json.loads(read_range(mark, 0, min(size, _MOST_READER)))["objects"]
            yield mark, frozenset(map(str, found))
        except FileMissingError:
            continue
        except (ValueError, TypeError, LookupError):
            yield mark, None


@contextmanager
def claim(folder: str, now: datetime, doing: str, owner: str = "") -> Iterator[None]:
    """Only one `claim` of `folder` is given at a time. Raises HeldError while another one holds it, BucketError.

    No bucket has locks, but each shows what was put before: whoever puts a note into `folder` first and then looks sees
    every other note, or is seen. Two that begin in the same moment may both be refused. What a killed command left is
    passed over on its own machine and by its own `owner`, who does one such thing at a time, elsewhere after a day.
    `doing` says in the refusal what is under way.
    """
    own = join_address(folder, f"{uuid.uuid4().hex}.json")
    note = {"host": socket.gethostname(), "pid": os.getpid(), "since": time_text(now), "owner": owner}
    put_json(note, own)
    try:
        for mark, size in list_objects(folder):
            if mark == own:
                continue
            with suppress(FileMissingError):
                text = read_range(mark, 0, min(size, _MOST_CLAIM)) if size else b""
                _check_over(mark, text, now, doing, owner)
                delete_object(mark)
        yield
    finally:
        with suppress(BucketError):
            delete_object(own)


def _check_over(mark: str, text: bytes, now: datetime, doing: str, owner: str) -> None:
    """Raises HeldError unless the command that left the mark has ended."""
    try:
        note = json.loads(text)
        host, pid, since = str(note["host"]), int(note["pid"]), read_time(note["since"])
        is_over = now - since > _LONGEST or (host == socket.gethostname() and not _is_running(pid))
        is_over = is_over or bool(owner and note.get("owner") == owner)
        who = f"process {pid} of {host}, since {time_text(since)}"
    except (ValueError, TypeError, LookupError, AttributeError):
        is_over, who = False, "it cannot be read whose"
    if not is_over:
        raise HeldError(f"{doing} ({who}): wait for it to end; if it was killed: aws s3 rm {mark}")


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
