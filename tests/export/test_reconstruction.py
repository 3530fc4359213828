"""Texts cannot be put together again from the counts of a dataset to share; from all counts of pairs they can."""

from __future__ import annotations

import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.export.job import run_job
from harbincrawl.export.profiles import LEAST_ARTICLES
from harbincrawl.export.task import ExportJob
from tests.support.archives import build_archive
from tests.support.crawling import ask
from tests.support.export_cases import STORY, read_jsonl, read_rows, share
from tests.support.families import examples, sample
from tests.support.reconstruction import (
    Counts,
    Language,
    find_certain_runs,
    find_inevitable_runs,
    find_whole_text,
    guess_text,
    list_published,
    list_runs,
    measure_find,
    read_bundle,
    read_counts,
    split_words,
)
from tests.support.twin import make_twin

NOTICE = (
    "Readers may quote xylophone quartets freely, provided that every violet lighthouse keeper answers by telegram "
    "before noon and pays nineteen roubles at the counter behind the museum of clocks."
)
"""A paragraph that many articles end with, of words that stand nowhere else."""


def make_articles(seed: int, count: int = 300) -> list[dict[str, Any]]:
    """The articles of a twin, some of which end with one notice, and one story told in eight of them."""
    articles = [
        {name: story[name] for name in ("number", "url", "section_path", "title", "created", "source", "images")}
        | {"body": [*story["body"], *([NOTICE] if at % 6 == 0 else [])] or None}
        for at, story in enumerate(make_twin(seed, count).truth())
    ]
    highest = max(article["number"] for article in articles)
    return articles + [{"number": highest + at, "created": "2020-01-01", "body": STORY} for at in range(1, 9)]


def link_copies(articles: list[dict[str, Any]]) -> list[tuple[int, int, float, str]]:
    """The copies of STORY, as the archive knows them."""
    first, *copies = (article["number"] for article in articles if article["body"] == STORY)
    return [(number, first, 1.0, "exact") for number in copies]


def read_texts(archive: Path) -> dict[str, list[str]]:
    """The words of every body, by id."""
    rows = ask(archive, "SELECT id, body FROM articles")
    return {f"harbin-today:{id}": split_words(body or "") for id, body in rows}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = make_articles(1)
    return build_archive(tmp_path_factory.mktemp("share") / "archive", articles, duplicates=link_copies(articles))


@pytest.fixture(scope="module")
def shared(archive: Path) -> Path:
    return share(archive)


def count_all(words: list[str]) -> Counts:
    """What a dataset with all pairs of words would give."""
    return Counts(Counter(words), Counter(pairwise(words)))


