"""Searching every wording that an article ever had: former ones in a temporary database, present ones by the index."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from harbincrawl.identity import BITS_FOR_NUMBER
from harbincrawl.search.choice import ArticleCondition
from harbincrawl.search.hits import Hit, count_hits, read_hits
from harbincrawl.search.query.exact import add_function

from .articles.revisions import Revision
from .database.connection import CACHE_KB

Progress = Callable[[int, int], None]
"""Gets how many former wordings are read, and how many there are."""
_INDEX = "SELECT sql FROM sqlite_master WHERE name = 'articles_fts'"
# Columns that a condition on `articles AS a` may ask for, as in that table; `last_changed` is when the wording was
# first seen. What stands behind `change` is of the wording.
_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE _ids (internal INTEGER, id TEXT);
CREATE TABLE runs (run INTEGER PRIMARY KEY, kind TEXT, started TEXT, ended TEXT);
CREATE TABLE outcomes (run INTEGER, number INTEGER, outcome TEXT);
CREATE INDEX outcomes_number ON outcomes(number);
CREATE TABLE articles (
  key INTEGER PRIMARY KEY, number INTEGER, id TEXT, url TEXT, section TEXT, section_path TEXT, title TEXT, updated TEXT,
  created TEXT, author TEXT, authors TEXT, source TEXT, summary TEXT, body TEXT, captions TEXT, last_changed TEXT,
  revision INTEGER, status TEXT, change INTEGER, wording INTEGER, replaced TEXT, cause TEXT
);
"""
_WORDINGS = (
    "SELECT r.revision, r.title, r.updated, r.author, r.source, r.body, r.images, r.fingerprint, r.parser, r.seen,"
    " r.replaced, r.cause, a.number, a.id, a.url, a.section, a.section_path, a.created, a.summary, a.revision,"
    " a.status, a.change FROM revisions AS r JOIN articles AS a ON a.number = r.number ORDER BY r.number, r.revision"
)
_COPIED = (
    ("facts", "SELECT name, value FROM facts"),
    ("runs", "SELECT run, kind, started, ended FROM runs WHERE kind = 'rescue'"),
    (
        "outcomes",
        "SELECT o.run, o.number, o.outcome FROM runs AS k JOIN outcomes AS o ON o.run = k.run WHERE k.kind = 'rescue'"
        " AND o.number IN (SELECT number FROM revisions)",
    ),
)
_BATCH = 200


class WordingHit(NamedTuple):
    """A wording that a search finds."""

    number: int
    """Internal number of its article."""
    revision: int
    """1: as first seen."""
    seen: str
    """When it was first seen (UTC, RFC 3339)."""
    replaced: str | None
    """When the next wording was first seen; None: it is the present one."""
    cause: str | None
    """What brought the next one: crawl, ingest or rescue; None: there is none."""
    hit: Hit
    """Its place in the database that it was found in."""

    @property
    def is_present(self) -> bool:
        """Whether the article still has it, as far as is known."""
        return self.replaced is None


class Wordings(NamedTuple):
    """The archive, and beside it its former wordings: each database has one wording a row of `articles`."""

    present: sqlite3.Connection
    former: sqlite3.Connection
    total: int
    """How many former wordings there are."""

    def place(self, wording: WordingHit) -> sqlite3.Connection:
        """The database in which its `hit` is."""
        return self.present if wording.is_present else self.former


@contextmanager
def open_wordings(connection: sqlite3.Connection, progress: Progress = lambda *_: None) -> Iterator[Wordings]:
    """All former wordings of the archive, with an index like its own; on the disk where memory ends.

    A query and filters ask a former wording as they ask an article: title, text, captions, author, source and printed
    date are its own; section, address, status and the date in the address are the article's.
    """
    # Without a name it is a file of SQLite's own, which is gone with the connection.
    former = sqlite3.connect("", isolation_level=None)
    try:
        former.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        former.execute("PRAGMA journal_mode = OFF")
        former.execute("PRAGMA synchronous = OFF")
        add_function(former)
        former.executescript(_TABLES)
        former.execute(connection.execute(_INDEX).fetchone()[0])
        former.execute("BEGIN")
        for table, select in _COPIED:
            rows = connection.execute(select)
            marks = ", ".join("?" * len(rows.description))
            former.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        count = _copy_wordings(connection, former, progress)
        former.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
        former.execute("COMMIT")
        yield Wordings(connection, former, count)
    finally:
        former.close()


