"""What waits for the rest of the files: pages of articles of several, revisits, what earlier ingests left undone."""

from __future__ import annotations

import json
import pickle
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from harbincrawl.archive.captures import find_capture, find_original, list_kept
from harbincrawl.errors import WarcError
from harbincrawl.evidence import read_stored
from harbincrawl.identity import precedence
from harbincrawl.sites import Address, Site
from harbincrawl.text import time_text
from harbincrawl.warc.foreign import Reference
from harbincrawl.warc.heads import Fields, find_field, sha1_of

from .filter import Deferred, FoundArticle, FoundPage

Payload = tuple[Fields, bytes]
"""The HTTP fields of a response, and its body with its Content-Encoding."""
_ANSWERS = "SELECT address FROM captures WHERE first_page IS NULL AND status IN (200, 304, 404, 410)"

_SCHEMA = """
CREATE TABLE pages (id TEXT, digest TEXT, address TEXT, moment TEXT, found BLOB);
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

    def put_page(self, id: str, found: FoundArticle) -> None:
        """Keeps a page of the article `id`, which has several, with its payload."""
        page = found.page
        values = (id, page.digest, page.address, time_text(page.record.date), pickle.dumps(found))
        self._database.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?)", values)

    def list_ids(self) -> list[str]:
        """The ids of the articles whose pages wait, in their order."""
        ids = (id for (id,) in self._database.execute("SELECT DISTINCT id FROM pages"))
        return sorted(ids, key=precedence)

    def take_pages(self, id: str) -> list[FoundArticle]:
        """The pages of an article in the order in which they came."""
        return list(self._find_pages("id = ? ORDER BY rowid", id))

    def find_payload(self, condition: str, *values: str) -> Payload | None:
        """That of a waiting page, by a condition on `digest`, `address`, `moment`."""
        found = next(self._find_pages(f"{condition} LIMIT 1", *values), None)
        return (found.page.record.http_headers, found.page.payload or b"") if found else None

    def _find_pages(self, condition: str, *values: str) -> Iterator[FoundArticle]:
        yield from map(_load, self._database.execute(f"SELECT found FROM pages WHERE {condition}", values))

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
        claimed = find_field(page.record.headers, "WARC-Payload-Digest")
        names = {page.sha1: True} if claimed is None else {claimed: False, page.sha1: True}
        rows = [(called, is_true, page.digest) for called, is_true in names.items()]
        self._database.executemany("INSERT OR REPLACE INTO digests VALUES (?, ?, ?)", rows)

    def find_digests(self, called: str) -> list[str]:
        """The digests of payloads that a tool may mean by `called`, the likeliest first."""
        rows = self._database.execute("SELECT digest FROM digests WHERE called = ? ORDER BY is_true DESC", (called,))
        return [called, *(digest for (digest,) in rows)]


def _load(row: tuple[bytes]) -> Any:
    return pickle.loads(row[0])  # noqa: S301 - our own, from a file that only this process has open


@dataclass(frozen=True)
class Originals:
    """Finds pages that were taken in before, by what a revisit says of its original: digest, or address and date."""

    folder: Path
    connection: sqlite3.Connection
    site: Site
    waiting: Waiting

    def find(self, refers: Reference) -> Payload | None:
        """The payload of the original; None where no page of that digest, nor of that address and date, is known."""
        return next((payload for payload in self._find_all(refers) if payload is not None), None)

    def _find_all(self, refers: Reference) -> Iterator[Payload | None]:
        if refers.digest is not None:
            # What a tool calls by this digest is asked for where nothing has it: that may be another payload.
            for digest in dict.fromkeys(self.waiting.find_digests(refers.digest)):
                yield self.waiting.find_payload("digest = ?", digest)
                yield self._read(find_original(self.connection, digest))
        address = self.site.canonical(refers.target) if refers.target else None
        if address is not None and refers.digest is not None:
            yield self._find_kept(address, refers.digest)
        if address is not None and refers.date is not None:
            moment = time_text(refers.date)
            yield self.waiting.find_payload("address = ? AND moment = ?", address, moment)
            yield self._read(find_capture(self.connection, address, moment))

    def _find_kept(self, address: str, digest: str) -> Payload | None:
        """A kept answer of `address` whose SHA-1, by which most tools call a payload, is `digest`."""
        places = {own: (file, offset) for _, file, offset, own in list_kept(self.connection, address)}
        payloads = map(self._read, places.values())
        return next((each for each in payloads if each and f"sha1:{sha1_of(each[1])}" == digest), None)

    def _read(self, place: tuple[str, int] | None) -> Payload | None:
        if place is None:
            return None
        try:
            stored = read_stored(self.folder, *place)
        except WarcError:
            return None  # `verify` names the damage; here the revisit has no original
        return stored.http_headers, stored.payload


def find_unfinished(connection: sqlite3.Connection, site: Site, run: int) -> tuple[set[str], bool]:
    """What the ingests between `run` and the last one before it that came to its end have left for the next one.

    Ids of the articles whose captures may not be in order: all that have another answer beside the one taken in; and
    whether there are lists whose words may not have reached the articles that were stored before.
    """
    unfinished = json.dumps(list_unfinished(connection, run))
    rows = connection.execute(f"{_ANSWERS} AND run IN (SELECT value FROM json_each(?))", (unfinished,))
    taken = {(meaning.kind, meaning.id) for meaning in _read_addresses(rows, site)}
    ids = {id for kind, id in taken if kind == "article" and id is not None}
    if ids:
        answers = Counter(meaning.id for meaning in _read_addresses(connection.execute(_ANSWERS), site))
        ids = {id for id in ids if answers[id] > 1}
    return ids, any(kind == "listing" for kind, _ in taken)


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
