"""Ingests from buckets, and backups that are kept and restored there."""

from __future__ import annotations

import json
import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import USER
from harbincrawl.archive.user import change_user, read_user
from harbincrawl.cli.main import main
from harbincrawl.errors import BackupError, BucketError, ExitCode, HeldError, NoArchiveError
from harbincrawl.operations.backup import BackupReceipt, back_up, restore
from harbincrawl.operations.buckets.offload import offload
from harbincrawl.places import BucketFile, open_place
from harbincrawl.search.saved import read_saved
from harbincrawl.warc.salvage import salvage
from tests.support.buckets import TELLING, Bucket, list_files
from tests.support.crawling import kept, records
from tests.support.purging import problems, run

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PREFIX = "s3://pile/backup"


def copy(archive: Path, prefix: str = PREFIX) -> BackupReceipt:
    return back_up(archive, prefix, NOW, salvage=salvage, progress=lambda *_: None)


def put_back(archive: Path, prefix: str = PREFIX) -> BackupReceipt:
    return restore(prefix, archive, salvage=salvage, progress=lambda *_: None)


def put_pile(bucket: Bucket, archive: Path) -> list[str]:
    for path in (archive / "warc").iterdir():
        bucket.put(f"pile/{path.name}", path.read_bytes())
    bucket.put("pile/notes.txt", b"no WARC file")
    return list_files(archive)


def call(archive: Path, *words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), *words])
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def origin(crawled: Path) -> str:
    """The host that was crawled."""
    from tests.support.crawling import ask

    return str(ask(crawled, "SELECT value FROM facts WHERE name = 'site_url'")[0][0])


