"""Copying chosen captures out of WARC files: their records byte for byte, and none of anything else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from harbincrawl.errors import BucketError, DamagedError, WarcError
from harbincrawl.places import BucketFile, Place, fetch_object, open_place

from .feed import read_range
from .heads import find_field, split_block
from .names import name_place
from .packing import pack_record
from .reader import HINT_FILE, HINT_OFFSET, Finder, read_block, read_hint
from .records import Record, walk_records

_ENDING = "-chosen"
"""Part of the new files' names: they have other offsets than the files that they are made of, which revisits name."""
_ABOUT = ("WARC-Concurrent-To", "WARC-Refers-To")
"""Fields by which the request of a capture, and the header of a 304, name its record."""
_OF_REVISITS = (
    "WARC-Type", "WARC-Profile", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date", HINT_FILE, HINT_OFFSET,
    "WARC-Block-Digest", "Content-Length",
)  # fmt: skip
"""Fields that a revisit does not share with the response that it stands for."""
_WHAT_NOW = "`harbincrawl verify` says what is broken"


class CapturePart(NamedTuple):
    """Where the records of a capture are."""

    file: str
    offset: int
    """Of its response or revisit."""
    begin: int
    """From where on its request may stand: the offset of the capture before it in the file; 0 for the first one."""


def is_about(record: Record, capture: Record) -> bool:
    """Whether a record is the request of a capture, or the header of a 304."""
    id = find_field(capture.fields, "WARC-Record-ID")
    return id is not None and id in (find_field(record.fields, name) for name in _ABOUT)


class Excerpt:
    """The records to copy."""

    def __init__(self, find: Finder) -> None:
        """`find` gives the places of files by their names."""
        self._find = find
        self._places: dict[str, Place] = {}
        self._ranges: dict[str, dict[int, int]] = {}
        """By name of a place, where records begin and end."""
        self._originals: dict[tuple[str, int], tuple[str, int]] = {}
        """(file, offset) of a revisit, and of what it says is its original."""

    def add(self, part: CapturePart) -> bool:
        """Takes a capture with its request; False if it is not there. Raises DamagedError, BucketError, WarcError."""
        if (place := self._find_place(part.file)) is None:
            return False
        *before, (capture, end) = self._read_records(place, part)
        if capture.type not in ("response", "revisit"):
            return False  # A purge removed it.
        taken = self._ranges.setdefault(name_place(place), {})
        taken[capture.offset] = end
        for record, end in before:
            if is_about(record, capture):
                taken[record.offset] = end
        if (hint := read_hint(capture)) is not None:
            self._originals[name_place(place), capture.offset] = hint
        return True

    def write(self, folder: Path) -> list[Path]:
        """Writes a file for each that has a record to copy, into `folder`. Raises WarcError, BucketError, OSError.

        A revisit of a page that was not added becomes a response with the payload that both have.
        """
        written = []
        for name, ranges in self._ranges.items():
            path = folder / f"{name.removesuffix('.warc.gz')}{_ENDING}.warc.gz"
            with open_place(self._places[name]) as source, path.open("wb") as target:
                for begin, end in chain(self._find_info(name), sorted(ranges.items())):
                    target.writelines(self._unfold(name, begin) or read_range(source, name, begin, end))
            written.append(path)
        return written

    def _unfold(self, name: str, offset: int) -> list[bytes]:
        """The response that a revisit stands for; empty where it can stay one, or is none."""
        if (hint := self._originals.get((name, offset))) is None or (place := self._find_place(hint[0])) is None:
            return []
        if hint[1] in self._ranges.get(name_place(place), {}):
            return []
        original, block = read_block(self._find, *hint)
        revisit, head = read_block(self._find, name, offset)
        if original.type != "response" or not head:
            return []
        fields = [(key, value) for key, value in revisit.fields if key not in _OF_REVISITS]
        _, payload = split_block(block)
        return [pack_record([("WARC-Type", "response"), *fields], head + payload).data]

    def _find_place(self, file: str) -> Place | None:
        try:
            place = self._find(file)
        except WarcError:
            return None
        if name_place(place) not in self._places:
            if isinstance(place, BucketFile) and place.sha256 and fetch_object(place) != place.sha256:
                raise BucketError(
                    f"{place} gives other bytes than were uploaded (sha256), so nothing was written:"
                    " harbincrawl verify says what is broken."
                )
            self._places[name_place(place)] = place
        return place

    def _read_records(self, place: Place, part: CapturePart) -> Iterator[tuple[Record, int]]:
        """The whole records from `begin` on, with their ends, up to and with the one at `offset`."""
        reason = "no whole record begins here"
        with open_place(place, part.file) as stream:
            for record in walk_records(stream, part.file, part.begin):
                if record.offset > part.offset:
                    break
                try:
                    if isinstance(record, Record):
                        yield record, record.finish()
                        if record.offset == part.offset:
                            return
                except DamagedError as error:
                    reason = error.reason
        raise DamagedError(part.file, part.offset, f"{reason}: {_WHAT_NOW}")

    def _find_info(self, name: str) -> Iterator[tuple[int, int]]:
        """Where the record is that says what wrote the file."""
        with open_place(self._places[name]) as stream:
            first = next(walk_records(stream, name), None)
            if isinstance(first, Record) and first.type == "warcinfo":
                yield first.offset, first.finish()
