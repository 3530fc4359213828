"""WACZ for replay tools: the pages of the selected articles, with their WARC files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.origin import read_origin, read_site
from harbincrawl.errors import NotFoundError, WarcError
from harbincrawl.evidence import WARC_FOLDER, find_elsewhere, find_warc
from harbincrawl.export.selection import Selection
from harbincrawl.places import Place
from harbincrawl.sites import Site
from harbincrawl.version import __version__
from harbincrawl.warc.wacz import WaczPage, write_wacz

_ATTEMPTS = 3


def write_pages(
    selection: Selection, archive: Path, destination: Path, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Writes the file and returns the number of its pages; articles without a capture in `warc/` are left out.

    WARC files are added as a whole, so they may contain captures of articles that the filters left out. Raises
    NotFoundError, WarcError, NoSpaceError.
    """
    selected, values = selection.choice()
    db = selection.connection
    captured = (
        f"FROM captures AS c JOIN articles AS a ON a.capture = c.id WHERE a.number IN (SELECT a.number {selected})"
    )
    further = captured.replace("c.id", "c.first_page")
    found = {
        name
        for pages_of in (captured, further)
        for (name,) in db.execute(f"SELECT DISTINCT c.warc {pages_of} AND c.warc > ''", values)
    }
    names = sorted(found)
    ((moment,),) = db.execute("SELECT coalesce((SELECT max(ended) FROM runs), max(last_seen)) FROM articles")
    sql = f"SELECT c.address, c.fetched_at, a.title, a.body, c.warc {captured} AND c.warc > '' ORDER BY a.number"
    site = read_mirrored(db)
    count = 0

    def list_pages(files: Collection[str]) -> Iterator[WaczPage]:
        nonlocal count
        count = 0
        for address, fetched_at, title, body, name in db.execute(sql, values):
            if name in files:
                count += 1
                progress(1)
                yield WaczPage(site.fetched(address), datetime.fromisoformat(fetched_at), title or address, body)

    for attempt in range(_ATTEMPTS):
        files = _find_files(archive, names)
        if not files:
            raise NotFoundError(f"no captured page in {archive / WARC_FOLDER}; nothing was written.")
        try:
            write_wacz(
                destination,
                list(files.values()),
                list_pages(files),
                created=datetime.fromisoformat(moment),
                software=f"harbincrawl {__version__}",
                title=site.title,
                elsewhere=find_elsewhere(archive),
            )
            break
        except WarcError as error:
            # A purge may have replaced files in the meantime: their new names are looked for.
            if not isinstance(error.__cause__, FileNotFoundError) or attempt + 1 == _ATTEMPTS:
                raise
    return count


def read_mirrored(connection: sqlite3.Connection) -> Site:
    """The site with the mirror that the archive was crawled from: WARC files contain the addresses of the mirror."""
    site, origin = read_site(connection), read_origin(connection)
    return replace(site, mirror=origin) if origin and origin != site.base else site


def _find_files(archive: Path, names: Iterable[str]) -> dict[str, Place]:
    """The files that are there, by the name in the database."""
    found: dict[str, Place] = {}
    for name in names:
        with suppress(WarcError):
            found[name] = find_warc(archive, name)
    return found
