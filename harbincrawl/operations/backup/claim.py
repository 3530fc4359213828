"""One backup at a time into a folder of a bucket, from any machine: each says that it writes there, then looks."""

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

FOLDER = "writers"
"""Beside a backup: who is writing it. No bucket has locks, but each shows what was put before."""
_LONGEST = timedelta(days=1)
"""A backup that began before is not under way any more."""
_MOST_BYTES = 4096


@contextmanager
def claim(prefix: str, now: datetime) -> Iterator[None]:
    """Only one `claim` of `prefix` is given at a time. Raises HeldError while another one holds it, BucketError.

    Two that begin in the same moment may both be refused. What a killed backup left is passed over on its own machine,
    elsewhere after a day.
    """
    own = join_address(prefix, f"{FOLDER}/{uuid.uuid4().hex}.json")
    note = {"host": socket.gethostname(), "pid": os.getpid(), "since": time_text(now)}
    put_json(note, own)
    try:
        for mark, size in list_objects(join_address(prefix, FOLDER)):
            if mark == own:
                continue
            with suppress(FileMissingError):
                _check_over(prefix, mark, read_range(mark, 0, min(size, _MOST_BYTES)) if size else b"", now)
                delete_object(mark)
        yield
    finally:
        with suppress(BucketError):
            delete_object(own)


def _check_over(prefix: str, mark: str, text: bytes, now: datetime) -> None:
    """Raises HeldError unless the backup that left the mark has ended."""
    try:
        note = json.loads(text)
        host, pid, since = str(note["host"]), int(note["pid"]), read_time(note["since"])
        is_over = now - since > _LONGEST or (host == socket.gethostname() and not _is_running(pid))
        who = f"process {pid} of {host}, since {time_text(since)}"
    except (ValueError, TypeError, LookupError):
        is_over, who = False, "it cannot be read whose"
    if not is_over:
        raise HeldError(
            f"another backup is written to {prefix} ({who}): wait for it to end; if it was killed: aws s3 rm {mark}"
        )


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
