"""Makes the archive that a release leaves to the tests of later ones, and what that release printed of it.

Run once, with the code of that release: `python tests/archive/versions/make.py tests/archive/versions/0.1.0`.
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from harbincrawl.twin import Fault, Twin, changes, make_twin, serve

# The feature box shows civilization, so that an edit of the news changes few pages and the archive stays small.
SECTIONS = ("news", "gallery", "civilization")
SKINS = ("onecell", "brbr", "word", "oldhtml", "divsoup", "html5")
PRINTED = {
    "articles.jsonl": ("export", "-"),
    "articles.csv": ("export", "-", "--format", "csv"),
    "articles.db": ("export", "articles.db"),
    "changes.jsonl": ("export", "-", "--changed-since", "34", "--order", "change"),
    "search.jsonl": ("search", "snow OR ice", "--limit", "8", "--copies", "--format", "jsonl"),
    "article.json": ("show", "4829", "--format", "json"),
    "diff.txt": ("show", "4829", "--diff", "1:3"),
    "page.html": ("show", "4829", "--raw"),
    "stats.csv": ("stats", "--csv"),
    "status.json": ("status", "--json"),
}
"""What is printed, by which command. Kept of `articles.db` are the rows, of `diff.txt` all but the heading, of
`status.json` the parts in STATUS."""
WHOLE = ("articles.jsonl", "status.json")
"""What is kept as it was printed; of the rest `SHA256SUMS` has the digest."""
_SOURCE = re.compile(
    rb"""([\\"]+fetched_at[\\"]+: ?[\\"]+[^"\\]*[\\"]+),\s*[\\"]+source[\\"]+: ?[\\"]+(?:site|ingest)[\\"]+"""
)
"""0.1.0 did not say of a capture who answered."""
STATUS = ("articles", "gone", "copies", "wanted", "runs", "sections", "failures")
"""Parts of the status that tell neither the hour nor the place of the archive."""


class Run(Protocol):
    """Runs a command."""

    def __call__(self, archive: Path, *words: str, code: int = 0) -> bytes:
        """Its standard output; it has to end with `code`."""
        ...


def print_all(archive: Path, run: Run) -> dict[str, bytes]:
    """What the commands of PRINTED print of `archive`."""
    return {name: read(archive, name, run) for name in PRINTED}


def read(archive: Path, name: str, run: Run) -> bytes:
    """What the command of `name` prints of `archive`."""
    words = PRINTED[name]
    if name == "status.json":
        status = json.loads(run(archive, *words, code=3))
        # Bringing an archive up to date is a run of its own, of the later release.
        status["runs"] = [one for one in status["runs"] if one["kind"] != "upgrade"][:4]
        for section in status["sections"]:
            # 0.1.0 knew of no gap that is accepted.
            section.pop("accepted", None)
        return (json.dumps({part: status[part] for part in STATUS}, indent=1) + "\n").encode()
    if name == "articles.db":
        path = archive.with_name(name)
        run(archive, words[0], str(path))
        return read_rows(path)
    printed = _SOURCE.sub(rb"\1", run(archive, *words))
    return printed.partition(b"\n")[2] if name == "diff.txt" else printed


def read_rows(path: Path) -> bytes:
    """All rows of a database as JSON lines, less its index, whose tables depend on the version of SQLite."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%' ORDER BY name"
        ).fetchall()
        return "".join(
            f"{json.dumps([table, *row])}\n" for (table,) in tables for row in select_rows(connection, table)
        ).encode()


def select_rows(connection: sqlite3.Connection, table: str) -> Iterator[tuple[object, ...]]:
    """The rows of a table in the order of 0.1.0, in which `row` was the place in the export, by date and number."""
    columns = list_columns(connection, table)
    if table != "articles":
        yield from connection.execute(f'SELECT {", ".join(columns)} FROM "{table}"')
        return
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM articles ORDER BY coalesce(updated, created), row")
    for place, row in enumerate(rows, 1):
        yield tuple(place if column == '"row"' else value for column, value in zip(columns, row, strict=True))


def list_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table that 0.1.0 exported, too."""
    names = [name for _, name, *_ in connection.execute(f'PRAGMA table_info("{table}")')]
    return [f'"{name}"' for name in names if name not in ("capture_source", "original", "article")]


def run(archive: Path, *words: str, code: int = 0) -> bytes:
    """Standard output of a command, which has to end with `code`."""
    command = [sys.executable, "-m", "harbincrawl", "--archive", str(archive), *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode != code:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
    return done.stdout


def crawl(archive: Path, twin: Twin) -> None:
    """Four runs, one with images, and a purge: edits, one that becomes gone, one that always fails, long ones."""
    dice = random.Random(1)
    with serve(twin, gzip=True) as server:
        words = ("crawl", "--delay", "0", "--site-url", server.url)
        # The oldest stories are linked from every page: none of them is touched.
        removed, broken, *edited = sorted(story.number for story in twin.listing("news"))[-8:]
        twin.faults[twin.stories[broken].path] = Fault("500")
        run(archive, *words, "civilization", "--images")
        run(archive, *words, *SECTIONS, "companies", code=3)
        for number, field in zip(edited, ("title", "body", "author", "source", "caption", "body"), strict=True):
            changes.edit(twin, number, field, dice=dice)
        changes.add(twin, 2, "news", dice=dice)
        changes.link_elsewhere(twin, "news")
        changes.remove(twin, removed)
        run(archive, *words, "news", "--recheck", "all", code=3)
        changes.edit(twin, edited[0], "title", dice=dice)
        run(archive, *words, *SECTIONS, code=3)
    run(archive, "purge", str(edited[3]), "--yes")


def main(folder: Path) -> None:
    """Leaves `archive.tar.xz` and what the commands printed in `folder`."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        archive = Path(place) / "archive"
        crawl(archive, make_twin(17, 34, sections=SECTIONS, skins=SKINS, page_size=16))
        sums = ""
        for name, printed in print_all(archive, run).items():
            sums += f"{sha256(printed).hexdigest()}  {name}\n"
            if name in WHOLE:
                (folder / name).write_bytes(printed)
        (folder / "SHA256SUMS").write_text(sums)
        for left in archive.glob("articles.db-*"):
            left.unlink()
        with tarfile.open(folder / "archive.tar.xz", "w:xz") as tar:
            tar.add(archive, "archive")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
