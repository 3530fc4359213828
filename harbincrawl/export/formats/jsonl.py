"""JSON lines: one article per line, with keys in the order of the fields, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring
from typing import IO, Any

from harbincrawl.export.fields import NESTED
from harbincrawl.export.selection import Batch, Selection, write_compact_json
from harbincrawl.export.task import RowWriter, Task, open_text, write_rows
from harbincrawl.fields import Field
from harbincrawl.text import escape_json


def write(task: Task, selection: Selection) -> int:
    """Writes the rows as JSON lines; whole articles are encoded by SQLite, which is faster."""
    # A terminal gets control characters and direction overrides as escapes.
    with open_text(task, escape_json) as sink:
        writer = JsonLinesWriter(sink, task.fields)
        if task.profile != "full" or task.job.revisions:
            return write_rows(task, selection, writer)
        count = 0
        for lines in selection.lines([field.name for field in task.fields]):
            writer.write_lines(lines)
            task.progress(len(lines))
            count += len(lines)
        writer.write_purged(selection.purged)
        writer.close()
        return count


class JsonLinesWriter(RowWriter):
    """Writes batches to `sink` as JSON lines."""

    def __init__(self, sink: IO[bytes], fields: Sequence[Field]) -> None:
        super().__init__(fields)
        self._sink = sink
        self._line = "{" + ",".join(f'"{field.name}":%s' for field in fields) + "}\n"

    def write(self, batch: Batch) -> None:
        """Writes a batch, encoded column by column: `json.dumps` of each line would take three times as long."""
        columns = [_encode(field, batch[field.name]) for field in self.fields]
        lines = map(self._line.__mod__, zip(*columns, strict=True))
        self._sink.write("".join(lines).encode("utf-8"))

    def write_lines(self, lines: Sequence[bytes]) -> None:
        """Writes lines that are already encoded (`Selection.lines`)."""
        # The empty item adds the last line feed; adding it to the joined bytes would copy all of them.
        self._sink.write(b"\n".join((*lines, b"")))

    def write_purged(self, ids: Sequence[str]) -> None:
        """Writes tombstones: objects with `id`, `status` and `change` only."""
        for identity in ids:
            tombstone = {"id": identity, "status": "purged", "change": "purged"}
            self._sink.write((write_compact_json(tombstone) + "\n").encode())

    def close(self) -> None:
        """Flushes the sink, which stays open."""
        self._sink.flush()


def _encode(field: Field, column: Sequence[Any]) -> Iterable[Any]:
    if field.kind in NESTED:
        # These are already compact JSON.
        return column if None not in column else ["null" if value is None else value for value in column]
    if field.kind == "integer":
        return column
    if field.kind == "number":
        return ["null" if value is None else repr(float(value)) for value in column]
    if field.nullable:
        return ["null" if value is None else encode_basestring(value) for value in column]
    return map(encode_basestring, column)
