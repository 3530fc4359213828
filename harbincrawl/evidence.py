"""Captured pages: from a row of `captures` to the response in the WARC file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harbincrawl.archive.captures import CaptureRow
from harbincrawl.archive.places import find_offloaded
from harbincrawl.errors import BucketError, HarbincrawlError, NoEvidenceError, WarcError
from harbincrawl.places import Place
from harbincrawl.sites import Site

if TYPE_CHECKING:
    from harbincrawl.warc.heads import Fields
    from harbincrawl.warc.reader import CapturedRecord

WARC_FOLDER = "warc"


def read_source(folder: Path, source: CaptureRow) -> CapturedRecord:
    """The stored response with payload and decoded body. Raises NoEvidenceError, WarcError, BucketError."""
    if source.warc is None or source.offset is None:
        raise NoEvidenceError(
            f"no record was kept of {source.address}: it names a purged article, or came from a cache."
        )
    return read_stored(folder, source.warc, source.offset)


def read_page(folder: Path, pages: Iterable[CaptureRow]) -> tuple[CaptureRow, bytes]:
    """The first of `pages` whose record is there, with its bytes, Content-Encoding undone.

    Raises what the first one of them raises where there is none: NoEvidenceError, WarcError, BucketError.
    """
    failed: HarbincrawlError | None = None
    for row in pages:
        try:
            return row, read_source(folder, row).body
        except (NoEvidenceError, WarcError, BucketError) as error:
            failed = failed or error
    raise failed or NoEvidenceError("there is no capture of it.")


def read_stored(folder: Path, file: str, offset: int) -> CapturedRecord:
    """The capture at `offset` of a WARC file of the archive in `folder`. Raises WarcError, BucketError."""
    from harbincrawl.warc.reader import read_record

    return read_record(folder / WARC_FOLDER, file, offset, elsewhere=partial(find_offloaded, folder))


def find_warc(folder: Path, file: str) -> Place:
    """Where a WARC file of the archive in `folder` is: in its `warc/`, or in a bucket. Raises WarcError."""
    from harbincrawl.warc.reader import find_file

    return find_file(folder / WARC_FOLDER, file, partial(find_offloaded, folder))


def read_charset(fields: Fields) -> str | None:
    """The charset in the Content-Type of the HTTP header `fields`."""
    value = next((value for name, value in fields if name.lower() == "content-type"), "")
    for part in value.split(";")[1:]:
        name, _, charset = part.partition("=")
        if name.strip().lower() == "charset":
            return charset.strip().strip("\"'") or None
    return None


@lru_cache(maxsize=64)
def _with_mirror(site: Site, mirror: str) -> Site:
    return replace(site, mirror=mirror)


def site_as_read(site: Site, target: str) -> Site:
    """`site` with the mirror that `target` was fetched from: links to the mirror count as links to the site."""
    if target.startswith(f"{site.base}/") or site.canonical(target) is not None:
        return site
    try:
        parts = urlsplit(target)
    except ValueError:
        return site
    return _with_mirror(site, f"{parts.scheme}://{parts.netloc.lower()}")
