"""One label a section, whatever its pages print, and whichever of them was read first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.articles.store import Fetched, Store
from harbincrawl.archive.database.connection import open_writer
from harbincrawl.pages.article.page import complete_article
from harbincrawl.records import Article, ListWords
from harbincrawl.sites import default_site

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
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


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_writer(tmp_path)) as opened:
        opened.execute("BEGIN")
        yield opened
        opened.execute("COMMIT")


def put(connection: sqlite3.Connection, *articles: Article, cause: str = "crawl") -> None:
    """Stores them as one run does."""
    store = Store(connection, 1)
    for article in articles:
        store.put_article(Fetched(article, (), NOON, cause))
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
