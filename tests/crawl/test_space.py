"""A log without room, a database that cannot be written: said clearly, and nothing is taken for done."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from tests.support.crawling import ask, check_whole, crawl
from tests.support.twin import Server, Twin, make_twin, serve


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(61, 40, sections=("news",))


@pytest.fixture(scope="module")
def server(twin: Twin) -> Iterator[Server]:
    with serve(twin) as running:
        yield running


AS_NOBODY = """
import pkgutil
# Where nobody may read the interpreter's own files, all has to be loaded before.
for module in pkgutil.walk_packages(harbincrawl.__path__, "harbincrawl."):
    if not module.name.endswith("__main__"):
        __import__(module.name)
harbincrawl.sites.default_site()
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
"""
IMPATIENT = "harbincrawl.archive.database.connection.PATIENCE = 0.2"
ONE_BATCH = "import harbincrawl.pipelines.batches\nharbincrawl.pipelines.batches.LONGEST = 3600.0"
"""However long it takes, nothing is committed before the end."""


@pytest.mark.parametrize("kilobytes", [20, pytest.param(300, marks=pytest.mark.attack)])
def test_a_limit_of_file_sizes_is_a_full_disk(tmp_path: Path, twin: Twin, server: Server, kilobytes: int) -> None:
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes << 10}, {kilobytes << 10}))"
    run = crawl(tmp_path, server, code=8, prelude=limit)
    assert "free disk space and run again" in run.words
    assert "Traceback" not in run.words
    crawl(tmp_path, server)
    check_whole(tmp_path, twin)


def test_a_database_that_another_program_holds_ends_with_7_and_nothing_done(
    tmp_path: Path, twin: Twin, server: Server
) -> None:
    crawl(tmp_path, server, "--limit", "10", code=None)
    before = ask(tmp_path, "SELECT number, number IN (SELECT number FROM articles) FROM queue WHERE wanted ORDER BY 1")
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        run = crawl(tmp_path, server, code=7, prelude=IMPATIENT)
        other.execute("ROLLBACK")
    assert "locked by another program" in run.words
    after = ask(tmp_path, "SELECT number, number IN (SELECT number FROM articles) FROM queue WHERE wanted ORDER BY 1")
    assert after == before
    crawl(tmp_path, server)
    check_whole(tmp_path, twin)


@pytest.mark.attack
def test_a_database_that_is_taken_in_the_middle_ends_with_7_and_a_report(
    tmp_path: Path, twin: Twin, server: Server
) -> None:
    other: list[sqlite3.Connection] = []

    def take(path: str) -> None:
        if path == twin.listing("news")[30].path and not other:
            other.append(sqlite3.connect(tmp_path / FILE, isolation_level=None, check_same_thread=False))
            other[0].execute("BEGIN IMMEDIATE")

    twin.on_request = take
    run = crawl(tmp_path, server, code=7, prelude=f"{IMPATIENT}\n{ONE_BATCH}")
    twin.on_request = None
    other[0].execute("ROLLBACK")
    other[0].close()
    assert (run.report["outcome"], run.report["new"], run.report["left"]) == ("failed", 0, run.report["listed"])
    assert ask(tmp_path, "SELECT count(*) FROM articles") == [(0,)]
    crawl(tmp_path, server)
    check_whole(tmp_path, twin)


def test_an_archive_of_somebody_else_is_not_written(twin: Twin, server: Server) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        crawl(archive, server)
        Path(folder).chmod(0o755)
        for path in (archive, *archive.iterdir()):
            path.chmod(path.stat().st_mode & ~0o222)
        # Root may write anywhere, so there it is asked as nobody.
        as_nobody = "" if os.geteuid() else AS_NOBODY
        run = crawl(archive, server, code=7, prelude=as_nobody)
        assert "cannot be written" in run.words
        assert "Traceback" not in run.words
        run = crawl(Path(folder) / "another", server, code=None if os.geteuid() else 7, prelude=as_nobody)
        for path in (archive, *archive.iterdir()):
            path.chmod(path.stat().st_mode | 0o700)
        check_whole(archive, twin)
