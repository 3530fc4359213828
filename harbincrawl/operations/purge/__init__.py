"""Purging articles: deleting their rows, index entries, pictures and WARC records; only their ids stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harbincrawl.archive import purged
from harbincrawl.archive.articles.ids import read_ids
from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, raise_typed_os
from harbincrawl.archive.database.leftovers import finish_purge, write_journal
from harbincrawl.archive.media import FOLDER as MEDIA
from harbincrawl.archive.naming import list_ids, mirrored
from harbincrawl.archive.origin import read_origin, read_site
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.runs.log import REMOVED, RunLog, open_log
from harbincrawl.archive.user import read_user
from harbincrawl.errors import DatabaseError, ExitCode, NoArchiveError, NotFoundError
from harbincrawl.evidence import WARC_FOLDER
from harbincrawl.identity import plain_id
from harbincrawl.operations.buckets.objects import delete_local, delete_loose
from harbincrawl.operations.buckets.replacing import choose_names, replace_places, upload_files
from harbincrawl.places import keep_copies
from harbincrawl.reread.executor import Executor, SerialExecutor
from harbincrawl.search.saved import read_saved
from harbincrawl.text import clean
from harbincrawl.version import __version__
from harbincrawl.warc.names import first_name

from .evidence import Progress, RecordSearch, check_whole, list_files, list_removed, make_plan, write_files
from .marks import Marks, make_marks
from .pictures import find_pictures
from .rows import clean_rows, find_searches

_PATIENCE = 5.0
"""Seconds to wait for programs that read the old state of the database."""


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
    holders: list[str]
    """Other articles that contain a sentence of the purged ones."""
    searches: list[str]
    """Saved searches that quote them: they stay."""
    pictures: int
    """Pictures of them that stay, because another article shows them, too."""
    left: dict[str, str]
    """Objects in buckets that hold something of them and could not be deleted, each with the reason."""
    replaced: list[str]
    """Addresses of objects that held something of them; a bucket may keep them as versions."""

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
    executor: Executor | None = None,
) -> Purge:
    """Purges the articles `names` (ids or addresses) of the archive in `folder`; with `copies` also their copies.

    First the WARC files that hold something of them are rewritten under new names. Then one transaction renames the
    captures' files and deletes the rows. When that is on disk, the old files are deleted. If a purge is killed, the
    next command that writes finishes it. Files in a bucket are rewritten here, uploaded, read back and checked before
    that transaction; the next purge or offload deletes objects that a killed one left. Raises NotFoundError,
    NoArchiveError, HeldError, DatabaseError, NoSpaceError, WarcError, BucketError, WorkerError.
    """
    if not (folder / FILE).is_file():
        raise NoArchiveError(f"no archive in {folder}: expected {folder / FILE}.")
    with lock.write_archive(folder, "purge") as connection, keep_copies():
        try:
            chosen = _find_numbers(connection, names)
            others = purged.find_copies(connection, chosen)
            if copies:
                chosen |= others
                others = set()
            with closing(open_log(folder, connection, "purge")) as log:
                return _Purging(folder, connection, log, sorted(chosen), sorted(others)).run(
                    executor or SerialExecutor(), progress
                )
        except OSError as error:
            raise_typed_os(error, folder)


def _find_numbers(connection: sqlite3.Connection, names: Collection[str]) -> set[int]:
    """The internal numbers of the articles `names`. Raises NotFoundError."""
    site = mirrored(read_site(connection), read_origin(connection))
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


class _Purging:
    def __init__(
        self, folder: Path, connection: sqlite3.Connection, log: RunLog, numbers: list[int], copies: list[int]
    ) -> None:
        self.folder = folder
        self.connection = connection
        self.log = log
        self.numbers = numbers
        self.ids = read_ids(connection, numbers)
        self.site = mirrored(read_site(connection), read_origin(connection))
        self.copies = copies
        self.now = datetime.now(UTC)

    @property
    def named(self) -> list[int | str]:
        """The ids as the run and its report keep them."""
        return list(map(plain_id, self.ids))

    def run(self, executor: Executor, progress: Progress) -> Purge:
        connection, warc = self.connection, self.folder / WARC_FOLDER
        # Each commit is on disk before the next step, which may rest on it: what the journal names, what it replaces.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        with read_user(self.folder) as user:
            saved = read_saved(user)
        options, versions = {"numbers": self.named}, {"harbincrawl": __version__}
        number = runs.start_run(connection, self.log, "purge", self.now, options, versions)
        texts = purged.read_texts(connection, self.numbers)
        marks = make_marks(self.ids, texts, self.site)
        own_pages = self._list_own_pages(marks)
        pictures = find_pictures(connection, self.folder, self.site, self.numbers, own_pages)
        search = RecordSearch(marks, pictures, self.now)
        files = list_files(connection, self.folder)
        check_whole(files)
        plan = make_plan(files, search, executor, progress)
        names = choose_names(connection, warc, plan)
        gone = {first_name(name): sorted(removals) for name, removals in plan.items()}
        self.log.put_event(REMOVED, {"run": number, "files": gone})
        # The journal names the new files until the transaction commits, then the old ones: what it names is deleted.
        with self.log.transaction():
            write_journal(connection, (f"{WARC_FOLDER}/{name}" for name in names.values()))
        write_files(warc, files, plan, names)
        objects = upload_files(connection, warc, names)
        old = [
            *(f"{WARC_FOLDER}/{name}" for name in names),
            *(f"{MEDIA}/{name}" for name in pictures.media),
        ]
        with self.log.transaction():
            purged.rename_files(connection, names, list_removed(plan), number)
            replaced = replace_places(connection, objects)
            purged.delete_articles(connection, number, self.numbers, self.now, own_pages | pictures.captures)
            clean_rows(connection, marks, pictures)
            write_journal(connection, old)
            if plan:
                # Events may be among what was removed.
                self.log.tell_all()
        for placed in objects.values():
            delete_local(warc / placed.file)
        left = delete_loose(connection)
        holders = read_ids(connection, (each for each in self._find_holders(marks) if each not in self.copies))
        copies = read_ids(connection, self.copies)
        searches = find_searches(saved, marks, texts)
        records = sum(map(len, plan.values()))
        done = Purge(self.ids, records, len(old), copies, holders, searches, pictures.shared, left, replaced)
        report = {"numbers": self.named, "records": done.records, "files": done.files}
        runs.end_run(connection, self.log, number, datetime.now(UTC), "complete", done.exit_code, report)
        if not finish_purge(connection, self.folder, _PATIENCE):
            raise DatabaseError(
                "the articles are purged, but another program still reads the old state, so their text is still in the "
                "write-ahead log of the database: close that program and purge again."
            )
        return done

    def _list_own_pages(self, marks: Marks) -> set[int]:
        """Capture ids of the articles' own pages."""
        rows = self.connection.execute("SELECT id, address FROM captures")
        return {capture for capture, address in rows if marks.names(address)}

    def _find_holders(self, marks: Marks) -> Iterator[int]:
        """Other articles that contain a sentence of the purged ones, in any revision."""
        rows = self.connection.execute(
            "SELECT number, title, body, captions, summary FROM articles UNION ALL"
            " SELECT number, title, body, images, NULL FROM revisions ORDER BY 1"
        )
        last = None
        for number, *texts in rows:
            if number != last and any(text and marks.find_in(text) for text in texts):
                last = number
                yield number
