"""What is found of texts that share passages, and nothing of those that do not."""

from __future__ import annotations

import random
import string
import time
import tracemalloc
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import pytest

from harbincrawl.search.corpus.words import WordCutter
from harbincrawl.search.passages.finder import Found, Match, find_matches
from harbincrawl.search.passages.words import Texts, cut_words

VOCABULARY = 4000
SENTENCE = "the old ferry left its pier on a foggy morning with seven horses and one silent clown aboard".split()


def make_words(dice: random.Random, count: int) -> list[str]:
    return ["".join(dice.choices(string.ascii_lowercase, k=dice.randint(2, 9))) for _ in range(count)]


def make_writer(seed: int) -> tuple[random.Random, list[str], list[float]]:
    """(dice, words, their weights added up): the more frequent the earlier, as in Zipf's law."""
    dice = random.Random(seed)
    words = make_words(dice, VOCABULARY)
    return dice, words, list(accumulate(1 / (rank + 20) for rank in range(len(words))))


def write_texts(seed: int, count: int, length: int = 120) -> list[list[str]]:
    """Texts of random words, which share nothing but words that are frequent."""
    dice, words, weights = make_writer(seed)
    return [dice.choices(words, cum_weights=weights, k=length) for _ in range(count)]


def make_texts(texts: Sequence[Sequence[str]]) -> Texts:
    cutter = WordCutter()
    cut = [cut_words(cutter, " ".join(text)).words for text in texts]
    bounds = np.cumsum([0, *map(len, cut)])
    return Texts(np.concatenate(cut), bounds, np.arange(len(cut)))


def find(texts: Sequence[Sequence[str]], wanted: int | None = None, least: int = 12) -> list[Match]:
    return find_matches(make_texts(texts), wanted=wanted, least=least).matches


def put(text: Sequence[str], at: int, words: Sequence[str]) -> list[str]:
    return [*text[:at], *words, *text[at:]]


def retouch(words: Sequence[str], every: int) -> list[str]:
    """`words`, one of `every` replaced."""
    return ["otherwise" if at % every == every - 1 else word for at, word in enumerate(words)]


def test_twelve_words_in_a_row_are_a_passage_and_eleven_are_none() -> None:
    base = write_texts(1, 30)
    twelve = find([put(base[0], 10, SENTENCE[:12]), put(base[1], 50, SENTENCE[:12]), *base[2:]])
    assert twelve == [Match(0, 1, 10, 22, 50, 62, 12)]
    assert twelve[0].similarity == 1.0
    assert find([put(base[0], 10, SENTENCE[:11]), put(base[1], 50, SENTENCE[:11]), *base[2:]]) == []


def test_two_texts_are_enough() -> None:
    assert find([SENTENCE, SENTENCE]) == [Match(0, 1, 0, len(SENTENCE), 0, len(SENTENCE), len(SENTENCE))]
    assert find([SENTENCE]) == find([[], []]) == []


def test_the_least_number_of_words_is_a_choice() -> None:
    base = write_texts(1, 30)
    texts = [put(base[0], 10, SENTENCE[:9]), put(base[1], 50, SENTENCE[:9]), *base[2:]]
    assert find(texts, least=9) == [Match(0, 1, 10, 19, 50, 59, 9)]
    assert find(texts, least=10) == []


@pytest.mark.parametrize("least", [20, 30, 40])
def test_long_passages_are_those_of_all_that_are_so_long(least: int) -> None:
    texts = plant(5, 60)
    long = [each for each in find(texts) if max(each.end - each.start, each.other_end - each.other_start) >= least]
    assert long
    assert find(texts, least=least) == long


def test_every_sixth_word_may_be_another() -> None:
    base = write_texts(2, 30)
    source = base[0][20:80]
    texts = [base[0], put(base[1], 30, retouch(source, 6)), *base[2:]]
    (match,) = find(texts)
    assert (match.start, match.other_start) == (20, 30)
    # The last of the sixty is one of those that were replaced.
    assert (match.end, match.other_end, match.shared) == (79, 89, 50)


def test_words_may_be_put_in_and_left_out() -> None:
    base = write_texts(3, 30)
    source = base[0][20:60]
    edited = [*source[:10], "quite", "so", *source[10:25], *source[27:]]
    (match,) = find([base[0], put(base[1], 5, edited), *base[2:]])
    assert match == Match(0, 1, 20, 60, 5, 45, 38)


def test_sentences_in_another_order_are_passages_of_their_own() -> None:
    base = write_texts(4, 30)
    one, two = base[0][10:30], base[0][30:55]
    found = find([base[0], put(base[1], 60, [*two, *one]), *base[2:]])
    assert found == [Match(0, 1, 10, 30, 85, 105, 20), Match(0, 1, 30, 55, 60, 85, 25)]


