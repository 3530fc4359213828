"""Copies: what is one, what is none, which article is the original, and that the order of storing tells nothing."""

import csv
import io
import json
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harbincrawl.archive import lock
from harbincrawl.cli.main import Options
from harbincrawl.cli.read.duplicates import command
from harbincrawl.duplicates import shingles
from harbincrawl.duplicates.links import TABLES, Counts, Link, link_copies, read_copies, rebuild
from harbincrawl.errors import NoArchiveError
from harbincrawl.twin.news import News
from tests.support.archives import add_article, build_archive

Links = dict[int, tuple[int, float, str]]


class Archive:
    """An archive in memory or in a file, whose articles come and change as in a crawl."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        connection.executescript(TABLES.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "))
        self.counter = count(1000)

    def put(self, *articles: dict[str, Any]) -> dict[int, Link]:
        """Stores or replaces articles in one batch and links them."""
        numbers = [article["number"] for article in articles]
        for article in articles:
            self._drop(article["number"])
            add_article(self.connection, article["number"], article)
        return link_copies(self.connection, numbers, self.next_change)

    def remove(self, number: int) -> None:
        self._drop(number)
        link_copies(self.connection, [number], self.next_change)

    def _drop(self, number: int) -> None:
        self.connection.execute("DELETE FROM images WHERE number = ?", (number,))
        self.connection.execute("DELETE FROM articles WHERE number = ?", (number,))

    def next_change(self) -> int:
        return next(self.counter)

    def rebuild(self) -> Counts:
        return rebuild(self.connection, lambda *_: None, self.next_change)

    def links(self) -> Links:
        rows = self.connection.execute("SELECT number, original, similarity, kind FROM duplicates")
        return {number: (original, similarity, kind) for number, original, similarity, kind in rows}

    def originals(self) -> dict[int, int]:
        return {number: original for number, (original, _, _) in self.links().items()}

    def change(self, number: int) -> int:
        (change,) = self.connection.execute("SELECT change FROM articles WHERE number = ?", (number,)).fetchone()
        return int(change)

    def dump(self) -> list[list[tuple[Any, ...]]]:
        tables = ("duplicates", "signatures", "bands")
        return [self.connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_archive(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def make_archive(template: Path) -> Iterator[Callable[[], Archive]]:
    made: list[sqlite3.Connection] = []

    def make() -> Archive:
        source = sqlite3.connect(template / "articles.db")
        connection = sqlite3.connect(":memory:", isolation_level=None)
        source.backup(connection)
        source.close()
        made.append(connection)
        return Archive(connection)

    yield make
    for connection in made:
        connection.close()


@pytest.fixture
def archive(make_archive: Callable[[], Archive]) -> Archive:
    return make_archive()


def paragraphs(seed: int, number: int = 6, topic: str = "ice") -> list[str]:
    news = News(random.Random(seed))
    return [news.paragraph(topic, 2) for _ in range(number)]


def retouch(text: Sequence[str], every: int, word: str = "retouched", first: int | None = None) -> list[str]:
    """Each `every`th word of each paragraph is another one, from the `first` on (else from half of `every`)."""
    start = every // 2 if first is None else first
    return [
        " ".join(word if at % every == start else old for at, old in enumerate(paragraph.split())) for paragraph in text
    ]


def article(number: int, body: Sequence[str] | None = None, **columns: Any) -> dict[str, Any]:
    return {"number": number, "body": list(body) if body is not None else None, **columns}


STORY = paragraphs(1)


def test_the_same_fingerprint_under_another_number_is_an_exact_copy(archive: Archive) -> None:
    found = archive.put(article(1, STORY, fingerprint="f"), article(2, STORY, fingerprint="f"))
    assert found == {2: Link(1, 1.0, "exact")}
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


def test_lines_joined_and_split_make_no_difference(archive: Archive) -> None:
    archive.put(article(1, STORY), article(2, ["  ".join(STORY)]))
    assert archive.links() == {2: (1, 1.0, "near")}


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


def test_five_shared_paragraphs_of_twelve_are_no_copy(archive: Archive) -> None:
    shared = paragraphs(3, 5)
    archive.put(article(1, shared + paragraphs(4, 7)), article(2, paragraphs(5, 7) + shared))
    assert archive.links() == {}


def test_a_block_in_four_articles_makes_no_copies(archive: Archive) -> None:
    block = paragraphs(3, 3)
    archive.put(*(article(n, paragraphs(10 + n, 3) + block + paragraphs(20 + n, 3)) for n in range(1, 5)))
    assert archive.links() == {}


def test_a_rewritten_story_on_the_same_matter_is_no_copy(archive: Archive) -> None:
    archive.put(
        article(1, paragraphs(1), title="Ice festival opens"), article(2, paragraphs(2), title="Ice festival opens")
    )
    assert archive.links() == {}


def test_empty_articles_are_never_copies(archive: Archive) -> None:
    archive.put(article(1, fingerprint="f"), article(2, fingerprint="f"))
    assert archive.links() == {}


def test_a_credit_alone_is_no_text(archive: Archive) -> None:
    credit = [{"credit": "Photo/my399.com"}]
    archive.put(article(1, fingerprint="f", images=credit), article(2, fingerprint="f", images=credit))
    assert archive.links() == {}


def test_one_caption_in_fifty_articles_links_none_of_them(archive: Archive) -> None:
    view = [{"caption": "A view of Harbin", "credit": "Photo/my399.com"}] * 8
    archive.put(*(article(number, images=view) for number in range(1, 51)))
    assert archive.links() == {}


def test_a_short_text_is_a_copy_only_with_everything_else_the_same(archive: Archive) -> None:
    view = [{"caption": "A view of Harbin", "credit": "Photo/my399.com"}]
    archive.put(*(article(number, images=view, fingerprint=mark) for number, mark in ((1, "f"), (2, "g"), (3, "f"))))
    assert archive.links() == {3: (1, 1.0, "exact")}


def test_photo_articles_are_compared_by_their_captions(archive: Archive) -> None:
    news = News(random.Random(4))
    captions = [news.caption("ice") for _ in range(8)]
    images = [{"caption": caption, "credit": "Xinhua"} for caption in captions]
    archive.put(article(1, images=images), article(2, images=[image | {"credit": "VCG"} for image in images]))
    assert archive.originals() == {2: 1}


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


def test_a_copy_whose_original_became_a_copy_is_measured_against_the_new_one(archive: Archive) -> None:
    # Each is the one before cut by a fifth, so the last is far too short to be compared with the first.
    words = " ".join(STORY).split()
    second = [" ".join(words[: len(words) * 83 // 100])]
    archive.put(article(2, second), article(3, [" ".join(words[: len(words) * 69 // 100])]))
    assert archive.originals() == {3: 2}
    archive.put(article(1, STORY))
    assert archive.originals() == {2: 1}
    assert archive.change(3) >= 1000


def test_a_rewritten_copy_loses_its_link(archive: Archive) -> None:
    archive.put(article(1, STORY), article(2, STORY))
    archive.put(article(2, paragraphs(2)))
    assert archive.links() == {}


def test_copies_of_an_original_that_was_rewritten_find_another(archive: Archive) -> None:
    archive.put(*(article(number, STORY) for number in (1, 2, 3)))
    archive.put(article(1, paragraphs(2)))
    assert archive.originals() == {3: 2}
    assert archive.change(2) >= 1000
    assert archive.change(3) >= 1000


def test_an_original_that_becomes_a_copy_hands_its_copies_on(archive: Archive) -> None:
    other = paragraphs(2)
    archive.put(article(1, STORY), article(2, other), article(3, other))
    assert archive.originals() == {3: 2}
    archive.put(article(2, STORY))
    assert archive.originals() == {2: 1}


def test_a_similarity_that_changes_is_brought_up(archive: Archive) -> None:
    archive.put(article(1, STORY), article(2, STORY))
    archive.put(article(1, retouch(STORY, 30)))
    assert archive.links()[2][1] < 1.0
    assert archive.change(2) >= 1000


def test_a_removed_original_leaves_its_copies_to_the_next(archive: Archive) -> None:
    archive.put(*(article(number, STORY) for number in (1, 2, 3)))
    archive.remove(1)
    assert archive.originals() == {3: 2}
    assert archive.connection.execute("SELECT count(*) FROM bands WHERE number = 1").fetchone() == (0,)
    assert archive.connection.execute("SELECT count(*) FROM signatures WHERE number = 1").fetchone() == (0,)


def test_the_same_batch_twice_changes_nothing(archive: Archive) -> None:
    batch = [article(1, STORY), article(2, STORY), article(3, paragraphs(2))]
    archive.put(*batch)
    before = archive.dump()
    archive.put(*batch)
    assert archive.dump() == before
    assert archive.next_change() == 1000


def texts_with_copies() -> list[list[str] | None]:
    """Texts that are close to each other in many ways: chains, families, shared blocks, nothing."""
    chain = [STORY]
    for step in range(5):
        chain.append(retouch(chain[-1], 22, f"step{step}", 4 * step))
    cousin = [*STORY[:5], *paragraphs(7, 1)]
    return [*chain, cousin, retouch(cousin, 35), [*STORY, "One more sentence at the end."], paragraphs(8), None]


TEXTS = texts_with_copies()
STORED = st.lists(st.tuples(st.integers(0, len(TEXTS) - 1), st.integers(0, 2)), min_size=1, max_size=14)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    counts = archive.rebuild()
    assert archive.dump() == crawled
    assert counts.changed == 0
    # Bands are of the present texts only, copies stand apart.
    for number, copy in archive.connection.execute("SELECT DISTINCT number, copy FROM bands"):
        assert copy == (number in archive.links())
    assert not set(archive.originals()) & set(archive.originals().values())


def test_a_rebuild_mends_links_of_other_rules_and_counts_them(archive: Archive) -> None:
    archive.put(article(1, STORY), article(2, STORY), article(3, paragraphs(2)), article(4, fingerprint="f"))
    archive.connection.execute("UPDATE duplicates SET similarity = 0.5")
    archive.connection.execute("INSERT INTO duplicates VALUES (3, 2, 0.9, 'near')")
    heard: list[tuple[int, int]] = []
    counts = rebuild(archive.connection, lambda *at: heard.append(at), archive.next_change)
    assert counts == Counts(articles=4, exact=0, near=1, changed=2)
    assert archive.links() == {2: (1, 1.0, "near")}
    assert [archive.change(number) for number in (1, 2, 3, 4)] == [1, 1000, 1001, 4]
    assert heard == [(0, 4), (4, 4)]


def test_a_rebuild_of_an_empty_archive_finds_nothing(archive: Archive) -> None:
    assert archive.rebuild() == Counts(0, 0, 0, 0)


def test_a_text_stored_five_hundred_times_costs_no_more_than_others(archive: Archive) -> None:
    for first in range(1, 500, 100):
        archive.put(*(article(number, STORY) for number in range(first, first + 100)))
    searched: list[str] = []
    archive.connection.set_trace_callback(searched.append)
    archive.put(article(500, STORY))
    archive.connection.set_trace_callback(None)
    assert archive.originals() == dict.fromkeys(range(2, 501), 1)
    assert len(searched) < 60


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
    assert [(each.original.id, each.copy.id) for each in copies] == [
        ("harbin-today:2", "harbin-today:4"),
        ("harbin-today:1", "harbin-today:3"),
        ("harbin-today:1", "harbin-today:5"),
    ]
    assert copies[0].original.title == "Other"
    assert copies[1].copy.section == "change"
    assert list(read_copies(archive.connection, "exact")) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with three copies of which nothing is known yet."""
    build_archive(
        tmp_path / "archive",
        [
            article(1, STORY, title="One", fingerprint="f"),
            article(2, STORY, title="One", fingerprint="f", section_path="change"),
            article(3, STORY, title="Three \x1b[31m", created="2024-05-02"),
            article(4, paragraphs(2)),
            article(5, retouch(STORY, 40), title="One"),
        ],
    )
    connection = sqlite3.connect(tmp_path / "archive" / "articles.db")
    connection.executescript(TABLES.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "))
    connection.close()
    return tmp_path / "archive"


def run(folder: Path, *words: str, quiet: bool = False) -> Result:
    options = Options(folder, quiet, verbose=False)
    return CliRunner().invoke(command, words, obj=options, standalone_mode=False)


@pytest.fixture
def linked(folder: Path) -> Path:
    result = run(folder, "--rebuild")
    assert result.exception is None
    assert result.stderr == "5 articles: 1 exact copy, 2 near copies, 3 links changed\n"
    assert result.stdout == ""
    return folder


def test_the_list_shows_originals_with_their_copies(linked: Path) -> None:
    lines = run(linked, quiet=True).stdout.splitlines()
    assert lines[:4] == [
        "One",
        "  original  1  2024-05-01 · Harbin Today",
        "  exact     2  2024-05-01 · change",
        "  1         3  2024-05-02 · Harbin Today",
    ]
    assert lines[4] == "            Three [31m"
    assert len(lines) == 6


def test_the_list_as_json_is_one_document(linked: Path) -> None:
    records = json.loads(run(linked, "--format", "json").stdout)
    assert [record["id"] for record in records] == ["harbin-today:2", "harbin-today:3", "harbin-today:5"]
    assert records[0] == {
        "id": "harbin-today:2",
        "url": "http://e.my399.com/change/2024-05-01/2.html",
        "title": "One",
        "section": "change",
        "date": "2024-05-01",
        "duplicate_of": "harbin-today:1",
        "similarity": 1.0,
        "kind": "exact",
        "original_url": "http://e.my399.com/news/2024-05-01/1.html",
        "original_title": "One",
        "original_section": "Harbin Today",
        "original_date": "2024-05-01",
    }
    assert "\x1b" not in run(linked, "--format", "json").stdout


def test_json_lines_and_csv_hold_the_same(linked: Path) -> None:
    records = json.loads(run(linked, "--format", "json", "--kind", "near").stdout)
    lines = run(linked, "--format", "jsonl", "--kind", "near").stdout.splitlines()
    assert [json.loads(line) for line in lines] == records
    rows = list(csv.DictReader(io.StringIO(run(linked, "--format", "csv", "--kind", "near").stdout)))
    assert [(row["id"], float(row["similarity"])) for row in rows] == [
        (record["id"], record["similarity"]) for record in records
    ]


def test_an_archive_without_copies_gives_empty_documents(folder: Path) -> None:
    assert run(folder).stderr == "no copies\n"
    assert run(folder).stdout == ""
    assert json.loads(run(folder, "--format", "json").stdout) == []
    assert run(folder, "--format", "jsonl").stdout == ""
    assert run(folder, "--format", "csv").stdout.startswith("id,url,")
    assert run(folder, "--format", "csv").stdout.count("\n") == 1


def test_a_rebuild_prints_its_counts_as_json(folder: Path) -> None:
    assert json.loads(run(folder, "--rebuild", "--format", "json").stdout) == {
        "articles": 5,
        "exact": 1,
        "near": 2,
        "changed": 3,
    }


def test_a_second_rebuild_changes_no_link(linked: Path) -> None:
    assert json.loads(run(linked, "--rebuild", "--format", "json").stdout)["changed"] == 0


def test_a_rebuild_waits_for_no_other_writer(folder: Path) -> None:
    with lock.hold(folder, "crawl"):
        error = run(folder, "--rebuild").exception
    assert isinstance(error, lock.HeldError)
    assert error.exit_code == 5


def test_a_rebuild_that_is_interrupted_leaves_the_links_as_they_were(
    linked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = run(linked, "--format", "json").stdout
    with monkeypatch.context() as patched:
        patched.setattr("harbincrawl.duplicates.links._Linker.decide_link", interrupt)
        assert isinstance(run(linked, "--rebuild").exception, click.Abort)
    assert run(linked, "--format", "json").stdout == before


def test_a_rebuild_makes_no_archive_where_there_is_none(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path / "none", "--rebuild").exception, NoArchiveError)
    assert not (tmp_path / "none").exists()


def test_a_rebuild_refuses_the_formats_of_lists(folder: Path) -> None:
    assert "--rebuild" in str(run(folder, "--rebuild", "--format", "csv").exception)
