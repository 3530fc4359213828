"""An archive that a stranger made: every read command is safe on it, and says what it leaves out or refuses."""

from __future__ import annotations

import csv
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database import guard
from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.archive.database.forms import FORMS
from harbincrawl.archive.schema.comparison import list_differences, list_statements, read_statements
from harbincrawl.export.selection import Selection
from harbincrawl.fields import KEYS
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.families import sample
from tests.support.forge import forge
from tests.support.hostile_archives import ROUNDS, Sent, flip_bytes, list_reads, make_base, spoil_json, spoil_round

JSON = (
    ("runs", "report"), ("runs", "arguments"), ("runs", "versions"), ("queue", "state"), ("saved_searches", "filters"),
    ("revisions", "images"), ("articles", "authors"), ("_list_pages", "listing"),
)  # fmt: skip
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
SCHEMAS = {
    "trigger evil": "CREATE TRIGGER evil AFTER UPDATE ON purged BEGIN DELETE FROM articles; END",
    "view articles": f"ALTER TABLE articles RENAME TO a; CREATE VIEW articles AS {ENDLESS} SELECT * FROM n JOIN a",
    "view captures": f"ALTER TABLE captures RENAME TO c; CREATE VIEW captures AS {ENDLESS} SELECT c.* FROM n, c",
    "view runs": "ALTER TABLE runs RENAME TO r; CREATE VIEW runs AS SELECT *, load_extension('evil') FROM r",
    "table json_each": "CREATE TABLE json_each(value)",
    "index evil": "CREATE INDEX evil ON articles(length(body || body))",
    "index articles_section": "DROP INDEX articles_section",
    "view evil": "CREATE VIEW evil AS SELECT 1",
    "table articles": "ALTER TABLE articles ADD COLUMN more AS (hex(zeroblob(100000000)))",
    "table facts": "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'TEXT NOT NULL',"
    " 'TEXT NOT NULL CHECK (length(value) < 9)') WHERE name = 'facts'",
    "table articles_fts": "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql,"
    " 'content=\"articles\"', 'content=\"sqlite_master\"') WHERE name = 'articles_fts'",
    "table \x1b[31m\u202e": 'CREATE TABLE "\x1b[31m\u202e"(x)',
}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    folder = tmp_path_factory.mktemp("sent")
    return Sent(folder, make_base(folder))


@pytest.fixture
def sent(base: Sent, tmp_path: Path) -> Sent:
    shutil.copytree(base.archive, tmp_path / "archive")
    return Sent(tmp_path, base.id)


SHARES = 3
"""Into which the calls are divided."""


def share_out(cases: int, first: int) -> list[Any]:
    """(case, share) for `parametrize`: all, and in `make test` the share `first` of the calls on the first case."""
    shares = [(first + turn) % SHARES for turn in range(SHARES)]
    return sample([(case, share) for case in range(cases) for share in shares], cases * SHARES)


def read_all(sent: Sent, share: int) -> None:
    calls = list(enumerate(list_reads()))[share::SHARES]
    wrong = [each for number, call in calls if (each := sent.read(call, number))]
    assert not wrong, "\n".join(wrong)


def call(archive: Path, *words: str) -> tuple[int, str, str]:
    return forge().start(["--archive", str(archive), *words]).wait()


@pytest.mark.parametrize(("turn", "share"), share_out(ROUNDS, 0))
def test_values_that_no_column_may_hold_harm_no_reader(sent: Sent, turn: int, share: int) -> None:
    assert spoil_round(sent.archive, turn) > 50
    read_all(sent, share)


@pytest.mark.parametrize(("seed", "share"), share_out(12, 1))
def test_json_of_another_shape_harms_no_reader(sent: Sent, seed: int, share: int) -> None:
    for table, column in JSON:
        spoil_json(sent.archive, table, column, random.Random(seed))
    read_all(sent, share)


@pytest.mark.parametrize(("seed", "share"), share_out(12, 2))
def test_flipped_bytes_harm_no_reader(sent: Sent, seed: int, share: int) -> None:
    flip_bytes(sent.archive, random.Random(seed), (40, 400, 1, 5)[seed % 4])
    read_all(sent, share)


