"""An older archive is copied, then brought up to date; nothing else is touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from harbincrawl.archive import database, schema
from harbincrawl.archive.database import FILE, open_reader
from harbincrawl.archive.lock import hold
from harbincrawl.archive.upgrade import upgrade
from harbincrawl.cli.main import main
from harbincrawl.errors import DatabaseError, HeldError, NoArchiveError
from tests.support.archives import build_archive

NOW = datetime(2026, 7, 8, 9, 10, 11, tzinfo=UTC)


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of version 1 under a harbincrawl of version 2, which has one more column."""
    folder = build_archive(tmp_path / "archive", [{"body": "Words."}, {"body": "Others."}])
    newer = Migrations("harbincrawl")
    newer()(schema.m001_tables)

    @newer()
    def m002_mood(db: Database) -> None:
        schema.run_script(db.conn, "ALTER TABLE articles ADD COLUMN mood TEXT;\n")

    monkeypatch.setattr(schema, "migrations", newer)
    monkeypatch.setattr(database, "VERSION", 2)
    return folder


def version(path: Path) -> Any:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def columns(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute("PRAGMA table_info(articles)")]


def test_an_older_archive_is_refused_with_the_command_that_helps(older: Path) -> None:
    with pytest.raises(DatabaseError, match="upgrade"):
        open_reader(older)


def test_it_is_copied_and_brought_up_to_date(older: Path) -> None:
    done = upgrade(older, NOW)
    assert (done.before, done.after) == (1, 2)
    assert done.copy == older / "articles-version-1-20260708T091011Z.db"
    assert (version(done.copy), version(older / FILE)) == (1, 2)
    assert "mood" in columns(older / FILE)
    assert "mood" not in columns(done.copy)
    with closing(open_reader(older)) as connection:
        assert connection.execute("SELECT body, mood FROM articles ORDER BY number").fetchall() == [
            ("Words.", None),
            ("Others.", None),
        ]
    with closing(sqlite3.connect(done.copy)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (2,)


def test_again_there_is_nothing_to_do(older: Path) -> None:
    upgrade(older, NOW)
    files = sorted(older.glob("*.db"))
    assert upgrade(older, NOW) == (2, 2, None)
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
    with pytest.raises(DatabaseError, match="no harbincrawl archive"):
        upgrade(older, NOW)
    assert version(older / FILE) == 1


def test_a_newer_archive_is_refused(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "VERSION", 0)
    with pytest.raises(DatabaseError, match="newer harbincrawl"):
        upgrade(older, NOW)


def test_the_command_says_what_it_did(older: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for said in ("version 1 is 2 now; the copy is", "nothing to do"):
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(older), "upgrade"])
        assert ended.value.code == 0
        assert said in capsys.readouterr().err
