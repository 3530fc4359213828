"""Shingles: what counts as a word, exact similarity, and signatures that find similar texts."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 64])
def test_a_text_is_hashed_in_pieces_of_any_size_to_the_same_words(monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    texts = ["", " ", "a", "one two", "  a bb  ccc dddd ", "x" * 200, "哈尔滨 Sun " * 9, f"a {'b' * 70} c", "ab " * 50]
    whole = [shingles.read_shingles(text).tolist() for text in texts]
    monkeypatch.setattr(shingles, "_PIECE", piece)
    assert [shingles.read_shingles(text).tolist() for text in texts] == whole


@given(st.text(), st.text())
def test_similarity_is_symmetric_and_within_bounds_for_any_text(one: str, other: str) -> None:
    assert 0.0 <= similarity(one, other) == similarity(other, one) <= 1.0


@given(st.lists(st.text(max_size=9), max_size=30), st.lists(st.text(max_size=9), max_size=30))
def test_the_hashes_tell_any_words_apart(one: list[str], other: list[str]) -> None:
    pairs, others = ({*pairwise(shingles.fold_words(" ".join(text)).split())} for text in (one, other))
    ours, theirs = (shingles.read_shingles(" ".join(text)) for text in (one, other))
    assert len(ours) == len(pairs)
    assert len({*ours.tolist()} & {*theirs.tolist()}) == len(pairs & others)


@given(st.lists(st.sampled_from("abcd"), max_size=40), st.lists(st.sampled_from("abcd"), max_size=40))
def test_similarity_is_the_jaccard_of_word_pairs(one: list[str], other: list[str]) -> None:
    pairs, others = ({*pairwise(words)} for words in (one, other))
    expected = len(pairs & others) / len(pairs | others) if pairs and others else 0.0
    assert similarity(" ".join(one), " ".join(other)) == expected


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
