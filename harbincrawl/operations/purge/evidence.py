"""The WARC files of an archive without what they hold of some articles: new files beside the old ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.purged import find_links
from harbincrawl.errors import DamagedError
from harbincrawl.warc.feed import Damage, Record, walk_records
from harbincrawl.warc.heads import find_field
from harbincrawl.warc.reader import MAX_UNPACKED
from harbincrawl.warc.rewrite import Moved, StoredMeta, read_hint, rewrite

from .marks import Marks

_NAME = re.compile(r"(?P<name>.+?)(?:-p(?P<count>\d+))?\.warc\.gz")

Progress = Callable[[int, int], None]
"""Hears (files done, of how many)."""


@dataclass
class Plan:
    """What is to be done with the files of a folder."""

    drops: dict[str, dict[int, str]] = field(default_factory=dict)
    """By file and offset: why a record goes."""
    hints: dict[str, set[str]] = field(default_factory=dict)
    """By file: the files that its kept revisits refer to."""

    @property
    def records(self) -> int:
        """How many records go."""
        return sum(map(len, self.drops.values()))

    def list_files(self, names: Sequence[str]) -> list[str]:
        """The files to write anew, in order: those that lose records, and those that refer to files that move."""
        chosen = set(self.drops)
        while True:
            more = {name for name in names if name not in chosen and self.hints.get(name, set()) & chosen}
            if not more:
                return [name for name in names if name in chosen]
            chosen |= more


def make_plan(folder: Path, names: Sequence[str], marks: Marks, pictures: Collection[str], progress: Progress) -> Plan:
    """Reads every record of the files `names` of `folder`, in order, and says what goes.

    `pictures` are the addresses of pictures that go, too, as the site's own paths. Raises DamagedError, TooLargeError.
    """
    plan = Plan()
    gone: set[str] = set()
    for done, name in enumerate(names):
        progress(done, len(names))
        path = folder / name
        with path.open("rb") as stream:
            for record in walk_records(stream, name):
                if isinstance(record, Damage):
                    raise DamagedError(name, record.offset, f"{record.reason}; what is damaged there cannot be purged")
                _judge(plan, name, record, marks, pictures, gone)
    return plan


def _judge(plan: Plan, name: str, record: Record, marks: Marks, pictures: Collection[str], gone: set[str]) -> None:
    """Notes what becomes of one record; `gone` are the payload digests of responses that go."""
    block = record.read_block(MAX_UNPACKED)
    digest = find_field(record.fields, "WARC-Payload-Digest")
    if record.type == "warcinfo" or find_field(record.fields, "WARC-Removed") is not None:
        return
    reason = _find_reason(record, block, marks, pictures)
    if reason is None and record.type == "revisit" and digest in gone:
        reason = "its original held a purged article"
    if reason is not None:
        plan.drops.setdefault(name, {})[record.offset] = reason
        if record.type == "response" and digest is not None:
            gone.add(digest)
    elif (hint := read_hint(record)) is not None:
        plan.hints.setdefault(name, set()).add(hint[0])


def _find_reason(record: Record, block: bytes, marks: Marks, pictures: Collection[str]) -> str | None:
    target = record.target or ""
    if any(number in marks.numbers for number in find_links(target.encode())):
        return "a page of a purged article"
    if any(target.endswith(path) for path in pictures):
        return "a picture of a purged article"
    if record.type == "request":
        return None
    found = marks.find_in_block(block)
    return f"it held {found} of a purged article" if found else None


def write_files(folder: Path, names: Sequence[str], plan: Plan, now: datetime) -> dict[str, Moved]:
    """Writes the files `names` anew under new names, on disk when this returns; the old ones stay.

    Raises DamagedError, TooLargeError, NoSpaceError, WarcError.
    """
    moved: dict[str, Moved] = {}
    for name in names:
        drops = plan.drops.get(name, {})

        def drop(meta: StoredMeta, _block: bytes, drops: dict[int, str] = drops) -> str | None:
            return drops.get(meta.offset)

        new = next_name(name)
        offsets = rewrite(folder / name, folder / new, drop, now=lambda: now, moved=moved)
        moved[name] = Moved(new, offsets)
    return moved


def next_name(name: str) -> str:
    """`x.warc.gz` after a purge: `x-p1.warc.gz`, then `x-p2.warc.gz`; files stay in the order of their names."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise DamagedError(name, None, "expected a name that ends with .warc.gz")
    return f"{found['name']}-p{int(found['count'] or 0) + 1}.warc.gz"
