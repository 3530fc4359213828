"""One wording of an article as a record: what the page said then, and the response that first showed it."""

from __future__ import annotations

import sqlite3
from typing import Any

from harbincrawl.archive.articles.revisions import Revision
from harbincrawl.fields import CAPTURE_KEYS, IMAGE_KEYS

Record = dict[str, Any]

_RESPONSES = (
    "SELECT first_capture, capture FROM revisions WHERE number = ?1 AND revision = ?2"
    " UNION ALL SELECT first_capture, capture FROM articles WHERE number = ?1 AND revision = ?2"
)
_CAPTURE = f"SELECT {', '.join(f'[{key}]' for key in CAPTURE_KEYS)} FROM captures WHERE id = ?"


def make_wording(connection: sqlite3.Connection, number: int, record: Record, wording: Revision) -> Record:
    """`record`, that of the article's present wording, as it was for `wording`.

    `last_seen` is when the site last answered with it, and `capture` the response that first showed it. Address,
    section and summary are the present ones: the archive keeps no earlier ones.
    """
    if wording.replaced is None:
        return record
    from harbincrawl.pages.article.head.information import split_names  # costs a start 40 ms

    first, last = connection.execute(_RESPONSES, (number, wording.revision)).fetchone()
    row = connection.execute(_CAPTURE, (first,)).fetchone()
    seen = connection.execute("SELECT fetched_at FROM captures WHERE id = ?", (last,)).fetchone()
    return record | {
        "title": wording.title,
        "updated": wording.updated,
        "author": wording.author,
        "authors": list(split_names(wording.author)),
        "source": wording.source,
        "body": wording.body,
        "word_count": len((wording.body or "").split()),
        "images": [{key: image.get(key) for key in IMAGE_KEYS} for image in wording.images],
        "last_seen": seen[0] if seen else wording.seen,
        "last_changed": wording.seen,
        "revision": wording.revision,
        "duplicate_of": None,
        "similarity": None,
        "fingerprint": wording.fingerprint,
        "parser": wording.parser,
        "capture": dict(zip(CAPTURE_KEYS, row, strict=True)) if row else None,
    }


def find_first(connection: sqlite3.Connection, number: int, revision: int) -> int | None:
    """The response that first showed a wording; None: none is kept."""
    row = connection.execute(_RESPONSES, (number, revision)).fetchone()
    return row[0] if row else None
