"""Which format a destination means, and one file written in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Literal, NamedTuple, Protocol

from ..records import HarbincrawlError
from .fields import Field, Profile, profile_fields
from .files import DestinationError, open_sink, whole_file
from .profiles import read_profile
from .selection import Batch, Selection

FORMATS = ("jsonl", "csv", "parquet", "db", "wacz", "markdown", "bundle")
"""Names for --format."""
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


class NothingFoundError(HarbincrawlError):
    """No article is left by the filters."""

    exit_code = 9


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
    NothingFoundError (the destination is left as it was), DestinationError, DiskFullError, MissingExtraError.
    """
    require_articles(selection)
    fields = fields or profile_fields(profile)
    transform = read_profile(profile, selection.connection)
    with whole_file(destination) as path:
        if plan.format in PACKABLE:
            with open_sink(path, plan.packing) as sink:
                writer = text_writer(plan.format, sink, fields, excel=excel)
                return write_all(writer, map(transform, selection.batches()), selection.purged, progress)
        if plan.format == "parquet":
            from .parquet import Parquet

            return write_all(Parquet(path, fields), map(transform, selection.batches()), selection.purged, progress)
        from .sqlite import SQLite

        with SQLite(path, fields) as database:
            return write_all(database, map(transform, selection.batches()), selection.purged, progress)


def write_stream(
    selection: Selection,
    sink: IO[bytes],
    plan: Plan,
    *,
    profile: Profile = "full",
    fields: Sequence[Field] | None = None,
    excel: bool = False,
) -> int:
    """Writes the selection to an open sink, such as standard output. Raises NothingFoundError."""
    require_articles(selection)
    transform = read_profile(profile, selection.connection)
    writer = text_writer(plan.format, sink, fields or profile_fields(profile), excel=excel)
    return write_all(writer, map(transform, selection.batches()), selection.purged)


def require_articles(selection: Selection) -> None:
    """Raises NothingFoundError where there is nothing to export, not even a tombstone."""
    if not selection.count and not selection.purged:
        since = selection.filters.changed_since
        what = "nothing found" if since is None else f"nothing changed since {since}"
        raise NothingFoundError(f"{what}; nothing was written.")


def text_writer(name: str, sink: IO[bytes], fields: Sequence[Field], *, excel: bool = False) -> Writer:
    """The writer of a format that is a stream of text."""
    if name == "csv":
        from .csv import Csv

        return Csv(sink, fields, excel=excel)
    from .jsonl import JsonLines

    return JsonLines(sink, fields)


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
