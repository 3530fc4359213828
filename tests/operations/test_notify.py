"""Words about a run: the switch hears every run by its id, the others of a change, and nothing ever fails a crawl."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.saved import make_search, save_search
from harbincrawl.archive.user import change_user
from harbincrawl.config.schema import Notify
from harbincrawl.operations import notify
from harbincrawl.operations.notify import Notice, Notifier, list_targets, tell_news
from tests.support.archives import add_article, build_archive
from tests.support.crawling import crawl, execute
from tests.support.listening import Receiver
from tests.support.twin import changes, make_twin, serve

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def notice(good: bool, was_good: bool) -> Notice:
    return Notice(good, was_good, {"event": "recovered" if good else "broke", "run": 7, "summary": "run 7: words"})


def make(targets: list[str], warned: list[str] | None = None, **more: Any) -> Notifier:
    warn = (warned if warned is not None else []).append
    return Notifier(list_targets(Notify(tuple(targets), **more)), warn=warn, pause=0.0)


@pytest.mark.parametrize(("good", "last"), [(True, "/ping/abc"), (False, "/ping/abc/fail")])
def test_a_switch_hears_start_and_end_of_every_run_under_one_id(receiver: Receiver, good: bool, last: str) -> None:
    notifier = make([f"{receiver.url}/ping/abc?create=1"])
    notifier.start("run 7 begins")
    notifier.end(notice(good, True))
    (start, asked, begun), (end, again, said) = receiver.got
    assert (start, end) == ("/ping/abc/start", last)
    assert asked == again == {"create": ["1"], "rid": [notifier.run_id]}
    assert (begun, said) == ("run 7 begins", "run 7: words")


@pytest.mark.parametrize(
    ("good", "was_good", "event"),
    [
        (True, True, None),
        (False, True, "broke"),
        (False, False, None),
        (True, False, "recovered"),
    ],
)
def test_a_webhook_and_a_command_hear_of_a_change_only(
    receiver: Receiver, tmp_path: Path, good: bool, was_good: bool, event: str | None
) -> None:
    heard = tmp_path / "heard $HOME"
    notifier = make([f"webhook+{receiver.url}/hook"], command=("tee", str(heard)))
    notifier.start("run 7 begins")
    notifier.end(notice(good, was_good))
    documents = [json.loads(body) for _, _, body in receiver.got]
    documents += [json.loads(heard.read_text())] if heard.exists() else []
    told = {"event": event, "run": 7, "summary": "run 7: words", "run_id": notifier.run_id}
    assert documents == ([] if event is None else [told, told])


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("false",), "ended with exit code 1"),
        (("/nowhere/at-all",), "cannot be run: No such file or directory"),
        (("sh", "-c", "sleep 60 & sleep 60"), "did not end within 0.3 seconds"),
        (("a\0b",), "cannot be run: ValueError"),
    ],
)
def test_a_command_that_fails_is_told_and_ends_no_crawl(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], problem: str
) -> None:
    monkeypatch.setattr(notify, "COMMAND_TIMEOUT", 0.3)
    warned: list[str] = []
    make([], warned, command=words).end(notice(False, True))
    assert warned == [f"the command {words[0]} of notify.command {problem}"]


def test_what_cannot_be_reached_is_tried_again_told_and_forgotten(receiver: Receiver) -> None:
    receiver.status = 500
    warned: list[str] = []
    make([f"{receiver.url}/secret"], warned).end(notice(True, True))
    assert len(receiver.got) == notify.ATTEMPTS
    assert len(warned) == 1
    assert "secret" not in warned[0]
    nowhere: list[str] = []
    make(["http://127.0.0.1:9/secret", "webhook+http://127.0.0.1:9/x"], nowhere).end(notice(False, True))
    assert len(nowhere) == 2


class Server:
    """A server on this machine that says the next of `answers` to each connection, byte by byte; the last for ever."""

    def __init__(self, *answers: bytes, endless: bytes = b"") -> None:
        self.heard: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._speak, args=(answers, endless), daemon=True).start()

    def _speak(self, answers: Sequence[bytes], endless: bytes) -> None:
        for answer in chain(answers, repeat(answers[-1])):
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                self.heard.append(connection.recv(65536))
                connection.sendall(answer)
                while endless:
                    connection.sendall(endless)
                    time.sleep(0.01)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()


@pytest.mark.parametrize("answer", [b"rubbish\r\n\r\n", b"HTTP/1.1 2x0 Odd\r\n\r\n", b"", b"\x00\xff" * 99])
def test_an_answer_that_is_none_is_told_and_forgotten(answer: bytes) -> None:
    warned: list[str] = []
    with Server(answer) as server:
        make([f"http://127.0.0.1:{server.port}/ping/abcdef"], warned).end(notice(True, True))
    (said,) = warned
    assert said.startswith("could not notify http://127.0.0.1:")
    assert "abcdef" not in said and said.isprintable()


@pytest.mark.parametrize(
    ("target", "first", "endless"),
    [
        ("http://127.0.0.1:{port}/x", b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        ("http://127.0.0.1:{port}/x", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ("webhook+http://127.0.0.1:{port}/x", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"y"),
    ],
)
def test_an_answer_without_end_is_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch, target: str, first: bytes, endless: bytes
) -> None:
    monkeypatch.setattr(notify, "TIMEOUT", 0.3)
    monkeypatch.setattr(notify, "ATTEMPTS", 1)
    warned: list[str] = []
    with Server(first, endless=endless) as server:
        make([target.format(port=server.port)], warned).end(notice(True, False))
    # Without an end to the waiting, this test would have none.
    assert warned[0].endswith("no whole answer in time")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    for to in (f"{receiver.url}/there", "http://169.254.169.254/", "file:///etc/passwd"):
        warned: list[str] = []
        redirect = f"HTTP/1.1 {status} X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
        with Server(redirect.encode()) as server:
            make([f"webhook+http://127.0.0.1:{server.port}/token-1"], warned).end(notice(True, False))
            assert len(server.heard) == 1
        assert warned[0].endswith(f"HTTP {status}, a redirect")
        assert "token-1" not in warned[0]
    assert receiver.got == []


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """An archive with saved searches, under which there is something new."""
    archive = build_archive(tmp_path / "archive", [{"number": 1, "title": "metro"}])
    with closing(open_writer(archive)) as made:
        with change_user(archive) as user:
            save_search(user, make_search(made, "metro", "metro", {}, NOW))
            save_search(user, make_search(made, "news", "section:news", {}, NOW))
        for number in (2, 3, 4):
            add_article(made, number, {"number": number, "title": f"metro {number}\x1b" if number < 4 else "bus"})
        yield made


def tell(connection: sqlite3.Connection, targets: list[str]) -> list[str]:
    """Tells what is new; returns the warnings."""
    warned: list[str] = []
    tell_news(connection, make(targets, warned), find_folder(connection), 7)
    return warned


def find_folder(connection: sqlite3.Connection) -> Path:
    return Path(connection.execute("PRAGMA database_list").fetchone()[2]).parent


def told(receiver: Receiver) -> list[list[str]]:
    return [[each["event"] for each in json.loads(body)["articles"]] for _, _, body in receiver.got]


def test_a_webhook_gets_a_notice_for_each_search_with_an_id_for_each_change(
    connection: sqlite3.Connection, receiver: Receiver
) -> None:
    assert tell(connection, [f"webhook+{receiver.url}/hook", f"{receiver.url}/switch"]) == []
    assert told(receiver) == [
        ["metro:harbin-today:2:2", "metro:harbin-today:3:3"],
        ["news:harbin-today:2:2", "news:harbin-today:3:3", "news:harbin-today:4:4"],
    ]
    document = json.loads(receiver.got[0][2])
    assert {name: document[name] for name in ("event", "archive", "run", "search", "query")} == {
        "event": "news", "archive": str(find_folder(connection)), "run": 7, "search": "metro", "query": "metro",
    }  # fmt: skip
    assert document["summary"].startswith("2 articles new or changed under metro: metro\n\nmetro 2\n  2024-05-01")
    assert "\x1b" not in document["summary"]
    tell(connection, [f"webhook+{receiver.url}/hook"])
    assert len(receiver.got) == 2


def test_what_one_target_did_not_take_is_told_again_to_all(connection: sqlite3.Connection, receiver: Receiver) -> None:
    broken = Receiver()
    broken.status = 404
    targets = [f"webhook+{receiver.url}", f"webhook+{broken.url}"]
    assert len(tell(connection, targets)) == 2
    broken.status = 200
    assert tell(connection, targets) == []
    assert told(receiver)[:2] == told(receiver)[2:]
    assert told(broken)[2:] == told(receiver)[2:]
    broken.close()


def test_each_crawl_tells_what_is_new_and_a_purged_article_is_told_nowhere(tmp_path: Path, receiver: Receiver) -> None:
    archive = tmp_path / "archive"
    hook = ["--notify", f"webhook+{receiver.url}/hook", "--recheck", "all"]
    twin = make_twin(3, 6, sections=("news",))
    with serve(twin) as server:
        crawl(archive, server)
        execute(archive, "watch", "add", "all", "section:news", code=0)
        first, second, third = [line.number for line in twin.listing("news")[:3]]
        changes.edit(twin, first, "body")
        receiver.status = 404
        report = crawl(archive, server, *hook)
        assert "could not notify" in report.words
        assert report.code == 0
        receiver.got.clear()
        receiver.status = 200
        changes.edit(twin, second, "body")
        crawl(archive, server, *hook)
        (events,) = told(receiver)
        assert [event.rpartition(":")[0] for event in events] == [
            f"all:harbin-today:{each}" for each in (first, second)
        ]
        changes.edit(twin, third, "body")
        crawl(archive, server, "--recheck", "all", code=None)
        assert execute(archive, "purge", "--yes", third)[0] in (0, 3)
        crawl(archive, server, *hook, code=None)
    assert len(receiver.got) == 1
    code, printed, _ = execute(archive, "watch", "run", "--format", "ids")
    assert (code, sorted(printed.split())) == (0, sorted(f"harbin-today:{each}" for each in (first, second)))
