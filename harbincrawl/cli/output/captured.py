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
from harbincrawl.evidence import Source, find_sources, read_page, read_source
from harbincrawl.export.citations import name_answerer
from harbincrawl.text import clean, time_text

from .revisions import find_revision
from .stream import note


def capture_lines(connection: sqlite3.Connection, number: int) -> list[str]:
    """When and from where its pages were captured, and where the evidence is."""
    lines = []
    for source in _list_sources(connection, number):
        place = f"warc/{source.warc} at byte {source.offset}" if source.warc else "no record was kept"
        origin = f", ingested from {source.origin}" if source.origin else ""
        answerer = name_answerer(source.source, source.host, source.address)
        asked = f"{answerer} in place of {source.address}" if answerer else source.address
        lines.append(clean(f"captured {time_text(source.fetched_at)} from {asked} ({place}{origin})"))
    return lines


def print_raw(folder: Path, connection: sqlite3.Connection, number: int, page: int) -> None:
    """Writes the captured page, Content-Encoding undone, in its own charset. Raises NoEvidenceError, WarcError."""
    id, sources = read_id(connection, number), _list_sources(connection, number)
    if not sources:
        raise NoEvidenceError(f"there is no capture of {id}.")
    if page > len(sources):
        raise NoEvidenceError(f"{id} has {len(sources)} captured {'page' if len(sources) == 1 else 'pages'}.")
    body = read_source(folder, sources[page - 1]).body
    sys.stdout.flush()
    sys.stdout.buffer.write(body)


def print_raw_revision(folder: Path, connection: sqlite3.Connection, number: int, wanted: int, page: int) -> None:
    """Writes a captured page of one wording: of the capture that it was read from, else of another one.

    Raises click.BadParameter, NoEvidenceError, WarcError, BucketError.
    """
    about = f"revision {wanted} of {read_id(connection, number)}"
    row = find_revision(read_revisions(connection, number), wanted)
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


def _list_sources(connection: sqlite3.Connection, number: int) -> tuple[Source, ...]:
    (capture,) = connection.execute("SELECT capture FROM articles WHERE number = ?", (number,)).fetchone()
    return find_sources(connection, capture)
