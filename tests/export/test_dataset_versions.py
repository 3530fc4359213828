"""Two datasets of one day have two versions, and a year's data is the same bytes until one of its articles changes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from tests.support.export_cases import hard_archive


def export(archive: Path, folder: Path, **job: Any) -> str:
    """Exports a bundle; returns its version, which all its files must agree on."""
    run_job(archive, ExportJob(str(folder), **job))
    cited = json.loads((folder / "croissant.json").read_text())["citeAs"]
    version = str(cited.rpartition(" version ")[2].removesuffix("."))
    assert f'version: "{version}"' in (folder / "CITATION.cff").read_text()
    assert f"version {version}," in (folder / "README.md").read_text()
    return version


def change(archive: Path, statement: str) -> None:
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "job"),
    [
        ("UPDATE articles SET title = 'x', fingerprint = 'y' WHERE number = 203", {}),
        ("INSERT INTO runs(run, kind, started, ended, outcome, arguments, versions) VALUES (9, 'reparse',"
         " '2024-06-01T09:30:00Z', '2024-06-01T09:30:00Z', 'complete', '{}', '{}')", {}),
        ("UPDATE runs SET seal = 'abc' WHERE run = 2", {}),
        ("SELECT 1", {"filters": Filters(sections=("gallery",))}),
        ("SELECT 1", {"profile": "none"}),
    ],
)  # fmt: skip
def test_two_datasets_of_one_day_never_share_a_version(tmp_path: Path, statement: str, job: dict[str, Any]) -> None:
    archive = hard_archive(tmp_path / "archive")
    first = export(archive, tmp_path / "one")
    assert export(archive, tmp_path / "same") == first
    change(archive, statement)
    second = export(archive, tmp_path / "two", **job)
    assert second != first
    assert second[:10] == first[:10] == "2024-06-01"