@pytest.mark.parametrize("name", sample(SCHEMAS, 5))
def test_what_is_not_the_schemas_is_never_run_and_named_by_all(base: Sent, tmp_path: Path, name: str) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(base.archive, archive)
    with closing(sqlite3.connect(archive / FILE)) as connection:
        connection.executescript(SCHEMAS[name])
    before = (archive / FILE).read_bytes()
    shown = name.replace("\x1b", "").replace("\u202e", "")
    for words in (
        ["search", "the"],
        ["export", "-"],
        ["status"],
        ["watch", "add", "more", "x"],
        ["purge", "--yes", base.id],
    ):
        code, printed, said = call(archive, *words)
        assert (code, printed, said.count("\n")) == (7, "", 1), (words, said)
        assert ": it is " in said and "verify" in said and "\x1b" not in said
    code, printed, said = call(archive, "verify")
    assert code == 7 and shown in printed + said and "\x1b" not in printed + said
    assert (archive / FILE).read_bytes() == before


def test_each_column_of_each_table_has_its_form(tmp_path: Path) -> None:
    build_archive(tmp_path, [{}])
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        names = connection.execute(
            "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c"
            " WHERE m.type = 'table' AND m.name NOT GLOB 'articles_fts*' AND m.name NOT GLOB 'sqlite_*'"
            " AND m.name <> '_sqlite_migrations'"
        ).fetchall()
    assert sorted(names) == sorted((table, column) for table, (_, forms) in FORMS.items() for column in forms)


def test_a_new_archive_has_the_statements_of_the_schema_to_the_letter(tmp_path: Path) -> None:
    with closing(open_reader(build_archive(tmp_path / "a", [{"number": 1}]))) as connection:
        connection.execute("SELECT 1 FROM articles")
        found = read_statements(connection)
        assert {key: found[key] for key in list_statements()} == list_statements()
        assert list(list_differences(connection, list_statements())) == []


def test_statistics_of_analyze_and_what_litestream_notes_are_nothing_foreign(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "a", [{"number": 1, "title": "metro"}])
    with closing(sqlite3.connect(archive / FILE)) as connection:
        connection.execute("ANALYZE")
        connection.execute("CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)")
        connection.execute("CREATE TABLE _litestream_lock (id INTEGER)")
    assert call(archive, "search", "metro")[0] == 0


SPOILT = {
    "a blob": ("title", "x'00ff1b5b33316d'", "its title is not text in UTF-8, or null"),
    "no UTF-8": ("body", "CAST(x'41ff42' AS TEXT)", "its body is not text in UTF-8, or null"),
    "a NUL": ("body", "'a' || char(0) || 'b'", "its body is not text in UTF-8, or null"),
    "no day": ("updated", "'../../../x'", "its updated is not a day such as 2026-01-31, or null"),
    "no such day": ("created", "'2024-02-31'", "its created is not a day such as 2026-01-31, or null"),
    "no time": ("last_seen", "'2024-06-01T25:00:00Z'", "its last_seen is not a time such as 2026-01-31T04:05:06Z"),
    "no path": ("section_path", "'../../x'", "its section_path is not a path such as culture/music"),
    "no address": ("url", "'javascript:alert(1)'", "its url is not a web address"),
    "no JSON": ("authors", "'[\"a\"'", "its authors is not a JSON list of names"),
    "no names": ("authors", "'[[1]]'", "its authors is not a JSON list of names"),
    "no count": ("word_count", "'many'", "its word_count is not an integer of at least 0"),
}


@pytest.mark.parametrize("kind", sample(SPOILT, 5))
def test_an_article_that_cannot_be_is_named_and_left_out_by_every_format(tmp_path: Path, kind: str) -> None:
    archive = build_archive(
        tmp_path / "a", [{"number": number, "title": f"metro {number}", "body": "ice"} for number in (1, 2, 3)]
    )
    column, value, sentence = SPOILT[kind]
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute(f"UPDATE articles SET {column} = {value} WHERE number = 2")
    named = f"harbincrawl: {archive / FILE}: the row '2' of articles is left out: {sentence}"
    left = ["harbin-today:1", "harbin-today:3"]
    for name in ("a.jsonl", "a.csv", "a.parquet", "a.db"):
        code, _, said = call(archive, "export", str(tmp_path / name), "-q")
        # SQLite writes JSON lines, and tells a broken text by its line alone.
        assert code == 3 and (
            named in said or (name == "a.jsonl" and "the row '2' of articles is left out: its text" in said)
        ), said
    assert [json.loads(line)["id"] for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()] == left
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == left
    assert call(archive, "show", "2") == (7, "", f"{named}; `harbincrawl verify` says what mends it.\n")
    for words in (["search", "--format", "jsonl"], ["search", "metro", "--format", "jsonl"]):
        code, printed, said = call(archive, *words)
        assert (code, sorted(json.loads(line)["id"] for line in printed.splitlines())) == (3, left), said
        assert named in said
    assert json.loads(call(archive, "stats", "--json")[1])["articles"] == 2


