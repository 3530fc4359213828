"""Whole crawls for tests: the real command in a process of its own, its report, the archive beside the truth."""

from __future__ import annotations

import atexit
import functools
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from harbincrawl.archive.database import FILE
from harbincrawl.twin import Answer, Server, Twin
from harbincrawl.twin.server import Request
from tests.support.warc_cases import verify_records

PATIENCE = 300.0
"""Seconds after which what is waited for has surely failed, on any machine."""
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
    return command(archive, "crawl", "--site-url", url, "--delay", "0", "--json", *arguments)


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
    told = crawl_command(archive, url, *arguments)
    ended, printed, words = _forge().start(told[3:], prelude).wait()
    assert code is None or ended == code, f"exit code {ended}, expected {code}: {words}"
    report = json.loads(printed) if printed else {}
    if report:
        assert report["exit_code"] == ended
        check_sums(report)
    return Crawl(ended, words, report)


def start_crawl(archive: Path, server: Server, *arguments: str) -> Running:
    """A crawl that runs on; the caller ends it."""
    return _forge().start(crawl_command(archive, server.url, *arguments)[3:])


class _Forge:
    """A process that has loaded all that a crawl needs and forks for each: a whole crawl in a third of the time."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="crawling-")
        self.process = subprocess.Popen(
            [sys.executable, "-c", _FORGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.started = 0
        atexit.register(self.close)

    def start(self, arguments: Sequence[str], prelude: str = "") -> Running:
        """A process of its own that is `harbincrawl` with these arguments."""
        self.started += 1
        out, err = (Path(self.folder.name) / f"{self.started}.{name}" for name in ("out", "err"))
        return Running(self, int(self.tell(["start", list(arguments), str(out), str(err), prelude])), out, err)

    def tell(self, what: list[object]) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.folder.cleanup()


@dataclass
class Running:
    """A crawl that was started; it is waited for once."""

    forge: _Forge
    pid: int
    out: Path
    err: Path

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    def is_alive(self) -> bool:
        return self.forge.tell(["peek", self.pid]) == "alive"

    def wait(self) -> tuple[int, str, str]:
        """(exit code, stdout, stderr)."""
        code = int(self.forge.tell(["wait", self.pid]))
        return code, self.out.read_text(), self.err.read_text()


_FORGE = f"""
import json, os, resource, signal, sys, traceback
import scrapy.core.downloader.contextfactory, scrapy.core.downloader.handlers.http11, sqlite_utils
import harbincrawl.crawl.progress, harbincrawl.crawl.run
from harbincrawl.cli.main import main

def forge(arguments, out, err, prelude):
    if child := os.fork():
        return child
    # A crawl that hangs is ended by the alarm of its own process.
    signal.alarm({int(PATIENCE)})
    for name, number in ((os.devnull, 0), (out, 1), (err, 2)):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    code = 1
    try:
        exec(prelude, globals())
        main(arguments)
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(code)

for line in sys.stdin:
    what, *rest = json.loads(line)
    if what == "start":
        said = forge(*rest)
    elif what == "wait":
        said = os.waitstatus_to_exitcode(os.waitpid(rest[0], 0)[1])
    else:
        said = "ended" if os.waitid(os.P_PID, rest[0], os.WEXITED | os.WNOHANG | os.WNOWAIT) else "alive"
    print(said, flush=True)
"""


@functools.cache
def _forge() -> _Forge:
    return _Forge()


def wait_for(happened: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.005)


def check_sums(report: Mapping[str, Any]) -> None:
    """The sums that every report has to keep, whatever happened."""
    assert report["listed"] == report["known"] + report["wanted"] + report["elsewhere"]
    assert report["wanted"] == sum(report[name] for name in OUTCOMES)
    assert report["left"] <= report["known"]


def article_requests(server: Server) -> list[str]:
    return [request.path for request in server.requests if "-" in request.path]


def listing_requests(server: Server) -> list[str]:
    return [request.path for request in server.requests if "-" not in request.path and request.path != "/robots.txt"]


def ask(archive: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of the archive's database."""
    with closing(sqlite3.connect(archive / FILE)) as connection:
        return connection.execute(sql, values).fetchall()


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


Told = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body of an answer."""


@contextmanager
def serve_answers(answer: Callable[[str], Told | None], twin: Twin | None = None) -> Iterator[Server]:
    """A server that says what `answer` says of a path; where that is None, what the twin says."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            told = answer(self.path)
            if told is None:
                made = twin.render(self.path) if twin is not None else Answer(404, {}, b"")
                told = made.status, made.headers, made.body
            status, headers, body = told
            asked = {name.lower(): value for name, value in self.headers.items()}
            server.requests.append(Request("GET", self.path, asked, status))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Listener(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that goes away is its own affair."""

    listener = Listener(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{listener.server_port}", listener.server_port)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
