"""Where a WARC file is, and opening it there: the one function that knows what kind of place that is."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import BinaryIO

from harbincrawl.errors import WarcError
from harbincrawl.files import check_part, open_part
from harbincrawl.places import Place, open_object


def open_place(place: Place, name: str | None = None) -> BinaryIO:
    """The WARC file at `place`, open and seekable; `name` is what errors call it.

    Raises SpecialFileError, WarcError, BucketError.
    """
    try:
        return open_part(place) if isinstance(place, Path) else open_object(place)
    except OSError as error:
        reason = "may not be read" if error.errno == errno.EACCES else f"cannot be read ({error.strerror})"
        raise WarcError(name or place.name, None, reason) from error


def measure_place(place: Place) -> int:
    """Size of the file at `place` in bytes. Raises SpecialFileError, FileNotFoundError, OSError."""
    if not isinstance(place, Path):
        return place.size
    check_part(place)
    return place.stat().st_size
