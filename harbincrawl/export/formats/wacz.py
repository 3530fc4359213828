"""WACZ for replay tools: the pages of the selected articles, with their WARC files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.origin import read_origin
from harbincrawl.errors import NotFoundError
from harbincrawl.export.selection import Selection
from harbincrawl.sites import HARBIN_TODAY, Site
from harbincrawl.version import __version__
from harbincrawl.warc.wacz import WaczPage, write_wacz

FOLDER = "warc"


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
    files = [path for name in names for path in _find_file(archive / FOLDER, name)]
    if not files:
        raise NotFoundError(f"no captured page in {archive / FOLDER}; nothing was written.")
    ((moment,),) = db.execute("SELECT coalesce((SELECT max(ended) FROM runs), max(last_seen)) FROM articles")
    existing = {path.name.removesuffix(".open") for path in files}
    sql = f"SELECT c.address, c.fetched_at, a.title, a.body, c.warc {captured} AND c.warc > '' ORDER BY a.number"
    count = 0

    def pages() -> Iterator[WaczPage]:
        nonlocal count
        site = read_site(db)
        for address, fetched_at, title, body, name in db.execute(sql, values):
            if name in existing:
                count += 1
                progress(1)
                yield WaczPage(site.fetched(address), datetime.fromisoformat(fetched_at), title or address, body)

    write_wacz(
        destination,
        files,
        pages(),
        created=datetime.fromisoformat(moment),
        software=f"harbincrawl {__version__}",
        title=HARBIN_TODAY.title,
    )
    return count


def read_site(connection: sqlite3.Connection) -> Site:
    """The site with the mirror that the archive was crawled from: WARC files contain the addresses of the mirror."""
    origin = read_origin(connection)
    return replace(HARBIN_TODAY, mirror=origin) if origin and origin != HARBIN_TODAY.base else HARBIN_TODAY


def _find_file(folder: Path, name: str) -> Iterator[Path]:
    for path in (folder / name, folder / f"{name}.open"):
        if path.is_file():
            yield path
            return
