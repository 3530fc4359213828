"""What the log told by the time of a seal, against what it tells now: only a purge takes any of it away."""

from __future__ import annotations

import sqlite3

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.operations.verify.comparison import Row, compare_rows
from harbincrawl.operations.verify.findings import BACKUP, Findings

_KEPT = {
    "articles": ("number",),
    "outcomes": ("number", "run", "outcome", "hash"),
    "captures": (
        "id", "run", "address", "fetched_at", "status", "etag", "last_modified", "digest", "source", "host", "origin",
    ),
}  # fmt: skip
"""Columns that no run changes once they are sealed, the key first."""
_KEYS = {"articles": 1, "outcomes": 2, "captures": 1}


def check_sealed(then: sqlite3.Connection, now: sqlite3.Connection, findings: Findings) -> None:
    """Names the articles, outcomes and answers of `then` that `now` has otherwise, or not, and no purge took.

    Both have `temp.told_…`.
    """
    purges = findings.seal.gone if findings.seal else {}
    for name, columns in _KEPT.items():
        keys = _KEYS[name]
        chosen = ", ".join(columns)
        order = ", ".join(columns[:keys])
        query = f"SELECT {chosen} FROM temp.told_{name} ORDER BY {order}"
        for key, row, found in compare_rows(then.execute(query), now.execute(query), keys):
            if row is None or row == found:
                continue
            where = str(key[0]) if name == "captures" else read_id(now, key[0])
            is_purged = bool(purges) if name == "captures" else where in purges
            if found is not None or not is_purged:
                said = "is gone, and no purge says that it took it" if found is None else "is another one now"
                findings.report("seal", where, f"{_describe(name, key)} that the seal covers {said}", BACKUP)


def _describe(name: str, key: Row) -> str:
    if name == "outcomes":
        return f"its outcome in run {key[1]}"
    return "the article" if name == "articles" else "the answer"
