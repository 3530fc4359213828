"""Passages are found where they were planted, and nothing else is: corpora made without a look at the finder."""

from __future__ import annotations

import pytest

from tests.support.families import sample
from tests.support.invented_news import OTHER, POOR, USUAL
from tests.support.passages_asked import ask_passages
from tests.support.planted_reuse import make_corpus
from tests.support.reuse_judge import judge_passages

MANNERS = {"usual": USUAL, "other": OTHER, "poor": POOR}
DEMAND = 0.95
CASES = [(seed, manner) for seed in range(100, 108) for manner in MANNERS]


@pytest.mark.parametrize(("seed", "manner"), sample(CASES, 8))
def test_planted_passages_are_found_and_nothing_else(seed: int, manner: str) -> None:
    corpus = make_corpus(seed, 60, MANNERS[manner])
    verdict = judge_passages(corpus, ask_passages(corpus).found)
    assert min(*verdict.passages, *verdict.pairs, *verdict.words) >= DEMAND, str(verdict)
    assert verdict.pieces < 1.1
    for kind, (found, planted) in verdict.by_kind.items():
        assert found >= 0.9 * planted, (kind, str(verdict))


@pytest.mark.attack
@pytest.mark.parametrize("manner", ["usual", "poor"])
def test_a_larger_archive_has_no_more_of_what_is_shared_by_chance(manner: str) -> None:
    corpus = make_corpus(110, 1000, MANNERS[manner])
    verdict = judge_passages(corpus, ask_passages(corpus).found)
    assert min(*verdict.passages, *verdict.pairs, *verdict.words) >= DEMAND, str(verdict)


def test_articles_without_reuse_have_no_passages() -> None:
    corpus = make_corpus(120, 60, USUAL)
    # Each planted passage is kept on one side alone: its other article goes.
    gone = {planted.other.article for planted in corpus.planted}
    kept = [article for at, article in enumerate(corpus.articles) if at not in gone]
    under = {corpus.articles[line.article].body: line for line in corpus.lines}
    assert len(kept) > 12
    found = ask_passages(corpus._replace(articles=tuple(kept))).found
    for one, start, _, other, *_ in found:
        # What is left are the lines under many articles.
        assert start >= under[kept[one].body].start
        assert kept[other].body in under
