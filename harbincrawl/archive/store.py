"""Storing articles: the one place that writes `articles`, its index, `images`, `revisions` and `captures`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..identity import article_key, fingerprint, verdict
from ..records import Article, Capture, Image
from .times import time_text

_INDEXED = ("title", "body", "captions", "author", "source")
_COLUMNS = (
    "key", "number", "url", "section", "section_path", "title", "updated", "created", "author", "authors", "source",
    "summary", "body", "captions", "word_count", "first_seen", "last_seen", "last_changed", "revision", "status",
    "fingerprint", "parser", "capture", "change",
)  # fmt: skip
_INSERT = f"INSERT INTO articles({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_REPLACED = tuple(name for name in _COLUMNS if name not in ("number", "first_seen"))
_UPDATE = f"UPDATE articles SET {', '.join(f'{name} = ?' for name in _REPLACED)} WHERE number = ?"
_INDEX_ADD = f"""INSERT INTO articles_fts(rowid, {", ".join(_INDEXED)})
 SELECT key, {", ".join(_INDEXED)} FROM articles WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key"""
_INDEX_DROP = f"""INSERT INTO articles_fts(articles_fts, rowid, {", ".join(_INDEXED)})
 SELECT 'delete', key, {", ".join(_INDEXED)} FROM articles WHERE number = ?"""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An article that was read whole, with the responses it was read from, page 1 first."""

    article: Article
    captures: tuple[Capture, ...]
    seen: datetime
    """When it was fetched."""
    cause: str = "crawl"
    """What brought it: crawl, reparse, ingest."""


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
        stored = _Stored.load(self.connection, fetched.article.number)
        said = verdict(stored.fingerprint if stored else None, found)
        capture = self.put_captures(fetched.captures)
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

    def renew_seen(self, number: int, seen: datetime, summary: str | None = None) -> None:
        """Notes that the site answered with the article as it is stored; a gone one is live again."""
        row = self.connection.execute("SELECT status, summary FROM articles WHERE number = ?", (number,)).fetchone()
        if row is None:
            return
        status, stored = row
        change = self.next_change() if status != "live" or (summary and summary != stored) else None
        self.connection.execute(
            "UPDATE articles SET last_seen = max(last_seen, ?), status = 'live', summary = coalesce(?, summary),"
            " change = coalesce(?, change) WHERE number = ?",
            (time_text(seen), summary, change, number),
        )

    def mark_gone(self, number: int) -> None:
        """Marks an article that the site has no more; it is kept."""
        self.connection.execute(
            "UPDATE articles SET status = 'gone', change = ? WHERE number = ? AND status != 'gone'",
            (self.next_change(), number),
        )

    def flush_index(self) -> None:
        """Brings the index up to what was put, in one statement: SQLite flushes its index once instead of a row."""
        if self._new_keys:
            self.connection.execute(_INDEX_ADD, (json.dumps(self._new_keys),))
            self._new_keys.clear()

    def _insert(self, fetched: Fetched, found: str, capture: int | None) -> None:
        article, seen = fetched.article, time_text(fetched.seen)
        values = _values(article, found)
        values |= {
            "first_seen": seen, "last_seen": seen, "last_changed": seen, "revision": 1, "status": "live",
            "capture": capture, "change": self.next_change(),
        }  # fmt: skip
        self.connection.execute(_INSERT, [values[name] for name in _COLUMNS])
        self._put_images(article.number, article.images)
        self._new_keys.append(article_key(article))

    def _keep_revision(self, stored: _Stored, fetched: Fetched) -> None:
        self.connection.execute(
            "INSERT INTO revisions(number, revision, title, updated, author, source, body, images, fingerprint, parser,"
            " capture, seen, replaced, cause) SELECT number, revision, title, updated, author, source, body, ?,"
            " fingerprint, parser, capture, last_changed, ?, ? FROM articles WHERE number = ?",
            (stored.images, time_text(fetched.seen), fetched.cause, stored.number),
        )

    def _update(self, stored: _Stored, fetched: Fetched, found: str, capture: int | None) -> None:
        article, seen = fetched.article, time_text(fetched.seen)
        values = _values(article, found)
        reindexed = stored.key != values["key"] or any(
            values[name] != had for name, had in zip(_INDEXED, stored.indexed, strict=True)
        )
        values |= {
            "last_seen": max(seen, stored.last_seen), "last_changed": seen, "revision": stored.revision + 1,
            "status": "live", "capture": capture or stored.capture, "change": self.next_change(),
            "summary": article.summary or stored.summary,
        }  # fmt: skip
        self._replace(stored, values, reindexed=reindexed)
        self._put_images(article.number, article.images)

    def _renew(self, stored: _Stored, fetched: Fetched, capture: int | None) -> None:
        """The wording is the same; what is no part of it (address, section, summary, white space) is brought up."""
        article, seen = fetched.article, time_text(fetched.seen)
        values = _values(article, stored.fingerprint)
        values["summary"] = article.summary or stored.summary
        # White space alone is no reason to touch the index; the stored wording stays.
        for name, had in zip(_INDEXED, stored.indexed, strict=True):
            values[name] = had
        values["word_count"] = stored.word_count
        images = _images_text(article.images)
        moved = (values["url"], values["section"], values["summary"], images) != (
            stored.url, stored.section, stored.summary, stored.images,
        )  # fmt: skip
        values |= {
            "last_seen": max(seen, stored.last_seen), "last_changed": stored.last_changed,
            "revision": stored.revision, "status": "live", "capture": capture or stored.capture,
            "change": self.next_change() if moved or stored.status != "live" else stored.change,
        }  # fmt: skip
        self._replace(stored, values, reindexed=False)
        if images != stored.images:
            self._put_images(article.number, article.images)

    def _replace(self, stored: _Stored, values: dict[str, object], *, reindexed: bool) -> None:
        if reindexed:
            self.flush_index()
            self.connection.execute(_INDEX_DROP, (stored.number,))
        self.connection.execute(_UPDATE, [*(values[name] for name in _REPLACED), stored.number])
        if reindexed:
            self._new_keys.append(int(str(values["key"])))

    def _put_images(self, number: int, images: Sequence[Image]) -> None:
        self.connection.execute("DELETE FROM images WHERE number = ?", (number,))
        self.connection.executemany(
            "INSERT INTO images(number, position, url, caption, credit, file_name) VALUES (?,?,?,?,?,?)",
            [
                (number, at, image.url, image.caption, image.credit, image.file_name)
                for at, image in enumerate(images, start=1)
            ],
        )


