"""A SQLite database for readers: articles, images, authors, full-text index and views, without crawl internals."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from itertools import count, islice
from pathlib import Path
from typing import Self

from harbincrawl.archive.database.connection import is_no_space, raise_typed
from harbincrawl.export.fields import COUNT_PARTS
from harbincrawl.export.files import write_atomic_file
from harbincrawl.export.selection import Batch, Selection
from harbincrawl.export.task import RowWriter, Task, write_rows
from harbincrawl.fields import CAPTURE_PARTS, IMAGE_PARTS, Field
from harbincrawl.identity import FIRST_COUNTED, own_number

_TYPES = {"integer": "INTEGER", "number": "REAL"}
_INDEXED = ("title", "body", "captions", "author", "source")


def write(task: Task, selection: Selection) -> int:
    """Writes the rows into a new database. Raises NoSpaceError."""
    with write_atomic_file(task.destination) as path:
        try:
            with DatabaseWriter(path, task.fields) as database:
                return write_rows(task, selection, database)
        except sqlite3.Error as error:
            if is_no_space(error, path.parent):
                raise_typed(error, task.destination)
            raise


class DatabaseWriter(RowWriter):
    """Writes batches to a new database at `path`."""

    def __init__(self, path: Path, fields: Sequence[Field]) -> None:
        super().__init__(fields)
        self._fields = [field for field in fields if field.kind != "capture"]
        self._names = [field.name for field in fields]
        self._captured = "capture" in self._names
        self._has_captions = {"images", "body"} <= set(self._names)
        self._has_copies = {"id", "duplicate_of"} <= set(self._names)
        self._db = sqlite3.connect(path, isolation_level=None)
        # The file is synced and renamed when it is complete, so no journal is needed.
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("PRAGMA page_size = 4096")
        self._db.execute("BEGIN")
        for statement in self._list_statements():
            self._db.execute(statement)
        places = len(self._fields) + (len(CAPTURE_PARTS) if self._captured else 0) + self._has_captions
        self._insert = f"INSERT INTO articles VALUES (?{', ?' * places}{', NULL' if self._has_copies else ''})"
        self._site: str | None = None
        """Of the first article."""
        self._counted = count(FIRST_COUNTED if "id" in self._names else 1)

    def write(self, batch: Batch) -> None:
        """Writes a batch."""
        columns = [batch[field.name] for field in self._fields]
        if self._has_captions:
            columns.append([_write_captions(text) for text in batch["images"]])
        if self._captured:
            captures = [{} if text is None else json.loads(text) for text in batch["capture"]]
            columns += [[capture.get(part.name) for capture in captures] for part in CAPTURE_PARTS]
        keys = self._make_keys(batch)
        self._db.executemany(self._insert, zip(keys, *columns, strict=True))
        if "id" not in self._names:
            return
        for name, parts in (("images", IMAGE_PARTS), ("tokens", COUNT_PARTS), ("bigrams", COUNT_PARTS)):
            if name in self._names:
                items = [
                    (identity, position, row, *item.values())
                    for row, identity, text in zip(keys, batch["id"], batch[name], strict=True)
                    if text and text != "[]"
                    for position, item in enumerate(json.loads(text), 1)
                ]
                self._db.executemany(f"INSERT INTO article_{name} VALUES (?, ?, ?{', ?' * len(parts)})", items)
        if "authors" in self._names:
            people = [
                (identity, position, row, name)
                for row, identity, text in zip(keys, batch["id"], batch["authors"], strict=True)
                if text and text != "[]"
                for position, name in enumerate(json.loads(text), 1)
            ]
            self._db.executemany("INSERT INTO article_authors VALUES (?, ?, ?, ?)", people)

    def _make_keys(self, batch: Batch) -> list[int]:
        """The keys of a batch: the number in an id, which is the same in every export; others count up.

        Of several sites, whose numbers may be the same, those of the first one are keys.
        """
        if "id" not in self._names:
            return list(islice(self._counted, len(batch[self._names[0]])))
        if self._site is None:
            self._site = str(batch["id"][0]).partition(":")[0]
        ids = (str(identity).partition(":") for identity in batch["id"])
        numbers = (own_number(id) if site == self._site else None for site, _, id in ids)
        return [next(self._counted) if number is None else number for number in numbers]

    def close(self) -> None:
        """Links copies to their originals, builds the full-text index, commits and closes the database."""
        if self._has_copies:
            self._db.execute(
                "UPDATE articles SET original = (SELECT o.row FROM articles AS o WHERE o.id = articles.duplicate_of)"
                " WHERE duplicate_of IS NOT NULL"
            )
        indexed = self._list_indexed()
        if indexed:
            self._db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
            self._db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")
        self._db.execute("COMMIT")
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def _list_indexed(self) -> list[str]:
        names = [*self._names, "captions"] if self._has_captions else self._names
        return [name for name in _INDEXED if name in names]

    def _list_statements(self) -> list[str]:
        def column(field: Field, prefix: str = "") -> str:
            key = " NOT NULL UNIQUE" if field.name == "id" else ""
            return f'"{prefix}{field.name}" {_TYPES.get(field.kind, "TEXT")}{key}'

        lines = ["row INTEGER PRIMARY KEY, -- the number in its id; where that is none, counted up"]
        lines += [f"{column(field)}, -- {field.meaning}" for field in self._fields]
        if self._has_captions:
            lines.append("captions TEXT, -- Captions and credits of the pictures, one line each, for the index.")
        if self._captured:
            lines += [f"{column(part, 'capture_')}, -- {part.meaning}" for part in CAPTURE_PARTS]
        if self._has_copies:
            lines.append("original INTEGER REFERENCES articles(row), -- `duplicate_of`, where it is in this export too")
        # Remove the last comma, but keep the comment after it.
        head, _, comment = lines[-1].partition(", -- ")
        lines[-1] = f"{head} -- {comment}"
        statements = ["CREATE TABLE articles (\n  " + "\n  ".join(lines) + "\n)"]
        if "id" in self._names:
            for name, parts in (("images", IMAGE_PARTS), ("tokens", COUNT_PARTS), ("bigrams", COUNT_PARTS)):
                if name in self._names:
                    statements.append(_write_child_table(f"article_{name}", ", ".join(column(part) for part in parts)))
            if "authors" in self._names:
                statements.append(_write_child_table("article_authors", '"name" TEXT'))
        sorted_by = [name for name in ("updated", "section_path") if name in self._names]
        statements += [f"CREATE INDEX articles_{name} ON articles({name})" for name in sorted_by]
        if indexed := self._list_indexed():
            # Datasette and sqlite-utils find an index by content="TABLE", in these quotes.
            statements.append(
                f'CREATE VIRTUAL TABLE articles_fts USING fts5({", ".join(indexed)}, content="articles", '
                "content_rowid=\"row\", tokenize='porter unicode61 remove_diacritics 2')"
            )
        return statements + self._list_views()

    def _list_views(self) -> list[str]:
        views = []
        if {"status", "duplicate_of"} <= set(self._names):
            views.append(
                "CREATE VIEW originals AS -- live articles without copies\n"
                "  SELECT * FROM articles WHERE status = 'live' AND duplicate_of IS NULL"
            )
        if {"section", "updated"} <= set(self._names):
            views.append(
                "CREATE VIEW sections AS -- one row per section\n  SELECT section, count(*) AS articles, "
                "min(updated) AS first, max(updated) AS last\n  FROM articles "
                "GROUP BY section ORDER BY articles DESC, section"
            )
        if "updated" in self._names:
            views.append(
                "CREATE VIEW years AS -- one row per year\n  SELECT substr(updated, 1, 4) AS year, "
                "count(*) AS articles FROM articles GROUP BY 1 ORDER BY 1"
            )
        return views


def _write_captions(text: str | None) -> str | None:
    if not text or text == "[]":
        return None
    parts = (part for image in json.loads(text) for part in (image["caption"], image["credit"]))
    return "\n".join(part for part in parts if part) or None


def _write_child_table(name: str, parts: str) -> str:
    # `article` is a key of its own because Datasette's links lead to rows by their primary key.
    return (
        f"CREATE TABLE {name} (\n  id TEXT NOT NULL, -- of the article\n  position INTEGER NOT NULL,\n"
        f"  article INTEGER NOT NULL REFERENCES articles(row),\n  {parts},\n"
        "  PRIMARY KEY (id, position)\n) WITHOUT ROWID"
    )
