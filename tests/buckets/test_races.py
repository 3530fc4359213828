"""Two archives that upload files of one name to one place at once: none loses a byte."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.places import read_loose
from harbincrawl.archive.runs.seals import read_id
from harbincrawl.buckets import put_json
from harbincrawl.errors import HarbincrawlError
from harbincrawl.operations.buckets.offload import UPLOADS, offload
from harbincrawl.text import time_text
from harbincrawl.twin import make_twin, serve
from tests.support.buckets import Bucket, list_files
from tests.support.crawling import ask, crawl
from tests.support.families import sample
from tests.support.reread_cases import change

PREFIX = "s3://pile/harbin"
NAME = "same-00000.warc.gz"


@pytest.fixture(scope="module")
def crawled_pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two archives, whose only WARC files have the same name and other bytes."""
    folder = tmp_path_factory.mktemp("pair")
    for place, name in enumerate(("one", "other")):
        with serve(make_twin(7 + place, 3, sections=("news",))) as server:
            crawl(folder / name, server, "--all")
        (file,) = list_files(folder / name)
        (folder / name / "warc" / file).rename(folder / name / "warc" / NAME)
        change(folder / name, f"UPDATE captures SET warc = '{NAME}'")
    return folder


@pytest.fixture
def pair(crawled_pair: Path, tmp_path: Path) -> tuple[Path, Path]:
    for name in ("one", "other"):
        shutil.copytree(crawled_pair / name, tmp_path / name)
    return tmp_path / "one", tmp_path / "other"


def move(archive: Path, prefix: str = PREFIX) -> None:
    offload(archive, prefix, progress=lambda *_: None)


@pytest.mark.parametrize("at", sample(range(20), 7))
def test_what_another_archive_uploads_meanwhile_is_not_replaced(
    pair: tuple[Path, Path], bucket: Bucket, at: int
) -> None:
    """The other one does all of its upload before a request of the first one, or between it and its answer."""
    whole = {archive: (archive / "warc" / NAME).read_bytes() for archive in pair}
    ended: list[str] = []
    asked = 0

    def meanwhile(*_: object) -> None:
        nonlocal asked
        asked += 1
        if asked == at + 1:
            bucket.proxy.fault = lambda *_: None
            ended.append(try_to_move(pair[1]))

    bucket.proxy.fault = meanwhile
    ended.append(try_to_move(pair[0]))
    bucket.proxy.fault = lambda *_: None
    assert sorted(ended) in (["", "BucketError"], ["", "HeldError"], ["HeldError", "HeldError"])
    for archive, data in whole.items():
        assert kept(archive, bucket) == data, ended
    assert bucket.list_keys(f"harbin/{UPLOADS}/") == []
    for archive in pair:
        move(archive, f"s3://pile/{archive.name}")
        assert list_files(archive) == []


def kept(archive: Path, bucket: Bucket) -> bytes:
    """The bytes of its file, wherever the archive says that they are."""
    is_moved = ask(archive, "SELECT address FROM places") != []
    return bucket.read(f"harbin/{NAME}") if is_moved else (archive / "warc" / NAME).read_bytes()


def try_to_move(archive: Path) -> str:
    """Offloads, or the name of the error that kept it from doing so."""
    try:
        move(archive)
    except HarbincrawlError as error:
        return type(error).__name__
    return ""


def test_what_another_archive_uploaded_after_a_failure_is_not_replaced_nor_deleted(
    pair: tuple[Path, Path], bucket: Bucket
) -> None:
    one, other = pair
    whole = [kept(archive, bucket) for archive in pair]
    bucket.proxy.fault = lambda method, path, _: "500" if method == "PUT" and path.endswith(NAME) else None
    assert try_to_move(one) == "BucketError"
    bucket.proxy.fault = lambda *_: None
    move(other)
    assert try_to_move(one) == "BucketError"
    assert [kept(archive, bucket) for archive in pair] == whole
    # What it may have put there is deleted with the next file that is moved elsewhere; what is there is not its own.
    move(one, "s3://pile/elsewhere")
    assert kept(other, bucket) == whole[1]
    assert bucket.read(f"elsewhere/{NAME}") == whole[0]
    with closing(open_reader(one)) as connection:
        assert read_loose(connection) == set()


def test_a_note_of_another_archive_holds_an_upload_up_and_its_own_does_not(
    pair: tuple[Path, Path], bucket: Bucket
) -> None:
    now = datetime.now(UTC)
    one, other = pair
    folder = f"{PREFIX}/{UPLOADS}/{NAME}"
    with closing(open_reader(one)) as connection:
        owner = f"{read_id(connection)}/"
    note = {"host": "elsewhere", "pid": 1, "since": time_text(now), "owner": owner}
    put_json(note, f"{folder}/x.json")
    assert try_to_move(other) == "HeldError"
    move(one)
    assert bucket.list_keys(f"harbin/{UPLOADS}") == []
    bucket.delete(f"harbin/{NAME}")
    put_json(note | {"since": time_text(now - timedelta(days=2))}, f"{folder}/x.json")
    move(other)
    assert bucket.list_keys("harbin") == [f"harbin/{NAME}"]
