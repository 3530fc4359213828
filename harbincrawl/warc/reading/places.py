"""Where a WARC file is, and opening it there: the one function that knows what kind of place that is."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from harbincrawl.errors import WarcError


def open_place(place: Path, name: str | None = None) -> BinaryIO:
    """The WARC file at `place`, open and seekable; `name` is what errors call it. Raises WarcError."""
    try:
        return place.open("rb")
    except OSError as error:
        raise WarcError(name or place.name, None, f"cannot be read ({error.strerror})") from error


def measure_place(place: Path) -> int:
    """Size of the file at `place` in bytes. Raises FileNotFoundError, OSError."""
    return place.stat().st_size
