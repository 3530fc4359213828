"""The WARC of a whole crawl under the field's own tools: checks, index, package, proof, replay of every page."""

from __future__ import annotations

import gzip
import json
import time
import urllib.request
import zipfile
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from harbincrawl.archive.captures import read_rows
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.evidence import read_source
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.warc.reader import find_file, read_fields
from tests.support.crawling import ask, crawl
from tests.support.field_tools import run, serve_pywb
from tests.support.proof_cases import list_cases, prove, put
from tests.support.twin import changes, make_twin, serve
from tests.support.twin.faults import Fault

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module", params=[True, False], ids=["gzip", "plain"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four runs with redirects, 404s, retries, 304s, identical pages and articles of several pages."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    twin = make_twin(7, 120)
    one, two, three, four, *_ = (story.path for story in twin.stories.values() if story.listed)
    twin.faults = {
        one: Fault("redirect", 1, to=one.replace("/", "//", 1)),
        two: Fault("404", 1),
        three: Fault("500", 1),
        four: Fault("cut", 1),
    }
    for conditional in (True, False):
        with serve(twin, gzip=request.param, conditional=conditional) as server:
            for more in (("--full", "--images"), ("--recheck", "all")):
                crawl(folder, server, "--all", *more, code=None)
                # A replay index tells captures of an address apart by whole seconds, and a run may well take less.
                time.sleep(1)
        changes.churn(twin, 12)
    return folder


@pytest.fixture(scope="module")
def files(archive: Path) -> list[Path]:
    return sorted((archive / "warc").iterdir())


def test_gzip_and_warcio_find_nothing_wrong(archive: Path, files: list[Path], tmp_path: Path) -> None:
    assert len(files) == 4
    tested = run("gzip", "-t", *files)
    assert (tested.returncode, tested.stderr) == (0, "")
    proof = put(tmp_path, prove(list_cases(archive)[-1]).files) / "pages.warc"
    checked = run("warcio", "check", "-v", *files, proof)
    assert checked.returncode == 0, checked.stdout[-2000:]
    assert "digest failed" not in checked.stdout


def test_wacz_validates_the_export_whose_index_is_that_of_cdxj_indexer(
    archive: Path, files: list[Path], tmp_path: Path
) -> None:
    package = tmp_path / "harbin.wacz"
    run_job(archive, ExportJob(str(package)))
    done = run("wacz", "validate", "-f", package)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run("cdxj-indexer", "-s", *files)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(package) as zipped:
        ours = gzip.decompress(zipped.read("indexes/index.cdx.gz")).decode()

    def parse(index: str) -> list[tuple[str, dict[str, str]]]:
        lines = [line.split(" ", 2) for line in index.splitlines()]
        # It lists what runs say of themselves, too, under no address; and it turns addresses of IP round.
        found = [(f"{key.partition(')')[2]} {moment}", json.loads(about)) for key, moment, about in lines if key != "-"]
        return sorted(found, key=str)

    assert parse(ours) == parse(done.stdout)
    ((count,),) = ask(archive, 'SELECT count(DISTINCT warc || "offset") FROM captures')
    assert len(parse(ours)) == count


def test_pywb_replays_every_captured_article_page(archive: Path, files: list[Path], tmp_path: Path) -> None:
    # A 304 is replayed as the page that it confirmed.
    choice = "c.status IN (200, 304) AND c.address GLOB '*-[0-9][0-9]/[0-9]*.html'"
    with closing(open_reader(archive)) as connection:
        rows = list(read_rows(connection, choice))
    assert len(rows) > 300
    with serve_pywb(tmp_path, files) as origin:
        for source in rows:
            assert source.warc is not None
            assert source.offset is not None
            target = read_fields(partial(find_file, archive / "warc"), source.warc, source.offset).target
            address = f"{origin}/harbin/{source.time:%Y%m%d%H%M%S}id_/{target}"
            with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - ours
                body = answer.read()
                if answer.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
            assert body == read_source(archive, source).body, address
