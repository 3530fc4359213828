"""The WARC of a whole crawl under the field's own tools: checks, index, package and replay of every article page."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.evidence import make_source, read_source
from harbincrawl.warc.reader import read_fields
from tests.support.field_tools import run, serve_pywb
from tests.support.twin import changes, make_twin, serve
from tests.support.twin.faults import Fault

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module", params=[True, False], ids=["gzip", "plain"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four runs with redirects, 404s, retries, 304s, identical pages and articles of several pages."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    twin = make_twin(7, 120)
    stories = [story for story in twin.stories.values() if story.listed]
    moved = stories[0].path.replace("/", "//", 1)
    twin.faults = {
        stories[0].path: Fault("redirect", 1, to=moved),
        stories[1].path: Fault("404", 1),
        stories[2].path: Fault("500", 1),
        stories[3].path: Fault("cut", 1),
    }
    with serve(twin, gzip=request.param) as server:
        run_crawl(folder, server.url, "--full", "--images")
        run_crawl(folder, server.url, "--recheck", "all")
        changes.churn(twin, 12)
        run_crawl(folder, server.url, "--recheck", "all")
    with serve(twin, gzip=request.param, conditional=False) as server:
        run_crawl(folder, server.url, "--recheck", "all")
    return folder


def run_crawl(folder: Path, url: str, *more: str) -> None:
    # A replay index tells captures of an address apart by whole seconds, and a run may well take less.
    time.sleep(1)
    command = [sys.executable, "-m", "harbincrawl", "--archive", str(folder), "crawl", "--all", "--delay", "0"]
    done = subprocess.run([*command, "--site-url", url, *more], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), done.stderr


@pytest.fixture(scope="module")
def files(archive: Path) -> list[Path]:
    return sorted((archive / "warc").iterdir())


def test_gzip_and_warcio_find_nothing_wrong(files: list[Path]) -> None:
    assert len(files) == 4
    tested = run("gzip", "-t", *files)
    assert (tested.returncode, tested.stderr) == (0, "")
    checked = run("warcio", "check", "-v", *files)
    assert checked.returncode == 0, checked.stdout[-2000:]
    assert "digest failed" not in checked.stdout


def test_cdxj_indexer_finds_every_capture(archive: Path, files: list[Path]) -> None:
    done = run("cdxj-indexer", "-s", *files)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(archive / FILE)) as connection:
        (count,) = connection.execute('SELECT count(DISTINCT warc || "offset") FROM captures').fetchone()
    # It lists what runs say of themselves, too, under no address.
    assert sum(not line.startswith("- ") for line in done.stdout.splitlines()) == count


def test_wacz_validates_the_export(archive: Path, tmp_path: Path) -> None:
    package = tmp_path / "harbin.wacz"
    command = [sys.executable, "-m", "harbincrawl", "--archive", str(archive), "export", str(package)]
    subprocess.run(command, check=True, capture_output=True)
    done = run("wacz", "validate", "-f", package)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def replay(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of a pywb that holds the files."""
    with serve_pywb(tmp_path_factory.mktemp("pywb"), files) as origin:
        yield origin


def test_pywb_replays_every_captured_article_page(archive: Path, replay: str) -> None:
    with closing(sqlite3.connect(archive / FILE)) as connection:
        # A 304 is replayed as the page that it confirmed.
        rows = connection.execute(
            'SELECT id, address, fetched_at, warc, "offset", origin FROM captures WHERE status IN (200, 304)'
            " AND address GLOB '*-[0-9][0-9]/[0-9]*.html'"
        ).fetchall()
    assert len(rows) > 300
    for place in rows:
        source = make_source(*place)
        assert source.warc is not None
        assert source.offset is not None
        target = read_fields(archive / "warc", source.warc, source.offset).target
        address = f"{replay}/harbin/{source.fetched_at:%Y%m%d%H%M%S}id_/{target}"
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - ours
            body = answer.read()
            if answer.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
        assert body == read_source(archive, source).body, address
