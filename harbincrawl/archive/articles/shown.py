"""Which responses show which revision of an article."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import pairwise

from harbincrawl.archive.captures import CaptureRow, find_pages, read_rows
from harbincrawl.records import CRAWLED, OWN
from harbincrawl.sites import Site

from .ids import find_number, read_id

EVENTS = "first_page IS NULL AND status IN (200, 304, 404, 410)"
"""SQL that is true of the captures that an article's history consists of; those of other addresses are among them."""
# The index of addresses has all of it: ids stand anywhere in an address, and an article may have had several.
_NAMING = "SELECT address, json_group_array(id) FROM captures WHERE instr(address, ?) GROUP BY address"
_ANSWERS = "c.id IN (SELECT value FROM json_each(?)) AND c.first_page IS NULL AND c.status IN (200, 304) ORDER BY"
# As a replay of the history has them. The clock may have gone back: an answer to us is as late as the latest of those
# before it.
_IN_TIME = (
    f"iif(c.source IN {CRAWLED}, (SELECT max(o.fetched_at) FROM captures AS o WHERE o.id <= c.id"
    f" AND o.source IN {CRAWLED} AND {EVENTS}), c.fetched_at), c.source IN {OWN}, c.id"
)
_REVISIONS = (
    "SELECT revision, first_capture, capture, seen FROM revisions WHERE number = ?1"
    " UNION ALL SELECT revision, first_capture, capture, last_changed FROM articles WHERE number = ?1 ORDER BY 1"
)
_READ = (
    "SELECT capture FROM outcomes WHERE number = ?1 UNION SELECT capture FROM frames"
    " WHERE capture IN (SELECT value FROM json_each(?2))"
)
_ANSWERED_RUNS = "SELECT run FROM outcomes WHERE number = ? AND outcome IN ('new', 'changed', 'same', 'duplicate')"


def list_shown(connection: sqlite3.Connection, site: Site, number: int) -> dict[int, list[CaptureRow]]:
    """By revision of the article, the responses of its first page that show it, in their order; a 304 is one, too.

    The further pages of one are those that name it as their `first_page`. A response from which nothing was read is
    none, unless it brought the bytes of one that is; nor is a 304 of a run that did not get the whole article. Where
    the site went back to a wording that it had before, an earlier response may stand first.
    """
    id = read_id(connection, number)
    asked = [
        capture
        for address, captures in connection.execute(_NAMING, (id,))
        if (meaning := site.read_address(address)) is not None and (meaning.id, meaning.page) == (id, 1)
        for capture in json.loads(captures)
    ]
    answers = list(read_rows(connection, f"{_ANSWERS} c.id", (json.dumps(asked),)))
    if any(row.source not in CRAWLED for row in answers):
        answers = list(read_rows(connection, f"{_ANSWERS} {_IN_TIME}", (json.dumps(asked),)))
    revisions = connection.execute(_REVISIONS, (number,)).fetchall()
    read = {capture for (capture,) in connection.execute(_READ, (number, json.dumps([row.id for row in answers])))}
    runs = {run for (run,) in connection.execute(_ANSWERED_RUNS, (number,))}
    read |= {capture for _, first, last, _ in revisions for capture in (first, last)}
    return dict(_divide(revisions, answers, read, runs))


def find_read(connection: sqlite3.Connection, number: int, revision: int) -> int | None:
    """The response of the first page that this revision was read from last; None where there is none."""
    states = connection.execute(_REVISIONS, (number,))
    return next((capture for known, _, capture, _ in states if known == revision), None)


def find_shown(connection: sqlite3.Connection, site: Site, address: str) -> dict[int, list[int]]:
    """By response, the revisions that it shows of the article whose page is at `address`; empty where there is none."""
    meaning = site.read_address(address)
    number = find_number(connection, meaning.id) if meaning is not None and meaning.id is not None else None
    found: dict[int, list[int]] = {}
    for revision, rows in (list_shown(connection, site, number) if number is not None else {}).items():
        for row in (page for first in rows for page in find_pages(connection, first.id)):
            found.setdefault(row.id, []).append(revision)
    return found


def _divide(
    revisions: Sequence[tuple[int, int | None, int | None, str]],
    order: Sequence[CaptureRow],
    read: set[int],
    runs: set[int],
) -> Iterator[tuple[int, list[CaptureRow]]]:
    """Each revision with the responses that show it: of its part of `order`, those of bytes that were read as it."""
    places = {row.id: at for at, row in enumerate(order)}
    begins: list[int] = []
    before = -1
    for _, first, _, seen in revisions:
        at = places.get(first or 0, -1)
        if at <= before:
            later = (place for place in range(before + 1, len(order)) if order[place].fetched_at == seen)
            at = next(later, len(order))
        begins.append(at)
        before = max(before, min(at, len(order) - 1))
    for (revision, first, last, _), (begin, end) in zip(revisions, pairwise([*begins, len(order)]), strict=True):
        states = [places[each] for each in dict.fromkeys((first, last)) if each in places]
        # The site went back to a wording that it had before.
        shown = [order[at] for at in states if not begin <= at < end]
        known = [row for row in (*shown, *order[begin:end]) if row.id in read and row.status == 200]
        bodies = {(row.body_hash, row.charset) for row in known if row.body_hash}
        # A 304 has the digest of the response that it refers to.
        digests = {row.digest for row in known}
        for row in order[begin:end]:
            is_same = (row.body_hash, row.charset) in bodies or (row.status == 304 and row.digest in digests)
            if row in known or (is_same and (row.source not in CRAWLED or row.run in runs)):
                shown.append(row)
        yield revision, shown
