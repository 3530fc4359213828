"""Parquet: zstd, typed columns (dates as dates, lists as lists, images as structs), row groups of one size."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from harbincrawl.errors import MissingExtraError
from harbincrawl.export.fields import CAPTURE_PARTS, COUNT_PARTS, IMAGE_PARTS, NESTED, Field, Kind
from harbincrawl.export.selection import Batch, tombstones

ROW_GROUP = 4096
"""Articles a row group: some 12 MB of text, all that is held in memory."""
COMPRESSION_LEVEL = 3
_REPEATING = ("section", "section_path", "author", "source", "status", "parser", "updated", "created")
"""Columns with few different values; a dictionary for the others costs time and saves nothing."""


def load_pyarrow() -> Any:
    """The module, imported when it is first needed. Raises MissingExtraError."""
    try:
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError:
        raise MissingExtraError("Parquet needs one more package: `pip install 'harbincrawl[parquet]'`.") from None


class Parquet:
    """Writes batches to `path` as Parquet."""

    def __init__(self, path: Path, fields: Sequence[Field]) -> None:
        pa = load_pyarrow()
        self._fields = fields
        self._columns = [_converter(pa, field.kind) for field in fields]
        self._schema = arrow_schema(fields)
        names = [field.name for field in fields]
        self._writer = pa.parquet.ParquetWriter(
            path,
            self._schema,
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=[name for name in names if name in _REPEATING] or False,
            # Smallest and largest values help a reader skip row groups; of texts they only take room.
            write_statistics=[
                field.name for field in fields if field.kind in ("date", "time", "integer") or field.name == "id"
            ],
            version="2.6",
        )
        self._waiting: list[Any] = []
        self._rows = 0
        self.memory = 0
        """Bytes that the rows so far take in Arrow's own form."""

    def write(self, batch: Batch) -> None:
        """Adds a batch."""
        pa = load_pyarrow()
        arrays = [convert(batch[field.name]) for field, convert in zip(self._fields, self._columns, strict=True)]
        self._waiting.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        self._rows += self._waiting[-1].num_rows
        self.memory += self._waiting[-1].nbytes
        if self._rows >= ROW_GROUP:
            self._flush(pa)

    def write_purged(self, ids: Sequence[str]) -> None:
        """Adds tombstones: rows with `id` and `status` only."""
        if ids:
            self.write(tombstones([field.name for field in self._fields], ids))

    def close(self) -> None:
        """Writes what waits and the footer."""
        if self._waiting:
            self._flush(load_pyarrow())
        self._writer.close()

    def _flush(self, pa: Any) -> None:
        self._writer.write_table(pa.Table.from_batches(self._waiting), row_group_size=self._rows)
        self._waiting, self._rows = [], 0


def arrow_schema(fields: Sequence[Field]) -> Any:
    """The Arrow schema of `fields`, the meaning of each as its metadata."""
    pa = load_pyarrow()
    return pa.schema(
        [pa.field(field.name, _arrow_type(pa, field.kind), metadata={"description": field.meaning}) for field in fields]
    )


def _arrow_type(pa: Any, kind: Kind) -> Any:
    def struct(parts: Sequence[Field]) -> Any:
        return pa.struct([(part.name, _arrow_type(pa, part.kind)) for part in parts])

    return {
        "text": lambda: pa.string(),
        "date": lambda: pa.date32(),
        "time": lambda: pa.timestamp("us", tz="UTC"),
        "integer": lambda: pa.int64(),
        "number": lambda: pa.float64(),
        "texts": lambda: pa.list_(pa.string()),
        "images": lambda: pa.list_(struct(IMAGE_PARTS)),
        "capture": lambda: struct(CAPTURE_PARTS),
        "counts": lambda: pa.list_(struct(COUNT_PARTS)),
        "integers": lambda: pa.list_(pa.int64()),
    }[kind]()


def _converter(pa: Any, kind: Kind) -> Callable[[Sequence[Any]], Any]:
    """What makes an Arrow array of a column of a Batch."""
    target = _arrow_type(pa, kind)
    if kind in ("date", "time"):
        return lambda column: pa.array(column, pa.string()).cast(target)
    if kind == "capture":
        pc = import_module("pyarrow.compute")

        def captures(column: Sequence[Any]) -> Any:
            found = _loads(["{}" if text is None else text for text in column])
            parts = [_converter(pa, part.kind)([value.get(part.name) for value in found]) for part in CAPTURE_PARTS]
            whole = pa.StructArray.from_arrays(parts, fields=list(target))
            return pc.if_else(pa.array([text is not None for text in column]), whole, pa.scalar(None, target))

        return captures
    if kind in NESTED:
        return lambda column: pa.array(_loads(["null" if text is None else text for text in column]), target)
    return lambda column: pa.array(column, target)


def _loads(texts: Sequence[str]) -> Any:
    """The JSON of a whole column read in one call."""
    return json.loads(f"[{','.join(texts)}]")
