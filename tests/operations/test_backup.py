"""Backups: one moment of the archive, also while it is crawled; restored and proved."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE, USER
from harbincrawl.archive.media import write_media
from harbincrawl.archive.saved import read_saved
from harbincrawl.archive.user import change_user, read_user
from harbincrawl.cli.main import main
from harbincrawl.errors import DestinationError, NoArchiveError
from harbincrawl.operations.backup import NOTE, BackupReceipt, back_up, drop_command, restore
from tests.support.crawling import ask, check_whole, crawl, kept, start_crawl
from tests.support.forge import wait_for
from tests.support.gates import hold_articles
from tests.support.purging import problems
from tests.support.runs import tell
from tests.support.trees import read_tree
from tests.support.twin import changes, make_twin, serve

COUNT = "SELECT count(*) FROM articles"
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def copy(archive: Path, destination: Path) -> BackupReceipt:
    return back_up(archive, destination, NOW, progress=lambda *_: None)


def put_back(source: Path, archive: Path) -> None:
    restore(source, archive, progress=lambda *_: None)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawled archive with settings and a picture."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    twin = make_twin(3, 24, sections=("news",))
    with serve(twin) as server:
        crawl(folder, server)
        changes.add(twin, 2, "news")
        crawl(folder, server)
    name = write_media(folder, b"picture", "jpg")
    tell(folder, "UPDATE images SET media = ? WHERE url = (SELECT min(url) FROM images)", name)
    (folder / "config.toml").write_text("full_after_days = 9\n")
    return folder


def test_a_backup_is_restored_as_it_was(archive: Path, tmp_path: Path) -> None:
    receipt = copy(archive, tmp_path / "backup")
    assert (receipt.articles, receipt.files, receipt.kept, receipt.left) == (26, 4, 0, ())
    assert json.loads((tmp_path / "backup" / NOTE).read_text())["made"] == "2026-03-04T05:06:07Z"
    files = [path for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert {path.stat().st_nlink for path in files} == {1}, "a backup shares no byte with its archive"
    put_back(tmp_path / "backup", tmp_path / "restored")
    assert kept(tmp_path / "restored") == kept(archive)
    assert problems(tmp_path / "restored") == []
    assert (tmp_path / "restored" / "config.toml").read_text() == "full_after_days = 9\n"
    assert [path.stat().st_nlink for path in (tmp_path / "restored" / "warc").iterdir()] == [1, 1, 1]


def test_what_is_the_users_goes_along_and_goes_when_it_is_gone(archive: Path, tmp_path: Path) -> None:
    with change_user(archive) as user:
        user.execute("INSERT INTO saved_searches VALUES ('metro', 'metro', '{}', '2026-01-01T00:00:00Z', 1, 2)")
    try:
        copy(archive, tmp_path / "backup")
        put_back(tmp_path / "backup", tmp_path / "restored")
        for folder in (archive, tmp_path / "restored"):
            with read_user(folder) as user:
                assert [(each.name, each.printed, each.notified) for each in read_saved(user)] == [("metro", 1, 2)]
    finally:
        (archive / USER).unlink()
    copy(archive, tmp_path / "backup")
    assert not (tmp_path / "backup" / USER).exists()


def test_a_second_backup_copies_what_is_new_and_drops_what_is_gone(archive: Path, tmp_path: Path) -> None:
    copy(archive, tmp_path / "backup")
    stale = tmp_path / "backup" / "warc" / "purged-since.warc.gz"
    stale.write_bytes(b"old")
    receipt = copy(archive, tmp_path / "backup")
    assert (receipt.files, receipt.kept) == (4, 4)
    assert not stale.exists()


def test_a_backup_of_another_archive_is_not_replaced(archive: Path, tmp_path: Path) -> None:
    with serve(make_twin(4, 6, sections=("news",))) as server:
        crawl(tmp_path / "other", server)
    backup = tmp_path / "backup"
    copy(archive, backup)
    before = read_tree(backup)
    with pytest.raises(DestinationError, match="is a backup of another archive"):
        copy(tmp_path / "other", backup)
    (backup / NOTE).write_bytes(b"{")
    with pytest.raises(DestinationError, match="cannot be read"):
        copy(archive, backup)
    assert {**read_tree(backup), NOTE: before[NOTE]} == before


def test_a_killed_backup_is_ended_by_the_next_one(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    backup = tmp_path / "backup"
    with monkeypatch.context() as patched:
        patched.setattr("harbincrawl.operations.backup._copy_user", stop)
        with pytest.raises(KeyboardInterrupt):
            copy(archive, backup)
    with pytest.raises(NoArchiveError):
        put_back(backup, tmp_path / "restored")
    assert copy(archive, backup).kept == 4
    put_back(backup, tmp_path / "restored")
    assert problems(tmp_path / "restored") == []


COMMANDS = {
    "on a line": ('[notify]\ncommand = ["mail", "me"]  # of mine\nurls = ["https://a.example"]\n', "urls"),
    "on several": ('full_after_days = 9\n[notify]\nurls = []\ncommand = [\n  "mail",\n  "me",\n]\n', "urls"),
    "dotted": ('notify.command = ["mail", "me"]\nfull_after_days = 9\n', "full_after_days"),
    "alone": ('[notify]\n"command" = [\n"mail", "me"]', "notify"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_of_a_backup_is_left_out_and_printed(name: str) -> None:
    settings, stays = COMMANDS[name]
    text, command = drop_command(settings)
    assert command == 'command = ["mail", "me"]'
    assert "command" not in text and stays in text
    assert drop_command(text) == (text, None)


@pytest.mark.parametrize("text", ['notify = {command = ["x"], urls = []}\n', '[notify]\n"comm\\u0061nd" = ["x"]\n'])
def test_a_command_that_cannot_be_cut_out_keeps_a_backup_from_being_restored(
    archive: Path, tmp_path: Path, text: str
) -> None:
    copy(archive, tmp_path / "backup")
    (tmp_path / "backup" / "config.toml").write_text(text)
    with pytest.raises(DestinationError, match="does not stand on lines of its own"):
        put_back(tmp_path / "backup", tmp_path / "restored")
    assert [path.name for path in (tmp_path / "restored").iterdir()] == ["lock"]


@pytest.mark.parametrize("where", ["within", "a file", "full"])
def test_a_place_that_is_none_is_refused(archive: Path, tmp_path: Path, where: str) -> None:
    place = archive / "backup" if where == "within" else tmp_path / "place"
    if where == "a file":
        place.write_text("")
    if where == "full":
        place.mkdir()
        (place / "letters").write_text("dear")
    with pytest.raises(DestinationError):
        copy(archive, place)
    assert not (archive / "backup").exists()


def test_nothing_is_restored_over_an_archive_or_from_none(archive: Path, tmp_path: Path) -> None:
    copy(archive, tmp_path / "backup")
    put_back(tmp_path / "backup", tmp_path / "restored")
    with pytest.raises(DestinationError, match="already"):
        put_back(tmp_path / "backup", tmp_path / "restored")
    with pytest.raises(NoArchiveError):
        put_back(tmp_path, tmp_path / "other")
    with pytest.raises(NoArchiveError):
        copy(tmp_path / "nowhere", tmp_path / "x")


@pytest.mark.attack
def test_a_backup_during_a_crawl_is_whole(tmp_path: Path) -> None:
    twin = make_twin(5, 160, sections=("news",))
    # More than a batch is answered at once.
    gate = hold_articles(twin, 150)
    archive = tmp_path / "archive"
    with serve(twin) as server:
        process = start_crawl(archive, server)
        try:
            wait_for(lambda: (archive / FILE).exists() and ask(archive, COUNT)[0][0] > 0, "a batch")
            assert list((archive / "warc").glob("*.open"))
            receipt = copy(archive, tmp_path / "backup")
            gate.open()
            # The crawl goes on while this one is made.
            again = copy(archive, tmp_path / "backup")
        finally:
            gate.open()
            process.send(signal.SIGTERM)
            process.wait()
    assert 0 < receipt.articles < 160
    assert receipt.articles <= again.articles
    put_back(tmp_path / "backup", tmp_path / "restored")
    assert problems(tmp_path / "restored") == []
    check_whole(tmp_path / "restored")


def test_restore_ends_with_7_where_the_backup_is_broken(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied = tmp_path / "copied"
    copy(archive, copied)
    damaged = next((copied / "warc").iterdir())
    data = bytearray(damaged.read_bytes())
    damaged.unlink()
    data[len(data) // 2] ^= 0xFF
    damaged.write_bytes(data)
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(tmp_path / "restored"), "restore", str(copied)])
    assert ended.value.code == 7
    assert "broken" in capsys.readouterr().out
