"""Nobody waits for others: two pools of threads, an answer in time, more than can be done is refused."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from multidict import MultiDict

from harbincrawl.serve import pools
from harbincrawl.serve.app import LONG, write_command
from harbincrawl.serve.pools import POOLS, BusyError, LateError, Pool, PoolName, Reader, Readers
from tests.support.archives import build_archive
from tests.support.families import sample
from tests.support.forge import wait_for
from tests.support.web_site import PICTURE, PICTURE_NAME, Reply, Site, keep_page, running

HOLD = """
import pathlib, threading, time
import harbincrawl.serve.pools as pools
for name, pool in pools.POOLS.items():
    pools.POOLS[name] = pool._replace(waiting=0)
import harbincrawl.serve.app as app
def hold(page, visit):
    if "hold" in visit.query:
        pathlib.Path(f"{gate}-{{threading.get_ident()}}").touch()
    while "hold" in visit.query and not pathlib.Path("{gate}").exists():
        time.sleep(0.02)
    return page(visit)
app._ROUTES = tuple((path, forms, pool, app.partial(hold, page)) for path, forms, pool, page in app._ROUTES)
"""
"""A question with the parameter `hold` keeps its thread until there is a file; none waits for a thread."""
OF_POOLS: dict[PoolName, str] = {"pages": "/articles/harbin-today:4", "heavy": "/search.csv?q=snow"}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return build_archive(tmp_path / "archive", [{"number": at, "title": f"Snow {at}"} for at in range(1, 9)])


@contextmanager
def asking(archive: Path, seconds: float = 5.0) -> Iterator[Readers]:
    asked = Readers(archive, seconds=seconds)
    try:
        yield asked
    finally:
        asked.stop()


def wait(gate: threading.Event, reader: Reader) -> str:
    del reader
    gate.wait(9)
    return "waited"


def test_more_than_a_pool_may_hold_is_refused_and_taken_again_later(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pools.POOLS, "pages", Pool(2, 3))

    async def ask_all(asked: Readers) -> None:
        gate = threading.Event()
        held = [asyncio.ensure_future(asked.ask(partial(wait, gate), "pages")) for _ in range(5)]
        await asyncio.sleep(0)
        for _ in range(3):
            with pytest.raises(BusyError):
                await asked.ask(partial(wait, gate), "pages")
        gate.set()
        assert await asyncio.gather(*held) == ["waited"] * 5
        assert await asked.ask(lambda _: 1, "pages") == 1

    with asking(archive) as asked:
        asyncio.run(ask_all(asked))


def test_a_question_has_its_answer_in_time_whatever_its_thread_does(archive: Path) -> None:
    async def ask_all(asked: Readers) -> None:
        gate = threading.Event()
        begin = time.monotonic()
        threads = POOLS["pages"].threads
        running = [asyncio.ensure_future(asked.ask(partial(wait, gate), "pages")) for _ in range(threads)]
        waiting = asyncio.ensure_future(asked.ask(partial(wait, gate), "pages"))
        found = await asyncio.gather(*running, waiting, return_exceptions=True)
        # Its own slowness is named as such; who only waited may come again.
        assert [type(each) for each in found] == [LateError] * threads + [BusyError]
        assert time.monotonic() - begin < 3
        gate.set()
        # Threads that were given up work again.
        assert await asked.ask(lambda _: 1, "pages") == 1

    with asking(archive, 0.5) as asked:
        asyncio.run(ask_all(asked))


@contextmanager
def holding(archive: Path, more: str = "") -> Iterator[tuple[Site, Callable[[str], Future[Reply]]]]:
    """A site, and what asks it for something that keeps its thread until the block ends."""
    gate = archive.parent / "gate"
    with running(archive, prelude=more + HOLD.format(gate=str(gate))) as site, ThreadPoolExecutor(12) as pool:
        try:
            yield site, lambda path: pool.submit(site.ask, path)
        finally:
            gate.touch()


def wait_for_threads(folder: Path, number: int) -> None:
    """Waits until so many threads of the site are kept."""
    wait_for(lambda: len(list(folder.glob("gate-*"))) >= number, f"{number} threads are kept")


def wait_for_status(site: Site, path: str, status: int) -> Reply:
    """Asks until it is answered so; each time for something else, so that no answer is kept."""
    end = time.monotonic() + 30
    for number in count():
        reply = site.ask(f"{path}{'&' if '?' in path else '?'}n={number}")
        if reply.status == status:
            break
        assert time.monotonic() < end, reply.status
        time.sleep(0.05)
    return reply


def test_articles_and_searches_are_answered_while_all_heavy_threads_are_kept(archive: Path) -> None:
    keep_page(archive, "http://e.my399.com/news/2024-05-01/1.html", "<p>x</p>")
    (archive / "media").mkdir()
    (archive / "media" / PICTURE_NAME).write_bytes(PICTURE)
    heavy = [
        "/search.csv?q=snow&hold={}",
        "/captures/1/page?hold={}",
        f"/search?q={'snow+OR+' * (LONG // 8)}ice&hold={{}}",
    ]
    with holding(archive) as (site, hold):
        held = [hold(path.format(at)) for at in range(1, 4) for path in heavy]
        wait_for_threads(archive.parent, POOLS["heavy"].threads)
        assert wait_for_status(site, "/search.csv", 503).headers["Retry-After"]
        for path in (
            "/articles/harbin-today:4",
            "/",
            "/status",
            "/captures/1",
            f"/media/{PICTURE_NAME}",
            "/search?q=snow",
        ):
            assert site.ask(path).status == 200, path
    assert {each.result().status for each in held} <= {200, 503, 504}


@pytest.mark.parametrize(("path", "query", "command"), [
    ("/search", [("q", "snow ice"), ("section", "news"), ("page", "2")],
     "harbincrawl search 'snow ice' --section news"),
    ("/x/search.csv", [("q", "$(rm)")], "harbincrawl search '$(rm)'"),
    ("/search", [("q", "x" * 1000)], "harbincrawl search"),
])  # fmt: skip
def test_what_takes_too_long_names_the_command_that_has_no_limit(
    path: str, query: list[tuple[str, str]], command: str
) -> None:
    assert write_command(path, MultiDict(query)) == command


def open_slow(site: Site, path: str) -> socket.socket:
    """A client that has asked, and hardly takes anything."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", site.port))
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    return sock


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    body = "snow " + "words of a long text " * 2_000
    return build_archive(
        tmp_path_factory.mktemp("large") / "archive", [{"number": at, "body": body} for at in range(1, 100)]
    )


