"""Links from copies to their originals: whatever came first or changed, they are those of a rebuild."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from harbincrawl.duplicates import shingles
from harbincrawl.duplicates.links import read_copies
from tests.support.duplicate_cases import STORY, Archive, article, paragraphs, retouch
from tests.support.families import examples


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
