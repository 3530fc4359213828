"""After a power cut log and database may differ: the next command that writes projects the log, and nothing is lost."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.runs.log import POSITION, read_head
from harbincrawl.warc.log import LogHead, list_files
from tests.support.crawling import ask, check_whole, crawl, execute, start_crawl
from tests.support.families import sample
from tests.support.forge import wait_for
from tests.support.gates import hold_articles
from tests.support.trees import read_tree
from tests.support.twin import Server, Twin, changes, make_twin, serve

WAL = f"{FILE}-wal"
TAILS = ("nothing", "all of it", "a part", "a part and zeros", "a part and rubbish")
"""What is left of the log behind what was on disk."""


@dataclass
class Stage:
    """A site and an archive of it that was killed: no page of its write-ahead log has gone into the database."""

    twin: Twin
    server: Server
    archive: Path


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("cut")
    archive = folder / "archive"
    twin = make_twin(54, 30, sections=("news",), skins=("tables",))
    with serve(twin) as server:
        crawl(archive, server, "--limit", "1", code=None)
        with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as reader:
            # What a reader still sees is not overwritten.
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM runs").fetchone()
            crawl(archive, server)
            for number in sorted(twin.stories)[:4]:
                changes.edit(twin, number, "body")
            crawl(archive, server, "--recheck", "all")
            for number in sorted(twin.stories)[4:8]:
                changes.edit(twin, number, "title")
            gate = hold_articles(twin, 20)
            count = len(ask(archive, "SELECT * FROM captures"))
            running = start_crawl(archive, server, "--recheck", "all")
            gate.wait()
            wait_for(lambda: len(ask(archive, "SELECT * FROM captures")) > count, "a commit")
            running.send(signal.SIGKILL)
            running.wait()
            gate.open()
            kept = Path(shutil.copytree(archive, folder / "kept"))
        yield Stage(twin, server, kept)


def read_position(archive: Path) -> LogHead:
    with closing(sqlite3.connect(f"{(archive / FILE).as_uri()}?mode=ro", uri=True)) as connection:
        return read_head(connection, POSITION)


def cut_database(archive: Path, dice: random.Random, how: str) -> LogHead:
    """Cuts the write-ahead log; the last record that the database has then."""
    log = archive / WAL
    data = log.read_bytes()
    size = 24 + int.from_bytes(data[8:12], "big")
    frames = (len(data) - 32) // size
    if how == "gone":
        log.unlink()
    elif how == "cut":
        log.write_bytes(data[: 32 + dice.randrange(frames + 1) * size + dice.randrange(size)])
    (archive / f"{FILE}-shm").unlink(missing_ok=True)
    return read_position(archive)


def cut_log(archive: Path, position: LogHead, dice: random.Random, tail: str) -> None:
    """Leaves of the log what was on disk, up to `position`, and a tail of what came after."""
    files = list_files(archive / "warc")
    later = [number for number in files if number >= position.file]
    last = dice.choice(later) if tail != "all of it" else later[-1]
    for number in later:
        if number > last:
            files[number].unlink()
    path = files[last]
    data = path.read_bytes()
    begin = position.end if last == position.file else 0
    most = len(data) if tail == "all of it" else begin if tail == "nothing" else dice.randrange(begin, len(data) + 1)
    torn = {"a part and zeros": bytes(dice.randrange(1, 9000)), "a part and rubbish": dice.randbytes(300)}
    left = data[:most] + torn.get(tail, b"")
    if left != data and path.suffix != ".open":
        path.unlink()
        path = path.with_name(f"{path.name}.open")
    path.write_bytes(left)


@pytest.mark.parametrize(("how", "tail"), sample(product(("whole", "cut", "gone"), TAILS), 15))
def test_the_next_crawl_puts_right_what_a_power_cut_left(stage: Stage, tmp_path: Path, how: str, tail: str) -> None:
    archive = Path(shutil.copytree(stage.archive, tmp_path / "archive"))
    dice = random.Random(f"{how} {tail} 0")
    position = cut_database(archive, dice, how)
    cut_log(archive, position, dice, tail)
    code, printed, said = execute(archive, "verify", "--workers", "1")
    assert code in (0, 3), printed + said
    assert ("the next crawl puts it right" in printed) == (code == 3)
    went_on = crawl(archive, stage.server, "--recheck", "all")
    check_whole(archive, stage.twin)
    assert execute(archive, "verify", "--workers", "1")[0] == 0, went_on.words
    # What was projected is what the log tells.
    before = ask(archive, "SELECT id, title, body, revision FROM articles ORDER BY id")
    execute(archive, "rebuild", "--workers", "1", code=0)
    assert ask(archive, "SELECT id, title, body, revision FROM articles ORDER BY id") == before


@pytest.mark.parametrize("what", sample(["damaged", "missing"]))
def test_where_the_log_before_is_not_there_nothing_is_cut_and_nothing_projected(
    stage: Stage, tmp_path: Path, what: str
) -> None:
    archive = Path(shutil.copytree(stage.archive, tmp_path / "archive"))
    cut_database(archive, random.Random(what), "gone")
    path = min(list_files(archive / "warc").items())[1]
    if what == "missing":
        path.unlink()
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
    (left,) = (archive / "warc").glob("*.open")
    left.write_bytes(left.read_bytes() + b"torn")
    before = read_tree(archive / "warc")
    done = crawl(archive, stage.server, code=7)
    assert path.name in done.words and "rebuild` --give-up" not in done.words and "--give-up" in done.words
    assert read_tree(archive / "warc") == before
    execute(archive, "verify", "--workers", "1", code=7)
    assert execute(archive, "rebuild", "--give-up", "--workers", "1")[0] == 3
    execute(archive, "verify", "--workers", "1", code=0)
    crawl(archive, stage.server, "--recheck", "all", code=None)
    check_whole(archive, stage.twin)


KILLS = {
    "archive.purged.rename_files": (3, "a purge or repair did not come to its end: give it again", True),
    "operations.purge.find_searches": (3, "a purge or repair did not come to its end: give it again", True),
    "archive.database.leftovers._empty_log": (7, "repair: ", False),
}


@pytest.mark.parametrize("step", sample(KILLS))
def test_a_purge_is_projected_where_it_has_deleted_files_and_else_given_again(
    stage: Stage, tmp_path: Path, step: str
) -> None:
    """It is killed, and what its database had since the crawl before is lost."""
    archive = tmp_path / "archive"
    crawl(archive, stage.server)
    with closing(sqlite3.connect(archive / FILE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = (archive / FILE).read_bytes()
    number = ask(archive, "SELECT min(number) FROM articles")[0][0]
    module, _, name = f"harbincrawl.{step}".rpartition(".")
    killer = f"import os, signal\nimport {module} as at\nat.{name} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
    assert execute(archive, "purge", "--yes", number, prelude=killer)[0] != 0
    (archive / FILE).write_bytes(before)
    for ending in ("-wal", "-shm"):
        (archive / f"{FILE}{ending}").unlink(missing_ok=True)
    code, said, is_kept = KILLS[step]
    found, printed, _ = execute(archive, "verify", "--workers", "1")
    assert (found, said in printed) == (code, True)
    crawl(archive, stage.server)
    assert ask(archive, "SELECT count(*) FROM articles WHERE number = ?", number) == [(int(is_kept),)]
    execute(archive, "verify", "--workers", "1", code=0)


def test_what_was_on_disk_and_is_not_is_damage(stage: Stage, tmp_path: Path) -> None:
    archive = Path(shutil.copytree(stage.archive, tmp_path / "archive"))
    position = cut_database(archive, random.Random(), "whole")
    path = list_files(archive / "warc")[position.file]
    path.write_bytes(path.read_bytes()[: position.end - 10])
    assert f"it ends before byte {position.end}" in crawl(archive, stage.server, code=7).words
    execute(archive, "verify", "--workers", "1", code=7)
