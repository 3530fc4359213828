"""`harbincrawl edits` as it is called: a summary, groups, rows; and where nothing changed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harbincrawl import open_archive
from harbincrawl.search.corpus.edits import EDIT_KEYS, EditGroup
from harbincrawl.text import display_width
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


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_archive(tmp_path_factory.mktemp("edits") / "archive", ARTICLES, revisions=REVISIONS)


@pytest.fixture
def run(archive: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "80")
    return partial(harbincrawl, "--archive", archive, "edits")


def test_people_get_a_summary(run: Run) -> None:
    code, out, said = run()
    assert code == 0
    lines = " ".join(out.split())
    assert lines.startswith(
        "4 articles, 3 of them seen at least twice: 2 changed (66.7%, 95% interval 20.8% to 93.9%), 3 edits brought by"
    )
    assert "crawl 2" in lines and "rescue (others' archives) 1" in lines
    assert "fields (1 edit of the date alone)" in lines
    assert "after it was first seen (median 10 days, quartiles 5 and 10.5)" in lines
    assert (
        said.startswith("an edit is what one visit shows beside the one before")
        and max(map(len, said.splitlines())) < 80
    )
    assert max(map(display_width, out.splitlines())) <= 80
    assert "\x1b" not in out + said


def test_programs_get_the_same(run: Run, archive: Path) -> None:
    told = json.loads(run("--json").out)
    assert (told["articles"], told["seen_twice"], told["changed"], told["edits"]) == (4, 3, 2, 3)
    assert (round(told["share"], 3), round(told["low"], 3), round(told["high"], 3)) == (0.667, 0.208, 0.939)
    assert told["date"] == "updated" and "groups" not in told
    assert told["causes"] == {"crawl": 2, "rescue": 1}
    assert told["times"] == {"1": 1, "2": 1}
    assert told["days_after_first_seen"] == {"edits": 3, "lower": 5, "median": 10, "upper": 10.5}
    assert {each["word"] for each in told["went"]} >= {"metro", "opens", "run"}
    rows = json.loads(run("--list", "--json").out)
    assert [list(row) for row in rows] == [list(EDIT_KEYS)] * 3
    table = list(csv.DictReader(io.StringIO(run("--csv").out)))
    assert [json.loads(row["fields"]) for row in table] == [row["fields"] for row in rows]
    lines = [json.loads(line) for line in run("--format", "jsonl").out.splitlines()]
    assert lines == rows
    with open_archive(archive) as opened:
        edits = opened.edits()
        assert [(each.id, each.revision, each.fields) for each in edits] == [
            (row["id"], row["revision"], tuple(row["fields"])) for row in rows
        ]
        assert [each.id for each in opened.edits(section="culture")] == ["harbin-today:6"]


def test_groups_are_a_table(run: Run) -> None:
    out = run("--by", "section").out
    heads, *rows = out.splitlines()[-3:]
    assert heads.split()[:4] == ["section", "articles", "seen", "twice"]
    assert rows[0].split() == ["Harbin", "Today", "3", "2", "1", "50.0", "9.5", "90.5", "2", "1,619.5"]
    assert rows[1].split() == ["culture", "1", "1", "1", "100.0", "20.7", "100.0", "1", "31.0"]
    table = list(csv.DictReader(io.StringIO(run("--by", "source", "--csv").out)))
    assert list(table[0]) == list(EditGroup._fields)
    assert [(row["value"], row["edits"]) for row in table] == [("chinadaily.com.cn", "2"), ("", "1")]
    told = json.loads(run("--by", "year", "--date", "created", "--json").out)
    assert (told["by"], told["date"]) == ("year", "created")
    assert [(each["value"], each["changed"]) for each in told["groups"]] == [("2020", 1), ("2024", 1)]
    ran = run("--by", "author", "--top", "0")
    assert "(none)" in ran.out and "--top 0" not in ran.err
    assert "1 of 2: --top 0 lists all" in run("--by", "year", "--top", "1").err


def test_a_list_has_each_edit(run: Run) -> None:
    out = run("--list").out
    assert "\x1b" not in out
    assert max(map(display_width, out.splitlines())) <= 80
    text = " ".join(out.split())
    assert "now: =1+1" in text
    assert "revision 1 to 2, seen 2024-06-11T08:00:00Z (crawl), 10 days after it was first seen: title, body;" in text
    assert "(rescue), 0 days after it was first seen: updated; 2 words, 0 removed, 0 added" in text


def test_filters_and_words_choose_the_articles(run: Run) -> None:
    assert json.loads(run("snow", "--json").out)["articles"] == 1
    assert json.loads(run("--section", "culture", "--json").out)["edits"] == 1
    assert json.loads(run("--since", "2021", "--json").out)["changed"] == 1
    assert json.loads(run("trains", "--exact", "--json").out)["changed"] == 1


def test_where_nothing_changed_it_says_of_how_many(run: Run) -> None:
    ran = run("owl")
    assert ran.code == 9
    assert " ".join(ran.out.split()) == (
        "1 article, 1 of them seen at least twice: no article changed (0.0%, 95% interval 0.0% to 79.3%)"
    )
    once = run("otter")
    assert (once.code, once.out) == (9, "1 article, 0 of them seen at least twice: no change could be seen\n")
    assert once.err == ""
    told = run("owl", "--json")
    assert (told.code, json.loads(told.out)["changed"], json.loads(told.out)["share"]) == (9, 0, 0.0)
    for words in (("--list",), ("--csv",), ("--list", "--json")):
        ran = run("owl", *words)
        assert (ran.code, ran.err) == (9, "no article changed\n")
    assert run("owl", "--list", "--json").out == "[]\n"
    none = run("zeppelin")
    assert (none.code, none.out) == (9, "")
    assert none.err.startswith("nothing found\n")


def test_what_does_not_go_together_is_refused(run: Run) -> None:
    assert run("--by", "section", "--list").code == 2
    assert run("--by", "colour").code == 2


def test_edits_of_a_field_are_counted_alone(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--field", "title", "--csv").out)))
    assert [(row["id"], row["revision"]) for row in rows] == [("harbin-today:5", "1"), ("harbin-today:5", "2")]
    told = json.loads(run("--field", "updated", "--field", "author", "--json").out)
    assert (told["seen_twice"], told["changed"], told["edits"]) == (3, 1, 1)
    assert run("--field", "captions").code == 9
    refused = run("--field", "colour")
    assert refused.code == 2 and "'captions'" in refused.err


def test_an_edited_source_counts_under_the_one_before(tmp_path: Path, harbincrawl: Run) -> None:
    article = {"number": 5, "source": "Xinhua", "revision": 2, "last_changed": "2024-06-11T08:00:00Z"}
    other = {"number": 6, "source": "China Daily", "last_seen": "2025-01-01T00:00:00Z"}
    before = {"number": 5, "revision": 1, "source": "China Daily", "replaced": "2024-06-11T08:00:00Z"}
    archive = build_archive(tmp_path / "archive", [article, other], revisions=[before])
    table = csv.DictReader(io.StringIO(harbincrawl("--archive", archive, "edits", "--by", "source", "--csv").out))
    assert [(row["value"], row["seen_twice"], row["changed"]) for row in table] == [("China Daily", "2", "1")]


def test_purged_articles_leave_no_edit(tmp_path: Path, harbincrawl: Run) -> None:
    own = build_archive(tmp_path / "archive", ARTICLES, revisions=REVISIONS)
    assert harbincrawl("--archive", own, "purge", "5", "--yes").code == 0
    assert json.loads(harbincrawl("--archive", own, "edits", "--json").out)["edits"] == 1
