"""Small archives for tests: articles as dicts in, a folder with `articles.db` out, over the real schema."""

from __future__ import annotations

import functools
import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from harbincrawl.archive.database import connection as database
from harbincrawl.archive.schema.tables import make_schema
from harbincrawl.identity import FIRST_COUNTED

IMAGE_KEYS = ("url", "caption", "credit", "file_name")
MakeOnce = Callable[[str, Callable[[Path], None]], Path]
"""The fixture `make_once`: a folder, by its name and by what makes it."""
MOMENT = "2024-06-01T08:00:00Z"


def build_archive(
    folder: Path,
    articles: Iterable[dict[str, Any]] = (),
    *,
    duplicates: Iterable[tuple[int, int, float, str]] = (),
    revisions: Iterable[dict[str, Any]] = (),
    facts: dict[str, str] | None = None,
) -> Path:
    """An archive in `folder` (returned) with the given articles; every field has a default.

    An article may set any column of `articles`, `body` as text or a list of paragraphs, `authors` and `images` as
    lists, and `capture` as a dict of columns of `captures`. `duplicates` are (number, original, similarity, kind).
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / database.FILE
    own = {"site": "harbin-today", "site_url": "http://e.my399.com"}
    if not path.exists():
        path.write_bytes(_make_empty())
        # No two archives have the same one.
        own["id"] = secrets.token_hex(16)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL; BEGIN")
        connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", (own | (facts or {})).items())
        for position, given in enumerate(articles, 1):
            add_article(connection, position, given)
        connection.executemany("INSERT INTO duplicates VALUES (?, ?, ?, ?)", duplicates)
        for revision in revisions:
            add_revision(connection, revision)
        connection.execute("COMMIT")
    return folder


@functools.cache
def _make_empty() -> bytes:
    """The database of an archive without articles, made once for all tests of a process."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        make_schema(connection)
        connection.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {database.VERSION}")
        return connection.serialize()


def add_article(connection: sqlite3.Connection, position: int, given: dict[str, Any]) -> int:
    """Inserts one article with its images, capture and index row; returns its number."""
    row = dict(given)
    number = row.setdefault("number", position)
    row.setdefault("created", "2024-05-01")
    updated = row.setdefault("updated", row["created"])
    day = updated or row["created"]
    row.setdefault("key", ((date.fromisoformat(day).toordinal() if day else 0) << 32) + number)
    path = row.setdefault("section_path", "news")
    row.setdefault("section", "Harbin Today" if path == "news" else path)
    row.setdefault("id", str(number))
    if number >= FIRST_COUNTED:
        connection.execute("INSERT INTO _ids(internal, id) VALUES (?, ?)", (number, row["id"]))
    row.setdefault("url", f"http://e.my399.com/{path}/{row['created']}/{row['id']}.html")
    row.setdefault("title", f"Title {number}")
    body = row.get("body")
    row["body"] = "\n\n".join(body) if isinstance(body, list) else body
    row.setdefault("source", "chinadaily.com.cn")
    author = row.setdefault("author", None)
    row["authors"] = json.dumps(row.get("authors", author.split(" and ") if author else []), ensure_ascii=False)
    images = [dict.fromkeys(IMAGE_KEYS) | image for image in row.pop("images", [])]
    lines = (" ".join(filter(None, (image["caption"], image["credit"]))) for image in images)
    row.setdefault("captions", "\n".join(filter(None, lines)) or None)
    row.setdefault("word_count", len((row["body"] or "").split()))
    row.setdefault("first_seen", MOMENT)
    row.setdefault("last_seen", row["first_seen"])
    row.setdefault("last_changed", row["first_seen"])
    row.setdefault("fingerprint", hashlib.sha256(f"{row['title']}{row['body']}{number}".encode()).hexdigest())
    defaults: dict[str, Any] = {
        "revision": 1,
        "status": "live",
        "parser": "1",
        "change": position,
        "summary": None,
        "capture": None,
    }
    row = defaults | row
    if isinstance(row["capture"], dict):
        row["capture"] = add_capture(connection, {"address": row["url"]} | row["capture"])
    row.setdefault("first_capture", row["capture"])
    insert_row(connection, "articles", row)
    connection.execute(
        "INSERT INTO articles_fts (rowid, title, body, captions, author, source) "
        "VALUES (:key, :title, :body, :captions, :author, :source)",
        row,
    )
    connection.executemany(
        "INSERT INTO images(number, position, url, caption, credit, file_name) VALUES (?, ?, ?, ?, ?, ?)",
        [(number, place, *(image[name] for name in IMAGE_KEYS)) for place, image in enumerate(images)],
    )
    return int(number)


def add_capture(connection: sqlite3.Connection, given: dict[str, Any]) -> int:
    """Inserts one row of `captures` and returns its id."""
    row = {
        "run": 1,
        "fetched_at": MOMENT,
        "status": 200,
        "digest": "sha1:" + "A" * 32,
        "source": "site",
        "host": "e.my399.com",
    } | given
    return insert_row(connection, "captures", row)


def add_revision(connection: sqlite3.Connection, given: dict[str, Any]) -> None:
    """Inserts one row of `revisions`; `body` as text or paragraphs, `images` as a list."""
    defaults: dict[str, Any] = dict.fromkeys(("title", "updated", "author", "source", "body")) | {
        "images": [],
        "fingerprint": "0" * 64,
        "parser": "1",
        "capture": None,
        "seen": MOMENT,
        "replaced": MOMENT,
        "cause": "crawl",
    }
    row = defaults | given
    row.setdefault("first_capture", row["capture"])
    row["body"] = "\n\n".join(row["body"]) if isinstance(row["body"], list) else row["body"]
    row["images"] = json.dumps(row["images"], ensure_ascii=False)
    insert_row(connection, "revisions", row)


def insert_row(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> int:
    """Inserts a row and returns its id."""
    names, marks = (", ".join(form.format(name) for name in row) for form in ('"{}"', ":{}"))
    return int(connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", row).lastrowid or 0)
