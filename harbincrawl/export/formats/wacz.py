"""WACZ for replay tools: the captures of the selected articles, or all WARC files of the archive."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from w3lib.url import safe_url_string

from harbincrawl.archive.origin import read_mirrored, read_site
from harbincrawl.disk import is_full
from harbincrawl.errors import NotFoundError, WarcError, WarcFullError
from harbincrawl.evidence import WARC_FOLDER, find_elsewhere, find_warc
from harbincrawl.export.citations import describe_answerers, read_answerers
from harbincrawl.export.selection import Selection
from harbincrawl.export.task import Task
from harbincrawl.places import Place, find_nowhere
from harbincrawl.search.filters import Filters
from harbincrawl.sites import Site
from harbincrawl.text import name_host
from harbincrawl.version import __version__
from harbincrawl.warc.excerpt import CapturePart, Excerpt
from harbincrawl.warc.wacz import WaczPage, write_wacz

_ATTEMPTS = 3
_WORDINGS = """
WITH told AS (
 SELECT number, revision, title, body, first_capture, capture, 1 AS is_current FROM articles
 UNION ALL SELECT number, revision, title, body, first_capture, capture, 0 FROM revisions
), shown AS (
 SELECT number, max(revision) AS revision, title, body, max(is_current) AS is_current, coalesce(
  (SELECT id FROM captures WHERE id = first_capture AND warc > '' AND id NOT IN (SELECT capture FROM lost_captures)),
  capture) AS page
 FROM told WHERE number IN (SELECT a.number {selected}) GROUP BY number, page
)
SELECT c.address, c.host, c.fetched_at, w.title, w.body, c.warc, c."offset", w.is_current
FROM shown AS w JOIN captures AS c ON c.id = w.page WHERE c.warc > '' ORDER BY w.number, w.revision"""
"""The first pages of all wordings, as they were first captured, else as they were read.

Of several wordings with one capture, the last.
"""


def write(task: Task, selection: Selection) -> int:
    """Writes the file and returns the number of its articles; those whose captures are not in `warc/` are left out.

    With filters it holds the captures of the selected articles: all their pages, wordings and pictures, and what their
    revisits refer to. Without, it holds all WARC files as they are. Raises NotFoundError, WarcError, BucketError,
    NoSpaceError.
    """
    for attempt in range(_ATTEMPTS):
        with tempfile.TemporaryDirectory(prefix="harbincrawl-") as folder:
            try:
                return _write(task, selection, Path(folder))
            except WarcError as error:
                # A purge may have replaced files in the meantime: their new names are looked for.
                if not isinstance(error.__cause__, FileNotFoundError) or attempt + 1 == _ATTEMPTS:
                    raise
            except OSError as error:
                if not is_full(error):
                    raise
                raise WarcFullError(folder, None, "no space left: free disk space and run again") from error
    raise AssertionError  # The last attempt returns or raises.


def _write(task: Task, selection: Selection, folder: Path) -> int:
    assert task.archive is not None  # noqa: S101 - a WACZ is of one archive
    archive = task.archive
    db = selection.connection
    captures = list(_list_captures(selection))
    if selection.sample is None and selection.filters == Filters():
        places = _find_files(archive, db)
        files, elsewhere = list(places.values()), find_elsewhere(archive)
        taken = {(part.file, part.offset) for part in captures if part.file in places}
    else:
        excerpt = Excerpt(partial(find_warc, archive))
        taken = {(part.file, part.offset) for part in captures if excerpt.add(part)}
        files, elsewhere = list(excerpt.write(folder)), find_nowhere
    if not taken:
        raise NotFoundError(f"no captured page in {archive / WARC_FOLDER}; nothing was written.")
    ((moment,),) = db.execute("SELECT coalesce((SELECT max(ended) FROM runs), max(last_seen)) FROM articles")
    site = read_mirrored(db)
    selected, values = selection.choice()
    count = 0

    def list_pages() -> Iterator[WaczPage]:
        nonlocal count
        for address, host, fetched_at, title, body, warc, offset, is_current in db.execute(
            _WORDINGS.format(selected=selected), values
        ):
            if (warc, offset) in taken:
                count += is_current
                task.progress(is_current)
                # What was rescued, or ingested from elsewhere, did not come from the mirror of the crawls.
                fetched = site.fetched(address)
                fetched = fetched if name_host(fetched) == host else address
                yield WaczPage(fetched, datetime.fromisoformat(fetched_at), title or address, body)

    write_wacz(
        task.destination,
        files,
        list_pages(),
        created=datetime.fromisoformat(moment),
        software=f"harbincrawl {__version__}",
        title=site.title,
        description=describe_answerers(read_answerers(selection, site)),
        elsewhere=elsewhere,
    )
    return count


def _list_captures(selection: Selection) -> Iterator[CapturePart]:
    """The captures of the selected articles whose records are kept: by their addresses, or because a state names them.

    An article may have had several addresses, and a redirect may have led to one that is not its own.
    """
    db, site = selection.connection, read_site(selection.connection)
    selected, values = selection.choice()
    chosen = f"number IN (SELECT a.number {selected})"
    ids = {id for _, id in selection.read_ids()}
    states = {
        capture
        for table in ("articles", "revisions")
        for row in db.execute(f"SELECT first_capture, capture FROM {table} WHERE {chosen}", values)
        for capture in row
        if capture is not None
    }
    pictures = {url for (url,) in db.execute(f"SELECT url FROM images WHERE {chosen}", values) if url}
    for (images,) in db.execute(f"SELECT images FROM revisions WHERE {chosen}", values):
        pictures.update(image["url"] for image in json.loads(images) if image["url"])
    # A crawl asks for them escaped.
    pictures.update([safe_url_string(url) for url in pictures])
    # What a page calls a picture may be any page of the site.
    shown = _list_answers(db, site, {url for url in pictures if site.read_address(url) is None})
    file, begin = "", 0
    for capture, first_page, address, warc, offset, is_lost in db.execute(
        'SELECT id, first_page, address, warc, "offset", id IN (SELECT capture FROM lost_captures) FROM captures'
        " WHERE warc > '' ORDER BY warc, \"offset\""
    ):
        if warc != file:
            file, begin = warc, 0
        if not is_lost and (
            not states.isdisjoint((capture, first_page))
            or capture in shown
            or ((meaning := site.read_address(address)) is not None and meaning.id in ids)
        ):
            yield CapturePart(warc, offset, begin)
        begin = offset


def _list_answers(db: sqlite3.Connection, site: Site, pictures: set[str]) -> set[int]:
    """The captures of these pictures: at their addresses, and where those redirected to; none of a page or a list."""
    found: set[int] = set()
    for capture, address, redirected in db.execute("SELECT id, address, redirected FROM captures ORDER BY id"):
        if address in pictures or (redirected in found and site.read_address(address) is None):
            found.add(capture)
    return found


def _find_files(archive: Path, db: sqlite3.Connection) -> dict[str, Place]:
    """The WARC files of the archive that are there, by the name in the database."""
    found: dict[str, Place] = {}
    for (name,) in db.execute("SELECT DISTINCT warc FROM captures WHERE warc > '' ORDER BY warc"):
        with suppress(WarcError):
            found[name] = find_warc(archive, name)
    return found