def measure_gain(texts: dict[str, list[str]], published: dict[str, Counts], size: int) -> tuple[float, float]:
    """(share of runs that a beam finds with counts of words and pairs, with those of words alone) in `size` texts.

    Its language is that of all other texts, copies of these aside.
    """
    distinct = {tuple(words): id for id, words in texts.items() if len(words) > 20}
    ids = sorted(distinct.values())[:: max(1, len(distinct) // size)][:size]
    chosen = {tuple(texts[id]) for id in ids}
    language = Language(words for words in texts.values() if tuple(words) not in chosen)
    known = list_published(published.values())
    found, base, runs = 0, 0, 0
    for id in ids:
        words = published[id].words
        found += measure_find(guess_text(published[id], known, language), texts[id])[0]
        base += measure_find(guess_text(Counts(words, Counter()), frozenset(), language), texts[id])[0]
        runs += len(list_runs(texts[id]))
    return found / runs, base / runs


@pytest.mark.attack
def test_counts_of_all_pairs_would_give_texts_back(archive: Path) -> None:
    texts = read_texts(archive)
    counts = {id: count_all(words) for id, words in texts.items()}
    found = [measure_find(find_certain_runs(counts[id]), words) for id, words in texts.items()]
    assert sum(certain for certain, _ in found) > 0.1 * sum(runs for _, runs in found)
    assert any(find_whole_text(counts[id]) == words for id, words in texts.items() if len(words) > 15)
    gained, base = measure_gain(texts, counts, 2)
    assert gained - base > 0.05


def test_no_run_of_words_comes_back_with_certainty(archive: Path, shared: Path) -> None:
    texts, published = read_texts(archive), read_bundle(shared)
    assert published.keys() == texts.keys()
    assert {id: counts.words for id, counts in published.items()} == {id: Counter(text) for id, text in texts.items()}
    assert sum(counts.pairs.total() for counts in published.values()) > 1000
    for counts in published.values():
        assert not find_certain_runs(counts)


@pytest.mark.parametrize(("seed", "size"), sample([(1, 1), (1, 40), (2, 40)], every=3))
def test_a_beam_gains_less_than_a_hundredth_of_the_runs_by_pairs(tmp_path: Path, seed: int, size: int) -> None:
    articles = make_articles(seed)
    archive = build_archive(tmp_path / "archive", articles, duplicates=link_copies(articles))
    found, base = measure_gain(read_texts(archive), read_bundle(share(archive)), size)
    assert found - base < 0.01


def test_pairs_stand_in_many_articles_that_are_no_copies(archive: Path, shared: Path) -> None:
    rows = read_rows(shared)
    copies = {row["id"] for row in rows if row["duplicate_of"]}
    originals = [row for row in rows if row["id"] not in copies and row["word_count"]]
    articles = Counter(item["term"] for row in originals for item in row["bigrams"])
    assert min(articles.values()) >= max(LEAST_ARTICLES, len(originals) / 10)
    texts = read_texts(archive)
    assert all(
        item["count"] == [f"{one} {other}" for one, other in pairwise(texts[row["id"]])].count(item["term"])
        for row in rows
        for item in row["bigrams"]
    )
    story = set(pairwise(split_words(STORY)))
    assert not story & {tuple(term.split()) for term in articles if "heron" in term or "skaters" in term}


def list_halves(archive: Path) -> tuple[set[str], set[str]]:
    """(words that pairs begin with, words that they end with) of a dataset to share."""
    pairs = list_published(read_bundle(share(archive, "halves")).values())
    return {first for first, _ in pairs}, {second for _, second in pairs}


def test_copies_of_one_story_do_not_make_its_pairs_frequent(tmp_path: Path) -> None:
    bodies = [f"{STORY} {number}" for number in range(8)]
    articles = [{"number": number, "body": body} for number, body in enumerate(bodies, 1)]
    first, second = list_halves(build_archive(tmp_path / "apart", articles))
    assert first
    assert second
    links = [(number, 1, 0.9, "near") for number in range(2, 9)]
    assert list_halves(build_archive(tmp_path / "linked", articles, duplicates=links)) == (set(), set())


@pytest.mark.parametrize("pick", sample([slice(0, 150), slice(0, 299), slice(100, 300), slice(0, 300)], every=4))
def test_what_exports_of_overlapping_parts_say_of_an_article_cannot_be_joined(tmp_path: Path, pick: slice) -> None:
    articles = make_articles(1, 150)
    whole = read_bundle(share(build_archive(tmp_path / "one" / "archive", articles)))
    part = read_bundle(share(build_archive(tmp_path / "two" / "archive", articles[pick])))
    assert part
    for id, counts in part.items():
        assert not find_certain_runs(Counts(counts.words, counts.pairs | whole[id].pairs))


FEW = st.lists(st.lists(st.sampled_from("ice snow the a of park".split()), min_size=5, max_size=8), min_size=1)


@examples(40)
@given(texts=FEW)
def test_no_run_is_in_all_orders_that_short_texts_may_have(texts: list[list[str]]) -> None:
    many = [*texts, *([*text, str(at)] for text in texts for at in range(LEAST_ARTICLES))]
    with tempfile.TemporaryDirectory() as name:
        folder = build_archive(Path(name) / "archive", [{"body": " ".join(text)} for text in many])
        run_job(folder, ExportJob(f"{name}/a.jsonl", profile="features"))
        rows = read_jsonl(Path(name, "a.jsonl").read_bytes())
    published = list(map(read_counts, rows))
    known = list_published(published)
    for text, counts in zip(texts, published, strict=False):
        if counts.words:
            assert not find_inevitable_runs(counts, known), text
        else:
            assert max(Counter(text).values()) * 3 > len(text)


def test_the_search_of_all_orders_finds_what_has_to_be() -> None:
    words = "the ice of the park".split()
    counts = count_all(words)
    assert find_inevitable_runs(counts, frozenset(counts.pairs)) == {tuple(words)}
    assert not find_inevitable_runs(Counts(counts.words, Counter()), frozenset())
