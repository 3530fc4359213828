"""A purge that is killed, at any step: the next command that writes ends it, and nothing else is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database import leftovers, lock
from harbincrawl.archive.database.connection import FILE, open_writer
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.operations import purge as purges
from tests.support.buckets import list_files as list_warcs
from tests.support.crawling import ask, check_whole, records
from tests.support.purging import HELD_TWICE, find_left, problems, run, sentences

_STEPS = """
import os, random, signal, sqlite3, sys
from pathlib import Path
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.operations import purge as purges
from harbincrawl.archive.database import lock

number, last, done, files = int(sys.argv[1]), 0, 0, []

def step(*_):
    global done
    done += 1
    if done == last:
        os.kill(os.getpid(), signal.SIGKILL)

def with_step(function):
    def stepped(*given, **named):
        step()
        files.append(done)
        return function(*given, **named)
    return stepped

for name in ("fsync", "replace", "unlink"):
    setattr(os, name, with_step(getattr(os, name)))
open_writer = lock.open_writer

def open_traced(folder):
    connection = open_writer(folder)
    connection.set_trace_callback(step)
    return connection

lock.open_writer = open_traced
for folder, last in zip(sys.argv[2::2], map(int, sys.argv[3::2])):
    if not (child := os.fork()):
        purges.purge(Path(folder), [str(number)], copies=False, everywhere=True, progress=lambda *_: None)
        print(done, *files, flush=True)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Purges that kill themselves before a step: a sync, a rename, a deletion or a statement; 0 is none, and prints
