"""Every wording is searched as an article is: former ones as if each were an article of its own."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.archive.former import WordingHit, count_wordings, open_wordings, read_wordings
from harbincrawl.errors import FilterError
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.filters import Filters
from harbincrawl.search.snippets import CLOSE, OPEN, read_snippet
from tests.support.archives import build_archive
from tests.support.search_cases import numbers

SEEN, REPLACED = "2024-06-01T08:00:00Z", "2024-07-01T08:00:00Z"
WORDS = (
    "metro métro trams tram Snow snowing ice-snow “ice” lantern lanterns 2020 哈尔滨 of the festival festive".split()
)
QUERIES = (
    "tram", "title:snow", "snow AND lantern", "tram -metro", "metro NOT title:tram", "lant*", "festi*", '"of the"',
    "NEAR(tram snow, 2)", "(ice OR snow) -lantern", "哈尔滨", "author:wei", "source:daily", "body:metro captions:ice",
    "date:2019", "section:culture tram", "-tram", "source:daily OR date:2021 OR title:ice",
)  # fmt: skip


def find(connection: sqlite3.Connection, query: str = "", **filters: Any) -> list[tuple[int, int]]:
    """(number, revision) of the wordings that are found, which must be as many as are counted."""
    choice = fit_choice(connection, Filters(query=query, **filters))
    with open_wordings(connection) as wordings:
        found = [(hit.number, hit.revision) for hit in read_wordings(wordings, choice)]
        assert count_wordings(wordings, choice) == (len(found), len({number for number, _ in found}))
    return found


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    articles = [
        {"number": 5, "title": "Snow falls", "body": "Trains stand.", "author": "Li Ming", "source": "Xinhua",
         "revision": 3, "created": "2020-01-05", "updated": "2020-02-01", "last_changed": REPLACED},
        {"number": 6, "title": "Ice and fire", "body": "A metro.", "section_path": "culture", "created": "2021-03-03"},
        {"number": 7, "title": "Gone away", "status": "gone", "created": "2022-03-03", "revision": 2},
    ]  # fmt: skip
    revisions = [
        {"number": 5, "revision": 1, "title": "Metro opens", "body": "Lanterns glow.", "author": "Wang Wei and Li Qiu",
         "source": "China Daily", "updated": "2020-01-05", "replaced": "2024-06-15T08:00:00Z"},
        {"number": 5, "revision": 2, "title": "Metro closes", "body": "Trains run.", "author": "Li Ming",
         "source": "Xinhua", "updated": None, "seen": "2024-06-15T08:00:00Z", "replaced": REPLACED, "cause": "rescue",
         "images": [{"url": None, "caption": "A tower", "credit": "Photo Zhang", "file_name": None}]},
        {"number": 7, "revision": 1, "title": "Going soon", "updated": "2022-03-03", "replaced": REPLACED},
    ]  # fmt: skip
    with closing(open_reader(build_archive(tmp_path / "archive", articles, revisions=revisions))) as opened:
        yield opened


def test_present_and_former_wordings_are_found_each_with_its_time(connection: sqlite3.Connection) -> None:
    with open_wordings(connection) as wordings:
        hits = list(read_wordings(wordings, fit_choice(connection, Filters(query="train OR lantern"))))
        assert [hit._replace(hit=None) for hit in hits] == [  # type: ignore[arg-type]
            WordingHit(5, 3, REPLACED, None, None, None),  # type: ignore[arg-type]
            WordingHit(5, 2, "2024-06-15T08:00:00Z", REPLACED, "rescue", None),  # type: ignore[arg-type]
            WordingHit(5, 1, SEEN, "2024-06-15T08:00:00Z", "crawl", None),  # type: ignore[arg-type]
        ]
        choice = fit_choice(connection, Filters(query="title:metro train"))
        (hit,) = read_wordings(wordings, choice)
        assert read_snippet(wordings.place(hit), choice, hit.hit, 9) == (
            f"{OPEN}Metro{CLOSE} closes", f"{OPEN}Trains{CLOSE} run."
        )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("metro snow", []),  # each in another wording
        ("metro OR snow", [(6, 1), (5, 3), (5, 2), (5, 1)]),
        ("metro -train", [(6, 1), (5, 1)]),
        ("title:metro NOT close", [(5, 1)]),
        ('title:"metro opens"', [(5, 1)]),
        ("lant*", [(5, 1)]),
        ("captions:tower", [(5, 2)]),
        ("tower zhang", [(5, 2)]),
        ("author:wang", [(5, 1)]),
        ("source:daily", [(5, 1)]),  # of the others it is a part of a word
        ('source:"china daily"', [(5, 1)]),
        ("id:7", [(7, 2), (7, 1)]),
        ("section:culture", [(6, 1)]),
        ("date:2020-01", [(5, 2), (5, 1)]),
        ("url:5.html train", [(5, 3), (5, 2)]),
    ],
)
def test_a_query_holds_within_one_wording(
    connection: sqlite3.Connection, query: str, found: list[tuple[int, int]]
) -> None:
    assert find(connection, query) == found


def test_filters_ask_the_wording_but_for_section_address_and_status(connection: sqlite3.Connection) -> None:
    assert find(connection, sources=("china daily",)) == [(5, 1)]
    assert find(connection, authors=("Li Qiu",)) == [(5, 1)]
    assert find(connection, authors=("Li Ming",)) == [(5, 3), (5, 2)]
    # Without a printed date the day in the address counts.
    assert find(connection, until="2020-01") == [(5, 2), (5, 1)]
    assert find(connection, since="2020-02", until="2020") == [(5, 3)]
    assert find(connection, until="2020", date="created") == [(5, 3), (5, 2), (5, 1)]
    assert find(connection, status="gone") == [(7, 2), (7, 1)]
    assert find(connection, sections=("culture",)) == [(6, 1)]
    assert find(connection, changed=True) == [(7, 2), (7, 1), (5, 3), (5, 2), (5, 1)]
    assert find(connection, seen_since="2024-06-10") == [(5, 3), (5, 2)]


def test_what_a_rescue_brought_counts_by_when_it_came(tmp_path: Path) -> None:
    archive = build_archive(
        tmp_path / "archive",
        [{"number": 5, "revision": 2}, {"number": 6, "revision": 2}],
        revisions=[{"number": number, "revision": 1, "title": "Old"} for number in (5, 6)],
    )
    with closing(sqlite3.connect(archive / FILE)) as writing, writing:
        writing.execute(
            "INSERT INTO runs(run, kind, started, ended, outcome, arguments, versions) VALUES"
            " (9, 'rescue', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', 'complete', '{}', '{}')"
        )
        writing.execute("INSERT INTO outcomes(run, number, outcome) VALUES (9, 6, 'changed')")
    with closing(open_reader(archive)) as connection:
        assert find(connection, seen_since="2025") == [(6, 2), (6, 1)]


@pytest.mark.parametrize("exact", [False, True])
def test_former_wordings_are_found_as_articles_of_their_own_would_be(tmp_path: Path, exact: bool) -> None:
    dice = random.Random(7)

    def write() -> dict[str, Any]:
        text = [" ".join(dice.choices(WORDS, k=dice.randrange(1, 9))) for _ in range(3)]
        day = f"{dice.choice((2019, 2021))}-0{dice.randrange(1, 10)}-11"
        image = {"url": None, "caption": text[2], "credit": dice.choice((None, "ice")), "file_name": None}
        return {
            "title": dice.choice((text[0], None)), "body": text[1], "images": dice.choice(([], [image])),
            "author": dice.choice((None, "Wang Wei", "Li Ming and Wang Wei")), "updated": dice.choice((day, None)),
            "source": dice.choice((None, "China Daily", "Daily ice")),
        }  # fmt: skip

    articles, revisions, alone = [], [], []
    places: dict[int, tuple[int, int]] = {}
    for number in range(1, 41):
        path, created = dice.choice(("news", "culture/music")), f"20{dice.randrange(18, 22)}-05-05"
        own = {"section_path": path, "created": created}
        wordings = [write() for _ in range(dice.randrange(1, 5))]
        articles.append({"number": number, "revision": len(wordings), **own, **wordings[-1]})
        for revision, wording in enumerate(wordings, 1):
            if revision < len(wordings):
                revisions.append({"number": number, "revision": revision, **wording})
            places[len(alone) + 1] = number, revision
            alone.append({"number": len(alone) + 1, **own, **wording})
    archive = build_archive(tmp_path / "archive", articles, revisions=revisions)
    one_by_one = build_archive(tmp_path / "alone", alone)
    hits = 0
    with closing(open_reader(archive)) as connection, closing(open_reader(one_by_one)) as plain:
        for query in QUERIES:
            expected = {places[number] for number in numbers(plain, query, exact=exact)}
            found = find(connection, query, exact=exact)
            assert (set(found), len(found)) == (expected, len(expected)), query
            hits += len(found)
    assert hits > 300


def test_wordings_of_one_day_are_all_there_and_the_order_turns(connection: sqlite3.Connection) -> None:
    with open_wordings(connection) as wordings:
        choice = fit_choice(connection, Filters())
        newest, oldest = (list(read_wordings(wordings, choice, oldest=each)) for each in (False, True))
    assert len(newest) == len(oldest) == 6
    assert sorted(newest) == sorted(oldest)
    days = [hit.hit.key >> 32 for hit in newest]
    assert days == sorted(days, reverse=True) == [hit.hit.key >> 32 for hit in oldest][::-1]


def test_an_archive_without_edits_has_its_present_wordings(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive", [{"number": 5, "title": "Snow"}, {"number": 6, "title": "Ice"}])
    with closing(open_reader(archive)) as connection:
        assert find(connection, "snow") == [(5, 1)]
        assert find(connection, "tram") == []


HOSTILE = ('"', '"""', "*", 'a"*', "title:", 'title:"', "\x00", "\x01x\x02", "\ud800", "(", "NEAR(", "-", "a" * 5000,
           "<b>", "'; DROP TABLE articles; --", '"\x1b[31m"', "OR", "NOT -", "{a b} : c", "\u202e", '"“”"')  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_any_text_is_a_query(connection: sqlite3.Connection, query: str) -> None:
    try:
        find(connection, query)
    except FilterError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("title", [text for text in HOSTILE if "\0" not in text and "\ud800" not in text])
def test_a_title_of_any_letters_stays_what_it_is(tmp_path: Path, title: str) -> None:
    old = {"number": 5, "revision": 1, "title": f"{title} otter", "updated": "2024-05-01", "replaced": REPLACED}
    archive = build_archive(tmp_path / "archive", [{"number": 5, "revision": 2}], revisions=[old])
    with closing(open_reader(archive)) as connection, open_wordings(connection) as wordings:
        (hit,) = read_wordings(wordings, fit_choice(connection, Filters(query="title:otter")))
        select = "SELECT title FROM articles WHERE key = ?"
        assert wordings.former.execute(select, (hit.hit.key,)).fetchone() == (f"{title} otter",)
