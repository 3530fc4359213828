"""The archive from Python: articles by id, address, search and filter, and what is said when it is closed."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from harbincrawl import Archive, Image, open_archive
from harbincrawl.cli.main import cli
from harbincrawl.errors import ClosedArchiveError, DatabaseError, NoEvidenceError
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.corpus_cases import build_corpus
from tests.support.crawling import crawl
from tests.support.export_cases import hard_archive, read_jsonl, stored_records
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


def test_iterating_gives_articles_in_order_of_their_days(archive: Archive) -> None:
    assert numbers(archive) == [205, 202, 201, 203, 204]
    assert numbers(archive.articles("newest")) == [204, 203, 201, 202, 205]
    assert len(archive) == 5


def test_an_article_is_what_the_page_said(archive: Archive) -> None:
    article = archive["harbin-today:202"]
    assert article.id == "harbin-today:202"
    assert (article.updated, article.created) == ("2012-12-31", "2014-01-02")
    assert article.paragraphs == ["First paragraph.", "- a list, it seems", "# no heading", "2020. A year begins."]
    assert article.body == "\n\n".join(article.paragraphs)
    assert article.authors == ("Wang Wei", "Li Na")
    assert article.images[1] == Image(None, "Words\twith a tab")
    assert article.first_seen == "2024-06-01T08:00:00Z"
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
    assert archive.count(section=("gallery",), query="caption") == archive.count("caption", section="gallery") == 1


def test_a_filter_takes_one_value_or_many_and_dates_as_such(archive: Archive) -> None:
    assert archive.count(section="gallery") == archive.count(section={"gallery"}) == 1
    assert archive.count(section=["gallery", "news"]) == archive.count(section=("gallery", "news")) == 5
    assert archive.count(author="Li Na") == archive.count(author={"li na"}) == 1
    assert archive.count(since=date(2020, 1, 1)) == archive.count(since="2020") == 2
    assert archive.count(seen_since=datetime(2024, 6, 1, 8, tzinfo=UTC)) == 5
    assert numbers(archive.articles(id=(203, "204", "harbin-today:205"))) == [205, 203, 204]
    assert numbers(archive.articles(id=203)) == [203]


def test_revisions_are_the_wordings_in_their_order(tmp_path: Path) -> None:
    revisions = [{"number": 1, "revision": 1, "title": "Old", "body": ["a", "b"], "updated": "2020-01-01",
                  "images": [{"url": "u", "caption": "c", "credit": None, "file_name": None}]}]  # fmt: skip
    build_archive(tmp_path, [{"title": "New", "revision": 2, "body": None}], revisions=revisions)
    with open_archive(tmp_path) as opened:
        old, new = opened[1].revisions()
    assert (old.title, old.paragraphs, old.updated) == ("Old", ["a", "b"], "2020-01-01")
    assert (old.images, old.cause) == ((Image("u", "c"),), "crawl")
    assert old.replaced == "2024-06-01T08:00:00Z"
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


def test_an_article_has_its_text_and_its_record(archive: Archive) -> None:
    article = archive[202]
    assert article.text == "\n\n".join([article.title or "", article.body, 'A "view"\nWords\twith a tab'])
    assert [each.to_dict() for each in archive] == stored_records(archive.folder)
    article.to_dict()["authors"].clear()
    assert len(article.to_dict()["authors"]) == 2


def test_tokens_are_the_words_that_are_counted(corpus: Archive) -> None:
    tokens = list(corpus.tokens(section="news"))
    counts = Counter(each.word for each in tokens if any(map(str.isalpha, each.word)))
    assert counts == {row.word: row.frequency for row in corpus.words(section="news")}
    assert {each.field for each in tokens} <= {"title", "body", "captions"} and {each.line for each in tokens} >= {1}
    first = next(iter(corpus.articles(section="news")))
    assert [each.word for each in tokens if (each.id, each.field) == (first.id, "title")] == (
        (first.title or "").lower().replace("-", " ").split()
    )


def test_a_name_that_no_article_has_is_a_warning_and_a_note(archive: Archive) -> None:
    with pytest.warns(UserWarning, match='no article has the section "galery"; did you mean "gallery"') as caught:
        assert archive.count(section="galery") == 0
    assert [each.filename for each in caught] == [__file__]
    assert archive.stats(section="galery").notes == ('no article has the section "galery"; did you mean "gallery"?',)


def test_articles_and_archives_go_to_other_processes(archive: Archive) -> None:
    article = pickle.loads(pickle.dumps(archive[202]))  # noqa: S301 - our own
    assert article == archive[202] and article.revisions()[0].title == archive[202].title
    assert len(pickle.loads(pickle.dumps(archive))) == 5  # noqa: S301 - our own


def test_an_archive_belongs_to_its_thread(archive: Archive) -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(DatabaseError, match="thread"):
        pool.submit(len, archive).result()


def test_words_can_be_counted_while_articles_are_read(corpus: Archive) -> None:
    for read, article in enumerate(corpus, 1):
        assert corpus.keywords(section="news", against="section:gallery")
        assert article.id in corpus
        if read == 3:
            break
    assert len(list(corpus)) == 60


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


ARTICLES = [
    {"number": 1, "title": "Metro", "body": "The line opens."},
    {"number": 2, "title": "Metros", "body": "Lines open."},
    {"number": 3, "title": "Opened", "body": "A metro was opened."},
]


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--archive", str(folder), *words])


@pytest.mark.parametrize(("facts", "exact"), [({"stemmer": "none"}, False), ({}, True)])
@pytest.mark.parametrize(
    ("query", "found"),
    [("metro", [1, 3]), ("metros", [2]), ("open*", [1, 2, 3]), ('"metro was"', [3]), ("opens OR lines -metro", [1, 2])],
)
def test_words_as_they_are_written(
    tmp_path: Path, facts: dict[str, str], exact: bool, query: str, found: list[int]
) -> None:
    folder = build_archive(tmp_path / "archive", ARTICLES, facts=facts)
    ids = [f"harbin-today:{number}" for number in found]
    filters = Filters(query=query, exact=exact)
    assert run_job(folder, ExportJob(str(tmp_path / "a.jsonl"), filters=filters)).articles == len(found)
    assert [record["id"] for record in read_jsonl((tmp_path / "a.jsonl").read_bytes())] == ids
    flags = ["--exact"] if exact else []
    said = run(folder, "export", str(tmp_path / "b.jsonl"), "--query", query, *flags).stdout
    assert said.startswith(f"{len(found)} article")
    assert run(folder, "search", query, *flags, "--count").stdout == f"{len(found)}\n"
    with open_archive(folder) as archive:
        assert sorted(article.id for article in archive.search(query, exact=exact)) == ids
        assert archive.count(query=query, exact=exact) == len(found)
        # Two at a time, of different words, on one connection.
        one, other = archive.records(query=query, exact=exact), archive.records(query="lines", exact=True)
        assert [next(one)["id"], next(other)["id"]] == [ids[0], "harbin-today:2"]
        assert [record["id"] for record in one] == ids[1:]
