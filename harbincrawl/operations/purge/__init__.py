"""Purging articles: deleting their rows, index entries, pictures and WARC records; only their ids stay."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harbincrawl.archive import purged
from harbincrawl.archive.articles.ids import read_id, read_ids
from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, raise_typed_os
from harbincrawl.archive.database.leftovers import finish_purge, write_journal
from harbincrawl.archive.media import FOLDER as MEDIA
from harbincrawl.archive.naming import list_ids
from harbincrawl.archive.origin import read_mirrored
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.runs.log import REMOVED, RunLog, open_log
from harbincrawl.archive.user import read_user
from harbincrawl.errors import DatabaseError, ExitCode, NoArchiveError, NotFoundError
from harbincrawl.evidence import WARC_FOLDER
from harbincrawl.identity import plain_id
from harbincrawl.operations.buckets.objects import delete_local, delete_loose, replace_places, upload_files
from harbincrawl.places import keep_copies
from harbincrawl.reread.executor import Executor, SerialExecutor
from harbincrawl.search.saved import SavedSearch, read_saved
from harbincrawl.stamps.runs import end_run
from harbincrawl.text import clean, write_json
from harbincrawl.version import __version__
from harbincrawl.warc.names import first_name, next_name

from .evidence import Progress, RecordSearch, check_whole, list_files, make_plan, write_files
from .folding import fold
from .marks import Marks, make_marks
from .pictures import Pictures, find_pictures, picture_key

_PATIENCE = 5.0
"""Seconds to wait for programs that read the old state of the database."""
_QUOTED = re.compile(r"[\"“”]([^\"“”]+)[\"“”]")
_LEAST_TITLE = 8
"""Letters and digits: a shorter title, such as `News`, is a word that anybody looks for."""


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
                reader = executor or SerialExecutor()
                return _purge(folder, connection, log, sorted(chosen), sorted(others), reader, progress)
        except OSError as error:
            raise_typed_os(error, folder)


def name_articles(connection: sqlite3.Connection, names: Collection[str]) -> list[str]:
    """Each article that `names` mean, for people: its id and title. Raises NotFoundError."""
    sql = (
        "SELECT coalesce((SELECT title FROM articles WHERE number = ?1), (SELECT title FROM listed WHERE number = ?1)),"
        " EXISTS (SELECT 1 FROM purged WHERE number = ?1)"
    )
    named = []
    for number in sorted(_find_numbers(connection, names)):
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


def _purge(
    folder: Path,
    connection: sqlite3.Connection,
    log: RunLog,
    numbers: list[int],
    others: list[int],
    executor: Executor,
    progress: Progress,
) -> Purge:
    """Purges the articles `numbers`, of which `others` are copies that stay."""
    warc, now = folder / WARC_FOLDER, datetime.now(UTC)
    site = read_mirrored(connection)
    ids = read_ids(connection, numbers)
    named = list(map(plain_id, ids))
    # Each commit is on disk before the next step, which may rest on it: what the journal names, what it replaces.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    with read_user(folder) as user:
        saved = read_saved(user)
    options, versions = {"numbers": named}, {"harbincrawl": __version__}
    number = runs.start_run(connection, log, "purge", now, options, versions)
    texts = purged.read_texts(connection, numbers)
    marks = make_marks(ids, texts, site)
    addresses = connection.execute("SELECT id, address FROM captures")
    own_pages = {capture for capture, address in addresses if marks.names(address)}
    pictures = find_pictures(connection, folder, site, numbers, own_pages)
    search = RecordSearch(marks, pictures, now)
    files = list_files(connection, folder)
    check_whole(files)
    plan = make_plan(files, search, executor, progress)
    names = {name: next_name(warc, name) for name in plan}
    gone = {first_name(name): sorted(removals) for name, removals in plan.items()}
    log.put_event(REMOVED, {"run": number, "files": gone})
    # The journal names the new files until the transaction commits, then the old ones: what it names is deleted.
    with log.transaction():
        write_journal(connection, (f"{WARC_FOLDER}/{name}" for name in names.values()))
    write_files(warc, files, plan, names)
    objects = upload_files(connection, warc, names)
    old = [
        *(f"{WARC_FOLDER}/{name}" for name in names),
        *(f"{MEDIA}/{name}" for name in pictures.media),
    ]
    with log.transaction():
        removed = ((name, offset) for name, removals in plan.items() for offset in removals)
        purged.rename_files(connection, names, removed, number)
        replaced = replace_places(connection, objects)
        purged.delete_articles(connection, number, numbers, now, own_pages | pictures.captures)
        _clean_rows(connection, marks, pictures)
        write_journal(connection, old)
        if plan:
            # Events may be among what was removed.
            log.tell_all()
    for placed in objects.values():
        delete_local(warc / placed.file)
    left = delete_loose(connection)
    holders = read_ids(connection, (each for each in _find_holders(connection, marks) if each not in others))
    copies, searches = read_ids(connection, others), _find_searches(saved, marks, texts)
    records = sum(map(len, plan.values()))
    done = Purge(ids, records, len(old), copies, holders, searches, pictures.shared, left, replaced)
    report = {"numbers": named, "records": done.records, "files": done.files}
    end_run(folder, connection, log, number, "complete", done.exit_code, report)
    if not finish_purge(connection, folder, _PATIENCE):
        raise DatabaseError(
            "the articles are purged, but another program still reads the old state, so their text is still in the "
            "write-ahead log of the database: close that program and purge again."
        )
    return done


def _find_holders(connection: sqlite3.Connection, marks: Marks) -> Iterator[int]:
    """Other articles that contain a sentence of the purged ones, in any revision."""
    rows = connection.execute(
        "SELECT number, title, body, captions, summary FROM articles UNION ALL"
        " SELECT number, title, body, images, NULL FROM revisions ORDER BY 1"
    )
    last = None
    for number, *texts in rows:
        if number != last and any(text and marks.find_in(text) for text in texts):
            last = number
            yield number


def _clean_rows(connection: sqlite3.Connection, marks: Marks, pictures: Pictures) -> None:
    """Deletes what quotes the articles, names them or a picture of theirs, in the caller's transaction.

    Reports and failures of runs, unaccounted lines, what archives of others list; of lines of lists that lead elsewhere
    the words.
    """
    for each, address, reason in connection.execute("SELECT run, address, reason FROM failures").fetchall():
        is_picture = picture_key(marks.site, address) in pictures.addresses
        if is_picture or _quotes(marks, address) or _quotes(marks, reason):
            connection.execute("DELETE FROM failures WHERE run = ? AND address = ?", (each, address))
    for row in connection.execute("SELECT run, address, kind, text FROM unaccounted").fetchall():
        if _quotes(marks, row[1]) or _quotes(marks, row[3]):
            connection.execute("DELETE FROM unaccounted WHERE (run, address, kind, text) = (?, ?, ?, ?)", row)
    for row in connection.execute("SELECT section, item, title, summary FROM listed WHERE number IS NULL").fetchall():
        if any(_quotes(marks, text) for text in row if text):
            blank = "UPDATE listed SET title = '', date = NULL, summary = NULL WHERE section = ? AND item = ?"
            connection.execute(blank, row[:2])
    for row in connection.execute("SELECT source, original, timestamp FROM rescue").fetchall():
        if _quotes(marks, row[1]):
            connection.execute("DELETE FROM rescue WHERE (source, original, timestamp) = (?, ?, ?)", row)
    for each, report in connection.execute("SELECT run, report FROM runs WHERE report IS NOT NULL").fetchall():
        # They say what the rows say that are left.
        text = runs.write_report(connection, each, report)
        quotes = text is None or _quotes(marks, text)
        if quotes or text != report:
            connection.execute("UPDATE runs SET report = ? WHERE run = ?", (None if quotes else text, each))


def _find_searches(searches: Iterable[SavedSearch], marks: Marks, texts: Iterable[str]) -> list[str]:
    """The `searches` that quote the articles: their title, several of their words in quotes, id or address."""
    folded = [fold(text) for text in texts]
    found = []
    for saved in searches:
        said = f"{saved.name} {saved.query} {write_json(saved.options)}"
        words = {fold(quoted) for quoted in _QUOTED.findall(saved.query) if len(quoted.split()) > 1}
        if (
            _quotes(marks, said)
            or any(word in text for word in words if word for text in folded)
            or any(text in fold(said) for text in folded if len(text) >= _LEAST_TITLE)
            or any(re.search(rf"(?<![\w-]){re.escape(id)}(?![\w-])", said) for id in marks.ids)
        ):
            found.append(saved.name)
    return found


def _quotes(marks: Marks, text: str) -> bool:
    return marks.names(text) or marks.find_in(text) is not None
