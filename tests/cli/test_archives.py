"""Several archives on one command line: one list of hits, ids that carry their site, archives that do not answer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE, open_writer
from harbincrawl.cli.archives import list_archives, name_archives
from tests.support.archives import build_archive
from tests.support.families import sample

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with archives of two sites: 6 articles of Harbin, 4 of Jilin, both with a number 3."""
    for name, site, count in (("harbin", "harbin-today", 6), ("jilin", "jilin-china", 4)):
        build_archive(
            tmp_path / "all" / name,
            [
                {"number": at, "title": f"Metro line {at}" if at % 2 else f"News {at}", "body": ["metro " * at, name],
                 "created": f"2020-0{at}-{'05' if site == 'jilin-china' else '20'}", "source": name}
                for at in range(1, count + 1)
            ],
            facts={"site": site},
        )  # fmt: skip
    return tmp_path / "all"


@pytest.fixture
def run(harbincrawl: Run) -> Run:
    return harbincrawl


def both(folder: Path) -> tuple[object, ...]:
    return ("--archive", folder / "harbin", "--archive", folder / "jilin")


def test_a_folder_of_archives_is_all_of_them(folder: Path, run: Run) -> None:
    assert list_archives([folder]) == [folder / "harbin", folder / "jilin"]
    build_archive(folder / ".restore")
    several = run(*both(folder), "search", "metro", "--format", "ids")
    assert several == run("--archive", folder, "search", "metro", "--format", "ids")
    assert run("search", "metro", "--format", "ids", *both(folder)) == several
    assert several[0] == 0


def test_hits_by_date_are_in_one_order(folder: Path, run: Run) -> None:
    found = run("--archive", folder, "search", "--sort", "newest", "--format", "ids")[1].split()
    assert found[:4] == ["harbin-today:6", "harbin-today:5", "harbin-today:4", "jilin-china:4"]
    assert run("--archive", folder, "search", "--sort", "oldest", "--format", "ids")[1].split() == found[::-1]
    assert len(found) == 10


def test_titles_come_first_then_the_best_of_each_archive(folder: Path, run: Run) -> None:
    found = run("--archive", folder, "search", "metro", "--format", "ids")[1].split()
    alone = {name: run("--archive", folder / name, "search", "metro", "--format", "ids")[1].split()
             for name in ("harbin", "jilin")}  # fmt: skip
    assert [id for id in found if id.startswith("harbin")] == alone["harbin"]
    assert [id for id in found if id.startswith("jilin")] == alone["jilin"]
    assert [int(id.partition(":")[2]) % 2 for id in found] == [1] * 5 + [0] * 5
    assert found[:4] == [alone["harbin"][0], alone["jilin"][0], alone["harbin"][1], alone["jilin"][1]]


@pytest.mark.parametrize(("sort", "limit"), sample(product(["best", "recent", "newest", "oldest"], [1, 3, 4]), 5))
def test_pages_follow_each_other_without_gap(folder: Path, run: Run, sort: str, limit: int) -> None:
    words = ("--archive", folder, "search", "metro", "--sort", sort, "--format", "ids")
    whole = run(*words, "--limit", 0)[1].split()
    pages: list[str] = []
    code, printed, said = run(*words, "--limit", limit)
    while code == 0:
        pages += printed.split()
        if "more: " not in said:
            break
        code, printed, said = run(*words, "--limit", limit, *said.split("more: ")[1].split())
    assert pages == whole
    assert len(whole) == 10
    first = run(*words, "--limit", limit)[2]
    assert first.splitlines()[0] == f"{limit} {'hit' if limit == 1 else 'hits'} in 2 archives and more"


def test_a_cursor_of_another_search_is_refused(folder: Path, run: Run) -> None:
    for cursor in (
        "m1.3,0=1=v3:00000000.1:best:0:-1.0:5",
        "m1.2,7=1=v3:00000000.1:best:0:-1.0:5",
        "x",
        "m1.2,0=0=v3:00000000.1:newest:5",
    ):
        code, _, said = run("--archive", folder, "search", "metro", "--after", cursor)
        assert (code, said.count("\n")) == (2, 1), cursor


