"""`harbincrawl watch`: what is new under a saved search is told, whatever ends a run, and once where none does."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE, USER
from harbincrawl.archive.database.lock import hold
from tests.support.archives import add_article, build_archive
from tests.support.crawling import change
from tests.support.forge import forge

ROUNDS = 50
ENDS = {
    "whole": "",
    **{
        f"{when} note": "import os, signal\nfrom harbincrawl.cli.commands import watch\nnote = watch._note_printed\n"
        f"def end(*given):\n    {'note(*given); ' if when == 'after' else ''}os.kill(os.getpid(), signal.SIGKILL)\n"
        "watch._note_printed = end\n"
        for when in ("before", "after")
    },
    "torn": "import builtins, os, signal\nshow = print\n"
    "def tear(text='', **given):\n    show(text[:len(text) // 2], end='', flush=True)\n"
    "    os.kill(os.getpid(), signal.SIGKILL)\n"
    "from harbincrawl.cli.commands import watch\nwatch.print = tear\n",
    "interrupted": "import signal\nfrom harbincrawl.cli.commands import watch\n"
    "watch.print = lambda *_, **__: signal.raise_signal(signal.SIGINT)\n",
}
"""What happens to a run: by name, the Python that its process runs first."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return build_archive(tmp_path / "archive", [{"number": 1, "title": "metro one"}, {"number": 2, "title": "tram"}])


Watch = Callable[..., Any]


@pytest.fixture
def watch(archive: Path, harbincrawl: Watch) -> Watch:
    return partial(harbincrawl, "--archive", archive, "watch")


def put(archive: Path, number: int, change: int, **given: Any) -> None:
    """A new article, or a new state of one, with its number in the order of changes."""
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        if connection.execute("SELECT 1 FROM articles WHERE number = ?", (number,)).fetchone():
            connection.execute("UPDATE articles SET change = ? WHERE number = ?", (change, number))
        else:
            add_article(connection, change, {"number": number, "title": f"metro {number}", "change": change, **given})


def events(text: str) -> list[str]:
    return [json.loads(line)["event"] for line in text.splitlines()]


def test_what_changes_after_a_search_was_saved_is_told_once(archive: Path, watch: Watch) -> None:
    assert watch("add", "metro", "metro").code == 0
    nothing = watch("run")
    assert (nothing.code, nothing.out, nothing.err) == (9, "", "metro: 0 new\n")
    put(archive, 3, 3)
    put(archive, 4, 4, title="bus")
    assert watch("list").out == "metro      1 new  metro\n"
    first = watch("run", "--format", "jsonl")
    assert (first.code, events(first.out)) == (0, ["metro:harbin-today:3:3"])
    assert watch("run").code == 9
    put(archive, 1, 5)
    put(archive, 3, 6)
    assert events(watch("run", "--format", "jsonl").out) == ["metro:harbin-today:1:5", "metro:harbin-today:3:6"]


def test_several_searches_are_one_document(archive: Path, watch: Watch) -> None:
    for name, query in (("b", "metro"), ("a", "metro OR bus")):
        watch("add", name, query)
    put(archive, 3, 3)
    put(archive, 4, 4, title="bus")
    found = json.loads(watch("run", "--json").out)
    assert [(each["id"], each["event"], each["search"]) for each in found] == [
        ("harbin-today:3", "a:harbin-today:3:3", "a"),
        ("harbin-today:4", "a:harbin-today:4:4", "a"),
        ("harbin-today:3", "b:harbin-today:3:3", "b"),
    ]
    assert watch("run", "--json").out == "[]\n"
    put(archive, 5, 5)
    assert events(watch("run", "b", "--format", "jsonl").out) == ["b:harbin-today:5:5"]
    assert events(watch("run", "--format", "jsonl").out) == ["a:harbin-today:5:5"]


