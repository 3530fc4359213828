"""Exit code 3: wherever a command ends with it, one line says why, also with -q."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.operations.notify import try_target
from tests.support.archives import build_archive

Run = Callable[..., tuple[int, str, str]]
PAGE = "http://e.my399.com/news/2020-01-01/1.html"


@pytest.fixture
def run(tmp_path: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    build_archive(tmp_path / "archive", [{"number": 1, "title": "lion"}, {"number": 2, "title": "lion"}])
    (tmp_path / "page.html").write_text("<p>hello</p>")
    monkeypatch.chdir(tmp_path)
    # A target that did not take a notice is asked again at once.
    monkeypatch.setattr(try_target, "__defaults__", (0.0,))
    return partial(harbincrawl, "--archive", "archive", "-q")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("export", "a.csv", "--id", "1", "--id", "999"), "the archive has no article 999."),
        (("show", "1", "--archive", "archive", "--archive", "none"), "none: no archive in"),
        (("status", "--max-age", "1d"), "exit code 3: no crawl has gone to its end yet"),
        (("notify", "--test", "--notify", "webhook+http://127.0.0.1:9/x"), "could not notify http://127.0.0.1:9/"),
    ],
)
def test_a_line_says_why(run: Run, words: tuple[str, ...], why: str) -> None:
    code, _, said = run(*words)
    (line,) = said.splitlines()
    assert (code, line.startswith("harbincrawl: "), why in line) == (3, True, True), said


def test_of_a_page_that_is_explained_the_last_line_of_the_result_says_why(run: Run) -> None:
    code, out, said = run("explain", "page.html", "--url", PAGE)
    assert (code, out.splitlines()[-1], said) == (3, "no article: no `Updated :` line", "")


@pytest.mark.parametrize(
    "words",
    [("search", "lion"), ("search", "lion", "--json"), ("export", "a.csv"), ("export", "-"), ("stats",),
     ("status",)],
    ids=" ".join,
)  # fmt: skip
def test_a_row_that_was_left_out_is_named(run: Run, words: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(Path("archive") / FILE)) as connection, connection:
        connection.execute("UPDATE articles SET created = 'xx' WHERE id = '2'")
    code, _, said = run(*words)
    (line,) = said.splitlines()
    assert (code, "the row '2' of articles is left out" in line) == (3, True), said
