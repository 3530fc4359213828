"""A SQLite database for readers, made by sqlite-utils: the articles and their full-text index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from harbincrawl.archive.database.connection import is_no_space, raise_typed
from harbincrawl.export.files import write_atomic_file
from harbincrawl.export.selection import Batch, Selection
from harbincrawl.export.task import RowWriter, Task, write_rows
from harbincrawl.fields import Field

_TYPES = {"integer": int, "number": float}
_INDEXED = ("title", "body", "captions", "author", "source")
_TOKENIZER = "porter unicode61 remove_diacritics 2"


def write(task: Task, selection: Selection) -> int:
    """Writes the rows into a new database. Raises NoSpaceError."""
    with write_atomic_file(task.destination) as path:
        try:
            return write_rows(task, selection, DatabaseWriter(path, task.fields))
        except sqlite3.Error as error:
            if is_no_space(error, path.parent):
                raise_typed(error, task.destination)
            raise


class DatabaseWriter(RowWriter):
    """Writes batches to the table `articles` of a new database at `path`; lists and structs are JSON."""

    def __init__(self, path: Path, fields: Sequence[Field]) -> None:
        super().__init__(fields)
        from sqlite_utils import Database  # with pandas, where that is installed, it takes a third of a second

        self._database = Database(path)
        columns: dict[str, type] = {field.name: _TYPES.get(field.kind, str) for field in fields}
        self._has_captions = {"images", "body"} <= columns.keys()
        if self._has_captions:
            columns["captions"] = str
        self._table = self._database.table("articles").create(columns, pk="id" if "id" in columns else None)

    def write(self, batch: Batch) -> None:
        """Writes a batch."""
        columns = {field.name: batch[field.name] for field in self.fields}
        if self._has_captions:
            columns["captions"] = [_write_captions(text) for text in batch["images"]]
        self._table.insert_all(dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))

    def close(self) -> None:
        """Builds the full-text index, and closes the database."""
        indexed = [name for name in _INDEXED if name in self._table.columns_dict]
        if indexed:
            self._table.enable_fts(indexed, tokenize=_TOKENIZER)
        self._database.close()


def _write_captions(images: str | None) -> str | None:
    """Captions and credits of the pictures, a line each, for the index."""
    parts = (part for image in json.loads(images or "[]") for part in (image["caption"], image["credit"]))
    return "\n".join(part for part in parts if part) or None