@dataclass(slots=True)
class _Stored:
    """The stored state of an article, as far as storing needs it."""

    number: int
    key: int
    fingerprint: str
    revision: int
    status: str
    capture: int | None
    change: int
    last_seen: str
    last_changed: str
    url: str
    section: str
    summary: str | None
    word_count: int
    indexed: tuple[str | None, ...]
    images: str

    @classmethod
    def load(cls, connection: sqlite3.Connection, number: int) -> _Stored | None:
        row = connection.execute(
            "SELECT key, fingerprint, revision, status, capture, change, last_seen, last_changed, url, section,"
            " summary, word_count, title, body, captions, author, source FROM articles WHERE number = ?",
            (number,),
        ).fetchone()
        if row is None:
            return None
        images = [
            Image(*image)
            for image in connection.execute(
                "SELECT url, caption, credit, file_name FROM images WHERE number = ? ORDER BY position", (number,)
            )
        ]
        return cls(number, *row[:12], indexed=tuple(row[12:]), images=_images_text(images))


def _values(article: Article, found: str) -> dict[str, object]:
    """The columns that follow from an article alone. No text is ever an empty string: absent is null."""
    body = "\n\n".join(article.body) or None
    return {
        "key": article_key(article),
        "number": article.number,
        "url": article.url,
        "section": article.section,
        "section_path": article.section_path,
        "title": article.title or None,
        "updated": article.updated.isoformat() if article.updated else None,
        "created": article.created.isoformat() if article.created else None,
        "author": article.author or None,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "source": article.source or None,
        "summary": article.summary or None,
        "body": body,
        "captions": captions_text(article.images),
        "word_count": len(body.split()) if body else 0,
        "fingerprint": found,
        "parser": article.parser,
    }


def captions_text(images: Iterable[Image]) -> str | None:
    """Captions with their credits, a line each, as they are indexed; None where there are none."""
    lines = (" ".join(filter(None, (image.caption, image.credit))) for image in images)
    return "\n".join(line for line in lines if line) or None


def _images_text(images: Iterable[Image]) -> str:
    return json.dumps(
        [
            {"url": image.url, "caption": image.caption, "credit": image.credit, "file_name": image.file_name}
            for image in images
        ],
        ensure_ascii=False,
    )