def test_counts_and_facets_are_those_of_all(folder: Path, run: Run) -> None:
    assert run("--archive", folder, "search", "metro", "--count")[1] == "10\n"
    facets = json.loads(run("--archive", folder, "search", "--facet", "source", "--format", "json")[1])
    assert facets == {"source": [{"value": "harbin", "count": 6}, {"value": "jilin", "count": 4}]}
    stats = json.loads(run("--archive", folder, "stats", "--json")[1])
    assert (stats["articles"], stats["first"], stats["last"]) == (10, "2020-01-05", "2020-06-20")
    assert [each["count"] for each in stats["year"]] == [10]


def test_show_finds_the_archive_by_the_site(folder: Path, run: Run) -> None:
    for name, site in (("harbin", "harbin-today"), ("jilin", "jilin-china")):
        assert json.loads(run("--archive", folder, "show", f"{site}:3", "--format", "json")[1])["source"] == name
    assert json.loads(run("--archive", folder, "show", "6", "--format", "json")[1])["id"] == "harbin-today:6"
    code, _, said = run("--archive", folder, "show", "3")
    assert code == 2
    assert "harbin-today:3" in said
    assert run("--archive", folder, "show", "jilin-china:77")[0] == 9
    code, printed, _ = run("--archive", folder, "show", "jilin-china:1", "harbin-today:1")
    assert (code, printed.count("Metro line 1")) == (0, 2)
    code, printed, _ = run("--archive", folder, "show", "jilin-china:1", "harbin-today:1", "x:1", "--format", "json")
    assert (code, [each["id"] for each in json.loads(printed)]) == (9, ["jilin-china:1", "harbin-today:1"])


