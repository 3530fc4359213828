"""Buckets that are out of reach, in part or as a whole, that lie, and environments that name no server."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl import places
from harbincrawl.archive.database.connection import FILE
from harbincrawl.cli.main import main
from harbincrawl.errors import BucketError, ExitCode, HarbincrawlError
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.operations.backup import back_up
from harbincrawl.operations.buckets import offload
from harbincrawl.operations.rebuild import rebuild
from tests.support.buckets import Bucket, Fault, key_of, list_files
from tests.support.crawling import ask, records
from tests.support.families import sample
from tests.support.purging import check, problems, run

PREFIX = "s3://pile/harbin"


@pytest.fixture
def moved(archive: Path, bucket: Bucket) -> Path:
    """The archive, both WARC files of which are in the bucket."""
    offload(archive, PREFIX, progress=lambda *_: None)
    bucket.requests.clear()
    return archive


def spoil(file: str, fault: str) -> Fault:
    return lambda _, path, __: fault if file in path else None


@pytest.mark.parametrize("fault", sample(["refuse", "stall", "403", "500"], 5))
@pytest.mark.parametrize("quick", [False, True])
def test_a_file_out_of_reach_is_no_damage(moved: Path, bucket: Bucket, crawled: Path, fault: str, quick: bool) -> None:
    bucket.fault = spoil(list_files(crawled)[1], fault)
    with pytest.raises(BucketError, match="s3://pile/harbin"):
        check(moved, quick=quick)
    bucket.fault = lambda *_: None
    assert check(moved, quick=quick).exit_code == ExitCode.DONE


def test_a_backup_is_restored_where_the_bucket_is_gone(
    moved: Path, bucket: Bucket, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    back_up(moved, tmp_path / "backup", datetime.now(UTC), progress=lambda *_: None)
    bucket.fault = lambda *_: "refuse"
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(tmp_path / "restored"), "restore", str(tmp_path / "backup"), "--json"])
    assert ended.value.code == ExitCode.UNREACHABLE
    printed = capsys.readouterr()
    assert "copied, and not verified: s3://pile/harbin" in printed.err
    document = json.loads(printed.out)
    assert document["articles"] > 0 and document["verify"] is None
    assert records(tmp_path / "restored") == records(moved)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bucket_that_breaks_off_in_the_middle_ends_verify_with_its_name(
    moved: Path, bucket: Bucket, crawled: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(places, "_BLOCK", 1 << 13)
    size = len(bucket.read(key_of(moved, list_files(crawled)[1])))
    asked = 0

    def count(method: str, path: str, data: bytes) -> str | None:
        nonlocal asked
        # The proxy asks before the true answer, and then with it.
        asked += len(data) if method == "GET" and list_files(crawled)[1] in path else 0
        return "500" if asked > size else None

    bucket.fault = count
    with pytest.raises(BucketError, match="s3://pile/harbin"):
        check(moved, workers=workers)
    bucket.fault = lambda *_: None
    places.forget_blocks()
    assert check(moved).problems == []


def test_nothing_is_given_up_for_a_bucket_that_is_out_of_reach(moved: Path, bucket: Bucket) -> None:
    bucket.fault = lambda *_: "403"
    with pytest.raises(BucketError, match="s3://pile"):
        rebuild(moved, give_up=True, progress=lambda *_: None)
    assert ask(moved, "SELECT count(*) FROM lost_captures") == [(0,)]
    assert ask(moved, "SELECT count(*) FROM runs WHERE kind = 'rebuild'") == [(0,)]
    bucket.fault = lambda *_: None
    assert problems(moved) == []


def test_no_wacz_and_no_purge_is_made_of_other_bytes(
    moved: Path, bucket: Bucket, crawled: Path, tmp_path: Path
) -> None:
    number = max(records(moved))
    first, second = list_files(crawled)
    data = bucket.read(key_of(moved, second))
    # Every record of it is whole, and none is what was uploaded.
    bucket.put(key_of(moved, second), bucket.read(key_of(moved, first)).ljust(len(data), b"\0")[: len(data)])
    with pytest.raises(HarbincrawlError, match="other bytes than were uploaded"):
        run_job(moved, ExportJob(str(tmp_path / "pages.wacz")))
    assert list(tmp_path.glob("*.wacz*")) == []
    with pytest.raises(BucketError, match="so nothing was purged"):
        run(moved, number)
    assert number in records(moved)
    bucket.put(key_of(moved, second), data)
    assert problems(moved) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("AWS_ENDPOINT_URL", "storage.example.org", "AWS_ENDPOINT_URL: expected an address"),
        ("AWS_ACCESS_KEY_ID", "key\n", "AWS_ACCESS_KEY_ID: expected"),
        ("AWS_CHECKSUM_ALGORITHM", "none", "cannot be understood"),
    ],
)
def test_an_environment_that_names_no_server_is_one_line(
    archive: Path,
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
    value: str,
    words: str,
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "offload", PREFIX])
    said = capfd.readouterr().err
    assert ended.value.code == ExitCode.USAGE
    assert words in said
    assert said.count("\n") == 1
    assert bucket.requests == []


@pytest.mark.parametrize(
    "words",
    [
        ["--archive", "s3://pile/harbin", "crawl"],
        ["--archive", "{}", "export", "s3://pile/articles.jsonl"],
        ["--archive", "{}", "backup", "s3://pile/backup"],
    ],
)
def test_what_has_to_be_on_this_machine_is_not_taken_for_a_folder(
    archive: Path, tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SystemExit) as ended:
        main([word.format(archive) for word in words])
    assert ended.value.code == ExitCode.USAGE
    assert "of this machine" in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def lose_database(archive: Path) -> None:
    for path in archive.glob(f"{FILE}*"):
        path.unlink()


def make_again(archive: Path, workers: int = 1) -> list[str]:
    return rebuild(archive, give_up=False, progress=lambda *_: None, workers=workers).unread


@pytest.mark.parametrize("workers", [1, 2])
def test_the_files_are_found_in_the_bucket(archive: Path, bucket: Bucket, workers: int) -> None:
    assert offload(archive, PREFIX, progress=lambda *_: None).files
    run(archive, min(records(archive)))
    assert offload(archive, PREFIX, progress=lambda *_: None).files
    kept, places = records(archive), ask(archive, "SELECT * FROM places ORDER BY file")
    assert len(places) == len(bucket.list_keys("harbin/")) > 0
    lose_database(archive)
    assert make_again(archive, workers) == []
    assert (records(archive), ask(archive, "SELECT * FROM places ORDER BY file")) == (kept, places)
    assert problems(archive) == []


def test_out_of_reach_nothing_is_made(archive: Path, bucket: Bucket) -> None:
    offload(archive, PREFIX, progress=lambda *_: None)
    lose_database(archive)
    bucket.fault = lambda *_: "403"
    with pytest.raises(BucketError):
        make_again(archive)
    assert not list(archive.glob(f"{FILE}*"))
    bucket.fault = lambda *_: None
    assert make_again(archive) == []
