"""Articles as rows: the columns made from an Article, and an Article made from its row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields, replace
from datetime import date
from json.encoder import encode_basestring
from typing import Any

from harbincrawl.archive.schema.tables import column_names
from harbincrawl.fields import IMAGE_KEYS, WORDING_KEYS
from harbincrawl.identity import article_key
from harbincrawl.records import Article, Image

INDEXED = ("title", "body", "captions", "author", "source")
"""The columns of the full-text index."""
COLUMNS = column_names("articles")
"""The columns of `articles`."""

_CONVERTED = ("updated", "created", "authors", "body", "images")
_AS_STORED = tuple(each.name for each in fields(Article) if each.name in COLUMNS and each.name not in _CONVERTED)
"""Those that an article has as they are."""
_LOAD = f"SELECT {', '.join(COLUMNS)} FROM articles WHERE number = ?"
_json = json.JSONEncoder(ensure_ascii=False).encode


def load_state(connection: sqlite3.Connection, number: int) -> dict[str, Any] | None:
    """The row of an article by column, with its pictures as `images`; None if it is not stored."""
    row = connection.execute(_LOAD, (number,)).fetchone()
    return row and dict(zip(COLUMNS, row, strict=True)) | {"images": load_images(connection, number)}


def load_images(connection: sqlite3.Connection, number: int) -> list[Image]:
    """The pictures of the current revision of an article, in reading order."""
    query = f"SELECT {', '.join(IMAGE_KEYS)} FROM images WHERE number = ? ORDER BY position"
    return [Image(*row) for row in connection.execute(query, (number,))]


def article_values(article: Article, number: int, fingerprint: str) -> dict[str, Any]:
    """The columns that depend only on the article. Missing text is null, never an empty string."""
    body = "\n\n".join(article.body) or None
    return {name: getattr(article, name) or None for name in _AS_STORED} | {
        "key": article_key(article, number),
        "number": number,
        "updated": article.updated.isoformat() if article.updated else None,
        "created": article.created.isoformat() if article.created else None,
        # Equal to `_json(list(article.authors))`, but faster.
        "authors": f"[{', '.join(map(encode_basestring, article.authors))}]",
        "body": body,
        "captions": captions_text(article.images),
        "word_count": len(body.split()) if body else 0,
        "fingerprint": fingerprint,
    }


def captions_text(images: Iterable[Image]) -> str | None:
    """Captions with their credits, one line each, for the full-text index; None if there are none."""
    lines = (" ".join(filter(None, (image.caption, image.credit))) for image in images)
    return "\n".join(line for line in lines if line) or None


def images_text(images: Iterable[Image]) -> str:
    """The pictures as JSON, as in `revisions.images`."""
    return _json([asdict(image) for image in images])


def load_article(connection: sqlite3.Connection, number: int) -> Article | None:
    """The current revision of an article; None if it is not stored."""
    row = load_state(connection, number)
    if row is None:
        return None
    return Article(
        **{name: row[name] for name in _AS_STORED},
        updated=read_day(row["updated"]),
        created=read_day(row["created"]),
        authors=tuple(json.loads(row["authors"])),
        body=_read_body(row["body"]),
        images=tuple(row["images"]),
        unread_label=row["section_path"],
    )


def load_wordings(connection: sqlite3.Connection, article: Article) -> Iterator[tuple[int | None, str, Article]]:
    """(capture, when first seen, article) of each revision of the stored `article`, the oldest first, itself last.

    Revisions do not store address, section and summary: these are the current ones.
    """
    number, current, changed = connection.execute(
        "SELECT number, capture, last_changed FROM articles WHERE id = ?", (article.id,)
    ).fetchone()
    names = (*WORDING_KEYS, "images", "parser", "layout", "line")
    query = f"SELECT capture, seen, {', '.join(names)} FROM revisions WHERE number = ? ORDER BY revision"
    for capture, seen, *row in connection.execute(query, (number,)).fetchall():
        said = dict(zip(names, row, strict=True))
        images = tuple(Image(**image) for image in json.loads(said["images"]))
        said |= {"updated": read_day(said["updated"]), "body": _read_body(said["body"]), "images": images}
        yield capture, seen, replace(article, **said)
    yield current, changed, article


def read_day(text: str | None) -> date | None:
    """The day of a column. Raises ValueError for a damaged one."""
    return date.fromisoformat(text) if text else None


def _read_body(text: str | None) -> tuple[str, ...]:
    return tuple(text.split("\n\n")) if text else ()
