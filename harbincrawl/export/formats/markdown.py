"""Markdown: one file per article with the fields as front matter, in folders by the year of `created`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from harbincrawl.export.fields import NESTED
from harbincrawl.export.files import write_atomic_folder
from harbincrawl.export.selection import Selection
from harbincrawl.export.task import Task
from harbincrawl.fields import Field

from .folder import check_export, write_files

_YEAR = re.compile(r"[0-9]{4}|undated")
_MARKS = re.compile(r"([\\`*_\[\]<>])")
_ADDRESS_END = re.compile(r"[\s<>\\\x00-\x1f\x7f]")
_STARTS = re.compile(r"^(\d*)([#+\-=~|.)])")


def write(task: Task, selection: Selection) -> int:
    """Writes the folder and returns the number of articles; the fields of the task are those of the front matter.

    Raises DestinationError if the destination contains anything but such folders, and what `write_files` raises.
    """
    check_export(task.destination, lambda path: _YEAR.fullmatch(path.name) is not None)
    with write_atomic_folder(task.destination) as folder:

        def make(article: dict[str, Any]) -> str:
            return write_article(article, task.fields)

        return sum(len(names) for _, names in write_files(task, selection, folder, ".md", make, by_year=True))


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
