"""Ids of any shape: stored as text, referred to by internal numbers, ordered as numbers and text, never by storing."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.articles.ids import find_number, read_id, take_number
from harbincrawl.archive.articles.store import Fetched, Store
from harbincrawl.archive.database.connection import open_reader, open_writer
from harbincrawl.cli.main import main
from harbincrawl.duplicates.links import link_copies
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.identity import FIRST_COUNTED, own_number
from harbincrawl.pages.article.page import complete_article
from harbincrawl.records import Article, ListWords
from harbincrawl.search.choice import SORTS, make_choice, search_page
from harbincrawl.search.filters import Filters
from harbincrawl.sites import default_site

IDS = ("12", "b-2", "007", "3000000000", "A.9", "7", "a_town", "99")
"""In no order; as ids they stand 7, 007, 12, 99, 3000000000, A.9, a_town, b-2."""
ORDERED = ("007", "7", "12", "99", "3000000000", "A.9", "a_town", "b-2")
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
BODY = tuple(f"A paragraph {n} about the river ice of the city and its festival in a long winter." for n in range(6))


def article(id: str, **more: object) -> Article:
    made = Article(
        id=id, url=f"http://e.my399.com/news/2020-01-02/{id}.html", section="Harbin Today", section_path="news",
        title="River ice", updated=date(2020, 1, 2), created=date(2020, 1, 2), author=None, authors=(), source=None,
        body=BODY, images=(), parser="1",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def store(folder: Path, articles: Sequence[Article], batch: int = 3) -> Path:
    with closing(open_writer(folder)) as connection:
        connection.execute("INSERT OR IGNORE INTO facts(name, value) VALUES ('site', 'harbin-today')")
        for start in range(0, len(articles), batch):
            keeper = Store(connection, 1)
            connection.execute("BEGIN IMMEDIATE")
            for each in articles[start : start + batch]:
                keeper.put_article(Fetched(each, (), NOON))
            keeper.flush_index()
            link_copies(connection, keeper.take_written(), keeper.next_change)
            connection.execute("COMMIT")
    return folder


def found(folder: Path, sort: str, limit: int) -> list[str]:
    """All hits of a search in their order, a page at a time."""
    ids: list[str] = []
    with closing(open_reader(folder)) as connection:
        choice = make_choice(Filters(query="river"))
        while True:
            hits, total = search_page(connection, choice, sort=sort, limit=limit, offset=len(ids), copies=True)
            ids += [read_id(connection, hit.number) for hit in hits]
            if len(ids) == total:
                return ids


def test_decimal_ids_are_their_own_number_and_all_others_are_counted(tmp_path: Path) -> None:
    store(tmp_path, [article(id) for id in IDS])
    with closing(open_writer(tmp_path)) as connection:
        numbers = dict(connection.execute("SELECT id, number FROM articles"))
        assert {id: numbers[id] for id in ("12", "7", "99")} == {"12": 12, "7": 7, "99": 99}
        counted = sorted(number for number in numbers.values() if number >= FIRST_COUNTED)
        assert counted == list(range(FIRST_COUNTED, FIRST_COUNTED + 5))
        assert {id: find_number(connection, id) for id in IDS} == numbers
        assert [read_id(connection, number) for number in numbers.values()] == list(numbers)
        assert find_number(connection, "unknown") is None
        assert take_number(connection, "unknown") == FIRST_COUNTED + 5
        assert max(key for (key,) in connection.execute("SELECT key FROM articles")) < 1 << 53


@given(st.integers(0, 1 << 40))
def test_an_id_is_its_own_number_only_if_it_says_so_alone(number: int) -> None:
    assert own_number(str(number)) == (number if number < 1 << 31 else None)
    assert own_number(f"0{number}") is None
    assert own_number(f"{number}a") is None


@pytest.mark.parametrize("order", [IDS, IDS[::-1], tuple(sorted(IDS))])
def test_originals_and_ties_go_by_the_id_never_by_the_order_of_storing(tmp_path: Path, order: Sequence[str]) -> None:
    folder = store(tmp_path / "archive", [article(id) for id in order])
    with closing(open_reader(folder)) as connection:
        rows = connection.execute(
            "SELECT a.id, o.id FROM duplicates AS d JOIN articles AS a ON a.number = d.number"
            " JOIN articles AS o ON o.number = d.original"
        ).fetchall()
    assert dict(rows) == dict.fromkeys(ORDERED[1:], ORDERED[0])
    for sort, limit in itertools.product(SORTS, (1, 3, 50)):
        assert found(folder, sort, limit) == list(ORDERED if sort == "oldest" else ORDERED[::-1])
    run_job(folder, ExportJob(str(tmp_path / "a.jsonl")))
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"].removeprefix("harbin-today:") for line in lines] == list(ORDERED)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_earliest_article_is_that_with_the_earliest_day_in_its_address(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    # The second has the lowest id, the third no day at all.
    days = (date(2020, 1, 1), date(2020, 1, 2), None)
    texts = [article(id, created=day) for id, day in zip(("50", "5", "1"), days, strict=True)]
    folder = store(tmp_path, [texts[at] for at in order], batch=1)
    with closing(open_reader(folder)) as connection:
        assert connection.execute("SELECT number, original FROM duplicates ORDER BY 1").fetchall() == [(1, 50), (5, 50)]


def test_an_article_that_is_filed_under_another_day_may_become_the_original(tmp_path: Path) -> None:
    folder = store(tmp_path, [article("5"), article("9"), article("b")])
    store(folder, [article("9", created=date(2019, 12, 31))])
    with closing(open_reader(folder)) as connection:
        assert dict(connection.execute("SELECT number, original FROM duplicates")) == {5: 9, FIRST_COUNTED: 9}
    store(folder, [article("9", created=date(2020, 1, 3))])
    with closing(open_reader(folder)) as connection:
        assert dict(connection.execute("SELECT number, original FROM duplicates")) == {9: 5, FIRST_COUNTED: 5}


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def test_commands_take_and_print_ids_of_any_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = store(tmp_path / "archive", [article("b-2"), article("A.9", title="Ice", body=("Another text.",))])
    archive = ("--archive", str(folder))
    for name in ("b-2", "harbin-today:b-2"):
        code, out, _ = call(capsys, *archive, "show", name, "--format", "json")
        assert (code, json.loads(out)["id"]) == (0, "harbin-today:b-2")
    assert call(capsys, *archive, "show", "b-3")[0] == 9
    assert call(capsys, *archive, "search", "river", "--format", "ids")[1] == "harbin-today:b-2\n"
    assert "  b-2  " in call(capsys, *archive, "search", "river")[1]
    code, out, _ = call(capsys, *archive, "purge", "b-2", "--yes", "--json")
    assert (code, json.loads(out)["purged"]) == (0, ["b-2"])
    assert call(capsys, *archive, "show", "b-2")[0] == 9
    call(capsys, *archive, "export", str(tmp_path / "left.jsonl"), "--changed-since", "0")
    lines = (tmp_path / "left.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["harbin-today:A.9", "harbin-today:b-2"]


LATER = datetime(2024, 6, 1, 12, tzinfo=UTC)
PATH = "travel/sights"


def make_article(id: str, printed: str | None, path: str = PATH) -> Article:
    """As the reader makes it of a page whose breadcrumb says `printed`."""
    site = default_site()
    article = Article(
        id=id, url=f"{site.base}/{path}/2020-03-01/{id}.html", section=site.label(path, printed), section_path=path,
        title=f"Title {id}", updated=date(2020, 3, 1), created=date(2020, 3, 1), author=None, authors=(), source=None,
        body=(f"Text of {id}.",), images=(), parser="1", unread_label=path,
    )  # fmt: skip
    return complete_article(article, ListWords(), site)


def put(connection: sqlite3.Connection, *articles: Article, cause: str = "crawl") -> None:
    """Stores them as one run does."""
    store = Store(connection, 1)
    for article in articles:
        store.put_article(Fetched(article, (), LATER, cause))
    store.flush_index()


def labels(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT id, section FROM articles ORDER BY id"))


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ((None, None, None), PATH),
        ((None, "Sights", None), "Sights"),
        (("Sights", None, "Old sights"), "Sights"),
        ((None, "Old sights", "Sights"), "Old sights"),
    ],
)
@pytest.mark.parametrize("in_one_run", [True, False])
def test_the_label_that_was_read_first_holds_for_all_articles_of_its_section(
    connection: sqlite3.Connection, printed: tuple[str | None, ...], label: str, in_one_run: bool
) -> None:
    articles = [make_article(str(number), words) for number, words in enumerate(printed, 1)]
    for group in [articles] if in_one_run else [[each] for each in articles]:
        put(connection, *group)
    assert set(labels(connection).values()) == {label}
    # Nor does any order of reading them again change it.
    put(connection, *reversed(articles), cause="reparse")
    assert set(labels(connection).values()) == {label}


def test_an_article_that_gets_another_label_is_a_change_of_its_own(connection: sqlite3.Connection) -> None:
    put(connection, make_article("1", None), make_article("2", None), make_article("9", None, "travel/routes"))
    (cursor,) = connection.execute("SELECT max(change) FROM articles").fetchone()
    put(connection, make_article("3", "Sights"))
    changed = connection.execute("SELECT id, change FROM articles WHERE change > ? ORDER BY change", (cursor,))
    ids = [id for id, _ in changed.fetchall()]
    assert sorted(ids) == ["1", "2", "3"]
    assert len(set(connection.execute("SELECT change FROM articles").fetchall())) == 4
    # Asked again, nobody is told again.
    (cursor,) = connection.execute("SELECT max(change) FROM articles").fetchone()
    put(connection, make_article("1", None), make_article("3", "Sights"), make_article("2", "Other"))
    assert connection.execute("SELECT max(change) FROM articles").fetchone() == (cursor,)
