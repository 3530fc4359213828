"""Which responses show which revision of an article."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import pairwise

from harbincrawl.archive.captures import CaptureRow, read_rows
from harbincrawl.identity import write_id
from harbincrawl.records import CRAWLED, OWN
from harbincrawl.sites import Site

from .ids import read_id

# As an article's history counts them: our own answers as they came, those that others have before the first later one.
_IN_ORDER = (
    f" ORDER BY iif(c.source IN {CRAWLED}, max(c.fetched_at) FILTER (WHERE c.source IN {CRAWLED})"
    f" OVER (ORDER BY c.id), c.fetched_at), c.source IN {OWN}, c.id"
)
_OF_ARTICLE = "c.first_page IS NULL AND c.status IN (200, 304) AND instr(c.address, ?)"
_FAILED = f"SELECT run FROM failures WHERE {write_id('number')} = ?"
_REVISIONS = (
    "SELECT revision, first_capture, capture, seen FROM revisions WHERE number = ?1"
    " UNION ALL SELECT revision, first_capture, capture, last_changed FROM articles WHERE number = ?1 ORDER BY 1"
)


def list_shown(connection: sqlite3.Connection, site: Site, number: int) -> dict[int, list[CaptureRow]]:
    """By revision of the article, the responses of its first page that show it, in their order; a 304 is one, too.

    The further pages of one are those that name it as their `first_page`.
    """
    id = read_id(connection, number)
    revisions = connection.execute(_REVISIONS, (number,)).fetchall()
    states = {capture for _, first, last, _ in revisions for capture in (first, last)}
    failed = {run for (run,) in connection.execute(_FAILED, (id,))}
    answers = [
        row
        for row in read_rows(connection, _OF_ARTICLE + _IN_ORDER, (id,))
        if (row.id in states or row.run not in failed)
        and (meaning := site.read_address(row.address)) is not None
        and (meaning.id, meaning.page) == (id, 1)
    ]
    places = {row.id: at for at, row in enumerate(answers)}
    begins = list(_find_begins(revisions, answers, places))
    found = {}
    for (revision, first, _, _), (begin, end) in zip(revisions, pairwise([*begins, len(answers)]), strict=True):
        shown = answers[begin:end]
        # The site may have gone back to a wording that it had before.
        returned = [answers[places[first]]] if first in places and not begin <= places[first] < end else []
        found[revision] = returned + shown
    return found


def _find_begins(
    revisions: list[tuple[int, int | None, int | None, str]], answers: list[CaptureRow], places: dict[int, int]
) -> Iterator[int]:
    """Where in `answers` each revision begins."""
    before = -1
    for _, first, _, seen in revisions:
        at = places.get(first or 0, -1)
        if at <= before:
            later = (place for place in range(before + 1, len(answers)) if answers[place].fetched_at >= seen)
            at = next(later, len(answers))
        before = at
        yield at
