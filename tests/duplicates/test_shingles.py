"""Shingles: what counts as a word, exact similarity, and signatures that find similar texts."""

import random
import subprocess
import sys
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


def test_accented_and_cyrillic_words_stay_whole() -> None:
    assert words("Café Матрёшка") == ["café", "матрёшка"]


def test_white_space_and_composition_do_not_count() -> None:
    assert similarity("Caf\u00e9 in\u00a0Harbin\n\nopens  today", "Cafe\u0301 in Harbin opens today") == 1.0


def test_a_lone_surrogate_is_read_like_any_letter() -> None:
    assert len(shingles.fold_words("broken \ud83d text").split()) == 3


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


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_texts_of_equal_length_weigh_their_jaccard_similarity(size: int, share: float) -> None:
    assert shingles.weigh_similarity(share, size, size) == pytest.approx(share)


@given(st.integers(100, 10_000), st.data())
def test_what_was_added_weighs_less_than_what_was_replaced(size: int, data: st.DataObject) -> None:
    changed = data.draw(st.integers(1, size // 5))
    replaced = shingles.weigh_similarity((size - changed) / (size + changed), size, size)
    added = shingles.weigh_similarity(size / (size + changed), size, size + changed)
    assert replaced < added == shingles.weigh_similarity(size / (size + changed), size + changed, size) < 1.0


def test_a_quarter_may_be_added_and_no_more() -> None:
    assert shingles.weigh_similarity(400 / 500, 400, 500) >= shingles.THRESHOLD
    assert shingles.weigh_similarity(400 / 501, 400, 501) == 0.0
    assert shingles.weigh_similarity(0.0, 400, 500) == 0.0


def test_two_texts_without_words_are_not_similar() -> None:
    assert similarity("", "") == 0.0
    assert similarity("...", "...") == 0.0
    assert similarity("Harbin", "Harbin") == 0.0


def test_word_order_counts() -> None:
    assert similarity("river north", "north river") == 0.0


def test_the_signature_of_a_text_never_changes() -> None:
    text = " ".join(f"word{number}" for number in range(40))
    signature = shingles.make_signature(shingles.read_shingles(text))
    assert signature is not None
    assert signature.hex() == EXPECTED_SIGNATURE


def test_short_texts_have_no_signature() -> None:
    text = " ".join(f"word{number}" for number in range(shingles.FEWEST))
    assert shingles.make_signature(shingles.read_shingles(text)) is None
    assert shingles.make_signature(shingles.read_shingles(f"{text} more")) is not None


def test_a_caption_repeated_under_every_photo_stays_short() -> None:
    text = "\n".join(["A view of the Songhua River in Harbin. Photo/my399.com"] * 12)
    assert shingles.make_signature(shingles.read_shingles(text)) is None


def test_equal_sets_have_equal_digests_and_others_do_not() -> None:
    one, same, other = map(shingles.read_shingles, ("a b c a b", "A b, c a", "a b c"))
    assert shingles.make_digest(one) == shingles.make_digest(same) != shingles.make_digest(other)


def test_texts_longer_than_a_chunk_are_signed_whole() -> None:
    text = " ".join(f"word{number}" for number in range(3 * shingles._COLUMNS))
    whole = shingles.read_shingles(text)
    halves = whole[: len(whole) // 2], whole[len(whole) // 2 :]
    # The least of a set is the least of the leasts of its parts, so no byte comes from elsewhere.
    parts = [shingles.make_signature(half) for half in halves]
    signed = shingles.make_signature(whole)
    assert signed is not None
    assert parts[0] is not None
    assert parts[1] is not None
    pairs = zip(parts[0], parts[1], strict=True)
    assert all(byte in pair for byte, pair in zip(signed, pairs, strict=True))


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


def test_without_others_there_are_no_estimates() -> None:
    assert shingles.estimate_jaccard(b"x" * 64, []) == []


def test_importing_shingles_does_not_load_numpy() -> None:
    code = "import sys, harbincrawl.duplicates.shingles; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
