"""What is a copy of another article, the signatures that tell, and the links of copies to their originals."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from harbincrawl.duplicates import shingles
from harbincrawl.duplicates.links import CopyLink, read_copies
from tests.support.duplicate_cases import STORY, Archive, article, paragraphs, retouch
from tests.support.families import examples
from tests.support.twin.newsroom.news import Newsroom


def test_the_original_is_the_lowest_number_whatever_came_first(archive: Archive) -> None:
    assert archive.put(article(30, STORY)) == {}
    assert archive.put(article(20, STORY)) == {}
    assert archive.put(article(10, STORY)) == {}
    assert archive.originals() == {20: 10, 30: 10}


def test_others_whose_link_changes_get_a_new_change(archive: Archive) -> None:
    archive.put(article(30, STORY), article(40, paragraphs(9)))
    archive.put(article(20, STORY))
    assert archive.change(30) == 1000
    assert archive.change(40) == 40
    # The store gave the article that it put a change of its own.
    assert archive.change(20) == 20


def test_a_copy_of_a_copy_links_to_the_original(archive: Archive) -> None:
    first = retouch(STORY, 40, "first")
    archive.put(article(1, STORY), article(2, first), article(3, retouch(first, 41, "second")))
    assert archive.originals() == {2: 1, 3: 1}


def test_a_text_that_drifted_too_far_from_the_original_is_an_original(archive: Archive) -> None:
    drift = [STORY]
    for word in ("one", "two", "three"):
        drift.append(retouch(drift[-1], 27 + len(drift), word))
    archive.put(*(article(number, text) for number, text in enumerate(drift, 1)))
    links = archive.links()
    assert links[2][0] == 1
    # No link points at a copy, and each was measured between the two that it joins.
    assert not {original for original, _, _ in links.values()} & links.keys()
    assert all(similarity >= shingles.THRESHOLD for _, similarity, _ in links.values())


def test_a_removed_original_leaves_its_copies_to_the_next(archive: Archive) -> None:
    archive.put(*(article(number, STORY) for number in (1, 2, 3)))
    archive.remove(1)
    assert archive.originals() == {3: 2}
    assert archive.connection.execute("SELECT count(*) FROM _bands WHERE place & 4294967295 = 1").fetchone() == (0,)
    assert archive.connection.execute("SELECT count(*) FROM _signatures WHERE number = 1").fetchone() == (0,)


def texts_with_copies() -> list[list[str] | None]:
    """Texts that are close to each other in many ways: chains, families, shared blocks, nothing."""
    chain = [STORY]
    for step in range(5):
        chain.append(retouch(chain[-1], 22, f"step{step}", 4 * step))
    cousin = [*STORY[:5], *paragraphs(7, 1)]
    return [*chain, cousin, retouch(cousin, 35), [*STORY, "One more sentence at the end."], paragraphs(8), None]


TEXTS = texts_with_copies()


STORED = st.lists(st.tuples(st.integers(0, len(TEXTS) - 1), st.integers(0, 2)), min_size=1, max_size=14)


@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stored=STORED, data=st.data())
def test_any_order_of_storing_gives_the_links_of_a_rebuild(
    make_archive: Callable[[], Archive], stored: list[tuple[int, int]], data: st.DataObject
) -> None:
    final = [
        article(number, TEXTS[text], title=f"Title {title}", fingerprint=f"{text} {title}")
        for number, (text, title) in enumerate(stored, 1)
    ]
    # Each article may have had other texts before, and everything comes in batches of any size.
    history: list[dict[str, Any]] = data.draw(st.permutations(final))
    for earlier in data.draw(st.lists(st.tuples(st.sampled_from(final), st.integers(0, len(TEXTS) - 1)), max_size=8)):
        one, text = earlier
        history.insert(
            data.draw(st.integers(0, history.index(one))), one | {"body": TEXTS[text], "fingerprint": f"was {text}"}
        )
    archive = make_archive()
    while history:
        batch = {
            one["number"]: one
            for one in (history.pop(0) for _ in range(min(len(history), data.draw(st.integers(1, 5)))))
        }
        archive.put(*batch.values())
    crawled = archive.dump()
    archive.rebuild()
    assert archive.dump() == crawled
    # Bands are of the present texts only, copies stand apart.
    for number, copy in archive.connection.execute("SELECT DISTINCT place & 4294967295, copy FROM _bands"):
        assert copy == (number in archive.links())
    assert not set(archive.originals()) & set(archive.originals().values())


def test_a_rebuild_mends_links_of_other_rules(archive: Archive) -> None:
    archive.put(article(1, STORY), article(2, STORY), article(3, paragraphs(2)), article(4, fingerprint="f"))
    archive.connection.execute("UPDATE duplicates SET similarity = 0.5")
    archive.connection.execute("INSERT INTO duplicates VALUES (3, 2, 0.9, 'near')")
    archive.rebuild()
    assert archive.links() == {2: (1, 1.0, "near")}


def test_reprints_of_a_near_copy_are_near_copies(archive: Archive) -> None:
    near = retouch(STORY, 30)
    archive.put(article(1, STORY), *(article(number, near, fingerprint="f") for number in (2, 3, 4)))
    crawled = archive.dump()
    assert {kind for _, _, kind in archive.links().values()} == {"near"}
    assert archive.originals() == {2: 1, 3: 1, 4: 1}
    archive.rebuild()
    assert archive.dump() == crawled


@pytest.mark.attack
def test_boilerplate_in_many_originals_loses_no_copy(archive: Archive) -> None:
    notice = paragraphs(3, 4)
    stories = [paragraphs(100 + number, 4) for number in range(200)]
    archive.put(*(article(number, story + notice) for number, story in enumerate(stories, 1)))
    assert archive.links() == {}
    archive.put(*(article(1000 + number, retouch(story, 40) + notice) for number, story in enumerate(stories, 1)))
    assert archive.originals() == {1000 + number: number for number in range(1, 201)}


def test_copies_are_read_with_their_originals_the_newest_family_first(archive: Archive) -> None:
    other = paragraphs(2)
    archive.put(
        article(1, STORY, created="2020-01-01"),
        article(2, other, created="2021-01-01", title="Other"),
        article(3, STORY, created="2022-01-01", section_path="change"),
        article(4, other, created="2022-01-01"),
        article(5, STORY, created="2023-01-01"),
    )
    copies = list(read_copies(archive.connection))
    assert [(each.duplicate_of, each.id) for each in copies] == [
        ("harbin-today:2", "harbin-today:4"),
        ("harbin-today:1", "harbin-today:3"),
        ("harbin-today:1", "harbin-today:5"),
    ]
    assert copies[0].original_title == "Other"
    assert copies[1].section == "change"
    assert list(read_copies(archive.connection, "exact")) == []


def test_the_same_fingerprint_under_another_number_is_an_exact_copy(archive: Archive) -> None:
    found = archive.put(article(1, STORY, fingerprint="f"), article(2, STORY, fingerprint="f"))
    assert found == {2: CopyLink(1, 1.0, "exact")}
    assert archive.links() == {2: (1, 1.0, "exact")}


def test_the_same_text_under_another_heading_is_a_near_copy_of_similarity_one(archive: Archive) -> None:
    archive.put(article(1, STORY), article(2, STORY, title="Another heading", section_path="change"))
    assert archive.links() == {2: (1, 1.0, "near")}


def test_a_few_words_changed_make_a_near_copy(archive: Archive) -> None:
    found = archive.put(article(1, STORY), article(2, retouch(STORY, 30)))
    assert found[2].original == 1
    assert found[2].kind == "near"
    assert shingles.THRESHOLD <= found[2].similarity < 1.0


def test_a_sentence_added_to_a_retouched_text_is_a_copy_and_one_replaced_is_not(archive: Archive) -> None:
    text = paragraphs(1, 4)
    near = retouch(text, 28)
    more = paragraphs(2, 1)
    archive.put(article(1, text), article(2, [*near, *more]), article(3, [*near[1:], *more]))
    links = archive.links()
    assert links.keys() == {2}
    assert links[2][1] < 0.78, "Jaccard alone would miss it"


def test_a_chinese_article_is_compared_by_its_characters(archive: Archive) -> None:
    dice = random.Random(2)
    text = "".join(chr(dice.randrange(0x4E00, 0x9000)) for _ in range(300))
    other = "".join(chr(dice.randrange(0x4E00, 0x9000)) for _ in range(300))
    archive.put(article(1, [text]), article(2, [text[:100] + "，新" + text[101:]]), article(3, [other]))
    assert archive.originals() == {2: 1}


def test_five_shared_paragraphs_among_others_are_no_copy(archive: Archive) -> None:
    shared = paragraphs(3, 5)
    cousin = retouch(shared, 30) + paragraphs(5, 3)
    archive.put(article(1, shared + paragraphs(4, 3)), article(2, cousin))
    assert archive.links() == {}


def test_a_block_in_four_articles_makes_no_copies(archive: Archive) -> None:
    block = paragraphs(3, 3)
    archive.put(*(article(n, paragraphs(10 + n, 3) + block + paragraphs(20 + n, 3)) for n in range(1, 5)))
    assert archive.links() == {}


def test_empty_articles_are_never_copies(archive: Archive) -> None:
    archive.put(article(1, fingerprint="f"), article(2, fingerprint="f"))
    assert archive.links() == {}


def test_a_credit_alone_is_no_text(archive: Archive) -> None:
    credit = [{"credit": "Photo/my399.com"}]
    archive.put(article(1, fingerprint="f", images=credit), article(2, fingerprint="f", images=credit))
    assert archive.links() == {}


def test_a_short_text_is_a_copy_only_with_everything_else_the_same(archive: Archive) -> None:
    view = [{"caption": "A view of Harbin", "credit": "Photo/my399.com"}]
    archive.put(*(article(number, images=view, fingerprint=mark) for number, mark in ((1, "f"), (2, "g"), (3, "f"))))
    assert archive.links() == {3: (1, 1.0, "exact")}


def test_photo_articles_are_compared_by_their_captions(archive: Archive) -> None:
    news = Newsroom(random.Random(4))
    captions = [news.caption("ice") for _ in range(8)]
    images = [{"caption": caption, "credit": "Xinhua"} for caption in captions]
    archive.put(article(1, images=images), article(2, images=[image | {"credit": "VCG"} for image in images]))
    assert archive.originals() == {2: 1}


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
