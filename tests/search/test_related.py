"""Articles on the same matter share telling words, not common ones."""

from __future__ import annotations

from pathlib import Path

from harbincrawl.archive.database import open_reader
from harbincrawl.search.related import related_numbers, telling_terms
from tests.support.archives import build_archive


def test_telling_words_lead_to_the_same_matter(tmp_path: Path) -> None:
    articles = [
        {"number": 1, "title": "Symphony opens the season", "body": "The orchestra of Harbin plays a symphony."},
        {"number": 2, "title": "Orchestra tours", "body": "The orchestra plays its symphony in other towns of Harbin."},
        {"number": 3, "title": "Symphony opens the season", "body": "The orchestra of Harbin plays a symphony."},
        {"number": 4, "title": "Orchestra tours", "body": "The orchestra plays its symphony in other towns of Harbin."},
        *({"number": n, "title": f"Notice {n}", "body": "The weather of Harbin."} for n in range(5, 15)),
    ]
    copies = [(3, 1, 1.0, "exact"), (4, 2, 1.0, "exact")]
    connection = open_reader(build_archive(tmp_path, articles, duplicates=copies))
    assert "harbin" not in telling_terms(connection, "Symphony", "Orchestra of Harbin", None)
    assert len(related_numbers(connection, 1)) == 1
    assert related_numbers(connection, 1)[0] in (2, 4)
    assert related_numbers(connection, 99) == []
    connection.close()


def test_an_article_without_words_is_related_to_none(tmp_path: Path) -> None:
    connection = open_reader(build_archive(tmp_path, [{"title": None, "body": None}, {"title": "Metro"}]))
    assert related_numbers(connection, 1) == []
    connection.close()
