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

from click.testing import CliRunner

from harbincrawl.archive.database.connection import FILE
from harbincrawl.cli.main import cli
from tests.support.crawling import Crawl, ask, crawl, start_crawl
from tests.support.forge import wait_for
from tests.support.receiver import Receiver
from tests.support.twin import Fault, Server, Twin, changes, make_twin, serve
from tests.support.twin.site import TwinAnswer

_ARTICLE = re.compile(r"/\d{4}-\d\d-\d\d/\d+")
_BYLINE = re.compile(r"By\b[^<>]{0,80}\([^<>()]*\)")


def lose_bylines(page: str) -> str:
    return _BYLINE.sub("", page)


class MovingTwin(Twin):
    """A twin whose article pages below `below` go through `layout` before they are served."""

    layout: Callable[[str], str] | None = None
    below = "/"

    def answer(self, path: str, now: datetime) -> TwinAnswer:
        found = super().answer(path, now)
        if self.layout is None or found.status != 200 or not _ARTICLE.search(path) or not path.startswith(self.below):
            return found
        headers = {name: value for name, value in found.headers.items() if name not in ("ETag", "Last-Modified")}
        page = self.layout(found.body.decode("utf-8", "surrogateescape"))
        return replace(found, body=page.encode("utf-8", "surrogateescape"), headers=headers)


@contextmanager
def moving_site(count: int = 60) -> Iterator[tuple[MovingTwin, Server]]:
    twin = make_twin(11, count, sections=("news", "government"), skins=("tables", "html5"))
    twin.__class__ = MovingTwin
    assert isinstance(twin, MovingTwin)
    twin.layout = None
    with serve(twin) as server:
        yield twin, server


def read_all(archive: Path, server: Server, code: int | None = 0) -> Crawl:
    return crawl(archive, server, "--all", "--recheck", "all", code=code)


def status(archive: Path) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(cli, ["--archive", str(archive), "status", "--json"], standalone_mode=False)
    return int(done.return_value), json.loads(done.output)


def test_a_layout_that_moves_is_named_and_its_recovery_noticed(tmp_path: Path) -> None:
    with moving_site() as (twin, server):
        assert read_all(tmp_path, server).report["health"]["ok"]
        twin.layout = lose_bylines
        run = read_all(tmp_path, server, 3)
        assert run.report["health"]["broken"] == ["field-source", "unaccounted"]
        assert "health: field-source: government: 0 of" in run.words
        assert status(tmp_path)[0] == 3
        assert status(tmp_path)[1]["health"]["broken"] == ["field-source", "unaccounted"]
        # Nothing is read in between: what is not known to be well again still stands.
        assert crawl(tmp_path, server, "--all").report["health"]["broken"] == []
        assert status(tmp_path)[0] == 3
        twin.layout = None
        assert read_all(tmp_path, server).report["health"]["broken"] == []
        code, found = status(tmp_path)
    assert (code, found["health"]["broken"]) == (0, [])
    source = next(each for each in found["health"]["rules"] if each["rule"] == "field-source")
    assert [round(value, 1) if value is not None else None for value in source["history"]][1] == 0.0


def test_switch_and_metrics_hear_of_start_failure_and_success(tmp_path: Path) -> None:
    receiver = Receiver()
    archive, metrics = tmp_path / "archive", tmp_path / "harbin.prom"
    twin = make_twin(3, 16, sections=("news",))
    words = ["--notify", f"{receiver.url}/uuid", "--notify", f"webhook+{receiver.url}/hook", "--metrics", str(metrics)]
    try:
        with serve(twin) as server:
            twin.faults[twin.listing("news")[0].path] = Fault("500")
            crawl(archive, server, *words, "--log-file", str(tmp_path / "log"), code=3)
            twin.faults.clear()
            crawl(archive, server, *words)
            crawl(archive, server, *words)
    finally:
        receiver.close()
    asked = [(path, query.get("rid", [""])[0]) for path, query, _ in receiver.got]
    first, second, third = asked[0][1], asked[3][1], asked[6][1]
    assert len({first, second, third}) == 3
    assert asked == [
        ("/uuid/start", first), ("/uuid/fail", first), ("/hook", ""),
        ("/uuid/start", second), ("/uuid", second), ("/hook", ""),
        ("/uuid/start", third), ("/uuid", third),
    ]  # fmt: skip
    events = [json.loads(body)["event"] for path, _, body in receiver.got if path == "/hook"]
    assert events == ["broke", "recovered"]
    assert "harbincrawl_run 3\n" in metrics.read_text()
    logged = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [each["message"].split(":")[0] for each in logged] == ["run 1 begins", "failed", "run 1 ends"]
    told = [row[0] for row in ask(archive, "SELECT arguments || coalesce(report, '') FROM runs")]
    assert not any("uuid" in each for each in told), "whoever knows the address can speak in our name"


def test_a_crawl_that_cannot_begin_is_told(tmp_path: Path) -> None:
    receiver = Receiver()
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to look at" * 100)
    try:
        run = crawl(tmp_path, "http://127.0.0.1:9", "--notify", f"{receiver.url}/uuid", code=7)
    finally:
        receiver.close()
    assert [path for path, _, _ in receiver.got] == ["/uuid/fail"]
    assert run.report == {}


def test_a_killed_crawl_is_told_by_the_next(tmp_path: Path) -> None:
    twin = make_twin(5, 40, sections=("news",))
    for story in twin.listing("news")[4:]:
        twin.faults[story.path] = Fault("slow", seconds=0.2)
    with serve(twin) as server:
        process = start_crawl(tmp_path, server)
        wait_for(lambda: (tmp_path / FILE).exists() and ask(tmp_path, "SELECT count(*) FROM runs") == [(1,)], "a run")
        wait_for(lambda: len(server.requests) > 8, "some pages")
        code, found = status(tmp_path)
        assert (code, found["running"]["run"]) == (0, 1)
        process.send(signal.SIGKILL)
        process.wait()
        code, found = status(tmp_path)
        assert (code, found["running"], found["runs"][0]["outcome"]) == (3, None, "aborted")
        twin.faults.clear()
        run = crawl(tmp_path, server)
    assert run.report["aborted"] == [1]
    assert "run 1 was killed before the end" in run.words
    assert [each["outcome"] for each in status(tmp_path)[1]["runs"]] == ["complete", "aborted"]


def test_a_list_that_is_empty_for_a_day_is_named_and_its_recovery_noticed(tmp_path: Path) -> None:
    twin = make_twin(3, 30, sections=("news", "government"))
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
        twin.faults["/news/"] = Fault("empty")
        assert crawl(tmp_path, server, "--all", code=3).report["health"]["broken"] == ["listing-lines"]
        assert status(tmp_path)[0] == 3
        twin.faults.clear()
        crawl(tmp_path, server, "--all")
        assert status(tmp_path)[0] == 0


def test_quiet_days_of_the_twin_raise_no_alarm(tmp_path: Path) -> None:
    twin = make_twin(13, 60)
    with serve(twin) as server:
        for day in range(6):
            run = crawl(tmp_path, server, "--all", code=None)
            assert run.report["health"]["broken"] == []
            changes.add(twin, (0, 1, 12, 2, 0, 3)[day])
            changes.pass_days(twin)
