"""Storing articles: the one place that writes `articles`, its index, `images`, `revisions` and `captures`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..identity import article_key, fingerprint, verdict
from ..records import Article, Capture, Image
from .states import INDEXED, StoredState, article_values, images_text
from .times import time_text

_COLUMNS = (
    "key", "number", "url", "section", "section_path", "title", "updated", "created", "author", "authors", "source",
    "summary", "body", "captions", "word_count", "first_seen", "last_seen", "last_changed", "revision", "status",
    "fingerprint", "parser", "capture", "change",
)  # fmt: skip
_INSERT = f"INSERT INTO articles({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_REPLACED = tuple(name for name in _COLUMNS if name not in ("number", "first_seen"))
_UPDATE = f"UPDATE articles SET {', '.join(f'{name} = ?' for name in _REPLACED)} WHERE number = ?"
_INDEX_ADD = f"""INSERT INTO articles_fts(rowid, {", ".join(INDEXED)})
 SELECT key, {", ".join(INDEXED)} FROM articles WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key"""
_INDEX_DROP = f"""INSERT INTO articles_fts(articles_fts, rowid, {", ".join(INDEXED)})
 SELECT 'delete', key, {", ".join(INDEXED)} FROM articles WHERE number = ?"""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An article that was read whole, with the responses it was read from, page 1 first."""

    article: Article
    captures: tuple[Capture, ...]
    seen: datetime
    """When it was fetched."""
    cause: str = "crawl"
    """What brought it: crawl, reparse, ingest."""
    capture: int | None = None
    """The response of page 1, where the responses are stored already and `captures` is empty."""


