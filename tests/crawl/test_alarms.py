"""Health and alarms over whole crawls: what is named, what a target did not take, and what raises no alarm."""

from __future__ import annotations

import json
import re
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE, USER
from harbincrawl.operations.notify import read_told
from tests.support.crawling import Crawl, ask, crawl, execute, start_crawl
from tests.support.forge import wait_for
from tests.support.gates import hold_articles
from tests.support.listening import Receiver
from tests.support.twin import Fault, Server, Twin, changes, make_twin, serve
from tests.support.twin.site import TwinAnswer

AT_ONCE = """
from harbincrawl.operations.notify import Notifier
Notifier.__init__.__kwdefaults__["pause"] = 0.0
"""
"""A target that did not take a notice is asked again without a pause."""
FULL = """
import harbincrawl.operations.notify as notify
from harbincrawl.errors import NoSpaceError
def refuse(*_):
    raise NoSpaceError("no space left")
notify.change_user = refuse
"""


@pytest.fixture
def twin() -> Twin:
    return make_twin(3, 16, sections=("news",))


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    receiver = Receiver(port)
    try:
        yield receiver
    finally:
        receiver.close()


def list_events(receiver: Receiver) -> list[str]:
    return [json.loads(body)["event"] for _, _, body in receiver.got]


def break_page(twin: Twin) -> str:
    """The path of a page that is no article from now on."""
    path = twin.listing("news")[0].path
    twin.faults[path] = Fault("home")
    return path


def read_status(archive: Path) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(execute(archive, "status", "--json")[1])
    return found


def test_a_hook_that_is_down_while_a_page_begins_to_fail_hears_of_it_when_it_is_up_again(
    tmp_path: Path, twin: Twin
) -> None:
    with receiving() as free:
        port = int(free.url.rpartition(":")[2])
    hook = ("--recheck", "all", "--notify", f"webhook+http://127.0.0.1:{port}/secret")
    with serve(twin) as server:
        crawl(tmp_path, server, *hook, prelude=AT_ONCE)
        break_page(twin)
        down = crawl(tmp_path, server, *hook, code=3, prelude=AT_ONCE)
        assert "could not notify webhook+http://127.0.0.1:" in down.words
        (waiting,) = read_status(tmp_path)["notices"]
        assert waiting["target"] == f"webhook+http://127.0.0.1:{port}/…"
        assert b"secret" not in (tmp_path / USER).read_bytes() + execute(tmp_path, "status")[1].encode()
        crawl(tmp_path, server, *hook, code=3, prelude=AT_ONCE)
        assert read_status(tmp_path)["notices"] == [waiting], "it waits since it was first not taken"
        with receiving(port) as receiver:
            for _ in range(2):
                crawl(tmp_path, server, *hook, code=3, prelude=AT_ONCE)
                assert list_events(receiver) == ["broke"], "a state that stays is told once"
            assert "not-an-article" in json.loads(receiver.got[0][2])["reasons"][0]
            assert read_status(tmp_path)["notices"] == []
            twin.faults.clear()
            crawl(tmp_path, server, *hook, prelude=AT_ONCE)
            assert list_events(receiver) == ["broke", "recovered"]


