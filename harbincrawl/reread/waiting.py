"""What has to wait for the rest of the files, on disk: pages of articles of several, revisits without an original."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Self

from harbincrawl.identity import precedence
from harbincrawl.text import time_text
from harbincrawl.warc.heads import Fields

from .filter import Deferred, FoundArticle, FoundPage

_SCHEMA = """
CREATE TABLE pages (id TEXT, digest TEXT, address TEXT, moment TEXT, found BLOB, payload BLOB);
CREATE INDEX pages_id ON pages(id);
CREATE INDEX pages_digest ON pages(digest);
CREATE INDEX pages_address ON pages(address, moment);
CREATE TABLE revisits (found BLOB);
CREATE TABLE digests (called TEXT, is_true INTEGER, digest TEXT, PRIMARY KEY (called, is_true)) WITHOUT ROWID;
"""


class Waiting:
    """A database without a name, which SQLite keeps in a file of its own and removes when it is closed."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        # Nothing here outlives the process: one transaction that never ends is the fastest.
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def put_page(self, id: str, found: FoundArticle, payload: bytes) -> None:
        """Keeps a page of the article `id`, which has several."""
        page = found.page
        values = (id, page.digest, page.address, time_text(page.moment), pickle.dumps(found), payload)
        self._database.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?)", values)

    def list_ids(self) -> list[str]:
        """The ids of the articles whose pages wait, in their order."""
        ids = (id for (id,) in self._database.execute("SELECT DISTINCT id FROM pages"))
        return sorted(ids, key=precedence)

    def take_pages(self, id: str) -> list[FoundArticle]:
        """The pages of an article in the order in which they came."""
        return list(self._find_pages("id = ? ORDER BY rowid", id))

    def find_payload(self, condition: str, *values: str) -> tuple[Fields, bytes] | None:
        """HTTP header and payload of a waiting page, by a condition on `digest`, `address`, `moment`."""
        found = next(self._find_pages(f"{condition} LIMIT 1", *values), None)
        return (found.page.fields, found.page.payload or b"") if found else None

    def _find_pages(self, condition: str, *values: str) -> Iterator[FoundArticle]:
        for row, payload in self._database.execute(f"SELECT found, payload FROM pages WHERE {condition}", values):
            found: FoundArticle = _load((row,))
            yield replace(found, page=replace(found.page, payload=payload))

    def put_revisit(self, revisit: Deferred) -> None:
        """Keeps a revisit until all else is read."""
        self._database.execute("INSERT INTO revisits VALUES (?)", (pickle.dumps(revisit),))

    def take_revisits(self) -> Iterator[Deferred]:
        """The revisits in the order in which they came; they wait no more."""
        for row in self._database.execute("SELECT found FROM revisits ORDER BY rowid"):
            yield _load(row)
        self._database.execute("DELETE FROM revisits")

    def put_digest(self, page: FoundPage) -> None:
        """Notes what a payload is called: its SHA-1, and what a tool claims, as some digest chunks with their lines."""
        names = {page.sha1: True} if page.claimed is None else {page.claimed: False, page.sha1: True}
        rows = [(called, is_true, page.digest) for called, is_true in names.items()]
        self._database.executemany("INSERT OR REPLACE INTO digests VALUES (?, ?, ?)", rows)

    def find_digests(self, called: str) -> list[str]:
        """The digests of payloads that a tool may mean by `called`, the likeliest first."""
        rows = self._database.execute("SELECT digest FROM digests WHERE called = ? ORDER BY is_true DESC", (called,))
        return [called, *(digest for (digest,) in rows)]


def _load(row: tuple[bytes]) -> Any:
    return pickle.loads(row[0])  # noqa: S301 - our own, from a file that only this process has open
