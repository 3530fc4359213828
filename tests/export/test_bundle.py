"""A bundle is whole, says what is true of its archive, can be compared with an earlier one, and proves itself."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from harbincrawl.errors import DestinationError, NotFoundError
from harbincrawl.export.dataset.bundle import PARTS
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.export_cases import hard_archive, read_jsonl, stored_records


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


def change(archive: Path, *statements: str) -> None:
    db = sqlite3.connect(archive / "articles.db")
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


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
