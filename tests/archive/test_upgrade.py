"""An older archive is copied, then upgraded; nothing else is touched."""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database import connection as database
from harbincrawl.archive.database.connection import FILE, VERSION, open_reader, open_writer
from harbincrawl.archive.database.lock import hold
from harbincrawl.archive.runs.seals import read_chain
from harbincrawl.archive.upgrade import upgrade
from harbincrawl.cli.main import main
from harbincrawl.errors import DatabaseError, HeldError, NoArchiveError

RELEASE = Path(__file__).parent / "versions" / "0.1.0" / "archive.tar.xz"
NOW = datetime(2026, 7, 8, 9, 10, 11, tzinfo=UTC)


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """An archive as version 1 made it: the fixture of release 0.1.0, without what is not the database."""
    with tarfile.open(RELEASE) as tar:
        tar.extract("archive/articles.db", tmp_path, filter="data")
    return tmp_path / "archive"


def version(path: Path) -> Any:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_an_older_archive_is_refused_with_the_command_that_helps(older: Path) -> None:
    with pytest.raises(DatabaseError, match="upgrade"):
        open_reader(older)


def test_the_database_is_copied_and_upgraded(older: Path) -> None:
    done = upgrade(older, NOW)
    assert (done.before, done.after) == (1, VERSION)
    assert done.copy == older / "articles-version-1-20260708T091011Z.db"
    assert (version(done.copy), version(older / FILE)) == (1, VERSION)
    with closing(open_reader(older)) as connection, closing(sqlite3.connect(done.copy)) as copied:
        select = "SELECT number, title, body, updated, fingerprint, change FROM articles ORDER BY number"
        assert connection.execute(select).fetchall() == copied.execute(select).fetchall()


def test_an_upgrade_is_a_run_whose_seal_covers_all_articles(older: Path) -> None:
    upgrade(older, NOW)
    with closing(open_reader(older)) as connection:
        run, kind, outcome = connection.execute("SELECT run, kind, outcome FROM runs ORDER BY run DESC").fetchone()
        assert (kind, outcome) == ("upgrade", "complete")
        kept = connection.execute("SELECT run, outcome, count(*) FROM outcomes GROUP BY 1, 2").fetchall()
        assert kept == [(run, "kept", connection.execute("SELECT count(*) FROM articles").fetchone()[0])]
        assert [link.holds for link in read_chain(connection)] == [True]


def test_an_upgrade_that_was_killed_before_its_seal_is_taken_up_again(older: Path) -> None:
    open_writer(older, upgrade=True).close()
    assert upgrade(older, NOW) == (1, VERSION, None)
    with closing(open_reader(older)) as connection:
        assert connection.execute("SELECT kind FROM runs ORDER BY run DESC").fetchone() == ("upgrade",)
        assert connection.execute("SELECT count(*) FROM outcomes").fetchone() > (30,)
    assert upgrade(older, NOW) == (VERSION, VERSION, None)


def test_again_there_is_nothing_to_do(older: Path) -> None:
    upgrade(older, NOW)
    files = sorted(older.glob("*.db"))
    assert upgrade(older, NOW) == (VERSION, VERSION, None)
    assert sorted(older.glob("*.db")) == files


def test_nothing_is_changed_while_another_holds_it_or_where_it_is_no_archive(older: Path, tmp_path: Path) -> None:
    with hold(older, "crawl news"), pytest.raises(HeldError, match="crawl news"):
        upgrade(older, NOW)
    assert version(older / FILE) == 1
    with pytest.raises(NoArchiveError):
        upgrade(tmp_path / "none", NOW)
    assert not (tmp_path / "none").exists()
    with closing(sqlite3.connect(older / FILE)) as connection:
        connection.execute("PRAGMA application_id = 7")
    with pytest.raises(DatabaseError, match="not a harbincrawl archive"):
        upgrade(older, NOW)
    assert version(older / FILE) == 1


def test_a_newer_archive_is_refused(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "VERSION", 0)
    with pytest.raises(DatabaseError, match="newer harbincrawl"):
        upgrade(older, NOW)


def test_the_command_says_what_it_did(older: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for message in ("version 1 is 4 now; the copy is", "nothing to do"):
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(older), "upgrade"])
        assert ended.value.code == 0
        assert message in capsys.readouterr().err
