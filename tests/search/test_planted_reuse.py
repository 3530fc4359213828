"""The planted corpora are what their truth says, by a slow comparison of all with all; and the judge can count."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from functools import cache

import pytest

from tests.support.aligned_words import count_common, list_alignments, number_words
from tests.support.families import sample
from tests.support.invented_news import OTHER, POOR, USUAL, Manner, cut_words, find_words
from tests.support.planted_reuse import Corpus, Span, make_corpus
from tests.support.plantings import KINDS, NEAR_KINDS
from tests.support.reuse_judge import Found, judge_passages

MANNERS = {"usual": USUAL, "other": OTHER, "poor": POOR}
MOST_SHARED = 10
"""The highest score of an alignment that is no passage: a run of nine words and one more by chance."""
CASES = [(1, "usual"), (1, "poor"), (1, "other"), (2, "usual"), (2, "poor"), (2, "other"), (3, "usual")]


@cache
def make(seed: int, manner: str, number: int = 60) -> tuple[Corpus, list[list[str]]]:
    corpus = make_corpus(seed, number, MANNERS[manner])
    return corpus, [cut_words(article.body) for article in corpus.articles]


def list_found(corpus: Corpus) -> list[Found]:
    """What a finder without faults finds."""
    return [(*planted.one, *planted.other) for planted in corpus.planted]


@pytest.mark.parametrize("manner", MANNERS)
def test_a_seed_gives_the_same_corpus_and_another_one_another(manner: str) -> None:
    assert make_corpus(7, 30, MANNERS[manner]) == make_corpus(7, 30, MANNERS[manner])
    assert make_corpus(7, 30, MANNERS[manner]).articles[0] != make_corpus(8, 30, MANNERS[manner]).articles[0]


@pytest.mark.parametrize(("seed", "manner"), sample(CASES, 6))
def test_texts_are_of_the_kind_that_was_asked_for(seed: int, manner: str) -> None:
    corpus, words = make(seed, manner)
    asked = MANNERS[manner]
    assert {planted.kind for planted in corpus.planted} == set(KINDS)
    assert {near.kind for near in corpus.near} == set(NEAR_KINDS)
    lengths = sorted(map(len, words))
    assert asked.length[0] <= lengths[3]
    assert lengths[-4] <= asked.length[1] * 1.25
    assert sum(len(article.body.split("\n\n")) > 2 for article in corpus.articles) > 50
    text = "".join(article.text for article in corpus.articles)
    assert cut_words(text) == re.findall(r"[^\W_]+", text.casefold()), "every rule of letters and digits agrees"
    spans = find_words(corpus.articles[0].body)
    assert [corpus.articles[0].body[start:end].lower() for start, end in spans] == words[0]
    # Zipf: the first hundredth of the words are a good part of all that is written.
    counts = Counter(word for each in words for word in each)
    assert sum(count for _, count in counts.most_common(30)) > 0.2 * counts.total()


@pytest.mark.parametrize(("seed", "manner"), sample(CASES, 6))
def test_planted_passages_stand_where_the_truth_says(seed: int, manner: str) -> None:
    corpus, words = make(seed, manner)
    for planted in corpus.planted:
        one, other = (words[span.article][span.start : span.end] for span in (planted.one, planted.other))
        assert planted.one.article != planted.other.article
        common = count_common(one, other)
        assert common >= 12, planted
        assert common >= min(len(one), len(other)) - planted.edits, planted
        if planted.kind in ("exact", "cut", "reordered", "joined", "case", "paragraphs"):
            assert one == other
        if planted.kind in ("edited", "clumped"):
            low, high = MANNERS[manner].edits
            assert one != other
            assert low * 0.7 <= planted.edits / len(one) <= high * 1.3
    by_pair = Counter((one.kind, one.one.article, one.other.article) for one in corpus.planted)
    assert all(by_pair[key] > 1 for key in by_pair if key[0] == "reordered")


@pytest.mark.parametrize(("seed", "manner"), sample(CASES, 6))
def test_nothing_else_is_shared_in_a_row(seed: int, manner: str) -> None:
    corpus, texts = make(seed, manner, 30)
    words = number_words(texts)
    for line in corpus.lines:
        # What is counted neither way is not looked at: such a line's words are like no others.
        size = line.end - line.start
        words[line.article][line.start : line.end] = range(-2 - 100 * line.article, -2 - 100 * line.article - size, -1)
    masked: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for planted in corpus.planted:
        one, other = sorted((planted.one, planted.other))
        masked[one.article, other.article].append((other.start, other.end))
    found = list(list_alignments(words, MOST_SHARED + 1, masked))
    shown = [" ".join(texts[each.one][max(0, each.end - 20) : each.end]) for each in found]
    assert not found, list(zip(found, shown, strict=True))


def test_the_slow_comparison_finds_what_is_planted() -> None:
    """It could fail: without the masks it ends at every planted pair, where the passage ends."""
    corpus, texts = make(1, "usual", 30)
    found = {(each.one, each.other): each for each in list_alignments(number_words(texts), MOST_SHARED + 1, {})}
    for planted in corpus.planted:
        one, other = sorted((planted.one, planted.other))
        if planted.kind not in ("edited", "clumped", "shortened"):
            assert (one.article, other.article) in found
        if planted.kind == "exact":
            each = found[one.article, other.article]
            assert abs(each.end - one.end) <= 3
            assert abs(each.other_end - other.end) <= 3
            assert each.score >= one.end - one.start


def test_an_alignment_by_hand() -> None:
    texts = number_words([list("abcdefgh"), list("xxabcxdefghx"), list("hgfedcba"), list("xabxdefghx")])
    assert list(list_alignments(texts, 5, {})) == [(0, 1, 7, 8, 11), (0, 3, 6, 8, 9), (1, 3, 9, 12, 10)]
    assert list(list_alignments(texts, 5, {(0, 1): [(2, 11)], (1, 3): [(0, 9)]})) == [(0, 3, 6, 8, 9)]
    assert count_common("abcdefgh", "xxabcxdefghx") == 8


def test_a_faultless_finder_is_judged_so() -> None:
    corpus, _ = make(2, "usual")
    verdict = judge_passages(corpus, list_found(corpus))
    assert (*verdict.passages, *verdict.pairs, *verdict.words) == (1,) * 6
    assert not verdict.missed
    assert not verdict.false
    assert all(found == planted for found, planted in verdict.by_kind.values())
    # The other way round, twice, and in positions of its own.
    turned = [(b, 10 + c, 10 + d, a, 10 + start, 10 + end) for a, start, end, b, c, d in list_found(corpus)]
    assert judge_passages(corpus, turned * 2, lambda _, start, end: (start - 10, end - 10)) == verdict


def test_a_finder_of_nothing_and_one_of_everything() -> None:
    corpus, words = make(2, "usual")
    nothing = judge_passages(corpus, [])
    assert (nothing.passages, nothing.pairs, nothing.words) == ((1, 0), (1, 0), (1, 0))
    every = [(a, 0, len(words[a]), b, 0, len(words[b])) for a in range(len(words)) for b in range(a + 1, len(words))]
    verdict = judge_passages(corpus, every)
    assert verdict.passages.recall == verdict.pairs.recall == verdict.words.recall == 1
    assert verdict.passages.precision < 0.05
    assert verdict.pairs.precision < 0.05
    assert verdict.words.precision < 0.05


def test_a_finder_of_some_is_counted_by_hand() -> None:
    corpus, words = make(3, "usual")
    dice = random.Random(5)
    kept = [planted for planted in corpus.planted if dice.random() < 0.7]
    found = [(*planted.one, *planted.other) for planted in kept]
    near = [(*miss.spans[0], *miss.spans[1]) for miss in corpus.near[:4]]
    verdict = judge_passages(corpus, found + near)
    assert verdict.passages.precision == pytest.approx(len(kept) / (len(kept) + 4))
    assert verdict.passages.recall == pytest.approx(len(kept) / len(corpus.planted))
    pairs = {frozenset((planted.one.article, planted.other.article)) for planted in corpus.planted}
    own = {frozenset((planted.one.article, planted.other.article)) for planted in kept}
    assert verdict.pairs.recall == pytest.approx(len(own) / len(pairs))
    assert sum(verdict.false_kinds.values()) == 4
    assert set(verdict.false_kinds) <= set(NEAR_KINDS)
    assert 0 < verdict.words.recall < 1
    assert len(words) == 60


@pytest.mark.parametrize(
    ("start", "end", "is_found", "is_right"),
    [(0, 20, True, True), (0, 9, False, True), (10, 20, True, True), (-20, 8, False, False), (-12, 14, True, True)],
)
def test_half_of_a_passage_on_both_sides_is_enough(start: int, end: int, is_found: bool, is_right: bool) -> None:
    corpus = make_corpus(1, 20)
    planted = corpus.planted[0]._replace(one=Span(1, 50, 70), other=Span(2, 100, 120))
    corpus = corpus._replace(planted=(planted,), near=(), lines=())
    verdict = judge_passages(corpus, [(1, 50 + start, 50 + end, 2, 100 + start, 100 + end)])
    assert verdict.passages == (float(is_right), float(is_found))
    # Half on one side alone is none.
    verdict = judge_passages(corpus, [(1, 50, 70, 2, 100, 109)])
    assert verdict.passages == (1, 0)
    # In two pieces it is found, in two pieces.
    verdict = judge_passages(corpus, [(1, 50, 57, 2, 100, 107), (1, 60, 66, 2, 110, 116)])
    assert (verdict.passages, verdict.pieces) == ((1, 1), 2)


def test_a_line_under_many_articles_counts_neither_way() -> None:
    corpus, words = make(2, "usual")
    text = {line: words[line.article][line.start : line.end] for line in corpus.lines}
    one, other = next((a, b) for a in text for b in text if a < b and text[a] == text[b] and len(text[a]) >= 12)
    verdict = judge_passages(corpus, [*list_found(corpus), (*one, *other)])
    assert (*verdict.passages, *verdict.pairs, *verdict.words) == (1,) * 6
    assert verdict.lines == 1


def test_manners_differ() -> None:
    assert isinstance(USUAL, Manner)
    assert all(one != other for one, other in zip(USUAL, OTHER, strict=True))
