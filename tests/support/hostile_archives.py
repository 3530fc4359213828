"""Archives with flipped bytes, and all commands that read them."""

from __future__ import annotations

import json
import random
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.user import change_user
from harbincrawl.errors import ExitCode
from tests.support.crawling import change, crawl, execute
from tests.support.every_command import Call, list_calls
from tests.support.twin import changes, make_twin, serve

STEERING = "\x1b]0;evil\x07\x1b[31mred\x9b31m\u202egnp.exe\u2066"
"""What would set a terminal's title, its colour, and turn its letters round."""
READS = (
    "search", "watch list", "watch run", "show", "explain", "duplicates", "stats", "trends", "concordance", "keywords",
    "words", "collocations", "edits", "similar", "export", "status", "verify", "rescue", "config", "backup",
    "reparse",
)  # fmt: skip
"""Commands that read an archive."""
_RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ENDINGS = (["{new}.parquet"], ["{new}.db"], ["{new}", "--format", "text"],
            ["{new}.jsonl", "--text", "features"], ["-", "--format", "csv"], ["{new}.jsonl", "--revisions"],
            ["{new}.csv", "--share"])  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A folder with a damaged archive, beside nothing else."""

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
        code, printed, said = execute(self.archive, *words, prelude=prelude)
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
        and not {"--apply", "--plan"} & set(call.words)
    ]  # fmt: skip
    more = [Call(("export", *words)) for words in _ENDINGS]
    shows = [Call(("show", "{id}", "--format", each)) for each in ("cite", "csl", "bibtex")]
    return [
        *calls,
        *more,
        *shows,
        Call(("show", "{id}", "--diff")),
        Call(("search", "--format", "csv", "--limit", "0")),
    ]


def make_base(folder: Path) -> str:
    """An archive with a row in nearly every table, in `folder`; the id of an article in it."""
    twin = make_twin(5, 12, sections=("news", "gallery"))
    archive = folder / "archive"
    with serve(twin) as server:
        crawl(archive, server, "news", "gallery", "--images", code=None)
        live = [number for number, story in twin.stories.items() if not story.gone and story.listed]
        for number in live[:3]:
            changes.edit(twin, number, "body")
        changes.remove(twin, live[4])
        crawl(archive, server, "news", "gallery", "--recheck", "all", code=None)
        crawl(archive, server, "news", "gallery", "--recheck", "all", code=None)
    execute(archive, "watch", "add", "all", "the", code=0)
    with change_user(archive) as user:
        user.execute("UPDATE saved_searches SET printed = 0")
        user.execute(
            "INSERT INTO targets VALUES ('0123456789abcdef', 'https://example.org/…', 1, '2026-01-01T00:00:00Z')"
        )
    change(
        archive,
        "INSERT OR IGNORE INTO failures SELECT (SELECT max(run) FROM runs), address, number, 'http', '500',"
        " '2026-01-01T00:00:00Z' FROM queue LIMIT 3",
        "UPDATE queue SET wanted = 1, state = '{\"failed_runs\": 1}' WHERE number = (SELECT min(number) FROM queue)",
        "INSERT INTO purged VALUES (999999, 1, '2026-01-01T00:00:00Z')",
    )
    return str(live[0])


def flip_bytes(archive: Path, dice: random.Random, count: int) -> None:
    """Changes bytes of the database anywhere behind its first 100, to none that a text in UTF-8 could have there."""
    path = archive / FILE
    data = bytearray(path.read_bytes())
    for _ in range(count):
        data[dice.randrange(100, len(data))] = dice.randrange(128, 256)
    path.write_bytes(bytes(data))


def _check_json(call: Call, printed: str, out: Path) -> list[str]:
    wrong = []
    words = call.words
    try:
        # An export is never one document.
        is_export = words[0] == "export" and "-" in words and words[-2:] != ("--format", "csv")
        if "--json" in words or words[-2:] == ("--format", "json"):
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
