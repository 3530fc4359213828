"""A file for each article in a folder: names that are safe, sort by day, and are no other article's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from harbincrawl.errors import DatabaseError, DestinationError
from harbincrawl.export.selection import Batch, Selection
from harbincrawl.export.task import Task
from harbincrawl.files import check_folder, make_file_name

DAY = r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|undated)"
"""A pattern of what the name of a file begins with."""
_YEAR = re.compile(r"[0-9]{4}|undated")


def check_export(destination: Path, is_own: Callable[[Path], bool]) -> None:
    """Raises DestinationError if `destination` is no folder, or has anything in it that `is_own` says is not ours."""
    check_folder(destination)
    if not destination.exists():
        return
    if foreign := sorted(path.name for path in destination.iterdir() if not is_own(path)):
        raise DestinationError(f"{destination} contains {foreign[0]}, so it is not an export: name a new folder.")


def write_files(
    task: Task,
    selection: Selection,
    folder: Path,
    ending: str,
    write: Callable[[dict[str, Any]], str],
) -> Iterator[tuple[Batch, list[str]]]:
    """Writes a file for each article, with what `write` makes of it; gives each batch with the names of its files.

    Raises DatabaseError where an id or a day makes no name of a file.
    """
    for batch in selection.batches():
        names = []
        columns = list(batch)
        for row in zip(*batch.values(), strict=True):
            article = dict(zip(columns, row, strict=True))
            id = article["id"].rpartition(":")[2]
            created = str(article["created"] or "undated")
            name = make_file_name(created, id, ending=ending)
            _check_year(created)
            with (folder / name).open("xb") as file:
                file.write(write(article).encode("utf-8"))
            names.append(name)
        task.progress(len(names))
        yield batch, names


def _check_year(created: str) -> None:
    if not _YEAR.fullmatch(created.partition("-")[0]):
        raise DatabaseError(
            f"{ascii(created)[:80]} is no day, so nothing was written: harbincrawl rebuild makes"
            " the database anew from the WARC files."
        )