def test_an_ingest_from_a_bucket_is_that_of_the_files(
    archive: Path, bucket: Bucket, origin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_pile(bucket, archive)
    files = [str(path) for path in sorted((archive / "warc").iterdir())]
    assert call(tmp_path / "local", "ingest", "--jobs", "1", "--site-url", origin, *files) == 0
    assert call(tmp_path / "pile", "ingest", "--jobs", "1", "--site-url", origin, "s3://pile/pile") == 0
    assert call(tmp_path / "two", "ingest", "--jobs", "2", "--site-url", origin, "s3://pile/pile/") == 0
    assert records(tmp_path / "local")
    assert kept(tmp_path / "pile") == kept(tmp_path / "two") == kept(tmp_path / "local")
    capsys.readouterr()
    one = f"s3://pile/pile/{Path(files[0]).name}"
    assert call(tmp_path / "one", "ingest", "--site-url", origin, "--json", one) == 0
    assert json.loads(capsys.readouterr().out)["files"] == [Path(files[0]).name]


@pytest.mark.parametrize(
    ("fault", "code"),
    [("refuse", 6), ("stall", 6), ("cut", 6), ("403", 6), ("500", 6), (None, 2)],
)
def test_an_ingest_that_fails_says_so_in_one_line(
    archive: Path, bucket: Bucket, tmp_path: Path, fault: str | None, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    put_pile(bucket, archive)
    bucket.proxy.fault = lambda *_: fault
    assert (
        call(tmp_path / "new", "-q", "ingest", "--jobs", "1", "s3://pile/pile" if fault else "s3://pile/none") == code
    )
    said = capsys.readouterr().err
    assert said.startswith("harbincrawl: ")
    assert said.count("\n") == 1


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path / "new", "ingest", "s3://nowhere/x") == ExitCode.UNREACHABLE
    assert "there is no bucket nowhere" in capsys.readouterr().err


def test_a_range_is_read_from_any_place(bucket: Bucket) -> None:
    data = bytes(range(256)) * 4096
    bucket.put("file.warc.gz", data)
    with open_place(BucketFile("s3://pile/file.warc.gz", "file.warc.gz", len(data))) as stream:
        assert stream.read(3) == data[:3]
        assert stream.seek(-10, 2) == len(data) - 10
        assert stream.read() == data[-10:]
        for place in (700_000, 5, 100_000, 4090):
            stream.seek(place)
            assert stream.read(200_000) == data[place : place + 200_000]
            assert stream.tell() == place + 200_000
        assert stream.seek(0) == 0
        assert stream.read() == data


def test_what_is_the_users_goes_along_into_a_bucket(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    with change_user(archive) as user:
        user.execute("INSERT INTO saved_searches VALUES ('metro', 'metro', '{}', '2026-01-01T00:00:00Z', 1, 2)")
    copy(archive)
    put_back(tmp_path / "restored")
    with read_user(tmp_path / "restored") as user:
        assert [each.name for each in read_saved(user)] == ["metro"]
    (archive / USER).unlink()
    copy(archive)
    assert not [key for key in bucket.list_keys() if key.endswith(USER)]


def test_a_backup_in_a_bucket_is_restored_as_it_was(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    (archive / "config.toml").write_text('contact = "me@example.org"\nfull_after_days = 9\n')
    receipt = copy(archive)
    assert (receipt.articles, receipt.files, receipt.kept, receipt.placed) == (len(records(archive)), 2, 0, 0)
    put_back(tmp_path / "restored")
    assert kept(tmp_path / "restored") == kept(archive)
    assert list_files(tmp_path / "restored") == list_files(archive)
    assert problems(tmp_path / "restored") == []
    assert (tmp_path / "restored" / "config.toml").read_text().endswith("\nfull_after_days = 9\n")
    left = tmp_path / "restored" / "config.toml.from-backup"
    assert left.read_text() == (archive / "config.toml").read_text()
    assert (copy(archive).kept, len(bucket.list_keys())) == (2, 5)


def test_a_later_backup_drops_what_was_purged(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    copy(archive)
    before = bucket.list_keys("backup/warc")
    run(archive, max(records(archive)))
    copy(archive)
    assert not set(before) & set(bucket.list_keys("backup/warc"))
    put_back(tmp_path / "restored")
    assert problems(tmp_path / "restored") == []


@pytest.mark.usefixtures("bucket")
def test_files_that_are_in_a_bucket_already_are_not_copied(archive: Path, tmp_path: Path) -> None:
    offload(archive, "s3://pile/harbin", progress=lambda *_: None)
    receipt = copy(archive)
    assert (receipt.files, receipt.placed) == (1, 2), "what the offload has said of itself stays here"
    here = back_up(archive, tmp_path / "backup", NOW, salvage=salvage, progress=lambda *_: None)
    assert (here.files, here.placed) == (1, 2)
    for source in (PREFIX, tmp_path / "backup"):
        target = tmp_path / f"restored-{isinstance(source, str)}"
        assert restore(source, target, salvage=salvage, progress=lambda *_: None).placed == 2
        assert kept(target) == kept(archive)
        assert problems(target) == []
    assert call(archive, "-q", "backup", PREFIX) == 0


def test_copies_of_what_was_offloaded_since_stay_in_the_backup_until_it_is_purged(
    archive: Path, bucket: Bucket, tmp_path: Path
) -> None:
    def copy_both() -> list[list[str]]:
        copy(archive)
        back_up(archive, tmp_path / "backup", NOW, salvage=salvage, progress=lambda *_: None)
        names = [Path(key).name for key in bucket.list_keys("backup/warc")]
        return [[name for name in names if not TELLING.match(name)], list_files(tmp_path / "backup")]

    before = copy_both()
    offload(archive, "s3://pile/harbin", progress=lambda *_: None)
    assert copy_both() == before
    run(archive, max(records(archive)))
    assert copy_both() == [[], []]


def test_the_backup_of_another_archive_is_not_replaced(
    archive: Path, crawled: Path, bucket: Bucket, tmp_path: Path
) -> None:
    copy(archive)
    run(archive, max(records(archive)))
    copy(archive)
    other = shutil.copytree(crawled, tmp_path / "other")
    with pytest.raises(BackupError, match="does not continue"):
        copy(other)
    bucket.put("taken/file", b"x")
    with pytest.raises(BackupError, match="neither empty nor a backup"):
        copy(other, "s3://pile/taken")
    with pytest.raises(NoArchiveError):
        put_back(tmp_path / "none", "s3://pile/taken")
    assert not (tmp_path / "none" / "articles.db").exists()


@pytest.mark.parametrize("fault", ["refuse", "403", "cut"])
def test_a_backup_that_fails_leaves_the_earlier_one_whole(
    archive: Path, bucket: Bucket, tmp_path: Path, fault: str
) -> None:
    copy(archive)
    run(archive, max(records(archive)))
    bucket.proxy.fault = lambda _, path, __: fault if "warc.gz" in path else None
    with pytest.raises(BucketError):
        copy(archive)
    with pytest.raises(BucketError):
        put_back(tmp_path / "restored")
    assert not (tmp_path / "restored" / "articles.db").exists()
    bucket.proxy.fault = lambda *_: None
    put_back(tmp_path / "restored")
    assert problems(tmp_path / "restored") == []


def test_bytes_that_are_not_those_of_the_backup_are_found(
    archive: Path, bucket: Bucket, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy(archive)
    bucket.proxy.fault = lambda method, path, _: "lie" if method == "GET" and "warc.gz" in path else None
    with pytest.raises(BucketError, match="other bytes"):
        copy(archive, "s3://pile/second")
    assert call(tmp_path / "restored", "restore", PREFIX) == ExitCode.DATABASE
    assert "broken warc" in capsys.readouterr().out


def test_an_incomplete_backup_is_named(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    copy(archive)
    bucket.delete(bucket.list_keys("backup/warc")[0])
    with pytest.raises(BackupError, match="is incomplete"):
        put_back(tmp_path / "restored")


def test_two_backups_at_once_do_not_mix(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    copy(archive)
    run(archive, max(records(archive)))
    second = Path(shutil.copytree(archive, tmp_path / "second"))
    run(second, min(records(second)))
    refused: list[HeldError] = []

    def begin_another(method: str, path: str, _: bytes) -> None:
        if method == "PUT" and "backup/warc" in path and not refused:
            with pytest.raises(HeldError, match="another backup is written to s3://pile/backup") as caught:
                copy(second)
            refused.append(caught.value)

    bucket.proxy.fault = begin_another
    copy(archive)
    bucket.proxy.fault = lambda *_: None
    assert [error.exit_code for error in refused] == [ExitCode.HELD]
    assert bucket.list_keys("backup/writers") == []
    put_back(tmp_path / "restored")
    assert records(tmp_path / "restored") == records(archive)
    assert problems(tmp_path / "restored") == []


@pytest.mark.parametrize(
    ("host", "pid", "hours", "is_over"),
    [(None, 1 << 22, 0, True), (None, 1, 0, False), ("other", 1 << 22, 1, False), ("other", 1, 25, True)],
)
def test_what_a_killed_backup_left_holds_nobody_up(
    archive: Path, bucket: Bucket, host: str | None, pid: int, hours: int, is_over: bool
) -> None:
    since = (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
    mark = {"host": host or socket.gethostname(), "pid": pid, "since": since}
    bucket.put("backup/writers/left.json", json.dumps(mark).encode())
    if is_over:
        copy(archive)
        assert bucket.list_keys("backup/writers") == []
    else:
        with pytest.raises(HeldError, match=r"aws s3 rm s3://pile/backup/writers/left\.json"):
            copy(archive)
        assert bucket.list_keys() == ["backup/writers/left.json"]
        bucket.delete("backup/writers/left.json")
        copy(archive)
