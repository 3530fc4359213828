"""Whole crawls for tests: the real command in a process of its own, its report, the archive beside the truth."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harbincrawl.archive.database.connection import FILE
from tests.support.forge import Running, forge
from tests.support.twin import Server, Twin
from tests.support.warc_cases import verify_records

NEWS_AND_GALLERY = ("--section-path", "news", "--section-path", "gallery")
"""In place of `--all`, which asks for two dozen lists more that a small twin does not have."""
CRAWL = ("crawl", "--json", "--delay", "0", "--site-url")
OUTCOMES = ("new", "changed", "same", "duplicate", "failed", "gone")


@dataclass(frozen=True)
class Crawl:
    """What a crawl ended with."""

    code: int
    words: str
    """Its stderr."""
    report: dict[str, Any]
    """Empty where it printed none."""

    @property
    def last(self) -> str:
        """The line that says it all."""
        return self.words.rstrip().splitlines()[-1] if self.words.strip() else ""


def command(archive: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "harbincrawl", "--archive", str(archive), *arguments]


def crawl_command(archive: Path, url: str, *arguments: str) -> list[str]:
    return command(archive, *CRAWL, url, *arguments)


def launch(archive: Path, *words: object, prelude: str = "") -> Running:
    """A command in a process of its own that runs on; `prelude` is Python that the process runs first."""
    return forge().start(["--archive", str(archive), *map(str, words)], prelude)


def execute(archive: Path, *words: object, prelude: str = "", code: int | None = None) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of a command at its end; `code` is what it has to end with, None for anything."""
    ended, printed, said = launch(archive, *words, prelude=prelude).wait()
    assert code is None or ended == code, f"exit code {ended}, expected {code}: {said}"
    return ended, printed, said


def crawl(
    archive: Path,
    server: Server | str,
    *arguments: str,
    code: int | None = 0,
    prelude: str = "",
) -> Crawl:
    """Runs a crawl to its end; `code` is what it has to end with, None for anything.

    `prelude` is Python that its process runs first: limits to set, faults of ours to plant.
    """
    url = server if isinstance(server, str) else server.url
    ended, printed, words = execute(archive, *CRAWL, url, *arguments, prelude=prelude, code=code)
    report = json.loads(printed) if printed else {}
    if report:
        assert report["exit_code"] == ended
        check_sums(report)
    return Crawl(ended, words, report)


def start_crawl(archive: Path, server: Server, *arguments: str, prelude: str = "") -> Running:
    """A crawl that runs on; the caller ends it. `prelude` as for `crawl`."""
    return launch(archive, *CRAWL, server.url, *arguments, prelude=prelude)


def check_sums(report: Mapping[str, Any]) -> None:
    """The sums that every report has to keep, whatever happened."""
    assert report["listed"] == report["known"] + report["wanted"] + report["elsewhere"]
    assert report["wanted"] == sum(report[name] for name in OUTCOMES)
    assert report["left"] <= report["known"] + report["wanted"]


def article_requests(server: Server) -> list[str]:
    return [request.path for request in server.requests if "-" in request.path]


def listing_requests(server: Server) -> list[str]:
    return [request.path for request in server.requests if "-" not in request.path and request.path != "/robots.txt"]


def ask(archive: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of the archive's database."""
    with closing(sqlite3.connect(archive / FILE)) as connection:
        return connection.execute(sql, values).fetchall()


def change(archive: Path, *statements: str, values: Sequence[Any] = ()) -> None:
    """Executes statements on the archive's database, behind the program's back."""
    with closing(sqlite3.connect(archive / FILE)) as connection:
        for statement in statements:
            connection.execute(statement, values)
        connection.commit()


def records(archive: Path) -> dict[int, dict[str, Any]]:
    """The stored articles by number, in the shape of the twin's truth and with their `status`."""
    names = (
        "number", "url", "section", "section_path", "title", "updated", "created", "author", "authors", "source",
        "summary", "body", "status",
    )  # fmt: skip
    found: dict[int, dict[str, Any]] = {}
    for row in ask(archive, f"SELECT {', '.join(names)} FROM articles"):
        record = dict(zip(names, row, strict=True))
        record["authors"] = json.loads(record["authors"])
        record["body"] = record["body"].split("\n\n") if record["body"] else []
        record["images"] = []
        found[record["number"]] = record
    for number, *image in ask(
        archive, "SELECT number, url, caption, credit, file_name FROM images ORDER BY number, position"
    ):
        found[number]["images"].append(dict(zip(("url", "caption", "credit", "file_name"), image, strict=True)))
    return found


def live_records(archive: Path) -> list[dict[str, Any]]:
    """As `twin.truth()`: what is live, by number."""
    stored = records(archive)
    return [
        {name: value for name, value in stored[number].items() if name != "status"}
        for number in sorted(stored)
        if stored[number]["status"] == "live"
    ]


def revisions(archive: Path) -> list[tuple[int, int]]:
    """(number, revision) of all earlier states."""
    return ask(archive, "SELECT number, revision FROM revisions ORDER BY number, revision")


def check_whole(archive: Path, twin: Twin | None = None) -> None:
    """Database, index and WARC hold together; with `twin`, its truth is what the archive has."""
    with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
        places = connection.execute('SELECT warc, "offset" FROM captures WHERE warc IS NOT NULL').fetchall()
    assert len(set(places)) == len(places), "one record stands for two captures"
    files = {path.name: path for path in (archive / "warc").iterdir()} if (archive / "warc").is_dir() else {}
    for name, path in files.items():
        assert not name.endswith(".open")
        assert list(verify_records(path)) == []
    for name, offset in places:
        assert offset < files[name].stat().st_size
    if twin is not None:
        assert live_records(archive) == twin.truth()


def kept(archive: Path) -> Sequence[object]:
    """All that two archives of one site must have in common: no times, run numbers or places in WARC files."""
    return (
        records(archive),
        ask(archive, "SELECT number, revision, title, body, author, source, updated FROM revisions ORDER BY 1, 2"),
        ask(archive, "SELECT number, original, similarity, kind FROM duplicates ORDER BY 1"),
        ask(archive, "SELECT section, item, number, address, title, date, summary, stands FROM listed ORDER BY 1, 2"),
        ask(archive, 'SELECT path, "offset", last_page, hole, total, seen FROM sections WHERE seen ORDER BY 1'),
        ask(archive, "SELECT number, wanted FROM queue ORDER BY 1"),
    )
