"""Purging articles: deleting their rows, index entries, pictures and WARC records; only their numbers stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from harbincrawl.archive import lock, purged, runs
from harbincrawl.archive.captures import find_last_place
from harbincrawl.archive.database import FILE, open_writer, raise_typed, raise_typed_os
from harbincrawl.archive.media import FOLDER as MEDIA
from harbincrawl.errors import ExitCode, NoArchiveError, NotFoundError
from harbincrawl.version import __version__
from harbincrawl.warc.salvage import salvage

from .evidence import Progress, make_plan, next_name, write_files
from .marks import Marks, make_marks

WARC = "warc"
_LEFTOVERS = ("articles-version-*.db*", f"{FILE}.new*", f"{FILE}.part*", f"{WARC}/*.part", f"{MEDIA}/*.part")
"""Copies from `upgrade` and files of killed commands, which may contain purged text."""


@dataclass(frozen=True)
class Purge:
    """The result of a purge."""

    numbers: list[int]
    records: int
    """WARC records that were replaced by a removal notice."""
    files: int
    """Files that were rewritten or deleted."""
    copies: list[int]
    """Copies of the purged articles that were not purged."""
    holders: list[int]
    """Other articles that contain a sentence of the purged ones."""

    @property
    def exit_code(self) -> ExitCode:
        """AMISS if copies were not purged, because they contain the text."""
        return ExitCode.AMISS if self.copies else ExitCode.DONE


def purge(folder: Path, numbers: Collection[int], *, copies: bool, progress: Progress) -> Purge:
    """Purges the articles `numbers` of the archive in `folder`; with `copies` also their copies.

    First the WARC files are rewritten under new names. Then one transaction updates the captures and deletes the rows.
    Then the old files are deleted. If a purge is killed, the next command that writes finishes it. Raises
    NotFoundError, NoArchiveError, HeldError, DatabaseError, NoSpaceError, WarcError.
    """
    if not (folder / FILE).is_file():
        raise NoArchiveError(f"no archive in {folder}: expected {folder / FILE}.")
    with lock.hold(folder, "purge"), closing(open_writer(folder)) as connection:
        try:
            purged.finish_purge(connection, folder)
            unknown = set(numbers) - purged.list_known(connection, numbers)
            if unknown:
                raise NotFoundError(f"the archive has no article {', '.join(map(str, sorted(unknown)))}.")
            chosen = set(numbers)
            others = purged.find_copies(connection, chosen)
            if copies:
                chosen |= others
                others = set()
            return _Purging(folder, connection, sorted(chosen), sorted(others), progress).run()
        except sqlite3.Error as error:
            raise_typed(error, folder / FILE)
        except OSError as error:
            raise_typed_os(error, folder)


class _Purging:
    def __init__(
        self, folder: Path, connection: sqlite3.Connection, numbers: list[int], copies: list[int], progress: Progress
    ) -> None:
        self.folder = folder
        self.connection = connection
        self.numbers = numbers
        self.copies = copies
        self.progress = progress
        self.now = datetime.now(UTC)

    def run(self) -> Purge:
        connection, folder = self.connection, self.folder
        number = runs.start_run(connection, "purge", self.now, {"numbers": self.numbers}, {"harbincrawl": __version__})
        texts = purged.read_texts(connection, self.numbers)
        marks = make_marks(self.numbers, texts.texts)
        salvage(folder / WARC, partial(find_last_place, connection))
        names = sorted(path.name for path in (folder / WARC).glob("*.warc.gz"))
        pictures = [urlsplit(address).path for address in texts.pictures]
        plan = make_plan(folder / WARC, names, marks, [path for path in pictures if len(path) > 1], self.progress)
        files = plan.list_files(names)
        # The journal names the new files until the transaction commits, then the old ones: what it names is deleted.
        new = [folder / WARC / next_name(name) for name in files]
        self._begin()
        purged.write_journal(connection, new, folder)
        connection.execute("COMMIT")
        moved = write_files(folder / WARC, files, plan, self.now)
        old = [
            *(folder / WARC / name for name in files),
            *(folder / MEDIA / name for name in texts.media),
            *(path for pattern in _LEFTOVERS for path in folder.glob(pattern)),
        ]
        self._begin()
        places = {name: (each.name, each.offsets) for name, each in moved.items()}
        removed = ((name, offset) for name, drops in plan.drops.items() for offset in drops)
        purged.move_captures(connection, places, removed, number)
        purged.delete_articles(connection, number, self.numbers, self.now, self._list_own_pages(marks))
        self._clean_reports(marks)
        purged.write_journal(connection, old, folder)
        connection.execute("COMMIT")
        holders = [each for each in self._find_holders(marks) if each not in self.copies]
        done = Purge(self.numbers, plan.records, len(old), self.copies, holders)
        report = {"numbers": done.numbers, "records": done.records, "files": done.files}
        runs.end_run(connection, number, datetime.now(UTC), "complete", done.exit_code, report)
        purged.finish_purge(connection, folder)
        return done

    def _begin(self) -> None:
        self.connection.execute("PRAGMA secure_delete = ON")
        self.connection.execute("BEGIN IMMEDIATE")

    def _list_own_pages(self, marks: Marks) -> set[int]:
        """Capture ids of the articles' own pages."""
        return {
            capture
            for capture, address in self.connection.execute("SELECT id, address FROM captures")
            if any(number in marks.numbers for number in purged.find_links(address.encode()))
        }

    def _clean_reports(self, marks: Marks) -> None:
        """Deletes the reports of runs that contain purged text (they name addresses and reasons of failures)."""
        for run, report in self.connection.execute("SELECT run, report FROM runs WHERE report IS NOT NULL").fetchall():
            if marks.find_in(report):
                self.connection.execute("UPDATE runs SET report = NULL WHERE run = ?", (run,))

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