def test_an_export_has_the_articles_of_all_by_date(folder: Path, run: Run, tmp_path: Path) -> None:
    code, printed, said = run("--archive", folder, "export", "-")
    records = [json.loads(line) for line in printed.splitlines()]
    assert code == 0
    assert "10 articles of 2 archives" in said
    assert [each["created"] for each in records] == sorted(each["created"] for each in records)
    alone = run("--archive", folder / "harbin", "export", "-")[1].splitlines()
    assert [line for line in printed.splitlines() if "harbin-today" in line] == alone
    for name in ("a.csv", "a.db", "a.jsonl.gz"):
        assert run("--archive", folder, "export", tmp_path / name)[0] == 0
        assert (tmp_path / name).stat().st_size > 100
    assert run("--archive", folder, "export", tmp_path / "bundle")[0] == 2
    assert run("--archive", folder, "export", "-", "--changed-since", "1")[0] == 2


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Two archives of one site, of which both hold the articles 3 and 4, and one of another site."""
    own = {"a": (1, 2, 3, 4), "b": (3, 4, 5), "c": (3,)}
    for name, numbers in own.items():
        build_archive(
            tmp_path / "shared" / name,
            [{"number": n, "title": f"{name} {n}", "body": ["text"], "created": f"202{n}-01-02"} for n in numbers],
            revisions=[
                {"number": n, "revision": 1, "title": f"{name} before {n}", "body": "old"} for n in numbers[-2:]
            ],
            facts={"site": "x-y" if name == "c" else "harbin-today"},
        )
    return tmp_path / "shared"


def test_earlier_wordings_of_all_are_exported_and_each_once(shared: Path, run: Run, tmp_path: Path) -> None:
    code, printed, said = run("--archive", shared, "export", "-", "--revisions")
    found = [(record["id"], record["title"]) for record in map(json.loads, printed.splitlines())]
    assert code == 0
    assert found == [
        ("harbin-today:3", "a before 3"), ("harbin-today:4", "a before 4"), ("harbin-today:5", "b before 5"),
        ("x-y:3", "c before 3"),
    ]  # fmt: skip
    assert "4 earlier wordings of 3 archives" in said
    for name in ("one.parquet", "two.parquet"):
        assert run("--archive", shared, "export", tmp_path / name, "--revisions")[0] == 0
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert run("--archive", shared, "export", "-", "--revisions", "--query", "zzzz")[0] == 9


def test_texts_of_all_have_names_of_their_own_and_one_table(shared: Path, run: Run, tmp_path: Path) -> None:
    code, said, _ = run("--archive", shared, "export", tmp_path / "one", "--format", "text")
    assert (code, "6 articles of 3 archives" in said) == (0, True)
    rows = (tmp_path / "one" / "metadata.csv").read_text("utf-8").splitlines()[1:]
    assert [row.split('"')[1] for row in rows] == [
        *(f"202{n}-01-02-harbin-today-{n}.txt" for n in (1, 2)), "2023-01-02-harbin-today-3.txt",
        "2023-01-02-x-y-3.txt", *(f"202{n}-01-02-harbin-today-{n}.txt" for n in (4, 5)),
    ]  # fmt: skip
    assert {path.name for path in (tmp_path / "one").glob("*.txt")} == {row.split('"')[1] for row in rows}


@pytest.mark.parametrize("words", [("bundle",), ("a.wacz",), ("a.jsonl", "--changed-since", "1")])
def test_what_is_of_one_archive_says_so(shared: Path, run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    code, _, said = run("--archive", shared, "export", tmp_path / words[0], *words[1:])
    assert code == 2
    assert "is of one archive: export each for itself, with one --archive." in said
    assert said.count("\n") == 1
    assert not (tmp_path / words[0]).exists()


def test_a_link_to_an_archive_is_no_second_one(folder: Path) -> None:
    (folder / "link").symlink_to(folder / "harbin")
    assert list_archives([folder]) == [folder / "harbin", folder / "jilin"]
    assert name_archives([folder / "link", folder / "jilin"]) == ["link", "jilin"]
    (folder / "empty").mkdir()
    assert list_archives([folder, folder / "jilin"]) == [folder / "harbin", folder / "jilin"]


def test_status_and_watch_go_through_all(folder: Path, run: Run) -> None:
    code, printed, _ = run("--archive", folder, "status", "--json")
    assert code == 0
    assert {name: each["articles"] for name, each in json.loads(printed)["archives"].items()} == {
        "harbin": 6,
        "jilin": 4,
    }
    assert run("--archive", folder, "watch", "run")[0] == 9
    for name in ("harbin", "jilin"):
        assert run("--archive", folder / name, "watch", "add", "metro", "metro")[0] == 0
    assert run("--archive", folder, "watch", "list")[1].count("metro") >= 2
    with open_writer(folder / "jilin") as connection:
        connection.execute("UPDATE articles SET change = change + 100 WHERE id = '3'")
    code, printed, said = run("--archive", folder, "watch", "run", "--format", "ids")
    assert (code, printed.split()) == (0, ["jilin-china:3"])
    assert "harbin:" in said


def test_one_archive_that_does_not_answer_is_named_and_the_others_do(folder: Path, run: Run, tmp_path: Path) -> None:
    bad = folder / "bad"
    bad.mkdir()
    (bad / FILE).write_bytes(b"SQLite format 3\0" + bytes(4000))
    shown = (["show", "6"], ["show", "harbin-today:3", "jilin-china:3"], ["show", "6", "--revisions"])
    for words in (["search", "metro"], ["search", "--count"], ["stats"], ["status"], ["export", "-"], *shown):
        code, printed, said = run("--archive", folder, *words)
        assert code == 3, (words, said)
        assert said.count("bad: ") == 1
        assert printed
    # What nobody has may be in the one that does not answer.
    assert run("--archive", folder, "show", "harbin-today:77")[0] == 3
    code, printed, said = run(*both(folder), "--archive", tmp_path / "none", "search", "metro")
    assert (code, "none: no archive in" in said) == (3, True)
    code, _, said = run("--archive", tmp_path / "none", "--archive", bad, "search", "metro")
    assert code == 7


@pytest.mark.parametrize("damaged", ["all but three pages", "the articles"])
def test_an_archive_that_is_damaged_in_its_middle_is_named_too(
    folder: Path, run: Run, tmp_path: Path, damaged: str
) -> None:
    """Its first page is whole, so it can be opened."""
    path = folder / "jilin" / FILE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'articles'").fetchone()
    data = bytearray(path.read_bytes())
    begin, end = (size * (page - 1), size * page) if damaged == "the articles" else (size * 3, len(data))
    data[begin:end] = bytes(end - begin)
    path.write_bytes(bytes(data))
    searches = (["--format", "ids"], ["--format", "json"], [])
    exports = (["-"], [tmp_path / "a.csv"])
    for words in (
        *(["search", "metro", *more] for more in searches),
        *(["export", *more] for more in exports),
        ["stats"], ["show", "3"], ["show", "harbin-today:3", "jilin-china:3"], ["show", "jilin-china:3"],
    ):  # fmt: skip
        code, _, said = run("--archive", folder, *words)
        assert (code, said.count("jilin: ")) == (3, 1), (words, said)
    assert "harbin-today:5" in run("--archive", folder, "search", "metro", "--format", "ids")[1]


def test_what_two_archives_of_a_site_have_alike_is_shown_once(tmp_path: Path, run: Run) -> None:
    for name, title in (("first", "Metro opens"), ("second", "Metro opens, corrected")):
        build_archive(
            tmp_path / "all" / name,
            [{"number": 1, "title": "Metro is dug", "body": ["alike"], "fingerprint": "f1"},
             {"number": 2, "title": title, "body": ["metro"], "fingerprint": f"f{name}"}],
        )  # fmt: skip
    words = ("--archive", tmp_path / "all", "search", "metro")
    page = json.loads(run(*words, "--format", "json")[1])
    found = page["hits"]
    assert page["total"] == 3
    assert sorted((each["id"], each["archive"]) for each in found) == [
        ("harbin-today:1", "first"), ("harbin-today:2", "first"), ("harbin-today:2", "second"),
    ]  # fmt: skip
    assert run(*words, "--count")[1] == "3\n"
    assert run(*words)[1].count("  in ") == 3
    exported = [json.loads(line) for line in run("--archive", tmp_path / "all", "export", "-")[1].splitlines()]
    assert [(each["id"], each["title"]) for each in exported] == [
        ("harbin-today:1", "Metro is dug"), ("harbin-today:2", "Metro opens"),
    ]  # fmt: skip


def test_commands_that_take_one_archive_say_so(folder: Path, run: Run) -> None:
    for words in (["crawl"], ["verify"], ["backup", "x"], ["purge", "1", "--yes"], ["trends", "metro"]):
        code, _, said = run(*both(folder), *words)
        assert (code, "takes one --archive" in said) == (2, True), words
        assert run("--archive", folder, *words)[0] == 2
    assert sorted(path.name for path in folder.iterdir()) == ["harbin", "jilin"]


def test_names_of_archives_differ(tmp_path: Path) -> None:
    folders = [tmp_path / "a" / "archive", tmp_path / "b" / "archive", tmp_path / "c d"]
    assert name_archives(folders) == ["a-archive", "b-archive", "c-d"]
    assert name_archives([tmp_path / "x", tmp_path / "x"])[1].endswith("-2")


def test_one_folder_in_the_environment_is_one(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    odd = tmp_path / "a:b"
    (folder / "harbin").rename(odd)
    monkeypatch.setenv("HARBINCRAWL_ARCHIVE", str(odd))
    assert run("search", "metro", "--count")[1] == "6\n"
