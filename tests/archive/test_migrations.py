"""Archives of earlier versions are upgraded whole or not at all: killed anywhere, on a full disk, with odd days."""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE, VERSION, open_reader
from harbincrawl.archive.runs.seals import read_chain
from harbincrawl.archive.schema.comparison import list_differences
from harbincrawl.archive.upgrade import upgrade
from tests.support.crawling import command
from tests.support.disks import resize_disk, small_disk
from tests.support.forge import forge

NOW = datetime(2026, 11, 26, tzinfo=UTC)
VERSIONS = Path(__file__).parent / "versions"
OLDER = ("0.1.0", "schema-2", "schema-3")
KILL = """
import os, signal
import harbincrawl.archive.upgrade as upgrades
done = 0
def step(*_):
    global done
    done += 1
    if done == {last}:
        os.kill(os.getpid(), signal.SIGKILL)
def stepping(function):
    def stepped(*given, **named):
        step()
        return function(*given, **named)
    return stepped
os.fsync, Path.replace = stepping(os.fsync), stepping(Path.replace)
connect = sqlite3.connect
def traced(*given, **named):
    connection = connect(*given, **named)
    connection.set_trace_callback(step)
    return connection
sqlite3.connect = traced
upgrade = upgrades.upgrade
def counted(*given):
    upgraded = upgrade(*given)
    print(done)
    return upgraded
upgrades.upgrade = counted
"""


@pytest.fixture(params=OLDER)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The database and the WARC files of an archive as an earlier version left it."""
    return extract(request.param, tmp_path)


def extract(version: str, folder: Path) -> Path:
    with tarfile.open(VERSIONS / version / "archive.tar.xz") as tar:
        tar.extractall(folder, filter="data")
    return folder / "archive"


def version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / FILE)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def run(folder: Path, *words: str, prelude: str = "") -> tuple[int, str, str]:
    return forge().start(command(folder, *words)[3:], f"import sqlite3\nfrom pathlib import Path\n{prelude}").wait()


def test_an_upgraded_archive_has_the_schema_of_a_new_one_and_refers_to_nothing_missing(older: Path) -> None:
    upgrade(older, NOW)
    with closing(open_reader(older)) as connection:
        assert list(list_differences(connection)) == []
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert all(link.holds for link in read_chain(connection))
        for key, number, id in connection.execute("SELECT key, number, id FROM articles"):
            assert (key & 0xFFFFFFFF, id) == (number, str(number))


def test_foreign_keys_and_the_source_of_captures_are_declared(older: Path) -> None:
    upgrade(older, NOW)
    with closing(open_reader(older)) as connection:
        targets = {
            table: {row[2] for row in connection.execute(f"PRAGMA foreign_key_list({table})")}
            for table in ("captures", "articles", "images", "revisions", "duplicates", "walks", "outcomes")
        }
        assert targets == {
            "captures": {"runs", "captures"}, "articles": {"captures"}, "images": {"articles"},
            "revisions": {"articles", "captures"}, "duplicates": {"articles"}, "walks": {"runs", "sections"},
            "outcomes": {"runs"},
        }  # fmt: skip
        assert connection.execute("SELECT DISTINCT source FROM captures").fetchall() == [("site",)]


def test_views_begin_with_the_id_and_the_address_of_an_article(older: Path) -> None:
    upgrade(older, NOW)
    with closing(open_reader(older)) as connection:
        views = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
        assert "v_articles" in views and all(name.startswith("v_") for name in views)
        for name in views:
            found = connection.execute(f"SELECT * FROM {name}")
            assert [column[0] for column in found.description][:2] == ["id", "url"]
        rows = connection.execute("SELECT id, url, title, images FROM v_articles ORDER BY id").fetchall()
        stored = (
            "SELECT id, url, title, (SELECT count(*) FROM images AS i WHERE i.number = a.number) FROM articles AS a"
        )
        assert rows == connection.execute(f"{stored} ORDER BY id").fetchall()


@pytest.mark.attack
@pytest.mark.parametrize("before", [2, 3])
def test_an_upgrade_that_is_killed_anywhere_is_completed_by_the_next(tmp_path: Path, before: int) -> None:
    code, steps, _ = run(extract(f"schema-{before}", tmp_path / "whole"), "upgrade", prelude=KILL.format(last=0))
    assert code == 0
    (_, exported, _) = run(tmp_path / "whole" / "archive", "export", "-")
    last = int(steps.split()[-1])
    for place in range(1, last, max(1, last // 14)):
        folder = extract(f"schema-{before}", tmp_path / str(place))
        code, _, _ = run(folder, "upgrade", prelude=KILL.format(last=place))
        assert code == -9
        assert version(folder) in (before, VERSION)
        assert run(folder, "upgrade")[0] == 0
        assert run(folder, "export", "-")[1] == exported
        with closing(open_reader(folder)) as connection:
            runs = connection.execute("SELECT count(*) FROM runs WHERE kind = 'upgrade' AND outcome = 'complete'")
            assert runs.fetchone()[0] == 1
            assert all(link.holds for link in read_chain(connection))
        assert version(next(folder.glob(f"articles-version-{before}-*.db")).parent) == VERSION
    assert run(folder, "verify")[0] == 0


@pytest.mark.parametrize("kilobytes", [1500, 2200, 3500, 6000])
def test_without_room_an_upgrade_ends_with_8_and_leaves_the_archive_as_it_was(tmp_path: Path, kilobytes: int) -> None:
    with small_disk(tmp_path, 50_000):
        folder = extract("schema-2", tmp_path)
        used = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) >> 10
        resize_disk(tmp_path, used + kilobytes)
        code, _, said = run(folder, "upgrade")
        if code == 0:
            assert version(folder) == VERSION
            return
        assert (code, version(folder)) == (8, 2)
        assert said.count("no space left") == 1
        resize_disk(tmp_path, 50_000)
        assert run(folder, "upgrade")[0] == 0
        assert run(folder, "verify")[0] == 0


def test_where_days_are_not_in_the_order_of_numbers_copies_get_the_earliest_original(tmp_path: Path) -> None:
    folder = extract("schema-2", tmp_path)
    with closing(sqlite3.connect(folder / FILE)) as connection:
        ((copy, original),) = connection.execute("SELECT number, original FROM duplicates").fetchall()
        assert original < copy
        connection.execute("UPDATE articles SET created = '2031-01-01' WHERE number = ?", (original,))
        connection.commit()
    upgrade(folder, NOW)
    with closing(open_reader(folder)) as connection:
        assert connection.execute("SELECT number, original FROM duplicates").fetchall() == [(original, copy)]
