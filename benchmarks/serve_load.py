"""Does anybody wait for anybody: twenty readers at once, the worst searches, slow clients and a crawl that writes.

    python -m benchmarks.serve_load [--seconds N] [--articles N] [--folder DIR]

Ten readers read (the first page, articles, captures), four search, four ask the dearest questions that there are,
without a pause, two fetch feeds; four more clients take downloads and four take pages a few bytes at a time. Measured
is what a client waits for the whole of an answer, by kind. The clients, the site and the crawl share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote_plus

import aiohttp

from benchmarks._measure import HIDING, ROOT, report_aim
from benchmarks.serve_pages import Served, read_memory, read_processor, served
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.twin import Server, make_twin, serve

WORDS = "snow ice metro tram river bridge school music market rice city train winter opera".split()
READERS = {"reading": 10, "searching": 4, "worst": 4, "feeds": 2}
PAUSES = {"reading": 0.4, "searching": 0.4, "worst": 0.0, "feeds": 1.0}
"""Seconds between an answer and the next question, on average: people look at a page, and at these more briefly than
people do."""
SLOW = 4
"""Clients that take a download a few bytes at a time, and as many that take a page so."""
DELAY = 0.05
"""Seconds between two requests of the crawl, in place of one: it commits several times a second."""


@dataclass
class Waits:
    """What clients waited for answers of one kind."""

    whole: list[float] = field(default_factory=list)
    """Seconds until the last byte."""
    first: list[float] = field(default_factory=list)
    """Seconds until the first."""
    statuses: Counter[int] = field(default_factory=Counter)
    """0: no answer."""

    def share(self, part: float, *, first: bool = False) -> float:
        """The seconds within which that part of them had their answer."""
        times = sorted(self.first if first else self.whole)
        return times[min(len(times) - 1, int(len(times) * part))] if times else float("nan")


@dataclass(frozen=True)
class Archive:
    """What there is to ask for."""

    articles: list[str]
    captures: list[int]


def crawl(archive: Path, server: Server, delay: float, recheck: str) -> subprocess.Popen[bytes]:
    """A whole crawl, under way."""
    words = ["crawl", "--all", "--site-url", server.url, "--delay", f"{delay}", "--recheck", recheck, "--wait"]
    command = [sys.executable, "-m", "harbincrawl", "-q", "--archive", str(archive), *words]
    return subprocess.Popen(command, cwd=ROOT, env=HIDING)


@contextmanager
def crawling(archive: Path, server: Server) -> Iterator[Callable[[], int]]:
    """Crawls one after the other until the block ends; how many commits were seen so far."""
    is_over = threading.Event()
    seen = set()

    def run() -> None:
        with closing(open_reader(archive)) as connection:
            while not is_over.is_set():
                process = crawl(archive, server, DELAY, "all")
                while process.poll() is None and not is_over.wait(0.02):
                    with suppress(sqlite3.Error):
                        seen.add(connection.execute("PRAGMA data_version").fetchone())
                if is_over.is_set():
                    process.send_signal(signal.SIGINT)
                process.wait()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield lambda: len(seen)
    finally:
        is_over.set()
        thread.join()


@contextmanager
def slow_clients(port: int, paths: list[str]) -> Iterator[None]:
    """A client for each path that takes a few bytes of it now and then, and asks again when it was let go."""
    is_over = threading.Event()

    def take(path: str) -> None:
        with closing(socket.create_connection(("127.0.0.1", port))) as sock:
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            while not is_over.wait(0.5):
                if not sock.recv(64):
                    return

    def run(path: str) -> None:
        while not is_over.wait(0.1):
            with suppress(OSError):
                take(path)

    threads = [threading.Thread(target=run, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def choose_path(role: str, number: int, dice: random.Random, archive: Archive) -> tuple[str, str]:
    """(kind, path) of a reader's next question."""
    word = dice.choice(WORDS)
    if role == "reading":
        turn = number % 7
        if turn == 0:
            return "home", "/"
        if turn == 5:
            return "capture", f"/captures/{dice.choice(archive.captures)}"
        if turn == 6:
            return "captured page", f"/captures/{dice.choice(archive.captures)}/page"
        return "article", f"/articles/{dice.choice(archive.articles)}"
    if role == "searching":
        return "search", f"/search?q={word}&sort={dice.choice(('best', 'newest', 'oldest'))}"
    if role == "feeds":
        return ("feed", "/feed.atom") if number % 2 else ("download", f"/search.csv?q={word}")
    return "worst", write_worst(number, dice)


def write_worst(number: int, dice: random.Random) -> str:
    """A question that is as dear as a legal one may be; no two are alike, so that none is answered from memory."""
    letters = "abcdefghijklmnoprstuvw"
    own = f"-nowhere{dice.randrange(10**9)}"
    query = (
        " OR ".join(f"{letter}*" for letter in letters),
        " ".join(["the"] * 500),
        "x" * 7000,
        "(" * 400 + "the OR of" + ")" * 400,
        " OR ".join(f"NEAR({one}* {other}*, 1000)" for one, other in pairwise(letters)),
        " ".join(f"-{letter}{other}*" for letter in letters for other in "aeiou"),
    )
    turn = number % 9
    if turn < len(query):
        return "/search?q=" + quote_plus(f"{query[turn]} {own}"[:7500])
    if turn == 6:
        return "/trends?by=month&" + "&".join(f"q={letter}*+{own}" for letter in letters[:8])
    if turn == 7:
        return (
            f"/concordance?q={dice.choice(('the', 'of', 'in', 'and', 'a'))}&sort=right&since=19{dice.randrange(10, 99)}"
        )
    return f"/compare?since=20{dice.randrange(10, 25)}&against_since=19{dice.randrange(10, 99)}"


