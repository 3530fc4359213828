"""Alarms over whole crawls: what a target did not take is told again; a page that the site removed raises none."""

from __future__ import annotations

import json
import re
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from harbincrawl.archive.database.connection import USER
from harbincrawl.cli.main import cli
from harbincrawl.errors import DatabaseError
from harbincrawl.operations.notify import read_told
from tests.support.crawling import crawl, start_crawl
from tests.support.forge import forge, wait_for
from tests.support.receiver import Receiver
from tests.support.twin import Fault, changes, make_twin, serve

AT_ONCE = """
from harbincrawl.operations.notify import Notifier
Notifier.__init__.__kwdefaults__["pause"] = 0.0
"""
"""A target that did not take a notice is asked again without a pause."""


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    receiver = Receiver(port)
    try:
        yield receiver
    finally:
        receiver.close()


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def list_events(receiver: Receiver) -> list[str]:
    return [json.loads(body)["event"] for _, _, body in receiver.got]


def status(archive: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["--archive", str(archive), *words, "status"], standalone_mode=False)
    return int(done.return_value), done.stdout, done.stderr


def read_status(archive: Path) -> Mapping[str, Any]:
    done = CliRunner().invoke(cli, ["--archive", str(archive), "status", "--json"], standalone_mode=False)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_hook_that_is_down_while_a_page_begins_to_fail_hears_of_it_when_it_is_up_again(tmp_path: Path) -> None:
    twin = make_twin(3, 16, sections=("news",))
    port = find_port()
    hook = ("--notify", f"webhook+http://127.0.0.1:{port}/secret")
    with serve(twin) as server:
        crawl(tmp_path, server, *hook, prelude=AT_ONCE)
        twin.faults[twin.listing("news")[0].path] = Fault("home")
        down = crawl(tmp_path, server, "--recheck", "all", *hook, code=3, prelude=AT_ONCE)
        assert "could not notify webhook+http://127.0.0.1:" in down.words
        (waiting,) = read_status(tmp_path)["notices"]
        assert waiting["target"] == f"webhook+http://127.0.0.1:{port}/…"
        assert "a notice waits for webhook+http://127.0.0.1:" in status(tmp_path)[1]
        told = CliRunner().invoke(cli, ["--archive", str(tmp_path), "notify"], standalone_mode=False)
        assert "a notice waits for webhook+http://127.0.0.1:" in told.stdout
        assert b"secret" not in (tmp_path / USER).read_bytes() + status(tmp_path)[1].encode()
        crawl(tmp_path, server, "--recheck", "all", *hook, code=3, prelude=AT_ONCE)
        assert read_status(tmp_path)["notices"] == [waiting], "it waits since it was first not taken"
        with receiving(port) as receiver:
            crawl(tmp_path, server, "--recheck", "all", *hook, code=3, prelude=AT_ONCE)
            assert list_events(receiver) == ["broke"]
            assert "not-an-article" in json.loads(receiver.got[0][2])["reasons"][0]
            assert read_status(tmp_path)["notices"] == []
            crawl(tmp_path, server, "--recheck", "all", *hook, code=3, prelude=AT_ONCE)
            assert list_events(receiver) == ["broke"], "a state that stays is told once"
            twin.faults.clear()
            crawl(tmp_path, server, "--recheck", "all", *hook, prelude=AT_ONCE)
            assert list_events(receiver) == ["broke", "recovered"]


def test_nobody_hears_that_all_is_well_while_a_page_that_failed_is_only_not_asked(tmp_path: Path) -> None:
    twin = make_twin(3, 16, sections=("news",))
    with serve(twin) as server, receiving() as receiver:
        hook = ("--notify", f"webhook+{receiver.url}/hook")
        crawl(tmp_path, server, *hook)
        changes.add(twin, 1, "news")
        twin.faults[twin.listing("news")[0].path] = Fault("home")
        for _ in range(3):
            crawl(tmp_path, server, *hook, code=3)
        parked = crawl(tmp_path, server, *hook)
        assert (parked.report["left"], parked.report["wanted"]) == (1, 0)
        assert list_events(receiver) == ["broke"]
        twin.faults.clear()
        crawl(tmp_path, server, "--recheck", "all", *hook)
        assert list_events(receiver) == ["broke", "recovered"]


