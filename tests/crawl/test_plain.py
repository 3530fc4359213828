"""`scrapy crawl`: its exit code is that of the run (docs/operate.md); where it is 0, 3 or 130, of a new process."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from harbincrawl.archive.database.lock import hold
from tests.support.crawling import ask
from tests.support.forge import PATIENCE, forge
from tests.support.gates import hold_articles
from tests.support.twin import Fault, Twin, make_twin, serve

ROOT = Path(__file__).parents[2]
PLAIN = f"""
import scrapy.cmdline
os.chdir({str(ROOT)!r})
main = lambda words: scrapy.cmdline.execute(["scrapy", *words])
"""
"""Makes a forked process that of Scrapy's command."""


@pytest.fixture
def twin() -> Twin:
    return make_twin(92, 12, sections=("news",))


def command(archive: Path, url: str) -> list[str]:
    told = [sys.executable, "-m", "scrapy", "crawl", "harbin_today", "-s", "DOWNLOAD_DELAY=0"]
    return [*told, "-a", f"archive={archive}", "-a", f"site_url={url}"]


def run(told: list[str], prelude: str = "") -> tuple[int, str]:
    """Exit code and stderr of such a command, in a process that is forked."""
    code, _, words = forge().start(told[3:], f"{PLAIN}\n{prelude}").wait()
    return code, words


def test_failed_pages_end_it_with_3(tmp_path: Path, twin: Twin) -> None:
    twin.faults[twin.listing("news")[3].path] = Fault("home")
    with serve(twin) as server:
        done = subprocess.run(command(tmp_path, server.url), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "harbincrawl: exit code 3: 1 address failed, the first is http://e.my399.com" in done.stderr
    assert ask(tmp_path, "SELECT outcome, exit_code FROM runs") == [("complete", 3)]


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("section=news", 'no spider argument "section"; did you mean "sections"? Known ones: archive, sections, '),
        ("site-url=x", 'no spider argument "site-url"; did you mean "site_url"?'),
        ("zzz=1", 'no spider argument "zzz". Known ones: '),
        ("full=maybe", "full=maybe: expected 1 or 0."),
        ("limit=x", "a spider argument makes no sense: "),
        ("since=soon", "'soon' is not a date: expected "),
        ("recheck=often", "recheck=often: expected all, due or none."),
        ("site_url=nonsense", "--site-url 'nonsense': expected an origin such as "),
    ],
)
def test_an_argument_that_makes_no_sense_ends_it_with_2(tmp_path: Path, argument: str, words: str) -> None:
    code, said = run([*command(tmp_path / "archive", "http://127.0.0.1:9"), "-a", argument])
    assert code == 2, said
    (line,) = said.splitlines()
    assert line.startswith(f"harbincrawl: {words}")
    assert list(tmp_path.iterdir()) == []


def test_the_environment_names_its_archive_as_for_the_other_command(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server:
        told = [word for word in command(tmp_path, server.url) if not word.startswith("archive=")]
        told.remove("-a")
        assert run(told, f"os.environ['HARBINCRAWL_ARCHIVE'] = {str(tmp_path / 'named')!r}")[0] == 0
    assert ask(tmp_path / "named", "SELECT count(*) FROM articles") == [(12,)]


def test_a_site_that_cannot_be_reached_ends_it_with_6(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        code, words = run(command(tmp_path, f"http://127.0.0.1:{closed.getsockname()[1]}"))
    assert code == 6, words
    assert ask(tmp_path, "SELECT outcome, exit_code FROM runs") == [("failed", 6)]


def test_an_archive_that_another_holds_ends_it_with_5(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server, hold(tmp_path, "another"):
        code, words = run(command(tmp_path, server.url))
    assert code == 5, words
    assert not server.requests


def test_an_interrupt_ends_it_with_130(tmp_path: Path, twin: Twin) -> None:
    gate = hold_articles(twin, 3)
    with (
        serve(twin) as server,
        subprocess.Popen(command(tmp_path, server.url), cwd=ROOT, stderr=subprocess.PIPE, text=True) as process,
    ):
        try:
            gate.wait()
            process.send_signal(signal.SIGINT)
            gate.open()
            _, words = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert process.returncode == 130, words
    assert ask(tmp_path, "SELECT outcome, exit_code FROM runs") == [("interrupted", 130)]


def test_it_names_the_contact_of_the_settings_unless_the_command_line_names_another_agent(
    tmp_path: Path, twin: Twin
) -> None:
    (tmp_path / "config.toml").write_text('contact = "news@example.org"\n')
    with serve(twin) as server:
        assert run(command(tmp_path, server.url))[0] == 0
        assert "news@example.org" in server.requests[-1].headers["user-agent"]
        assert run([*command(tmp_path, server.url), "-s", "USER_AGENT=another/1"])[0] == 0
    assert server.requests[-1].headers["user-agent"] == "another/1"
