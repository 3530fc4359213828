"""Which format a destination means, and one file written in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Literal, NamedTuple, Protocol

from harbincrawl.errors import DestinationError, NotFoundError
from harbincrawl.export.fields import Field, Profile, profile_fields
from harbincrawl.export.files import open_sink, whole_file
from harbincrawl.export.selection import Batch, Selection

FOLDERS = ("markdown", "bundle")
"""Formats that are folders."""
PACKABLE = ("jsonl", "csv")
"""Formats that `.gz` and `.zst` fit; the others are packed already, or are opened in place."""
ENDINGS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".db": "db",
    ".sqlite": "db",
    ".wacz": "wacz",
}
PACKINGS = {".gz": "gz", ".zst": "zst"}


class Plan(NamedTuple):
    """What a destination means."""

    format: str
    packing: Literal["gz", "zst"] | None = None


class Writer(Protocol):
    """What writes one format."""

    def write(self, batch: Batch) -> None:
        """Adds a batch."""

    def write_purged(self, ids: Sequence[str]) -> None:
        """Adds tombstones."""

    def close(self) -> None:
        """Ends the contents."""


def read_plan(destination: str, chosen: str | None) -> Plan:
    """The format that `destination` (a name, or `-`) and `--format` mean. Raises DestinationError."""
    if destination == "-":
        if chosen not in (None, "jsonl", "csv"):
            raise DestinationError(f"{chosen} cannot go to standard output: name a file. jsonl and csv can.")
        return Plan(chosen or "jsonl")
    path = Path(destination)
    packing = PACKINGS.get(path.suffix.lower())
    ending = (path.with_suffix("") if packing else path).suffix.lower()
    found = chosen or ENDINGS.get(ending)
    if found is None:
        if destination.endswith("/") or (not ending and not packing) or path.is_dir():
            return Plan("bundle")
        known = " ".join(ENDINGS)
        raise DestinationError(f"{destination}: unknown ending {path.suffix!r}; expected {known}, or --format.")
    if packing and found not in PACKABLE:
        able = " and ".join(PACKABLE)
        raise DestinationError(f"{destination}: {found} cannot be packed as {path.suffix}; {able} can.")
    return Plan(found, None if packing is None else "gz" if packing == "gz" else "zst")


def write_file(
    selection: Selection,
    destination: Path,
    plan: Plan,
    *,
    profile: Profile = "full",
    fields: Sequence[Field] | None = None,
    excel: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes the selection to `destination` and returns the number of articles.

    Nothing stands under that name until all does. `progress` is told the size of each batch. Raises
    NotFoundError (the destination is left as it was), DestinationError, NoSpaceError, MissingExtraError.
    """
    require_articles(selection)
    fields = fields or profile_fields(profile)
    transform = _read_transform(profile, selection.connection)
    with whole_file(destination) as path:
        if plan.format in PACKABLE:
            with open_sink(path, plan.packing) as sink:
                return write_text(selection, sink, plan.format, transform, fields, excel=excel, progress=progress)
        if plan.format == "parquet":
            from .parquet import Parquet

            return write_all(
                Parquet(path, fields), map_batches(transform, selection.batches()), selection.purged, progress
            )
        from .sqlite import SQLite

        with SQLite(path, fields) as database:
            return write_all(database, map_batches(transform, selection.batches()), selection.purged, progress)


def write_stream(
    selection: Selection,
    sink: IO[bytes],
    plan: Plan,
    *,
    profile: Profile = "full",
    fields: Sequence[Field] | None = None,
    excel: bool = False,
) -> int:
    """Writes the selection to an open sink, such as standard output. Raises NotFoundError."""
    require_articles(selection)
    transform = _read_transform(profile, selection.connection)
    fields = fields or profile_fields(profile)
    count = write_text(selection, sink, plan.format, transform, fields, excel=excel)
    sink.flush()
    return count


def require_articles(selection: Selection) -> None:
    """Raises NotFoundError where there is nothing to export, not even a tombstone."""
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
    """Writes a format that is a stream of text; returns the number of articles."""
    from .csv import Csv
    from .jsonl import JsonLines

    if name == "csv":
        return write_all(
            Csv(sink, fields, excel=excel), map_batches(transform, selection.batches()), selection.purged, progress
        )
    writer = JsonLines(sink, fields)
    if transform is not None:
        return write_all(writer, map(transform, selection.batches()), selection.purged, progress)
    count = 0
    for lines in selection.lines([field.name for field in fields]):
        writer.write_lines(lines)
        progress(len(lines))
        count += len(lines)
    writer.write_purged(selection.purged)
    writer.close()
    return count


def _read_transform(profile: Profile, connection: sqlite3.Connection) -> Callable[[Batch], Batch] | None:
    if profile == "full":
        return None
    from harbincrawl.export.profiles import (
        read_profile,  # hashes and word lists: 10 ms at start that a full export has no use for
    )

    return read_profile(profile, connection)


def map_batches(transform: Callable[[Batch], Batch] | None, batches: Iterable[Batch]) -> Iterable[Batch]:
    """`batches`, each transformed where there is something to do."""
    return batches if transform is None else map(transform, batches)


def write_all(
    writer: Writer,
    batches: Iterable[Batch],
    purged: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Hands every batch to `writer`, then the tombstones, and closes it; returns the number of articles."""
    count = 0
    for batch in batches:
        size = len(next(iter(batch.values())))
        writer.write(batch)
        progress(size)
        count += size
    writer.write_purged(purged)
    writer.close()
    return count
