"""An article that was deleted under a kept seal is named, whatever run is forged to excuse it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.archive.runs.table import end_run, start_run
from harbincrawl.cli.main import main
from tests.support.crawling import ask, crawl
from tests.support.families import sample
from tests.support.purging import run as purge
from tests.support.twin import make_twin, serve

Connection = sqlite3.Connection


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(make_twin(5, 12, sections=("news",))) as server:
        crawl(folder, server)
        crawl(folder, server, "--recheck", "all")
    return folder


def prove(archive: Path, seal: str, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any], str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "verify", "--json", "--seal", seal, *more])
    said = capsys.readouterr()
    return int(ended.value.code or 0), json.loads(said.out), said.err


def delete(connection: Connection, number: int) -> None:
    """What an article leaves behind, but for its outcomes and captures."""
    for table in ("articles", "images", "revisions", "queue", "listed", "duplicates", "_signatures"):
        connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))
    connection.execute("DELETE FROM _bands WHERE place & 4294967295 = ?", (number,))
    connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")


def drop_outcomes(connection: Connection, _: int, number: int) -> None:
    connection.execute("DELETE FROM outcomes WHERE number = ?", (number,))


def drop_captures(connection: Connection, _: int, number: int) -> None:
    connection.execute("DELETE FROM captures WHERE address LIKE ?", (f"%/{number}%",))


def drop_all(connection: Connection, run: int, number: int) -> None:
    drop_outcomes(connection, run, number)
    drop_captures(connection, run, number)


def say_it_failed(connection: Connection, _: int, number: int) -> None:
    connection.execute("UPDATE outcomes SET outcome = 'failed', hash = NULL WHERE number = ?", (number,))


def say_it_failed_lately(connection: Connection, run: int, number: int) -> None:
    drop_outcomes(connection, run, number)
    connection.execute("INSERT INTO outcomes(run, number, outcome) VALUES (?, ?, 'failed')", (run, number))


def count_as_purged(connection: Connection, run: int, number: int) -> None:
    (at,) = connection.execute("SELECT started FROM runs WHERE run = ?", (run,)).fetchone()
    change = "(SELECT 1 + max(change) FROM articles)"
    connection.execute(f"INSERT INTO purged(number, change, at) VALUES (?, {change}, ?)", (number, at))


def drop_all_and_count(connection: Connection, run: int, number: int) -> None:
    drop_all(connection, run, number)
    count_as_purged(connection, run, number)


def lose_the_captures(connection: Connection, run: int, number: int) -> None:
    found = "SELECT id, ?, 'purged' FROM captures WHERE address LIKE ?"
    connection.execute(f"INSERT INTO lost_captures(capture, run, reason) {found}", (run, f"%/{number}%"))


def say_nothing(_: Connection, run: int, number: int) -> None:
    """The article is gone, and that is all."""


EXCUSES: dict[str, Callable[[Connection, int, int], None]] = {
    each.__name__: each
    for each in (
        say_nothing, drop_outcomes, drop_captures, drop_all, say_it_failed, say_it_failed_lately, count_as_purged,
        drop_all_and_count, lose_the_captures,
    )
}  # fmt: skip
RUNS: dict[str, tuple[str, bool, str]] = {
    "purge": ("purge", True, "%"),
    "purge of another": ("purge", True, "1"),
    "killed purge": ("purge", False, "%"),
    "crawl": ("crawl", True, "%"),
    "reparse": ("reparse", True, "%"),
    "killed crawl": ("crawl", False, "%"),
}
"""By name: kind, whether it ended and has a seal, and what it says that it purged; `%` is the article."""


def forge(archive: Path, excuse: str, forged: str, *, is_told: bool) -> int:
    """Deletes an article, with a run that is to excuse it; the number of the article.

    `is_told`: the hands that do so write the log as the program does, and seal it.
    """
    kind, is_ended, named = RUNS[forged]
    now = datetime(2099, 1, 1, tzinfo=UTC)
    with closing(open_writer(archive)) as connection, closing(RunLog(archive, connection, kind)) as log:
        (number,) = connection.execute("SELECT number FROM articles ORDER BY number LIMIT 1 OFFSET 3").fetchone()
        numbers = [int(named.replace("%", str(number)))] if named else []
        (versions,) = connection.execute("SELECT versions FROM runs WHERE run = 2").fetchone()
        run = start_run(log, kind, now, {"numbers": numbers}, json.loads(versions))
        if is_told:
            with log.transaction():
                delete(connection, number)
                EXCUSES[excuse](connection, run, number)
        if is_ended:
            end_run(log, run, now, "complete", 0, {})
        if not is_told:
            delete(connection, number)
            EXCUSES[excuse](connection, run, number)
    return int(number)


@pytest.mark.parametrize(("excuse", "forged", "is_told"), sample(product(EXCUSES, RUNS, (False, True)), 29))
def test_a_deleted_article_is_named(
    archive: Path, excuse: str, forged: str, is_told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ask(archive, "SELECT seal FROM runs WHERE run = 2")[0][0]
    number = forge(archive, excuse, forged, is_told=is_told)
    for how in ((), ("--quick",)):
        code, found, words = prove(archive, kept, capsys, *how)
        if (RUNS[forged], is_told) == (("purge", True, "%"), True):
            # A purge of it takes an article away, and says so; what else it would have taken is named.
            assert code in (0, 7)
            assert found["seals"]["purged"] == {str(number): 3}
            assert f"(purge): {number}" in words
        else:
            assert code == 7
            assert any(str(number) in f"{each['where']} {each['what']}" for each in found["problems"])


def test_what_was_purged_since_is_named_with_its_run(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (seal for (seal,) in ask(archive, "SELECT seal FROM runs ORDER BY run"))
    numbers = [number for (number,) in ask(archive, "SELECT number FROM articles ORDER BY number LIMIT 2")]
    purge(archive, numbers[0])
    (third,) = ask(archive, "SELECT seal FROM runs WHERE run = 3")[0]
    purge(archive, numbers[1])
    for seal, named in ((first, [3, 4]), (second, [3, 4]), (third, [None, 4])):
        for how in ((), ("--quick",)):
            code, found, words = prove(archive, seal, capsys, *how)
            assert code == 0, found["problems"]
            assert [found["seals"]["purged"].get(str(number)) for number in numbers] == named
            assert f"removed since this seal by run 4 (purge): {numbers[1]}" in words
            assert found["seals"]["removed"] >= 2


def test_each_seal_is_proven_with_its_records_and_no_other_one(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for run, (seal,) in enumerate(ask(archive, "SELECT seal FROM runs ORDER BY run"), 1):
        for how in ((), ("--quick",)):
            code, found, _ = prove(archive, seal.upper(), capsys, *how)
            assert (code, found["seal"], found["seals"]["run"], found["seals"]["removed"]) == (0, seal, run, 0)
    # All records but the seal's own.
    assert found["seals"]["records"] == found["checked"]["records"] - 1
    code, found, _ = prove(archive, "0" * 64, capsys)
    assert (code, found["problems"][0]["what"]) == (7, "no run of this archive ended with this seal")
    for wrong in ("x", "0" * 63, "g" * 64, ""):
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(archive), "verify", "--seal", wrong])
        assert ended.value.code == 2
