"""Backups that were made before a purge: restored, they miss the evidence that was purged and no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.places import PlacedFile
from harbincrawl.buckets import FoundObject
from harbincrawl.cli.main import main
from harbincrawl.errors import ExitCode
from harbincrawl.operations.backup import back_up, restore
from harbincrawl.operations.backup.copy import BackupReceipt
from harbincrawl.operations.buckets.offload import offload
from harbincrawl.operations.buckets.successors import sort_candidates
from harbincrawl.operations.verify import verify
from harbincrawl.twin import make_twin, serve
from harbincrawl.warc.salvage import salvage
from tests.support.buckets import Bucket, list_files, write_prelude
from tests.support.crawling import ask, crawl, records
from tests.support.families import sample
from tests.support.purging import find_left, problems, run, sentences
from tests.support.sites import HARBIN_TODAY

PREFIX = "s3://pile/harbin"
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def move(archive: Path) -> dict[str, str]:
    return offload(archive, PREFIX, progress=lambda *_: None).left


def keep(archive: Path, destination: Path | str) -> Path | str:
    back_up(archive, destination, NOW, salvage=salvage, progress=lambda *_: None)
    return destination


def bring(backup: Path | str, archive: Path) -> BackupReceipt:
    return restore(backup, archive, salvage=salvage, progress=lambda *_: None)


def proven(archive: Path) -> dict[str, int]:
    return dict(verify(archive, HARBIN_TODAY, quick=False, progress=lambda *_: None).proven)


@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_what_was_purged_since_is_named_and_nothing_else_is_lost(
    archive: Path, bucket: Bucket, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    number = max(records(archive))
    words = sentences(records(archive)[number])
    move(archive)
    backup = keep(archive, tmp_path / "backup" if place == "folder" else "s3://pile/backup")
    run(archive, number)
    left = proven(archive)
    second = tmp_path / "second"
    for code in (ExitCode.AMISS, ExitCode.DONE):
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(second), *(["restore", str(backup)] if code else ["purge", "--yes", str(number)])])
        said = capsys.readouterr().err
        assert ended.value.code == code, said
        assert (f"harbincrawl --archive {second} purge {number}" in said) == bool(code)
        assert (number in records(second)) == bool(code)
        assert problems(second) == []
    assert proven(second) == left
    assert ask(second, "SELECT kind FROM runs ORDER BY run DESC LIMIT 2") == [("purge",), ("restore",)]
    # What was restored can be backed up, and says nothing of purges any more.
    assert bring(keep(second, tmp_path / "again"), tmp_path / "third").followed.records == 0
    assert problems(tmp_path / "third") == []
    assert find_left(second, words) == []
    assert move(second) == {}
    assert bucket.list_keys()


def test_several_purges_are_followed(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    small, large = min(records(archive)), max(records(archive))
    move(archive)
    first = keep(archive, tmp_path / "first")
    run(archive, small)
    second = keep(archive, tmp_path / "second")
    run(archive, large)
    assert bring(second, tmp_path / "b").followed.articles == (str(large),)
    assert set(bring(first, tmp_path / "a").followed.articles) == {str(small), str(large)}
    assert problems(tmp_path / "a") == problems(tmp_path / "b") == []
    run(tmp_path / "a", small, large)
    assert proven(tmp_path / "a") == proven(archive)
    assert bucket.list_keys()


def test_a_backup_of_after_the_purge_brings_nothing_back(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    number = max(records(archive))
    move(archive)
    run(archive, number)
    receipt = bring(keep(archive, tmp_path / "backup"), tmp_path / "second")
    assert receipt.followed == ((0, (), ""))
    assert number not in records(tmp_path / "second")
    assert bucket.list_keys()


def test_a_repeat_in_the_backup_goes_with_its_original_in_the_bucket(bucket: Bucket, tmp_path: Path) -> None:
    """The first file is in the bucket, the second one, whose answers refer to it, in the backup."""
    archive, second = tmp_path / "archive", tmp_path / "second"
    with serve(make_twin(7, 8, sections=("news",))) as server:
        crawl(archive, server)
        move(archive)
        crawl(archive, server, "--recheck", "all", prelude=write_prelude())
    number = max(records(archive))
    backup = keep(archive, tmp_path / "backup")
    run(archive, number)
    assert bring(backup, second).followed.articles == (str(number),)
    assert problems(second) == []
    (file,) = list_files(second)
    lost = "SELECT count(*) FROM lost_captures JOIN captures ON id = capture WHERE warc = ?"
    assert ask(second, lost.replace("?", f"'{file}'"))[0][0] > 0
    assert bucket.list_keys()
    run(second, number)
    assert problems(second) == []
    assert proven(second) == proven(archive)


def test_an_object_that_only_has_the_name_is_not_believed(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    number = max(records(archive))
    move(archive)
    backup = keep(archive, tmp_path / "backup")
    old = {key: bucket.read(key) for key in bucket.list_keys("harbin")}
    run(archive, number)
    new = {key: bucket.read(key) for key in bucket.list_keys("harbin")}
    first, second = old.values()
    for key, data, other in zip(old, (first, second), (second, first), strict=True):
        stem = key.removesuffix(".warc.gz")
        # The beginning of the true one, and half of it.
        bucket.put(f"{stem}-p6.warc.gz", data[:9000] + bytes(len(data) - 9000))
        bucket.put(f"{stem}-p7.warc.gz", data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
        # Of another file, which may begin with the same records, or of nothing at all, and as long as the true one.
        bucket.put(f"{stem}-p8.warc.gz", (other + bytes(len(data)))[: len(data)])
        bucket.put(f"{stem}-p9.warc.gz", bytes(len(data)))
    assert bring(backup, tmp_path / "second").followed.articles == (str(number),)
    assert problems(tmp_path / "second") == []
    for key in bucket.list_keys("harbin"):
        if key in new or "-p7" in key:
            bucket.delete(key)
    assert bring(backup, tmp_path / "third").followed.records == 0
    found = verify(tmp_path / "third", HARBIN_TODAY, quick=False, progress=lambda *_: None)
    assert [problem.what for problem in found.problems] == ["there is no such object"] * 2


def test_an_object_with_records_of_other_digests_is_not_believed(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    number = max(records(archive))
    move(archive)
    backup = keep(archive, tmp_path / "backup")
    run(archive, number)
    kept = "SELECT max(id) FROM captures WHERE id NOT IN (SELECT capture FROM lost_captures) AND warc IS NOT NULL"
    ((capture,),) = ask(archive, kept)
    with closing(sqlite3.connect(tmp_path / "backup" / FILE)) as connection:
        connection.execute("UPDATE captures SET digest = 'sha1:' || substr(digest, 7) || 'A' WHERE id = ?", (capture,))
        connection.commit()
    assert bring(backup, tmp_path / "second").followed.records > 0
    missing = verify(tmp_path / "second", HARBIN_TODAY, quick=False, progress=lambda *_: None).problems
    assert [one.what for one in missing if one.kind == "warc"] == ["there is no such object"]
    assert bucket.list_keys()


def test_a_damaged_successor_is_taken_and_its_damage_named(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    number = max(records(archive))
    move(archive)
    backup = keep(archive, tmp_path / "backup")
    run(archive, number)
    key = bucket.list_keys("harbin")[0]
    data = bucket.read(key)
    ((at,),) = ask(
        archive,
        'SELECT max("offset") FROM captures WHERE id NOT IN (SELECT capture FROM lost_captures)'
        f" AND warc = '{key.removeprefix('harbin/')}'",
    )
    at += 50
    bucket.put(key, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert bring(backup, tmp_path / "second").followed.articles == (str(number),)
    found = verify(tmp_path / "second", HARBIN_TODAY, quick=False, progress=lambda *_: None)
    assert set(found.damaged) == {"warc"}
    assert found.proven["captures"] > 10


FAULTS: dict[str, Callable[[str, str], str | None]] = {
    "no list": lambda _, path: "403" if "prefix" in path else None,
    "broken off": lambda method, path: "cut" if method == "GET" and "-p1" in path else None,
    "out of reach": lambda *_: "refuse",
    "lies": lambda method, path: "lie" if method == "GET" and "-p1" in path else None,
}


@pytest.mark.parametrize("fault", sample(FAULTS, 2))
def test_a_bucket_that_fails_is_no_proof(archive: Path, bucket: Bucket, tmp_path: Path, fault: str) -> None:
    number = max(records(archive))
    move(archive)
    backup = keep(archive, tmp_path / "backup")
    run(archive, number)
    bucket.proxy.fault = lambda method, path, _: FAULTS[fault](method, path)
    followed = bring(backup, tmp_path / "second").followed
    assert followed.unasked or fault == "lies"
    assert verify(tmp_path / "second", HARBIN_TODAY, quick=False, progress=lambda *_: None).exit_code in (
        ExitCode.DATABASE,
        ExitCode.UNREACHABLE,
    )
    bucket.proxy.fault = lambda *_: None
    assert bring(backup, tmp_path / "third").followed.articles == (str(number),)
    assert problems(tmp_path / "third") == []


def test_the_newest_successor_of_the_same_folder_comes_first() -> None:
    placed = PlacedFile("x-p1.warc.gz", "s3://pile/a/x-p1.warc.gz", "", 9)
    names = (
        "a/x.warc.gz",
        "a/x-p2.warc.gz",
        "a/x-p10.warc.gz",
        "a/b/x-p12.warc.gz",
        "a/c/x-p11.warc.gz",
        "a/y-p9.warc.gz",
    )
    objects = [FoundObject(f"s3://pile/{name}", 9) for name in names]
    objects += [FoundObject("s3://pile/a/x-p20.warc.gz", 8), FoundObject("s3://pile/a/readers/x.json", 9)]

    def order(*folders: str) -> list[str]:
        return [found.address.removeprefix("s3://pile/a/") for found in sort_candidates(placed, objects, folders)]

    assert order("s3://pile/a") == ["x-p10.warc.gz", "x-p2.warc.gz", "b/x-p12.warc.gz", "c/x-p11.warc.gz"]
    assert order("s3://pile/a", "s3://pile/a/c")[0] == "c/x-p11.warc.gz"
