"""Edits: each figure by its formula written out, and those that a twin made between two crawls."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from harbincrawl import open_archive
from harbincrawl.cli.main import main
from tests.support.archives import MakeOnce, build_archive
from tests.support.corpus_cases import cut_texts
from tests.support.edited_twins import ARCHIVE, DAYS, KNOWN, list_expected, make_edited


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
    with open_archive(by_hand) as archive:
        first, second, third = archive.edits()
    assert (first.id, first.revision, first.cause) == ("harbin-today:1", 1, "crawl")
    assert first.fields == ("captions", "body")
    # two four | three; the caption is words, its credit none; blanks are none
    assert (first.words_removed, first.words_added, first.words_before, first.words_after) == (4, 1, 8, 5)
    assert first.share == round(5 / 13, 4)
    assert (first.published, first.days_after_publication, first.days_after_first_seen) == ("2024-05-01", 2, 0)
    assert (second.fields, second.title_before, second.title_after) == (("title",), "Snow fell", "Snow falls")
    assert (second.days_after_publication, second.days_after_first_seen) == (10, 8)
    assert (third.fields, third.words_removed, third.words_added, third.share) == (("updated",), 0, 0, 0.0)
    assert (third.published, third.days_after_publication, third.source) == ("2022-12-31", 610, None)


@pytest.mark.parametrize(
    ("query", "filters", "ids"),
    [
        ("owl", {}, [2]),
        ("fell", {}, []),  # a former word
        ("", {"section": "culture"}, [2]),
        ("", {"until": "2023"}, [2]),
        ("", {"author": "Wang Wei"}, [1, 1]),
    ],
)
def test_filters_ask_the_present_wordings(by_hand: Path, query: str, filters: dict[str, Any], ids: list[int]) -> None:
    with open_archive(by_hand) as archive:
        rows = archive.edits(query, **filters)
    assert [row.id for row in rows] == [f"harbin-today:{each}" for each in ids]


def test_only_white_space_is_no_edit(tmp_path: Path) -> None:
    old = {"number": 1, "revision": 1, "title": "A  b", "body": "One\n\ntwo", "updated": "2024-05-01",
           "source": "chinadaily.com.cn"}  # fmt: skip
    new = {"number": 1, "revision": 2, "title": "A b", "body": "One two"}
    with open_archive(build_archive(tmp_path / "archive", [new], revisions=[old])) as archive:
        assert archive.edits() == []


def test_the_words_are_those_of_a_plain_computation(tmp_path: Path) -> None:
    dice = random.Random(7)
    words = "owl otter heron the lantern Tram tram’s métro 12 哈尔滨".split()
    articles, revisions = [], []
    for number in range(1, 60):
        texts = [" ".join(dice.choices(words, k=dice.randrange(0, 9))) for _ in range(dice.randrange(1, 4))]
        wordings = [{"title": "Same", "body": text or None, "updated": "2019-02-03", "source": None} for text in texts]
        articles.append({"number": number, "revision": len(texts), **wordings[-1]})
        revisions += [{"number": number, "revision": at, **wording, "replaced": f"2024-0{6 + at}-05T00:00:00Z"}
                      for at, wording in enumerate(wordings[:-1], 1)]  # fmt: skip
    with open_archive(build_archive(tmp_path / "archive", articles, revisions=revisions)) as archive:
        found = archive.edits()
    bodies = {(each["number"], each["revision"]): each["body"] or "" for each in [*articles, *revisions]}
    places = list(bodies)
    cut = {places[at]: words for at, words in cut_texts(dict(enumerate(bodies.values()))).items()}
    expected = {}
    for (number, at), body in bodies.items():
        after = bodies.get((number, at + 1))
        if after is not None and "".join(body.split()) != "".join(after.split()):
            old, new = Counter(cut[number, at]), Counter(cut[number, at + 1])
            # The title is one word.
            expected[f"harbin-today:{number}", at] = (
                (old - new).total(), (new - old).total(), old.total() + 1, new.total() + 1
            )  # fmt: skip
    assert len(expected) > 20
    assert {(row.id, row.revision): row[11:15] for row in found} == expected


Known = dict[str, Any]


@pytest.fixture(scope="module")
def made(make_once: MakeOnce) -> Path:
    return make_once("edited-twin", make_edited)


@pytest.fixture(scope="module")
def known(made: Path) -> Known:
    found: Known = json.loads((made / KNOWN).read_text("utf-8"))
    return found


def test_the_edits_are_those_that_the_twin_made(made: Path, known: Known) -> None:
    expected = list_expected(known)
    logged = {(number, turn, {"caption": "captions"}.get(field, field)) for turn, number, field in known["done"]}
    assert {(number, turn, field) for number, turn, fields in expected for field in fields} == logged
    assert len(expected) < len(known["done"])  # two edits between two crawls are one
    with open_archive(made / ARCHIVE) as archive:
        edits = archive.edits()
    found = [(int(each.id.rpartition(":")[2]), DAYS.index(each.days_after_first_seen), each.fields) for each in edits]
    assert sorted(found) == expected
    truths = [{story["number"]: story for story in truth} for truth in known["truths"]]
    for (number, turn, _), each in zip(found, edits, strict=True):
        before, after = truths[turn - 1][number], truths[turn][number]
        assert (each.title_before, each.title_after) == (before["title"], after["title"])
        day = date.fromisoformat(known["days"][turn][:10])
        assert each.days_after_publication == pytest.approx((day - date.fromisoformat(after["created"])).days, abs=1)
        assert each.last_shown is not None and each.seen <= each.last_shown < each.replaced


def show(archive: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "show", *words])
    return int(ended.value.code or 0), *capsys.readouterr()


def test_a_page_is_shown_as_it_was_between_two_crawls(
    made: Path, known: Known, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = {number for number, _, _ in list_expected(known)}
    for turn, truth in enumerate(known["truths"]):
        seen = date.fromisoformat(known["days"][turn][:10])
        next_seen = date.fromisoformat(known["days"][turn + 1][:10]) if turn + 1 < len(DAYS) else date(2100, 1, 1)
        # A crawl at midnight may end on the next day.
        for day in {seen + timedelta(days=1), next_seen - timedelta(days=1)}:
            for story in truth:
                if story["number"] not in edited:
                    continue
                code, out, _ = show(made / ARCHIVE, capsys, str(story["number"]), "--at", day.isoformat(), "--json")
                said = json.loads(out)
                fields = ("title", "updated", "author", "source")
                assert code == 0
                assert [said[name] for name in fields] == [story[name] for name in fields]
                assert (said["body"] or "").split() == " ".join(story["body"]).split()
                assert [each["caption"] for each in said["images"]] == [each["caption"] for each in story["images"]]
    number = min(edited)
    before = date.fromisoformat(known["days"][0][:10]) - timedelta(days=1)
    code, out, said = show(made / ARCHIVE, capsys, str(number), "--at", before.isoformat())
    assert (code, out, said.count("\n")) == (9, "", 1)
    assert said.startswith("harbincrawl: nothing tells what it said then: it was first captured ")
