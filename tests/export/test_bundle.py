"""A bundle is whole, says what is true of its archive, can be compared with an earlier one, and proves itself."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.errors import DestinationError, NotFoundError
from harbincrawl.export.dataset.bundle import PARTS
from harbincrawl.export.fields import profile_fields
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.crawling import change
from tests.support.export_cases import MISSING, hard_archive, read_jsonl, stored_records


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hard_archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def bundle(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "harbin"
    run_job(archive, ExportJob(str(folder)))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_data_is_by_year_of_creation_in_a_folder_for_each_format(archive: Path, bundle: Path) -> None:
    names = sorted(path.relative_to(bundle).as_posix() for path in (bundle / "data").rglob("*.*"))
    years = ("2013", "2014", "2020", "undated")
    assert names == [f"data/{form}/articles-{year}.{form}" for form in ("csv", "jsonl", "parquet") for year in years]
    lines = [line for name in names[4:8] for line in read_jsonl((bundle / name).read_bytes())]
    wanted = [
        {name: value for name, value in found.items() if name != "last_seen"} for found in stored_records(archive)
    ]
    assert lines == sorted(wanted, key=lambda found: found["id"])
    assert [pq.read_metadata(bundle / name).num_rows for name in names[8:]] == [1, 1, 2, 1]
    counts = [len(list(csv.DictReader((bundle / name).read_text("utf-8").splitlines(True)))) for name in names[:4]]
    assert counts == [1, 1, 2, 1]
    # A folder is one table to readers.
    assert pq.read_table(bundle / "data" / "parquet")["id"].to_pylist() == [line["id"] for line in lines]


def test_the_parts_are_all_there_and_the_sums_hold(bundle: Path) -> None:
    assert {path.name for path in bundle.iterdir()} == set(PARTS)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=bundle, check=True)


def test_the_same_archive_gives_the_same_bundle(archive: Path, bundle: Path, tmp_path: Path) -> None:
    run_job(archive, ExportJob(str(tmp_path / "again")))
    assert contents(tmp_path / "again") == contents(bundle)


def test_a_closed_year_stays_the_same_bytes_when_others_change(tmp_path: Path) -> None:
    folder = hard_archive(tmp_path / "archive")
    run_job(folder, ExportJob(str(tmp_path / "one")))
    change(
        folder,
        "UPDATE articles SET last_seen = '2025-01-01T00:00:00Z'",
        "UPDATE articles SET title = 'x', fingerprint = 'y' WHERE number = 203",
    )
    run_job(folder, ExportJob(str(tmp_path / "two")))
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    data = {name for name in one if name.startswith("data/")}
    assert {name for name in data if one[name] != two[name]} == {
        "data/csv/articles-2020.csv",
        "data/jsonl/articles-2020.jsonl",
        "data/parquet/articles-2020.parquet",
    }


def test_the_card_counts_what_the_archive_holds(bundle: Path) -> None:
    card = (bundle / "README.md").read_text()
    assert "5 articles of [Harbin Today](http://e.my399.com), dated 2012-12-31 to 2020-03-01." in card
    assert "Days and years are those of `updated`, of `created` where an article lacks it." in card
    assert "State of the archive: 2024-06-01T09:30:00Z." in card
    assert "- 1 listed article could not be fetched and is not in the data\n" in card
    for words in ("1 article without a title", "1 article no longer on the site", "1 article linked as a copy"):
        assert words in card
    assert "| 2020 | 2 |" in card
    assert "no running text" not in card


def test_the_descriptor_names_every_file_and_field(bundle: Path) -> None:
    croissant = json.loads((bundle / "croissant.json").read_text())
    files = {path.relative_to(bundle).as_posix() for path in (bundle / "data").rglob("*.*")}
    assert {item["contentUrl"] for item in croissant["distribution"] if "contentUrl" in item} == files
    names = list(read_jsonl((bundle / "data/jsonl/articles-2013.jsonl").read_bytes())[0])
    fields = croissant["recordSet"][0]["field"]
    assert [field["name"] for field in fields] == names
    assert all(field["description"].endswith(".") for field in fields)
    assert re.fullmatch(r"2024\.6\.1\+run2\.[0-9a-f]{8}", croissant["version"])
    cited = f'version: "{croissant["version"].replace("2024.6.1", "2024-06-01")}"\ndate-released: 2024-06-01\n'
    assert cited in (bundle / "CITATION.cff").read_text()


def test_an_empty_archive_makes_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        run_job(build_archive(tmp_path / "archive"), ExportJob(str(tmp_path / "b")))
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    "job",
    [
        ExportJob("a.jsonl", share=True),
        ExportJob("a.jsonl", excel=True),
        ExportJob("b", filters=Filters(changed_since=1)),
        ExportJob("b", fields=("id",)),
        ExportJob("a.wacz", profile="none"),
        ExportJob("a.wacz", fields=("id",)),
    ],
)
def test_options_that_make_no_sense_together_are_refused(archive: Path, job: ExportJob) -> None:
    with pytest.raises(DestinationError):
        run_job(archive, job)


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
    change(folder, *statements)
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
