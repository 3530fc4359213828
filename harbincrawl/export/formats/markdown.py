"""Markdown: one file per article with the fields as front matter, in folders by the year of `created`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harbincrawl.errors import DatabaseError, DestinationError
from harbincrawl.export.fields import NESTED
from harbincrawl.export.files import write_atomic_folder
from harbincrawl.export.selection import Selection
from harbincrawl.export.task import Task
from harbincrawl.fields import Field
from harbincrawl.files import check_folder, hash_name, make_file_name

_YEAR = re.compile(r"[0-9]{4}|undated")
_MARKS = re.compile(r"([\\`*_\[\]<>])")
_ADDRESS_END = re.compile(r"[\s<>\\\x00-\x1f\x7f]")
_STARTS = re.compile(r"^(\d*)([#+\-=~|.)])")


def write(task: Task, selection: Selection) -> int:
    """Writes the folder and returns the number of articles; the fields of the task are those of the front matter.

    Of several archives, the names of files have that of the site in them. Raises DestinationError if the destination
    contains anything but such folders, DatabaseError where an id or a day makes no name of a file.
    """
    destination = task.destination
    check_folder(destination)
    if destination.exists():
        foreign = sorted(path.name for path in destination.iterdir() if not _YEAR.fullmatch(path.name))
        if foreign:
            raise DestinationError(f"{destination} contains {foreign[0]}, so it is not an export: name a new folder.")
    with write_atomic_folder(destination) as folder:
        count = 0
        for batch in selection.batches():
            columns = list(batch)
            for row in zip(*batch.values(), strict=True):
                article = dict(zip(columns, row, strict=True))
                # Two sites may give an article the same number.
                name = article["id"].rpartition(":")[2] if task.archive else article["id"].replace(":", "-")
                path = folder / _make_path(str(article["created"] or "undated"), name)
                path.parent.mkdir(exist_ok=True)
                if path.exists():
                    # `a-b:c` and `a:b-c`, say.
                    path = path.with_name(f"{path.stem}-{hash_name(article['id'])}.md")
                with path.open("xb") as file:
                    file.write(write_article(article, task.fields).encode("utf-8"))
            task.progress(len(batch["id"]))
            count += len(batch["id"])
    return count


def _make_path(created: str, name: str) -> Path:
    """`2020/2020-02-20-203.md`. Raises DatabaseError where the day or the id is none."""
    file = make_file_name(created, name, ending=".md")
    year = created.partition("-")[0]
    if not _YEAR.fullmatch(year):
        raise DatabaseError(
            f"{ascii(created)[:80]} is no day, so nothing was written: harbincrawl verify says what is broken."
        )
    return Path(year, file)


def write_article(article: dict[str, Any], fields: Sequence[Field]) -> str:
    """An article of a Batch as Markdown. Values of the front matter are JSON, which is also YAML."""
    front = [f"{field.name}: {_write_value(field, article[field.name])}" for field in fields if field.name != "body"]
    parts = ["---\n" + "\n".join(front) + "\n---"]
    if article["title"]:
        parts.append(f"# {escape(' '.join(article['title'].split()))}")
    if article["body"]:
        parts += map(escape, article["body"].split("\n\n"))
    parts += _write_pictures(json.loads(article["images"]))
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """`text` escaped, so that Markdown shows it unchanged; each line stays a line."""
    return "\n".join(_STARTS.sub(r"\1\\\2", line) for line in _MARKS.sub(r"\\\1", text).split("\n"))


def _escape_address(address: str) -> str:
    """`address` without anything that would end it within `<…>`."""
    return _ADDRESS_END.sub(lambda sign: quote(sign[0]), address)


def _write_value(field: Field, value: Any) -> str:
    if value is None:
        return "null"
    return str(value) if field.kind in NESTED else json.dumps(value, ensure_ascii=False)


def _write_pictures(images: Sequence[dict[str, Any]]) -> Iterator[str]:
    for image in images:
        words = " ".join(" ".join(filter(None, (image["caption"], image["credit"] and f"[{image['credit']}]"))).split())
        picture = f"![{escape(image['file_name'] or '')}](<{_escape_address(image['url'])}>)" if image["url"] else ""
        yield "\n".join(filter(None, (picture, escape(words) if words else "")))
