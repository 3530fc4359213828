"""Parquet with zstd and typed columns: dates, timestamps, lists, structs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from harbincrawl.errors import MissingExtraError
from harbincrawl.export.fields import COUNT_PARTS, NESTED, PLACE_PARTS
from harbincrawl.export.files import write_atomic_file
from harbincrawl.export.selection import Batch, Selection
from harbincrawl.export.task import RowWriter, Task, write_rows
from harbincrawl.fields import CAPTURE_PARTS, IMAGE_PARTS, Field, Kind
from harbincrawl.text import read_time

ROW_GROUP = 4096
"""Articles in a row group: some 12 MB of text, which are held in memory."""
COMPRESSION_LEVEL = 3
_REPEATING = ("section", "section_path", "author", "source", "status", "parser", "updated", "created")
"""Columns with few different values, which are written with a dictionary."""


def load_pyarrow() -> Any:
    """The module pyarrow, imported when it is first needed. Raises MissingExtraError."""
    try:
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError:
        raise MissingExtraError("pyarrow is required for Parquet: pip install 'harbincrawl[parquet]'.") from None


def write(task: Task, selection: Selection) -> int:
    """Writes the rows as Parquet. Raises MissingExtraError."""
    with write_atomic_file(task.destination) as path:
        return write_rows(task, selection, ParquetWriter(path, task.fields))


class ParquetWriter(RowWriter):
    """Writes batches to `path` as Parquet."""

    def __init__(self, path: Path, fields: Sequence[Field]) -> None:
        pa = load_pyarrow()
        super().__init__(fields)
        self._columns = [_make_converter(pa, field.kind) for field in fields]
        self._schema = make_arrow_schema(fields)
        names = [field.name for field in fields]
        self._writer = pa.parquet.ParquetWriter(
            path,
            self._schema,
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=[name for name in names if name in _REPEATING] or False,
            # Minimum and maximum let a reader skip row groups; for texts they only take space.
            write_statistics=[
                field.name for field in fields if field.kind in ("date", "time", "integer") or field.name == "id"
            ],
            version="2.6",
        )
        self._buffered: list[Any] = []
        self._rows = 0

    def write(self, batch: Batch) -> None:
        """Writes a batch."""
        pa = load_pyarrow()
        arrays = [convert(batch[field.name]) for field, convert in zip(self.fields, self._columns, strict=True)]
        self._buffered.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        self._rows += self._buffered[-1].num_rows
        if self._rows >= ROW_GROUP:
            self._flush(pa)

    def close(self) -> None:
        """Writes the buffered rows and the footer."""
        if self._buffered:
            self._flush(load_pyarrow())
        self._writer.close()

    def _flush(self, pa: Any) -> None:
        self._writer.write_table(pa.Table.from_batches(self._buffered), row_group_size=self._rows)
        self._buffered, self._rows = [], 0


def make_arrow_schema(fields: Sequence[Field]) -> Any:
    """The Arrow schema of `fields`, with their meanings as metadata."""
    pa = load_pyarrow()
    return pa.schema(
        [
            pa.field(field.name, _make_arrow_type(pa, field.kind), metadata={"description": field.meaning})
            for field in fields
        ]
    )


def _make_arrow_type(pa: Any, kind: Kind) -> Any:
    def struct(parts: Sequence[Field]) -> Any:
        return pa.struct([(part.name, _make_arrow_type(pa, part.kind)) for part in parts])

    return {
        "text": lambda: pa.string(),
        "date": lambda: pa.date32(),
        "time": lambda: pa.timestamp("us", tz="UTC"),
        "integer": lambda: pa.int64(),
        "number": lambda: pa.float64(),
        "flag": lambda: pa.bool_(),
        "texts": lambda: pa.list_(pa.string()),
        "images": lambda: pa.list_(struct(IMAGE_PARTS)),
        "capture": lambda: struct(CAPTURE_PARTS),
        "place": lambda: struct(PLACE_PARTS),
        "counts": lambda: pa.list_(struct(COUNT_PARTS)),
    }[kind]()


def _make_converter(pa: Any, kind: Kind) -> Callable[[Sequence[Any]], Any]:
    """The function that makes an Arrow array from a column of a Batch."""
    target = _make_arrow_type(pa, kind)
    if kind in ("date", "time"):
        return lambda column: pa.array(column, pa.string()).cast(target)
    if kind in ("capture", "place"):
        return lambda column: pa.array([_read_capture(text) for text in column], target)
    if kind in NESTED:
        return lambda column: pa.array(_parse_all(["null" if text is None else text for text in column]), target)
    return lambda column: pa.array(column, target)


def _read_capture(text: str | None) -> dict[str, Any] | None:
    value = json.loads(text) if text else None
    return value and value | {"fetched_at": read_time(value["fetched_at"])}


def _parse_all(texts: Sequence[str]) -> Any:
    """Parses all JSON texts of a column in one call."""
    return json.loads(f"[{','.join(texts)}]")
