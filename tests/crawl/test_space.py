"""A disk without room, a database that cannot be written: said clearly, and nothing is taken for done."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database import FILE
from harbincrawl.twin import Server, Twin, make_twin, serve
from tests.support.crawling import ask, check_whole, crawl


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
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
"""
IMPATIENT = "harbincrawl.archive.database.PATIENCE = 0.2"
ONE_BATCH = "import harbincrawl.pipelines.batches\nharbincrawl.pipelines.batches.LONGEST = 3600.0"
"""However long it takes, nothing is committed before the end."""


@pytest.mark.parametrize(("kilobytes", "warc"), [(60, True), (300, True), (4, True), (450, False), (20, False)])
def test_without_room_it_ends_with_8_and_the_next_run_completes(
    tmp_path: Path, twin: Twin, server: Server, kilobytes: int, warc: bool
) -> None:
    flags = () if warc else ("--no-warc",)
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes << 10}, {kilobytes << 10}))"
    run = crawl(tmp_path, server, *flags, code=8, prelude=limit)
    assert "no space left" in run.words
    assert "free disk space and run again" in run.words
    assert "Traceback" not in run.words
    if (tmp_path / FILE).exists():
        wanted = {number for (number,) in ask(tmp_path, "SELECT number FROM queue WHERE wanted")}
        stored = {number for (number,) in ask(tmp_path, "SELECT number FROM articles")}
        assert not wanted & stored
    if run.report:
        assert (run.report["outcome"], run.report["exit_code"]) == ("failed", 8)
    crawl(tmp_path, server)
    check_whole(tmp_path, twin)


def test_a_small_tmpfs_ends_with_8_and_completes_once_there_is_room(tmp_path: Path, twin: Twin, server: Server) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(tmp_path)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a tmpfs takes root")
    try:
        run = crawl(tmp_path, server, code=8)
        assert "no space left" in run.words
        subprocess.run(["mount", "-o", "remount,size=50m", str(tmp_path)], check=True)
        crawl(tmp_path, server)
        check_whole(tmp_path, twin)
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def test_a_database_that_another_program_holds_ends_with_7_and_nothing_done(
    tmp_path: Path, twin: Twin, server: Server
) -> None:
    crawl(tmp_path, server, "--limit", "10", code=None)
    before = ask(tmp_path, "SELECT number FROM articles ORDER BY 1"), ask(tmp_path, "SELECT number, wanted FROM queue")
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        run = crawl(tmp_path, server, code=7, prelude=IMPATIENT)
        other.execute("ROLLBACK")
    assert "locked by another program" in run.words
    assert before == (
        ask(tmp_path, "SELECT number FROM articles ORDER BY 1"),
        ask(tmp_path, "SELECT number, wanted FROM queue"),
    )
    crawl(tmp_path, server)
    check_whole(tmp_path, twin)


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
    assert (run.report["outcome"], run.report["new"], run.report["left"]) == ("failed", 0, 40)
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
