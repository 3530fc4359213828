"""Global options wherever they stand, and what an unknown command was meant to be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harbincrawl.cli.main import COMMANDS
from tests.support.archives import build_archive

Run = Callable[..., tuple[int, str, str]]
ABOUT = "  1  2024-05-01 · Harbin Today · chinadaily.com.cn\n"
IDS = ["harbin-today:1", "harbin-today:2"]


@pytest.fixture
def run(tmp_path: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    build_archive(tmp_path / "a", [{"number": 1, "title": "lion"}, {"number": 2, "title": "lion q v"}])
    monkeypatch.chdir(tmp_path)
    return harbincrawl


@pytest.mark.parametrize(
    "words",
    [
        ("--archive", "a", "search", "lion", "--count"),
        ("search", "--archive", "a", "lion", "--count"),
        ("search", "lion", "--count", "--archive=a"),
        ("--archive", "none", "search", "lion", "--archive", "a", "--count"),
    ],
)
def test_the_archive_may_stand_anywhere(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words) == (0, "2\n", "")


def test_behind_a_query_short_options_count_as_before_it(run: Run) -> None:
    for quiet in ("-q", "--quiet"):
        assert run("search", "--archive", "a", "lion", quiet, "--limit", "1") == (0, "*lion*\n" + ABOUT, "")
    assert run("search", "-h") == run("search", "--help")
    assert run("search", "--archive", "a", "lion", "-v", "--format", "ids", "-x")[1].split() == IDS
    assert run("search", "--archive", "a", "lion", "--", "-q", "--format", "ids")[0] == 9
    assert run("status", "-q", "--archive", "a")[0] in (0, 3)


def test_groups_and_their_commands_take_them_too(run: Run) -> None:
    for words in (("watch", "--archive", "a", "list"), ("watch", "list", "--archive", "a")):
        assert run(*words)[2].startswith("no saved searches")
    assert run("watch", "list", "--archive", "a", "-q") == (9, "", "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("searchx", "lion"), "harbincrawl: No such command 'searchx'; did you mean 'search'?"),
        (("watch", "ad"), "No such command 'ad'; did you mean 'add'?"),
        (("watch", "removex"), "did you mean 'remove'?"),
        (("sites", "checkx"), "did you mean 'check'?"),
        (("search", "lion", "--archive"), "Option '--archive' requires an argument."),
        (("search", "lion", "--since"), "Option '--since' requires an argument."),
        (("xyz\x1b[31m",), "No such command"),
        (("search", "lion", "--colour", "never"), "No such option '--colour'"),
    ],
)
def test_what_is_not_there_is_2_with_the_nearest(run: Run, words: tuple[str, ...], told: str) -> None:
    code, out, said = run(*words)
    assert (code, out) == (2, "")
    assert told in said


def test_the_help_fits_a_screen_and_says_which_archive_is_in_use(run: Run) -> None:
    code, out, said = run("--help")
    lines = out.splitlines()
    assert (code, said) == (0, "")
    assert len(lines) <= 56 and max(len(line) for line in lines if "Archive in use" not in line) <= 80
    assert f"Archive in use: {Path.cwd()}/archive (not there yet)" in lines
    assert lines[-1] == "New here? harbincrawl demo"
    assert f"Archive in use: {Path.cwd()}/a" in run("--archive", "a", "--help")[1].splitlines()
    assert all(f"\n  {name} " in out for name in COMMANDS)
