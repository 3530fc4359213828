"""Where a WARC file is, and opening it there: the one function that knows what kind of place that is."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import BinaryIO

from harbincrawl.errors import WarcError
from harbincrawl.places import Place, open_object


def open_place(place: Place, name: str | None = None) -> BinaryIO:
    """The WARC file at `place`, open and seekable; `name` is what errors call it. Raises WarcError, BucketError."""
    try:
        return place.open("rb") if isinstance(place, Path) else open_object(place)
    except OSError as error:
        reason = "may not be read" if error.errno == errno.EACCES else f"cannot be read ({error.strerror})"
        raise WarcError(name or place.name, None, reason) from error


def measure_place(place: Place) -> int:
    """Size of the file at `place` in bytes. Raises FileNotFoundError, OSError."""
    return place.stat().st_size if isinstance(place, Path) else place.size