def test_two_sources_of_one_text_are_two_passages() -> None:
    base = write_texts(5, 30)
    found = find([*base[:2], put(put(base[2], 90, base[0][5:25]), 10, base[1][40:70]), *base[3:]])
    assert found == [Match(0, 2, 5, 25, 120, 140, 20), Match(1, 2, 40, 70, 10, 40, 30)]


def test_words_between_two_passages_are_none() -> None:
    """Two stretches with twenty other words between them on both sides do not become one."""
    base = write_texts(16, 30)
    texts = [base[0], put(base[1], 30, [*base[0][20:40], *base[2][:20], *base[0][60:80]]), *base[3:]]
    assert [(each.start, each.end) for each in find(texts)] == [(20, 40), (60, 80)]


def test_texts_of_one_article_are_not_compared() -> None:
    texts = make_texts([SENTENCE, SENTENCE, ["nothing"]])
    assert find_matches(texts._replace(owners=np.array([0, 0, 1]))).matches == []


def test_nothing_is_found_in_a_thousand_texts_that_share_only_frequent_words() -> None:
    found = find_matches(make_texts(write_texts(7, 1000, 150)))
    assert found == Found([], [])


def test_a_formula_of_everybody_is_no_passage_even_where_two_meet() -> None:
    """`the city government said on monday that` and `according to the …` side by side are twelve words."""
    dice = random.Random(8)
    one, two = "the city government said on monday that".split(), "according to the bureau of statistics".split()
    base = [put(put(text, 60, one), 90, two) for text in write_texts(18, 200)]
    texts = [put(text, dice.randint(0, 20), [*one, *two]) if at < 8 else text for at, text in enumerate(base)]
    assert find(texts) == []
    # The same with nine words of their own between them is one.
    own = SENTENCE[:9]
    texts = [put(text, 5, [*one, *own, *two]) if at < 2 else text for at, text in enumerate(base)]
    assert find(texts) == [Match(0, 1, 5, 27, 5, 27, 22)]


def test_a_line_of_very_many_articles_is_listed_once() -> None:
    base = write_texts(9, 140)
    texts = [put(text, at % 100, SENTENCE) if at < 101 else text for at, text in enumerate(base)]
    found = find_matches(make_texts(texts))
    assert found.matches == []
    (line,) = found.standing
    assert (line.place, line.words, line.articles) == (0, len(SENTENCE), 101)


def test_a_passage_of_as_many_articles_as_there_are_outlets_is_found_in_each_two() -> None:
    base = write_texts(9, 100)
    found = find([put(text, at, SENTENCE) if at < 8 else text for at, text in enumerate(base)])
    assert {(each.one, each.other) for each in found} == {(one, other) for other in range(8) for one in range(other)}
    assert {each.shared for each in found} == {len(SENTENCE)}


@pytest.mark.parametrize("count", [11, 15, 21, 25, 50, 100])
@pytest.mark.parametrize("number", [100, 400])
def test_a_passage_of_many_articles_is_found_in_each_two(count: int, number: int) -> None:
    """Also where half of them have a word replaced, and for one article as well as in the table of all."""
    base = write_texts(11, number)
    edited = [put([*SENTENCE[:at], *SENTENCE[at + 1 :]], at, ["otherwise"]) for at in (3, 6, 9, 12, 15)]
    texts = [
        put(text, at, edited[at % 5] if at % 2 else SENTENCE) if at < count else text for at, text in enumerate(base)
    ]
    found = find_matches(make_texts(texts))
    assert found.standing == []
    pairs = {(each.one, each.other) for each in found.matches}
    assert pairs <= {(one, other) for other in range(count) for one in range(other)}
    assert len(pairs) >= 0.99 * count * (count - 1) / 2
    assert len(pairs) == len(found.matches)
    for match in found.matches:
        assert (match.one, match.other) in pairs
        # Here and there a word beyond the passage is the same by chance.
        one, other = (edited[at % 5] if at % 2 else SENTENCE for at in (match.one, match.other))
        assert match.shared >= sum(map(str.__eq__, one, other))
    assert {(each.one, each.other) for each in find(texts, wanted=7)} == {
        (min(7, at), max(7, at)) for at in range(count) if at != 7
    }


def test_of_an_article_nothing_is_left_out() -> None:
    texts = [put(text, at % 100, SENTENCE) if at < 130 else text for at, text in enumerate(write_texts(9, 140))]
    assert find(texts) == []
    assert [(each.one, each.other) for each in find(texts, wanted=0)] == [(0, at) for at in range(1, 130)]


def test_a_table_of_too_many_pairs_leaves_out_the_lines_of_most_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harbincrawl.search.passages.grams.MOST_PAIRS", 1000)
    other = write_texts(12, 1)[0][:20]
    texts = write_texts(9, 200)
    texts = [put(text, 40, SENTENCE) if at < 60 else text for at, text in enumerate(texts)]
    texts = [put(text, 5, other) if 50 <= at < 90 else text for at, text in enumerate(texts)]
    found = find_matches(make_texts(texts))
    assert [line.articles for line in found.standing] == [60]
    assert {(each.one, each.other) for each in found.matches} == {(a, b) for b in range(50, 90) for a in range(50, b)}


