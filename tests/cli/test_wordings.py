"""`search --wordings` and `show --at` as they are called."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.fields import KEYS
from harbincrawl.text import display_width
from tests.cli.test_edits import ARTICLES, REVISIONS
from tests.support.archives import build_archive

Run = Callable[..., Any]
FIRST = "2024-06-01T08:00:00Z"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_archive(tmp_path_factory.mktemp("wordings") / "archive", ARTICLES, revisions=REVISIONS)


@pytest.fixture
def run(archive: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "80")
    return partial(harbincrawl, "--archive", archive)


def test_a_former_wording_is_shown_with_its_time_and_marks(run: Run) -> None:
    code, out, said = run("search", "--wordings", "metro trains")
    assert (code, said) == (0, "1\u20131 of 1 wording, of 1 article\n")
    lines = out.splitlines()
    assert lines[0].startswith("*Metro* ") and "\x1b" not in out
    about = " ".join(" ".join(lines[1:]).split())
    assert about == (
        f"5 revision 1, seen from {FIRST} to 2024-06-11T08:00:00Z · 2020-01-05 · Harbin Today · chinadaily.com.cn"
        " *Trains* run."
    )
    assert max(map(display_width, lines)) <= 80
    assert run("search", "metro trains").code == 9
    present = " ".join(run("search", "--wordings", "title:ice", "--sort", "newest").out.split())
    assert f"revision 2, seen from {FIRST} on, the present wording" in present


def test_programs_get_records_as_they_were(run: Run) -> None:
    told = json.loads(run("search", "--wordings", "trains", "--json").out)
    assert (told["total"], told["page"], told["after"]) == (3, 1, None)
    assert [list(each) for each in told["hits"]] == [[*KEYS, "seen", "replaced", "cause"]] * 3
    assert [(each["revision"], each["body"], each["cause"]) for each in told["hits"]] == [
        (3, "Trains stand.", None), (2, "Trains stand.", "crawl"), (1, "Trains run.", "crawl"),
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(run("search", "--wordings", "trains", "--csv", "--fields", "id,title").out)))
    assert list(rows[0]) == ["id", "title", "seen", "replaced", "cause"]
    assert [(row["seen"], row["replaced"]) for row in rows][1:] == [
        ("2024-06-11T08:00:00Z", "2024-06-12T08:00:00Z"), (FIRST, "2024-06-11T08:00:00Z"),
    ]  # fmt: skip
    lines = run("search", "--wordings", "trains", "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == told["hits"]
    marked = run("search", "--wordings", "title:metro", "--format", "markdown", "--highlight").out
    assert "<mark>Metro</mark>" in marked or "Metro" in marked


def test_an_article_is_named_once(run: Run) -> None:
    assert run("search", "--wordings", "trains", "--format", "ids").out == "harbin-today:5\n"
    assert run("search", "--wordings", "trains OR cold", "--format", "urls").out.count("\n") == 2


def test_wordings_are_counted_and_paged(run: Run) -> None:
    counted = run("search", "--wordings", "trains", "--count")
    assert (counted.code, counted.out, counted.err) == (0, "3\n", "3 wordings of 1 article\n")
    assert json.loads(run("search", "--wordings", "trains", "--count", "--json").out) == {"count": 3, "articles": 1}
    assert run("search", "--wordings", "zeppelin", "--count").code == 9
    pages = [run("search", "--wordings", "trains", "--limit", "2", "--page", page) for page in (1, 2, 3)]
    assert [each.code for each in pages] == [0, 0, 0]
    assert pages[0].err == "1\u20132 of 3 wordings, of 1 article\nmore: --page 2\n"
    assert "revision 1, " in pages[1].out and pages[1].err == "3\u20133 of 3 wordings, of 1 article\n"
    assert (pages[2].out, pages[2].err) == ("", "past the end: there are 3 wordings\n")
    offset = run("search", "--wordings", "trains", "--limit", "1", "--offset", "1", "--sort", "oldest")
    assert offset.err.splitlines()[1] == "more: --offset 2"
    told = json.loads(run("search", "--wordings", "--limit", "0", "--json").out)
    assert (told["total"], len(told["hits"])) == (7, 7)


def test_nothing_found_says_where_it_was_looked_for(run: Run) -> None:
    ran = run("search", "--wordings", "zeppelin")
    assert (ran.code, ran.out) == (9, "")
    assert ran.err == "nothing found, neither in present wordings nor in 3 former ones\n"


@pytest.mark.parametrize(
    "words",
    [
        ("--sort", "best"), ("--sort", "recent"), ("--facet", "year"), ("--after", "v3:x"), ("--change", "3"),
        ("--explain",),
    ],
)  # fmt: skip
def test_what_goes_without_wordings_is_refused_in_a_line(run: Run, words: tuple[str, ...]) -> None:
    ran = run("search", "--wordings", "snow", *words)
    assert (ran.code, ran.out) == (2, "")
    assert len([line for line in ran.err.splitlines() if line.startswith("harbincrawl: ")]) == 1
    assert "--wordings" in ran.err


def test_purged_articles_leave_no_wording(tmp_path: Path, harbincrawl: Run) -> None:
    own = build_archive(tmp_path / "archive", ARTICLES, revisions=REVISIONS)
    assert harbincrawl("--archive", own, "search", "--wordings", "metro", "--count").out == "1\n"
    assert harbincrawl("--archive", own, "purge", "5", "--yes").code == 0
    for query in ("metro", "trains", "title:1", ""):
        out = harbincrawl("--archive", own, "search", "--wordings", query, "--limit", "0").out
        assert "Metro" not in out and "Trains" not in out
    assert json.loads(harbincrawl("--archive", own, "edits", "--json").out)["edits"] == 1


@pytest.mark.parametrize(
    ("at", "revision"),
    [
        ("2024-06-01", 1), ("2024-06-10", 1), ("2024-06-11T07:59", 1), ("2024-06-11T08:00:00Z", 2), ("2024-06-11", 2),
        ("11 June 2024", 2), ("2024-06", 3), ("2024", 3), ("2030", 3), ("2024-06-12 07:59", 2),
    ],
)  # fmt: skip
def test_a_page_is_shown_as_of_a_time(run: Run, at: str, revision: int) -> None:
    code, out, said = run("show", "5", "--at", at)
    assert (code, said) == (0, "")
    assert (code, out, said) == run("show", "5", "--revision", revision)
    told = json.loads(run("show", "5", "--at", at, "--json").out)
    assert told["revision"] == revision
    assert f"version = {{revision {revision}}}" in run("show", "5", "--at", at, "--format", "bibtex").out


def test_the_text_says_from_when_to_when_it_was_seen_so(run: Run) -> None:
    first, second, third = (" ".join(run("show", "5", "--at", f"2024-06-{day}").out.split()) for day in (10, 11, 12))
    end = "(times of our visits, not of the site's edits)"
    assert first.endswith(f"revision 1 of 3, as first seen, from {FIRST} to 2024-06-11T08:00:00Z {end}")
    assert second.endswith(f"revision 2 of 3, as seen from 2024-06-11T08:00:00Z to 2024-06-12T08:00:00Z {end}")
    assert " on, the present one " in third


def test_a_time_that_makes_no_sense_gets_one_line(run: Run) -> None:
    before = run("show", "5", "--at", "2024-05-31")
    assert (before.code, before.out) == (9, "")
    assert before.err == f"harbincrawl: nothing tells what it said then: it was first captured {FIRST}.\n"
    for words, said in (
        (("5", "--at", "soon"), "'soon' is not a date"),
        (("5", "--at", "2024", "--revision", "1"), "--revision and --at exclude each other."),
        (("5", "--at", "2024", "--diff"), "exclude each other."),
        (("5", "6", "--at", "2024"), "--at takes one article."),
    ):
        ran = run("show", *words)
        assert (ran.code, ran.out, said in ran.err) == (2, "", True)
