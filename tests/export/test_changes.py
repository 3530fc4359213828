"""What exports with a cursor say happened, beside what the archive held at that cursor, for every two moments."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from harbincrawl.errors import NotFoundError
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from tests.support.crawling import ask, crawl, execute
from tests.support.export_cases import read_jsonl, read_parquet
from tests.support.twin import Twin, changes, make_twin, serve


class State(NamedTuple):
    """The archive at some time."""

    cursor: int
    articles: dict[int, tuple[Any, ...]]
    """By number: the status, and all else that a record has, less when it was last seen."""


def look(archive: Path, folder: Path) -> State:
    receipt = run_job(archive, ExportJob(str(folder / "all.jsonl")))
    found = {
        int(row["id"].rpartition(":")[2]): (
            row["status"],
            # Where a response lies changes with files that a purge writes anew, which is nothing of the article.
            {name: each for name, each in row.items() if name not in ("last_seen", "status", "capture")}
            | {"capture": row["capture"]["digest"]},
        )
        for row in read_jsonl((folder / "all.jsonl").read_bytes())
    }  # fmt: skip
    return State(receipt.cursor, found)


def expect(then: State, now: State) -> dict[int, str]:
    """What happened in between, by number, judged by both states alone; what is the same in both may be left out."""
    found = dict.fromkeys(then.articles.keys() - now.articles.keys(), "purged")
    for number, (status, record) in now.articles.items():
        if number not in then.articles:
            found[number] = "new"
            continue
        before, old = then.articles[number]
        if before != "gone" and status == "gone":
            found[number] = "gone"
        elif before == "gone" and status == "live":
            found[number] = "back"
        elif (before, old) != (status, record):
            found[number] = "changed"
    return found


def read_told(archive: Path, folder: Path, cursor: int) -> dict[int, str]:
    try:
        run_job(archive, ExportJob(str(folder / "part.jsonl"), filters=Filters(changed_since=cursor)))
    except NotFoundError:
        return {}
    rows = read_jsonl((folder / "part.jsonl").read_bytes())
    return {int(row["id"].rpartition(":")[2]): row["change"] for row in rows}


def compare(archive: Path, folder: Path, states: list[State]) -> set[str]:
    """Compares what is told at the end since each of the states; returns all kinds of happenings."""
    kinds: set[str] = set()
    now = look(archive, folder)
    for at, then in enumerate(states):
        told, wanted = read_told(archive, folder, then.cursor), expect(then, now)
        # Purged ones that nobody had then are told, too: whoever follows may have had them in between.
        told = {number: kind for number, kind in told.items() if kind != "purged" or number in wanted}
        for number, kind in wanted.items():
            assert told.get(number) == kind, (at, number, then.articles.get(number), now.articles.get(number))
        # What is the same in both was something else in between.
        assert {told[number] for number in told.keys() - wanted.keys()} <= {"changed"}, at
        kinds |= set(told.values())
    return kinds


def purge(archive: Path, number: int) -> None:
    execute(archive, "purge", number, "--yes", code=0)


def test_each_kind_of_change_is_told_since_every_cursor(tmp_path: Path) -> None:
    archive, twin = tmp_path / "archive", make_twin(4, 9, sections=("news",))
    one, two, three, kept, four, five, six, *_ = (story.number for story in twin.listing("news"))
    gone = partial(changes.remove, twin)
    steps: list[Callable[[], object]] = [
        lambda: None,
        lambda: [changes.edit(twin, number) for number in (one, two, three, four, five, six)],
        lambda: (changes.add(twin, 1), changes.edit(twin, one, "title"), *map(gone, (two, six))),
        # The second 404; the newest one has no longer the number that it had at the cursor.
        lambda: changes.edit(twin, max(twin.stories)),
        lambda: (changes.restore(twin, two), changes.edit(twin, three)),
        lambda: (changes.remove(twin, two), changes.edit(twin, five, "title")),
        lambda: None,
        lambda: changes.restore(twin, two),
    ]  # fmt: skip
    states, kinds = [], set()
    with serve(twin) as server:
        for step in steps:
            step()
            crawl(archive, server, "--full", "--recheck", "all", code=None)
            kinds |= compare(archive, tmp_path, states)
            states.append(look(archive, tmp_path))
            if len(states) == 1:
                numbers = dict(ask(archive, "SELECT number, change FROM articles"))
            elif len(states) == 2:
                # A cursor of an export while the first crawl went on: what was stored by then is not new.
                told = read_told(archive, tmp_path, numbers[kept])
                edited = {number for number in numbers if states[0].articles[number] != states[1].articles[number]}
                assert told == {
                    number: "new" if numbers[number] > numbers[kept] else "changed"
                    for number in numbers
                    if number in edited or numbers[number] > numbers[kept]
                }
                assert set(told.values()) == {"new", "changed"}
    purge(archive, four)
    kinds |= compare(archive, tmp_path, states)
    assert kinds == {"new", "changed", "gone", "back", "purged"}
    assert [status for (status,) in ask(archive, "SELECT DISTINCT status FROM articles ORDER BY 1")] == ["gone", "live"]
    rows = {}
    for name in ("a.csv", "a.parquet", "a.db"):
        run_job(archive, ExportJob(str(tmp_path / name), filters=Filters(changed_since=states[1].cursor)))
    rows = {row["id"]: row for row in read_parquet(tmp_path / "a.parquet")}
    assert rows[f"harbin-today:{four}"]["change"] == "purged"
    assert list(rows[f"harbin-today:{one}"])[-1] == "change"
    assert (tmp_path / "a.csv").read_text("utf-8").splitlines()[0].endswith(",capture,change")
    assert "change" not in next(iter(read_jsonl((tmp_path / "all.jsonl").read_bytes())))


def change_something(twin: Twin, dice: random.Random) -> None:
    for _ in range(3):
        numbers = sorted(twin.stories)
        act = dice.choice((changes.edit, changes.edit, changes.remove, changes.restore))
        act(twin, dice.choice(numbers))
    if dice.random() < 0.5:
        changes.add(twin, 1)


@pytest.mark.attack
@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_is_told_since_every_cursor(tmp_path: Path, seed: int) -> None:
    dice, archive, twin = random.Random(seed), tmp_path / "archive", make_twin(seed, 8, sections=("news",))
    states: list[State] = []
    with serve(twin) as server:
        for at in range(8):
            if at:
                change_something(twin, dice)
            crawl(archive, server, "--full", "--recheck", "all", code=None)
            if at == 6:
                purge(archive, min(states[0].articles))
            compare(archive, tmp_path, states)
            states.append(look(archive, tmp_path))
