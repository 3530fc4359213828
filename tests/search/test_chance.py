"""What chance alone does to words: permutations of articles, and the p that they give."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from harbincrawl.corpus.chance import CHANCE, PERMUTATIONS, Permutations
from harbincrawl.corpus.keywords import LEAST, measure_log_likelihood
from tests.support.families import sample

Article = tuple[dict[int, int], int]
"""How often it has each word, and how many words it has."""


def permute(
    part: Sequence[Article], other: Sequence[Article], both: Sequence[Article] = (), words: int = 1, at_once: int = 3
) -> Permutations:
    """The permutations of articles of which `both` are in both parts."""
    permutations = Permutations(len(part) + len(both), len(other) + len(both), len(both), words)
    for some, in_part, in_other in ((part, True, False), (other, False, True), (both, True, True)):
        for at in range(0, len(some), at_once):
            batch = some[at : at + at_once]
            permutations.add(
                [each for each, _ in batch], [length for _, length in batch], in_part=in_part, in_other=in_other
            )
    return permutations


def measure(*parts: Sequence[Article], words: int = 1) -> list[float | None]:
    return permute(*parts, words=words).measure()


def enumerate_deals(
    part: Sequence[Article], other: Sequence[Article], both: Sequence[Article] = ()
) -> tuple[Fraction, Fraction]:
    """(p of word 0, the lowest that it could have) by every way to assign the articles: nothing is left to chance."""
    every = [*part, *other, *both]
    places = range(len(every))

    def compare(one: Sequence[int], two: Sequence[int]) -> tuple[Fraction, Fraction]:
        pooled, means = zip(
            *(
                (
                    Fraction(sum(every[at][0].get(0, 0) for at in side), sum(every[at][1] for at in side)),
                    Fraction(sum(Fraction(every[at][0].get(0, 0), every[at][1]) for at in side), len(side)),
                )
                for side in (one, two)
            ),
            strict=True,
        )
        return pooled[0] - pooled[1], means[0] - means[1]

    def list_ways() -> Iterator[tuple[Fraction, Fraction]]:
        for one in combinations(places, len(part) + len(both)):
            for shared in combinations(one, len(both)):
                yield compare(one, [at for at in places if at not in one or at in shared])

    shared = [at for at in places if at >= len(part) + len(other)]
    pooled, mean = compare([*range(len(part)), *shared], [*range(len(part), len(part) + len(other)), *shared])
    sign = 1 if pooled > 0 else -1
    alike = [means * sign for difference, means in list_ways() if difference * sign > 0]

    def place(value: Fraction) -> Fraction:
        return (sum(each > value for each in alike) + Fraction(sum(each == value for each in alike), 2)) / len(alike)

    return place(mean * sign), place(max(alike))


CASES: list[tuple[list[Article], list[Article], list[Article]]] = [
    # Lengths and times that differ, so that no two permutations are alike.
    ([({0: 3}, 101), ({0: 2}, 83), ({0: 2}, 59), ({}, 211), ({0: 1}, 67)],
     [({0: 1}, 97), ({}, 131), ({}, 89), ({0: 1}, 307), ({}, 71)], []),
    # More often in the other part.
    ([({}, 50), ({}, 60), ({0: 1}, 70)],
     [({0: 2}, 40), ({0: 1}, 80), ({0: 3}, 90), ({}, 30), ({0: 1}, 55), ({0: 1}, 65)], []),
    # Many ties: articles of one length, a word once in each of six.
    ([({0: 1}, 100)] * 4 + [({}, 100)] * 2, [({0: 1}, 100)] + [({}, 100)] * 5, []),
    ([({0: 1}, 100)] * 5 + [({}, 100)], [({}, 100)] * 6, []),
    # Some are in both.
    ([({0: 4}, 60), ({0: 3}, 90), ({}, 30)], [({}, 80), ({0: 1}, 75), ({}, 95)], [({0: 1}, 70), ({0: 2}, 45)]),
    # The one part is all in the other.
    ([], [({}, 80), ({0: 1}, 75), ({}, 95), ({}, 50)], [({0: 3}, 70), ({0: 2}, 45), ({0: 2}, 64)]),
]  # fmt: skip


@pytest.mark.parametrize(("part", "other", "both"), CASES)
def test_p_is_that_of_all_permutations(part: list[Article], other: list[Article], both: list[Article]) -> None:
    exact, best = enumerate_deals(part, other, both)
    (found,) = permute(part, other, both).measure()
    if best > CHANCE * 1.3:
        assert found is None
        return
    assert found is not None
    # Four standard errors of some 1,000 permutations.
    assert found == pytest.approx(
        float(exact), abs=0.002 + 4 * math.sqrt(float(exact * (1 - exact)) / (PERMUTATIONS / 2))
    )


def test_a_word_has_the_same_p_whichever_words_and_batches_it_comes_in() -> None:
    part, other, _ = CASES[0]
    alone = permute(part, other).measure()
    among = [({0: 5, 1: 2, 2: 1} | {3: times.get(0, 0)}, length) for times, length in (*part, *other)]
    (*_, fourth) = permute(among[:5], among[5:], words=4, at_once=2).measure()
    assert [fourth] == alone == permute(part, other, at_once=100).measure()


def test_a_word_that_one_article_repeats_has_no_p() -> None:
    quiet: Article = ({}, 300)
    (found,) = measure([({0: 50}, 400), *[quiet] * 49], [quiet] * 50)
    assert found is None
    # One article more often than all others, which are as many in both parts: no finding either.
    (found,) = measure([({0: 50}, 400), *[({0: 1}, 300)] * 10, *[quiet] * 39], [({0: 1}, 300)] * 10 + [quiet] * 40)
    assert found is not None and found > CHANCE


def make_bursts(dice: np.random.Generator, articles: int, words: int) -> list[Article]:
    """Articles of different lengths in which words cluster: most of their times stand in few articles."""
    lengths = np.clip(dice.lognormal(5, 0.8, articles), 30, 2000).astype(int)
    often = 0.6 / (5 + np.arange(words))
    rates = often * dice.gamma(0.15, 1 / 0.15, (articles, words))
    times = dice.poisson(rates * lengths[:, None])
    return [
        ({int(word): int(row[word]) for word in np.flatnonzero(row)}, int(max(length, row.sum())))
        for row, length in zip(times, lengths, strict=True)
    ]


def count_findings(
    articles: Sequence[Article], share: float, splits: int, words: int, seed: int
) -> tuple[float, float]:
    """The share of tested words of random parts with a p of at most CHANCE, and that above 3.84 by log-likelihood."""
    dice = np.random.default_rng(seed)
    lengths = np.array([length for _, length in articles])
    table = np.array([[times.get(word, 0) for word in range(words)] for times, _ in articles])
    tested = found = listed = likely = 0
    for _ in range(splits):
        order = dice.permutation(len(articles))
        sides = np.split(order, [round(share * len(articles))])
        permutations = Permutations(len(sides[0]), len(sides[1]), 0, words)
        for side, is_part in zip(sides, (True, False), strict=True):
            permutations.add(
                [articles[at][0] for at in side], lengths[side].tolist(), in_part=is_part, in_other=not is_part
            )
        one, other = (table[side].sum(axis=0) for side in sides)
        size, other_size = (int(lengths[side].sum()) for side in sides)
        for word, p in enumerate(permutations.measure()):
            if one[word] + other[word] < LEAST or one[word] * other_size <= other[word] * size:
                continue
            listed += 1
            likely += measure_log_likelihood(int(one[word]), size, int(other[word]), other_size) > 3.84
            tested += p is not None
            found += p is not None and p <= CHANCE
    return found / tested, likely / listed


@pytest.mark.parametrize("share", sample([0.1, 0.5], 2))
def test_of_random_parts_5_percent_of_words_pass(share: float) -> None:
    articles = make_bursts(np.random.default_rng(1), 100, 150)
    by_p, by_likelihood = count_findings(articles, share, 25, 150, seed=2)
    # Twice as wide as what 200 parts are held to below, for they are few.
    assert 0.03 < by_p < 0.07
    assert by_likelihood > 0.1
