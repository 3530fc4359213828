"""Equal ends of texts, a sign of a box read as text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from harbincrawl.archive.articles.ids import read_ids
from harbincrawl.identity import normal_form

from .findings import Findings, Note

FEW = 3
"""Two equal last paragraphs in this many articles are reported."""
MANY = 5
"""One equal last paragraph in this many articles is reported."""
SHORTEST = 20
"""Characters without white space: shorter paragraphs are bylines and notes that many articles share."""

_TAILS = "CREATE TEMP TABLE tails(number INTEGER, last INTEGER, both INTEGER)"
_SHARED = """
SELECT {column}, number FROM temp.tails
WHERE {column} IN (SELECT {column} FROM temp.tails GROUP BY 1 HAVING count(*) >= ?) ORDER BY 1, 2"""


def check_tails(connection: sqlite3.Connection, findings: Findings) -> None:
    """Adds a note for each ending that many articles share. Copies are left out."""
    connection.execute(_TAILS)
    connection.executemany("INSERT INTO temp.tails VALUES (?, ?, ?)", _read_tails(connection))
    shared = [(2, numbers) for numbers in _list_shared(connection, "both", FEW)]
    within = {number for _, numbers in shared for number in numbers}
    shared += [(1, numbers) for numbers in _list_shared(connection, "last", MANY) if not within.issuperset(numbers)]
    for count, numbers in sorted(shared, key=lambda each: (-len(each[1]), each[1])):
        shown = ", ".join(read_ids(connection, numbers[:5])) + (" …" if len(numbers) > 5 else "")
        (body,) = connection.execute("SELECT body FROM articles WHERE number = ?", numbers[:1]).fetchone()
        text = " / ".join(body.split("\n\n")[-count:])
        what = f"{len(numbers)} articles end with the same text: {text[:160]}{'…' if len(text) > 160 else ''}"
        findings.notes.append(Note("tail", shown, what))


def _read_tails(connection: sqlite3.Connection) -> Iterator[tuple[int, int, int]]:
    """Of each article its number and hashes of its last paragraph and of its last two."""
    for number, body in connection.execute(
        "SELECT number, body FROM articles WHERE body IS NOT NULL AND number NOT IN (SELECT number FROM duplicates)"
    ):
        paragraphs = body.split("\n\n")
        last = normal_form(paragraphs[-1])
        if len(paragraphs) > 1 and len(last) >= SHORTEST:
            yield number, hash(last), hash((normal_form(paragraphs[-2]), last))


def _list_shared(connection: sqlite3.Connection, column: str, least: int) -> Iterator[list[int]]:
    """The numbers of the articles that share a hash, where there are at least `least` of them."""
    rows = connection.execute(_SHARED.format(column=column), (least,))
    for _, group in groupby(rows, itemgetter(0)):
        yield [number for _, number in group]
