"""Shingles: what counts as a word, exact similarity, and signatures that find similar texts."""

import random

import pytest

from harbincrawl.duplicates import shingles
from tests.support.twin.newsroom.news import Newsroom

EXPECTED_SIGNATURE = (
    "52501280eb74b3c6cb5e79aa5928298da9b64fe8fefb1e5f5e509b3e16d0faa6"
    "a2be80ff9922c421445f5286b40f0dc56421eae84c3911c262a6c6f6fa7f50a3"
)


def words(text: str) -> list[str]:
    return shingles.fold_words(text).decode().split()


def similarity(one: str, other: str) -> float:
    return shingles.measure_jaccard(shingles.read_shingles(one), shingles.read_shingles(other))


def test_words_are_folded_and_lose_punctuation() -> None:
    assert words("“Harbin’s Ice–World” — 149.46 points (up 13%)…") == [
        "harbin", "s", "ice", "world", "149", "46", "points", "up", "13",
    ]  # fmt: skip


def test_an_ideograph_is_a_word_and_its_punctuation_none() -> None:
    assert words("哈尔滨，2020年！Sun岛") == ["哈", "尔", "滨", "2020", "年", "sun", "岛"]


def test_white_space_and_composition_do_not_count() -> None:
    assert similarity("Caf\u00e9 in\u00a0Harbin\n\nopens  today", "Cafe\u0301 in Harbin opens today") == 1.0


def test_the_signature_of_a_text_never_changes() -> None:
    text = " ".join(f"word{number}" for number in range(40))
    signature = shingles.make_signature(shingles.read_shingles(text))
    assert signature is not None
    assert signature.hex() == EXPECTED_SIGNATURE


@pytest.mark.parametrize("changed", [0, 2, 4, 8])
def test_the_estimate_is_near_the_exact_similarity(changed: int) -> None:
    dice = random.Random(changed)
    news = Newsroom(dice)
    for _ in range(20):
        one = " ".join(news.sentence("ice") for _ in range(12)).split()
        other = list(one)
        for place in dice.sample(range(len(one)), changed):
            other[place] = f"other{place}"
        ours, theirs = (shingles.read_shingles(" ".join(text)) for text in (one, other))
        signatures = [shingles.make_signature(text) or b"" for text in (ours, theirs)]
        (estimate,) = shingles.estimate_jaccard(signatures[0], signatures[1:])
        assert abs(estimate - shingles.measure_jaccard(ours, theirs)) < shingles.SLACK


def test_similar_texts_share_a_band_and_strangers_do_not() -> None:
    dice = random.Random(1)
    news = Newsroom(dice)
    keys = []
    for _ in range(100):
        one = " ".join(news.sentence("ice") for _ in range(10)).split()
        other = list(one)
        for place in dice.sample(range(len(one)), len(one) // 25):
            other[place] = f"other{place}"
        pair = [shingles.make_signature(shingles.read_shingles(" ".join(text))) or b"" for text in (one, other)]
        keys.append([{*shingles.make_band_keys(signature)} for signature in pair])
    assert all(one & other for one, other in keys)
    strangers = sum(bool(one & other) for one, _ in keys for other, _ in keys if one is not other)
    assert strangers < 100 * 99 * 0.02
