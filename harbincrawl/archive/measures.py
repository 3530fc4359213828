"""What a run shows of itself when it is over, for the health rules: counted off the database, no text kept."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from harbincrawl.identity import normal_form

from .database import FILE

SHORTEST_TAIL = 20
"""Characters: shorter last paragraphs are bylines and notes that many articles share."""
_PART = 500
_STORED = 200
"""Stored articles of a section that are looked at."""
_COUNTED = ("read", "title", "date", "source", "body")
_SQL = """SELECT a.section_path, a.title IS NOT NULL, a.updated IS NOT NULL, a.source IS NOT NULL, a.body,
  EXISTS (SELECT 1 FROM duplicates AS d WHERE d.number = a.number AND d.kind = 'exact')
 FROM articles AS a JOIN captures AS c ON c.id = a.capture
 WHERE c.run = ? AND a.number IN (SELECT value FROM json_each(?))"""


@dataclass
class Reading:
    """What the articles of a run say, counted."""

    sections: dict[str, Counter[str]] = field(default_factory=dict)
    """By path: how many were `read`, and have a `title`, `date`, `source`, `body`."""
    lengths: list[int] = field(default_factory=list)
    """Characters of the bodies."""
    same_body: int = 0
    """Articles in the largest group with one body; exact copies of others left out."""
    same_tail: int = 0
    """The same for one last paragraph, of bodies of several."""

    @property
    def read(self) -> int:
        return sum(each["read"] for each in self.sections.values())


def measure_articles(connection: sqlite3.Connection, run: int, numbers: Iterable[int]) -> Reading:
    """What those of the articles `numbers` say whose present state was read from a page of `run`."""
    found = Reading()
    bodies: Counter[int] = Counter()
    tails: Counter[int] = Counter()
    wanted = sorted(numbers)
    for at in range(0, len(wanted), _PART):
        for path, title, date, source, body, copy in connection.execute(
            _SQL, (run, json.dumps(wanted[at : at + _PART]))
        ):
            counts = found.sections.setdefault(path, Counter(dict.fromkeys(_COUNTED, 0)))
            counts.update({"read": 1, "title": title, "date": date, "source": source, "body": body is not None})
            if body is None:
                continue
            found.lengths.append(len(body))
            if copy:
                continue
            bodies[hash(body)] += 1
            before, _, last = body.rpartition("\n\n")
            if before and len(normal_form(last)) >= SHORTEST_TAIL:
                tails[hash(last)] += 1
    found.same_body = max(bodies.values(), default=0)
    found.same_tail = max(tails.values(), default=0)
    return found


def measure_robots(connection: sqlite3.Connection, run: int, address: str) -> str | None:
    """`200:` and the hash of robots.txt at `address` as it answered in `run`, `none`; None where it did not say."""
    row = connection.execute(
        "SELECT status, body_hash FROM captures WHERE address = ? AND run = ? ORDER BY id DESC LIMIT 1", (address, run)
    ).fetchone()
    if row is None or not (row[0] == 200 or 400 <= row[0] < 500) or row[0] == 429:
        return None
    return f"200:{row[1]}" if row[0] == 200 else "none"


def measure_stored(
    connection: sqlite3.Connection, sections: Iterable[str], read: Iterable[int]
) -> dict[str, dict[str, int]]:
    """The fields of the newest stored articles of some sections, counted as in `Reading`, but for those in `read`."""
    chosen = json.dumps(sorted(read))
    found: dict[str, dict[str, int]] = {}
    for path in sections:
        row = connection.execute(
            "SELECT count(*), total(title), total(date), total(source), total(body) FROM (SELECT title IS NOT NULL AS"
            " title, updated IS NOT NULL AS date, source IS NOT NULL AS source, body IS NOT NULL AS body FROM articles"
            " WHERE section_path = ? AND number NOT IN (SELECT value FROM json_each(?)) ORDER BY key DESC LIMIT ?)",
            (path, chosen, _STORED),
        ).fetchone()
        found[path] = dict(zip(_COUNTED, map(int, row), strict=True))
    return found


def list_failed(connection: sqlite3.Connection, run: int, kind: str) -> list[str]:
    """Addresses of the articles that failed in `run` for reasons of one class."""
    rows = connection.execute(
        "SELECT address FROM failures WHERE run = ? AND class = ? AND number IS NOT NULL", (run, kind)
    )
    return [address for (address,) in rows]


def measure_database(connection: sqlite3.Connection, folder: Path) -> dict[str, int]:
    """stored (articles), database_bytes."""
    (stored,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    size = sum(path.stat().st_size for path in (folder / FILE, folder / f"{FILE}-wal") if path.exists())
    return {"stored": stored, "database_bytes": size}
