"""What does a page of the web site cost beside its SQL alone, how fast does the site start, what memory does it take?

    python -m benchmarks.serve_pages [ARTICLES] [--requests N] [--folder DIR]

Each request asks for another query, so that nothing comes from memory. The processor time is that of the whole server;
beside it stand the very statements of the same pages, run again in one process.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from multidict import MultiDict

from benchmarks._measure import HIDING, ROOT, median, report_aim
from benchmarks.search_archive import COMMON, RARE, THREE, build
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.serve.handlers.search import show_search
from harbincrawl.serve.links import Links
from harbincrawl.serve.readers import Deadline, Memory, Reader
from harbincrawl.serve.visit import Visit

QUERIES = {"a rare word": RARE, "an AND of two": " ".join(THREE[:2]), "a word in 28%": COMMON}
RATIO, MORE = 1.3, 0.002
"""The aim: so many times the SQL, and so many seconds more."""


class Served(NamedTuple):
    """A server that runs."""

    pid: int
    port: int
    seconds: float
    """From its start to its first answer."""


def vary(query: str, number: int) -> str:
    """The same hits by another query, so that no answer is kept: one more word that no article has is left out."""
    return f"{query} -nowhere{number}"


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """`harbincrawl serve` of the archive in `folder`."""
    command = [sys.executable, "-m", "harbincrawl", "--archive", str(folder), "serve", "--port", "0"]
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=HIDING, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        match = re.search(r":(\d+)/ ", process.stderr.readline())
        assert match
        ask(int(match[1]), "/robots.txt")
        yield Served(process.pid, int(match[1]), time.perf_counter() - begin)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        process.stderr.close()


def ask(port: int, path: str) -> bytes:
    """A page; fails where it is none."""
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", path)
        reply = connection.getresponse()
        body = reply.read()
        assert reply.status == 200, (reply.status, path)
        return body


def read_processor(pid: int) -> float:
    """Seconds of processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_memory(pid: int) -> float:
    """Most MB resident at once."""
    return float(Path(f"/proc/{pid}/status").read_text("ascii").partition("VmHWM:")[2].split(maxsplit=1)[0]) / 1e3


def record_statements(folder: Path, query: str) -> list[str]:
    """The statements of a page of hits, as SQLite ran them, with their values."""
    with closing(open_reader(folder)) as connection:
        memory = Memory()
        reader = Reader(connection, folder, memory, 1, Deadline())
        connection.execute("BEGIN")
        # What all pages share is asked once.
        show_search(Visit(reader, Links("", ""), MultiDict({"q": "unheard"}), "html", ()))
        said: list[str] = []
        connection.set_trace_callback(said.append)
        show_search(Visit(reader, Links("", ""), MultiDict({"q": query}), "html", ()))
        connection.set_trace_callback(None)
        return [statement for statement in said if not statement.startswith("--")]


def run_statements(connection: sqlite3.Connection, statements: list[str]) -> float:
    """Seconds of processor time that they take by themselves."""
    begin = time.process_time()
    for statement in statements:
        connection.execute(statement).fetchall()
    return time.process_time() - begin


def measure(folder: Path, requests: int) -> None:
    """Prints a line a query, and how it stands beside the aim."""
    with served(folder) as server:
        ask(server.port, "/search?q=unheard")
        print(f"{'20 hits':<20}{'server':>10}{'its SQL':>10}{'allowed':>10}{'ratio':>8}   (ms of processor time)")
        worst = 0.0
        for name, query in QUERIES.items():
            before = read_processor(server.pid)
            for number in range(requests):
                page = ask(server.port, "/search?q=" + vary(query, number).replace(" ", "+"))
            assert re.search(rb"<span class=\"range\">1\xe2\x80\x93\d+ of ", page), query
            spent = (read_processor(server.pid) - before) / requests
            with closing(open_reader(folder)) as connection:
                sql = median(
                    [run_statements(connection, record_statements(folder, vary(query, number))) for number in range(5)]
                )
            allowed = RATIO * sql + MORE
            worst = max(worst, spent / allowed)
            print(f"{name:<20}{spent * 1e3:>10.1f}{sql * 1e3:>10.1f}{allowed * 1e3:>10.1f}{spent / allowed:>8.2f}")
        memory = read_memory(server.pid)
    starts = []
    for _ in range(5):
        with served(folder) as server:
            starts.append(server.seconds)
    report_aim("serve: a page of 20 hits, of 1.3 times its SQL and 2 ms", worst, 1.0)
    report_aim("serve: start to first answer", min(starts), 0.4, unit=" s")
    report_aim("serve: memory", memory, 90, unit=" MB")


def main() -> None:
    """Builds an archive and measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="?", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--folder", type=Path, help="keep the archive here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)) / str(given.articles)
        build(folder, given.articles)
        measure(folder, given.requests)


if __name__ == "__main__":
    main()