def test_a_recovery_is_told_after_an_alarm_that_a_full_disk_kept_from_being_noted(tmp_path: Path) -> None:
    twin = make_twin(3, 16, sections=("news",))
    full = """
import harbincrawl.operations.notify as notify
from harbincrawl.errors import NoSpaceError
def refuse(*_):
    raise NoSpaceError("no space left")
notify.change_user = refuse
"""
    with serve(twin) as server, receiving() as receiver:
        hook = ("--notify", f"webhook+{receiver.url}/hook", "--recheck", "all")
        crawl(tmp_path, server, *hook)
        twin.faults[twin.listing("news")[0].path] = Fault("home")
        crawl(tmp_path, server, *hook, code=3, prelude=full)
        assert list_events(receiver) == ["broke"]
        twin.faults.clear()
        for _ in range(2):
            crawl(tmp_path, server, *hook)
            assert list_events(receiver) == ["broke", "recovered"]


def test_a_crawl_that_is_killed_while_it_sends_an_alarm_leaves_it_to_the_next(tmp_path: Path) -> None:
    twin = make_twin(3, 16, sections=("news",))
    with serve(twin) as server, socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        hook = ("--notify", f"webhook+http://127.0.0.1:{port}/hook")
        twin.faults[twin.listing("news")[0].path] = Fault("home")
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


def test_a_damaged_file_of_targets_is_named_and_ends_no_crawl(tmp_path: Path) -> None:
    twin = make_twin(3, 16, sections=("news",))
    with serve(twin) as server, receiving() as receiver:
        crawl(tmp_path, server)
        (tmp_path / USER).write_bytes(b"rubbish" * 1000)
        twin.faults[twin.listing("news")[0].path] = Fault("home")
        hook = ("--notify", f"webhook+{receiver.url}/hook")
        down = crawl(tmp_path, server, "--recheck", "all", *hook, code=3, prelude=AT_ONCE)
        assert f"{tmp_path / USER} cannot be used" in down.words
        assert list_events(receiver) == ["broke"]
    done = CliRunner().invoke(cli, ["--archive", str(tmp_path), "status"], standalone_mode=False)
    assert isinstance(done.exception, DatabaseError)
    assert re.search(r"user\.db cannot be used .* or move it away", str(done.exception))


def test_a_removed_page_is_no_alarm_neither_the_first_nor_the_second_time(tmp_path: Path) -> None:
    twin = make_twin(9, 40, sections=("news",))
    with serve(twin) as server, receiving() as receiver:
        hook = ("--notify", f"webhook+{receiver.url}/hook")
        crawl(tmp_path, server, *hook, prelude=AT_ONCE)
        for story in twin.listing("news")[:12]:
            changes.remove(twin, story.number)
        first = crawl(tmp_path, server, *hook, prelude=AT_ONCE)
        assert (first.report["failed"], first.report["health"]["broken"], first.report["reasons"]) == (12, [], [])
        assert {each["class"] for each in first.report["failures"]} == {"missing"}
        assert status(tmp_path)[0] == 0
        second = crawl(tmp_path, server, *hook, prelude=AT_ONCE)
        assert (second.report["gone"], second.report["health"]["broken"], second.report["reasons"]) == (12, [], [])
        assert status(tmp_path)[0] == 0
        crawl(tmp_path, server, *hook, prelude=AT_ONCE)
    assert receiver.got == []


def test_quiet_runs_and_the_status_say_why_the_exit_code_is_3(tmp_path: Path) -> None:
    twin = make_twin(5, 24, sections=("news",))
    broken = twin.listing("news")[0]
    twin.faults[broken.path] = Fault("home")
    with serve(twin) as server:
        told = ["--archive", str(tmp_path), "--quiet", "crawl", "--site-url", server.url, "--delay", "0"]
        crawled, printed, line = forge().start(told).wait()
        code, _, words = status(tmp_path, "--quiet")
        assert (crawled, printed, code) == (3, "", 3)
        assert len(line.splitlines()) == 1
        reason = f"1 address failed, the first is http://e.my399.com{broken.path}: not-an-article: "
        assert line.startswith(f"harbincrawl: exit code 3: {reason}")
        assert words.startswith(f"harbincrawl: exit code 3: run 1: {reason}")
        assert f"exit code 3: run 1: {reason}" in status(tmp_path)[1]
        twin.faults.clear()
        assert forge().start(told).wait() == (0, "", "")
    assert status(tmp_path, "--quiet") == (0, "", "")