how many there are, and which are no statements."""


@pytest.fixture
def target() -> int:
    return HELD_TWICE


@pytest.fixture
def words(archive: Path, target: int) -> list[str]:
    found = sentences(records(archive)[target])
    assert len(find_left(archive, found)) == len(found)
    return found


def run_steps(target: int, *killed: tuple[Path, int]) -> list[int]:
    """What each purge printed, and its exit code."""
    told = [str(each) for pair in killed for each in pair]
    command = [sys.executable, "-c", _STEPS, str(target), *told]
    return [int(line) for line in subprocess.run(command, check=True, capture_output=True).stdout.split()]


def write_once(archive: Path) -> None:
    """What any command that writes does first."""
    with lock.hold(archive, "test"), closing(open_writer(archive)) as connection:
        RunLog(archive, connection, "crawl").close()


def check_end(archive: Path, target: int, words: list[str], before: set[int]) -> bool:
    """The purge is done or undone, whole, and all else is there; True where it is done."""
    write_once(archive)
    assert ask(archive, "SELECT 1 FROM facts WHERE name = 'purging'") == []
    is_done = target not in records(archive)
    assert set(records(archive)) == before - {target} if is_done else before
    assert find_left(archive, words) == ([] if is_done else words)
    names = {name for (name,) in ask(archive, "SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL")}
    assert names == set(list_warcs(archive))
    assert list(archive.glob("articles-*.db")) == [] or not is_done
    assert problems(archive) == []
    check_whole(archive)
    return is_done


@pytest.mark.attack
def test_a_purge_that_is_killed_at_any_step_is_ended_by_the_next_writer(
    tmp_path: Path, archive: Path, target: int, words: list[str]
) -> None:
    before = set(records(archive))
    whole = shutil.copytree(archive, tmp_path / "whole")
    steps, *files, code = run_steps(target, (whole, 0))
    assert (steps > 40, code, find_left(whole, words)) == (True, 0, [])
    chosen = sorted({*files, *range(steps - 6, steps + 1), *range(12, steps, steps // 4)})
    assert len(chosen) > 12
    killed = [(shutil.copytree(archive, tmp_path / str(last)), last) for last in chosen]
    assert run_steps(target, *killed) == [-signal.SIGKILL] * len(killed)
    ends = [check_end(folder, target, words, before) for folder, _ in killed]
    assert ends == sorted(ends), "from one step on, it is done"
    assert {True, False} == set(ends)


def test_a_killed_purge_can_be_begun_again(archive: Path, target: int, words: list[str]) -> None:
    before = set(records(archive))
    run_steps(target, (archive, 30))
    run(archive, target, everywhere=True)
    assert check_end(archive, target, words, before)


class Trace:
    """The order of syncs, renames, deletions and statements."""

    def __init__(self, archive: Path, patch: pytest.MonkeyPatch) -> None:
        self.steps: list[str] = []
        self._archive = archive
        for name in ("fsync", "replace", "unlink"):
            patch.setattr(os, name, self._stepped(name, getattr(os, name)))
        patch.setattr(lock, "open_writer", self._open)

    def _stepped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(what: Any, *more: Any, **named: Any) -> Any:
            path = Path(f"/proc/self/fd/{what}").readlink() if isinstance(what, int) else what
            self.steps.append(f"{name} {os.path.relpath(path, self._archive)}")
            return function(what, *more, **named)

        return stepped

    def _open(self, folder: Path) -> sqlite3.Connection:
        connection = open_writer(folder)
        connection.set_trace_callback(self._add_statement)
        return connection

    def _add_statement(self, sql: str) -> None:
        step = " ".join(sql.split())
        # SQLite names a statement once more for each trigger that it sets off, behind what is done within it (`--`).
        if next((each for each in reversed(self.steps) if not each.startswith("--")), None) != step:
            self.steps.append(step)

    def find(self, pattern: str) -> list[int]:
        return [place for place, step in enumerate(self.steps) if re.search(pattern, step)]


def test_the_new_state_is_on_disk_before_the_old_one_goes(
    archive: Path, target: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        trace = Trace(archive, patch)
        run(archive, target, everywhere=True)
    journals = trace.find("INSERT INTO main.facts.*'purging'")
    commits = trace.find("^COMMIT")
    begun, done = (next(place for place in commits if place > journal) for journal in journals)
    written = trace.find(r"fsync warc/.*-p1.*\.part"), trace.find(r"replace warc/.*\.part")
    assert len(written[0]) == len(written[1]) == 2
    assert begun < min(written[0]), "the journal names a file before it is there"
    named = [place for place in trace.find("fsync warc$") if begun < place < done]
    assert max(written[1]) < max(named), "a row refers to files that are on disk"
    unlinked = trace.find(r"unlink warc/(?!.*part)")
    (renewed,) = trace.find("UPDATE facts SET value = value")
    assert done < renewed < min(unlinked)
    synced = trace.find("PRAGMA synchronous = (FULL|NORMAL)")
    assert [place for place in synced if place < min(unlinked) and "NORMAL" in trace.steps[place]] == []
    assert synced[0] < begun, "each commit is synced"
    vacuum = trace.find("^VACUUM")[0]
    assert any(max(unlinked) < place < vacuum for place in trace.find("fsync warc$"))
    assert trace.find("VACUUM")[0] < trace.find("wal_checkpoint")[0] < trace.find("DELETE FROM facts.*'purging'")[0]


@pytest.mark.parametrize("left", ["nothing", "half", "no JSON"])
def test_of_a_torn_journal_what_is_left_is_done(
    archive: Path, target: int, words: list[str], left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(records(archive))
    with monkeypatch.context() as patch:
        patch.setattr(purges, "finish_purge", lambda *_: True)
        run(archive, target, everywhere=True)
    assert find_left(archive, words) == words
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        (names,) = connection.execute("SELECT value FROM facts WHERE name = 'purging'").fetchone()
        torn = {"nothing": "", "half": names[: len(names) // 2], "no JSON": f"{names}]\0"}[left]
        connection.execute("UPDATE facts SET value = ? WHERE name = 'purging'", (torn,))
    assert check_end(archive, target, words, before)


def test_a_journal_deletes_nothing_that_is_in_use_or_elsewhere(tmp_path: Path, archive: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (archive / "warc" / "deep").mkdir()
    (archive / "config.toml").write_text("")
    deep = archive / "warc" / "deep" / "a.warc.gz"
    deep.write_text("mine")
    used = sorted(path.name for path in (archive / "warc").glob("*.gz"))
    names = ["../outside.txt", "warc/../../outside.txt", str(outside), "warc/..", "warc/", "", "warc/deep/a.warc.gz"]
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        leftovers.write_journal(connection, [*names, FILE, "lock", "config.toml", *(f"warc/{name}" for name in used)])
    before = list_files(archive)
    write_once(archive)
    assert list_files(archive) == before
    assert outside.read_text() == "mine"


def list_files(archive: Path) -> list[Path]:
    return [path for path in sorted(archive.rglob("*")) if path.is_file() and not path.name.startswith(f"{FILE}-")]


def test_a_reader_that_stays_delays_the_end_but_no_writer(
    archive: Path, target: int, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purges, "_PATIENCE", 0.1)
    before = set(records(archive))
    with closing(sqlite3.connect(archive / FILE)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        with pytest.raises(purges.DatabaseError, match="another program still reads the old state"):
            run(archive, target, everywhere=True)
        write_once(archive)
        assert json.loads(ask(archive, "SELECT value FROM facts WHERE name = 'purging'")[0][0])
    assert check_end(archive, target, words, before)
