"""Related articles share typical words, not common ones."""

from __future__ import annotations

from pathlib import Path

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus.similar import find_similar, find_typical_words
from harbincrawl.corpus.words import WordCutter
from tests.support.archives import build_archive


def test_typical_words_find_similar_articles(tmp_path: Path) -> None:
    articles = [
        {"number": 1, "title": "Symphony opens the season", "body": "The orchestra of Harbin plays a symphony."},
        {"number": 2, "title": "Orchestra tours", "body": "The orchestra plays its symphony in other towns of Harbin."},
        {"number": 3, "title": "Symphony opens the season", "body": "The orchestra of Harbin plays a symphony."},
        {"number": 4, "title": "Orchestra tours", "body": "The orchestra plays its symphony in other towns of Harbin."},
        *({"number": n, "title": f"Notice {n}", "body": "The weather of Harbin."} for n in range(5, 15)),
    ]
    copies = [(3, 1, 1.0, "exact"), (4, 2, 1.0, "exact")]
    connection = open_reader(build_archive(tmp_path, articles, duplicates=copies))
    assert "harbin" not in find_typical_words(connection, WordCutter(), "Symphony", "Orchestra of Harbin", None)
    (similar,) = find_similar(connection, 1, 5)
    assert set(similar.words) == {"symphony", "orchestra", "plays"}
    assert 0 < similar.score < 1
    assert similar.number in (2, 4)
    assert find_similar(connection, 99, 5) == []
    connection.close()


def test_an_article_without_words_is_related_to_none(tmp_path: Path) -> None:
    connection = open_reader(build_archive(tmp_path, [{"title": None, "body": None}, {"title": "Metro"}]))
    assert find_similar(connection, 1, 5) == []
    connection.close()