def _copy_wordings(connection: sqlite3.Connection, former: sqlite3.Connection, progress: Progress) -> int:
    from harbincrawl.pages.article.head.information import split_names  # costs a start 40 ms

    (total,) = connection.execute("SELECT count(*) FROM revisions").fetchone()
    insert = f"INSERT INTO articles VALUES ({', '.join('?' * 22)})"
    rows = connection.execute(_WORDINGS)
    count = 0
    while batch := rows.fetchmany(_BATCH):
        for revision, title, updated, author, source, body, images, *rest in batch:
            fingerprint, parser, seen, replaced, cause, number, id, url, section, path, created, summary, *state = rest
            pictures = tuple(json.loads(images))
            wording = Revision(
                revision, title, updated, author, source, body, pictures, fingerprint, parser, seen, replaced, cause
            )
            day = updated or created
            count += 1
            # Below the day a number of its own: an article may have several wordings of one day.
            key = ((date.fromisoformat(day).toordinal() if day else 0) << BITS_FOR_NUMBER) + count
            names = json.dumps(list(split_names(author)), ensure_ascii=False)
            former.execute(insert, (
                key, number, id, url, section, path, title, updated, created, author, names, source, summary, body,
                wording.captions, seen, *state, revision, replaced, cause,
            ))  # fmt: skip
        progress(count, total)
    return count


def read_wordings(wordings: Wordings, choice: ArticleCondition, *, oldest: bool = False) -> Iterator[WordingHit]:
    """The wordings that match, by their own printed date, else that in the address; the newest first, or the oldest.

    A query holds within one wording. Of one day present wordings come first. Copies are hits of their own.
    """
    sort = "oldest" if oldest else "newest"
    sign = 1 if oldest else -1
    present = (
        _read_present(wordings.present, hit) for hit in read_hits(wordings.present, choice, sort=sort, copies=True)
    )
    former = (_read_former(wordings.former, hit) for hit in read_hits(wordings.former, choice, sort=sort, copies=True))
    return heapq.merge(present, former, key=lambda each: sign * (each.hit.key >> BITS_FOR_NUMBER))


def _read_present(connection: sqlite3.Connection, hit: Hit) -> WordingHit:
    select = "SELECT number, revision, last_changed FROM articles WHERE key = ?"
    number, revision, seen = connection.execute(select, (hit.key,)).fetchone()
    return WordingHit(number, revision, seen, None, None, hit)


def _read_former(connection: sqlite3.Connection, hit: Hit) -> WordingHit:
    select = "SELECT number, wording, last_changed, replaced, cause FROM articles WHERE key = ?"
    number, revision, seen, replaced, cause = connection.execute(select, (hit.key,)).fetchone()
    return WordingHit(number, revision, seen, replaced, cause, hit)


def count_wordings(wordings: Wordings, choice: ArticleCondition) -> tuple[int, int]:
    """(wordings that match, articles with at least one of them), copies included."""
    present = count_hits(wordings.present, choice, copies=True)
    former = count_hits(wordings.former, choice, copies=True)
    where, values = choice.write_conditions()
    select = f"SELECT DISTINCT a.number FROM {choice.tables(articles=True)}{where}"
    numbers = [number for (number,) in wordings.former.execute(select, values)]
    both = choice._replace(
        where=(*choice.where, "a.number IN (SELECT value FROM json_each(?))"),
        values=(*choice.values, json.dumps(numbers)),
    )
    return present + former, present + len(numbers) - count_hits(wordings.present, both, copies=True)
