"""Names of WARC files: a purge rewrites `x.warc.gz` as `x-p1.warc.gz`, and that one as `x-p2.warc.gz`."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harbincrawl.places import Place  # who opens a database needs no buckets

_NAME = re.compile(r"(?P<stem>.+?)(?:-p(?P<count>\d{1,9}))?\.warc\.gz", re.DOTALL | re.ASCII)


def name_place(place: Place) -> str:
    """The final name of a file, also while it is `.open`."""
    return place.name.removesuffix(".open")


def split_name(name: str) -> tuple[str, int] | None:
    """(stem, number of purges) of a file name; None for another kind of file."""
    match = _NAME.fullmatch(name)
    return (match["stem"], int(match["count"] or 0)) if match else None


def first_name(name: str) -> str:
    """The name of a file before any purge."""
    parts = split_name(name)
    return f"{parts[0]}.warc.gz" if parts else name


def find_versions(folder: Path, stem: str) -> dict[int, Path]:
    """The files in `folder` with this stem, by number of purges."""
    versions = {}
    for path in folder.glob(f"{glob.escape(stem)}*.warc.gz"):
        parts = split_name(path.name)
        if parts is not None and parts[0] == stem:
            versions[parts[1]] = path
    return versions


def next_name(folder: Path, name: str) -> str:
    """The first unused name for `name` after a purge; the order among other names is kept. Raises ValueError."""
    parts = split_name(name)
    if parts is None:
        raise ValueError(f"{name}: expected a name that ends with .warc.gz")
    stem, count = parts
    return f"{stem}-p{max([count, *find_versions(folder, stem)]) + 1}.warc.gz"


def find_successor(names: Iterable[str], name: str) -> str | None:
    """Of files with these names the newest that a purge made of `name`, with the same records at the same offsets."""
    parts = split_name(name)
    later = [
        (found[1], each)
        for each in names
        if parts and (found := split_name(each)) and found[0] == parts[0] and found[1] > parts[1]
    ]
    return max(later)[1] if later else None
