"""A page and its record as two files, which the tests of the reader compare: the page says its address and its day."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from harbincrawl.errors import DestinationError, OptionsError
from harbincrawl.files import write_whole
from harbincrawl.pages.explain import RECORD_FIELDS, ExplainedPage, Explanation, describe_record, explain_page
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.records import Article, Listing
from harbincrawl.sites import Site
from harbincrawl.text import clean

CHECKOUT = Path("tests/pages/golden")
"""Where a checkout of the project keeps its pairs."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", re.ASCII)
_HEAD = re.compile(rb"<!-- (https?://\S+) -->(?:<!-- read on (\d{4}-\d\d-\d\d) -->)?\n?")


class Head(NamedTuple):
    """What the first line of a pair's page says of it."""

    address: str
    day: date | None = None
    """By which its dates are judged."""


def check_name(name: str) -> None:
    """Raises OptionsError where `name` is no plain name of a pair."""
    if not _NAME.fullmatch(name):
        raise OptionsError(f"--save {clean(name)!r}: expected a name of letters, digits, - and _, without a folder.")


def write_pair(folder: Path, name: str, explanation: Explanation, site: Site) -> list[Path]:
    """Writes the page and its record, of an article of several pages a pair each; returns the paths.

    In a checkout of the project they go to its golden pages, else into `folder`. Raises DestinationError where a file
    of that name says something else, or the page cannot be kept as it was read.
    """
    if (folder / CHECKOUT).is_dir() and (folder / "harbincrawl" / "pages").is_dir():
        folder = folder / CHECKOUT
    files: dict[Path, bytes] = {}
    for number, page in enumerate(explanation.pages, 1):
        stem = name if number == 1 else f"{name}-{number}"
        data = make_page(page)
        files[folder / f"{stem}.html"] = data
        # As the pair will be read: without what only the HTTP header or a mirror say.
        again = explain_page(data, page.address, site, page.day)
        files[folder / f"{stem}.json"] = write_record(again).encode("utf-8", "backslashreplace")
    for path, content in files.items():
        if path.exists() and (not path.is_file() or path.read_bytes() != content):
            raise DestinationError(f"{path} is there already and says something else: choose another name.")
    for path, content in files.items():
        write_whole(path, content)
    return list(files)


def make_page(page: ExplainedPage) -> bytes:
    """The page behind its head; in UTF-8 where it was read by the charset of an HTTP header."""
    before = _HEAD.match(page.body)
    if before and before[1].decode("latin-1") == page.address:
        return page.body
    body = page.body[before.end() :] if before else page.body
    head = f"<!-- {page.address} --><!-- read on {page.day.isoformat()} -->\n"
    text = head + decode_page(body, page.charset)
    for data in (head.encode() + body, text.encode("utf-8", "replace")):
        if decode_page(data) == text:
            return data
    raise DestinationError(f"{page.address} cannot be kept: its bytes are read otherwise without its HTTP header.")


def read_head(data: bytes) -> Head | None:
    """What the first line of a page says of it; None where it does not name its address."""
    head = _HEAD.match(data)
    if head is None:
        return None
    day = None
    if head[2]:
        with suppress(ValueError):
            day = date.fromisoformat(head[2].decode())
    return Head(head[1].decode("latin-1"), day)


def write_record(page: ExplainedPage) -> str:
    """The record of a pair; of a page that was refused an empty one, for a person to fill in."""
    made = describe_pair(page.record) if page.record else dict.fromkeys(RECORD_FIELDS)
    made |= {} if page.record else {"url": page.address}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def describe_pair(record: Article | Listing) -> dict[str, Any]:
    """The record as a pair has it."""
    made = describe_record(record)
    made["unexplained"] = record.unaccounted
    values: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return values
