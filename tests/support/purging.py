"""Purges for tests, and looking for what must be nowhere after them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harbincrawl.operations.purge import Purge, purge
from harbincrawl.operations.verify import Findings, verify
from tests.support.crawling import crawl
from tests.support.sites import HARBIN_TODAY
from tests.support.twin import changes, make_twin, serve

HELD_TWICE = 7024
"""An article that both files of `crawl_two_files` hold."""


def crawl_two_files(folder: Path) -> None:
    """Makes an archive with two closed WARC files in `folder`."""
    twin = make_twin(7, 10, sections=("news",))
    assert twin.listing("news")[0].number == HELD_TWICE
    with serve(twin) as server:
        crawl(folder, server)
        changes.edit(twin, HELD_TWICE, "body")
        changes.change_feature_box(twin)
        crawl(folder, server, "--recheck", "all")


def contents(archive: Path) -> Iterator[bytes]:
    """The bytes of every file of the archive, members of gzip files and packed payloads unpacked."""
    for path in sorted(archive.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        yield data
        at = 0
        while path.name.endswith((".gz", ".open")) and at < len(data):
            member = zlib.decompressobj(31)
            record = member.decompress(data[at:])
            yield record
            begin = record.find(b"\x1f\x8b\x08")
            if begin >= 0:
                yield zlib.decompressobj(31).decompress(record[begin:])
            at = len(data) - len(member.unused_data)


def sentences(record: dict[str, Any]) -> list[str]:
    """What must be nowhere: title, summary, sentences of the body."""
    split = [part for text in record["body"] for part in re.split(r"(?<=[.!?])\s+", text)]
    return [text for text in (record["title"], record["summary"], *split) if text and len(text) >= 24]


def find_left(archive: Path, words: list[str]) -> list[str]:
    """Those of `words` that stand in any file, in either coding of the site."""
    whole = list(contents(archive))
    return [
        word for word in words if any(word.encode(codec) in data for codec in ("utf-8", "gb18030") for data in whole)
    ]


def run(archive: Path, *ids: int, copies: bool = False, everywhere: bool = False) -> Purge:
    names = list(map(str, ids))
    return purge(archive, names, copies=copies, everywhere=everywhere, progress=lambda *_: None)


def check(archive: Path, *, quick: bool = False, workers: int = 1, seal: str | None = None) -> Findings:
    """What `verify` finds, in this process."""
    return verify(archive, HARBIN_TODAY, quick=quick, progress=lambda *_: None, workers=workers, seal=seal)


def problems(archive: Path) -> list[object]:
    return list(check(archive).problems)
