"""The formats of an export: what each is called, the file that writes it, and what it can hold."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from harbincrawl.buckets import is_address
from harbincrawl.errors import DestinationError

if TYPE_CHECKING:
    from harbincrawl.export.selection import Selection
    from harbincrawl.export.task import Task


class Format(NamedTuple):
    """A format."""

    name: str
    module: str
    """Of this package or the one above; its `write` takes a Task and a Selection, and returns how many it wrote."""
    endings: tuple[str, ...] = ()
    """Of its files; a format without them is a folder."""
    is_text: bool = False
    """Whether it may go to standard output and be compressed; the others are packed, or need random access."""
    has_revisions: bool = False
    """Whether it takes earlier wordings, too."""

    def write(self, task: Task, selection: Selection) -> int:
        """Writes the selection; the module is loaded for that alone. Raises what its `write` raises."""
        count: int = import_module(self.module, __package__).write(task, selection)
        return count


_TABLE = (
    Format("jsonl", ".jsonl", (".jsonl", ".ndjson"), is_text=True, has_revisions=True),
    Format("csv", ".csv", (".csv",), is_text=True, has_revisions=True),
    Format("parquet", ".parquet", (".parquet",), has_revisions=True),
    Format("db", ".sqlite", (".db", ".sqlite")),
    Format("wacz", ".wacz", (".wacz",)),
    Format("text", ".text"),
    Format("bundle", "..dataset.bundle"),
)
FORMATS = {each.name: each for each in _TABLE}
"""All formats by name."""
ENDINGS = {ending: each.name for each in _TABLE for ending in each.endings}
"""The names by the endings of their files."""
PACKINGS = {".gz": "gz"}
"""How text is compressed, by the endings of files."""
TEXTS = tuple(each.name for each in _TABLE if each.is_text)


def choose_format(destination: str, chosen: str | None) -> tuple[str, str | None]:
    """(format, packing) for `destination` (a path or `-`) and the value of `--format`. Raises DestinationError."""
    if destination == "-":
        if chosen not in (None, *TEXTS):
            known = " and ".join(TEXTS)
            raise DestinationError(f"{chosen} cannot be written to standard output, only {known}: name a file.")
        return chosen or "jsonl", None
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
            return "bundle", None
        known = " ".join(ENDINGS)
        raise DestinationError(f"{destination}: unknown ending {path.suffix!r}; expected {known}, or --format.")
    if packing and name not in TEXTS:
        raise DestinationError(
            f"{destination}: {name} cannot be compressed as {path.suffix}, only {' and '.join(TEXTS)}."
        )
    return name, packing
