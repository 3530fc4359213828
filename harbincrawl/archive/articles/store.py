"""Storing articles: the only code that writes `articles`, the full-text index, `images`, `revisions`, `captures`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any

from harbincrawl.archive.layouts import copy_frame, put_frame
from harbincrawl.archive.schema.tables import column_names, write_insert
from harbincrawl.identity import Verdict, fingerprint
from harbincrawl.records import Article, Capture, Image, ListWords
from harbincrawl.text import name_host, time_text

from .ids import take_number
from .states import COLUMNS, INDEXED, article_values, images_text, load_state

_INSERT, _INSERT_CAPTURE, _INSERT_IMAGE = map(write_insert, ("articles", "captures", "images"))
_OF_REVISION = {"images": "?", "seen": "last_changed", "replaced": "?", "cause": "?"}
_KEEP_REVISION = f"""INSERT INTO revisions SELECT {
    ", ".join(_OF_REVISION.get(name, name) for name in column_names("revisions"))
} FROM articles WHERE number = ?"""
_in_order = itemgetter(*COLUMNS)
_INDEX_ADD = f"""INSERT INTO articles_fts(rowid, {", ".join(INDEXED)})
 SELECT key, {", ".join(INDEXED)} FROM articles WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key"""
_INDEX_DROP = f"""INSERT INTO articles_fts(articles_fts, rowid, {", ".join(INDEXED)})
 SELECT 'delete', key, {", ".join(INDEXED)} FROM articles WHERE number = ?"""

# All articles of a section have one label; where another program changed some of them, most of them decide.
_LABEL = """SELECT section FROM articles WHERE section_path = ? AND section <> ?
 GROUP BY section ORDER BY count(*) DESC, section LIMIT 1"""
_OTHERS = """SELECT number FROM articles WHERE section_path = ?1 AND id <> ?3
 AND NOT EXISTS (SELECT 1 FROM articles WHERE section_path = ?1 AND section = ?2) ORDER BY number"""

_REPORTED = ("key", "url", "section", "summary", "status", *INDEXED)
"""Columns that may change while the fingerprint stays; `--changed-since` still reports such a change."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete article with the responses it was read from, page 1 first."""

    article: Article
    captures: tuple[Capture, ...]
    seen: datetime
    """When it was fetched."""
    cause: str = "crawl"
    """Where it comes from: crawl, ingest or rescue."""
    capture: int | None = None
    """Id of the response of page 1, if the responses are already stored and `captures` is empty."""
    is_rescued: bool = False
    """Whether only an archive of others says that the site answered so."""


