"""`show --at` as it is called."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.archives import build_archive
from tests.support.hostile_archives import STEERING

Run = Callable[..., Any]
ARTICLES: list[dict[str, Any]] = [
    {"number": 5, "title": f"Snow {STEERING} falls", "body": "Trains stand.", "revision": 3, "created": "2020-01-05",
     "last_changed": "2024-06-12T08:00:00Z"},
    {"number": 6, "title": "Ice", "section_path": "culture", "revision": 2, "source": None, "body": "Cold."},
    {"number": 7, "title": "Owl", "last_seen": "2025-01-01T00:00:00Z"},
    {"number": 8, "title": "Otter"},
]  # fmt: skip
REVISIONS: list[dict[str, Any]] = [
    {"number": 5, "revision": 1, "title": f"Metro {STEERING} opens", "body": "Trains run.", "updated": "2020-01-05",
     "source": "chinadaily.com.cn", "replaced": "2024-06-11T08:00:00Z"},
    {"number": 5, "revision": 2, "title": "=1+1", "body": "Trains stand.", "updated": "2020-01-05",
     "source": "chinadaily.com.cn", "seen": "2024-06-11T08:00:00Z", "replaced": "2024-06-12T08:00:00Z"},
    {"number": 6, "revision": 1, "title": "Ice", "body": "Cold.", "updated": "2024-04-30", "cause": "rescue"},
]  # fmt: skip
FIRST = "2024-06-01T08:00:00Z"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_archive(tmp_path_factory.mktemp("wordings") / "archive", ARTICLES, revisions=REVISIONS)


@pytest.fixture
def run(archive: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "80")
    return partial(harbincrawl, "--archive", archive)


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
