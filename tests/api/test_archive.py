"""The archive from Python: articles by id, address, search and filter, and what is said when it is closed."""

from __future__ import annotations

import pydoc
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import harbincrawl
from harbincrawl import Archive, Image, open_archive
from harbincrawl.archive.database.connection import FILE
from harbincrawl.errors import ClosedArchiveError, DatabaseError, FilterError, NoArchiveError, NoEvidenceError
from harbincrawl.search.corpus.keywords import find_keywords
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.corpus_cases import build_corpus
from tests.support.crawling import crawl
from tests.support.export_cases import hard_archive
from tests.support.twin import make_twin, serve


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(hard_archive(tmp_path_factory.mktemp("archive"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(build_corpus(tmp_path_factory.mktemp("corpus"))) as opened:
        yield opened


def numbers(articles: Any) -> list[int]:
    return [int(article.id.rpartition(":")[2]) for article in articles]


def test_what_only_some_methods_need_is_loaded_by_them() -> None:
    heavy = ("numpy", "pandas", "polars", "pyarrow", "bs4", "lxml", "scrapy", "aiohttp", "sqlite_utils")
    load = "import sys\nfrom harbincrawl import open_archive\n"
    code = f"{load}sys.exit(str([name for name in {heavy!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"


def test_iterating_gives_articles_in_order_of_their_days(archive: Archive) -> None:
    assert numbers(archive) == [205, 202, 201, 203, 204]
    assert numbers(archive.articles("newest")) == [204, 203, 201, 202, 205]
    assert len(archive) == 5


def test_an_article_is_what_the_page_said(archive: Archive) -> None:
    article = archive["harbin-today:202"]
    assert article.id == "harbin-today:202"
    assert (article.updated, article.created) == (date(2012, 12, 31), date(2014, 1, 2))
    assert article.paragraphs == ["First paragraph.", "- a list, it seems", "# no heading", "2020. A year begins."]
    assert article.body == "\n\n".join(article.paragraphs)
    assert article.authors == ("Wang Wei", "Li Na")
    assert article.images[1] == Image(None, "Words\twith a tab")
    assert article.first_seen == datetime(2024, 6, 1, 8, tzinfo=UTC)
    assert (article.status, archive[203].status, archive[203].revision) == ("live", "gone", 3)
    assert (archive[203].body, archive[203].paragraphs) == ("", [])
    assert (archive[204].duplicate_of, archive[204].similarity) == ("harbin-today:202", 0.8123456789012345)
    assert repr(archive[203]) == "<Article harbin-today:203, 2020-02-20: +1 −2 @home\tTab>"


@pytest.mark.parametrize(
    "name", [202, "202", "0202", "harbin-today:202", "http://e.my399.com/news/2014-01-02/202.html"]
)
def test_an_article_is_found_by_id_and_address(archive: Archive, name: int | str) -> None:
    article = archive[name]
    assert article.title == "Ice 🧊 and 雪 – “quoted”"
    assert name in archive
    assert article in archive


@pytest.mark.parametrize("name", ["harbin-today:1", 1, "nonsense", "", "jilin:202", "http://e.my399.com/", None, 2.5])
def test_what_is_not_there_is_not_in_it(archive: Archive, name: Any) -> None:
    assert name not in archive
    if isinstance(name, int | str):
        with pytest.raises(KeyError):
            archive[name]
        with pytest.raises(KeyError):
            archive.similar(name)


def test_search_and_filters_are_those_of_the_command(archive: Archive) -> None:
    assert numbers(archive.search("paragraph", copies=True)) == [204, 202]
    assert numbers(archive.search("paragraph", copies=True, until="2013")) == [202]
    assert numbers(archive.search("paragraph", copies=True, sort="oldest", limit=1)) == [202]
    assert numbers(archive.search("paragraph", limit=None)) == [202]
    assert numbers(archive.articles(status="gone")) == [203]
    assert archive.count(sections=("gallery",), query="caption") == archive.count("caption", section="gallery") == 1


def test_what_only_archives_of_others_know_has_a_status_of_its_own(tmp_path: Path) -> None:
    articles = [{"number": 1, "status": "unknown"}, {"number": 2}]
    with open_archive(build_archive(tmp_path, articles)) as archive:
        assert [article.status for article in archive.articles(status="unknown")] == ["unknown"]
        assert (archive.count(status="unknown"), archive.count(status="live")) == (1, 1)
        assert list(archive.to_arrow(status="unknown")["id"].to_pylist()) == ["harbin-today:1"]


def test_a_filter_takes_one_value_or_many_and_dates_as_such(archive: Archive) -> None:
    assert archive.count(section="gallery") == archive.count(sections=["gallery"]) == 1
    assert archive.count(section=["gallery", "news"]) == archive.count(sections=("gallery", "news")) == 5
    assert archive.count(author="Li Na") == archive.count(authors={"li na"}) == 1
    assert archive.count(since=date(2020, 1, 1)) == archive.count(since="2020") == 2
    assert archive.count(seen_since=datetime(2024, 6, 1, 8, tzinfo=UTC)) == 5
    assert numbers(archive.articles(ids=(203, "204", "harbin-today:205"))) == [205, 203, 204]
    assert numbers(archive.articles(id=203)) == [203]


def test_mistakes_are_said_at_once(archive: Archive) -> None:
    anything: Any = archive
    with pytest.raises(TypeError, match=r"no filter 'sektion'; did you mean 'section'\? Filters are sections, "):
        anything.articles(sektion="news")
    with pytest.raises(FilterError, match="'x' is not"):
        archive.articles(since="x")
    with pytest.raises(FilterError, match="'lost' is not a status"):
        anything.count(status="lost")
    for call in (lambda: anything.records("up"), lambda: anything.search("x", sort="up"),
                 lambda: anything.concordance("x", sort="up"), lambda: anything.trends("x", by="day")):  # fmt: skip
        with pytest.raises(FilterError, match="expected"):
            call()


def test_revisions_are_the_wordings_in_their_order(tmp_path: Path) -> None:
    revisions = [{"number": 1, "revision": 1, "title": "Old", "body": ["a", "b"], "updated": "2020-01-01",
                  "images": [{"url": "u", "caption": "c", "credit": None, "file_name": None}]}]  # fmt: skip
    build_archive(tmp_path, [{"title": "New", "revision": 2, "body": None}], revisions=revisions)
    with open_archive(tmp_path) as opened:
        old, new = opened[1].revisions()
    assert (old.title, old.paragraphs, old.updated) == ("Old", ["a", "b"], date(2020, 1, 1))
    assert (old.images, old.cause) == ((Image("u", "c"),), "crawl")
    assert old.replaced == datetime(2024, 6, 1, 8, tzinfo=UTC)
    assert (new.revision, new.title, new.body, new.paragraphs, new.replaced) == (2, "New", "", [], None)


def test_a_capture_is_the_page_as_it_was_received(tmp_path: Path) -> None:
    twin = make_twin(3, 1, sections=("news",))
    with serve(twin) as server:
        crawl(tmp_path, server)
    with open_archive(tmp_path) as opened:
        article = next(iter(opened))
        capture = article.capture()
        assert (capture.address, capture.status) == (article.url, 200)
        assert capture.fetched_at <= article.first_seen
        assert article.title is not None
        assert article.title.split()[0].encode() in capture.read()
        with pytest.raises(NoEvidenceError, match="page 9"):
            article.capture(9)


def test_without_evidence_there_is_no_capture(archive: Archive) -> None:
    with pytest.raises(NoEvidenceError):
        archive[201].capture()
    with pytest.raises(NoEvidenceError, match="names a purged article"):
        archive[203].capture().read()


def test_similar_articles_are_articles(corpus: Archive) -> None:
    assert corpus[5].related() == corpus.similar(5, limit=5)
    assert 0 < len(corpus.similar("harbin-today:5", limit=3)) <= 3


def test_words_are_counted_as_by_the_commands(corpus: Archive) -> None:
    rows = corpus.trends("metro", "title:tram", by="month", section="news")
    assert {row.query for row in rows} == {"metro", "title:tram"}
    assert [row.hits for row in corpus.trends("metro", smooth=3)] == [row.hits for row in corpus.trends("metro")]
    hits = corpus.search("metro", limit=None, section="news")
    assert sum(row.hits for row in rows if row.query == "metro") == sum(hit.created is not None for hit in hits)
    lines = corpus.concordance("lan*", sort="left", context=10)
    assert corpus.concordance("lan*", sort="left", context=10, limit=3) == lines[:3]
    assert all(line.word.lower().startswith("lan") for line in lines)
    with pytest.raises(FilterError, match=r"met\*"):
        corpus.concordance("m*t")
    with corpus.reading() as connection:
        found = find_keywords(connection, Filters(sections=("news",)), Filters(sections=("gallery",)), least=2)
    assert corpus.keywords(section="news", against={"section": "gallery"}, least=2) == list(found.words)
    assert corpus.keywords(section="news", limit=2) == corpus.keywords(section="news")[:2]


def test_words_can_be_counted_while_articles_are_read(corpus: Archive) -> None:
    for read, article in enumerate(corpus, 1):
        assert corpus.keywords(section="news", against={"section": "gallery"})
        assert article.id in corpus
        if read == 3:
            break
    assert len(list(corpus)) == 60


def test_an_archive_says_what_it_is(archive: Archive, tmp_path: Path) -> None:
    assert repr(archive) == f"<Archive {str(archive.folder)!r}: Harbin Today, 5 articles, 2012-12-31 to 2020-03-01>"
    with open_archive(build_archive(tmp_path)) as empty:
        assert repr(empty) == f"<Archive {str(tmp_path)!r}: Harbin Today, 0 articles>"
    assert repr(empty) == f"<Archive {str(tmp_path)!r}, closed>"


def test_a_closed_archive_says_so(archive: Archive) -> None:
    with open_archive(archive.folder) as opened:
        article = opened[202]
        articles = iter(opened)
        next(articles)
    closed: Any = opened
    for ask in (
        closed.count, lambda: len(closed), lambda: closed[202], lambda: 202 in closed, lambda: iter(closed),
        lambda: closed.search("x"), lambda: closed.trends("x"), lambda: closed.keywords(section="news"),
        lambda: list(articles), article.revisions, article.capture, article.related,
    ):  # fmt: skip
        with pytest.raises(ClosedArchiveError, match=r"was closed: open it again with open_archive\(\)"):
            ask()
    closed.close()


def test_errors_of_the_database_are_said_as_such(archive: Archive) -> None:
    with pytest.raises(DatabaseError, match=FILE), archive.reading() as connection:
        connection.execute("DELETE FROM articles")
    with pytest.raises(NoArchiveError):
        open_archive("/nonexistent")


def test_help_of_the_package_shows_what_is_loaded_later() -> None:
    text = pydoc.plain(pydoc.render_doc(harbincrawl))
    assert "open_archive(" in text and "class Article(" in text
    names = ("trends", "concordance", "keywords", "similar", "to_pandas", "revisions", "capture")
    assert [name for name in names if f"{name}(" not in text] == []
