"""CSV by RFC 4180 in UTF-8: with a header, quoted text, empty cells for null, lists and structs as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Any

from harbincrawl.export.selection import Batch, Selection
from harbincrawl.export.task import RowWriter, Task, open_text, write_rows
from harbincrawl.fields import Field
from harbincrawl.text import clean, disarm

_MARK = "\ufeff"
"""The byte order mark, by which spreadsheets know UTF-8."""


def write(task: Task, selection: Selection) -> int:
    """Writes the rows as CSV."""
    with open_text(task, _clean_lines) as sink:
        return write_rows(task, selection, CsvWriter(sink, task.fields, excel=task.job.excel))


def _clean_lines(text: str) -> str:
    """`text` without control characters and direction overrides, but for the ends of lines and the byte order mark."""
    return text if text == _MARK else "\r".join(map(clean, text.split("\r")))


class CsvWriter(RowWriter):
    """Writes batches to `sink` as CSV.

    With `excel` the file begins with a byte order mark, and cells that would be formulas begin with an apostrophe. Such
    a file is for people; programs would read the apostrophes as text.
    """

    def __init__(self, sink: IO[bytes], fields: Sequence[Field], *, excel: bool = False) -> None:
        super().__init__(fields)
        self._sink = sink
        self._excel = excel
        self._line = ",".join(["%s"] * len(fields)) + "\r\n"
        self._sink.write((_MARK if excel else "").encode())
        self._sink.write((",".join(field.name for field in fields) + "\r\n").encode())

    def write(self, batch: Batch) -> None:
        """Writes a batch. All texts are quoted, which is faster than checking; only null is not."""
        columns = [self._encode(field, batch[field.name]) for field in self.fields]
        lines = map(self._line.__mod__, zip(*columns, strict=True))
        self._sink.write("".join(lines).encode("utf-8"))

    def close(self) -> None:
        """Flushes the sink, which stays open."""
        self._sink.flush()

    def _encode(self, field: Field, column: Sequence[Any]) -> Iterable[Any]:
        if field.kind == "integer":
            return ["" if value is None else value for value in column]
        if field.kind == "number":
            return ["" if value is None else repr(float(value)) for value in column]
        if self._excel:
            column = [None if text is None else disarm(text) for text in column]
        return ["" if text is None else '"' + text.replace('"', '""') + '"' for text in column]
