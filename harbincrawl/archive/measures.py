"""Measures of a finished run for the health rules, counted from the database."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from harbincrawl.identity import normal_form

SHORTEST_TAIL = 20
"""Characters. Shorter last paragraphs are not compared: they are bylines and notes that many articles share."""
_BATCH = 500
_STORED_SAMPLE = 200
"""How many stored articles of a section are counted."""
_FIELDS = ("read", "title", "date", "source", "body")
_SQL = """SELECT a.section_path, a.title IS NOT NULL, a.updated IS NOT NULL, a.source IS NOT NULL, a.body,
  EXISTS (SELECT 1 FROM duplicates AS d WHERE d.number = a.number AND d.kind = 'exact'),
  EXISTS (SELECT 1 FROM images AS i WHERE i.number = a.number)
 FROM articles AS a JOIN captures AS c ON c.id = a.capture
 WHERE c.run = ? AND a.id IN (SELECT value FROM json_each(?))"""


@dataclass
class ArticleMeasures:
    """Counts over the articles that a run read."""

    sections: dict[str, Counter[str]] = field(default_factory=dict)
    """By section path: number of articles `read`, and of those with `title`, `date`, `source` and `body`; with pictures
    and without a body: `photos`."""
    lengths: list[int] = field(default_factory=list)
    """Characters of the bodies."""
    same_body: int = 0
    """Size of the largest group of articles with an equal body; exact copies are left out."""
    same_tail: int = 0
    """Size of the largest group with an equal last paragraph, among bodies of several paragraphs."""

    @property
    def read(self) -> int:
        return sum(each["read"] for each in self.sections.values())


def measure_articles(connection: sqlite3.Connection, run: int, ids: Iterable[str]) -> ArticleMeasures:
    """Measures of those articles of `ids` whose stored state was read from a page of `run`."""
    measures = ArticleMeasures()
    bodies, tails = array("q"), array("q")
    """Hashes: a tenth of what a count of each would take."""
    wanted = sorted(ids)
    for at in range(0, len(wanted), _BATCH):
        for path, title, date, source, body, copy, pictures in connection.execute(
            _SQL, (run, json.dumps(wanted[at : at + _BATCH]))
        ):
            counts = measures.sections.setdefault(path, Counter(dict.fromkeys(_FIELDS, 0)))
            counts.update({"read": 1, "title": title, "date": date, "source": source, "body": body is not None})
            if body is None:
                counts.update(["photos"] if pictures else [])
                continue
            measures.lengths.append(len(body))
            if copy:
                continue
            bodies.append(hash(body))
            before, _, last = body.rpartition("\n\n")
            if before and len(normal_form(last)) >= SHORTEST_TAIL:
                tails.append(hash(last))
    measures.same_body = _measure_largest(bodies)
    measures.same_tail = _measure_largest(tails)
    return measures


def _measure_largest(hashes: Iterable[int]) -> int:
    """Size of the largest group of equal ones."""
    return max((sum(1 for _ in group) for _, group in groupby(sorted(hashes))), default=0)


def measure_robots(connection: sqlite3.Connection, run: int, address: str) -> str | None:
    """The answer of robots.txt at `address` in `run`: `200:` and its hash, `none` (4xx); None for anything else."""
    row = connection.execute(
        "SELECT status, body_hash FROM captures WHERE address = ? AND run = ? ORDER BY id DESC LIMIT 1", (address, run)
    ).fetchone()
    if row is None or not (row[0] == 200 or 400 <= row[0] < 500) or row[0] == 429:
        return None
    return f"200:{row[1]}" if row[0] == 200 else "none"


def measure_stored(
    connection: sqlite3.Connection, sections: Iterable[str], read: Iterable[str]
) -> dict[str, dict[str, int]]:
    """By section, the same counts over its newest stored articles, without the articles in `read`."""
    left_out = json.dumps(sorted(read))
    counts: dict[str, dict[str, int]] = {}
    for path in sections:
        row = connection.execute(
            "SELECT count(*), total(title), total(date), total(source), total(body) FROM (SELECT title IS NOT NULL AS"
            " title, updated IS NOT NULL AS date, source IS NOT NULL AS source, body IS NOT NULL AS body FROM articles"
            " WHERE section_path = ? AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY key DESC LIMIT ?)",
            (path, left_out, _STORED_SAMPLE),
        ).fetchone()
        counts[path] = dict(zip(_FIELDS, map(int, row), strict=True))
    return counts


def list_failed(connection: sqlite3.Connection, run: int, kind: str) -> list[str]:
    """Addresses of the articles that failed in `run` with the failure class `kind`."""
    rows = connection.execute(
        "SELECT address FROM failures WHERE run = ? AND class = ? AND number IS NOT NULL", (run, kind)
    )
    return [address for (address,) in rows]


def measure_database(connection: sqlite3.Connection) -> dict[str, int]:
    """`stored` (number of articles) and `database_bytes`."""
    (stored,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    return {"stored": stored, "database_bytes": measure_pages(connection)}


def measure_pages(connection: sqlite3.Connection) -> int:
    """Bytes of the database, without its write-ahead log, which has pages twice and is gone when all is closed."""
    (pages,), (size,) = (connection.execute(f"PRAGMA main.{name}").fetchone() for name in ("page_count", "page_size"))
    return int(pages) * int(size)
