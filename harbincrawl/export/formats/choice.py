"""Choosing the export format from a destination, and writing a file in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Literal, NamedTuple, Protocol, TypeAlias

from harbincrawl.archive.database.connection import is_no_space, raise_typed
from harbincrawl.buckets import is_address
from harbincrawl.errors import DestinationError, NotFoundError
from harbincrawl.export.fields import Profile, profile_fields
from harbincrawl.export.files import open_sink, write_atomic_file
from harbincrawl.export.selection import Batch, Selection
from harbincrawl.fields import Field

from .csv import CsvWriter
from .jsonl import JsonLinesWriter
from .table import ENDINGS, TEXTS

PACKINGS = {".gz": "gz", ".zst": "zst"}


TextWriter: TypeAlias = CsvWriter | JsonLinesWriter


class ExportFormat(NamedTuple):
    """The format and compression of an export."""

    format: str
    packing: Literal["gz", "zst"] | None = None


class BatchConsumer(Protocol):
    """The writer of a format."""

    def write(self, batch: Batch) -> None:
        """Writes a batch."""

    def write_purged(self, ids: Sequence[str]) -> None:
        """Writes tombstones."""

    def close(self) -> None:
        """Writes what is still buffered, and the end of the format."""


def choose_format(destination: str, chosen: str | None) -> ExportFormat:
    """The format for `destination` (a path or `-`) and the value of `--format`. Raises DestinationError."""
    if destination == "-":
        if chosen not in (None, *TEXTS):
            known = " and ".join(TEXTS)
            raise DestinationError(f"{chosen} cannot be written to standard output, only {known}: name a file.")
        return ExportFormat(chosen or "jsonl")
    if is_address(destination):
        raise DestinationError(
            f"{destination} is no file of this machine: export to one, then copy it into the bucket."
        )
    path = Path(destination)
    packing = PACKINGS.get(path.suffix.lower())
    ending = (path.with_suffix("") if packing else path).suffix.lower()
    name = chosen or ENDINGS.get(ending)
    if name is None:
        if destination.endswith("/") or (not ending and not packing) or path.is_dir():
            return ExportFormat("bundle")
        known = " ".join(ENDINGS)
        raise DestinationError(f"{destination}: unknown ending {path.suffix!r}; expected {known}, or --format.")
    if packing and name not in TEXTS:
        raise DestinationError(
            f"{destination}: {name} cannot be compressed as {path.suffix}, only {' and '.join(TEXTS)}."
        )
    return ExportFormat(name, None if packing is None else "gz" if packing == "gz" else "zst")


def write_file(
    selection: Selection,
    destination: Path,
    form: ExportFormat,
    *,
    profile: Profile = "full",
    fields: Sequence[Field] | None = None,
    excel: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes the selection to `destination`, which appears only when it is complete; returns the number of articles.

    `progress` gets the size of each batch. Raises NotFoundError (the destination is not changed), DestinationError,
    NoSpaceError, MissingExtraError.
    """
    require_articles(selection)
    fields = fields or profile_fields(profile)
    transform = _read_transform(profile, selection)
    with write_atomic_file(destination) as path:
        if form.format in TEXTS:
            with open_sink(path, form.packing) as sink:
                return write_text(selection, sink, form.format, transform, fields, excel=excel, progress=progress)
        if form.format == "parquet":
            from .parquet import ParquetWriter

            return write_all(
                ParquetWriter(path, fields), map_batches(transform, selection.batches()), selection.purged, progress
            )
        if form.format != "db":
            raise DestinationError(f"{destination}: {form.format} is no format of one file.")
        from .sqlite import DatabaseWriter

        try:
            with DatabaseWriter(path, fields) as database:
                return write_all(database, map_batches(transform, selection.batches()), selection.purged, progress)
        except sqlite3.Error as error:
            if is_no_space(error, path.parent):
                raise_typed(error, destination)
            raise


def write_stream(
    selection: Selection,
    sink: IO[bytes],
    form: ExportFormat,
    *,
    profile: Profile = "full",
    fields: Sequence[Field] | None = None,
    excel: bool = False,
) -> int:
    """Writes the selection to an open file, such as standard output. Raises NotFoundError."""
    require_articles(selection)
    transform = _read_transform(profile, selection)
    fields = fields or profile_fields(profile)
    count = write_text(selection, sink, form.format, transform, fields, excel=excel)
    sink.flush()
    return count


def require_articles(selection: Selection) -> None:
    """Raises NotFoundError if there is nothing to export, not even a tombstone."""
    if not selection.count and not selection.purged:
        since = selection.filters.changed_since
        what = "nothing found" if since is None else f"nothing changed since {since}"
        raise NotFoundError(f"{what}; nothing was written.")


def write_text(
    selection: Selection,
    sink: IO[bytes],
    name: str,
    transform: Callable[[Batch], Batch] | None,
    fields: Sequence[Field],
    *,
    excel: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes a text format; returns the number of articles."""
    writer = make_text_writer(sink, name, fields, excel=excel)
    if transform is not None or not isinstance(writer, JsonLinesWriter):
        return write_all(writer, map_batches(transform, selection.batches()), selection.purged, progress)
    count = 0
    for lines in selection.lines([field.name for field in fields]):
        writer.write_lines(lines)
        progress(len(lines))
        count += len(lines)
    writer.write_purged(selection.purged)
    writer.close()
    return count


def make_text_writer(sink: IO[bytes], name: str, fields: Sequence[Field], *, excel: bool = False) -> TextWriter:
    """The writer of one of TEXTS. Raises KeyError for another format."""
    writers: dict[str, Callable[[], TextWriter]] = {
        "jsonl": lambda: JsonLinesWriter(sink, fields),
        "csv": lambda: CsvWriter(sink, fields, excel=excel),
    }
    return writers[name]()


def _read_transform(profile: Profile, selection: Selection) -> Callable[[Batch], Batch] | None:
    if profile == "full":
        return None
    from harbincrawl.export.profiles import read_profile  # takes 10 ms that a full export can save

    return read_profile(profile, selection)


def map_batches(transform: Callable[[Batch], Batch] | None, batches: Iterable[Batch]) -> Iterable[Batch]:
    """`batches`, each transformed unless `transform` is None."""
    return batches if transform is None else map(transform, batches)


def write_all(
    writer: BatchConsumer,
    batches: Iterable[Batch],
    purged: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes all batches and tombstones, and closes the writer; returns the number of articles."""
    count = 0
    for batch in batches:
        size = len(next(iter(batch.values())))
        writer.write(batch)
        progress(size)
        count += size
    writer.write_purged(purged)
    writer.close()
    return count
