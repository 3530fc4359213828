"""Articles as rows: the columns made from an Article, and an Article made from its row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from json.encoder import encode_basestring
from typing import Any

from harbincrawl.archive.schema.tables import column_names
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


@dataclass(slots=True)
class StoredState:
    """The stored state of an article."""

    row: dict[str, Any]
    """Values by column."""
    images: list[Image]

    @property
    def number(self) -> int:
        """Its internal number."""
        return int(self.row["number"])

    @classmethod
    def load(cls, connection: sqlite3.Connection, number: int) -> StoredState | None:
        row = connection.execute(_LOAD, (number,)).fetchone()
        return None if row is None else cls(dict(zip(COLUMNS, row, strict=True)), load_images(connection, number))


def load_images(connection: sqlite3.Connection, number: int) -> list[Image]:
    """The pictures of the current revision of an article, in reading order."""
    rows = connection.execute(
        "SELECT url, caption, credit, file_name FROM images WHERE number = ? ORDER BY position", (number,)
    )
    return [Image(*row) for row in rows]


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
    stored = StoredState.load(connection, number)
    if stored is None:
        return None
    row = stored.row
    return Article(
        **{name: row[name] for name in _AS_STORED},
        updated=read_day(row["updated"]),
        created=read_day(row["created"]),
        authors=tuple(json.loads(row["authors"])),
        body=_read_body(row["body"]),
        images=tuple(stored.images),
        unread_label=row["section_path"],
    )


def load_wordings(connection: sqlite3.Connection, article: Article) -> Iterator[tuple[int | None, str, Article]]:
    """(capture, when first seen, article) of each revision of the stored `article`, the oldest first, itself last.

    Revisions do not store address, section and summary: these are the current ones.
    """
    number, current, changed = connection.execute(
        "SELECT number, capture, last_changed FROM articles WHERE id = ?", (article.id,)
    ).fetchone()
    rows = connection.execute(
        "SELECT capture, seen, title, updated, author, source, body, images, parser, layout, line FROM revisions"
        " WHERE number = ? ORDER BY revision",
        (number,),
    ).fetchall()
    for capture, seen, title, updated, author, source, body, images, parser, layout, line in rows:
        revision = replace(
            article,
            title=title,
            updated=read_day(updated),
            author=author,
            source=source,
            body=_read_body(body),
            images=tuple(Image(**image) for image in json.loads(images)),
            parser=parser,
            layout=layout,
            line=line,
        )
        yield capture, seen, revision
    yield current, changed, article


def read_day(text: str | None) -> date | None:
    """The day of a column. Raises ValueError for a damaged one."""
    return date.fromisoformat(text) if text else None


def _read_body(text: str | None) -> tuple[str, ...]:
    return tuple(text.split("\n\n")) if text else ()
