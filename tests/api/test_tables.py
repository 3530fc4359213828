"""Rows are lists that say what a limit cut; counts, captures, wordings and copies are what plain SQL says."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import harbincrawl
from harbincrawl import Archive, Article, Hit, open_archive
from harbincrawl.api.rows import list_columns
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.errors import FilterError
from harbincrawl.fields import KEYS
from harbincrawl.search.choice import fit_choice, search_page
from harbincrawl.search.filters import Filters
from tests.support.archives import MakeOnce, build_archive
from tests.support.corpus_cases import COPIES, build_corpus
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


def test_a_search_gives_all_hits_unless_a_limit_cuts_and_says_so(corpus: Archive) -> None:
    hits = corpus.search("metro")
    assert len(hits) == hits.total == len({hit.id for hit in hits}) > 20
    assert not hits.is_cut and hits.describe() == f"{len(hits)} hits"
    some = corpus.search("metro", limit=3)
    assert some == hits[:3]
    assert (some.total, some.is_cut, some.describe()) == (len(hits), True, f"3 of {len(hits)} hits (limit=3)")
    assert repr(some).splitlines() == [some.describe(), *(f"  {hit!r}" for hit in some)]
    assert (corpus.search("metro", limit=0).total, corpus.search("metro", limit=0)) == (len(hits), [])
    whole = corpus.search("metro", limit=len(hits))
    assert (whole.total, whole.is_cut, whole) == (len(hits), False, hits)
    copies = corpus.search("metro", copies=True, limit=2)
    assert copies.total == corpus.count("metro") > len(hits)


def test_hits_have_the_scores_of_the_search(corpus: Archive) -> None:
    with open_reader(corpus.folder) as connection:
        choice = fit_choice(connection, Filters(query="metro OR lantern"))
        hits = search_page(connection, choice, limit=None).hits
        mine = corpus.search("metro OR lantern")
        assert [-hit.score for hit in hits] == [hit.score for hit in mine]
        assert all(hit.score is not None and hit.score > 0 for hit in mine)
    assert {hit.score for hit in corpus.search("metro", sort="oldest")} == {None}
    assert {hit.score for hit in corpus.search("")} == {None}


def test_a_hit_names_the_copies_that_stand_behind_it(corpus: Archive) -> None:
    hits = {int(hit.id.rpartition(":")[2]): hit.copies for hit in corpus.search("")}
    families: dict[int, set[str]] = {}
    for number, original in COPIES.items():
        families.setdefault(original, set()).add(f"harbin-today:{number}")
    assert {number: set(copies) for number, copies in hits.items() if copies} == families


def test_a_hit_is_the_article_that_it_is(corpus: Archive) -> None:
    hit = corpus.search("metro", limit=1)[0]
    article = corpus[hit.id]
    assert isinstance(hit, Hit) and isinstance(hit, Article)
    assert hit == article and article == hit and hash(hit) == hash(article)
    assert hit != corpus.search("metro", limit=2)[1]
    assert hit != hit.id
    assert {hit} & set(corpus.articles()) == {article}
    assert hit in corpus and corpus.similar(5)[0] in corpus
    assert repr(hit) == repr(article).replace("<Article", "<Hit")


def list_row_kinds() -> dict[str, str]:
    """What the rows of each method are, by the name of the method."""
    methods = inspect.getmembers(Archive, inspect.isfunction)
    found = ((name, re.fullmatch(r"Rows\[(\w+)\]", str(each.__annotations__.get("return")))) for name, each in methods)
    return {name: match[1] for name, match in found if match and not name.startswith("_")}


@pytest.mark.parametrize("name", sorted({*list_row_kinds().values(), "Article", "Revision", "Capture"}))
def test_every_field_of_rows_is_a_column(name: str) -> None:
    kind = getattr(harbincrawl, name)
    names = getattr(kind, "_fields", None) or [each.name for each in dataclasses.fields(kind)]
    columns = list_columns(kind)
    own = [each for each in names if not each.startswith("_")]
    found = [column.name for column in columns]
    assert found == ([*KEYS, *own[len(KEYS) - 1 :]] if hasattr(kind, "to_dict") else own)
    assert all(column.kind not in ("date", "time") for column in columns if column.name in ("period", "value"))
    days = {column.name for column in columns if column.kind == "date"}
    times = {column.name for column in columns if column.kind == "time"}
    assert days >= {column.name for column in columns if column.name in ("updated", "created", "published")}
    assert times >= {
        column.name for column in columns if column.name in ("seen", "first_seen", "replaced", "fetched_at")
    }


def test_the_page_on_python_tells_of_every_method_and_class() -> None:
    page = (Path(__file__).parents[2] / "docs" / "python.md").read_text("utf-8")
    kinds = list_row_kinds()
    assert {"search", "similar", "stats", "captures", "revisions", "edits", "duplicates", "trends"} <= set(kinds)
    assert [name for name in kinds if f"| `{name}(" not in page] == []
    classes = [name for name in harbincrawl.__all__ if name[0].isupper()]
    assert [name for name in classes if f".. autoclass:: harbincrawl.{name}()" not in page] == []
