"""Purging articles: deleting their rows, index entries, pictures and WARC records; only their ids stay."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harbincrawl.archive import purged
from harbincrawl.archive.articles.ids import read_id, read_ids
from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import check_archive
from harbincrawl.archive.database.leftovers import finish_purge, write_journal
from harbincrawl.archive.media import FOLDER as MEDIA
from harbincrawl.archive.naming import list_ids
from harbincrawl.archive.origin import read_mirrored
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.runs.log import REMOVED, RunLog
from harbincrawl.archive.saved import read_saved
from harbincrawl.archive.user import read_user
from harbincrawl.errors import DatabaseError, ExitCode, NotFoundError
from harbincrawl.evidence import WARC_FOLDER
from harbincrawl.identity import plain_id
from harbincrawl.operations.buckets import delete_loose, replace_places
from harbincrawl.reread.spans import Progress
from harbincrawl.stamps.runs import end_run
from harbincrawl.text import clean
from harbincrawl.version import __version__
from harbincrawl.warc.names import first_name, next_name
from harbincrawl.warc.notices import rewrite

from .evidence import Plan, RecordSearch, check_whole, list_files, make_plan
from .marks import Marks, clean_rows, find_searches, make_marks
from .pictures import Pictures, find_pictures

_PATIENCE = 5.0
"""Seconds to wait for programs that read the old state of the database."""


@dataclass(frozen=True)
class Planned:
    """What a purge would do."""

    numbers: list[int]
    ids: list[str]
    articles: list[str]
    """Each article, for people: its id and title."""
    copies: list[str]
    """Ids of copies of them that stay."""
    marks: Marks
    pictures: Pictures
    own_pages: set[int]
    """Captures of pages of the articles."""
    texts: list[str]
    plan: Plan
    others: list[str]
    """Ids of other articles, pages of which name these: with `everywhere` they would be unproven."""

    def list_records(self) -> list[tuple[str, int, str]]:
        """(WARC file, offset, why) of each record that a notice would replace."""
        return [
            (file, offset, dict(removal.fields)["WARC-Removed"])
            for file, removals in sorted(self.plan.items())
            for offset, removal in sorted(removals.items())
        ]


@dataclass(frozen=True)
class Purge:
    """The result of a purge."""

    ids: list[str]
    records: int
    """WARC records that were replaced by a removal notice."""
    files: int
    """Files that were rewritten or deleted."""
    copies: list[str]
    """Copies of the purged articles that were not purged."""
    others: int
    """Other articles, pages of which name them: these stay, or `everywhere` they went and the articles are unproven."""
    searches: list[str]
    """Saved searches that have a title or an id of them: they stay."""
    left: dict[str, str]
    """Objects in buckets that hold something of them and could not be deleted, each with the reason."""

    @property
    def exit_code(self) -> ExitCode:
        """AMISS if copies were not purged, because they contain the text, or an object in a bucket is still there."""
        return ExitCode.AMISS if self.copies or self.left else ExitCode.DONE


def purge(
    folder: Path,
    names: Collection[str],
    *,
    copies: bool,
    progress: Progress,
    everywhere: bool = False,
) -> Purge:
    """Purges the articles `names` (ids or addresses) of the archive in `folder`; with `copies` also their copies.

    Pages of other articles that name them stay, unless `everywhere`. First the WARC files that hold something of them
    are rewritten under new names. Then one transaction renames the captures' files and deletes the rows. When that is
    on disk, the old files are deleted. If a purge is killed, the next command that writes finishes it. What is made of
    files in a bucket stays here until the next offload, which deletes objects that a killed purge left, too. Raises
    NotFoundError, NoArchiveError, HeldError, DatabaseError, NoSpaceError, WarcError, BucketError.
    """
    check_archive(folder)
    with lock.write_archive(folder, "purge") as connection:
        # Each commit is on disk before the next step, which may rest on it.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        now = datetime.now(UTC)
        with closing(RunLog(folder, connection, "purge")) as log:
            planned = plan_purge(
                folder, connection, names, copies=copies, everywhere=everywhere, progress=progress, now=now
            )
            options = {"numbers": list(map(plain_id, planned.ids))}
            run = runs.start_run(log, "purge", now, options, {"harbincrawl": __version__})
            return _purge(log, run, planned, now)


def plan_purge(
    folder: Path,
    connection: sqlite3.Connection,
    names: Collection[str],
    *,
    copies: bool,
    everywhere: bool,
    progress: Progress,
    now: datetime,
) -> Planned:
    """What `purge` would do; it only reads all closed WARC files. Raises what `purge` raises but HeldError."""
    numbers, left = _choose(connection, names, copies=copies)
    site = read_mirrored(connection)
    texts = purged.read_texts(connection, numbers)
    ids = read_ids(connection, numbers)
    marks = make_marks(ids, texts, site)
    addresses = connection.execute("SELECT id, address FROM captures")
    own_pages = {capture for capture, address in addresses if marks.names(address)}
    pictures = find_pictures(connection, folder, site, numbers, own_pages)
    files = list_files(connection, folder)
    check_whole(files)
    plan, others = make_plan(files, RecordSearch(marks, pictures, now), progress)
    named = _list_proven(connection, others, numbers)
    if everywhere:
        plan = {file: plan.get(file, {}) | others.get(file, {}) for file in sorted({*plan, *others})}
    articles, copied = _name_numbers(connection, numbers), read_ids(connection, left)
    return Planned(numbers, ids, articles, copied, marks, pictures, own_pages, texts, plan, named)


def _choose(connection: sqlite3.Connection, names: Collection[str], *, copies: bool) -> tuple[list[int], list[int]]:
    """Internal numbers of the articles to purge, and of their copies that stay. Raises NotFoundError."""
    chosen = _find_numbers(connection, names)
    others = purged.find_copies(connection, chosen)
    return (sorted(chosen | others), []) if copies else (sorted(chosen), sorted(others))


def name_articles(connection: sqlite3.Connection, names: Collection[str]) -> list[str]:
    """Each article that `names` mean, for people: its id and title. Raises NotFoundError."""
    return _name_numbers(connection, _find_numbers(connection, names))


def _name_numbers(connection: sqlite3.Connection, numbers: Collection[int]) -> list[str]:
    sql = (
        "SELECT coalesce((SELECT title FROM articles WHERE number = ?1), (SELECT title FROM listed WHERE number = ?1)),"
        " EXISTS (SELECT 1 FROM purged WHERE number = ?1)"
    )
    named = []
    for number in sorted(numbers):
        title, is_purged = connection.execute(sql, (number,)).fetchone()
        about = "purged before" if is_purged else f'"{clean(title)}"' if title else "without a title"
        named.append(f"{read_id(connection, number)} ({about})")
    return named


def _find_numbers(connection: sqlite3.Connection, names: Collection[str]) -> set[int]:
    """The internal numbers of the articles `names`. Raises NotFoundError."""
    site = read_mirrored(connection)
    numbers = set()
    unknown = []
    for name in names:
        ids = list_ids(name, site)
        known = purged.list_known(connection, ids)
        found = next((known[id] for id in ids if id in known), None)
        if found is None:
            unknown.append(clean(name))
        else:
            numbers.add(found)
    if unknown:
        raise NotFoundError(f"the archive has no article {', '.join(unknown)}.")
    return numbers


def _list_proven(connection: sqlite3.Connection, plan: Plan, numbers: Collection[int]) -> list[str]:
    """Ids of the articles but `numbers` whose present text is proven by a record of the plan."""
    rows = connection.execute('SELECT coalesce(first_page, id), warc, "offset" FROM captures WHERE warc IS NOT NULL')
    captures = [page for page, warc, offset in rows if offset in plan.get(warc, ())]
    found = connection.execute(
        "SELECT number FROM articles WHERE capture IN (SELECT value FROM json_each(?))"
        " AND number NOT IN (SELECT value FROM json_each(?))",
        (json.dumps(captures), json.dumps(sorted(numbers))),
    )
    return read_ids(connection, [number for (number,) in found])


def _purge(log: RunLog, run: int, planned: Planned, now: datetime) -> Purge:
    folder, connection, plan = log.folder, log.connection, planned.plan
    warc = folder / WARC_FOLDER
    with read_user(folder) as user:
        saved = read_saved(user)
    names = {name: next_name(warc, name) for name in plan}
    gone = {first_name(name): sorted(removals) for name, removals in plan.items()}
    log.write_event(REMOVED, {"run": run, "files": gone})
    # The journal names the new files until the transaction commits, then the old ones: what it names is deleted.
    with log.transaction():
        write_journal(connection, (f"{WARC_FOLDER}/{name}" for name in names.values()))
    for place in list_files(connection, folder) if plan else ():
        if place.name in plan:
            # It is not there where all that was restored is in a bucket.
            warc.mkdir(exist_ok=True)
            rewrite(place, warc / names[place.name], plan[place.name])
    old = [*(f"{WARC_FOLDER}/{name}" for name in names), *(f"{MEDIA}/{name}" for name in planned.pictures.media)]
    with log.transaction():
        removed = ((name, offset) for name, removals in plan.items() for offset in removals)
        purged.rename_files(connection, names, removed, run)
        replace_places(connection, dict.fromkeys(names))
        own = planned.own_pages | planned.pictures.captures
        purged.delete_articles(connection, run, planned.numbers, now, own)
        clean_rows(connection, planned.marks, planned.pictures)
        write_journal(connection, old)
        if plan:
            # Events may be among what was removed.
            log.tell_all()
    left = delete_loose(connection)
    searches = find_searches(saved, planned.marks, planned.texts)
    records = sum(map(len, plan.values()))
    done = Purge(planned.ids, records, len(old), planned.copies, len(planned.others), searches, left)
    report = {"numbers": list(map(plain_id, planned.ids)), "records": done.records, "files": done.files}
    end_run(log, run, "complete", done.exit_code, report)
    if not finish_purge(connection, folder, _PATIENCE):
        raise DatabaseError(
            "the articles are purged, but another program still reads the old state, so their text is still in the "
            "write-ahead log of the database: close that program and purge again."
        )
    return done
