"""Opening the database of an archive, and its errors."""

from __future__ import annotations

import os
import shlex
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database import connection as database
from harbincrawl.archive.database.connection import APPLICATION_ID, FILE, VERSION, open_reader, open_writer, raise_typed
from harbincrawl.archive.database.leftovers import remove_leftovers
from harbincrawl.archive.database.lock import FILE as LOCK
from harbincrawl.archive.database.lock import check_free, hold
from harbincrawl.archive.database.scratch import open_scratch
from harbincrawl.errors import DatabaseError, HeldError, NoSpaceError
from tests.support.crawling import ask, crawl
from tests.support.disks import read_only
from tests.support.twin import make_twin, serve


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


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("application_id", 7, "not a harbincrawl archive"),
        (
            "user_version",
            VERSION + 1,
            f"version {VERSION + 1}, of a later harbincrawl; this one reads {VERSION}: `harbin.* rebuild` makes",
        ),
        (
            "user_version",
            0,
            f"version 0, of an earlier harbincrawl; this one reads {VERSION}: `harbin.* rebuild` makes",
        ),
    ],
)
def test_a_database_of_another_kind_or_age_is_refused(archive: Path, name: str, value: int, words: str) -> None:
    set_pragma(archive, name, value)
    for opened in (open_reader, open_writer):
        with pytest.raises(DatabaseError, match=words):
            opened(archive)


def run_shell(line: str) -> subprocess.CompletedProcess[str]:
    """A line as a person pastes it into a shell where `harbincrawl` is installed."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, env={"PATH": path})


def test_the_command_that_the_refusal_names_makes_it_anew(tmp_path: Path) -> None:
    version = VERSION - 1
    folder = tmp_path / "an 'old' archive"
    twin = make_twin(3, 12, sections=("news",))
    with serve(twin) as server:
        crawl(folder, server)
    titles = "SELECT id, title, body, fingerprint FROM articles ORDER BY id"
    before = ask(folder, titles)
    set_pragma(folder, "user_version", version)
    refused = run_shell(f"harbincrawl --archive {shlex.quote(str(folder))} status")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (7, "", 1)
    assert f"version {version}, of a" in refused.stderr
    made = run_shell(refused.stderr.split("`")[1])
    assert made.returncode == 0, made.stderr
    assert ask(folder, titles) == before
    assert len(before) == 12


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


def write_uncheckpointed(archive: Path) -> None:
    """Commits a fact that only the write-ahead log holds, as a killed writer leaves it, without shared memory file."""
    with closing(open_writer(archive)) as writer:
        writer.execute("INSERT INTO facts VALUES ('a', 'b')")
        left = {path.name: path.read_bytes() for path in archive.glob(f"{FILE}*")}
    for name, content in left.items():
        (archive / name).write_bytes(content)
    (archive / f"{FILE}-shm").unlink()


@pytest.mark.parametrize("left", ["all", "no shared memory", "no log"])
def test_a_read_only_folder_shows_all_that_was_committed_or_says_that_it_cannot(archive: Path, left: str) -> None:
    with closing(open_writer(archive)) as writer:
        writer.execute("INSERT INTO facts VALUES ('checkpointed', 'b')")
    if left != "no log":
        write_uncheckpointed(archive)
    if left == "all":
        (archive / f"{FILE}-shm").write_bytes(bytes(32768))
    before = {path: path.read_bytes() for path in archive.iterdir()}
    with read_only(archive):
        try:
            with closing(open_reader(archive)) as reader:
                found = reader.execute("SELECT name FROM facts WHERE value = 'b' ORDER BY 1").fetchall()
                assert found == [("checkpointed",)] if left == "no log" else [("a",), ("checkpointed",)]
        except DatabaseError as error:
            assert left != "no log" and "its folder is read-only here" in str(error)
    assert {path: path.read_bytes() for path in archive.iterdir()} == before


def test_a_read_only_view_of_an_archive_at_work_is_up_to_date(
    archive: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with closing(open_writer(archive)) as writer, read_only(archive, tmp_path_factory.mktemp("view")) as view:
        writer.execute("INSERT INTO facts VALUES ('a', 'b')")
        with closing(open_reader(view)) as reader:
            assert reader.execute("SELECT count(*) FROM facts WHERE name = 'a'").fetchone() == (1,)
            writer.execute("INSERT INTO facts VALUES ('c', 'd')")
            assert reader.execute("SELECT count(*) FROM facts WHERE name = 'c'").fetchone() == (1,)


def test_the_next_writer_removes_what_killed_commands_left_and_nothing_else(tmp_path: Path) -> None:
    ours = [
        *("articles.db.new", "articles.db.new-journal", "articles.db.new-wal", "articles.db.part"),
        *("warc/a-p1.warc.gz.part", "media/0f.jpg.part"),
    ]
    others = ["config.toml", ".articles.jsonl.part", "notes.tmp", "warc/a.warc.gz", "media/0f.jpg", "articles.csv"]
    open_writer(tmp_path).close()
    for name in (*ours, *others):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    open_writer(tmp_path).close()
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {FILE, *others}


def test_a_new_database_takes_nothing_over_from_the_log_of_one_that_is_gone(archive: Path) -> None:
    write_uncheckpointed(archive)
    (archive / FILE).unlink()
    with closing(open_writer(archive)) as writer:
        assert writer.execute("SELECT count(*) FROM facts WHERE name = 'a'").fetchone() == (0,)
        assert writer.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


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

    write = "INSERT INTO main.facts VALUES ('a', zeroblob(1000000))"
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


def test_its_file_has_no_name(archive: Path) -> None:
    before = sorted(archive.iterdir())
    with closing(open_scratch(archive)) as connection:
        connection.execute("INSERT INTO facts VALUES ('a', 'b')")
        assert sorted(archive.iterdir()) == before
    with pytest.raises(DatabaseError):
        open_scratch(archive / "none")
    # Killed before it lost its name, it goes with the next writer.
    (archive / f"{FILE}.scratch-x1y2").write_bytes(b"")
    remove_leftovers(archive)
    assert sorted(archive.iterdir()) == before


def test_the_holder_is_named_to_the_next_one(tmp_path: Path) -> None:
    with hold(tmp_path / "archive", "crawl news"):
        words = rf"`crawl news` \(process {os.getpid()}, since 20"
        with pytest.raises(HeldError, match=words) as caught, hold(tmp_path / "archive", "reparse"):
            pass
        assert caught.value.exit_code == 5
        with pytest.raises(HeldError, match=words):
            check_free(tmp_path / "archive")
    check_free(tmp_path / "archive")
    with hold(tmp_path / "archive", "reparse"):
        pass


def test_the_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom harbincrawl.archive.database.lock import hold\n"
        "with hold(Path(sys.argv[1]), 'crawl news'):\n    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert (tmp_path / LOCK).stat().st_size > 0
    check_free(tmp_path)
    with hold(tmp_path, "crawl gallery"):
        assert b"gallery" in (tmp_path / LOCK).read_bytes()


def test_a_path_where_no_folder_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match="cannot be written"), hold(tmp_path / "file", "crawl"):
        pass
    check_free(tmp_path / "nowhere")
