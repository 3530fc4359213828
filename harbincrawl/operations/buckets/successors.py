"""Objects that a purge has replaced since a backup was made: found by their names, and proved by their records."""

from __future__ import annotations

import json
import sqlite3
import uuid
from bisect import bisect_right
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive import purged
from harbincrawl.archive.articles.ids import read_ids
from harbincrawl.archive.captures import mark_lost
from harbincrawl.archive.places import PlacedFile, list_places
from harbincrawl.archive.runs.log import REMOVED, RunLog, open_log
from harbincrawl.archive.runs.table import start_run
from harbincrawl.buckets import FoundObject, hash_object, list_objects
from harbincrawl.errors import BucketError, ExitCode, FileMissingError, WarcError
from harbincrawl.evidence import find_warc
from harbincrawl.identity import plain_id
from harbincrawl.places import BucketFile, fetch_object, keep_copies
from harbincrawl.stamps.runs import end_run
from harbincrawl.version import __version__
from harbincrawl.warc.inventory import RecordSummary, list_records
from harbincrawl.warc.names import first_name, split_name
from harbincrawl.warc.notices import PURGED_PAGE

from .objects import choose_folder, replace_places


class Followed(NamedTuple):
    """What was purged of an archive since a backup of it was made."""

    records: int = 0
    """Captured records of the backup that are there no more."""
    articles: tuple[str, ...] = ()
    """Ids of purged articles that the backup brings back."""
    unasked: str = ""
    """Why the bucket could not say what has replaced its objects."""


class Succession(NamedTuple):
    """An object, and the one that a purge has made of it."""

    old: PlacedFile
    new: PlacedFile
    removed: set[int]
    """Offsets of captured records that are there no more."""
    own_pages: list[int]
    """Captures of pages of purged articles among these, of a further page its first one."""
    notices: list[int]
    """Offsets of all records in the place of which a purge has put notices."""
    damaged: int
    """Captured records of which nothing can be said."""


def follow_purges(connection: sqlite3.Connection, folder: Path) -> Followed:
    """Has the archive in `folder`, just restored, read what purges have made of the objects that it misses.

    What they removed is given up as lost, in a run of its own; nothing else is deleted, for who restores a backup may
    want to undo a purge.
    """
    found: list[Succession] = []
    unasked = ""
    try:
        found.extend(_find_successions(connection))
    except BucketError as error:
        unasked = str(error)
    if not found:
        return Followed(unasked=unasked)
    with closing(open_log(folder, connection, "restore")) as log:
        return _give_up(connection, folder, log, found, unasked)


def _give_up(
    connection: sqlite3.Connection, folder: Path, log: RunLog, found: list[Succession], unasked: str
) -> Followed:
    run = start_run(connection, log, "restore", datetime.now(UTC), {}, {"harbincrawl": __version__})
    notices = {first_name(each.new.file): each.notices for each in found}
    log.put_event(REMOVED, {"run": run, "files": notices})
    with log.transaction():
        for each in found:
            old = each.old.file
            purged.rename_files(connection, {old: each.new.file}, [(old, at) for at in each.removed], run)
            replace_places(connection, {old: each.new})
    gone = {(first_name(each.old.file), at) for each in found for at in each.removed}
    revisits = _find_revisits(connection, folder, run, gone)
    with log.transaction():
        mark_lost(connection, run, revisits, "purged")
        # Events may be among what the purge has taken.
        log.tell_all()
    (records,) = connection.execute("SELECT count(*) FROM lost_captures WHERE run = ?", (run,)).fetchone()
    articles = _read_articles(connection, [page for each in found for page in each.own_pages])
    report = {"numbers": list(map(plain_id, articles)), "records": records, "files": len(found)}
    end_run(folder, connection, log, run, "complete", ExitCode.AMISS, report)
    return Followed(records, tuple(articles), unasked)


def _find_successions(connection: sqlite3.Connection) -> Iterator[Succession]:
    """The successors of all objects that are missing. Raises BucketError."""
    listed: dict[str, dict[str, FoundObject]] = {}
    for placed in list_places(connection):
        folder = placed.address.rpartition("/")[0]
        if folder not in listed:
            listed[folder] = {found.address: found for found in list_objects(folder)}
        if placed.address in listed[folder]:
            continue
        wanted = (folder, choose_folder(connection, placed))
        best: Succession | None = None
        for candidate in sort_candidates(placed, listed[folder].values(), wanted):
            found = _prove(connection, placed, candidate)
            if found is not None and (best is None or found.damaged < best.damaged):
                best = found
            if best is not None and not best.damaged:
                break
        if best is not None:
            yield best


