"""`scrapy crawl`: its exit code is that of the run (docs/operate.md); where it is 0, 3 or 130, of a new process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harbincrawl.archive.database.lock import hold
from tests.support.crawling import ask, crawl, kept
from tests.support.forge import PATIENCE
from tests.support.gates import hold_articles
from tests.support.scrapy_commands import ROOT, crawl_words, fork_scrapy, run_scrapy
from tests.support.twin import Fault, Twin, make_twin, serve


@pytest.fixture
def twin() -> Twin:
    return make_twin(92, 12, sections=("news",))


def test_it_makes_the_same_archive(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server:
        ended = run_scrapy(*crawl_words(tmp_path / "plain", server.url))
        crawl(tmp_path / "ours", server)
    assert ended.code == 0, ended.words
    assert "no gap" in ended.words
    assert kept(tmp_path / "plain") == kept(tmp_path / "ours")
    assert ask(tmp_path / "plain", "SELECT outcome, exit_code FROM runs") == [("complete", 0)]


def test_failed_pages_end_it_with_3(tmp_path: Path, twin: Twin) -> None:
    twin.faults[twin.listing("news")[3].path] = Fault("home")
    with serve(twin) as server:
        ended = fork_scrapy(*crawl_words(tmp_path, server.url))
    assert ended.code == 3
    assert "harbincrawl: exit code 3: 1 address failed, the first is http://e.my399.com" in ended.words
    assert ask(tmp_path, "SELECT outcome, exit_code FROM runs") == [("complete", 3)]


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("section=news", 'no spider argument "section"; did you mean "sections"? Known ones: archive, sections, '),
        ("zzz=1", 'no spider argument "zzz". Known ones: '),
        ("full=maybe", "full=maybe: expected 1 or 0."),
        ("limit=x", "a spider argument makes no sense: "),
        ("since=soon", "'soon' is not a date: expected "),
        ("recheck=often", "recheck=often: expected all, due or none."),
        ("site_url=nonsense", "--site-url 'nonsense': expected an origin such as "),
    ],
)
def test_an_argument_that_makes_no_sense_ends_it_with_2(tmp_path: Path, argument: str, words: str) -> None:
    ended = fork_scrapy(*crawl_words(tmp_path / "archive", "http://127.0.0.1:9"), "-a", argument)
    assert ended.code == 2, ended.words
    (line,) = ended.words.splitlines()
    assert line.startswith(f"harbincrawl: {words}")
    assert list(tmp_path.iterdir()) == []


def test_a_site_that_cannot_be_reached_ends_it_with_6(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server:
        pass
    ended = fork_scrapy(*crawl_words(tmp_path, server.url))
    assert ended.code == 6, ended.words
    assert ask(tmp_path, "SELECT outcome, exit_code FROM runs") == [("failed", 6)]


def test_an_archive_that_another_holds_ends_it_with_5(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server, hold(tmp_path, "another"):
        ended = fork_scrapy(*crawl_words(tmp_path, server.url))
    assert (ended.code, server.requests) == (5, [])


def test_an_interrupt_ends_it_with_130(tmp_path: Path, twin: Twin) -> None:
    gate = hold_articles(twin, 3)
    with serve(twin) as server:
        words = [sys.executable, "-m", "scrapy", *crawl_words(tmp_path, server.url)]
        with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            try:
                gate.wait()
                process.send_signal(signal.SIGINT)
                gate.open()
                _, said = process.communicate(timeout=PATIENCE)
            finally:
                process.kill()
    assert process.returncode == 130, said
    assert ask(tmp_path, "SELECT outcome, exit_code FROM runs") == [("interrupted", 130)]


def test_environment_and_config_name_archive_and_contact_and_the_command_line_another_agent(
    tmp_path: Path, twin: Twin
) -> None:
    (tmp_path / "config.toml").write_text('contact = "news@example.org"\n')
    with serve(twin) as server:
        words = [word for word in crawl_words(tmp_path, server.url) if not word.startswith("archive=")]
        words.remove("-a")
        named = {"HARBINCRAWL_ARCHIVE": str(tmp_path)}
        assert fork_scrapy(*words, environment=named).code == 0
        assert "news@example.org" in server.requests[-1].headers["user-agent"]
        assert fork_scrapy(*words, "-s", "USER_AGENT=another/1", environment=named).code == 0
    assert server.requests[-1].headers["user-agent"] == "another/1"
    assert ask(tmp_path, "SELECT count(*) FROM articles") == [(12,)]
