"""A folder of Markdown files, one an article, its facts as front matter; folders by the year of `created`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from harbincrawl.errors import DestinationError
from harbincrawl.export.fields import NESTED, Field
from harbincrawl.export.files import whole_folder
from harbincrawl.export.selection import Selection

_YEAR = re.compile(r"\d{4}|undated")
_MARKS = re.compile(r"([\\`*_\[\]<>])")
_STARTS = re.compile(r"^(\d*)([#+\-=~|.)])")


def write_markdown(
    selection: Selection,
    destination: Path,
    *,
    fields: Sequence[Field],
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes the folder and returns the number of articles; `fields` is what the front matter holds.

    Raises DestinationError where the destination holds anything but such folders.
    """
    if destination.exists():
        foreign = sorted(path.name for path in destination.iterdir() if not _YEAR.fullmatch(path.name))
        if foreign:
            raise DestinationError(f"{destination} holds {foreign[0]}, which no such export has: name a new folder.")
    with whole_folder(destination) as folder:
        for year, numbers in selection.years().items():
            (folder / year).mkdir()
            for batch in selection.numbered(numbers):
                columns = list(batch)
                for row in zip(*batch.values(), strict=True):
                    found = dict(zip(columns, row, strict=True))
                    number = found["id"].rpartition(":")[2]
                    name = f"{found['created'] or 'undated'}-{number}.md"
                    (folder / year / name).write_bytes(write_article(found, fields).encode("utf-8"))
                progress(len(batch["id"]))
    return selection.count


def write_article(found: dict[str, Any], fields: Sequence[Field]) -> str:
    """One article of a Batch as Markdown. Values of the front matter are JSON, which is YAML too."""
    front = [f"{field.name}: {_value(field, found[field.name])}" for field in fields if field.name != "body"]
    parts = ["---\n" + "\n".join(front) + "\n---"]
    if found["title"]:
        parts.append(f"# {escape(found['title'])}")
    parts += map(escape, (found["body"] or "").split("\n\n")) if found["body"] else []
    parts += _pictures(json.loads(found["images"]))
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """`text` so that Markdown shows it as it is: no emphasis, no heading, no list."""
    return _STARTS.sub(r"\1\\\2", _MARKS.sub(r"\\\1", text))


def _value(field: Field, value: Any) -> str:
    if value is None:
        return "null"
    return str(value) if field.kind in NESTED else json.dumps(value, ensure_ascii=False)


def _pictures(images: Sequence[dict[str, Any]]) -> Iterator[str]:
    for image in images:
        words = " ".join(filter(None, (image["caption"], image["credit"] and f"[{image['credit']}]")))
        picture = f"![{escape(image['file_name'] or '')}](<{image['url']}>)" if image["url"] else ""
        yield "\n".join(filter(None, (picture, escape(words) if words else "")))
