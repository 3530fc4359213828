"""The database made anew where WARC files are in a bucket: the log here says where the others are."""

from __future__ import annotations

from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.errors import BucketError
from harbincrawl.operations.buckets import offload
from harbincrawl.operations.rebuild import rebuild
from tests.support.buckets import Bucket
from tests.support.crawling import ask, records
from tests.support.purging import problems, run

PREFIX = "s3://pile/harbin"


def lose_database(archive: Path) -> None:
    for path in archive.glob(f"{FILE}*"):
        path.unlink()


def make_again(archive: Path, workers: int = 1) -> list[str]:
    return rebuild(archive, give_up=False, progress=lambda *_: None, workers=workers).unread


@pytest.mark.parametrize("workers", [1, 2])
def test_the_files_are_found_in_the_bucket(archive: Path, bucket: Bucket, workers: int) -> None:
    assert offload(archive, PREFIX, progress=lambda *_: None).files
    run(archive, min(records(archive)))
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
