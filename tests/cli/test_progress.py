"""Bars of long commands: shown on a terminal, gone when they are done, and never anywhere else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.crawling import NEWS_AND_GALLERY, ask, command, crawl, crawl_command
from tests.support.terminal import run_on_terminal
from tests.support.twin import make_twin, serve

ERASE_LINE = "\x1b[2K"
EACH_STEP = """
from rich.progress import Progress
for name in ("update", "reset"):
    act = getattr(Progress, name)
    def show(bar, *given, act=act, **named):
        act(bar, *given, **named)
        bar.refresh()
    setattr(Progress, name, show)
"""


def command_behind(prelude: str, archive: Path, *words: str) -> list[str]:
    """A command of a process that does `prelude` first."""
    program = f"{prelude}\nfrom harbincrawl.cli.main import main\nmain()"
    return [sys.executable, "-c", program, "--archive", str(archive), *words]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An archive, and what its crawl wrote to a terminal."""
    archive = tmp_path_factory.mktemp("crawled") / "archive"
    twin = make_twin(61, 12, sections=("news",))
    with serve(twin) as server:
        code, text = run_on_terminal(crawl_command(archive, server.url))
    assert code == 0, text
    return archive, text


def test_a_crawl_shows_what_it_reads_how_far_it_is_and_what_came_of_it(crawled: tuple[Path, str]) -> None:
    _, text = crawled
    assert re.search(r"crawl: articles, \d+ new, 0 changed, 0 failed .* \d+/12", text)
    *_, behind = text.split(ERASE_LINE)
    assert "12 new" in behind and "/12" not in behind, "the bar gives way to the summary"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("verify",), "verify"),
        (("reparse",), "reparse"),
        (("export", "{folder}/a.csv"), "export"),
    ],
)
def test_a_long_command_has_a_bar_on_a_terminal_only(
    crawled: tuple[Path, str], tmp_path: Path, words: tuple[str, ...], what: str
) -> None:
    archive, _ = crawled
    told = command(archive, *(word.format(folder=tmp_path) for word in words))
    code, screen = run_on_terminal(told)
    assert code == 0, screen
    piped = subprocess.run(told, capture_output=True, text=True, check=True)
    bar = re.compile(rf"{what}\b.* \d+/\d+")
    assert bar.search(screen)
    assert not bar.search(piped.stdout + piped.stderr)
    assert "\x1b" not in piped.stdout + piped.stderr


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("verify",), (r"verify: harbin\S*\.warc\.gz .*[\d.]+/[\d.]+ MB", r"verify: list pages .*\d+/\d+ ")),
        (("backup", "{folder}/backup"), (r"backup: warc/harbin\S*\.warc\.gz .*\d+/\d+ ",)),
        (("ingest", "{archive}/warc/{name}"), (r"ingest: harbin\S*\.warc\.gz .*([\d.]+)/\1 MB",)),
        (("purge", "--yes", "{number}"), (r"purge: harbin\S*\.warc\.gz .*([\d.]+)/\1 MB",)),
    ],
    ids=lambda each: each[0],
)
def test_a_bar_shows_bytes_as_megabytes_and_names_what_is_read(
    crawled: tuple[Path, str], tmp_path: Path, words: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    archive = shutil.copytree(crawled[0], tmp_path / "archive")
    ((name, number),) = ask(
        archive, "SELECT warc, a.id FROM articles AS a JOIN captures AS c ON c.id = capture LIMIT 1"
    )
    given = {"folder": tmp_path, "archive": archive, "name": name, "number": number}
    # Each step of a short command is shown, however soon the next one comes.
    code, screen = run_on_terminal(command_behind(EACH_STEP, archive, *(word.format(**given) for word in words)))
    assert code in (0, 3), screen
    for each in shown:
        assert re.search(each, screen), screen
    assert "0/?" not in screen


def test_a_bar_is_there_when_the_work_begins_and_not_before(crawled: tuple[Path, str]) -> None:
    code, screen = run_on_terminal(command(crawled[0], "export", "articles.pages"))
    assert (code, "━" in screen, "export " in screen) == (2, False, False), screen


def test_without_a_terminal_a_line_now_and_then_says_the_same(crawled: tuple[Path, str]) -> None:
    prelude = "import harbincrawl.cli.output.stream as shown\nshown.EVERY = 0.0"
    words = command_behind(prelude, crawled[0], "verify")
    piped = subprocess.run(words, capture_output=True, text=True, check=True).stderr.splitlines()
    assert re.match(r"verify: harbin\S*\.warc\.gz, 0\.0 of [\d.]+ MB$", piped[0])
    assert "verify: list pages, 2 of 2" in piped
    assert not subprocess.run(command(crawled[0], "verify"), capture_output=True, text=True, check=True).stderr


def test_a_quiet_command_has_none(crawled: tuple[Path, str]) -> None:
    archive, _ = crawled
    assert run_on_terminal(command(archive, "-q", "verify")) == (0, "")


def test_without_a_terminal_a_line_now_and_then_says_how_far_a_crawl_is(tmp_path: Path) -> None:
    twin = make_twin(3, 12, sections=("news", "gallery"))
    with serve(twin) as server:
        prelude = "import harbincrawl.cli.output.stream as shown\nshown.EVERY = 0.0\n"
        run = crawl(tmp_path, server, *NEWS_AND_GALLERY, "--images", prelude=prelude)
    lines = run.words.splitlines()
    assert re.match(r"crawl: list pages, news, \d+ listed, 0 new, 0 changed, 0 failed, 1$", lines[0])
    counts = {
        what: re.findall(rf"^crawl: {what}, .*, (\d+) of (\d+)$", run.words, re.MULTILINE)
        for what in ("articles", "pictures")
    }
    pictures = run.report["images"]["wanted"]
    assert pictures > 12
    for what, total in (("articles", run.report["wanted"]), ("pictures", pictures)):
        done = [int(each) for each, _ in counts[what]]
        assert done == sorted(done) and done[-1] == total, what
        assert {int(of) for _, of in counts[what]} == {total}, what
