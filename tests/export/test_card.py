"""Each sentence of the card follows the archive: it is gone, or another one, once what it says is made wrong."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.export.fields import profile_fields
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters
from tests.support.export_cases import MISSING, hard_archive

RICH = (
    "UPDATE runs SET seal = 'abc' WHERE run = 1",
    "INSERT INTO runs(run, kind, started, ended, outcome, arguments, versions)"
    " VALUES (3, 'ingest', '2024-06-01T09:31:00Z', '2024-06-01T09:32:00Z', 'complete', '{}', '{}')",
    "UPDATE articles SET author = 'Li Na', authors = '[\"Li Na\"]' WHERE number IN (201, 204)",
    "UPDATE articles SET source = 'Xinhua' WHERE number = 202",
    "UPDATE captures SET source = 'wayback' WHERE id = (SELECT capture FROM articles WHERE number = 202)",
    "UPDATE articles SET status = 'unknown' WHERE number = 202",
    "UPDATE images SET media = 'x.jpg' WHERE number = 203",
)
CHANGES = {
    "another article": "UPDATE articles SET number = number, word_count = word_count + 5 WHERE number = 201",
    "fewer articles": "DELETE FROM articles WHERE number = 205",
    "another first day": "UPDATE articles SET created = '2012-01-01', updated = '2012-01-01' WHERE number = 201",
    "every day printed": "UPDATE articles SET updated = coalesce(updated, created, '2020-03-01')",
    "days alike": "UPDATE articles SET updated = created",
    "a day each month": "UPDATE articles SET created = '2020-02-20', updated = '2020-02-20'",
    "another end": "UPDATE runs SET ended = '2024-06-02T00:00:00Z' WHERE run = 3",
    "one section": "UPDATE articles SET section = 'News', section_path = 'news'",
    "named authors": "UPDATE articles SET author = 'Li Na', authors = '[\"Li Na\"]'",
    "no authors": "UPDATE articles SET author = NULL, authors = '[]'",
    "another source": "UPDATE articles SET source = 'Another'",
    "titles": "UPDATE articles SET title = 'A title', body = 'A body.'",
    "all live": "UPDATE articles SET status = 'live'",
    "no copies": "DELETE FROM duplicates",
    "no captures": "UPDATE captures SET warc = NULL, source = 'site', fetched_at = '2020-01-01T00:00:00Z'",
    "first seen": "UPDATE articles SET first_seen = '2010-01-01T00:00:00Z'",
    "parser": "UPDATE articles SET parser = '2'",
    "another seal": "UPDATE runs SET seal = 'def' WHERE seal IS NOT NULL",
    "nothing missing": f"DELETE FROM listed WHERE address = '{MISSING}'",
    "no pictures": "DELETE FROM images",
    "no wordings": "DELETE FROM revisions",
}
FIXED = {
    # What holds for every bundle of this profile: how its files are made, and whose the texts are.
    "Each folder has the same articles.",
    "In CSV, lists and structs are JSON in the cell.",
    "There is one file for each year of `created`, the date in an article's address, which never changes; `last_seen` "
    "is in none.",
    "The copyright of the texts belongs to the publishers: Harbin Today and the sources that it names.",
    "See `CITATION.cff`; `SHA256SUMS` identifies its exact files.",
    "Missing values are null.",
    "Nothing was filled in.",
    "Days and years are those of `updated`, of `created` where an article lacks it.",
}


def split_card(card: str) -> set[str]:
    """The sentences, items and rows of a card, less headings, code, and the tables of files and fields."""
    body = re.sub(r"```.*?```", "", card.split("\n---\n", 1)[1], flags=re.DOTALL)
    fields = {field.name for field in profile_fields("full")}
    found: set[str] = set()
    for line in body.splitlines():
        if line.startswith("|"):
            name = re.match(r"\| `([\w/.-]+)` ", line)
            if name and name[1].partition(".")[0] not in fields and not name[1].startswith("data/"):
                found.add(line)
        elif line and not line.startswith(("#", "![")):
            found |= set(re.split(r"(?<=[.!?])\s+(?=[A-Z`*])", line))
    return found


def write_card(tmp_path: Path, *statements: str, compiler: str = "Example University", **job: object) -> str:
    folder = hard_archive(tmp_path / "archive", revisions=[{"number": 203, "revision": 1, "title": "Older"}])
    (folder / "config.toml").write_text(f'compiler = "{compiler}"\n')
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    run_job(folder, ExportJob(str(tmp_path / "b"), **job))  # type: ignore[arg-type]
    return (tmp_path / "b" / "README.md").read_text(encoding="utf-8")


def test_each_sentence_is_gone_once_it_is_made_wrong(tmp_path_factory: pytest.TempPathFactory) -> None:
    make: Callable[..., Path] = tmp_path_factory.mktemp
    kept = split_card(write_card(make("rich"), *RICH))
    assert len(kept) > 25
    # Several at once, which no sentence can hold out against if it cannot against one of them.
    changes = list(CHANGES.values())
    for at in range(0, len(changes), 5):
        kept &= split_card(write_card(make("changed"), *RICH, *changes[at : at + 5]))
    part = Filters(since="2013")
    kept &= split_card(write_card(make("part"), *RICH, filters=part, profile="none", compiler="Another"))
    assert sorted(kept - FIXED) == []


def test_card_and_facets_put_each_article_into_the_same_year(tmp_path: Path) -> None:
    filters = Filters()
    card = write_card(tmp_path, filters=filters)
    assert "dated 2012-12-31 to 2020-03-01" in card and "| 4 | 2012-12-31 | 2020-03-01 |" in card
    years = {year: int(count) for year, count in re.findall(r"^\| (\d{4}) \| (\d+) \|$", card, re.MULTILINE)}
    assert sum(years.values()) == 4
    with closing(open_reader(tmp_path / "archive")) as connection:
        bars = count_facet(connection, fit_choice(connection, filters), "year", copies=True)
        assert {bar.value: bar.articles for bar in bars if bar.value} == years
