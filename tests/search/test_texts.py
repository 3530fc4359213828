"""The texts whose words are counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus.concordance import Concordance
from harbincrawl.corpus.keywords import find_keywords
from harbincrawl.corpus.texts import BATCH, Text, read_texts, select_texts
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.corpus_cases import build_corpus, fold, make_articles


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with closing(open_reader(build_corpus(tmp_path_factory.mktemp("corpus")))) as opened:
        yield opened


def read(connection: sqlite3.Connection, *more: Any, **filters: Any) -> list[Text]:
    selection = select_texts(connection, Filters(**filters))
    return [text for batch in read_texts(connection, selection, *more) for text in batch]


def test_texts_are_those_of_the_articles_without_credits(connection: sqlite3.Connection) -> None:
    articles = {each["number"]: each for each in make_articles()}
    texts = read(connection)
    assert sorted(text.number for text in texts) == sorted(fold(articles))
    for text in texts:
        article = articles[text.number]
        captions = "\n".join(image["caption"] for image in article["images"])
        assert text[1:] == (article["title"], "\n\n".join(article["body"] or ()) or None, captions or None, ())
    days = [articles[text.number]["created"] or "" for text in texts]
    assert days == sorted(days)


def test_what_is_missing_is_null_and_pictures_keep_their_order(tmp_path: Path) -> None:
    images = [
        {"url": None, "caption": "Second of all", "credit": "Xinhua"},
        {"url": "http://e.my399.com/a.jpg", "caption": None, "credit": "Wang Wei"},
        {"url": "http://e.my399.com/b.jpg", "caption": "A bridge", "credit": None},
    ]
    articles = [{"title": None}, {"images": images}, {"images": images[1:2], "body": "Snow."}]
    with closing(open_reader(build_archive(tmp_path, articles))) as opened:
        assert read(opened) == [
            Text(1, None, None, None),
            Text(2, "Title 2", None, "Second of all\nA bridge"),
            Text(3, "Title 3", "Snow.", None),
        ]
        assert read(opened)[0].list_parts() == []
        assert read(opened)[1].list_parts() == ["Title 2", "Second of all\nA bridge"]
        # A search finds credits; they are no place of a word all the same.
        assert list(Concordance(opened, "xinhua", Filters())) == []
        assert "xinhua" not in {each.word for each in find_keywords(opened, Filters(query="xinhua")).words}


def test_texts_are_labelled_by_what_they_are_grouped_by(tmp_path: Path) -> None:
    articles: list[dict[str, Any]] = [
        {"created": "2019-12-31", "updated": "2020-01-01", "section_path": "culture/music", "source": "Xinhua",
         "authors": ["Li Na", "Wang Wei", "Li Na"]},
        {"created": None, "source": None, "authors": []},
    ]  # fmt: skip
    with closing(open_reader(build_archive(tmp_path, articles))) as opened:
        labels = {
            by: {text.number: text.labels for text in read(opened, by)}
            for by in ("section", "source", "author", "year")
        }
    assert labels["section"] == {1: ("culture/music",), 2: ("news",)}
    assert labels["source"] == {1: ("Xinhua",), 2: ()}
    assert labels["author"] == {1: ("Li Na", "Wang Wei"), 2: ()}
    assert labels["year"] == {1: ("2020",), 2: ()}


def test_texts_come_some_at_a_time(tmp_path: Path) -> None:
    with closing(open_reader(build_archive(tmp_path, [{} for _ in range(2 * BATCH + 1)]))) as opened:
        sizes = [len(batch) for batch in read_texts(opened, select_texts(opened, Filters()))]
    assert sizes == [BATCH, BATCH, 1]