async def load(server: Served, archive: Archive, seconds: float) -> dict[str, Waits]:
    """What twenty readers waited in so many seconds, by kind."""
    waits: dict[str, Waits] = {}
    end = time.perf_counter() + seconds

    async def ask(session: aiohttp.ClientSession, kind: str, path: str) -> None:
        found, begin = waits.setdefault(kind, Waits()), time.perf_counter()
        try:
            async with session.get(f"http://127.0.0.1:{server.port}{path}") as reply:
                found.first.append(time.perf_counter() - begin)
                await reply.read()
                found.statuses[reply.status] += 1
        except (aiohttp.ClientError, TimeoutError):
            found.statuses[0] += 1
        found.whole.append(time.perf_counter() - begin)

    async def read(role: str, at: int) -> None:
        dice = random.Random(f"{role} {at}")
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as session:
            number = at
            while time.perf_counter() < end:
                await ask(session, *choose_path(role, number, dice, archive))
                await asyncio.sleep(PAUSES[role] * dice.uniform(0.5, 1.5))
                number += 1

    await asyncio.gather(*(read(role, at) for role, count in READERS.items() for at in range(count)))
    return waits


def read_archive(folder: Path) -> Archive:
    """What the archive in `folder` has."""
    with closing(open_reader(folder)) as connection:
        articles = [f"harbin-today:{number}" for (number,) in connection.execute("SELECT number FROM articles")]
        captures = connection.execute("SELECT id FROM captures WHERE status = 200 AND warc IS NOT NULL")
        return Archive(articles, [number for (number,) in captures])


def print_waits(waits: dict[str, Waits]) -> None:
    """A line a kind."""
    print(f"{'seconds':<15}{'number':>8}{'median':>9}{'95%':>9}{'99%':>9}{'slowest':>9}   statuses")
    for kind, found in sorted(waits.items()):
        times = "".join(f"{found.share(part):9.3f}" for part in (0.5, 0.95, 0.99, 1))
        statuses = ", ".join(f"{count} × {status}" for status, count in sorted(found.statuses.items()))
        print(f"{kind:<15}{len(found.whole):>8}{times}   {statuses}")


def report(waits: dict[str, Waits]) -> None:
    """How it stands beside the aims."""
    # Of a hundred pages that somebody opens, one may hit a moment in which the machine's two cores do something else.
    report_aim("serve: an article beside searches, 95% within", waits["article"].share(0.95), 0.1, unit=" s")
    report_aim("serve: first byte of the first page, half within", waits["home"].share(0.5, first=True), 0.2, unit=" s")
    report_aim("serve: a feed beside searches, 95% within", waits["feed"].share(0.95), 0.5, unit=" s")
    searches = max(waits["search"].share(1), waits["worst"].share(1))
    report_aim("serve: the slowest answer to a search", searches, 5, unit=" s")
    whole = [waits[kind] for kind in ("article", "home", "capture", "captured page", "feed")]
    answered = sum(found.statuses[200] for found in whole) / sum(len(found.whole) for found in whole)
    report_aim("serve: share of pages answered beside searches and slow clients", answered, 1, at_least=True)


def main() -> None:
    """Crawls a twin, then loads its site while it is crawled again and again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--folder", type=Path, help="keep the archive here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, serve(make_twin(7, given.articles)) as twin:
        folder = (given.folder or Path(temporary)) / f"load-{given.articles}"
        if not folder.exists():
            crawl(folder, twin, 0, "due").wait()
        archive = read_archive(folder)
        slow = ["/search.jsonl"] * SLOW + ["/search"] * SLOW
        with served(folder) as server, crawling(folder, twin) as count_commits, slow_clients(server.port, slow):
            time.sleep(3)
            before, commits = read_processor(server.pid), count_commits()
            waits = asyncio.run(load(server, archive, given.seconds))
            spent, commits = read_processor(server.pid) - before, count_commits() - commits
            memory = read_memory(server.pid)
    assert commits, "the crawl wrote nothing"
    print(
        f"{len(archive.articles):,} articles, {sum(READERS.values())} readers for {given.seconds:g} seconds beside"
        f" {2 * SLOW} slow clients and a crawl of {commits} commits; load average {os.getloadavg()[0]:.1f}"
    )
    print_waits(waits)
    total = sum(len(found.whole) for found in waits.values())
    print(
        f"{spent / total * 1e3:.1f} ms of processor time an answer, {spent / given.seconds:.2f} cores, {memory:.0f} MB"
    )
    report(waits)


if __name__ == "__main__":
    main()
