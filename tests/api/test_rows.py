"""Rows are lists that say what a limit cut, and have a column for each of their fields."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import harbincrawl
from harbincrawl import Archive, Article, Hit, open_archive
from harbincrawl.api.rows import list_columns
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.fields import KEYS
from harbincrawl.search.choice import fit_choice, search_page
from harbincrawl.search.filters import Filters
from tests.support.corpus_cases import COPIES, build_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(build_corpus(tmp_path_factory.mktemp("corpus"))) as opened:
        yield opened


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
