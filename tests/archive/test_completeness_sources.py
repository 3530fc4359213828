"""What counts as a source's evidence of an article: its own list, never what was fetched from it; and a real run."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.completeness.estimate import Estimate
from harbincrawl.archive.completeness.sources import estimate_published, find_highest, read_sources
from harbincrawl.archive.coverage import measure_coverage
from harbincrawl.archive.database.connection import FILE
from harbincrawl.cli.output.completeness import estimate_lines
from harbincrawl.cli.output.style import Style
from harbincrawl.twin import changes, make_twin, serve
from tests.rescue.test_commoncrawl import make_face
from tests.support.archives import add_capture, build_archive
from tests.support.crawling import NEWS_AND_GALLERY, ask, crawl
from tests.support.forge import forge
from tests.support.other_archives import serve_face
from tests.support.rescue_cases import Past, run_rescue
from tests.support.sites import HARBIN_TODAY


def address(number: int, day: str = "2024-05-01") -> str:
    return f"http://e.my399.com/news/{day}/{number}.html"


def add_rescue(connection: sqlite3.Connection, source: str, number: int | None, **more: Any) -> None:
    row = {
        "source": source, "original": more.pop("original", f"{number}"), "timestamp": "20240501000000",
        "address": number and address(number), "number": number, "page": 1, "state": "left",
    } | more  # fmt: skip
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO rescue({names}) VALUES ({marks})", tuple(row.values()))


def add_line(connection: sqlite3.Connection, number: int, *, stands: int = 1) -> None:
    connection.execute(
        "INSERT INTO listed(section, item, number, address, title, since, stands) VALUES ('news', ?, ?, ?, '', 1, ?)",
        (str(number), number, address(number), stands),
    )


@pytest.fixture
def connection(tmp_path: Path) -> Any:
    """Articles 1 to 3 that were crawled, 7 that was rescued, 9 that was ingested."""
    captures = {1: "site", 2: "mirror", 3: "site", 7: "wayback", 9: "ingest"}
    articles = [
        {"number": number, "capture": {"source": source, "address": address(number)}}
        for number, source in captures.items()
    ]
    with closing(sqlite3.connect(build_archive(tmp_path, articles) / FILE)) as opened:
        yield opened


def test_a_source_is_what_its_own_list_showed(connection: sqlite3.Connection) -> None:
    add_line(connection, 3)
    add_line(connection, 4, stands=0)
    add_line(connection, 5)
    connection.execute(
        "INSERT INTO failures(run, address, number, class, reason, at) VALUES (1, 'a', 5, 'not-an-article', '', '')"
    )
    add_rescue(connection, "wayback", 2, state="repeat")
    add_rescue(connection, "wayback", 7, state="fetched", outcome="new")
    add_rescue(connection, "wayback", 6, state="fetched", outcome="not_an_article")
    add_rescue(connection, "wayback", 8, state="failed", outcome="missing")
    add_rescue(connection, "wayback", None, original="a list", state="not_ours")
    add_rescue(connection, "commoncrawl", 5)
    add_rescue(connection, "commoncrawl", 7)
    add_capture(connection, {"source": "ingest", "address": address(3)})
    add_capture(connection, {"source": "ingest", "address": address(11)})
    found = read_sources(connection, HARBIN_TODAY)
    assert found.numbers == {
        # Removed lines were listed once; what turned out to be no article is nobody's.
        "lists": {1, 2, 3, 4},
        "wayback": {2, 7, 8},
        "commoncrawl": {7},
        # Article 11 was ingested, and is no article that could be read.
        "ingest": {3, 9},
    }
    assert (found.highest, found.days) == (9, {})
    assert found.certain == {1, 2, 3, 4, 7, 9}


def test_no_archive_of_others_alone_raises_the_counter(connection: sqlite3.Connection) -> None:
    add_rescue(connection, "wayback", 2_000_000)
    assert read_sources(connection, HARBIN_TODAY).highest == 9
    add_rescue(connection, "commoncrawl", 12)
    add_rescue(connection, "wayback", 12)
    assert read_sources(connection, HARBIN_TODAY).highest == 12
    found = estimate_published(connection, HARBIN_TODAY)
    assert "only" not in str(found)
    coverage = measure_coverage(connection, HARBIN_TODAY)
    assert coverage is not None
    assert coverage.highest == 12, "the table above the estimate believes the same"
    # Listed anew, an archive is no second source.
    for source, highest in (("wayback", 12), ("commoncrawl", 2_000_000)):
        coverage = measure_coverage(connection, HARBIN_TODAY, [address(2_000_000)], source)
        assert coverage is not None
        assert coverage.highest == highest
    assert find_highest({"wayback": {5, 70}}, frozenset()) == 70
    assert find_highest({}, frozenset()) == 0


def test_ids_that_no_counter_gave_have_days_in_place_of_an_order(connection: sqlite3.Connection) -> None:
    add_rescue(connection, "wayback", (1 << 31) + 5, address=address(77, "2019-03-04"))
    assert (1 << 31) + 5 not in read_sources(connection, HARBIN_TODAY).numbers.get("wayback", ())
    found = read_sources(connection, replace(HARBIN_TODAY, counter=False))
    assert found.highest is None
    assert found.days[(1 << 31) + 5].isoformat() == "2019-03-04"
    assert found.days[7].isoformat() == "2024-05-01"


def test_a_crawl_and_two_rescues_of_a_twin_count_its_articles(tmp_path: Path) -> None:
    twin = make_twin(11, 60, sections=("news", "gallery"))
    dice = random.Random(5)
    published = set(twin.stories)
    wayback, commoncrawl = Past(twin), Past(twin)
    for past, share in ((wayback, 0.8), (commoncrawl, 0.7)):
        for number in sorted(published):
            if dice.random() < share:
                past.capture(number)
    for number in dice.sample(sorted(published)[:-5], 5):
        changes.remove(twin, number)
    with serve(twin) as server:
        crawl(tmp_path, server, *NEWS_AND_GALLERY, code=None)
    stored_first = len(ask(tmp_path, "SELECT number FROM articles"))
    with serve_face(wayback.face) as url:
        run_rescue(tmp_path, url, limit=1)
    with serve_face(make_face(commoncrawl)) as url:
        run_rescue(tmp_path, url, named="commoncrawl", limit=1)
    code, printed, said = forge().start(["--archive", str(tmp_path), "status", "--coverage", "--json"]).wait()
    assert (code, said) == (0, "")
    document = json.loads(printed)
    found = document["estimate"]
    stored = document["stored"]
    # What was fetched is one capture each: their lists are what counts.
    assert stored_first <= stored <= stored_first + 2
    numbers = {name: {number for number in published if past.said.get(number)} for name, past in
               (("wayback", wayback), ("commoncrawl", commoncrawl))}  # fmt: skip
    assert found["sources"].items() >= {name: len(each) for name, each in numbers.items()}.items()
    assert found["method"] == "capture-recapture"
    assert found["known"] < len(published), "there was something to find"
    assert found["low"] <= len(published) <= found["high"]
    assert (found["high"] - found["low"]) / len(published) < 0.3
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        estimate = estimate_published(connection, HARBIN_TODAY)
    assert isinstance(estimate, Estimate)
    words = " ".join(" ".join(estimate_lines(estimate, stored, Style(colour=False, width=80))).split())
    assert (
        f"estimated {found['articles']:,} articles published (95% interval {found['low']:,} to {found['high']:,})"
        in words
    )
    assert f"of which {stored:,} are stored: {stored / found['high']:.0%}".rstrip("%") in words
    assert "lists (" in words and f"wayback ({len(numbers['wayback']):,})" in words
    assert "beyond" not in words


def test_a_crawl_alone_says_why_there_is_no_estimate(tmp_path: Path) -> None:
    build_archive(tmp_path, [{"number": number, "capture": {"source": "site"}} for number in (3, 50, 900)])
    code, printed, said = forge().start(["--archive", str(tmp_path), "status", "--coverage"]).wait()
    assert (code, said) == (0, "")
    assert "no estimate: only lists showed articles" in printed
    assert "leaves 3 to 900" in " ".join(printed.split())
    found = json.loads(forge().start(["--archive", str(tmp_path), "status", "--coverage", "--json"]).wait()[1])
    assert found["highest"] == 900
    assert found["estimate"]["sources"] == {"lists": 3}
    assert found["estimate"]["reason"].startswith("only lists")
