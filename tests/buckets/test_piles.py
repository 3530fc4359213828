"""Ingests from buckets, and backups of archives that have files there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.cli.main import main
from harbincrawl.errors import BucketError, DestinationError
from harbincrawl.operations.backup import NOTE, BackupReceipt, back_up, restore
from harbincrawl.operations.buckets import offload
from tests.support.buckets import Bucket, key_of, list_files
from tests.support.crawling import kept, records
from tests.support.purging import problems, run

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def copy(archive: Path, backup: Path, *, offloaded: bool = False) -> BackupReceipt:
    return back_up(archive, backup, NOW, progress=lambda *_: None, offloaded=offloaded)


def put_back(backup: Path, archive: Path) -> BackupReceipt:
    return restore(backup, archive, progress=lambda *_: None)[0]


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
    assert call(tmp_path / "local", "ingest", "--workers", "1", "--site-url", origin, *files) == 0
    assert call(tmp_path / "pile", "ingest", "--workers", "1", "--site-url", origin, "s3://pile/pile") == 0
    assert call(tmp_path / "two", "ingest", "--workers", "2", "--site-url", origin, "s3://pile/pile/") == 0
    assert records(tmp_path / "local")
    assert kept(tmp_path / "pile") == kept(tmp_path / "two") == kept(tmp_path / "local")
    capsys.readouterr()
    one = f"s3://pile/pile/{Path(files[0]).name}"
    assert call(tmp_path / "one", "ingest", "--site-url", origin, "--json", one) == 0
    assert json.loads(capsys.readouterr().out)["files"] == [Path(files[0]).name]


@pytest.mark.parametrize(
    ("fault", "code"),
    [("refuse", 6), ("cut", 6), (None, 2)],
)
def test_an_ingest_that_fails_says_so_in_one_line(
    archive: Path, bucket: Bucket, tmp_path: Path, fault: str | None, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    put_pile(bucket, archive)
    bucket.fault = lambda *_: fault
    pile = "s3://pile/pile" if fault else "s3://pile/none"
    assert call(tmp_path / "new", "-q", "ingest", "--workers", "1", pile) == code
    said = capsys.readouterr().err
    assert said.startswith("harbincrawl: ")
    assert said.count("\n") == 1


def test_offloaded_files_are_named_as_left_in_the_bucket(
    archive: Path, bucket: Bucket, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = offload(archive, "s3://pile/harbin", progress=lambda *_: None).files
    addresses = [f"s3://pile/{key_of(archive, name)}" for name in files]
    receipt = copy(archive, tmp_path / "backup")
    assert (receipt.files, receipt.left) == (1, tuple(addresses)), "what the offload has said of itself stays here"
    assert json.loads((tmp_path / "backup" / NOTE).read_text())["left"] == addresses
    assert call(archive, "backup", str(tmp_path / "second")) == 0
    assert [f"left in the bucket: {address}" for address in addresses] == capsys.readouterr().out.splitlines()[1:]
    assert put_back(tmp_path / "backup", tmp_path / "restored").left == tuple(addresses)
    assert kept(tmp_path / "restored") == kept(archive)
    assert problems(tmp_path / "restored") == []
    assert len(bucket.list_keys()) == 2


def test_a_backup_with_offloaded_files_needs_no_bucket(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    files = offload(archive, "s3://pile/harbin", progress=lambda *_: None).files
    receipt = copy(archive, tmp_path / "backup", offloaded=True)
    assert (receipt.files, receipt.kept, receipt.left) == (3, 0, ())
    again = copy(archive, tmp_path / "backup", offloaded=True)
    assert (again.files, again.kept) == (3, 3)
    bucket.fault = lambda *_: "refuse"
    restored = tmp_path / "restored"
    assert put_back(tmp_path / "backup", restored).left == ()
    assert kept(restored) == kept(archive)
    assert problems(restored) == []
    bucket.fault = lambda *_: None
    bucket.empty()
    # What the bucket has lost is uploaded again.
    assert offload(restored, "s3://pile/harbin", progress=lambda *_: None).files == files
    assert list_files(restored) == []
    assert problems(restored) == []


@pytest.mark.parametrize("fault", ["refuse", "403", "cut", "lie"])
def test_a_backup_that_the_bucket_fails_leaves_the_earlier_one_whole(
    archive: Path, bucket: Bucket, tmp_path: Path, fault: str
) -> None:
    copy(archive, tmp_path / "backup")
    offload(archive, "s3://pile/harbin", progress=lambda *_: None)
    run(archive, max(records(archive)))
    offload(archive, "s3://pile/harbin", progress=lambda *_: None)
    bucket.fault = lambda method, path, _: fault if method == "GET" and "warc.gz" in path else None
    with pytest.raises((BucketError, DestinationError)):
        copy(archive, tmp_path / "backup", offloaded=True)
    bucket.fault = lambda *_: None
    put_back(tmp_path / "backup", tmp_path / "restored")
    assert problems(tmp_path / "restored") == []
