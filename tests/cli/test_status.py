"""`status`: tables for people, one document for programs, an exit code for probes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import open_writer
from tests.support.archives import build_archive
from tests.support.runs import end_run, start_run

Status = Callable[..., Any]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULE = {"rule": "field-source", "ok": True, "value": 0.9, "bound": 0.7, "sentence": "90% have a source"}


def add_run(archive: Path, code: int = 0, *, ok: bool | None = True, kind: str = "crawl", **more: Any) -> None:
    broken = ["field-source"] if ok is False else []
    health = {"ok": not broken, "broken": broken, "rules": [RULE | {"ok": ok}]}
    counts: dict[str, Any] = dict.fromkeys(("new", "changed", "same", "duplicate", "failed", "gone", "left"), 0)
    report = counts | {"new": 3, "requests": 9, "seconds": 1.5, "health": health} | more
    with closing(open_writer(archive)) as connection:
        run = start_run(connection, kind, NOW, {}, {})
        for wording in more.get("unaccounted", {}).get("wordings", ()):
            pages = [f"http://e.my399.com/news/2020-09-23/{5370 + at}.html" for at in range(wording["pages"])]
            rows = [(run, page, wording["kind"], wording["text"]) for page in pages]
            connection.executemany("INSERT INTO unaccounted(run, address, kind, text) VALUES (?, ?, ?, ?)", rows)
        end_run(connection, run, NOW, "complete", code, report)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = build_archive(tmp_path / "archive", [{"body": "Words."}])
    with closing(open_writer(folder)) as connection:
        connection.execute("INSERT INTO sections(path, floor, total) VALUES ('news', 1, 5)")
        connection.execute("INSERT INTO walks VALUES (1, 'news', 'partial', 1, 5, 4, 1, 'list page 2 cannot be read')")
    return folder


@pytest.fixture
def status(archive: Path, harbincrawl: Status) -> Status:
    return partial(harbincrawl, "--archive", archive, "status")


def test_the_document_holds_floors_totals_gaps_and_rules(archive: Path, status: Status) -> None:
    add_run(archive)
    found = json.loads(status("--json").out)
    (section,) = found["sections"]
    assert (section["floor"], section["total_records"], section["gap"], section["walk"]) == (1, 5, 1, "partial")
    assert found["runs"][0]["new"] == 3
    rule, gaps = found["health"]["rules"]
    assert rule == {**RULE, "run": 1}
    assert (gaps["rule"], gaps["ok"], gaps["sentence"]) == (
        "list-gap",
        True,
        "news: the site counts 5, its pages show 4",
    )
    assert found["exit_code"] == 0


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ([], 0),
        ([(0, True)], 0),
        ([(3, True)], 3),
        ([(7, True)], 3),
        ([(130, True)], 3),
        ([(130, True), (0, True)], 0),
        ([(3, False), (0, None)], 3),
        ([(3, False), (0, True)], 0),
    ],
)
def test_its_exit_code_is_that_of_a_probe(
    archive: Path, status: Status, told: list[tuple[int, bool | None]], code: int
) -> None:
    for ended, ok in told:
        add_run(archive, ended, ok=ok)
    add_run(archive, 7, kind="ingest")
    assert status("--json").code == code


def test_a_run_that_died_is_told_though_no_other_came_after(archive: Path, status: Status) -> None:
    with closing(open_writer(archive)) as connection:
        start_run(connection, "crawl", NOW, {}, {})
    ran = status()
    assert (ran.code, "aborted" in ran.out) == (3, True)
    with lock.hold(archive, "crawl"):
        ran = status()
    assert (ran.code, "crawl 1 has been running for" in ran.out) == (0, True)


def test_quiet_prints_nothing_but_why_the_exit_code_is_3(archive: Path, status: Status) -> None:
    add_run(archive)
    assert status("-q") == (0, "", "")
    add_run(archive, 3, reasons=["2 addresses failed, the first is x"])
    assert status("-q") == (3, "", "harbincrawl: exit code 3: run 2: 2 addresses failed, the first is x\n")
    add_run(archive, 7, error="the disk\x1b[31m is gone")
    assert status("-q") == (3, "", "harbincrawl: exit code 3: run 3 ended with exit code 7: the disk[31m is gone\n")
    add_run(archive, 3, ok=False, reasons=["field-source: 90% have a source"])
    assert status("-q") == (3, "", "harbincrawl: exit code 3: field-source: 90% have a source (run 4)\n")


def test_unaccounted_lines_are_those_of_the_last_run_that_met_any(archive: Path, status: Status) -> None:
    url = "http://e.my399.com/news/2020-09-23/5370.html"
    wording = {"kind": "line", "text": "Views: 203 \x1b[31m", "pages": 9, "example": url}
    add_run(archive, unaccounted={"pages": 12, "sections": {"news": 12}, "wordings": [wording]})
    add_run(archive, unaccounted={"pages": 0, "sections": {}, "wordings": []})
    found = json.loads(status("--json").out)["unaccounted"]
    assert (found["kind"], found["pages"], found["wordings"]) == ("crawl", 12, [wording])
    out = status().out
    assert f"unaccounted lines (run {found['run']}: news 12)" in out
    assert f"12 pages with unaccounted lines: harbincrawl explain {url}" in out
    assert "  9 of them: Views: 203 [31m" in out
    add_run(archive, kind="reparse", unaccounted={"pages": 0, "sections": {}, "wordings": []})
    assert json.loads(status("--json").out)["unaccounted"] is None, "all articles were read again"


def test_a_crawl_that_ended_too_long_ago_is_amiss(archive: Path, status: Status) -> None:
    ran = status("--max-age", "2d")
    assert (ran.code, "no crawl has gone to its end yet" in ran.out) == (3, True)
    add_run(archive)
    days = (datetime.now(UTC) - NOW).days
    assert status().code == status("--max-age", f"{days + 2}d").code == 0
    ran = status("--max-age", f"{days - 2}d", "--json")
    assert ran.code == 3
    assert json.loads(ran.out)["reasons"] == [
        f"no crawl went to its end for {(datetime.now(UTC) - NOW) / timedelta(days=1):.1f} days"
    ]
    for wrong in ("2", "2y", "0d", "-1d", "soon"):
        assert status(f"--max-age={wrong}").code == 2