class Store:
    """Writes articles. The caller holds the lock, begins the transaction and commits it."""

    def __init__(self, connection: sqlite3.Connection, run: int) -> None:
        self.connection = connection
        self.run = run
        self._labels: dict[str, str] = {}
        """By path of a section, what all its stored articles have."""
        self._new_keys: list[int] = []
        self._written: set[int] = set()
        self._change: int | None = None

    def next_change(self) -> int:
        """The next number of the change counter: one sequence for all changes of all articles."""
        if self._change is None:
            # Both values may be missing, and max() of a null is null in SQLite.
            (self._change,) = self.connection.execute(
                "SELECT max(coalesce((SELECT max(change) FROM articles), 0),"
                " coalesce((SELECT CAST(value AS INTEGER) FROM facts WHERE name = 'changes'), 0))"
            ).fetchone()
        assert self._change is not None  # noqa: S101 - just read
        self._change += 1
        return self._change

    def forget_counter(self) -> None:
        """Forgets the change counter, the labels and the pending index rows; call it after a rollback."""
        self._change = None
        self._labels.clear()
        self._new_keys.clear()
        self._written.clear()

    def put_article(self, fetched: Fetched) -> Verdict:
        """Stores an article; returns `new`, `changed` or `same`.

        The full-text index is not up to date until `flush_index`.
        """
        fetched = self._name_section(fetched)
        new_fingerprint = fingerprint(fetched.article)
        number = take_number(self.connection, fetched.article.id)
        stored = load_state(self.connection, number)
        is_changed = stored is not None and stored["fingerprint"] != new_fingerprint
        capture = fetched.capture or self.put_captures(fetched.captures)
        if capture is not None and fetched.article.frame is not None:
            put_frame(self.connection, capture, fetched.article.frame, fetched.article.layout)
        if stored is None:
            self._insert(fetched, number, new_fingerprint, capture)
            return "new"
        if is_changed:
            values = (images_text(stored["images"]), time_text(fetched.seen), fetched.cause, number)
            self.connection.execute(_KEEP_REVISION, values)
        self._update(stored, fetched, new_fingerprint, capture)
        return "changed" if is_changed else "same"

    def put_captures(self, captures: Sequence[Capture]) -> int | None:
        """Stores responses; returns the id of the first one."""
        first: int | None = None
        for capture in captures:
            added = self.connection.execute(
                _INSERT_CAPTURE,
                (
                    capture.ordinal, self.run, capture.address, capture.fetched_at, capture.status,
                    capture.etag, capture.last_modified, capture.digest, capture.body_hash, capture.charset,
                    capture.warc, capture.offset, capture.origin, capture.source,
                    capture.host or name_host(capture.address), first, capture.redirected,
                ),
            )  # fmt: skip
            first = first or added.lastrowid
        return first

    def renew_seen(
        self, number: int, seen: datetime, words: ListWords | None = None, *, capture: int | None = None
    ) -> None:
        """Records that the site answered and the article is unchanged; a gone article becomes live again.

        `words` are those of the lists, of which the summary counts. `capture` is the id of page 1's response if it
        had a body; None after a 304.
        """
        row = self.connection.execute("SELECT status, summary FROM articles WHERE number = ?", (number,)).fetchone()
        if row is None:
            return
        status, stored = row
        is_other = status != "live"
        if words and words.summary and words.summary != stored:
            self._write(number, {"summary": words.summary, "summary_line": words.summary_capture})
            is_other = True
        if capture is not None:
            copy_frame(self.connection, number, capture)
        self.connection.execute(
            "UPDATE articles SET last_seen = ?, status = 'live', change = coalesce(?, change),"
            " capture = coalesce(?, capture) WHERE number = ?",
            (time_text(seen), self.next_change() if is_other else None, capture, number),
        )

    def mark_gone(self, number: int) -> None:
        """Marks an article as gone from the site. It stays in the archive."""
        self.connection.execute(
            "UPDATE articles SET status = 'gone', change = ? WHERE number = ? AND status != 'gone'",
            (self.next_change(), number),
        )

    def drop_article(self, number: int) -> None:
        """Deletes an article and its revisions, so that they can be stored again in another order. Captures stay."""
        row = self.connection.execute("SELECT key FROM articles WHERE number = ?", (number,)).fetchone()
        if row is not None:
            self._drop_indexed(number, row[0])
        for table in ("articles", "images", "revisions"):
            self.connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))

    def rebuild_index(self) -> None:
        """Rebuilds the full-text index from the articles."""
        self._new_keys.clear()
        self.connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")

    def take_written(self) -> set[int]:
        """The articles that were written since the last call."""
        written, self._written = self._written, set()
        return written

    def flush_index(self) -> None:
        """Adds all pending rows to the full-text index with one statement: FTS5 then flushes once, not once a row."""
        if self._new_keys:
            self.connection.execute(_INDEX_ADD, (json.dumps(self._new_keys),))
            self._new_keys.clear()

    def _name_section(self, fetched: Fetched) -> Fetched:
        """`fetched` with the one label of its section: the site file's, else the first that a page of it printed.

        The stored articles of the section get it, too, each with a change of its own: its record is another one now. An
        article without a path is in no section that is known, and keeps what its page says.
        """
        article, path = fetched.article, fetched.article.section_path
        unread = article.unread_label
        if path and unread is not None:
            known = self._labels.get(path) or self._read_label(path, unread)
            article = article if known in (None, article.section) else replace(article, section=str(known))
        if path and article.section != unread and self._labels.get(path) != article.section:
            for (number,) in self.connection.execute(_OTHERS, (path, article.section, article.id)).fetchall():
                change = (article.section, self.next_change(), number)
                self.connection.execute("UPDATE articles SET section = ?, change = ? WHERE number = ?", change)
            self._labels[path] = article.section
        return fetched if article is fetched.article else replace(fetched, article=article)

    def _read_label(self, path: str, unread: str) -> str | None:
        row = self.connection.execute(_LABEL, (path, unread)).fetchone()
        return str(row[0]) if row else None

    def _insert(self, fetched: Fetched, number: int, new_fingerprint: str, capture: int | None) -> None:
        article, seen = fetched.article, time_text(fetched.seen)
        values = article_values(article, number, new_fingerprint)
        values |= {
            "first_seen": seen, "last_seen": seen, "last_changed": seen, "revision": 1,
            "status": "unknown" if fetched.is_rescued else "live", "first_capture": capture, "capture": capture,
            "change": self.next_change(),
        }  # fmt: skip
        self.connection.execute(_INSERT, _in_order(values))
        self._written.add(number)
        if article.images:
            self._add_images(number, article.images, {})
        self._new_keys.append(values["key"])

    def _update(self, stored: dict[str, Any], fetched: Fetched, new_fingerprint: str, capture: int | None) -> None:
        """The row says, letter by letter, what its capture says, whether the fingerprint is another one or not."""
        article = fetched.article
        capture = capture or stored["capture"]
        values = article_values(article, stored["number"], new_fingerprint) | _seen_values(stored, fetched)
        values |= {"capture": capture} | _summary_values(stored, fetched)
        is_changed = new_fingerprint != stored["fingerprint"]
        has_images = is_changed or list(article.images) != stored["images"]
        if is_changed:
            values |= {
                "last_changed": time_text(fetched.seen), "revision": stored["revision"] + 1, "first_capture": capture,
            }  # fmt: skip
        if has_images or any(values[name] != stored[name] for name in _REPORTED if name in values):
            values["change"] = self.next_change()
        self._replace(stored, values)
        if has_images:
            self._put_images(stored["number"], article.images)

    def _replace(self, stored: dict[str, Any], values: dict[str, Any]) -> None:
        """Writes only what differs: an UPDATE that names a column rewrites its index entries even if it is equal."""
        number = stored["number"]
        changed = {name: value for name, value in values.items() if value != stored[name]}
        reindexed = "key" in changed or not changed.keys().isdisjoint(INDEXED)
        if reindexed:
            self._drop_indexed(number, stored["key"])
            self._new_keys.append(values["key"])
        if changed:
            self._write(number, changed)

    def _drop_indexed(self, number: int, key: int) -> None:
        """Takes a stored article out of the full-text index; where it waits to be put in, that is done first."""
        if key in self._new_keys:
            self.flush_index()
        self.connection.execute(_INDEX_DROP, (number,))

    def _write(self, number: int, values: Mapping[str, Any]) -> None:
        self._written.add(number)
        names = ", ".join(f"{name} = ?" for name in values)
        self.connection.execute(f"UPDATE articles SET {names} WHERE number = ?", (*values.values(), number))

    def _put_images(self, number: int, images: Sequence[Image]) -> None:
        self._written.add(number)
        kept = dict(
            self.connection.execute(
                "SELECT url, media FROM images WHERE number = ? AND url IS NOT NULL AND media IS NOT NULL", (number,)
            ).fetchall()
        )
        self.connection.execute("DELETE FROM images WHERE number = ?", (number,))
        self._add_images(number, images, kept)

    def _add_images(self, number: int, images: Sequence[Image], kept: Mapping[str | None, str]) -> None:
        self.connection.executemany(
            _INSERT_IMAGE,
            [
                (number, at, image.url, image.caption, image.credit, image.file_name, kept.get(image.url))
                for at, image in enumerate(images, start=1)
            ],
        )


def _summary_values(stored: dict[str, Any], fetched: Fetched) -> dict[str, Any]:
    """The summary with the list page that has it; one that the lists do not show any more stays."""
    if fetched.article.summary:
        return {"summary": fetched.article.summary, "summary_line": fetched.article.summary_line}
    return {name: stored[name] for name in ("summary", "summary_line")}


def _seen_values(stored: dict[str, Any], fetched: Fetched) -> dict[str, str]:
    """`last_seen` and `status` after the site answered.

    The last answer to us says when the article was last seen, also where the clock went back before it. What an archive
    of others says moves `last_seen` only as long as nobody else ever saw the article.
    """
    if fetched.is_rescued and stored["status"] != "unknown":
        return {}
    last_seen = time_text(fetched.seen)
    if fetched.cause != "crawl":
        last_seen = max(last_seen, stored["last_seen"])
    return {"last_seen": last_seen} if fetched.is_rescued else {"last_seen": last_seen, "status": "live"}
