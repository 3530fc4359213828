"""Opening the database of an archive, and its errors."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive import database
from harbincrawl.archive.database import APPLICATION_ID, FILE, VERSION, open_reader, open_writer, raise_typed
from harbincrawl.errors import DatabaseError, NoArchiveError, NoSpaceError


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    open_writer(tmp_path).close()
    return tmp_path


def set_pragma(archive: Path, name: str, value: int) -> None:
    with closing(sqlite3.connect(archive / FILE)) as connection:
        connection.execute(f"PRAGMA {name} = {value}")


def test_a_new_archive_has_our_id_the_newest_version_and_wal_mode(archive: Path) -> None:
    with closing(open_reader(archive)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("DELETE FROM facts")


def test_files_left_by_a_killed_first_run_are_replaced(tmp_path: Path) -> None:
    (tmp_path / f"{FILE}.new").write_bytes(b"half")
    (tmp_path / f"{FILE}.new-wal").write_bytes(b"half")
    (tmp_path / FILE).touch()
    open_writer(tmp_path).close()
    open_reader(tmp_path).close()
    assert not list(tmp_path.glob("*.new*"))


def test_a_missing_archive_is_reported_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(NoArchiveError, match="crawl` makes one"):
        open_reader(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("application_id", 7, "not a harbincrawl archive"),
        ("user_version", VERSION + 1, "newer harbincrawl"),
        ("user_version", 0, "upgrade"),
    ],
)
def test_a_database_of_another_kind_or_age_is_refused(archive: Path, name: str, value: int, words: str) -> None:
    set_pragma(archive, name, value)
    for opened in (open_reader, open_writer):
        with pytest.raises(DatabaseError, match=words):
            opened(archive)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"These are the voyages of a text file, which is long enough to have a header. " * 20)
    for opened in (open_reader, open_writer):
        with pytest.raises(DatabaseError, match="cannot be used"):
            opened(tmp_path)


def test_readers_see_the_last_whole_state_while_a_writer_is_at_work(archive: Path) -> None:
    with closing(open_writer(archive)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO facts VALUES ('a', 'b')")
        with closing(open_reader(archive)) as reader:
            assert reader.execute("SELECT count(*) FROM facts WHERE name = 'a'").fetchone() == (0,)
            writer.execute("COMMIT")
            assert reader.execute("SELECT count(*) FROM facts WHERE name = 'a'").fetchone() == (1,)


def test_a_full_disk_a_locked_file_and_a_read_only_file_have_different_errors(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.01)

    def error_of(connection: sqlite3.Connection, *statements: str) -> Exception:
        with pytest.raises((DatabaseError, NoSpaceError)) as caught:
            try:
                for statement in statements:
                    connection.execute(statement)
            except sqlite3.Error as error:
                raise_typed(error, archive / FILE)
        return caught.value

    write = "INSERT INTO facts VALUES ('a', zeroblob(1000000))"
    with closing(open_writer(archive)) as connection:
        full = error_of(connection, "PRAGMA max_page_count = 1", write)
    with closing(open_writer(archive)) as holder, closing(open_writer(archive)) as connection:
        holder.execute("BEGIN IMMEDIATE")
        locked = error_of(connection, write)
    with closing(open_reader(archive)) as connection:
        read_only = error_of(connection, write)
    assert isinstance(full, NoSpaceError)
    assert "no space left" in str(full)
    assert isinstance(locked, DatabaseError)
    assert "locked by another program" in str(locked)
    assert isinstance(read_only, DatabaseError)
    assert "cannot be written" in str(read_only)


def test_a_writer_waits_for_another_program(archive: Path) -> None:
    with closing(sqlite3.connect(archive / FILE, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        ending = threading.Timer(0.2, other.execute, ["COMMIT"])
        ending.start()
        with closing(open_writer(archive)) as writer:
            writer.execute("INSERT INTO facts VALUES ('a', 'b')")
        ending.join()
