"""What is asked of an export, what it takes to write it, and the writing of its rows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

from harbincrawl.fields import Field
from harbincrawl.search.filters import Filters

from .fields import Profile
from .files import PrintedSink, open_sink, write_atomic_file
from .selection import Batch, Selection


class ExportJob(NamedTuple):
    """The options of an export."""

    destination: str
    """A file, a folder, or `-` for standard output."""
    format: str | None = None
    """A value of --format; None: by the ending of the destination."""
    filters: Filters = Filters()
    profile: Profile | None = None
    """None: `full`, or `features` with `share`."""
    fields: tuple[str, ...] = ()
    """Names of the fields; empty: all."""
    excel: bool = False
    share: bool = False
    """A bundle that may be given away: nothing in it gives a text back."""
    titles: bool = False
    """With `share`, titles too."""
    revisions: bool = False
    """Earlier wordings of the articles in their place."""


class Task(NamedTuple):
    """How a job is done."""

    job: ExportJob
    archive: Path
    """The folder of the archive."""
    format: str
    packing: str | None
    profile: Profile
    fields: Sequence[Field]
    progress: Callable[[int], None]
    """Gets the size of each batch that was written."""

    @property
    def destination(self) -> Path:
        """The file or the folder."""
        return Path(self.job.destination)


class RowWriter:
    """The writer of a format of rows, each with the same fields."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields

    def write(self, batch: Batch) -> None:
        """Writes a batch."""
        raise NotImplementedError

    def write_purged(self, ids: Sequence[str]) -> None:
        """Writes tombstones: rows with `id`, `status` and `change` only."""
        if ids:
            empty: Batch = {field.name: [None] * len(ids) for field in self.fields}
            self.write(empty | {"id": ids, "status": ["purged"] * len(ids), "change": ["purged"] * len(ids)})

    def close(self) -> None:
        """Writes what is still buffered, and the end of the format."""
        raise NotImplementedError


def write_rows(task: Task, selection: Selection, writer: RowWriter) -> int:
    """Writes the articles in their profile, or their earlier wordings, and closes the writer; returns their number."""
    count = 0
    for batch in _read_batches(task, selection):
        size = len(next(iter(batch.values())))
        writer.write(batch)
        task.progress(size)
        count += size
    writer.write_purged(() if task.job.revisions else selection.purged)
    writer.close()
    return count


def _read_batches(task: Task, selection: Selection) -> Iterable[Batch]:
    if task.job.revisions:
        return selection.revisions()
    if task.profile == "full":
        return selection.batches()
    from .profiles import read_profile  # takes 10 ms that a full export can save

    return map(read_profile(task.profile, selection), selection.batches())


@contextmanager
def open_text(task: Task, make_safe: Callable[[str], str]) -> Iterator[IO[bytes]]:
    """What a format of text is written to: its file, which appears when the block ends, or standard output.

    That may be a terminal, which nothing can steer that went through `make_safe`.
    """
    if task.job.destination == "-":
        # With PYTHONUNBUFFERED, sys.stdout has no buffer, and a write to it may be incomplete.
        with open(sys.stdout.fileno(), "wb", closefd=False) as sink:
            yield cast(IO[bytes], PrintedSink(sink, make_safe))
    else:
        with write_atomic_file(task.destination) as path, open_sink(path, task.packing) as sink:
            yield sink
