"""What goes wrong at archives of others: turned away, cut, lied to, killed. What is stored stays."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.fetch.stop import Stop
from tests.rescue.test_rescue import verify
from tests.support.forge import Running, forge
from tests.support.other_archives import serve_face
from tests.support.rescue_cases import check_wordings, make_past, run_rescue, small_past

HTML = (200, [("Content-Type", "text/html")], b"<html><body>We are sorry, something went wrong.</body></html>")
BUSY = (429, [("Retry-After", "60")], b"Too many requests")
DOWN = (503, [], b"Service unavailable")
BROKEN = (500, [], b"oops")
CUT_JSON = (200, [], b'[["urlkey","timestamp","original"],["com,my399,e)/","2024')


KILL_AT_COMMIT = """
import os, harbincrawl.reread.intake as intake, harbincrawl.reread.writer as writer
from contextlib import contextmanager
intake._BATCH = 5
transaction, left = writer.RecordWriter.transaction, [{at}]
@contextmanager
def commit_and_die(self):
    with transaction(self):
        yield
        left[0] -= 1
        if not {after} and left[0] == 0:
            os.kill(os.getpid(), 9)
    if left[0] == 0:
        os.kill(os.getpid(), 9)
writer.RecordWriter.transaction = commit_and_die
"""


SHORT_WAITS = "import harbincrawl.rescue.manners as manners\nmanners._LOCAL = 1e-5\n"


def start_rescue(archive: Path, url: str, *more: str, prelude: str = "") -> Running:
    words = ["--archive", str(archive), "rescue", "--api", f"{url}/cdx/search/cdx", "--replay", f"{url}/web/"]
    return forge().start([*words, "--workers", "1", "--json", *more], prelude)


def test_what_fails_is_asked_for_again_in_the_next_run_and_nothing_is_lost(tmp_path: Path) -> None:
    past = make_past(stories=10, rounds=2)
    past.face.faults["cdx"] = [BUSY, HTML, CUT_JSON, DOWN]
    past.face.faults["web"] = [BUSY, BUSY, DOWN, BROKEN, "cut", "drop", HTML, BUSY]
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
        assert (report.exit_code, report.failed["other"]) == (3, 2)
        assert run_rescue(tmp_path, url).fetched == report.failed.total()
    check_wordings(tmp_path, past)
    verify(tmp_path)


def test_turned_away_for_hours_it_ends_with_6_says_how_to_go_on_and_keeps_what_it_has(tmp_path: Path) -> None:
    past = make_past(stories=6, rounds=1)

    def turn_away(_: str) -> None:
        if len(past.face.pages) > 5:
            past.face.faults["web"] = [BUSY]

    past.face.on_request = turn_away
    with serve_face(past.face) as url:
        code, printed, said = start_rescue(tmp_path, url, prelude=SHORT_WAITS).wait()
        report = json.loads(printed)
        assert (code, report["exit_code"], report["outcome"], report["fetched"]) == (6, 6, "failed", 5)
        assert "HTTP 429" in said and "run it again later" in said
        assert report["pages"] + report["lists"] == 5 and report["left"] > 0
        past.face.on_request = None
        past.face.faults["web"] = []
        assert start_rescue(tmp_path, url).wait()[0] == 0
    check_wordings(tmp_path, past)
    verify(tmp_path)


@pytest.mark.parametrize("answer", [HTML, CUT_JSON, (400, [], b"bad"), (200, [], b'[["a"],["b"]]')])
def test_a_list_that_cannot_be_read_ends_it_with_6_in_one_line(tmp_path: Path, answer: object) -> None:
    past = small_past()
    past.face.faults["cdx"] = [answer] * 4  # type: ignore[list-item]
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
    assert (report.exit_code, report.outcome) == (6, "failed")
    assert "the list of captures at" in str(report.error)


def contents(archive: Path) -> list[object]:
    """All that two archives of one past must have in common, whatever killed them on the way."""
    with closing(sqlite3.connect(archive / FILE)) as connection:
        return [
            connection.execute(sql).fetchall()
            for sql in (
                "SELECT number, url, title, updated, body, summary, first_seen, last_seen, last_changed, revision,"
                " status, fingerprint FROM articles ORDER BY 1",
                "SELECT number, revision, title, body, seen, replaced, cause, fingerprint FROM revisions ORDER BY 1, 2",
                "SELECT c.address, c.fetched_at, c.status, c.digest, c.body_hash, c.source, f.address, f.fetched_at"
                " FROM captures AS c LEFT JOIN captures AS f ON f.id = c.first_page ORDER BY 1, 2, 7, 8",
                "SELECT number, original, kind FROM duplicates ORDER BY 1",
                "SELECT number, position, url, caption, credit FROM images ORDER BY 1, 2",
            )
        ]


def test_killed_at_many_places_and_run_again_it_makes_the_same_archive(tmp_path: Path) -> None:
    past = make_past(stories=4, rounds=3)
    whole = tmp_path / "whole"
    with serve_face(past.face) as url:
        run_rescue(whole, url)
        once = len(past.face.asked)
        past.face.asked.clear()
        dice = random.Random(3)
        running: list[Running] = []
        killed: list[int] = []
        at = [0]

        def kill(_: str) -> None:
            at[0] -= 1
            if at[0] == 0:
                killed.append(len(running))
                running[-1].send(signal.SIGKILL)

        past.face.on_request = kill
        for _ in range(7):
            at[0] = dice.randint(2, max(3, once // 3))
            running.append(start_rescue(tmp_path / "killed", url))
            if running[-1].wait()[0] == 0:
                break
        past.face.on_request = None
        run_rescue(tmp_path / "killed", url)
    assert len(killed) >= 5
    assert contents(tmp_path / "killed") == contents(whole)
    check_wordings(tmp_path / "killed", past)
    verify(tmp_path / "killed")
    assert not list((tmp_path / "killed" / "warc").glob("*.open"))


@pytest.mark.attack
def test_killed_around_each_of_its_commits_it_makes_the_same_archive(tmp_path: Path) -> None:
    past = make_past(stories=3, rounds=2)
    codes = []
    with serve_face(past.face) as url:
        run_rescue(tmp_path / "whole", url)
        for at in range(1, 5):
            prelude = KILL_AT_COMMIT.format(at=at, after=at % 2)
            codes.append(start_rescue(tmp_path / "killed", url, prelude=prelude).wait()[0])
        run_rescue(tmp_path / "killed", url)
    assert codes.count(-signal.SIGKILL) >= 3
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
    check_wordings(tmp_path / "killed", past)
    verify(tmp_path / "killed")


def test_an_interrupt_ends_it_well_and_again_goes_on(tmp_path: Path) -> None:
    past = make_past(stories=10, rounds=2)
    stop = Stop(tmp_path)
    past.face.on_request = lambda _: stop.interrupt() if len(past.face.pages) == 9 else None
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url, stop=stop)
        assert (report.exit_code, report.outcome, report.fetched) == (130, "interrupted", 9)
        past.face.on_request = None
        run_rescue(tmp_path, url)
        assert past.face.count_repeated() == {}
    check_wordings(tmp_path, past)
    verify(tmp_path)