@pytest.mark.attack
def test_nobody_hears_that_all_is_well_while_a_page_that_failed_is_only_not_asked(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server, receiving() as receiver:
        hook = ("--notify", f"webhook+{receiver.url}/hook")
        crawl(tmp_path, server, *hook)
        changes.add(twin, 1, "news")
        break_page(twin)
        for _ in range(3):
            crawl(tmp_path, server, *hook, code=3)
        parked = crawl(tmp_path, server, *hook)
        assert (parked.report["left"], parked.report["wanted"]) == (1, 0)
        assert list_events(receiver) == ["broke"]
        twin.faults.clear()
        crawl(tmp_path, server, "--recheck", "all", *hook)
        assert list_events(receiver) == ["broke", "recovered"]


@pytest.mark.attack
def test_a_recovery_is_told_after_an_alarm_that_a_full_disk_kept_from_being_noted(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server, receiving() as receiver:
        hook = ("--notify", f"webhook+{receiver.url}/hook", "--recheck", "all")
        crawl(tmp_path, server, *hook)
        break_page(twin)
        crawl(tmp_path, server, *hook, code=3, prelude=FULL)
        assert list_events(receiver) == ["broke"]
        twin.faults.clear()
        for _ in range(2):
            crawl(tmp_path, server, *hook)
            assert list_events(receiver) == ["broke", "recovered"]


def test_a_crawl_that_is_killed_while_it_sends_an_alarm_leaves_it_to_the_next(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server, socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        hook = ("--notify", f"webhook+http://127.0.0.1:{port}/hook")
        break_page(twin)
        process = start_crawl(tmp_path, server, *hook, prelude=AT_ONCE)
        wait_for(lambda: (tmp_path / USER).exists() and read_told(tmp_path), "the target")
        deaf.accept()[0].close()
        with deaf.accept()[0]:
            process.send(signal.SIGKILL)
            process.wait()
        deaf.close()
        with receiving(port) as receiver:
            crawl(tmp_path, server, *hook, code=3, prelude=AT_ONCE)
            assert list_events(receiver) == ["broke"]


@pytest.mark.attack
def test_a_damaged_file_of_targets_is_named_and_ends_no_crawl(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server, receiving() as receiver:
        crawl(tmp_path, server)
        (tmp_path / USER).write_bytes(b"rubbish" * 1000)
        break_page(twin)
        hook = ("--notify", f"webhook+{receiver.url}/hook")
        down = crawl(tmp_path, server, "--recheck", "all", *hook, code=3, prelude=AT_ONCE)
        assert f"{tmp_path / USER} cannot be used" in down.words
        assert list_events(receiver) == ["broke"]
    code, _, words = execute(tmp_path, "status")
    assert code == 7 and "move it away" in words


@pytest.mark.attack
def test_a_removed_page_is_no_alarm_neither_the_first_nor_the_second_time(tmp_path: Path) -> None:
    twin = make_twin(9, 40, sections=("news",))
    with serve(twin) as server, receiving() as receiver:
        hook = ("--notify", f"webhook+{receiver.url}/hook")
        crawl(tmp_path, server, *hook)
        for story in twin.listing("news")[:12]:
            changes.remove(twin, story.number)
        reports = [crawl(tmp_path, server, *hook).report for _ in range(3)]
    assert [(each["failed"], each["gone"]) for each in reports] == [(12, 0), (0, 12), (0, 0)]
    assert {each["class"] for each in reports[0]["failures"]} == {"missing"}
    assert [(each["health"]["broken"], each["reasons"]) for each in reports] == [([], [])] * 3
    assert execute(tmp_path, "status")[0] == 0
    assert receiver.got == []


_ARTICLE = re.compile(r"/\d{4}-\d\d-\d\d/\d+")
_BYLINE = re.compile(r"By\b[^<>]{0,80}\([^<>()]*\)")


class MovingTwin(Twin):
    """A twin whose article pages go through `layout` before they are served."""

    layout: Callable[[str], str] | None = None

    def answer(self, path: str, now: datetime | None = None) -> TwinAnswer:
        found = super().answer(path, now)
        if self.layout is None or found.status != 200 or not _ARTICLE.search(path):
            return found
        headers = {name: value for name, value in found.headers.items() if name not in ("ETag", "Last-Modified")}
        page = self.layout(found.body.decode("utf-8", "surrogateescape"))
        return replace(found, body=page.encode("utf-8", "surrogateescape"), headers=headers)


@contextmanager
def moving_site() -> Iterator[tuple[MovingTwin, Server]]:
    twin = make_twin(11, 60, sections=("news", "government"), skins=("tables", "html5"))
    twin.__class__ = MovingTwin
    assert isinstance(twin, MovingTwin)
    with serve(twin) as server:
        yield twin, server


def read_all(archive: Path, server: Server, code: int | None = 0) -> Crawl:
    return crawl(archive, server, "news", "government", "--recheck", "all", code=code)


def status(archive: Path) -> tuple[int, dict[str, Any]]:
    code, printed, _ = execute(archive, "status", "--json")
    return code, json.loads(printed)


@pytest.mark.attack
def test_a_layout_that_moves_is_named_and_its_recovery_noticed(tmp_path: Path) -> None:
    with moving_site() as (twin, server):
        assert read_all(tmp_path, server).report["health"]["ok"]
        twin.layout = lambda page: _BYLINE.sub("", page)
        run = read_all(tmp_path, server, 3)
        assert run.report["health"]["broken"] == ["field-source", "unaccounted"]
        assert "health: field-source: government: 0 of" in run.words
        # Nothing is read in between: what is not known to be well again still stands.
        assert crawl(tmp_path, server, "news", "government").report["health"]["broken"] == []
        code, found = status(tmp_path)
        assert (code, found["health"]["broken"]) == (3, ["field-source", "unaccounted"])
        twin.layout = None
        assert read_all(tmp_path, server).report["health"]["broken"] == []
        code, found = status(tmp_path)
    assert (code, found["health"]["broken"]) == (0, [])


def test_switch_and_metrics_hear_of_start_failure_and_success(tmp_path: Path) -> None:
    receiver = Receiver()
    archive, metrics = tmp_path / "archive", tmp_path / "harbin.prom"
    twin = make_twin(3, 16, sections=("news",))
    words = ["--notify", f"{receiver.url}/uuid", "--notify", f"webhook+{receiver.url}/hook", "--metrics", str(metrics)]
    try:
        with serve(twin) as server:
            twin.faults[twin.listing("news")[0].path] = Fault("500")
            crawl(archive, server, *words, code=3)
            twin.faults.clear()
            crawl(archive, server, *words)
            crawl(archive, server, *words)
        (archive / FILE).write_bytes(b"no database at all, but long enough to look at" * 100)
        crawl(archive, server, "--notify", f"{receiver.url}/uuid", code=7)
    finally:
        receiver.close()
    asked = [(path, query.get("rid", [""])[0]) for path, query, _ in receiver.got]
    first, second, third = asked[0][1], asked[3][1], asked[6][1]
    assert len({first, second, third}) == 3
    assert asked[:8] == [
        ("/uuid/start", first), ("/uuid/fail", first), ("/hook", ""),
        ("/uuid/start", second), ("/uuid", second), ("/hook", ""),
        ("/uuid/start", third), ("/uuid", third),
    ]  # fmt: skip
    assert [path for path, _ in asked[8:]] == ["/uuid/fail"], "a crawl that cannot begin"
    events = [json.loads(body)["event"] for path, _, body in receiver.got if path == "/hook"]
    assert events == ["broke", "recovered"]
    assert "harbincrawl_run 3\n" in metrics.read_text()


def test_a_killed_crawl_is_told_by_the_next(tmp_path: Path) -> None:
    twin = make_twin(5, 24, sections=("news",))
    gate = hold_articles(twin, 4)
    with serve(twin) as server:
        process = start_crawl(tmp_path, server)
        gate.wait()
        code, found = status(tmp_path)
        assert (code, found["running"]["run"]) == (0, 1)
        process.send(signal.SIGKILL)
        process.wait()
        gate.open()
        code, found = status(tmp_path)
        assert (code, found["running"], found["runs"][0]["outcome"]) == (3, None, "aborted")
        run = crawl(tmp_path, server)
    assert run.report["aborted"] == [1]
    assert "run 1 was killed before the end" in run.words
    assert ask(tmp_path, "SELECT outcome FROM runs ORDER BY run") == [("aborted",), ("complete",)]


@pytest.mark.attack
def test_a_list_that_is_empty_for_a_day_is_named_and_its_recovery_noticed(tmp_path: Path) -> None:
    twin = make_twin(3, 30, sections=("news", "government"))
    with serve(twin) as server:
        crawl(tmp_path, server, "news", "government")
        twin.faults["/news/"] = Fault("empty")
        assert crawl(tmp_path, server, "news", code=3).report["health"]["broken"] == ["listing-lines"]
        assert status(tmp_path)[0] == 3
        twin.faults.clear()
        crawl(tmp_path, server, "news", "government")
        assert status(tmp_path)[0] == 0
