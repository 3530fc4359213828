"""Opening `articles.db`: read-only for any number of readers, for writing by the holder of the lock."""

from __future__ import annotations

import errno
import os
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NoReturn

from harbincrawl.errors import DatabaseError, DestinationError, NoArchiveError, NoSpaceError
from harbincrawl.text import shorten

APPLICATION_ID = 0x48425243
"""`HBRC` in the file header: identifies the database as a harbincrawl archive, also to `file`."""
VERSION = 7
"""`user_version`, which rises with each change of the schema."""
FILE = "articles.db"
DRAFT = "articles.db.rebuilt"
"""A database that is made anew, until it is whole."""
USER = "user.db"
"""What is the user's: see `harbincrawl.archive.user`."""
OLDEST_SQLITE = (3, 40, 0)
PATIENCE = 10.0
"""Seconds to wait for another program that has locked the database."""
CACHE_KB = 8000
"""Page cache of the writer. It always fills up; 16 MB saved no processor time, even with 100,000 articles."""
_LONGEST = 1 << 28
"""Bytes of a text or a row; the longest honest ones, reports and lists of numbers, have some 10 MB."""

_NO_SPACE = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_SHMSIZE")
"""SQLite's error names for a full disk; which one depends on what it was writing."""
_VAGUE = ("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY")
"""How the names begin of errors that may come of a full disk, too: of one without room for another file, for one."""
_OF_VALUES = ("Could not decode", "JSON")
"""Words of errors that come of a single value."""


def connect(path: Path | str, *, is_uri: bool = False) -> sqlite3.Connection:
    """A connection on which nothing in the schema of the database runs functions of ours.

    Damaged pages are noticed as they are read, and no text or row is longer than honest ones. Raises sqlite3.Error.
    """
    connection = sqlite3.connect(path, uri=is_uri, isolation_level=None, timeout=PATIENCE)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    return connection


def open_reader(folder: Path, *, name: str = FILE) -> sqlite3.Connection:
    """A read-only connection to the archive in `folder`, to its database `name`. It never waits for a writer.

    Raises NoArchiveError if there is no archive, DatabaseError if it is of another version, damaged, or not an archive.
    """
    path = folder / name
    if not path.is_file():
        if name == FILE:
            check_log_alone(folder)
        raise NoArchiveError(
            f"no archive in {folder}: expected {path}."
            f" `harbincrawl --archive {shlex.quote(str(folder))} crawl` makes one."
        )
    uri = path.absolute().as_uri()
    try:
        with ExitStack() as stack:
            connection = stack.enter_context(closing(connect(f"{uri}?mode=ro", is_uri=True)))
            try:
                connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")
            except sqlite3.OperationalError:
                # WAL mode needs a shared memory file, which cannot be made in a read-only folder, or on a full disk.
                from harbincrawl.files import has_room

                if os.access(folder, os.W_OK) and has_room(folder):
                    raise
                log = path.with_name(f"{path.name}-wal")
                if log.exists() and log.stat().st_size:
                    raise DatabaseError(
                        f"{path} cannot be read: its folder is read-only here, and what was written last is in"
                        f" {log.name}: run a command where the folder can be written, or copy it."
                    ) from None
                connection = stack.enter_context(closing(connect(f"{uri}?immutable=1", is_uri=True)))
            check_version(connection, path)
            add_function(connection)
            stack.pop_all()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # What SQLite says of a damaged schema quotes its bytes.
        raise_typed(error, path)
    except OSError as error:
        raise_typed_os(error, path)
    return connection


def check_archive(folder: Path) -> None:
    """Raises what `open_reader` raises: a writer would make an archive where there is none."""
    open_reader(folder).close()


@contextmanager
def read_archive(folder: Path) -> Iterator[sqlite3.Connection]:
    """One state of the archive in `folder`: a purge may take an article away between two statements.

    Raises what `open_reader` raises, and DatabaseError, NoSpaceError for what SQLite says meanwhile.
    """
    connection = open_reader(folder)
    try:
        connection.execute("BEGIN")
        yield connection
    except sqlite3.Error as error:
        raise_typed(error, folder / FILE)
    finally:
        connection.close()


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Raises DatabaseError if `path` is not an archive of exactly this version."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise DatabaseError(
            f"{path} is not a harbincrawl archive (application_id {application:#x}, expected {APPLICATION_ID:#x})."
        )
    if version != VERSION:
        raise DatabaseError(
            f"{path} has archive version {version}, of {'a later' if version > VERSION else 'an earlier'} harbincrawl;"
            f" this one reads {VERSION}: {_describe_cure(path)}"
        )


def add_function(connection: sqlite3.Connection) -> None:
    """Adds the SQL function `holds(part, title, body, captions, author, source)` to `connection`, for `--exact`."""

    def holds(part: str, *texts: str | None) -> bool:
        from harbincrawl.search.exact import holds  # only a search for exact words needs it

        return holds(part, *texts)

    connection.create_function("holds", 6, holds, deterministic=True)


