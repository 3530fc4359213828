"""Two archives that read the same objects: whatever one of them does, the other keeps its evidence."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.places import list_places, read_loose
from harbincrawl.errors import BucketError, ExitCode
from harbincrawl.operations.backup import back_up, restore
from harbincrawl.operations.buckets.notes import FOLDER, read_borrowed
from harbincrawl.operations.buckets.offload import Offloaded, offload
from harbincrawl.operations.verify import mend_archive
from harbincrawl.warc.salvage import salvage
from tests.support.buckets import Bucket, list_files
from tests.support.crawling import records
from tests.support.purging import find_left, problems, run, sentences
from tests.support.sites import HARBIN_TODAY

PREFIX = "s3://pile/harbin"
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def move(archive: Path) -> Offloaded:
    return offload(archive, PREFIX, progress=lambda *_: None)


@pytest.fixture
def pair(archive: Path, bucket: Bucket, tmp_path: Path) -> tuple[Path, Path]:
    """An archive in the bucket, and what was restored of its backup."""
    move(archive)
    back_up(archive, tmp_path / "backup", NOW, salvage=salvage, progress=lambda *_: None)
    restore(tmp_path / "backup", tmp_path / "second", salvage=salvage, progress=lambda *_: None)
    assert len(bucket.list_keys(f"harbin/{FOLDER}/")) == 1
    return archive, tmp_path / "second"


def find_words(bucket: Bucket, folder: Path, words: list[str]) -> list[str]:
    """Those of `words` that stand in any object."""
    for key in bucket.list_keys():
        path = folder / "warc" / key.replace("/", "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bucket.read(key))
    return find_left(folder, words)


@pytest.mark.parametrize("first", [0, 1])
def test_a_purge_of_one_leaves_the_other_whole_and_both_leave_nothing(
    pair: tuple[Path, Path], bucket: Bucket, tmp_path: Path, first: int
) -> None:
    one, other = pair[first], pair[1 - first]
    number = max(records(one))
    words = sentences(records(one)[number])
    done = run(one, number)
    assert done.exit_code == ExitCode.AMISS
    assert all("purge there, too" in reason for reason in done.left.values())
    assert len(done.left) == 2
    assert problems(one) == problems(other) == []
    assert number in records(other)
    # What it may not delete is said again by each offload.
    assert {**move(one).left} == done.left
    run(other, number)
    assert problems(one) == problems(other) == []
    assert move(pair[0]).left == move(pair[1]).left == {}
    assert find_words(bucket, tmp_path / "seen", words) == []
    assert problems(one) == problems(other) == []
    assert bucket.list_keys(f"harbin/{FOLDER}/") == []
    with closing(open_reader(pair[0])) as connection, closing(open_reader(pair[1])) as second:
        assert read_loose(connection) == read_loose(second) == set()
        assert not {placed.address for placed in list_places(connection)} & {
            placed.address for placed in list_places(second)
        }


def test_purges_of_different_articles_do_not_meet(pair: tuple[Path, Path], bucket: Bucket) -> None:
    small, large = min(records(pair[0])), max(records(pair[0]))
    run(pair[0], small)
    run(pair[1], large)
    assert [problems(each) for each in pair] == [[], []]
    assert large in records(pair[0])
    assert small in records(pair[1])
    assert bucket.list_keys()


def test_copies_of_a_folder_do_not_overwrite_each_other(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    move(archive)
    copy = shutil.copytree(archive, tmp_path / "copy")
    small, large = min(records(archive)), max(records(archive))
    old = {key: bucket.read(key) for key in bucket.list_keys()}
    run(archive, small)
    # Nobody can tell a copy of the folder from the folder: what the first one deleted is put back by hand.
    for key, data in old.items():
        bucket.put(key, data)
    run(copy, large)
    assert problems(archive) == problems(copy) == []


def test_a_file_that_is_mended_here_replaces_no_object_that_another_archive_reads(
    pair: tuple[Path, Path], bucket: Bucket
) -> None:
    one, other = pair
    with closing(open_reader(one)) as connection:
        file = list_places(connection)[0].file
    whole = bucket.read(f"harbin/{file}")
    bucket.put(f"harbin/{file}", whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    for each in pair:
        mend_archive(each, HARBIN_TODAY, quick=False, progress=lambda *_: None)
        assert list_files(each) == [file]
    bucket.put(f"harbin/{file}", whole)
    with pytest.raises(BucketError, match="name another folder"):
        move(other)
    assert bucket.read(f"harbin/{file}") == whole


def test_what_was_being_uploaded_at_the_time_of_a_backup_is_not_deleted_by_what_is_restored(
    archive: Path, bucket: Bucket, tmp_path: Path
) -> None:
    first, second = list_files(archive)
    bucket.proxy.fault = lambda method, path, _: "403" if method == "GET" and second in path else None
    with pytest.raises(BucketError):
        move(archive)
    bucket.proxy.fault = lambda *_: None
    back_up(archive, tmp_path / "backup", NOW, salvage=salvage, progress=lambda *_: None)
    restore(tmp_path / "backup", tmp_path / "second", salvage=salvage, progress=lambda *_: None)
    move(archive)
    assert offload(tmp_path / "second", "s3://pile/other", progress=lambda *_: None).left == {}
    assert problems(archive) == problems(tmp_path / "second") == []
    with closing(open_reader(tmp_path / "second")) as connection:
        assert read_borrowed(connection).addresses == {f"{PREFIX}/{first}"}


def test_a_bucket_that_does_not_say_who_reads_keeps_everything(pair: tuple[Path, Path], bucket: Bucket) -> None:
    number = max(records(pair[0]))
    (mark,) = bucket.list_keys(f"harbin/{FOLDER}/")
    said = bucket.read(mark)
    bucket.put(mark, b"no JSON")
    assert len(run(pair[0], number).left) == 2
    bucket.put(mark, said)
    bucket.proxy.fault = lambda _, path, __: "403" if FOLDER in path or "prefix" in path else None
    assert len(move(pair[0]).left) == 2
    bucket.proxy.fault = lambda *_: None
    assert problems(pair[1]) == []
