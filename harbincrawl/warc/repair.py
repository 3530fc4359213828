"""Damaged parts of a WARC file: notices of the same length take their place, so that every other record stays put."""

from __future__ import annotations

import os
import uuid
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from harbincrawl.disk import check_full
from harbincrawl.errors import WarcError
from harbincrawl.files import open_part
from harbincrawl.warc.writing.packing import pack_filled

from .heads import format_date
from .inventory import RecordSummary, list_records

_HEADER = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff"
"""Of a gzip member with a comment."""


def replace_damage(path: Path, parts: Sequence[tuple[int, int]], now: datetime) -> None:
    """Puts a notice in the place of each of the damaged `parts` of a file, as `find_damage` gives them.

    A notice is a metadata record with WARC-Removed, as a purge leaves it. What is shorter than one becomes an empty
    gzip member; a file that breaks off is cut. Nothing that can be read is touched, and running it again does nothing.
    Raises WarcError.
    """
    try:
        with open_part(path, writable=True) as stream:
            for begin, end in parts:
                filler = make_filler(end - begin, now)
                if filler is None and end == os.fstat(stream.fileno()).st_size:
                    stream.truncate(begin)
                    continue
                if filler is None:
                    raise WarcError(path.name, begin, f"{end - begin} damaged bytes are too few for a notice")
                stream.seek(begin)
                stream.write(filler)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        check_full(error, path)
        raise WarcError(path.name, None, f"cannot be repaired ({error.strerror})") from error


def find_damage(path: Path) -> list[tuple[int, int]]:
    """(begin, end) of each damaged part of a file, bytes; neighbours are one part."""
    parts: list[tuple[int, int]] = []
    begin: int | None = None
    for record in list_records(path):
        assert isinstance(record, RecordSummary)  # noqa: S101 - without a stop there is no next one
        if record.fault is not None:
            begin = record.offset if begin is None else begin
        elif begin is not None:
            parts.append((begin, record.offset))
            begin = None
    if begin is not None:
        parts.append((begin, path.stat().st_size))
    return parts


def make_filler(size: int, now: datetime) -> bytes | None:
    """A gzip member of exactly `size` bytes: a notice, or an empty one where that is too long; None below 21 bytes."""
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid4()}>"),
        ("WARC-Date", format_date(now)),
        ("WARC-Removed", "damaged"),
        ("Content-Type", "application/warc-fields"),
    ]
    return pack_filled(fields, [("removed", "damaged")], size) or _pack_empty(size)


def _pack_empty(size: int) -> bytes | None:
    """A gzip member of nothing; its comment ends with a zero byte."""
    end = zlib.compress(b"", 9, 31)[10:]
    blanks = size - len(_HEADER) - len(end) - 1
    return _HEADER + b" " * blanks + b"\0" + end if blanks >= 0 else None
