"""A backup is replaced only by the archive that has all its runs."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.archive.runs.seals import read_id
from harbincrawl.operations.backup.owner import BEGUN
from harbincrawl.twin import changes, make_twin, serve
from tests.support.crawling import ask, crawl
from tests.support.trees import read_tree, run_command


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Archives: `archive` after two runs, `older` a copy after its first, `diverged` that copy with a run of its own,
    `other` of another twin.
    """
    folder = tmp_path_factory.mktemp("made")
    twin = make_twin(3, 12, sections=("news",))
    with serve(twin) as server:
        crawl(folder / "archive", server)
        shutil.copytree(folder / "archive", folder / "older")
        shutil.copytree(folder / "archive", folder / "diverged")
        changes.add(twin, 1, "news")
        crawl(folder / "archive", server)
        changes.add(twin, 1, "news")
        crawl(folder / "diverged", server)
    with serve(make_twin(4, 12, sections=("news",))) as server:
        crawl(folder / "other", server)
    return folder


def back_up(archive: Path, destination: Path, code: int = 0) -> str:
    return run_command("--archive", str(archive), "backup", str(destination), code=code)


def test_a_later_state_replaces_an_earlier_one(made: Path, tmp_path: Path) -> None:
    back_up(made / "older", tmp_path / "backup")
    back_up(made / "archive", tmp_path / "backup")
    back_up(made / "archive", tmp_path / "backup")
    assert ask(tmp_path / "backup", "SELECT count(*) FROM runs") == [(2,)]


@pytest.mark.parametrize("name", ["older", "diverged", "other"])
def test_what_does_not_continue_the_backup_leaves_it_as_it_is(made: Path, tmp_path: Path, name: str) -> None:
    backup = tmp_path / "backup"
    back_up(made / "archive", backup)
    before = read_tree(backup)
    line = back_up(made / name, backup, code=2)
    assert read_tree(backup) == before
    with closing(open_reader(made / name)) as one, closing(open_reader(made / "archive")) as other:
        ids = [read_id(each)[:12] for each in (other, one)]
    assert line.count("\n") == 1
    assert line.index(ids[0]) < line.rindex(ids[1])
    assert str(backup) in line and str(made / name) in line


def test_a_backup_that_was_crawled_on_is_not_replaced(made: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    back_up(made / "older", backup)
    twin = make_twin(3, 12, sections=("news",))
    with serve(twin) as server:
        crawl(backup, server)
    back_up(made / "archive", backup, code=2)


def test_an_unsealed_backup_is_replaced_by_the_archive_with_its_run(made: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    back_up(made / "older", backup)
    ask_and_keep(backup, "UPDATE runs SET seal = NULL, ended = NULL, outcome = 'running'")
    back_up(made / "other", backup, code=2)
    back_up(made / "archive", backup)


def test_a_begun_backup_is_ended_by_its_archive_alone(made: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    with closing(open_reader(made / "archive")) as connection:
        (backup / BEGUN).write_text(json.dumps({"archive": read_id(connection)}))
    assert "begun backup" in back_up(made / "other", backup, code=2)
    back_up(made / "archive", backup)
    assert not (backup / BEGUN).exists()


@pytest.mark.parametrize("how", ["damaged", "foreign", "missing"])
def test_a_backup_that_cannot_say_whose_it_is_is_not_replaced(made: Path, tmp_path: Path, how: str) -> None:
    backup = tmp_path / "backup"
    back_up(made / "archive", backup)
    (backup / FILE).unlink()
    if how == "damaged":
        (backup / FILE).write_bytes(b"no database" * 100)
    if how == "foreign":
        ask_and_keep(backup, "CREATE TABLE letters(text)")
    before = read_tree(backup)
    assert back_up(made / "archive", backup, code=2).count("\n") == 1
    assert read_tree(backup) == before


def ask_and_keep(archive: Path, sql: str) -> None:
    import sqlite3

    with closing(sqlite3.connect(archive / FILE)) as connection:
        connection.execute(sql)
        connection.commit()
