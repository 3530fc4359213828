"""An article that was deleted under a kept seal is named, whatever run is forged to excuse it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.runs.seals import put_seal, remove_rows
from harbincrawl.cli.main import main
from harbincrawl.twin import make_twin, serve
from tests.support.crawling import crawl
from tests.support.families import sample
from tests.support.purging import run as purge
from tests.support.reread_cases import rows

Connection = sqlite3.Connection


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(make_twin(5, 12, sections=("news",))) as server:
        crawl(folder, server)
        crawl(folder, server, "--recheck", "all")
    return folder


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(crawled, tmp_path / "archive")


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


def remove(connection: Connection, run: int, number: int) -> None:
    """As a purge does."""
    remove_rows(connection, run, "outcome", "number = ?", (number,))
    remove_rows(connection, run, "failure", "number = ?", (number,))
    remove_rows(connection, run, "capture", "address LIKE ?", (f"%/{number}%",))


def count_as_purged(connection: Connection, run: int, number: int) -> None:
    (at,) = connection.execute("SELECT started FROM runs WHERE run = ?", (run,)).fetchone()
    change = "(SELECT 1 + max(change) FROM articles)"
    connection.execute(f"INSERT INTO purged(number, change, at) VALUES (?, {change}, ?)", (number, at))


def say_it_was_another(connection: Connection, run: int, number: int) -> None:
    remove(connection, run, number)
    (other,) = connection.execute("SELECT max(number) FROM articles").fetchone()
    connection.execute("UPDATE removals SET article = replace(article, ?, ?)", (str(number), str(other)))


def say_it_was_no_outcome(connection: Connection, run: int, number: int) -> None:
    remove(connection, run, number)
    connection.execute("UPDATE removals SET kind = 'capture', article = NULL WHERE kind = 'outcome'")


def say_it_was_a_failure(connection: Connection, run: int, number: int) -> None:
    remove(connection, run, number)
    connection.execute("UPDATE removals SET kind = 'failure' WHERE kind = 'outcome'")


def say_an_earlier_run_did(connection: Connection, run: int, number: int) -> None:
    remove(connection, run, number)
    connection.execute("UPDATE removals SET removed_by = 2")


def say_no_run_did(connection: Connection, run: int, number: int) -> None:
    remove(connection, run, number)
    connection.execute("UPDATE removals SET removed_by = 99")


def remove_and_count(connection: Connection, run: int, number: int) -> None:
    remove(connection, run, number)
    count_as_purged(connection, run, number)


def say_another_and_count(connection: Connection, run: int, number: int) -> None:
    say_it_was_another(connection, run, number)
    count_as_purged(connection, run, number)


def say_no_outcome_and_count(connection: Connection, run: int, number: int) -> None:
    say_it_was_no_outcome(connection, run, number)
    count_as_purged(connection, run, number)


def leave_a_later_outcome(connection: Connection, run: int, number: int) -> None:
    connection.execute("INSERT INTO outcomes(run, number, outcome) VALUES (?, ?, 'gone')", (run, number))


def drop_the_outcomes(connection: Connection, _: int, number: int) -> None:
    connection.execute("DELETE FROM outcomes WHERE number = ?", (number,))


def lose_the_captures(connection: Connection, run: int, number: int) -> None:
    rows = "SELECT id, ?, 'purged' FROM captures WHERE address LIKE ?"
    connection.execute(f"INSERT INTO lost_captures(capture, run, reason) {rows}", (run, f"%/{number}%"))


EXCUSES: dict[str, Callable[[Connection, int, int], None]] = {
    each.__name__: each
    for each in (
        remove, remove_and_count, count_as_purged, say_it_was_another, say_another_and_count, say_it_was_no_outcome,
        say_no_outcome_and_count, say_it_was_a_failure, say_an_earlier_run_did, say_no_run_did, leave_a_later_outcome,
        drop_the_outcomes, lose_the_captures,
    )
}  # fmt: skip
RUNS: dict[str, tuple[str, bool, str]] = {
    "purge": ("purge", True, "%"),
    "purge of another": ("purge", True, "1"),
    "purge of none": ("purge", True, ""),
    "killed purge": ("purge", False, "%"),
    **{kind: (kind, True, "%") for kind in ("crawl", "ingest", "reparse", "rescue", "mend", "restore", "upgrade", "x")},
    "killed crawl": ("crawl", False, "%"),
}
"""By name: kind, whether it ended and has a seal, and what it says that it purged; `%` is the article."""


def forge(archive: Path, excuse: str, forged: str, *, is_high: bool = False) -> int:
    """Deletes an article, with a run that is to excuse it, and seals made anew; the number of the article."""
    kind, is_ended, named = RUNS[forged]
    with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as connection:
        (number,) = connection.execute("SELECT number FROM articles ORDER BY number LIMIT 1 OFFSET 3").fetchone()
        numbers = [int(named.replace("%", str(number)))] if named else []
        run = 900 if is_high else 3
        (versions,) = connection.execute("SELECT versions FROM runs WHERE run = 2").fetchone()
        connection.execute(
            "INSERT INTO runs(run, kind, started, outcome, arguments, versions)"
            " VALUES (?, ?, '2099-01-01T00:00:00Z', 'aborted', ?, ?)",
            (run, kind, json.dumps({"numbers": numbers}), versions),
        )
        delete(connection, number)
        EXCUSES[excuse](connection, run, number)
        if is_ended:
            ended = "UPDATE runs SET ended = started, outcome = 'complete', exit_code = 0 WHERE run = ?"
            connection.execute(ended, (run,))
            put_seal(connection, run, b"")
    return int(number)


@pytest.mark.parametrize(("excuse", "forged"), sample(product(EXCUSES, RUNS), 11))
def test_a_deleted_article_is_named(
    archive: Path, excuse: str, forged: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = rows(archive, "SELECT seal FROM runs WHERE run = 2")[0][0]
    number = forge(archive, excuse, forged, is_high=len(forged) % 2 == 0)
    for how in ((), ("--quick",)):
        code, found, words = prove(archive, kept, capsys, *how)
        named = any(str(number) in f"{each['where']} {each['what']}" for each in found["problems"])
        if code == 0:
            # Only what a purge of it would have left, bit by bit, is one; and then it says so.
            assert RUNS[forged][0] == "purge" and RUNS[forged][2] == "%"
            assert found["seals"]["purged"] == {str(number): 900 if len(forged) % 2 == 0 else 3}
            assert f"(purge): {number}" in words
        else:
            assert code == 7
            # `--quick` does not read the lists, which name it even where all else that did is gone.
            assert named or (how and any(each["kind"] == "seal" for each in found["problems"]))


def test_what_was_purged_since_is_named_with_its_run(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (seal for (seal,) in rows(archive, "SELECT seal FROM runs ORDER BY run"))
    numbers = [number for (number,) in rows(archive, "SELECT number FROM articles ORDER BY number LIMIT 2")]
    purge(archive, numbers[0])
    (third,) = rows(archive, "SELECT seal FROM runs WHERE run = 3")[0]
    purge(archive, numbers[1])
    for seal, named in ((first, [3, 4]), (second, [3, 4]), (third, [None, 4])):
        for how in ((), ("--quick",)):
            code, found, words = prove(archive, seal, capsys, *how)
            assert code == 0, found["problems"]
            assert [found["seals"]["purged"].get(str(number)) for number in numbers] == named
            assert f"removed since this seal by run 4 (purge): {numbers[1]}" in words
