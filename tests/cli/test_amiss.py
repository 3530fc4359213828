"""Exit code 3: wherever a command ends with it, one line says why, also with -q."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from harbincrawl.operations.notify import try_target
from tests.support.archives import build_archive
from tests.support.crawling import ask, change
from tests.support.purging import HELD_TWICE
from tests.support.reread_cases import response, write

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    build_archive(tmp_path / "archive", [{"number": 1, "title": "lion"}, {"number": 2, "title": "lion"}])
    (tmp_path / "page.html").write_text("<p>hello</p>")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARBINCRAWL_NOTIFY", "webhook+http://127.0.0.1:9/x")
    # A target that did not take a notice is asked again at once.
    monkeypatch.setattr(try_target, "__defaults__", (0.0,))
    return partial(harbincrawl, "--archive", "archive", "-q")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("export", "a.csv", "1", "999"), "the archive has no article 999."),
        (("status", "--max-age", "1d"), "exit code 3: no crawl has gone to its end yet"),
        (("notify", "--test"), "could not notify webhook+http://127.0.0.1:9/"),
    ],
)
def test_a_line_says_why(run: Run, words: tuple[str, ...], why: str) -> None:
    code, _, said = run(*words)
    (line,) = said.splitlines()
    assert (code, line.startswith("harbincrawl: "), why in line) == (3, True, True), said


LINE = "harbincrawl: exit code 3: "


def check_line(run: Run, words: tuple[object, ...], why: str, *, is_printed: bool) -> None:
    """With -q one line on stderr says `why`; without it, what is printed says it, and nothing twice."""
    code, out, said = run("-q", *words)
    (line,) = said.splitlines()
    assert (code, out, line.startswith(LINE), why in line) == (3, "", True, True), said
    code, out, said = run(*words)
    assert (code, (out + said).count(why)) == (3, 1), out + said
    assert (LINE in said) != is_printed


def test_an_ingest_that_cannot_read_a_page_says_which(tmp_path: Path, harbincrawl: Run) -> None:
    torn = response("http://e.my399.com/system/2024/06/20/005370.html", b"<p>hello</p>" * 99, datetime.now(UTC))
    path = write(tmp_path / "torn.warc", torn[:-200])
    run = partial(harbincrawl, "--archive", tmp_path / "archive")
    check_line(run, ("ingest", path), "1 not taken: damaged (torn.warc", is_printed=True)


def test_an_ingest_of_another_site_says_that_nothing_is_there(tmp_path: Path, harbincrawl: Run) -> None:
    path = write(tmp_path / "other.warc", response("http://other.example/", b"<p>hello</p>", datetime.now(UTC)))
    run = partial(harbincrawl, "--archive", tmp_path / "archive")
    check_line(run, ("ingest", path), "there is no page of Harbin Today in other.warc", is_printed=False)
    check_line(run, ("ingest", path, path), "there is no page of Harbin Today in 2 files", is_printed=False)


@pytest.mark.parametrize("words", [(), ("--json",)], ids=" ".join)
def test_a_purge_whose_copies_stay_names_them(archive: Path, harbincrawl: Run, words: tuple[str, ...]) -> None:
    ((original,),) = ask(archive, f"SELECT number FROM articles WHERE id = '{HELD_TWICE}'")
    ((copy, id),) = ask(archive, f"SELECT number, id FROM articles WHERE number != {original} LIMIT 1")
    change(archive, f"DELETE FROM duplicates WHERE number = {copy}")
    change(archive, f"INSERT INTO duplicates VALUES ({copy}, {original}, 1.0, 'exact')")
    code, out, said = harbincrawl("--archive", archive, "-q", "purge", "--yes", HELD_TWICE, *words)
    assert (code, bool(out)) == (3, bool(words))
    assert said == f"{LINE}copies that stay: {id}; harbincrawl purge {id} purges these, too\n"