def test_of_twelve_words_one_may_be_another() -> None:
    base = write_texts(1, 30)
    for edits, count in (([6], 1), ([4, 8], 0)):
        edited = ["otherwise" if at in edits else word for at, word in enumerate(SENTENCE[:12])]
        found = find([put(base[0], 10, SENTENCE[:12]), put(base[1], 50, edited), *base[2:]])
        assert [(each.start, each.end, each.shared) for each in found] == [(10, 22, 11)] * count


def make_hostile(kind: str) -> list[list[str]]:
    """Texts of which some repeat a few words for ever, or are all of one line."""
    dice = random.Random(10)
    base = write_texts(10, 100)
    made = {
        "one word": lambda: [["na"] * 300_000] * 2,
        "one line": lambda: [SENTENCE * 15_000, SENTENCE[3:] * 15_000],
        "mixed": lambda: [dice.choices(SENTENCE, k=150_000) for _ in range(2)],
        "one line each": lambda: [SENTENCE] * 500,
        "the same": lambda: [make_words(dice, 20_000)] * 2,
    }
    return [*made[kind](), *base]


@pytest.mark.attack
@pytest.mark.parametrize("kind", ["one word", "one line", "mixed", "one line each", "the same"])
def test_texts_that_repeat_themselves_take_bounded_time_and_memory(kind: str) -> None:
    texts = make_texts(make_hostile(kind))
    started = time.process_time()
    tracemalloc.start()
    found = find_matches(texts)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Under the load of tracing, some five times what it takes.
    assert time.process_time() - started < 20
    assert most < 100_000_000 + 200 * len(texts.words)
    assert len(found.matches) < 100
    if kind == "the same":
        # What is aligned in parts is one passage again.
        assert [(each.one, each.other, each.shared) for each in found.matches] == [(0, 1, 20_000)]


def plant(seed: int, count: int) -> list[list[str]]:
    """Texts of which every third has a stretch of an earlier one, edited in many ways."""
    dice, words, weights = make_writer(seed)
    texts = [dice.choices(words, cum_weights=weights, k=dice.randint(60, 160)) for _ in range(count)]
    for at in range(2, count, 3):
        source = texts[dice.randrange(at)]
        start = dice.randrange(0, len(source) - 30)
        stretch = retouch(source[start : start + dice.randint(15, 60)], dice.choice((6, 8, 10, 99)))
        texts[at] = put(texts[at], dice.randrange(40), stretch)
    return texts


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_texts_does_not_matter(seed: int) -> None:
    texts = plant(seed, 60)
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    found = find(texts)
    assert len(found) >= 15
    turned = set()
    for one, other, start, end, other_start, other_end, shared in find([texts[at] for at in order]):
        sides = sorted([(order[one], start, end), (order[other], other_start, other_end)])
        turned.add((*sides, shared))
    own = {((one, a, b), (other, c, d), shared) for one, other, a, b, c, d, shared in found}
    # Where two alignments are equally good, either may be taken: by a word, at the edge of an edit.
    assert {(one[0], other[0]) for one, other, _ in own} == {(one[0], other[0]) for one, other, _ in turned}
    assert len(own & turned) >= 0.9 * len(own)


@pytest.mark.parametrize("seed", range(3))
def test_an_article_asked_for_has_the_passages_that_the_table_has(seed: int) -> None:
    texts = plant(seed, 60)
    found = find(texts)
    for at in range(len(texts)):
        assert find(texts, wanted=at) == [each for each in found if at in (each.one, each.other)]


def measure_best(one: Sequence[str], other: Sequence[str]) -> int:
    """The score of the best local alignment, by the whole table, cell by cell: 64 a word on both sides, -63 an edit."""
    best, before = 0, [0] * (len(other) + 1)
    for word in one:
        row = [0]
        for at, opposite in enumerate(other):
            same = before[at] + (64 if word == opposite else -63)
            row.append(max(0, same, before[at + 1] - 63, row[at] - 63))
        best, before = max(best, *row), row
    return best


@pytest.mark.parametrize("seed", range(4))
def test_what_is_found_is_the_best_alignment_of_the_two_texts(seed: int) -> None:
    """And of every two texts with none, the best one is short of a passage."""
    texts = plant(seed, 24)
    by_pair: dict[tuple[int, int], list[Match]] = {}
    for each in find(texts):
        by_pair.setdefault((each.one, each.other), []).append(each)
    for other in range(len(texts)):
        for one in range(other):
            best = measure_best(texts[one], texts[other])
            if (one, other) not in by_pair:
                assert best < 64 * 12 - 2 * 63
                continue
            longest = max(by_pair[one, other], key=lambda each: each.shared)
            own = texts[one][longest.start : longest.end], texts[other][longest.other_start : longest.other_end]
            assert measure_best(*own) == best