def test_filters_are_kept_and_copies_are_folded(archive: Path, watch: Watch) -> None:
    watch("add", "gone", "status:gone", "section:news")
    watch("add", "folded", "metro")
    watch("add", "each", "metro", "--copies", "--exact")
    put(archive, 3, 3, status="gone", section_path="news/a")
    put(archive, 4, 4, section_path="gallery", section="gallery")
    change(archive, "INSERT INTO duplicates VALUES (4, 1, 1.0, 'exact')")
    told = {name: watch("run", name, "--format", "ids").out.split() for name in ("gone", "folded", "each")}
    assert told == {
        "gone": ["harbin-today:3"],
        "folded": ["harbin-today:3"],
        "each": ["harbin-today:3", "harbin-today:4"],
    }
    assert watch("list").out.splitlines()[0] == "each        0 new  metro --copies --exact"
    listed = {each["name"]: each for each in json.loads(watch("list", "--json").out)}
    assert listed["gone"]["query"] == "status:gone section:news" and listed["each"]["copies"] is True


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "metro", "x"], "there is a saved search metro"),
        (["add", "a b", "x"], "'a b' is no name"),
        (["add", "../x", "x"], "is no name"),
        (["add", "x"], "What is to be watched?"),
        (["run", "metor"], "there is no saved search metor; did you mean metro?"),
        (["remove", "nothing"], "there is no saved search nothing: `harbincrawl watch list`"),
        (["rnu"], "No such command 'rnu'"),
    ],
)
def test_nonsense_is_2_and_changes_nothing(watch: Watch, words: list[str], told: str) -> None:
    watch("add", "metro", "metro")
    ran = watch(*words)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert watch("list").out == "metro      0 new  metro\n"


def test_a_removed_search_is_gone(watch: Watch) -> None:
    watch("add", "metro", "metro")
    assert watch("remove", "metro").code == 0
    none = watch("run")
    assert (none.code, none.err) == (9, "no saved searches: `harbincrawl watch add NAME QUERY` saves one\n")
    assert watch("list").code == 9


def test_adding_waits_for_another_command_and_names_it(
    archive: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harbincrawl.archive.saved.PATIENCE", 0.1)
    with hold(archive, "crawl news"):
        ran = watch("add", "metro", "metro")
    assert ran.code == 5
    assert "held by `crawl news`" in ran.err


@pytest.mark.parametrize("words", [("list",), ("run",), ("add", "bus", "bus"), ("remove", "metro")])
@pytest.mark.parametrize("how", ["rubbish", "torn"])
def test_a_file_that_is_none_is_named_and_stays(archive: Path, watch: Watch, how: str, words: tuple[str, ...]) -> None:
    watch("add", "metro", "metro")
    path = archive / USER
    if how == "rubbish":
        path.write_bytes(b"rubbish" * 3000)
    else:
        data = bytearray(path.read_bytes())
        data[100:5000] = bytes(4900)
        path.write_bytes(data)
    before = path.read_bytes()
    ran = watch(*words)
    assert (ran.code, ran.out) == (7, "")
    assert f"{path}" in ran.err and "restore user.db from a backup, or move it away" in ran.err
    assert path.read_bytes() == before


def test_a_run_tells_while_another_command_holds_the_archive(archive: Path, watch: Watch) -> None:
    watch("add", "metro", "metro")
    watch("add", "bus", "bus")
    put(archive, 3, 3)
    with hold(archive, "crawl news"):
        assert events(watch("run", "metro", "--format", "jsonl").out) == ["metro:harbin-today:3:3"]
        assert watch("list").out == "bus        0 new  bus\nmetro      0 new  metro\n"
        put(archive, 4, 4)
        assert events(watch("run", "--format", "jsonl").out) == ["metro:harbin-today:4:4"]
        assert watch("run").code == 9
    assert json.loads(watch("list", "--json").out)[1]["new"] == 0


@pytest.mark.attack
def test_over_fifty_runs_with_kills_between_no_change_is_missed(archive: Path, watch: Watch) -> None:
    """What a run printed counts once it is noted; a run that was ended before tells all again, by the same names."""
    watch("add", "metro", "metro")
    told: Counter[str] = Counter()
    pending: list[str] = []
    ends = list(ENDS)
    for number in range(3, 3 + ROUNDS):
        put(archive, number, number)
        pending.append(f"metro:harbin-today:{number}:{number}")
        end = ends[number % len(ends)]
        words = ["--archive", str(archive), "watch", "run", "--format", "jsonl"]
        code, out, said = forge().start(words, ENDS[end]).wait()
        if end in ("whole", "before note", "after note"):
            assert code == (0 if end == "whole" else -signal.SIGKILL), said
            assert events(out) == pending
        else:
            assert code == (130 if end == "interrupted" else -signal.SIGKILL), said
            assert not (out.endswith("}\n") and len(out.splitlines()) == len(pending))
        if end in ("whole", "after note"):
            told.update(pending)
            pending = []
    assert set(told.values()) == {1}
    assert events(watch("run", "--format", "jsonl").out) == pending
    assert len(told) + len(pending) == ROUNDS
