"""The captured pages of an article on stdout: where they are, and their bytes."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.articles.revisions import read_revisions
from harbincrawl.archive.articles.shown import find_read, list_pages, list_shown
from harbincrawl.archive.origin import read_site
from harbincrawl.errors import NoEvidenceError
from harbincrawl.evidence import find_sources, read_page
from harbincrawl.export.citations import name_answerer
from harbincrawl.text import clean, time_text

from .revisions import find_revision
from .stream import note


def capture_lines(connection: sqlite3.Connection, number: int) -> list[str]:
    """When and from where its pages were captured, and where the evidence is."""
    lines = []
    (capture,) = connection.execute("SELECT capture FROM articles WHERE number = ?", (number,)).fetchone()
    for source in find_sources(connection, capture):
        place = f"warc/{source.warc} at byte {source.offset}" if source.warc else "no record was kept"
        origin = f", ingested from {source.origin}" if source.origin else ""
        answerer = name_answerer(source.source, source.host, source.address)
        asked = f"{answerer} in place of {source.address}" if answerer else source.address
        lines.append(clean(f"captured {time_text(source.fetched_at)} from {asked} ({place}{origin})"))
    return lines


def print_raw(folder: Path, connection: sqlite3.Connection, number: int, wanted: int | None, page: int) -> None:
    """Writes a captured page of one wording (None: the present one), Content-Encoding undone, in its own charset.

    It is of the capture that the wording was read from, else of another one. Raises click.BadParameter,
    NoEvidenceError, WarcError, BucketError.
    """
    revisions = read_revisions(connection, number)
    row = revisions[-1] if wanted is None else find_revision(revisions, wanted)
    about = f"revision {row.revision} of {read_id(connection, number)}"
    shown = list_shown(connection, read_site(connection), number)[row.revision]
    read_from = find_read(connection, number, row.revision)
    firsts = sorted(shown, key=lambda each: (each.id != read_from, -each.id))
    captured = [list_pages(connection, first) for first in firsts]
    if not captured:
        raise NoEvidenceError(f"there is no capture of {about}.")
    pages = [of_article[page - 1] for of_article in captured if page <= len(of_article)]
    if not pages:
        most = max(map(len, captured))
        raise NoEvidenceError(f"{about} has {most} captured {'page' if most == 1 else 'pages'}.")
    taken, body = read_page(folder, pages)
    if taken is not pages[0]:
        note(f"the record of capture {pages[0].id} is not there: this is capture {taken.id}, which shows it, too")
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
