"""From a row of `captures` to the page: what the server sent, out of the WARC, as it was when it was read."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harbincrawl.errors import NoEvidenceError
from harbincrawl.text import read_time

from .sites import Site

if TYPE_CHECKING:
    from .warc.heads import Fields
    from .warc.reader import Stored

WARC_FOLDER = "warc"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a page of an article was captured."""

    capture: int
    """Id of its row."""
    address: str
    """The site's own address of the page."""
    fetched_at: datetime
    """UTC."""
    warc: str | None
    """None: captured with --no-warc; there are no bytes of it."""
    offset: int | None
    origin: str | None = None
    """The foreign WARC file it was ingested from."""

    @property
    def moment(self) -> tuple[datetime, int]:
        """By which captures are ordered: times are whole seconds, and ids count up."""
        return self.fetched_at, self.capture


_COLUMNS = 'id, address, fetched_at, warc, "offset", origin'


def find_sources(connection: sqlite3.Connection, capture: int | None) -> tuple[Source, ...]:
    """The pages that belong to the capture of page 1 with the id `capture`, page 1 first; none where it is no row."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM captures WHERE id = ?1 UNION ALL"
        f" SELECT * FROM (SELECT {_COLUMNS} FROM captures WHERE first_page = ?1 ORDER BY id)",
        (capture,),
    )
    return tuple(make_source(*row) for row in rows)


def make_source(
    capture: int, address: str, fetched_at: str, warc: str | None, offset: int | None, origin: str | None
) -> Source:
    """A row of `captures` as a Source."""
    return Source(capture, address, read_time(fetched_at), warc, offset, origin)


def read_source(folder: Path, source: Source) -> Stored:
    """The response itself, payload and decoded body. Raises NoEvidenceError, WarcError."""
    from .warc.reader import read_record

    if source.warc is None or source.offset is None:
        raise NoEvidenceError(f"{source.address} was captured without a WARC (--no-warc): its bytes were not kept.")
    return read_record(folder / WARC_FOLDER, source.warc, source.offset)


def read_charset(fields: Fields) -> str | None:
    """The charset that the Content-Type of an HTTP head declares."""
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
    """`site` as it was read when `target` was fetched: a mirror's own links count as the site's."""
    if site.canonical(target) is not None:
        return site
    try:
        parts = urlsplit(target)
    except ValueError:
        return site
    return _with_mirror(site, f"{parts.scheme}://{parts.netloc.lower()}")
