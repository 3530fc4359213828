"""Counts, captures, wordings and copies of an archive are what plain SQL over its tables and the commands say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harbincrawl import Archive, open_archive
from harbincrawl.errors import FilterError
from tests.support.archives import MakeOnce, build_archive
from tests.support.corpus_cases import build_corpus
from tests.support.crawling import ask
from tests.support.edited_twins import crawl_edited


@pytest.fixture(scope="module")
def crawled(make_once: MakeOnce) -> Iterator[Archive]:
    with open_archive(make_once("crawled-edited", crawl_edited)) as opened:
        yield opened


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(build_corpus(tmp_path_factory.mktemp("corpus"))) as opened:
        yield opened


def test_stats_add_up_to_all_articles(corpus: Archive) -> None:
    years = Counter(day and day[:4] for (day,) in ask(corpus.folder, "SELECT coalesce(updated, created) FROM articles"))
    assert {row.value: row.articles for row in corpus.stats(by="year")} == years
    for by in ("section", "source", "year", "month", "length"):
        assert sum(row.articles for row in corpus.stats(by=by)) == len(corpus)


def test_captures_are_all_responses_of_pages_of_articles(crawled: Archive) -> None:
    page = re.compile(r"/\d{4}-\d\d-\d\d/(\d+)(?:_(\d+))?\.html$")
    expected = {}
    stored = {id for (id,) in ask(crawled.folder, "SELECT id FROM articles")}
    rows = ask(crawled.folder, 'SELECT id, address, fetched_at, status, digest, warc, "offset" FROM captures')
    for id, address, fetched_at, *rest in rows:
        match = page.search(address)
        if match and match[1] in stored:
            expected[id] = (f"harbin-today:{match[1]}", int(match[2] or 1), address, fetched_at, *rest)
    captures = crawled.captures()
    assert {
        row.capture: (row.id, row.page, row.address, row.fetched_at, row.status, row.digest, row.warc, row.offset)
        for row in captures
    } == expected
    assert len(expected) < len(rows)  # lists are none
    assert [row.capture for row in captures] == sorted(expected)
    assert {row.status for row in captures} >= {200}
    some = crawled.captures(section="gallery")
    ids = {article.id for article in crawled.articles(section="gallery")}
    assert ids and some == [row for row in captures if row.id in ids]


def test_revisions_are_all_wordings(crawled: Archive) -> None:
    counts = dict(ask(crawled.folder, "SELECT 'harbin-today:' || id, revision FROM articles"))
    rows = crawled.revisions()
    assert Counter(row.id for row in rows) == counts
    assert sum(count > 1 for count in counts.values()) == 3
    by_article = [row for article in crawled for row in article.revisions()]
    assert [(row.title, row.body, row.seen, row.replaced, row.cause, row.fingerprint) for row in rows] == [
        (each.title, each.body, each.seen, each.replaced, each.cause, each.fingerprint) for each in by_article
    ]
    assert len(rows) > len(crawled)
    changed = crawled.revisions(changed=True)
    assert changed == [row for row in rows if counts[row.id] > 1]
    assert {row.replaced is None for row in changed} == {True, False}


def test_an_article_is_asked_how_it_read_at_a_time(crawled: Archive) -> None:
    article = next(crawled.articles(changed=True))
    old, new = article.revisions()
    assert article.at(old.seen) == old
    assert article.at(new.seen) == new == article.at(new.seen[:10]) == article.at(new.seen[:4])
    assert article.at("2001-02-03") is None
    with pytest.raises(FilterError, match="'soon' is not a date: expected 2019"):
        article.at("soon")


def test_edits_stand_between_two_wordings(crawled: Archive) -> None:
    wordings = {(row.id, row.revision): row for row in crawled.revisions()}
    edits = crawled.edits()
    assert len(edits) == len(wordings) - len(crawled) == 3
    for each in edits:
        old, new = wordings[each.id, each.revision], wordings[each.id, each.revision + 1]
        assert (each.seen, each.replaced) == (old.seen, old.replaced) == (old.seen, new.seen)
        assert (each.title_before, each.title_after) == (old.title, new.title)
        assert each.last_shown is not None and old.seen <= each.last_shown <= new.seen
        assert each.published == crawled[each.id].created and each.fields == ("title",)
        assert each.share == round((each.words_removed + each.words_added) / (each.words_before + each.words_after), 4)


@pytest.mark.parametrize(
    "ask",
    [
        lambda archive: archive.stats(),
        lambda archive: archive.captures(),
        lambda archive: archive.revisions(),
        lambda archive: archive.duplicates(),
        lambda archive: archive.edits(),
    ],
)
def test_an_empty_archive_has_rows_of_none(ask: Callable[[Archive], Any], tmp_path: Path) -> None:
    with open_archive(build_archive(tmp_path)) as archive:
        rows = ask(archive)
        assert rows == [] and rows.total == 0 and not rows.is_cut
        assert archive.count(section="anything") == 0
