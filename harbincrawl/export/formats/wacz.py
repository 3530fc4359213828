"""WACZ for replay tools: all WARC files of the archive, and the first page of each wording."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.origin import read_mirrored
from harbincrawl.errors import NotFoundError, WarcError
from harbincrawl.evidence import WARC_FOLDER, find_warc
from harbincrawl.export.citations import describe_answerers, read_answerers
from harbincrawl.export.selection import Selection
from harbincrawl.export.task import Task
from harbincrawl.places import Place
from harbincrawl.text import name_host
from harbincrawl.version import __version__
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
 FROM told GROUP BY number, page
)
SELECT c.address, c.host, c.fetched_at, w.title, w.body, c.warc, w.is_current
FROM shown AS w JOIN captures AS c ON c.id = w.page
WHERE c.warc > '' AND c.id NOT IN (SELECT capture FROM lost_captures) ORDER BY w.number, w.revision"""
"""The first pages of all wordings, as they were first captured, else as they were read.

Of several wordings with one capture, the last.
"""


def write(task: Task, selection: Selection) -> int:
    """Writes the file and returns the number of its articles; those whose captures are not in `warc/` are left out.

    Raises NotFoundError, WarcError, BucketError, NoSpaceError.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return _write(task, selection)
        except WarcError as error:
            # A purge may have replaced files in the meantime: their new names are looked for.
            if not isinstance(error.__cause__, FileNotFoundError) or attempt + 1 == _ATTEMPTS:
                raise
    raise AssertionError  # The last attempt returns or raises.


def _write(task: Task, selection: Selection) -> int:
    archive = task.archive
    db = selection.connection
    places = _find_files(archive, db)
    if not places:
        raise NotFoundError(f"no captured page in {archive / WARC_FOLDER}; nothing was written.")
    ((moment,),) = db.execute("SELECT coalesce((SELECT max(ended) FROM runs), max(last_seen)) FROM articles")
    site = read_mirrored(db)
    count = 0

    def list_pages() -> Iterator[WaczPage]:
        nonlocal count
        for address, host, fetched_at, title, body, warc, is_current in db.execute(_WORDINGS):
            if warc in places:
                count += is_current
                task.progress(is_current)
                # What was rescued, or ingested from elsewhere, did not come from the mirror of the crawls.
                fetched = site.fetched(address)
                fetched = fetched if name_host(fetched) == host else address
                yield WaczPage(fetched, datetime.fromisoformat(fetched_at), title or address, body)

    write_wacz(
        task.destination,
        places.values(),
        list_pages(),
        created=datetime.fromisoformat(moment),
        software=f"harbincrawl {__version__}",
        title=site.title,
        description=describe_answerers(read_answerers(selection, site)),
    )
    return count


def _find_files(archive: Path, db: sqlite3.Connection) -> dict[str, Place]:
    """The WARC files of the archive that are there, by the name in the database."""
    found: dict[str, Place] = {}
    for (name,) in db.execute("SELECT DISTINCT warc FROM captures WHERE warc > '' ORDER BY warc"):
        with suppress(WarcError):
            found[name] = find_warc(archive, name)
    return found
