"""Does the web site stand a load while a crawl writes: 200 requests a second, and eight clients that hardly read?

    python -m benchmarks.serve_load [--seconds N] [--rate N] [--articles N]

Home, an article, a search newest first and the feed are asked for in turn. Answers other than 200 are counted, and
measured is how long the slowest took. The clients, the site and the crawls share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import aiohttp

from benchmarks._measure import HIDING, ROOT, report_aim
from benchmarks.serve_pages import Served, read_memory, read_processor, served
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.twin import Server, make_twin, serve

WORDS = "snow ice metro tram river bridge school music market rice".split()


def crawl(archive: Path, server: Server) -> None:
    """A whole crawl, as fast as it can."""
    words = ["crawl", "--all", "--site-url", server.url, "--delay", "0", "--recheck", "all"]
    subprocess.run(
        [sys.executable, "-m", "harbincrawl", "-q", "--archive", str(archive), *words], cwd=ROOT, env=HIDING, check=True
    )


@contextmanager
def crawling(archive: Path, server: Server) -> Iterator[None]:
    """Crawls one after the other until the block ends."""
    is_over = threading.Event()

    def run() -> None:
        while not is_over.is_set():
            crawl(archive, server)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@contextmanager
def slow_clients(port: int, count: int) -> Iterator[None]:
    """Clients that ask for a download and take a few bytes of it now and then."""
    is_over = threading.Event()

    def run(number: int) -> None:
        with closing(socket.create_connection(("127.0.0.1", port))) as sock, suppress(OSError):
            path = "/search.jsonl" if number % 2 else "/search"
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            while not is_over.wait(0.5):
                sock.recv(64)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


async def load(server: Served, ids: list[str], rate: float, seconds: float) -> tuple[Counter[int], list[float]]:
    """(answers by status, their seconds) of `rate` requests a second; 0: no answer."""
    statuses: Counter[int] = Counter()
    times: list[float] = []
    dice = random.Random(5)

    async def ask(session: aiohttp.ClientSession, path: str) -> None:
        begin = time.perf_counter()
        try:
            async with session.get(f"http://127.0.0.1:{server.port}{path}") as reply:
                await reply.read()
                statuses[reply.status] += 1
        except (aiohttp.ClientError, TimeoutError):
            statuses[0] += 1
        times.append(time.perf_counter() - begin)

    connector = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(30)) as session:
        begin = time.perf_counter()
        waiting = set()
        for number in range(round(rate * seconds)):
            word = dice.choice(WORDS)
            paths = ("/", f"/articles/{dice.choice(ids)}", f"/search?q={word}&sort=newest", "/feed.atom")
            task = asyncio.create_task(ask(session, paths[number % 4]))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
            await asyncio.sleep(max(0.0, begin + (number + 1) / rate - time.perf_counter()))
        await asyncio.gather(*waiting)
    return statuses, times


def main() -> None:
    """Crawls a twin, then loads its site while it is crawled again and again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--articles", type=int, default=800)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serve(make_twin(7, given.articles)) as twin:
        archive = Path(folder) / "archive"
        crawl(archive, twin)
        with closing(open_reader(archive)) as connection:
            rows = connection.execute("SELECT number FROM articles")
            ids = [f"harbin-today:{number}" for (number,) in rows]
        with served(archive) as server, crawling(archive, twin), slow_clients(server.port, 8):
            before = read_processor(server.pid)
            statuses, times = asyncio.run(load(server, ids, given.rate, given.seconds))
            spent = (read_processor(server.pid) - before) / max(len(times), 1)
            memory = read_memory(server.pid)
    times.sort()
    print(f"{len(times)} answers, {given.rate:g} a second asked for, {len(ids)} articles: {dict(statuses)}")
    middle, late = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"seconds: median {middle:.3f}, 99% {late:.3f}, slowest {times[-1]:.3f}")
    print(f"{spent * 1e3:.1f} ms of processor time a request, {memory:.0f} MB")
    share = statuses[200] / max(len(times), 1)
    what = f"serve: share answered of {given.rate:g} requests a second while a crawl writes"
    report_aim(what, share, 1, at_least=True)


if __name__ == "__main__":
    main()