def check_log_alone(folder: Path) -> None:
    """Raises DatabaseError where WARC files stand in `folder` without a database.

    A new database would be that of another archive, and to it they were foreign files.
    """
    if any((folder / "warc").glob("*.warc.gz*")):
        raise DatabaseError(
            f"{folder / FILE} is missing, but {folder / 'warc'} has WARC files:"
            f" `harbincrawl --archive {shlex.quote(str(folder))} rebuild` makes the database from them."
        )


def open_writer(folder: Path) -> sqlite3.Connection:
    """The connection for writing; makes the archive if there is none. The caller holds the lock.

    A purge that was killed is finished first, unless another program still reads the state before it.
    Raises DatabaseError if the archive is of another version, or only its database is gone; NoSpaceError.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise DatabaseError(f"SQLite {sqlite3.sqlite_version} is too old: 3.40 or newer is needed.")
    from .leftovers import finish_purge, remove_leftovers

    path = folder / FILE
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            remove_leftovers(folder)
            if not path.exists() or path.stat().st_size == 0:
                check_log_alone(folder)
                make_database(path)
            connection = stack.enter_context(closing(connect(path)))
            is_new = connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
            if not is_new:
                check_version(connection, path)
            _set_pragmas(connection)
            add_function(connection)
            if is_new:
                make_tables(connection)
            finish_purge(connection, folder)
        except sqlite3.Error as error:
            raise_typed(error, path)
        except OSError as error:
            raise_typed_os(error, path)
        stack.pop_all()
    return connection


def _set_pragmas(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    # Some builds of SQLite overwrite deleted data by default, also when FTS5 merges its index, which is slow. A purge
    # removes deleted data itself.
    connection.execute("PRAGMA secure_delete = OFF")


def make_database(path: Path) -> None:
    """Makes a new database under a temporary name. It gets its final name once it is complete and on disk."""
    draft = path.with_name(f"{FILE}.new")
    # Not in WAL mode: SQLite does not report it if the disk is full when the log is copied into the file at the close.
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        make_tables(connection)
    # The log of a database that is not there any more would be taken for the new one's.
    for ending in ("-wal", "-shm"):
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)
    from harbincrawl.files import sync_folder

    draft.replace(path)
    sync_folder(path.parent)


def make_tables(connection: sqlite3.Connection) -> None:
    """Makes all tables of a new database, in one transaction."""
    from harbincrawl.archive.schema.tables import make_schema

    connection.execute("BEGIN IMMEDIATE")
    make_schema(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def is_no_space(error: Exception, folder: Path | None = None) -> bool:
    """Whether the disk is full. Where SQLite does not say so, `folder` and that of temporary files are tried."""
    name = getattr(error, "sqlite_errorname", "")
    if name in _NO_SPACE or folder is None or not name.startswith(_VAGUE):
        return name in _NO_SPACE
    from harbincrawl.files import has_room

    return not (has_room(folder) and has_room(None))


def raise_typed(error: sqlite3.Error | UnicodeDecodeError, path: Path, cure: str | None = None) -> NoReturn:
    """Raises the typed error for `error`: disk full, busy, read-only or damaged; `cure` is what to do then."""
    text = str(error)
    if is_no_space(error, path.parent):
        raise NoSpaceError(f"no space left for {path} ({text}): free disk space and run again.") from error
    if "locked" in text or "busy" in text:
        raise DatabaseError(f"{path} is locked by another program ({text}): close it and run again.") from error
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        raise DatabaseError(f"{path} cannot be written ({text}): check its owner and permissions.") from error
    if cure is None and any(words in text for words in _OF_VALUES):
        raise_damaged_row(error, path)
    raise DatabaseError(f"{path} cannot be used ({shorten(text, 200)}): {cure or _describe_cure(path)}") from error


def raise_damaged_row(error: Exception, path: Path) -> None:
    """Raises DatabaseError where `error` came of a damaged row of the database `path`; names the first damaged one."""
    from .damage import find_damaged_row

    with closing(open_reader(path.parent, name=path.name)) as connection:
        try:
            found = find_damaged_row(connection)
        except (sqlite3.Error, UnicodeDecodeError) as damage:
            raise_typed(damage, path)
    if found is not None:
        raise DatabaseError(f"{path}: {found} is damaged: {_describe_cure(path)}") from error


def _describe_cure(path: Path) -> str:
    return f"`harbincrawl --archive {shlex.quote(str(path.parent))} rebuild` makes it anew from its WARC files."


def raise_typed_os(error: OSError, path: Path) -> NoReturn:
    """Raises the typed error for `error`: disk full or not writable."""
    from harbincrawl.files import check_full

    check_full(error, path)
    if error.errno == errno.ENAMETOOLONG:
        raise DestinationError(f"{path} cannot be written ({error.strerror}): choose a shorter one.") from error
    raise DatabaseError(f"{path} cannot be written ({error.strerror}): check its owner and permissions.") from error
