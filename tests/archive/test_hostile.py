"""A damaged database is named in one line with exit code 7, and `verify` names what is not of the schema."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.archive.database.damage import find_damaged_row
from tests.support.archives import build_archive
from tests.support.crawling import execute
from tests.support.families import sample
from tests.support.hostile_archives import Sent, flip_bytes, list_reads, make_base

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
    return execute(archive, *words)


@pytest.mark.parametrize(("seed", "share"), share_out(12, 2))
def test_flipped_bytes_harm_no_reader(sent: Sent, seed: int, share: int) -> None:
    flip_bytes(sent.archive, random.Random(seed), (40, 400, 1, 5)[seed % 4])
    read_all(sent, share)


@pytest.mark.parametrize("name", sample(SCHEMAS, 5))
def test_what_is_not_the_schemas_is_named_by_verify(base: Sent, tmp_path: Path, name: str) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(base.archive, archive)
    with closing(sqlite3.connect(archive / FILE)) as connection:
        connection.executescript(SCHEMAS[name])
    before = (archive / FILE).read_bytes()
    shown = name.replace("\x1b", "").replace("\u202e", "")
    code, printed, said = call(archive, "verify")
    assert code == 7 and shown in printed + said and "\x1b" not in printed + said
    assert (archive / FILE).read_bytes() == before


SPOILT = {
    "a blob": ("title", "x'00ff1b5b33316d'"),
    "no UTF-8": ("body", "CAST(x'41ff42' AS TEXT)"),
    "no day": ("updated", "'2024-0z-01'"),
    "no such day": ("created", "'2024-02-31'"),
    "no time": ("last_seen", "'2024-06-01T25:00:00Z'"),
    "no JSON": ("authors", "'[\"a\"'"),
    "no count": ("word_count", "'many'"),
}


@pytest.mark.parametrize("kind", sample(SPOILT, 4))
def test_a_damaged_row_is_named_in_one_line_with_what_mends_it(tmp_path: Path, kind: str) -> None:
    archive = build_archive(
        tmp_path / "a", [{"number": number, "title": f"metro {number}", "body": "ice"} for number in (1, 2, 3)]
    )
    column, value = SPOILT[kind]
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        (key,) = connection.execute(f"UPDATE articles SET {column} = {value} WHERE number = 2 RETURNING key").fetchone()
    with closing(open_reader(archive)) as connection:
        assert find_damaged_row(connection) == f"the {column} of the row {key} of articles"
    named = (
        f"harbincrawl: {archive / FILE}: the {column} of the row {key} of articles is damaged: `harbincrawl --archive"
        f" {archive} rebuild` makes it anew from its WARC files.\n"
    )
    refused = 0
    for words in (
        ["export", str(tmp_path / "a.jsonl"), "-q"], ["export", str(tmp_path / "a.parquet"), "-q"], ["show", "2"],
        ["show", "2", "--format", "bibtex"], ["search", "metro"], ["search", "metro", "--json"], ["stats"],
    ):  # fmt: skip
        code, _, said = call(archive, *words)
        # Who does not read the value, or prints it as it is, need not know.
        assert (code, said) == (7, named) or code == 0, (words, said)
        refused += code == 7
    assert refused or kind in ("no such day", "no time", "no count")


def test_an_honest_archive_has_no_damaged_row(base: Sent) -> None:
    with closing(open_reader(base.archive)) as connection:
        assert find_damaged_row(connection) is None


@pytest.mark.parametrize("kind", sample(["jsonl", "csv"]))
def test_an_export_that_fails_says_so_in_one_line(tmp_path: Path, kind: str) -> None:
    archive = build_archive(tmp_path / "a", [{"number": at, "body": "metro " * 400} for at in range(1, 900)])
    told = [sys.executable, "-m", "harbincrawl", "--archive", str(archive), "export", "-", "--format", kind]
    with Path("/dev/full").open("wb") as full:
        # A process of its own, which ends as Python does: what is collected then may speak, too.
        done = subprocess.run(told, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (8, 1), done.stderr