class Store:
    """Writes within the caller's transaction; the caller holds the lock, begins and commits."""

    def __init__(self, connection: sqlite3.Connection, run: int) -> None:
        self.connection = connection
        self.run = run
        self._new_keys: list[int] = []
        self._change: int | None = None

    def next_change(self) -> int:
        """The next number of the counter that orders all changes of all articles."""
        if self._change is None:
            # Both sides may be absent, and SQLite's max() of a null is null.
            (self._change,) = self.connection.execute(
                "SELECT max(coalesce((SELECT max(change) FROM articles), 0),"
                " coalesce((SELECT CAST(value AS INTEGER) FROM facts WHERE name = 'changes'), 0))"
            ).fetchone()
        assert self._change is not None  # noqa: S101 - just read
        self._change += 1
        return self._change

    def forget_counter(self) -> None:
        """After a rollback: what was counted did not happen."""
        self._change = None
        self._new_keys.clear()

    def put_article(self, fetched: Fetched) -> str:
        """Stores what was fetched; returns `new`, `changed` or `same`.

        The index is behind until `flush_index`.
        """
        found = fingerprint(fetched.article)
        stored = StoredState.load(self.connection, fetched.article.number)
        said = verdict(stored.fingerprint if stored else None, found)
        capture = fetched.capture or self.put_captures(fetched.captures)
        if stored is None:
            self._insert(fetched, found, capture)
        elif said == "changed":
            self._keep_revision(stored, fetched)
            self._update(stored, fetched, found, capture)
        else:
            self._renew(stored, fetched, capture)
        return said

    def put_captures(self, captures: Sequence[Capture]) -> int | None:
        """Stores responses; returns the id of the first one."""
        first: int | None = None
        for capture in captures:
            added = self.connection.execute(
                'INSERT INTO captures(run, address, fetched_at, status, etag, last_modified, digest, body_hash, warc,'
                ' "offset", origin, first_page) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)',
                (
                    self.run, capture.address, time_text(capture.fetched_at), capture.status, capture.etag,
                    capture.last_modified, capture.digest, capture.body_hash, capture.warc, capture.offset,
                    capture.origin, first,
                ),
            )  # fmt: skip
            first = first or added.lastrowid
        return first

    def renew_seen(
        self, number: int, seen: datetime, summary: str | None = None, *, capture: int | None = None
    ) -> None:
        """Notes that the site answered with the article as it is stored; a gone one is live again.

        `capture` is the response of page 1, where the same bytes came again; None for a 304.
        """
        row = self.connection.execute("SELECT status, summary FROM articles WHERE number = ?", (number,)).fetchone()
        if row is None:
            return
        status, stored = row
        change = self.next_change() if status != "live" or (summary and summary != stored) else None
        self.connection.execute(
            "UPDATE articles SET last_seen = max(last_seen, ?), status = 'live', summary = coalesce(?, summary),"
            " change = coalesce(?, change), capture = coalesce(?, capture) WHERE number = ?",
            (time_text(seen), summary, change, capture, number),
        )

    def mark_gone(self, number: int) -> None:
        """Marks an article that the site has no more; it is kept."""
        self.connection.execute(
            "UPDATE articles SET status = 'gone', change = ? WHERE number = ? AND status != 'gone'",
            (self.next_change(), number),
        )

    def mend_article(self, fetched: Fetched) -> None:
        """Puts the words of a capture in place of stored ones that were damaged; no revision, for nobody wrote those.

        The index may hold either wording, so `rebuild_index` has to follow.
        """
        stored = StoredState.load(self.connection, fetched.article.number)
        if stored is None:
            return
        values = article_values(fetched.article, fingerprint(fetched.article))
        values |= {
            "last_changed": stored.last_changed, "revision": stored.revision, "change": self.next_change(),
            "capture": fetched.capture or stored.capture, "summary": fetched.article.summary or stored.summary,
        }  # fmt: skip
        self._replace(stored, values | _sighting(stored, fetched), reindexed=False)
        self._put_images(fetched.article.number, fetched.article.images)

    def drop_article(self, number: int) -> None:
        """Takes an article and its revisions out, to be put again in another order; its captures stay."""
        self.flush_index()
        self.connection.execute(_INDEX_DROP, (number,))
        for table in ("articles", "images", "revisions"):
            self.connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))

    def rebuild_index(self) -> None:
        """Makes the index anew from the articles."""
        self._new_keys.clear()
        self.connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")

    def flush_index(self) -> None:
        """Brings the index up to what was put, in one statement: SQLite flushes its index once instead of a row."""
        if self._new_keys:
            self.connection.execute(_INDEX_ADD, (json.dumps(self._new_keys),))
            self._new_keys.clear()

    def _insert(self, fetched: Fetched, found: str, capture: int | None) -> None:
        article, seen = fetched.article, time_text(fetched.seen)
        values = article_values(article, found)
        values |= {
            "first_seen": seen, "last_seen": seen, "last_changed": seen, "revision": 1, "status": "live",
            "capture": capture, "change": self.next_change(),
        }  # fmt: skip
        self.connection.execute(_INSERT, [values[name] for name in _COLUMNS])
        self._add_images(article.number, article.images, {})
        self._new_keys.append(article_key(article))

    def _keep_revision(self, stored: StoredState, fetched: Fetched) -> None:
        self.connection.execute(
            "INSERT INTO revisions(number, revision, title, updated, author, source, body, images, fingerprint, parser,"
            " capture, seen, replaced, cause) SELECT number, revision, title, updated, author, source, body, ?,"
            " fingerprint, parser, capture, last_changed, ?, ? FROM articles WHERE number = ?",
            (stored.images, time_text(fetched.seen), fetched.cause, stored.number),
        )

    def _update(self, stored: StoredState, fetched: Fetched, found: str, capture: int | None) -> None:
        article, seen = fetched.article, time_text(fetched.seen)
        values = article_values(article, found)
        reindexed = _is_reindexed(stored, values)
        values |= {
            "last_changed": seen, "revision": stored.revision + 1, "capture": capture or stored.capture,
            "change": self.next_change(), "summary": article.summary or stored.summary,
        }  # fmt: skip
        values |= _sighting(stored, fetched)
        self._replace(stored, values, reindexed=reindexed)
        self._put_images(article.number, article.images)

    def _renew(self, stored: StoredState, fetched: Fetched, capture: int | None) -> None:
        """The wording is the same; what is no part of it (address, section, summary, white space) is brought up."""
        article = fetched.article
        values = article_values(article, stored.fingerprint)
        values["summary"] = article.summary or stored.summary
        if fetched.cause != "reparse":
            # White space alone is no reason to touch the index; the stored wording stays.
            values |= dict(zip(INDEXED, stored.indexed, strict=True)) | {"word_count": stored.word_count}
        images = images_text(article.images)
        reindexed = _is_reindexed(stored, values)
        moved = (values["url"], values["section"], values["summary"], images) != (
            stored.url, stored.section, stored.summary, stored.images,
        )  # fmt: skip
        values |= {
            "last_changed": stored.last_changed, "revision": stored.revision, "capture": capture or stored.capture,
        }  # fmt: skip
        values |= _sighting(stored, fetched)
        revived = values["status"] != stored.status
        values["change"] = self.next_change() if moved or revived or reindexed else stored.change
        self._replace(stored, values, reindexed=reindexed)
        if images != stored.images:
            self._put_images(article.number, article.images)

    def _replace(self, stored: StoredState, values: dict[str, object], *, reindexed: bool) -> None:
        if reindexed:
            self.flush_index()
            self.connection.execute(_INDEX_DROP, (stored.number,))
        self.connection.execute(_UPDATE, [*(values[name] for name in _REPLACED), stored.number])
        if reindexed:
            self._new_keys.append(int(str(values["key"])))

    def _put_images(self, number: int, images: Sequence[Image]) -> None:
        kept = dict(
            self.connection.execute(
                "SELECT url, media FROM images WHERE number = ? AND url IS NOT NULL AND media IS NOT NULL", (number,)
            ).fetchall()
        )
        self.connection.execute("DELETE FROM images WHERE number = ?", (number,))
        self._add_images(number, images, kept)

    def _add_images(self, number: int, images: Sequence[Image], kept: Mapping[str | None, str]) -> None:
        self.connection.executemany(
            "INSERT INTO images(number, position, url, caption, credit, file_name, media) VALUES (?,?,?,?,?,?,?)",
            [
                (number, at, image.url, image.caption, image.credit, image.file_name, kept.get(image.url))
                for at, image in enumerate(images, start=1)
            ],
        )


def _is_reindexed(stored: StoredState, values: dict[str, object]) -> bool:
    """True where the index must change with the row: other words, or another place in the order of dates."""
    return stored.key != values["key"] or any(
        values[name] != had for name, had in zip(INDEXED, stored.indexed, strict=True)
    )


def _sighting(stored: StoredState, fetched: Fetched) -> dict[str, object]:
    """When the site last answered with it, and that it did; reading an old capture again asks the site nothing."""
    if fetched.cause == "reparse":
        return {"last_seen": stored.last_seen, "status": stored.status}
    return {"last_seen": max(time_text(fetched.seen), stored.last_seen), "status": "live"}
