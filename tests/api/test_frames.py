"""Records as frames and tables of whatever library is there, and what is said where none is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from harbincrawl import Archive, Rows, open_archive
from harbincrawl.api.rows import list_columns
from harbincrawl.errors import MissingExtraError
from harbincrawl.export.fields import profile_fields
from harbincrawl.export.formats.parquet import make_arrow_schema
from harbincrawl.fields import KEYS
from tests.support.export_cases import hard_archive, plain, stored_records


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(hard_archive(tmp_path_factory.mktemp("archive"))) as opened:
        yield opened


@pytest.mark.parametrize("name", ["pandas", "polars", "pyarrow"])
def test_a_library_that_is_missing_is_named(archive: Archive, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    make = {"pandas": archive.to_pandas, "polars": archive.to_polars, "pyarrow": archive.to_arrow}[name]
    with pytest.raises(MissingExtraError, match=f"pip install .*({name}|parquet)"):
        make()


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_a_data_frame_has_a_row_an_article_and_days_that_are_days(archive: Archive, kind: Any) -> None:
    pytest.importorskip(kind)
    make: Any = archive.to_pandas if kind == "pandas" else archive.to_polars
    frame = make(status="live")
    assert list(frame.columns) == list(KEYS)
    assert list(frame["id"]) == [f"harbin-today:{number}" for number in (205, 202, 201, 204)]
    assert [day.year for day in frame["created"][1:]] == [2014, 2013, 2020]
    assert frame["first_seen"][0].utcoffset() == timedelta(0)
    rows = make().to_dict("records") if kind == "pandas" else make().to_dicts()
    assert [plain(row) for row in rows] == stored_records(archive.folder)
    assert len(make(query="nothingofthekind")) == 0


def test_a_table_of_arrow_has_the_schema_and_the_values_of_an_export(archive: Archive) -> None:
    pytest.importorskip("pyarrow")
    table = archive.to_arrow()
    assert table.schema.equals(make_arrow_schema(profile_fields("full")), check_metadata=True)

    assert [plain(row) for row in table.to_pylist()] == stored_records(archive.folder)
    assert archive.to_arrow(query="nothingofthekind").num_rows == 0


def make_rows(archive: Archive) -> dict[str, Rows[Any]]:
    """Rows of every kind that is made of texts, numbers, days, times, lists and pictures."""
    return {
        "hits": archive.search("paragraph OR caption"),
        "revisions": archive.revisions(),
        "stats": archive.stats(),
        "duplicates": archive.duplicates(),
        "lines": archive.concordance("paragraph"),
        "trends": archive.trends("paragraph"),
        "none": archive.search("nothingofthekind"),
    }


def test_a_frame_of_pandas_has_the_values_and_the_types(archive: Archive) -> None:
    pandas = pytest.importorskip("pandas")
    for name, rows in make_rows(archive).items():
        frame = rows.to_pandas()
        assert len(frame) == len(rows)
        for column in list_columns(rows.kind):
            values = [row[column.name] for row in rows.list_values()]
            found = frame[column.name]
            expected = {"date": "datetime64[s]", "time": "datetime64[us, UTC]", "number": "float64"}.get(column.kind)
            if column.kind == "integer":
                expected = "Int64" if column.nullable else "int64"
            assert expected is None or str(found.dtype) == expected, (name, column)
            assert column.kind != "text" or pandas.api.types.is_string_dtype(found.dtype)
            back = [None if value is pandas.NaT or value is pandas.NA or value != value else value for value in found]
            if column.kind == "date":
                back = [value and value.date() for value in back]
            assert [plain(value) for value in back] == values, (name, column)


def test_a_frame_of_polars_has_the_values_and_the_types(archive: Archive) -> None:
    polars = pytest.importorskip("polars")
    types = {"date": polars.Date, "time": polars.Datetime("us", "UTC"), "number": polars.Float64,
             "integer": polars.Int64, "text": polars.String, "texts": polars.List(polars.String)}  # fmt: skip
    for rows in make_rows(archive).values():
        frame = rows.to_polars()
        assert [plain(row) for row in frame.to_dicts()] == rows.list_values()
        for column in list_columns(rows.kind):
            assert frame.schema[column.name] == types.get(column.kind, frame.schema[column.name])


def test_a_table_of_arrow_has_the_values_and_the_types(archive: Archive) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    types = {"date": pyarrow.date32(), "time": pyarrow.timestamp("us", "UTC"), "number": pyarrow.float64(),
             "integer": pyarrow.int64(), "text": pyarrow.string(),
             "texts": pyarrow.list_(pyarrow.string())}  # fmt: skip
    for rows in make_rows(archive).values():
        table = rows.to_arrow()
        assert [plain(row) for row in table.to_pylist()] == rows.list_values()
        for column in list_columns(rows.kind):
            assert table.schema.field(column.name).type == types.get(column.kind, table.schema.field(column.name).type)
