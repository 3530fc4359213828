"""Health over whole crawls: a layout that moves is named and its recovery noticed; quiet days raise no alarm."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE
from tests.support.crawling import Crawl, ask, crawl, execute, start_crawl
from tests.support.gates import hold_articles
from tests.support.listening import Receiver
from tests.support.twin import Fault, Server, Twin, make_twin, serve
from tests.support.twin.site import TwinAnswer

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
