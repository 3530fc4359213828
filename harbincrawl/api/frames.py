"""Rows with days and times as frames of pandas and polars, and as tables of Arrow, each column with its type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from importlib import import_module
from typing import Any

from harbincrawl.errors import MissingExtraError
from harbincrawl.fields import CAPTURE_PARTS, IMAGE_PARTS, Field

Records = Sequence[dict[str, Any]]


def load_library(name: str) -> Any:
    """The library, imported when it is first needed. Raises MissingExtraError."""
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtraError(f"{name} is required: pip install {name}") from None


def make_pandas(fields: Sequence[Field], records: Records) -> Any:
    """A frame of pandas: days without a time zone, times UTC, lists and structs as Python objects."""
    pandas = load_library("pandas")
    # Seconds reach back to the year 1; in the nanoseconds that pandas would choose nothing is before 1677.
    types = {"text": "str", "number": "float64", "date": "datetime64[s]", "time": "datetime64[us, UTC]"}
    may_lack = {"integer": ("int64", "Int64"), "flag": ("bool", "boolean")}

    def name_type(field: Field) -> str:
        return types.get(field.kind) or may_lack.get(field.kind, ("object", "object"))[field.nullable]

    return pandas.DataFrame(
        {
            field.name: pandas.Series([_write_plain(row[field.name]) for row in records], dtype=name_type(field))
            for field in fields
        }
    )


def make_polars(fields: Sequence[Field], records: Records) -> Any:
    """A frame of polars: dates, times in UTC, lists and structs."""
    polars = load_library("polars")
    types = {
        "integer": polars.Int64, "number": polars.Float64, "texts": polars.List(polars.String),
        "flag": polars.Boolean, "date": polars.Date, "time": polars.Datetime("us", "UTC"),
    }  # fmt: skip

    def name_types(fields: Sequence[Field]) -> dict[str, Any]:
        return {field.name: types.get(field.kind, polars.String) for field in fields}

    types["images"] = polars.List(polars.Struct(name_types(IMAGE_PARTS)))
    types["capture"] = polars.Struct(name_types(CAPTURE_PARTS))
    # Named, because a column of nulls or empty lists tells no type.
    return polars.DataFrame(_list_plain(fields, records), schema=name_types(fields))


def make_arrow(fields: Sequence[Field], records: Records) -> Any:
    """A table of Arrow with the types of a Parquet export."""
    from harbincrawl.export.formats.parquet import make_arrow_schema

    pyarrow = load_library("pyarrow")
    return pyarrow.Table.from_pylist(_list_plain(fields, records), schema=make_arrow_schema(fields))


def _list_plain(fields: Sequence[Field], records: Records) -> list[dict[str, Any]]:
    return [{field.name: _write_plain(row[field.name]) for field in fields} for row in records]


def _write_plain(value: Any) -> Any:
    """A value as frames take it: pictures as dicts, tuples as lists."""
    if isinstance(value, list | tuple):
        return [_write_plain(each) for each in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
