"""Archives that a stranger made: values that no column may hold, other schemas, flipped bytes; and who reads them."""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.archive.database.connection import FILE, USER
from harbincrawl.archive.database.forms import ALL_FORMS, USER_FORMS
from harbincrawl.archive.user import change_user
from harbincrawl.errors import ExitCode
from harbincrawl.twin import changes, make_twin, serve
from tests.support.crawling import crawl
from tests.support.every_command import Call, list_calls
from tests.support.forge import forge

STEERING = "\x1b]0;evil\x07\x1b[31mred\x9b31m\u202egnp.exe\u2066"
"""What would set a terminal's title, its colour, and turn its letters round."""
TOO_DEEP = "[" * 900 + "]" * 900
VALUES: tuple[object, ...] = (
    b"\xff\x00\x1b[31m", None, 2**62, -1, 1.5, float("inf"), "", STEERING, "../../../../tmp/evil", "a\0b\x1b[31m",
    b"text:\xff\xfeA", '{"a":', TOO_DEEP, '["' + "x" * 5000 + '"]', "9" * 5000, "[1, 2]", "2024-02-31",
    '{"sections": 5, "health": [], "facts": "x"}',
    "2024-06-01T25:00:00Z", "0000-01-01", "javascript:alert(1)", "http://e.my399.com/\x1b[31m", "harbin today:../x",
)  # fmt: skip
"""Behind `text:` are bytes that are put in as a text."""
READS = (
    "search", "watch list", "watch run", "show", "explain", "duplicates", "stats", "trends", "concordance", "keywords",
    "words", "collocations", "edits", "similar", "export", "status", "verify", "rescue", "config", "backup",
    "reparse",
)  # fmt: skip
"""Commands that read a folder which somebody sent."""
_RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ENDINGS = (["{new}.parquet"], ["{new}.db"], ["{new}", "--format", "markdown"], ["{new}", "--format", "text"],
            ["{new}.jsonl", "--text", "features"], ["-", "--format", "csv"], ["{new}.jsonl", "--revisions"],
            ["{new}.csv", "--share"])  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A folder with an archive as a stranger sent it, beside nothing else."""

    folder: Path
    id: str

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def read(self, call: Call, number: int) -> str:
        """What is wrong with how the call ended; empty: nothing."""
        out = self.folder / f"out{number}"
        out.mkdir()
        before = list_files(self.folder)
        words = [
            word.format(url="http://127.0.0.1:9", warc="", new=out / "new", backup="", id=self.id)
            for word in call.words
        ]
        prelude = f"os.chdir({str(out)!r}); signal.alarm(120)"
        code, printed, said = forge().start(["--archive", str(self.archive), *words], prelude).wait()
        wrong = []
        if code not in set(ExitCode) - {ExitCode.UNEXPECTED}:
            wrong.append(f"exit code {code}")
        if "Traceback" in said or "Traceback" in printed:
            wrong.append("a traceback")
        if found := _RAW.search(printed + said):
            wrong.append(f"{found[0]!r} is printed")
        others = {path: state for path, state in list_files(self.folder).items() if out not in path.parents}
        if others != before and call.words[:2] != ("watch", "run"):
            wrong.append(f"files changed: {[str(path) for path in others.keys() ^ before.keys()]}")
        if code in (0, 3):
            wrong += _check_json(call, printed, out)
        shutil.rmtree(out)
        return f"{call}: {', '.join(wrong)}\n{said[-3000:]}" if wrong else ""


def list_files(folder: Path) -> dict[Path, tuple[int, int]]:
    """The size and time of each file, but of those that SQLite makes for readers and `watch run` keeps."""
    return {
        path: (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal", "watch.told"))
    }


def list_reads() -> list[Call]:
    """The calls of all commands that read an archive."""
    calls = [
        call for call in list_calls()
        if " ".join(call.words).startswith(READS) and "--help" not in call.words
        and not {"--apply", "--mend", "--rebuild", "--plan", "--watch"} & set(call.words)
    ]  # fmt: skip
    more = [Call(("export", *words)) for words in _ENDINGS]
    shows = [Call(("show", "{id}", "--format", each)) for each in ("markdown", "html", "bibtex")]
    return [
        *calls,
        *more,
        *shows,
        Call(("show", "{id}", "--diff")),
        Call(("search", "--format", "csv", "--limit", "0")),
    ]


def make_base(folder: Path) -> str:
    """An archive with a row in nearly every table, in `folder`; the id of an article in it."""
    twin = make_twin(5, 12)
    archive = folder / "archive"
    with serve(twin) as server:
        crawl(archive, server, "--all", "--images", code=None)
        live = [number for number, story in twin.stories.items() if not story.gone and story.listed]
        for number in live[:3]:
            changes.edit(twin, number, "body")
        changes.remove(twin, live[4])
        crawl(archive, server, "--all", "--recheck", "all", code=None)
        crawl(archive, server, "--all", "--recheck", "all", code=None)
    assert forge().start(["--archive", str(archive), "watch", "add", "all", "the"]).wait()[0] == 0
    with change_user(archive) as user:
        user.execute("UPDATE saved_searches SET printed = 0")
        user.execute(
            "INSERT INTO targets VALUES ('0123456789abcdef', 'mailto:a@example.org', 1, '2026-01-01T00:00:00Z')"
        )
    with closing(sqlite3.connect(archive / FILE)) as connection:
        (run,) = connection.execute("SELECT max(run) FROM runs").fetchone()
        rows = connection.execute("SELECT number, address FROM queue LIMIT 3").fetchall()
        connection.executemany(
            "INSERT OR IGNORE INTO failures VALUES (?, ?, ?, 'http', '500', ?)",
            [(run, address, number, "2026-01-01T00:00:00Z") for number, address in rows],
        )
        connection.execute("UPDATE queue SET wanted = 1, state = '{\"failed_runs\": 1}' WHERE number = ?", rows[0][:1])
        connection.execute("INSERT INTO purged VALUES (999999, 1, '2026-01-01T00:00:00Z')")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return str(live[0])


def spoil_column(archive: Path, table: str, column: str, values: Sequence[object] = VALUES) -> int:
    """Puts another one of `values` into a column of each row, whatever the schema forbids; how many could be put in."""
    path = _find_database(archive, table)
    with Relaxed(path, table), closing(sqlite3.connect(path)) as connection:
        keys = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5]]
        names = ", ".join(f'"{key}"' for key in keys)
        where = " AND ".join(f'"{key}" IS ?' for key in keys)
        rows = connection.execute(f"SELECT {names} FROM {table} ORDER BY {names} LIMIT {len(values) * 2}").fetchall()
        spoilt = 0
        for at, row in enumerate(rows):
            if at % 3 == 2:
                continue  # one that can be
            value = values[at % len(values)]
            as_text = isinstance(value, bytes) and value.startswith(b"text:")
            mark = "CAST(? AS TEXT)" if as_text else "?"
            try:
                connection.execute(
                    f'UPDATE {table} SET "{column}" = {mark} WHERE {where}',
                    (value[5:] if as_text else value, *row),  # type: ignore[index]
                )
            except (sqlite3.IntegrityError, sqlite3.OperationalError, OverflowError):
                continue
            spoilt += 1
        connection.commit()
    return spoilt


class Relaxed:
    """While it lasts, the columns of a table take anything."""

    def __init__(self, path: Path, table: str) -> None:
        self.path, self.table = path, table

    def __enter__(self) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            (self.sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (self.table,)).fetchone()
        relaxed = re.sub(r"\b(TEXT|INTEGER|REAL)\b(?! PRIMARY)", "BLOB", self.sql.replace(" NOT NULL", ""))
        self._write(relaxed)

    def __exit__(self, *_: object) -> None:
        self._write(self.sql)

    def _write(self, sql: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, self.table))
            connection.commit()


def spoil_round(archive: Path, turn: int) -> int:
    """Spoils one column of each table, in turn the next one; how many values were put in."""
    return sum(spoil_column(archive, table, list(forms)[turn % len(forms)]) for table, (_, forms) in ALL_FORMS.items()
               if table != "facts" or turn % 4 == 0)  # fmt: skip


ROUNDS = max(len(forms) for _, forms in ALL_FORMS.values())
"""Of `spoil_round`, until each column was spoiled."""


def spoil_json(archive: Path, table: str, column: str, dice: random.Random) -> None:
    """Puts something else in some place of the JSON in a column of every row."""
    with closing(sqlite3.connect(_find_database(archive, table))) as connection:
        rows = connection.execute(f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IS NOT NULL').fetchall()
        for (text,) in rows:
            document = json.loads(text)
            places = list(_list_places(document))
            if not places:
                continue
            holder, key = dice.choice(places)
            holder[key] = dice.choice(
                [None, "x", STEERING, -1, 1.5, 2**70, [], {}, [1], {"a": "b"}, True, "2024-13-01"]
            )
            connection.execute(f'UPDATE {table} SET "{column}" = ? WHERE "{column}" = ?', (json.dumps(document), text))
        connection.commit()


def _find_database(archive: Path, table: str) -> Path:
    return archive / (USER if table in USER_FORMS else FILE)


def _list_places(value: object) -> Iterator[tuple[object, object]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield value, key
        yield from _list_places(each)


def flip_bytes(archive: Path, dice: random.Random, count: int) -> None:
    """Changes bytes of the database anywhere behind its first 100."""
    path = archive / FILE
    data = bytearray(path.read_bytes())
    for _ in range(count):
        data[dice.randrange(100, len(data))] = dice.randrange(256)
    path.write_bytes(bytes(data))


def _check_json(call: Call, printed: str, out: Path) -> list[str]:
    wrong = []
    words = call.words
    try:
        # An export is never one document.
        is_export = words[0] == "export" and "-" in words and words[-2:] != ("--format", "csv") and "--csv" not in words
        if ("--json" in words and words[0] != "export") or words[-2:] == ("--format", "json"):
            json.loads(printed)
        elif words[-2:] == ("--format", "jsonl") or is_export:
            for line in printed.splitlines():
                json.loads(line)
        for path in out.glob("**/*.jsonl"):
            for line in path.read_bytes().splitlines():
                json.loads(line.decode())
    except ValueError as error:
        wrong.append(f"no JSON: {error}")
    return wrong
