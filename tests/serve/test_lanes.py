"""Nobody waits for others: threads of its own for each kind of question, an answer in time, slow clients make way."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from harbincrawl.serve import readers
from harbincrawl.serve.app import _ROUTES, LONG
from harbincrawl.serve.readers import LANES, BusyError, Lane, LaneName, LateError, Reader, Readers
from tests.support.archives import build_archive
from tests.support.families import sample
from tests.support.forge import wait_for
from tests.support.web_site import PICTURE, PICTURE_NAME, Reply, Site, keep_page, running

HOLD = """
import pathlib, threading, time
import harbincrawl.serve.readers as readers
for name, lane in readers.LANES.items():
    readers.LANES[name] = lane._replace(waiting=0)
import harbincrawl.serve.app as app
def hold(page, visit):
    if "hold" in visit.query:
        pathlib.Path(f"{gate}-{{threading.get_ident()}}").touch()
    while "hold" in visit.query and not pathlib.Path("{gate}").exists():
        time.sleep(0.02)
    return page(visit)
app._ROUTES = tuple((path, forms, lane, app.partial(hold, page)) for path, forms, lane, page in app._ROUTES)
"""
"""A question with the parameter `hold` keeps its thread until there is a file; none waits for a thread."""
OF_LANES: dict[LaneName, str] = {
    "pages": "/articles/harbin-today:4", "searches": "/search?q=snow", "heavy": "/concordance?q=snow",
    "captures": "/captures/1", "feeds": "/feed.atom",
}  # fmt: skip


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


def test_every_address_has_a_lane_and_what_reads_much_is_not_with_articles() -> None:
    lanes = {(path, form): lane for path, forms, lane, _ in _ROUTES for form in forms}
    assert set(lanes.values()) == set(LANES)
    assert {lanes[path, "html"] for path in ("/", "/articles/{id}", "/media/{name}", "/status")} == {"pages"}
    assert lanes["/search", "html"] == lanes["/search", "json"] == "searches"
    assert lanes["/concordance", "html"] == lanes["/keywords", "json"] == "heavy"
    assert lanes["/feed", "atom"] == lanes["/watches/{name}", "atom"] == lanes["/search", "csv"] == "feeds"
    assert lanes["/captures/{number}", "html"] == "captures"


@pytest.mark.parametrize("full", LANES)
def test_a_lane_that_is_full_holds_up_no_other(archive: Path, full: LaneName) -> None:
    async def ask_all(asked: Readers) -> list[object]:
        gate = threading.Event()
        try:
            held = [
                asyncio.ensure_future(asked.ask(partial(wait, gate), 1, full)) for _ in range(LANES[full].threads + 3)
            ]
            others = [asked.ask(lambda reader: reader.state, 1, lane) for lane in LANES if lane != full]
            answers = await asyncio.wait_for(asyncio.gather(*others), 4)
            assert not any(each.done() for each in held)
        finally:
            gate.set()
        return [*answers, *await asyncio.gather(*held)]

    with asking(archive) as asked:
        answers = asyncio.run(ask_all(asked))
    assert answers == [1] * (len(LANES) - 1) + ["waited"] * (LANES[full].threads + 3)


def test_more_than_a_lane_may_hold_is_refused_and_taken_again_later(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(readers.LANES, "searches", Lane(2, 3))

    async def ask_all(asked: Readers) -> None:
        gate = threading.Event()
        held = [asyncio.ensure_future(asked.ask(partial(wait, gate), 1, "searches")) for _ in range(5)]
        await asyncio.sleep(0)
        for _ in range(3):
            with pytest.raises(BusyError):
                await asked.ask(partial(wait, gate), 1, "searches")
        gate.set()
        assert await asyncio.gather(*held) == ["waited"] * 5
        assert await asked.ask(lambda reader: reader.state, 1, "searches") == 1

    with asking(archive) as asked:
        asyncio.run(ask_all(asked))


def test_a_question_has_its_answer_in_time_whatever_its_thread_does(archive: Path) -> None:
    async def ask_all(asked: Readers) -> None:
        gate = threading.Event()
        begin = time.monotonic()
        threads = LANES["searches"].threads
        running = [asyncio.ensure_future(asked.ask(partial(wait, gate), 1, "searches")) for _ in range(threads)]
        waiting = asyncio.ensure_future(asked.ask(partial(wait, gate), 1, "searches"))
        found = await asyncio.gather(*running, waiting, return_exceptions=True)
        # Its own slowness is named as such; who only waited may come again.
        assert [type(each) for each in found] == [LateError] * threads + [BusyError]
        assert time.monotonic() - begin < 3
        gate.set()
        # Threads that were given up work again.
        assert await asked.ask(lambda reader: reader.state, 1, "searches") == 1

    with asking(archive, 0.5) as asked:
        asyncio.run(ask_all(asked))


def test_a_question_that_had_to_wait_for_most_of_its_time_is_not_called_too_long(archive: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    async def ask_all(asked: Readers) -> list[type]:
        busy = [asked.ask(lambda _: time.sleep(0.7), 1, "heavy")]
        late = asked.ask(lambda reader: reader.connection.execute(endless).fetchone(), 1, "heavy")
        found = await asyncio.gather(*busy, late, return_exceptions=True)
        alone = await asyncio.gather(
            asked.ask(lambda reader: reader.connection.execute(endless).fetchone(), 1, "heavy"), return_exceptions=True
        )
        return [type(each) for each in (*found, *alone)]

    with asking(archive, 1) as asked:
        assert asyncio.run(ask_all(asked)) == [type(None), BusyError, LateError]


def test_what_reads_a_record_is_waited_for_but_nobody_waits_behind_it(archive: Path) -> None:
    async def ask_all(asked: Readers) -> None:
        gate = threading.Event()
        threads = LANES["captures"].threads
        reading = [asyncio.ensure_future(asked.ask(partial(wait, gate), 1, "captures")) for _ in range(threads)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await asked.ask(lambda reader: reader.state, 1, "captures")
        gate.set()
        assert await asyncio.gather(*reading) == ["waited"] * threads

    with asking(archive, 0.4) as asked:
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


def test_articles_pictures_and_feeds_are_answered_while_all_searches_wait(archive: Path) -> None:
    keep_page(archive, "http://e.my399.com/news/2024-05-01/1.html", "<p>x</p>")
    (archive / "media").mkdir()
    (archive / "media" / PICTURE_NAME).write_bytes(PICTURE)
    paths = [
        "/search?q=snow&hold={}",
        "/trends?q=snow&hold={}",
        "/concordance?q=snow&hold={}",
        "/keywords?since=2020&hold={}",
    ]
    with holding(archive) as (site, hold):
        held = [hold(path.format(at)) for at in range(1, 4) for path in paths]
        wait_for_threads(archive.parent, LANES["searches"].threads + LANES["heavy"].threads)
        assert wait_for_status(site, "/search?q=snow", 503).headers["Retry-After"]
        for path in (
            "/articles/harbin-today:4", "/", "/status", "/captures/1", f"/media/{PICTURE_NAME}", "/feed.atom",
            "/search.csv",
        ):  # fmt: skip
            assert site.ask(path).status == 200, path
    assert {each.result().status for each in held} <= {200, 503, 504}


def test_searches_of_very_many_words_hold_up_none_of_a_few(archive: Path) -> None:
    with holding(archive) as (site, hold):
        held = [hold(f"/search?q={'snow+OR+' * (LONG // 8)}ice&hold={at}") for at in range(1, 6)]
        wait_for_threads(archive.parent, LANES["heavy"].threads)
        assert wait_for_status(site, "/concordance?q=snow", 503)
        assert site.ask("/search?q=snow").status == 200
    assert {each.result().status for each in held} <= {200, 503, 504}


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


def judging(seconds: float) -> str:
    """Clients are judged after so many seconds."""
    return (
        "import harbincrawl.serve.downloads as downloads\n"
        f"downloads.SECONDS, downloads.PORTION, downloads._BUFFER = {seconds}, 1 << 15, 1 << 14\n"
    )


def test_a_download_that_nobody_takes_makes_way_for_one_that_somebody_does(large: Path) -> None:
    with running(large, prelude=judging(1)) as site, ExitStack() as stack:
        held = [stack.enter_context(closing(open_slow(site, "/search.jsonl"))) for _ in range(4)]
        for sock in held:
            assert sock.recv(12) == b"HTTP/1.1 200"
        assert wait_for_status(site, "/search.jsonl", 200).body.count(b"\n") == 99
        # One of them made way, and cannot take what it has for the whole.
        assert sorted(map(is_whole, held)) == [False, True, True, True]


def is_whole(sock: socket.socket) -> bool:
    """Whether a client that goes on at last gets all of a download."""
    last = b""
    with suppress(ConnectionError):
        while part := sock.recv(1 << 16):
            last = (last + part)[-5:]
    return last == b"0\r\n\r\n"


def test_who_takes_a_download_steadily_keeps_the_place(large: Path) -> None:
    with running(large, prelude=judging(1)) as site, ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        is_over = threading.Event()

        def take() -> int:
            received = 0
            with closing(open_slow(site, "/search.jsonl")) as sock:
                while part := sock.recv(1 << 13):
                    received += len(part)
                    is_over.wait(0.01)
            return received

        steady = pool.submit(take)
        held = [stack.enter_context(closing(open_slow(site, "/search.jsonl"))) for _ in range(3)]
        for sock in held:
            assert sock.recv(12) == b"HTTP/1.1 200"
        wait_for_status(site, "/search.jsonl", 200)
        is_over.set()
        assert steady.result() > 99 * 40_000


@pytest.mark.parametrize("clients", sample([20, 300], 2))
def test_slow_readers_of_pages_hold_no_thread(large: Path, clients: int) -> None:
    paths = ("/articles/harbin-today:4", "/search?q=snow", "/articles/harbin-today:5.json")
    with running(large) as site, ExitStack() as stack:
        for at in range(clients):
            sock = stack.enter_context(closing(open_slow(site, paths[at % 3])))
            assert sock.recv(12) == b"HTTP/1.1 200"
        for path in ("/articles/harbin-today:6", "/search?q=words", "/feed.atom", "/", "/search.csv?until=2000"):
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


@pytest.mark.parametrize("path", OF_LANES.values())
def test_a_lane_that_is_full_says_when_to_come_again(archive: Path, path: str) -> None:
    keep_page(archive, "http://e.my399.com/news/2024-05-01/1.html", "<p>x</p>")
    prelude = """
import harbincrawl.serve.readers as readers
for name, lane in readers.LANES.items():
    readers.LANES[name] = lane._replace(threads=1)
"""
    with holding(archive, prelude) as (site, hold):
        held = hold(f"{path}{'&' if '?' in path else '?'}hold=1")
        wait_for_threads(archive.parent, 1)
        assert wait_for_status(site, path, 503).headers["Retry-After"]
    assert held.result().status in (200, 504)