@pytest.mark.parametrize("clients", sample([20, 300], 2))
def test_slow_readers_of_pages_hold_no_thread(large: Path, clients: int) -> None:
    paths = ("/articles/harbin-today:4", "/search?q=snow", "/articles/harbin-today:5.json")
    with running(large) as site, ExitStack() as stack:
        for at in range(clients):
            sock = stack.enter_context(closing(open_slow(site, paths[at % 3])))
            assert sock.recv(12) == b"HTTP/1.1 200"
        for path in ("/articles/harbin-today:6", "/search?q=words", "/search.atom", "/", "/search.csv?until=2000"):
            assert site.ask(path).status == 200, path


@pytest.mark.attack
def test_connections_that_ask_nothing_or_letter_by_letter_hold_up_nobody(archive: Path) -> None:
    # A start that found few open files allowed: it asks for as many as it may have.
    prelude = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
"""
    with running(archive, prelude=prelude) as site, ExitStack() as stack:
        for at in range(300):
            sock = stack.enter_context(closing(socket.create_connection(("127.0.0.1", site.port))))
            if at % 2:
                sock.sendall(b"GET / HT")
        begin = time.monotonic()
        assert site.ask("/articles/harbin-today:4").status == 200
        assert time.monotonic() - begin < 3


@pytest.mark.parametrize("path", OF_POOLS.values())
def test_a_pool_that_is_full_says_when_to_come_again(archive: Path, path: str) -> None:
    keep_page(archive, "http://e.my399.com/news/2024-05-01/1.html", "<p>x</p>")
    prelude = """
import harbincrawl.serve.pools as pools
for name, pool in pools.POOLS.items():
    pools.POOLS[name] = pool._replace(threads=1)
"""
    with holding(archive, prelude) as (site, hold):
        held = hold(f"{path}{'&' if '?' in path else '?'}hold=1")
        wait_for_threads(archive.parent, 1)
        assert wait_for_status(site, path, 503).headers["Retry-After"]
    assert held.result().status in (200, 504)
