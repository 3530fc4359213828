"""Seals: whatever a sealed run wrote can neither change nor go, unless it was removed on purpose."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.articles.store import Fetched, Store
from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.runs import outcomes, seals
from harbincrawl.archive.runs.outcomes import hash_articles, read_latest, store_outcomes
from harbincrawl.archive.runs.seals import canonical_hash, has_seal, read_chain, read_id, read_last_seal, remove_rows
from harbincrawl.archive.runs.table import put_failure
from harbincrawl.records import Article, Capture, Image
from tests.support.runs import end_run, start_run

NOW = datetime(2026, 7, 8, 9, 10, 11, tzinfo=UTC)


def article(number: int, **more: object) -> Article:
    values: dict[str, object] = {
        "id": str(number), "url": f"http://e.my399.com/news/2020-01-02/{number}.html", "section": "Harbin Today",
        "section_path": "news", "title": f"Title {number}", "updated": date(2020, 1, 2), "created": date(2020, 1, 2),
        "author": "Li", "authors": ("Li",), "source": "Xinhua", "body": ("One.", "Two – three."), "parser": "1",
        "images": (Image("http://e.my399.com/a.jpg", "Snow", "Photo", "a.jpg"),), "summary": "Short.",
    }  # fmt: skip
    return Article(**(values | more))  # type: ignore[arg-type]


def write_run(connection: sqlite3.Connection, numbers: tuple[int, ...], *, killed: bool = False, **more: object) -> int:
    run = start_run(connection, "crawl", NOW, {"sections": ["news"]}, {})
    store = Store(connection, run)
    connection.execute("BEGIN IMMEDIATE")
    said = {}
    for number in numbers:
        found = article(number, **more)
        capture = Capture(found.url, NOW, 200, f'"{run}"', None, "sha1:A", "b" * 64, "x.warc.gz", 100 * number)
        said[number] = store.put_article(Fetched(found, (capture,), NOW))
    store.flush_index()
    store_outcomes(store, said)
    put_failure(connection, run, "http://e.my399.com/news/2020-01-02/9.html", 9, "http", "HTTP 500", NOW)
    connection.execute("COMMIT")
    if not killed:
        end_run(connection, run, NOW, "complete", 0, {})
    return run


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_writer(tmp_path)) as connection:
        connection.execute("INSERT INTO facts(name, value) VALUES ('site', 'harbin-today')")
        write_run(connection, (1, 2))
        write_run(connection, (3,), killed=True)
        write_run(connection, (1, 4), author="Wang")
        yield connection


def holding(connection: sqlite3.Connection) -> list[bool]:
    return [link.holds for link in read_chain(connection)]


def test_a_run_that_ends_seals_itself_and_the_killed_runs_before_it(archive: sqlite3.Connection) -> None:
    chain = list(read_chain(archive))
    assert [link.seal.run for link in chain] == [1, 3]
    assert holding(archive) == [True, True]
    assert chain[0].seal.previous == read_id(archive)
    assert chain[1].seal.previous == chain[0].stored
    # Two runs of a row, an article outcome and capture each (three of them), and a failure each.
    assert chain[1].seal.rows == 2 + 3 + 3 + 2
    assert read_last_seal(archive) == chain[1].stored
    assert has_seal(archive, chain[0].stored) and not has_seal(archive, "0" * 64)


def test_a_seal_that_could_not_be_made_leaves_the_next_one_as_it_is(
    archive: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, made = seals._hash_row, []

    def hash_two(*values: Any) -> str:
        if len(made) == 2:
            raise sqlite3.DatabaseError("database disk image is malformed")
        made.append(whole(*values))
        return made[-1]

    with monkeypatch.context() as patched:
        patched.setattr(seals, "_hash_row", hash_two)
        with pytest.raises(sqlite3.DatabaseError):
            holding(archive)
    assert holding(archive) == [True, True]


def test_the_report_holds_the_seal(archive: sqlite3.Connection) -> None:
    rows = archive.execute("SELECT seal, json_extract(report, '$.seal') FROM runs WHERE seal IS NOT NULL").fetchall()
    assert len(rows) == 2 and all(seal == told for seal, told in rows)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE captures SET fetched_at = '2020-01-01T00:00:00Z' WHERE id = 1",
        "UPDATE captures SET etag = NULL WHERE id = 1",
        "UPDATE captures SET digest = 'sha1:B' WHERE id = 1",
        "UPDATE captures SET status = 404 WHERE id = 1",
        "UPDATE captures SET address = address || '?' WHERE id = 1",
        "UPDATE captures SET origin = 'foreign.warc' WHERE id = 1",
        "UPDATE captures SET source = 'wayback' WHERE id = 1",
        "UPDATE captures SET source = 'ingest', origin = 'foreign.warc' WHERE id = 1",
        "DELETE FROM captures WHERE id = 1",
        "UPDATE captures SET host = 'example.org' WHERE id = 1",
        "INSERT INTO captures(run, address, fetched_at, status, source, host)"
        " VALUES (1, 'http://x/', '2020-01-01T00:00:00Z', 200, 'site', 'x')",
        "UPDATE outcomes SET hash = lower(hex(randomblob(32))) WHERE run = 1 AND number = 1",
        "UPDATE outcomes SET outcome = 'same' WHERE run = 1 AND number = 1",
        "DELETE FROM outcomes WHERE number = 2",
        "DELETE FROM failures WHERE run = 1",
        "UPDATE failures SET reason = 'HTTP 502' WHERE run = 1",
        "UPDATE runs SET started = '2020-01-01T00:00:00Z' WHERE run = 1",
        "UPDATE runs SET outcome = 'partial' WHERE run = 1",
        "UPDATE runs SET arguments = '{}' WHERE run = 1",
        "UPDATE runs SET seal = lower(hex(randomblob(32))) WHERE run = 1",
        "UPDATE runs SET root = lower(hex(randomblob(32))) WHERE run = 1",
        "UPDATE runs SET root = NULL WHERE run = 1",
        "UPDATE facts SET value = 'jilin-china' WHERE name = 'site'",
        "UPDATE facts SET value = 'another' WHERE name = 'id'",
    ],
)
def test_a_changed_row_breaks_its_seal(archive: sqlite3.Connection, forgery: str) -> None:
    archive.execute(forgery)
    assert holding(archive)[0] is False


def test_a_run_that_is_taken_out_of_the_chain_breaks_the_next_seal(archive: sqlite3.Connection) -> None:
    for table in ("runs", "captures", "outcomes", "failures"):
        archive.execute(f"DELETE FROM {table} WHERE run = 1")
    assert holding(archive) == [False]


@pytest.mark.parametrize("change", ["warc = 'y.warc.gz'", '"offset" = 7', "first_page = 1"])
def test_moving_evidence_changes_no_seal(archive: sqlite3.Connection, change: str) -> None:
    archive.execute(f"UPDATE captures SET {change}")
    assert holding(archive) == [True, True]


def test_rows_removed_on_purpose_still_prove_themselves_and_are_counted(archive: sqlite3.Connection) -> None:
    run = start_run(archive, "purge", NOW, {}, {})
    archive.execute("BEGIN IMMEDIATE")
    assert remove_rows(archive, run, "outcome", "number = ?", (1,)) == 2
    assert remove_rows(archive, run, "failure", "run = ?", (1,)) == 1
    assert remove_rows(archive, run, "capture", "id = ?", (1,)) == 1
    archive.execute("COMMIT")
    end_run(archive, run, NOW, "complete", 0, {})
    chain = list(read_chain(archive))
    assert [(link.holds, link.removed) for link in chain] == [(True, 3), (True, 1), (True, 0)]
    archive.execute("DELETE FROM removals WHERE id = 1")
    assert [link.holds for link in read_chain(archive)] == [False, True, False]


def test_a_removal_that_is_made_up_breaks_the_seal_of_the_run_it_names(archive: sqlite3.Connection) -> None:
    row = archive.execute("SELECT hash FROM outcomes WHERE number = 2").fetchone()[0]
    archive.execute("DELETE FROM outcomes WHERE number = 2")
    archive.execute("INSERT INTO removals(run, kind, rest, hash, removed_by) VALUES (1, 'outcome', '', ?, 3)", (row,))
    assert holding(archive) == [False, False]


def test_the_hash_of_an_article_is_that_of_its_canonical_json(archive: sqlite3.Connection) -> None:
    expected = canonical_hash(
        {
            "id": "harbin-today:2", "url": "http://e.my399.com/news/2020-01-02/2.html", "section_path": "news",
            "title": "Title 2", "updated": "2020-01-02", "created": "2020-01-02", "author": "Li", "authors": ["Li"],
            "source": "Xinhua", "summary": "Short.", "body": "One.\n\nTwo – three.",
            "images": [
                {"url": "http://e.my399.com/a.jpg", "caption": "Snow", "credit": "Photo", "file_name": "a.jpg"}
            ],
        }
    )  # fmt: skip
    assert dict(hash_articles(archive))[2] == expected
    assert {number: found for number, _, found in read_latest(archive)} == dict(hash_articles(archive))


def test_an_outcome_takes_no_change_over_that_its_run_did_not_make(archive: sqlite3.Connection) -> None:
    archive.execute("UPDATE articles SET summary = 'Forged.' WHERE number = 2")
    run = start_run(archive, "crawl", NOW, {}, {})
    store = Store(archive, run)
    archive.execute("BEGIN IMMEDIATE")
    store.renew_seen(2, NOW)
    store_outcomes(store, {2: "same"})
    archive.execute("COMMIT")
    latest = {number: found for number, _, found in read_latest(archive)}
    assert latest[2] != dict(hash_articles(archive))[2]


def test_the_documentation_says_exactly_what_a_seal_covers(archive: sqlite3.Connection) -> None:
    text = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text("utf-8").partition("### The log")[0]
    rows = {
        name: set(re.findall(r"`(\w+)`", row)) for name, row in re.findall(r"^\| `(\w+)` \|(.*)\|$", text, re.MULTILINE)
    }
    for kind, select in seals._SELECTS.items():
        table = seals._TABLES.get(kind, f"{kind}s")
        columns = {column[0].replace("article", "number") for column in archive.execute(select).description}
        if kind == "removal":
            columns = columns - {"run"} | {"removed_by", "run", "article", "rest"}
        assert rows[table] == columns, table
    (articles,) = re.findall(r"covers of `articles` its (.*?), and of `images` its (.*?)\. What", text, re.DOTALL)
    assert tuple(re.findall(r"`(\w+)`", articles[0])) == ("id", *outcomes._COLUMNS)
    assert tuple(re.findall(r"`(\w+)`", articles[1])) == outcomes._IMAGE
