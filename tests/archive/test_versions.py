"""An archive that an older release made is upgraded, reads as that release read it, and is whole."""

from __future__ import annotations

import json
import tarfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import VERSION, open_reader
from tests.archive.versions.make import WHOLE, print_all
from tests.support.export_cases import read_jsonl, read_parquet
from tests.support.forge import forge

VERSIONS = sorted(path.parent for path in (Path(__file__).parent / "versions").glob("*/archive.tar.xz"))


def run(archive: Path, *words: str, code: int = 0) -> bytes:
    """Standard output of a command, which has to end with `code`."""
    running = forge().start(["--archive", str(archive), *words])
    ended, _, said = running.wait()
    assert ended == code, said
    return running.out.read_bytes()


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda folder: folder.name)
def release(request: pytest.FixtureRequest) -> Path:
    """The folder of what a release left."""
    folder: Path = request.param
    return folder


@pytest.fixture(scope="module")
def archive(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of that release, brought to the version of today."""
    place = tmp_path_factory.mktemp(release.name)
    with tarfile.open(release / "archive.tar.xz") as tar:
        tar.extractall(place, filter="data")
    run(place / "archive", "upgrade")
    return place / "archive"


def test_it_is_of_the_version_of_today_and_whole(archive: Path) -> None:
    with closing(open_reader(archive)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert connection.execute("SELECT count(*) FROM revisions").fetchone()[0] >= 6
    found = json.loads(run(archive, "verify", "--json"))
    assert found["problems"] == []
    assert found["checked"]["captures"] > 100


def test_what_the_release_printed_of_it_is_printed_still(archive: Path, release: Path) -> None:
    printed = print_all(archive, run)
    for name in WHOLE:
        assert printed[name].decode() == (release / name).read_text("utf-8")
    sums = dict(line.split("  ")[::-1] for line in (release / "SHA256SUMS").read_text().splitlines())
    assert {name: sha256(text).hexdigest() for name, text in printed.items()} == sums


def test_its_parquet_has_the_records_of_its_json_lines(archive: Path, release: Path) -> None:
    path = archive.with_name("articles.parquet")
    run(archive, "export", str(path))
    found = read_parquet(path)
    for record in found:
        # 0.1.0 did not say who answered.
        assert record["capture"].pop("source") in ("site", "ingest")
    assert found == read_jsonl((release / "articles.jsonl").read_bytes())
