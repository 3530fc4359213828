"""Purging WARC files: finding the records that must be removed, and rewriting the files under new names."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.places import list_places
from harbincrawl.buckets import hash_object
from harbincrawl.errors import BucketError, DamagedError
from harbincrawl.evidence import WARC_FOLDER
from harbincrawl.places import BucketFile, Place, measure_place
from harbincrawl.reread.spans import Progress
from harbincrawl.warc.heads import Fields, find_field
from harbincrawl.warc.log import EVENT
from harbincrawl.warc.names import first_name
from harbincrawl.warc.notices import PURGED_PAGE, Removal, make_removal
from harbincrawl.warc.reader import read_hint
from harbincrawl.warc.records import Damage, Record, read_members

from .marks import Marks
from .pictures import Pictures

_TARGET, _DIGEST = "WARC-Target-URI", "WARC-Payload-Digest"
_PICTURE = "a picture of a purged article"
_EVENT = re.compile(rb"\r\n%b:" % EVENT.encode(), re.IGNORECASE)
_ADDRESS = re.compile(rb'"(https?://[^"\\]+)"')
_REMOVED = re.compile(rb"\r\nWARC-Removed:", re.IGNORECASE)

Plan = dict[str, dict[int, Removal]]
"""By file and offset, the records to remove."""


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record to remove, or a revisit, which goes with its original."""

    file: str
    offset: int
    removal: Removal
    is_sure: bool
    """False: a revisit that holds nothing of the articles itself."""
    is_other: bool
    """Whether it is of a page of another article."""
    digest: str | None
    """WARC-Payload-Digest; of a revisit, that of its original."""
    original: tuple[str, int] | None
    """Where a revisit says that its original is; the file by its name before any purge."""


@dataclass(frozen=True, slots=True)
class RecordSearch:
    """Finds the records that hold something of purged articles."""

    marks: Marks
    pictures: Pictures
    now: datetime

    def read(self, paths: Sequence[Place], progress: Progress) -> Iterator[FoundRecord]:
        """The records of files to remove, and all revisits. Raises DamagedError, WarcError for an unreadable file."""
        total, before = sum(map(measure_place, paths)), 0
        for path in paths:
            for member in read_members(path):
                if isinstance(member, Damage):
                    reason = f"{member.reason}; a damaged file cannot be purged"
                    raise DamagedError(path.name, member.offset, reason)
                progress(before + member.offset, total, path.name)
                if (found := self.classify(path.name, member)) is not None:
                    yield found
            before += measure_place(path)

    def classify(self, file: str, member: Record) -> FoundRecord | None:
        """What becomes of one record; None if it stays whatever else goes."""
        kind = member.type
        if kind == "warcinfo" or _REMOVED.search(member.head):
            return None
        fields = member.fields
        reason = self._find_reason(member, fields)
        if reason is None and kind != "revisit":
            return None
        hint = read_hint(member)
        target = find_field(fields, _TARGET) or ""
        removal = make_removal(member, reason or "its original contained a purged article", self.now)
        if reason == _PICTURE or self.marks.find_in(target) == "a sentence":
            # The notice names no picture, and no address that is made of the title.
            removal = replace(removal, fields=tuple(each for each in removal.fields if each[0] != _TARGET))
        return FoundRecord(
            file,
            member.offset,
            removal,
            reason is not None,
            self.marks.is_other(target),
            find_field(fields, _DIGEST) if kind in ("response", "revisit") else None,
            (first_name(hint[0]), hint[1]) if hint else None,
        )

    def _find_reason(self, member: Record, fields: Fields) -> str | None:
        target = find_field(fields, _TARGET) or ""
        if self.marks.names(target):
            return PURGED_PAGE
        if self.pictures.has(self.marks.site, target, find_field(fields, _DIGEST)):
            return _PICTURE
        part = self.marks.find_in_page(member.head) or self.marks.find_in_block(member.block)
        if part is None and _EVENT.search(member.head):
            # No event has words of a page, but addresses may be made of them.
            addresses = (each.decode("utf-8", "replace") for each in _ADDRESS.findall(member.block))
            part = "an address" if any(self.pictures.has(self.marks.site, each, None) for each in addresses) else None
        return f"it contained {part} of a purged article" if part else None


def make_plan(paths: Sequence[Place], search: RecordSearch, progress: Progress) -> tuple[Plan, Plan]:
    """Reads all records of the files `paths`: (what to remove of the articles, what pages of others have of them).

    A revisit goes with its original, wherever in the files either is. Raises DamagedError, WarcError.
    """
    own: list[FoundRecord] = []
    others: list[FoundRecord] = []
    revisits: list[FoundRecord] = []
    for found in search.read(paths, progress):
        (revisits if not found.is_sure else others if found.is_other else own).append(found)
    return _add_revisits(own, revisits), _add_revisits(others, revisits)


def _add_revisits(sure: Sequence[FoundRecord], revisits: Sequence[FoundRecord]) -> Plan:
    gone = {found.digest for found in sure if found.digest is not None}
    places = {(first_name(found.file), found.offset) for found in sure}
    plan: Plan = {}
    for found in (*sure, *(each for each in revisits if each.digest in gone or each.original in places)):
        plan.setdefault(found.file, {})[found.offset] = found.removal
    return plan


def list_files(connection: sqlite3.Connection, folder: Path) -> list[Place]:
    """All closed WARC files of the archive in `folder`, by name: here, or in a bucket."""
    places: dict[str, Place] = {**list_places(connection)}
    places |= {path.name: path for path in (folder / WARC_FOLDER).glob("*.warc.gz")}
    return [places[name] for name in sorted(places)]


def check_whole(files: Iterable[Place]) -> None:
    """Raises BucketError for an object whose bytes are not those that were uploaded: no file is made of it."""
    for place in files:
        if isinstance(place, BucketFile) and hash_object(place.address, place.size) != place.sha256:
            raise BucketError(
                f"{place} gives other bytes than were uploaded (sha256), so nothing was purged: restore it from a "
                "backup, or run harbincrawl rebuild --give-up, and purge again."
            )
