"""Edits counted: each figure by its formula written out, in a case done by hand and in one of dice."""

from __future__ import annotations

import json
import random
from collections import Counter
from contextlib import closing
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.edits import BYS, By, read_edits, read_histories
from harbincrawl.search.corpus.edits import EditGroup, EditSummary, Spread, WordChange, find_spread, sum_up_edits
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.corpus_cases import cut_texts


def sum_up(archive: Path, by: By | None = None, **filters: Any) -> EditSummary:
    with closing(open_reader(archive)) as connection:
        return sum_up_edits(read_histories(connection, Filters(**filters), by))


def list_rows(archive: Path, **filters: Any) -> list[Any]:
    with closing(open_reader(archive)) as connection:
        return list(read_edits(connection, Filters(**filters)))


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles seen twice, of which two changed, and one that was seen once."""
    first, second = {"first_seen": "2024-05-03T10:00:00Z"}, {"last_seen": "2024-09-01T10:00:00Z"}
    articles = [
        # The site's clock is eight hours ahead: this was seen on the 11th.
        {"number": 1, "created": "2024-05-01", "updated": "2024-05-02", "title": "Snow falls", "body": "One two three",
         "source": "Xinhua", "author": "Li Ming and Wang Wei", "revision": 3,
         "last_changed": "2024-05-10T17:00:00Z", **first, **second},
        {"number": 2, "created": None, "updated": "2023-01-01", "title": "Ice", "body": "The owl sleeps", "revision": 2,
         "section_path": "culture", "source": None, "author": "Li Ming", "last_changed": "2024-09-01T10:00:00Z",
         **first},
        {"number": 3, **first, **second}, {"number": 4, "section_path": "culture", **first, **second},
        {"number": 5, **first, "last_seen": first["first_seen"]},
    ]  # fmt: skip
    picture = {"url": None, "caption": "A tower", "credit": "Photo Zhang", "file_name": None}
    revisions = [
        {"number": 1, "revision": 1, "title": "Snow fell", "body": "One  two two four", "source": "Xinhua",
         "author": "Li Ming and Wang Wei", "updated": "2024-05-02", "seen": "2024-05-03T10:00:00Z",
         "replaced": "2024-05-03T11:00:00Z", "images": [picture]},
        {"number": 1, "revision": 2, "title": "Snow fell", "body": "One two\n\nthree", "source": "Xinhua",
         "author": "Li Ming and Wang Wei", "updated": "2024-05-02", "seen": "2024-05-03T11:00:00Z",
         "replaced": "2024-05-10T17:00:00Z", "cause": "ingest"},
        {"number": 2, "revision": 1, "title": "Ice", "body": "The owl sleeps", "updated": "2022-12-31",
         "author": "Li Ming", "seen": "2024-05-03T10:00:00Z", "replaced": "2024-09-01T10:00:00Z", "cause": "rescue"},
    ]  # fmt: skip
    return build_archive(tmp_path_factory.mktemp("hand") / "archive", articles, revisions=revisions)


def test_a_row_says_what_changed_and_how_long_after(by_hand: Path) -> None:
    first, second, third = list_rows(by_hand)
    assert (first.id, first.revision, first.cause) == ("harbin-today:1", 1, "crawl")
    assert first.fields == ("captions", "body")
    # two four | three; the caption is words, its credit none; blanks are none
    assert (first.words_removed, first.words_added, first.words_before, first.words_after) == (4, 1, 8, 5)
    assert first.share == 5 / 13
    assert (first.published, first.days_after_publication, first.days_after_first_seen) == ("2024-05-01", 2, 0)
    assert (second.fields, second.title_before, second.title_after) == (("title",), "Snow fell", "Snow falls")
    assert (second.days_after_publication, second.days_after_first_seen) == (10, 8)
    assert (third.fields, third.words_removed, third.words_added, third.share) == (("updated",), 0, 0, 0.0)
    assert (third.published, third.days_after_publication, third.source) == ("2022-12-31", 610, None)


def test_a_summary_done_by_hand(by_hand: Path) -> None:
    found = sum_up(by_hand)
    assert (found.articles, found.seen_twice, found.changed, found.edits) == (5, 4, 2, 3)
    z = 1.959963984540054
    middle, half = (0.5 + z * z / 8) / (1 + z * z / 4), z * sqrt(0.25 / 4 + z * z / 64) / (1 + z * z / 4)
    assert found.interval == pytest.approx((middle - half, middle + half))
    assert found.causes == {"crawl": 1, "ingest": 1, "rescue": 1}
    assert found.times == {1: 1, 2: 1}
    assert found.fields == {"body": 1, "captions": 1, "title": 1, "updated": 1}
    assert found.date_alone == 1
    assert list(found.after_publication.values()) == [0, 1, 1, 0, 1]
    assert list(found.after_first_seen.values()) == [1, 0, 1, 1, 0]
    assert found.days_after_publication == Spread(3, 6, 10, 310)
    # The two edits of texts alone: the title's lost one word of five and got one.
    assert found.words_removed == Spread(2, 1.75, 2.5, 3.25)
    assert found.share_of_words == Spread(
        2, *(pytest.approx(0.2 + (5 / 13 - 0.2) * part) for part in (0.25, 0.5, 0.75))
    )
    assert set(found.went) == {WordChange(word, 1) for word in ("two", "four", "tower", "fell")}  # "a" is a stop word
    assert set(found.came) == {WordChange(word, 1) for word in ("three", "falls")}


def test_groups_done_by_hand(by_hand: Path) -> None:
    def take(by: By, **filters: Any) -> dict[str | None, tuple[int, int, int, int]]:
        groups = sum_up(by_hand, by, **filters).groups
        return {each.value: (each.articles, each.seen_twice, each.changed, each.edits) for each in groups}

    assert take("section") == {"Harbin Today": (3, 2, 1, 2), "culture": (2, 2, 1, 1)}
    assert take("source") == {"Xinhua": (1, 1, 1, 2), None: (1, 1, 1, 1), "chinadaily.com.cn": (3, 2, 0, 0)}
    assert take("author") == {"Li Ming": (2, 2, 2, 3), "Wang Wei": (1, 1, 1, 2), None: (3, 2, 0, 0)}
    assert take("year") == {"2024": (4, 3, 1, 2), "2023": (1, 1, 1, 1)}
    assert take("year", date="created") == {"2024": (4, 3, 1, 2), "2023": (1, 1, 1, 1)}
    assert take("section", query="owl") == {"culture": (1, 1, 1, 1)}
    assert take("section", query="fell") == {}  # a former word
    assert take("source", sections=("culture",), since="2024") == {"chinadaily.com.cn": (1, 1, 0, 0)}
    (first, *_) = sum_up(by_hand, "section").groups
    assert (first.value, first.share, first.median_days) == ("Harbin Today", 0.5, 6)


def test_an_archive_without_edits_says_so_with_what_could_have_shown_some(tmp_path: Path) -> None:
    articles = [{"number": 1}, {"number": 2, "last_seen": "2025-01-01T00:00:00Z"}]
    found = sum_up(build_archive(tmp_path / "archive", articles), "source")
    assert (found.articles, found.seen_twice, found.changed, found.edits) == (2, 1, 0, 0)
    z = 1.959963984540054
    assert found.interval == pytest.approx((0, z * z / (1 + z * z)))
    assert found.words_removed == found.days_after_publication == Spread(0, None, None, None)
    assert not (found.times or found.fields or found.went or found.came or found.causes)
    (group,) = found.groups
    assert group == EditGroup("chinadaily.com.cn", 2, 1, 0, 0.0, *found.interval, 0, None)  # type: ignore[misc]
    assert json.loads(json.dumps(found.as_object("updated", None)))["seen_twice"] == 1
    nothing = sum_up(build_archive(tmp_path / "empty", []))
    assert (nothing.articles, nothing.interval) == (0, None)


def test_only_white_space_is_no_edit(tmp_path: Path) -> None:
    old = {"number": 1, "revision": 1, "title": "A  b", "body": "One\n\ntwo", "updated": "2024-05-01",
           "source": "chinadaily.com.cn"}  # fmt: skip
    new = {"number": 1, "revision": 2, "title": "A b", "body": "One two"}
    found = sum_up(build_archive(tmp_path / "archive", [new], revisions=[old]))
    assert (found.seen_twice, found.changed, found.edits) == (1, 0, 0)


def test_quartiles_are_between_the_two_nearest_numbers() -> None:
    assert find_spread([]) == Spread(0, None, None, None)
    assert find_spread([7]) == Spread(1, 7, 7, 7)
    assert find_spread([4, 1, 3, 2]) == Spread(4, 1.75, 2.5, 3.25)
    assert find_spread([1, 2, 3, 4, 100]) == Spread(5, 2, 3, 4)


@pytest.mark.parametrize("by", BYS)
def test_the_figures_are_those_of_a_plain_computation(tmp_path: Path, by: By) -> None:
    dice = random.Random(by)
    words = "owl otter heron the lantern Tram tram’s métro 12 哈尔滨".split()
    articles, revisions = [], []
    for number in range(1, 60):
        section = {"section_path": dice.choice(("news", "culture", "gallery")), "section": "x"}
        own = {"created": f"20{dice.randrange(19, 23)}-02-0{dice.randrange(1, 9)}"}
        texts = [" ".join(dice.choices(words, k=dice.randrange(0, 9))) for _ in range(dice.randrange(1, 4))]
        source = dice.choice(("Xinhua", None))
        wordings = [
            {"title": "Same", "body": text or None, "source": source, "updated": own["created"]} for text in texts
        ]
        author = dice.choice((None, "A", "A and B"))
        articles.append({"number": number, "revision": len(texts), "author": author, **section, **own, **wordings[-1],
                         "last_seen": dice.choice(("2024-06-01T08:00:00Z", "2024-08-01T08:00:00Z"))})  # fmt: skip
        revisions += [{"number": number, "revision": at, "author": author, **wording,
                       "replaced": f"2024-0{6 + at}-05T00:00:00Z"}
                      for at, wording in enumerate(wordings[:-1], 1)]  # fmt: skip
    found = sum_up(build_archive(tmp_path / "archive", articles, revisions=revisions), by)

    chains = {each["number"]: [one["body"] for one in [*(r for r in revisions if r["number"] == each["number"]), each]]
              for each in articles}  # fmt: skip
    cut = cut_texts({number * 10 + at: text or "" for number, chain in chains.items() for at, text in enumerate(chain)})
    counts: dict[str | None, list[int]] = {}
    removed, went, share = [], Counter[str](), []
    for each in articles:
        number = each["number"]
        pairs = [(at, at + 1) for at in range(len(chains[number]) - 1)]
        pairs = [
            (a, b)
            for a, b in pairs
            if "".join((chains[number][a] or "").split()) != "".join((chains[number][b] or "").split())
        ]
        gone: set[str] = set()
        for a, b in pairs:
            old, new = Counter(cut[number * 10 + a]), Counter(cut[number * 10 + b])
            less = {word: old[word] - new[word] for word in old if old[word] > new[word]}
            more = {word: new[word] - old[word] for word in new if new[word] > old[word]}
            removed.append(sum(less.values()))
            # The title is one word.
            share.append((sum(less.values()) + sum(more.values())) / (old.total() + new.total() + 2))
            gone |= less.keys() - {"the"}
        went.update(gone)
        labels: dict[str, list[str | None]] = {
            "section": ["x"], "source": [each["source"]], "year": [each["created"][:4]],
            "author": list(each["author"].split(" and ")) if each["author"] else [None],
        }  # fmt: skip
        for label in labels[by]:
            count = counts.setdefault(label, [0, 0, 0, 0])
            twice = each["revision"] > 1 or each["last_seen"] != "2024-06-01T08:00:00Z"
            count[:] = [count[0] + 1, count[1] + twice, count[2] + bool(pairs), count[3] + len(pairs)]
    assert {each.value: [each.articles, each.seen_twice, each.changed, each.edits] for each in found.groups} == counts
    assert {each.word: each.articles for each in found.went} == went
    ordered = sorted(removed)
    assert found.words_removed.edits == len(ordered) == found.edits > 20
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    assert found.words_removed.median == middle
    assert found.share_of_words.median == pytest.approx(
        (sorted(share)[(len(share) - 1) // 2] + sorted(share)[len(share) // 2]) / 2
    )
