"""Plain text for concordancers: one UTF-8 file an article, and `metadata.csv`, which tells what each file is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harbincrawl.corpus.words import WordCutter
from harbincrawl.errors import DatabaseError, DestinationError
from harbincrawl.export.fields import choose_fields
from harbincrawl.export.files import write_atomic_folder
from harbincrawl.export.selection import Selection
from harbincrawl.export.task import Task
from harbincrawl.fields import FIELDS, Field
from harbincrawl.files import check_folder, make_file_name
from harbincrawl.text import clean

from .csv import CsvWriter

TABLE = "metadata.csv"
_FILE = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|undated)-[^/]+\.txt")
_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
"""Ends of lines other than a line feed."""

_BY_NAME = {field.name: field for field in FIELDS}
METADATA_FIELDS = (
    Field("doc_id", "text", "The name of the file.", False),
    *(_BY_NAME[name] for name in ("id", "url", "title")),
    Field("date", "date", "The printed day, else the one in the address."),
    *(_BY_NAME[name] for name in ("created", "updated", "section", "section_path", "source", "author")),
    Field("words", "integer", "Number of words in the file, cut as `keywords` cuts them.", False),
    *(_BY_NAME[name] for name in ("first_seen", "last_changed", "revision", "status", "duplicate_of")),
)
"""The columns of the table; the first one is what R's readtext calls a file."""


def write(task: Task, selection: Selection) -> int:
    """Writes the folder and returns the number of articles; the fields of the task are the columns of the table.

    Raises DestinationError if the destination contains anything but such files, DatabaseError for a day that is none.
    """
    _check_folder(task.destination)
    cutter, count = WordCutter(), 0
    with write_atomic_folder(task.destination) as folder, (folder / TABLE).open("wb") as sink:
        table = CsvWriter(sink, task.fields, excel=task.job.excel)
        for batch in selection.batches():
            names, words = [], []
            for row in zip(*batch.values(), strict=True):
                article = dict(zip(batch, row, strict=True))
                text, name = write_text(article), _name_file(article)
                with (folder / name).open("xb") as file:
                    file.write(text.encode("utf-8"))
                names.append(name)
                words.append(len(cutter.cut(text)))
            days = [one or two for one, two in zip(batch["updated"], batch["created"], strict=True)]
            table.write({**batch, "doc_id": names, "date": days, "words": words})
            task.progress(len(names))
            count += len(names)
        table.close()
    return count


def _check_folder(destination: Path) -> None:
    """Raises DestinationError if `destination` is no folder, or has anything in it that is no such export."""
    check_folder(destination)
    if not destination.exists():
        return
    if foreign := sorted(path.name for path in destination.iterdir() if not _is_own(path)):
        raise DestinationError(f"{destination} contains {foreign[0]}, so it is not an export: name a new folder.")


def _name_file(article: Mapping[str, Any]) -> str:
    """A name that is safe, sorts by day, and is no other article's. Raises DatabaseError."""
    created = str(article["created"] or "undated")
    name = make_file_name(created, article["id"].rpartition(":")[2], ending=".txt")
    if not re.fullmatch("[0-9]{4}|undated", created.partition("-")[0]):
        raise DatabaseError(
            f"{ascii(created)[:80]} is no day, so nothing was written: harbincrawl rebuild makes"
            " the database anew from the WARC files."
        )
    return name


def choose_columns(names: tuple[str, ...]) -> tuple[Field, ...]:
    """The columns of these names, all if there are none, and `doc_id` always. Raises DestinationError."""
    return choose_fields(METADATA_FIELDS, ("doc_id", *names) if names else ())


def write_text(article: Mapping[str, Any]) -> str:
    """Title, body and captions of an article of a Batch, with blank lines between: what `keywords` counts the words of.

    Credits are no text. What is not to be in a text, such as a control character, is a blank, so that no two words
    become one.
    """
    captions = [image["caption"] for image in json.loads(article["images"])]
    title = " ".join((article["title"] or "").split())
    parts = [_tidy(part) for part in (title, article["body"], *captions) if part]
    return "\n\n".join(part for part in parts if part) + "\n"


def _tidy(text: str) -> str:
    lines = _ENDS.sub("\n", text).replace("\t", " ")
    if clean(lines) != lines:
        lines = "".join(sign if clean(sign) else " " for sign in lines)
    return lines.strip()


def _is_own(path: Path) -> bool:
    """Whether it is a file of such an export: others keep texts under names of their own."""
    return path.name == TABLE or (_FILE.fullmatch(path.name) is not None and path.with_name(TABLE).exists())
