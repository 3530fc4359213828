"""One writer at a time of a place in a bucket, from any machine: each says that it writes there, then looks."""

from __future__ import annotations

import json
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from harbincrawl.buckets import delete_object, join_address, list_objects, put_json, read_range
from harbincrawl.errors import BucketError, FileMissingError, HeldError
from harbincrawl.text import read_time, time_text

_LONGEST = timedelta(days=1)
"""What began before is not under way any more."""
_MOST_BYTES = 4096


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
                text = read_range(mark, 0, min(size, _MOST_BYTES)) if size else b""
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
