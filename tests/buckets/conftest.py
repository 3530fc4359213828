"""A bucket and an archive with two WARC files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harbincrawl import places
from tests.support.buckets import Bucket, serve_bucket, set_environment
from tests.support.purging import crawl_two_files


@pytest.fixture(scope="session")
def served() -> Iterator[Bucket]:
    """The bucket of all tests of this process."""
    with serve_bucket() as bucket:
        yield bucket


@pytest.fixture
def bucket(served: Bucket, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """An empty bucket, for which the environment asks."""
    places._read_block.cache_clear()
    served.empty()
    served.proxy.requests.clear()
    set_environment(monkeypatch, served)
    return served


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with two closed WARC files."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    crawl_two_files(folder)
    return folder


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(crawled, tmp_path / "archive")
