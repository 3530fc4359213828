"""`status`: tables for people, one document for programs, an exit code for probes."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import open_writer
from harbincrawl.cli.main import main
from harbincrawl.text import time_text
from tests.support.archives import build_archive
from tests.support.runs import end_run, start_run

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULE = {"rule": "field-source", "ok": True, "value": 0.9, "bound": 0.7, "sentence": "90% have a source"}


def run_status(archive: Path, *words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "status", *words])
    assert isinstance(ended.value.code, int)
    return ended.value.code


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


def test_it_tells_runs_sections_and_health(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_run(archive)
    assert run_status(archive) == 0
    said = capsys.readouterr().out
    for part in (": 1 article, ", "complete", "list page 2 cannot be read", "field-source", "90% have a source", "█"):
        assert part in said


def test_the_document_holds_floors_totals_gaps_and_rules(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_run(archive)
    run_status(archive, "--json")
    found = json.loads(capsys.readouterr().out)
    (section,) = found["sections"]
    assert (section["floor"], section["total_records"], section["gap"], section["walk"]) == (1, 5, 1, "partial")
    assert found["runs"][0]["new"] == 3
    rule, gaps, unread = found["health"]["rules"]
    assert (unread["rule"], unread["ok"]) == ("unread", None)
    assert rule == {**RULE, "run": 1, "history": [0.9]}
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
def test_its_exit_code_is_that_of_a_probe(archive: Path, told: list[tuple[int, bool | None]], code: int) -> None:
    for ended, ok in told:
        add_run(archive, ended, ok=ok)
    add_run(archive, 7, kind="ingest")
    assert run_status(archive, "--json") == code


def test_a_run_that_died_is_told_though_no_other_came_after(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_writer(archive)) as connection:
        start_run(connection, "crawl", NOW, {}, {})
    assert run_status(archive) == 3
    assert "aborted" in capsys.readouterr().out
    with lock.hold(archive, "crawl"):
        assert run_status(archive) == 0
    assert "crawl 1 has been running for" in capsys.readouterr().out


def test_quiet_prints_nothing_but_why_the_exit_code_is_3(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def ask_quietly() -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["-q", "--archive", str(archive), "status"])
        assert isinstance(ended.value.code, int)
        return ended.value.code, *capsys.readouterr()

    add_run(archive)
    assert ask_quietly() == (0, "", "")
    add_run(archive, 3, reasons=["2 addresses failed, the first is x"])
    assert ask_quietly() == (3, "", "harbincrawl: exit code 3: run 2: 2 addresses failed, the first is x\n")
    add_run(archive, 7, error="the disk\x1b[31m is gone")
    assert ask_quietly() == (3, "", "harbincrawl: exit code 3: run 3 ended with exit code 7: the disk[31m is gone\n")
    add_run(archive, 3, ok=False, reasons=["field-source: 90% have a source"])
    assert ask_quietly() == (3, "", "harbincrawl: exit code 3: field-source: 90% have a source (run 4)\n")


def test_watching_ends_with_the_crawl(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_run(archive)
    assert run_status(archive, "--watch", "--json") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_unaccounted_lines_are_those_of_the_last_run_that_met_any(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "http://e.my399.com/news/2020-09-23/5370.html"
    wording = {"kind": "line", "text": "Views: 203 \x1b[31m", "pages": 9, "example": url}
    add_run(archive, unaccounted={"pages": 12, "sections": {"news": 12}, "wordings": [wording]})
    add_run(archive, unaccounted={"pages": 0, "sections": {}, "wordings": []})
    run_status(archive, "--json")
    found = json.loads(capsys.readouterr().out)["unaccounted"]
    assert (found["kind"], found["pages"], found["wordings"]) == ("crawl", 12, [wording])
    run_status(archive)
    out = capsys.readouterr().out
    assert f"unaccounted lines (run {found['run']}: news 12)" in out
    assert f"12 pages with unaccounted lines: harbincrawl explain {url}" in out
    assert "  9 of them: Views: 203 [31m" in out
    add_run(archive, kind="reparse", unaccounted={"pages": 0, "sections": {}, "wordings": []})
    run_status(archive, "--json")
    assert json.loads(capsys.readouterr().out)["unaccounted"] is None, "all articles were read again"


def test_a_crawl_that_ended_too_long_ago_is_amiss(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_status(archive, "--max-age", "2d") == 3
    assert "no crawl has ended well yet" in capsys.readouterr().out
    add_run(archive)
    days = (datetime.now(UTC) - NOW).days
    assert run_status(archive) == run_status(archive, "--max-age", f"{days + 2}d") == 0
    capsys.readouterr()
    assert run_status(archive, "--max-age", f"{days - 2}d", "--json") == 3
    assert json.loads(capsys.readouterr().out)["reasons"] == [f"no crawl ended well for {days} days"]
    assert run_status(archive, "--max-age", f"{days - 2}d", "--watch", "--json") == 3
    for wrong in ("2", "2y", "0d", "-1d", "soon"):
        assert run_status(archive, f"--max-age={wrong}") == 2


def test_a_timer_that_died_shows_by_the_clock_alone(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        add_run(archive)
    with closing(open_writer(archive)) as connection:
        connection.execute("DELETE FROM walks")
        for run in range(2, 6):
            started = time_text(NOW + timedelta(days=run))
            connection.execute("UPDATE runs SET started = ?, ended = ? WHERE run = ?", (started, started, run))
            connection.execute("INSERT INTO walks VALUES (?, 'news', 'to-floor', 1, 5, 5, 0, NULL)", (run,))
    assert run_status(archive, "--json") == 3
    state = json.loads(capsys.readouterr().out)
    assert state["health"]["broken"] == ["unread"]
    days = (datetime.now(UTC) - NOW - timedelta(days=5)).days
    assert state["reasons"] == [f"unread: news: not read for {days} days, every 1 day before (run 5)"]
    (archive / "config.toml").write_text('[health]\nignore = ["unread"]\n')
    assert run_status(archive) == 0
