"""Purging WARC files: finding the records that must be removed, and rewriting the files under new names."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.purged import find_links
from harbincrawl.errors import DamagedError
from harbincrawl.warc.heads import find_field
from harbincrawl.warc.reader import MAX_UNPACKED, read_hint
from harbincrawl.warc.records import Damage, Record, walk_records
from harbincrawl.warc.rewrite import MovedFile, RecordFields, rewrite

from .marks import Marks

_NAME = re.compile(r"(?P<name>.+?)(?:-p(?P<count>\d+))?\.warc\.gz")

Progress = Callable[[int, int], None]
"""Gets (files done, total)."""


@dataclass
class PurgePlan:
    """The records to remove."""

    drops: dict[str, dict[int, str]] = field(default_factory=dict)
    """By file and offset, why the record is removed."""
    hints: dict[str, set[str]] = field(default_factory=dict)
    """By file, the files that its other revisits refer to."""

    @property
    def records(self) -> int:
        """Number of records to remove."""
        return sum(map(len, self.drops.values()))

    def list_files(self, names: Sequence[str]) -> list[str]:
        """The files to rewrite, in order: those with removed records, and those that refer to rewritten files."""
        chosen = set(self.drops)
        while True:
            more = {name for name in names if name not in chosen and self.hints.get(name, set()) & chosen}
            if not more:
                return [name for name in names if name in chosen]
            chosen |= more


def make_plan(
    folder: Path, names: Sequence[str], marks: Marks, pictures: Collection[str], progress: Progress
) -> PurgePlan:
    """Reads all records of the files `names` in `folder` and decides which to remove.

    `pictures` are URL paths of pictures to remove. Raises DamagedError, TooLargeError.
    """
    plan = PurgePlan()
    gone: set[str] = set()
    for done, name in enumerate(names):
        progress(done, len(names))
        path = folder / name
        with path.open("rb") as stream:
            for record in walk_records(stream, name):
                if isinstance(record, Damage):
                    raise DamagedError(name, record.offset, f"{record.reason}; a damaged file cannot be purged")
                _judge(plan, name, record, marks, pictures, gone)
    return plan


def _judge(plan: PurgePlan, name: str, record: Record, marks: Marks, pictures: Collection[str], gone: set[str]) -> None:
    """Adds one record to the plan; `gone` are the payload digests of responses to remove."""
    block = record.read_block(MAX_UNPACKED)
    digest = find_field(record.fields, "WARC-Payload-Digest")
    if record.type == "warcinfo" or find_field(record.fields, "WARC-Removed") is not None:
        return
    reason = _find_reason(record, block, marks, pictures)
    if reason is None and record.type == "revisit" and digest in gone:
        reason = "its original contained a purged article"
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
    part = marks.find_in_block(block)
    return f"it contained {part} of a purged article" if part else None


def write_files(folder: Path, names: Sequence[str], plan: PurgePlan, now: datetime) -> dict[str, MovedFile]:
    """Rewrites the files `names` under new names and syncs them to disk; the old files stay.

    Raises DamagedError, TooLargeError, NoSpaceError, WarcError.
    """
    moved: dict[str, MovedFile] = {}
    for name in names:
        drops = plan.drops.get(name, {})

        def drop(meta: RecordFields, _block: bytes, drops: dict[int, str] = drops) -> str | None:
            return drops.get(meta.offset)

        new = next_name(name)
        offsets = rewrite(folder / name, folder / new, drop, now=lambda: now, moved=moved)
        moved[name] = MovedFile(new, offsets)
    return moved


def next_name(name: str) -> str:
    """The name of a file after a purge: `x.warc.gz`, `x-p1.warc.gz`, `x-p2.warc.gz`. The order of names is kept."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise DamagedError(name, None, "expected a name that ends with .warc.gz")
    return f"{match['name']}-p{int(match['count'] or 0) + 1}.warc.gz"
