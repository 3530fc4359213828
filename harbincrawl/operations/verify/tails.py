"""Tails that stand word for word at the end of several articles: the mark of a feature box taken for body text."""

from __future__ import annotations

import sqlite3
from collections import defaultdict

from harbincrawl.identity import normal_form

from .findings import Findings, Note

FEW = 3
"""So many articles that are no copies of each other make a tail of two paragraphs suspicious."""
MANY = 5
"""The same for a tail of one."""
SHORTEST = 20
"""Characters, blanks aside: shorter ones are bylines and notes that many articles share."""


def check_tails(connection: sqlite3.Connection, findings: Findings) -> None:
    """Names tails that many articles share. Copies are left out: they share all their words by nature."""
    ones: dict[int, list[int]] = defaultdict(list)
    twos: dict[int, list[int]] = defaultdict(list)
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
        ones[hash(last)].append(number)
        twos[both].append(number)
        texts.setdefault(hash(last), paragraphs[-1])
        texts.setdefault(both, f"{paragraphs[-2]} / {paragraphs[-1]}")
    shared = {tail: numbers for tail, numbers in twos.items() if len(numbers) >= FEW}
    within = {number for numbers in shared.values() for number in numbers}
    shared |= {
        tail: numbers for tail, numbers in ones.items() if len(numbers) >= MANY and not within.issuperset(numbers)
    }
    for tail, numbers in sorted(shared.items(), key=lambda each: (-len(each[1]), each[1])):
        shown = ", ".join(map(str, numbers[:5])) + (" …" if len(numbers) > 5 else "")
        text = texts[tail]
        said = f"{len(numbers)} articles end with the same words: {text[:160]}{'…' if len(text) > 160 else ''}"
        findings.notes.append(Note("tail", shown, said))
