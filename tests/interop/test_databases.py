"""The archive's database and exports as Datasette and sqlite-utils see them: the search, and keys that lead on."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from harbincrawl.archive.database.connection import FILE
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from tests.support.export_cases import hard_archive

pytestmark = [pytest.mark.interop, pytest.mark.filterwarnings("default")]

DATASETTE = """SELECT name FROM sqlite_master WHERE rootpage = 0
 AND sql LIKE '%VIRTUAL TABLE%USING FTS%content="articles"%'"""
"""How Datasette looks for the index of a table, to which it gives a search box then."""


@pytest.fixture(scope="module", params=["archive", "export"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder = tmp_path_factory.mktemp(request.param)
    hard_archive(folder)
    if request.param == "archive":
        return Database(folder / FILE)
    run_job(folder, ExportJob(str(folder / "a.db")))
    return Database(folder / "a.db")


def test_the_search_of_articles_is_found_and_finds(database: Database) -> None:
    assert database["articles"].detect_fts() == "articles_fts"
    assert [row["name"] for row in database.query(DATASETTE)] == ["articles_fts"]
    (found,) = database["articles"].search("caption")
    assert found["title"] == "+1 −2 @home\tTab"


def test_keys_lead_to_rows_that_have_titles(database: Database) -> None:
    keys = {(table.name, key.column) for table in database.tables for key in table.foreign_keys}
    archived = {("images", "number"), ("duplicates", "number"), ("duplicates", "original")}
    assert keys >= archived or (keys == set() and database["articles"].pks == ["id"])
    assert "title" in database["articles"].columns_dict
