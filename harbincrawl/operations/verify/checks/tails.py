"""Check for equal last paragraphs in several articles: a sign that a feature box was read as body text."""

from __future__ import annotations

import sqlite3
from collections import defaultdict

from harbincrawl.archive.articles.ids import read_ids
from harbincrawl.identity import normal_form
from harbincrawl.operations.verify.findings import Findings, Note

FEW = 3
"""Two equal last paragraphs in this many articles are reported."""
MANY = 5
"""One equal last paragraph in this many articles is reported."""
SHORTEST = 20
"""Characters without white space: shorter paragraphs are bylines and notes that many articles share."""


def check_tails(connection: sqlite3.Connection, findings: Findings) -> None:
    """Adds a note for each ending that many articles share. Copies are left out."""
    by_last: dict[int, list[int]] = defaultdict(list)
    by_last_two: dict[int, list[int]] = defaultdict(list)
    texts: dict[int, str] = {}
    for number, body in connection.execute(
        "SELECT number, body FROM articles WHERE body IS NOT NULL AND number NOT IN (SELECT number FROM duplicates)"
        " ORDER BY number"
    ):
        paragraphs = body.split("\n\n")
        last = normal_form(paragraphs[-1])
        if len(paragraphs) < 2 or len(last) < SHORTEST:
            continue
        both = hash((normal_form(paragraphs[-2]), last))
        by_last[hash(last)].append(number)
        by_last_two[both].append(number)
        texts.setdefault(hash(last), paragraphs[-1])
        texts.setdefault(both, f"{paragraphs[-2]} / {paragraphs[-1]}")
    shared = {tail: numbers for tail, numbers in by_last_two.items() if len(numbers) >= FEW}
    within = {number for numbers in shared.values() for number in numbers}
    shared |= {
        tail: numbers for tail, numbers in by_last.items() if len(numbers) >= MANY and not within.issuperset(numbers)
    }
    for tail, numbers in sorted(shared.items(), key=lambda each: (-len(each[1]), each[1])):
        shown = ", ".join(read_ids(connection, numbers[:5])) + (" …" if len(numbers) > 5 else "")
        text = texts[tail]
        what = f"{len(numbers)} articles end with the same text: {text[:160]}{'…' if len(text) > 160 else ''}"
        findings.notes.append(Note("tail", shown, what))
