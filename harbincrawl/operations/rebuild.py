"""The database made anew from the log alone: what was decided as it was told, the words as the pages say them."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from harbincrawl.archive.conversions import convert_pages
from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import (
    DRAFT,
    FILE,
    add_function,
    make_database,
    open_reader,
    raise_typed,
    raise_typed_os,
)
from harbincrawl.archive.database.leftovers import remove_leftovers
from harbincrawl.archive.decisions import EVENT
from harbincrawl.archive.media import FOLDER as MEDIA
from harbincrawl.archive.media import write_media
from harbincrawl.archive.origin import read_site
from harbincrawl.archive.runs.log import POSITION, REMOVED, put_head, read_files, read_head
from harbincrawl.duplicates.links import link_all
from harbincrawl.errors import DatabaseError, ExitCode, HarbincrawlError, NoArchiveError, WarcError
from harbincrawl.evidence import WARC_FOLDER, read_stored
from harbincrawl.files import read_sha256, sync_folder
from harbincrawl.operations.projection.articles import OTHER, put_articles, put_layouts, put_unaccounted_rows
from harbincrawl.operations.projection.lists import Evidence, load_conversions, put_lists
from harbincrawl.operations.projection.told import (
    find_told,
    load_stored,
    load_told,
    put_position,
    put_reports,
    put_told_rows,
    read_events,
)
from harbincrawl.operations.verify.findings import Findings, Progress
from harbincrawl.operations.verify.log import check_log
from harbincrawl.operations.verify.rows import check_records
from harbincrawl.operations.verify.seals import check_seals
from harbincrawl.operations.verify.warc_records import drop_tails, load_records
from harbincrawl.pages.version import parser_of
from harbincrawl.reread.executor import Executor, Workers, open_executor
from harbincrawl.text import count_text
from harbincrawl.warc.log import LogHead, find_number
from harbincrawl.warc.names import split_name
from harbincrawl.warc.salvage import salvage

from .give_up import give_up as give_up_lost

_OTHER_FORMS = (
    sqlite3.ProgrammingError, sqlite3.IntegrityError, ValueError, TypeError, LookupError, AttributeError,
)  # fmt: skip
"""What reading an event raises that no run of ours wrote."""
_LAST = "SELECT coalesce(max(ordinal), 0) FROM temp.events WHERE kind = ?"
_MISSING = "SELECT section, item FROM temp.told_listed EXCEPT SELECT section, item FROM main.listed ORDER BY 1, 2"
_PAGES = "SELECT coalesce(first_page, id) FROM captures WHERE id IN (SELECT value FROM json_each(?))"
_CAPTURES = 'SELECT warc, "offset" FROM captures WHERE body_hash = ? AND status = 200 AND warc IS NOT NULL ORDER BY id'


@dataclass
class Rebuilt:
    """What a new database holds."""

    counts: dict[str, int] = field(default_factory=dict)
    """Articles, revisions, captures, list lines, runs."""
    unread: list[str] = field(default_factory=list)
    """What the log tells of and no page says, each in words."""
    is_placed: bool = False
    """Whether it has taken the place of the old one."""

    def as_dict(self) -> dict[str, object]:
        """For --json."""
        return {"made": self.is_placed, "counts": self.counts, "lost": self.unread}

    @property
    def exit_code(self) -> ExitCode:
        """DATABASE where it has not taken the place of the old one, AMISS where something was given up for it."""
        if not self.is_placed:
            return ExitCode.DATABASE
        return ExitCode.AMISS if self.unread else ExitCode.DONE


def rebuild(
    folder: Path,
    *,
    give_up: bool,
    progress: Progress,
    workers: Workers = None,
) -> Rebuilt:
    """Makes `articles.db` of the archive in `folder`, and what is missing in `media/`, from its WARC files alone.

    Readers see the old one or the new one. Where something cannot be read the old one stays, unless all of that is to
    be given up. Raises NoArchiveError, HeldError, DatabaseError, NoSpaceError, WarcError,
    BucketError, WorkerError.
    """
    if not any((folder / WARC_FOLDER).glob("*.warc.gz*")):
        raise NoArchiveError(f"no log in {folder}: expected WARC files in {folder / WARC_FOLDER}.")
    with lock.hold(folder, "rebuild"), open_executor(workers) as executor:
        return project_log(folder, executor, progress, give_up=give_up)


def project_log(
    folder: Path, executor: Executor, progress: Progress, *, give_up: bool = False, known: LogHead | None = None
) -> Rebuilt:
    """The same for whoever holds the lock; with `known`, the last record that the database has, after a power cut.

    Then the files that were left open are cut only once all is read: where anything is lost nothing is changed.
    """
    draft = folder / DRAFT
    try:
        remove_leftovers(folder)
        if known is None:
            salvage(folder / WARC_FOLDER, _read_old_position(folder))
        make_database(draft)
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            add_function(connection)
            # Until it is whole it is nobody's: what a power cut leaves of it is deleted.
            connection.execute("PRAGMA synchronous = OFF")
            # Whoever reads evidence asks it meanwhile which files are in a bucket.
            connection.execute("PRAGMA journal_mode = WAL")
            making = _Making(folder, connection, executor, progress, known)
            with ExitStack() as stack:
                if give_up:
                    making.old = _open_old(folder, stack)
                making.load_log()
                connection.execute("BEGIN")
                making.project()
                connection.execute("COMMIT")
            if known is not None and not making.done.unread:
                salvage(folder / WARC_FOLDER, known)
                put_position(connection, folder / WARC_FOLDER)
            connection.execute("PRAGMA journal_mode = DELETE")
        done = making.done
        if give_up or not done.unread:
            _put_in_place(folder, draft)
            done.is_placed = True
            # They may hold what was purged.
            for name in making.dropped:
                (folder / WARC_FOLDER / name).unlink(missing_ok=True)
            if done.unread:
                give_up_lost(folder, making.findings, making.unread, making.pictures)
    except HarbincrawlError:
        raise
    except _OTHER_FORMS as error:
        raise DatabaseError(
            f"an event in {folder / WARC_FOLDER} has another form than harbincrawl writes ({error}): restore the"
            " WARC files from a backup."
        ) from error
    except sqlite3.Error as error:
        raise_typed(error, draft)
    except OSError as error:
        raise_typed_os(error, draft)
    finally:
        with suppress(OSError):
            remove_leftovers(folder)
    return done


@dataclass
class _Making:
    """A database in the making, and what turned out to be lost."""

    folder: Path
    connection: sqlite3.Connection
    executor: Executor
    progress: Progress
    known: LogHead | None
    old: sqlite3.Connection | None = None
    """The old database, for what the log does not say any more."""
    done: Rebuilt = field(default_factory=Rebuilt)
    findings: Findings = field(default_factory=lambda: Findings(quick=False))
    dropped: list[str] = field(default_factory=list)
    """Names of files that are no part of the log, as a purge has taken their place, or was to."""
    unread: list[str] = field(default_factory=list)
    """Ids of articles whose pages cannot be read."""
    pictures: list[str] = field(default_factory=list)
    """Names of the files of pictures that no capture has."""

    def load_log(self) -> None:
        """Reads the log, and puts the rows that it tells: what is here first, for that says what is in buckets.

        Names what is missing or damaged in it.
        """
        connection, done = self.connection, self.done
        self._load_records()
        if connection.execute("SELECT EXISTS (SELECT 1 FROM places)").fetchone()[0]:
            self._load_records()
        findings = self.findings
        self.dropped = _drop_versions(connection)
        if self.dropped:
            _put_told(connection)
        if connection.execute("SELECT 1 FROM runs").fetchone() is None:
            raise NoArchiveError(
                f"no log in {self.folder}: its WARC files tell of no run; `harbincrawl ingest` takes them in."
            )
        findings.parser = parser_of(read_site(connection))
        head = put_position(connection, self.folder / WARC_FOLDER)
        check_log(connection, findings, held=False)
        check_seals(connection, findings, None)
        is_lost = findings.last_gap > find_told(connection, None)
        if (known := _read_old_position(self.folder).ordinal) > head:
            done.unread.append(f"the old database rests on {known:,} records, and the WARC files have {head:,}")
        (told,) = connection.execute(_LAST, (EVENT,)).fetchone()
        is_taken = self.old is not None and (is_lost or known > head) and known >= told
        if self.old is not None and is_taken:
            self._take_rows(self.old)
        if is_lost:
            rows = "the old database has their rows" if is_taken else "rows can be out of date"
            done.unread.append(f"events may be among the damaged or missing records of the log: {rows}")
        check_records(connection, findings)
        done.unread[:0] = [f"{problem.where}: {problem.what}" for problem in findings.problems]

    def _load_records(self) -> None:
        # What was named while it was not known what is in buckets counts no more.
        self.findings = Findings(quick=False)
        load_records(self.folder, self.connection, self.findings, self.executor, self.progress)
        if self.known is not None:
            drop_tails(self.folder, self.connection, self.known)
        _put_told(self.connection)

    def _take_rows(self, old: sqlite3.Connection) -> None:
        """Puts the rows that the old database has: the log has lost what it told of some of them."""
        load_stored(self.connection, old)
        put_told_rows(self.connection)
        there = read_files(self.connection)
        self.findings.lost_files |= read_files(old).keys() - there.keys()
        found, known = read_head(self.connection, POSITION), read_head(old, POSITION)
        if known.ordinal > found.ordinal:
            # The numbers of what stood at the end are not given again.
            put_head(self.connection, POSITION, known)
            self.findings.missing_records.append((found.ordinal + 1, known.ordinal))

    def project(self) -> None:
        """Reads the words that the rows need."""
        connection, folder, done = self.connection, self.folder, self.done
        load_conversions(connection, chain(self._list_kept(), read_events(connection, None, "conversion")))
        evidence = Evidence(folder, read_site(connection), self.executor)
        unread = put_lists(connection, evidence, partial(self.progress, "list pages"))
        done.unread += [f"list page {capture} cannot be read" for capture in unread]
        done.unread += [
            f"the line {item} of {section} stands on no page" for section, item in connection.execute(_MISSING)
        ]
        done.unread += [
            f"the layout of {row.frame}, learnt at page {row.pages}: {reason}"
            for row, reason in put_layouts(connection, evidence)
            if reason == OTHER
        ]
        lost, _ = put_articles(connection, evidence, partial(self.progress, "articles"))
        self.unread = list(dict.fromkeys(answer.id for answer in lost.values()))
        done.unread += [f"{id}: its pages cannot be read" for id in self.unread]
        connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
        link_all(connection)
        if count := put_unaccounted_rows(connection, evidence):
            done.unread.append(f"{count_text(count, 'unaccounted line')} that no page shows")
        put_reports(connection)
        self.pictures = _put_pictures(connection, folder)
        done.unread += [f"media/{name} has no capture" for name in self.pictures]
        for name in ("articles", "revisions", "captures", "listed", "runs"):
            (done.counts[name],) = connection.execute(f"SELECT count(*) FROM main.{name}").fetchone()

    def _list_kept(self) -> Iterator[dict[str, Any]]:
        """What the old database has of pages whose records are damaged, or were purged with what was kept of them."""
        if self.old is not None and self.findings.faults:
            with suppress(sqlite3.Error, *_OTHER_FORMS):
                for _, _, values in convert_pages(self.old, _PAGES, json.dumps(sorted(self.findings.faults))):
                    yield values


def _put_told(connection: sqlite3.Connection) -> None:
    load_told(connection, connection, None)
    put_told_rows(connection)


def _open_old(folder: Path, stack: ExitStack) -> sqlite3.Connection | None:
    """The old database, where it can be read."""
    with suppress(DatabaseError, NoArchiveError, sqlite3.Error):
        return stack.enter_context(closing(open_reader(folder)))
    return None


def _read_old_position(folder: Path) -> LogHead:
    """The last record of the log that the old database has; that of an empty log where it cannot be read."""
    uri = f"{(folder / FILE).absolute().as_uri()}?mode=ro"
    with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as old:
        return read_head(old, POSITION)
    return LogHead()


def _put_in_place(folder: Path, draft: Path) -> None:
    """Puts the new database in the place of the old one, in one transaction where that can be written."""
    path = folder / FILE
    if path.is_file() and path.stat().st_size:
        with suppress(sqlite3.DatabaseError):
            with closing(sqlite3.connect(draft)) as new, closing(sqlite3.connect(path, timeout=60)) as old:
                old.execute("PRAGMA journal_mode = WAL")
                old.execute("PRAGMA synchronous = FULL")
                new.backup(old)
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    draft.replace(path)
    for ending in ("-wal", "-shm"):
        path.with_name(f"{FILE}{ending}").unlink(missing_ok=True)
    sync_folder(folder)


def _drop_versions(connection: sqlite3.Connection) -> list[str]:
    """Takes all but one version of each file out of `temp.records`; returns their names.

    The rows name those that hold answers. Of others the last one counts where the purge that made it has told what it
    did, else the first one: then that purge has not come to its end.
    """
    named = {name for (name,) in connection.execute("SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL")}
    is_told = find_told(connection, None) > connection.execute(_LAST, (REMOVED,)).fetchone()[0]
    versions: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (name,) in connection.execute("SELECT DISTINCT warc FROM temp.records"):
        number, parts = find_number(name), split_name(name)
        if number is not None:
            versions[number].append((parts[1] if parts else 0, name))
    dropped: dict[str, str] = {}
    for many in versions.values():
        many.sort()
        kept = next((name for _, name in many if name in named), many[-1 if is_told else 0][1])
        dropped |= {name: kept for _, name in many if name != kept}
    connection.executemany("DELETE FROM temp.records WHERE warc = ?", [(name,) for name in dropped])
    # All have their records at the same places: a revisit of one in a dropped file is of that in the kept one.
    connection.executemany(
        "UPDATE temp.records SET original = ? WHERE original = ?", [(kept, name) for name, kept in dropped.items()]
    )
    return list(dropped)


def _put_pictures(connection: sqlite3.Connection, folder: Path) -> list[str]:
    """Writes the pictures that are not there, or of other bytes; returns the names of those that no capture has."""
    missing = []
    for (name,) in connection.execute("SELECT DISTINCT media FROM images WHERE media IS NOT NULL ORDER BY 1"):
        path = folder / MEDIA / name
        if path.is_file() and read_sha256(path) == path.stem:
            continue
        if not _write_picture(connection, folder, name):
            missing.append(name)
    return missing


def _write_picture(connection: sqlite3.Connection, folder: Path, name: str) -> bool:
    body_hash, _, ending = name.partition(".")
    for warc, offset in connection.execute(_CAPTURES, (body_hash,)):
        try:
            body = read_stored(folder, warc, offset).body
        except WarcError:
            continue
        if write_media(folder, body, ending) == name:
            return True
    return False
