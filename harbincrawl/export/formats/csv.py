"""CSV after RFC 4180 in UTF-8: a heading, text in quotes, null an empty cell, lists and structs as JSON in the cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Any

from harbincrawl.export.fields import Field
from harbincrawl.export.selection import Batch, tombstones

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is taken for a formula by spreadsheets."""


class Csv:
    """Writes batches to `sink` as CSV.

    With `excel` the file begins with a byte order mark and a cell that a spreadsheet would compute begins with an
    apostrophe; such a file is for reading, no longer for reading back.
    """

    def __init__(self, sink: IO[bytes], fields: Sequence[Field], *, excel: bool = False) -> None:
        self._sink = sink
        self._fields = fields
        self._excel = excel
        self._line = ",".join(["%s"] * len(fields)) + "\r\n"
        self._sink.write(b"\xef\xbb\xbf" if excel else b"")
        self._sink.write((",".join(field.name for field in fields) + "\r\n").encode())

    def write(self, batch: Batch) -> None:
        """Adds a batch. Quoting every text costs less than looking whether it needs quotes, and only null is bare."""
        columns = [self._encode(field, batch[field.name]) for field in self._fields]
        lines = map(self._line.__mod__, zip(*columns, strict=True))
        self._sink.write("".join(lines).encode("utf-8"))

    def write_purged(self, ids: Sequence[str]) -> None:
        """Adds tombstones: rows with `id` and `status` only."""
        if ids:
            self.write(tombstones([field.name for field in self._fields], ids))

    def close(self) -> None:
        """Ends the file's contents; the sink stays open."""
        self._sink.flush()

    def _encode(self, field: Field, column: Sequence[Any]) -> Iterable[Any]:
        if field.kind == "integer":
            return ["" if value is None else value for value in column]
        if field.kind == "number":
            return ["" if value is None else repr(float(value)) for value in column]
        if self._excel:
            column = ["'" + text if text and text.startswith(FORMULA_STARTS) else text for text in column]
        return ["" if text is None else '"' + text.replace('"', '""') + '"' for text in column]
