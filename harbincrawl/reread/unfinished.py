"""What ingests that were ended early took in without doing what needs all files read."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harbincrawl.sites import Address, Site

_ANSWERS = "SELECT address FROM captures WHERE first_page IS NULL AND status IN (200, 304, 404, 410)"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What the next ingest has to do."""

    articles: frozenset[str]
    """Ids of those whose captures may not be in order: all that have another answer beside the one taken in."""
    has_lists: bool
    """Whether there are lists whose words may not have reached the articles that were stored before."""


def find_unfinished(connection: sqlite3.Connection, site: Site, run: int) -> Unfinished:
    """What the ingests between `run` and the last one before it that came to its end have left."""
    unfinished = json.dumps(list_unfinished(connection, run))
    rows = connection.execute(f"{_ANSWERS} AND run IN (SELECT value FROM json_each(?))", (unfinished,))
    taken = {(meaning.kind, meaning.id) for meaning in _read_addresses(rows, site)}
    ids = {id for kind, id in taken if kind == "article" and id is not None}
    if ids:
        answers = Counter(meaning.id for meaning in _read_addresses(connection.execute(_ANSWERS), site))
        ids = {id for id in ids if answers[id] > 1}
    return Unfinished(frozenset(ids), any(kind == "listing" for kind, _ in taken))


def list_unfinished(connection: sqlite3.Connection, run: int) -> list[int]:
    """The ingests between `run` and the last one before it that came to its end."""
    runs = connection.execute(
        "SELECT run FROM runs WHERE kind = 'ingest' AND run < ?1 AND run > (SELECT coalesce(max(run), 0) FROM runs"
        " WHERE kind = 'ingest' AND outcome IN ('complete', 'partial') AND run < ?1)",
        (run,),
    )
    return [each for (each,) in runs]


def _read_addresses(rows: sqlite3.Cursor, site: Site) -> Iterator[Address]:
    return (meaning for (address,) in rows if (meaning := site.read_address(address)) is not None)
