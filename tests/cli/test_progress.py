"""What long commands show on a terminal: bars that are gone when they are done, long results through the pager."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.archives import build_archive
from tests.support.crawling import NEWS_AND_GALLERY, command, crawl, crawl_command
from tests.support.families import sample
from tests.support.terminal import run_on_terminal
from tests.support.twin import make_twin, serve

ERASE_LINE = "\x1b[2K"


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
    sample([(("export", "{folder}/a.csv"), "export"), (("verify",), "verify"), (("reparse",), "reparse")]),
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


def test_a_quiet_command_has_none(crawled: tuple[Path, str]) -> None:
    archive, _ = crawled
    assert run_on_terminal(command(archive, "-q", "verify")) == (0, "")


@pytest.mark.attack
def test_without_a_terminal_a_line_now_and_then_says_how_far_a_crawl_is(tmp_path: Path) -> None:
    twin = make_twin(3, 12, sections=("news", "gallery"))
    with serve(twin) as server:
        prelude = "import harbincrawl.cli.output as shown\nshown.EVERY = 0.0\n"
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


METROS = [{"number": number, "title": f"Metro {number}"} for number in range(1, 31)]


def write_pager(path: Path, script: str) -> Path:
    """A program that does what the shell's `script` says."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_what_is_longer_than_the_screen_goes_through_the_pager_with_its_notes_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", str(write_pager(tmp_path / "pager", "echo begin; cat; echo end")))
    archive = build_archive(tmp_path / "archive", METROS)
    search = command(archive, "search", "metro", "--sort", "oldest")
    code, written = run_on_terminal(search)
    lines = written.replace("\r", "").splitlines()
    assert (code, lines[0]) == (0, "begin")
    assert lines[-3:] == ["end", "1\u201320 of 30", "more: --page 2"]
    assert "begin" not in run_on_terminal([*search, "--limit", "2"])[1]
    assert "begin" not in run_on_terminal(command(archive, "status"))[1]
