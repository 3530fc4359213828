"""A disk without room, a database that cannot be written: said clearly, and nothing is taken for done."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from tests.support.crawling import ask, check_whole, command, crawl, kept
from tests.support.disks import fill_disk, resize_disk, small_disk
from tests.support.families import sample
from tests.support.forge import forge
from tests.support.twin import Server, Twin, make_twin, serve


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(61, 40, sections=("news",))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Path:
    archive = tmp_path_factory.mktemp("crawled")
    crawl(archive, server)
    return archive


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


@pytest.mark.parametrize("kilobytes", sample([4, 20, 300, 60, 450], 4))
def test_without_room_it_ends_with_8_and_the_next_run_completes(
    tmp_path: Path, twin: Twin, server: Server, kilobytes: int
) -> None:
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes << 10}, {kilobytes << 10}))"
    run = crawl(tmp_path, server, code=8, prelude=limit)
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


def test_a_log_file_without_room_is_told_once_and_the_crawl_is_done_all_the_same(
    tmp_path: Path, twin: Twin, server: Server
) -> None:
    limit = """
from harbincrawl.operations.logs import LogFile
def broken(self, *_):
    raise OSError(28, "No space left on device")
LogFile.flush = broken
"""
    log = tmp_path / "crawl.log"
    words = command(tmp_path / "archive", "crawl", "--site-url", server.url, "--delay", "0", "--log-file", str(log))
    code, _, said = forge().start(words[3:], limit).wait()
    assert code == 8
    assert said.splitlines()[-1].startswith(f"harbincrawl: no space left for {log}")
    assert said.count("no space left") == 1 and "Traceback" not in said
    check_whole(tmp_path / "archive", twin)


@pytest.mark.parametrize("kilobytes", sample([160, 200, 215, 230, 260, 320, 400, 700], 8))
def test_a_small_disk_ends_the_first_crawl_with_8_and_the_next_one_completes_once_there_is_room(
    tmp_path: Path, twin: Twin, server: Server, kilobytes: int
) -> None:
    with small_disk(tmp_path, kilobytes):
        run = crawl(tmp_path, server, code=8)
        assert run.words.count("no space left") == 1
        resize_disk(tmp_path, 50_000)
        crawl(tmp_path, server)
        check_whole(tmp_path, twin)
        assert forge().start(command(tmp_path, "verify")[3:]).wait()[0] == 0


def spoil(archive: Path, statement: str) -> None:
    with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as connection:
        connection.execute(statement)


FULL_FOR = {
    "ingest": ["--site-url", "{url}", "{warc}"],
    "reparse": ["--apply"],
    "purge": ["--yes", "{number}"],
    "rebuild": ["--give-up"],
    "backup": ["{copy}"],
}
"""What each command that writes is told."""


@pytest.mark.parametrize(
    ("name", "kilobytes"),
    # One of the two sizes of each.
    sample(((name, (0, 40)[(turn + shift) % 2]) for turn, name in enumerate(FULL_FOR) for shift in range(2)), 5),
)
def test_a_full_disk_ends_any_command_that_writes_with_8_and_one_line_and_nothing_half_stored(
    tmp_path: Path, twin: Twin, server: Server, crawled: Path, name: str, kilobytes: int
) -> None:
    with small_disk(tmp_path, 50_000):
        archive = tmp_path / "archive"
        shutil.copytree(crawled, archive)
        if name == "verify":
            spoil(archive, "INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')")
        values = {
            "url": server.url,
            "warc": next((crawled / "warc").iterdir()),
            "number": twin.listing("news")[3].number,
            "copy": tmp_path / "copy",
        }
        told = command(archive, name, *(each.format(**values) for each in FULL_FOR[name]))[3:]
        before = kept(archive)
        ballast = fill_disk(tmp_path, kilobytes)
        code, _, words = forge().start(told).wait()
        assert (code, words.count("no space left"), words.count("\n")) == (8, 1, 1), words
        ballast.unlink()
        assert kept(archive) == before
        assert forge().start(told).wait()[0] == (7 if name == "verify" else 0)
        assert forge().start(command(archive, "verify")[3:]).wait()[0] == 0


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