def test_what_an_export_prints_cannot_steer_a_terminal(tmp_path: Path) -> None:
    title = "a\x9b31m\u202eb \x7f\u00a0c"
    archive = build_archive(tmp_path / "a", [{"number": 1, "title": title}])
    code, printed, _ = call(archive, "export", "-")
    assert (code, json.loads(printed)["title"]) == (0, title) and "\x9b" not in printed and "\u202e" not in printed
    code, printed, _ = call(archive, "export", "-", "--format", "csv")
    assert (code, next(csv.DictReader(printed.splitlines()))["title"]) == (0, "a31mb \u00a0c")


def test_a_tree_of_pages_that_leads_to_itself_is_read_to_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten levels of pages, each of which names the next one a hundred times: 10^20 rows."""
    archive = build_archive(tmp_path / "a", [{"number": number, "body": "ice " * 400} for number in range(1, 400)])
    path = archive / FILE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'articles'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    data = bytearray(path.read_bytes())
    for level in range(10):
        number = root if level == 0 else pages + level
        child = pages + level + 1
        cells = b"".join(child.to_bytes(4, "big") + bytes([at]) for at in range(100))
        head = (
            bytes([5, 0, 0])
            + (100).to_bytes(2, "big")
            + (size - len(cells)).to_bytes(2, "big")
            + b"\0"
            + child.to_bytes(4, "big")
        )
        pointers = b"".join((size - len(cells) + 5 * at).to_bytes(2, "big") for at in range(100))
        page = (head + pointers).ljust(size - len(cells), b"\0") + cells
        data[(number - 1) * size : number * size] = page
    leaf = bytes([13, 0, 0, 0, 1]) + (size - 4).to_bytes(2, "big") + b"\0" + (size - 4).to_bytes(2, "big")
    data += leaf.ljust(size - 4, b"\0") + b"\1\1\1\0"
    data[28:32] = (len(data) // size).to_bytes(4, "big")
    path.write_bytes(bytes(data))
    prelude = "import harbincrawl.archive.database.guard as guard; guard._LOOKS = 5; signal.alarm(100)"
    for words in (["stats"], ["export", "-"], ["search", "--count"]):
        code, _, said = forge().start(["--archive", str(archive), *words], prelude).wait()
        assert code == 7 and said.count("\n") == 1, said
    monkeypatch.setattr(guard, "_LOOKS", 5)
    with closing(open_reader(archive)) as connection, pytest.raises(sqlite3.OperationalError, match="interrupted"):
        connection.execute("SELECT sum(key) FROM main.articles NOT INDEXED").fetchone()


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_an_export_that_fails_says_so_in_one_line(tmp_path: Path, kind: str) -> None:
    archive = build_archive(tmp_path / "a", [{"number": at, "body": "metro " * 400} for at in range(1, 900)])
    told = [sys.executable, "-m", "harbincrawl", "--archive", str(archive), "export", "-", "--format", kind]
    with Path("/dev/full").open("wb") as full:
        # A process of its own, which ends as Python does: what is collected then may speak, too.
        done = subprocess.run(told, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (8, 1), done.stderr


@pytest.mark.parametrize("way", ["lines", "batches"])
def test_a_reading_that_is_given_up_leaves_the_views_of_its_connection_as_they_were(tmp_path: Path, way: str) -> None:
    archive = build_archive(tmp_path / "a", [{"number": at} for at in range(1, 900)])
    views = "SELECT name, sql FROM temp.sqlite_master ORDER BY 1"
    with closing(open_reader(archive)) as connection:
        before = connection.execute(views).fetchall()
        selection = Selection(connection, Filters())
        reading = selection.lines(KEYS) if way == "lines" else selection.batches()
        next(reading)
        assert connection.execute(views).fetchall() != before
        reading.close()
        assert connection.execute(views).fetchall() == before
