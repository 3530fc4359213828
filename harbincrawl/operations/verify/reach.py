"""WARC files in buckets that turn out to be out of reach while they are read: put down, and asked for no more."""

from __future__ import annotations

import sqlite3
from collections import Counter

from harbincrawl.archive.places import list_places
from harbincrawl.buckets import split_address
from harbincrawl.errors import BucketError
from harbincrawl.places import Place, is_copied
from harbincrawl.warc.names import first_name

from .findings import Findings

FAILURES = 3
"""Objects of a bucket that cannot be had: the bucket is asked for no more, for each deadline would be waited for."""


class Reach:
    """What of the archive open in `connection` is out of reach; it tells `findings`.

    `temp.records` is there.
    """

    def __init__(self, connection: sqlite3.Connection, findings: Findings) -> None:
        self.connection = connection
        self.findings = findings
        self._failures: Counter[str] = Counter()

    def is_lost(self, place: Place) -> bool:
        """Whether nothing more is to be read of a file."""
        return place.name in self.findings.unreachable

    def lose(self, name: str, error: BucketError) -> None:
        """Puts down that a file, or the one that the error names, cannot be read."""
        name = error.file or name
        if name in self.findings.unreachable:
            return
        places = {placed.file: placed for placed in list_places(self.connection)}
        self._lose_file(name, str(error))
        if name not in places:
            return
        bucket = split_address(places[name].address).bucket
        self._failures[bucket] += 1
        if self._failures[bucket] >= FAILURES:
            for placed in places.values():
                if split_address(placed.address).bucket == bucket and not is_copied(placed.place):
                    self._lose_file(placed.file, str(error))

    def _lose_file(self, name: str, reason: str) -> None:
        findings = self.findings
        named = self.connection.execute("SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL").fetchall()
        # A capture may know the file by its name before a purge.
        for each in {name, *(warc for (warc,) in named if first_name(warc) == first_name(name))}:
            findings.unreachable.setdefault(each, reason)
            findings.unreachable_captures.update(
                capture
                for (capture,) in self.connection.execute(
                    'SELECT c.id FROM captures AS c LEFT JOIN temp.records AS r ON r.warc = c.warc AND r."offset" ='
                    ' c."offset" WHERE c.warc = ?1 OR r.original = ?1',
                    (each,),
                )
            )