def sort_candidates(
    placed: PlacedFile, objects: Collection[FoundObject], folders: tuple[str, ...]
) -> list[FoundObject]:
    """The objects that a purge may have made of one, by their names and sizes: those of the last of `folders` first.

    Another archive that reads the same objects has its own below.
    """
    parts = split_name(placed.file)
    candidates = []
    for found in objects:
        folder, _, name = found.address.rpartition("/")
        other = split_name(name)
        if parts is not None and other is not None and other[0] == parts[0] and other[1] > parts[1]:
            at = folders.index(folder) if folder in folders else -1
            candidates.append((at, other[1], found))
    return [found for *_, found in sorted(candidates, reverse=True) if found.size == placed.size]


def _prove(connection: sqlite3.Connection, placed: PlacedFile, candidate: FoundObject) -> Succession | None:
    """The object as a successor, if where the captures are it has their records, or notices of a purge.

    Damaged records prove nothing either way: `verify` names them, if most are whole. Raises BucketError.
    """
    name = candidate.address.rpartition("/")[2]
    place = BucketFile(candidate.address, name, candidate.size, reading=uuid.uuid4().hex)
    try:
        with keep_copies():
            sha256 = fetch_object(place)
            records = [one for one in list_records(place) if not isinstance(one, int)]
        if any(one.fault for one in records) and hash_object(place.address, place.size) != sha256:
            raise BucketError(f"{place} gives other bytes each time it is read.")
    except (FileMissingError, FileNotFoundError, WarcError):
        # Another purge has replaced it, too.
        return None
    removed: set[int] = set()
    own_pages: list[int] = []
    same = damaged = 0
    for offset, digest, page in connection.execute(
        'SELECT "offset", digest, coalesce(first_page, id) FROM captures WHERE warc = ?', (placed.file,)
    ):
        record = records[bisect_right(records, offset, key=lambda one: one.offset) - 1] if records else None
        if record is None or (record.fault is None and record.offset != offset):
            return None
        if record.fault is not None:
            damaged += 1
        elif record.removed is not None:
            removed.add(offset)
            own_pages += [page] if record.removed == PURGED_PAGE else []
        elif record.type in ("response", "revisit") and digest in (None, record.digest):
            same += 1
        else:
            return None
    if same + len(removed) <= damaged:
        return None
    notices = [one.offset for one in records if one.removed is not None]
    new = PlacedFile(name, place.address, sha256, place.size)
    return Succession(placed, new, removed, own_pages, notices, damaged)


def _find_revisits(
    connection: sqlite3.Connection, folder: Path, run: int, gone: Collection[tuple[str, int]]
) -> list[int]:
    """Captures whose records are there, and refer to ones that are `gone`: a purge removed both, a backup has one.

    `run` has given the others up as lost.
    """
    rows = connection.execute(
        'SELECT id, warc, "offset" FROM captures WHERE warc IS NOT NULL AND digest IN'
        " (SELECT c.digest FROM captures AS c JOIN lost_captures AS l ON l.capture = c.id WHERE l.run = ?)"
        " AND id NOT IN (SELECT capture FROM lost_captures)",
        (run,),
    ).fetchall()
    found = []
    for capture, warc, offset in rows:
        try:
            record = next(list_records(find_warc(folder, warc), offset), None)
        except (WarcError, FileNotFoundError, BucketError):
            # `verify` says so.
            continue
        if isinstance(record, RecordSummary) and record.original is not None:
            file, at = record.original
            found += [capture] if (first_name(file), at) in gone else []
    return found


def _read_articles(connection: sqlite3.Connection, captures: Collection[int]) -> list[str]:
    """Ids of the articles, any state of which was read from one of these captures."""
    chosen = "capture IN (SELECT value FROM json_each(?1))"
    rows = connection.execute(
        f"SELECT number FROM articles WHERE {chosen} UNION SELECT number FROM revisions WHERE {chosen} ORDER BY 1",
        (json.dumps(list(captures)),),
    )
    return read_ids(connection, [number for (number,) in rows])
