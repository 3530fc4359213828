"""Records as data frames of pandas and polars, and as a table of Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from typing import Any

from harbincrawl.errors import MissingExtraError
from harbincrawl.fields import CAPTURE_PARTS, FIELDS, IMAGE_PARTS, KEYS, Field
from harbincrawl.text import read_time

_DAYS = tuple(field.name for field in FIELDS if field.kind == "date")
_TIMES = tuple(field.name for field in FIELDS if field.kind == "time")

Records = Sequence[dict[str, Any]]


def load_library(name: str) -> Any:
    """The library, imported when it is first needed. Raises MissingExtraError."""
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtraError(f"{name} is required: pip install {name}") from None


def make_pandas(records: Records) -> Any:
    """A frame of pandas: days without a time zone, times UTC, lists and structs as Python objects."""
    pandas = load_library("pandas")
    frame = pandas.DataFrame.from_records(records, columns=list(KEYS))
    for name in _DAYS:
        frame[name] = pandas.to_datetime(frame[name])
    for name in _TIMES:
        frame[name] = pandas.to_datetime(frame[name], utc=True)
    return frame


def make_polars(records: Records) -> Any:
    """A frame of polars: dates, times in UTC, lists and structs."""
    polars = load_library("polars")
    # Days and times are texts until they are read.
    kinds = {"integer": polars.Int64, "number": polars.Float64, "texts": polars.List(polars.String)}

    def name_types(fields: Sequence[Field]) -> dict[str, Any]:
        return {field.name: kinds.get(field.kind, polars.String) for field in fields}

    kinds["images"] = polars.List(polars.Struct(name_types(IMAGE_PARTS)))
    kinds["capture"] = polars.Struct(name_types(CAPTURE_PARTS))
    # Named, because a column of nulls or empty lists tells no type.
    types = name_types(FIELDS)
    column = polars.col
    return polars.DataFrame(records, schema=types).with_columns(
        *(column(name).str.to_date() for name in _DAYS),
        *(column(name).str.to_datetime(time_zone="UTC") for name in _TIMES),
    )


def make_arrow(records: Records) -> Any:
    """A table of Arrow with the schema of a Parquet export."""
    from harbincrawl.export.fields import profile_fields
    from harbincrawl.export.formats.parquet import make_arrow_schema

    pyarrow = load_library("pyarrow")
    return pyarrow.Table.from_pylist(list(map(_read_dates, records)), schema=make_arrow_schema(profile_fields("full")))


def _read_dates(record: dict[str, Any]) -> dict[str, Any]:
    """A record with its days and times as such."""
    dated = dict(record)
    for name in _DAYS:
        dated[name] = record[name] and date.fromisoformat(record[name])
    for name in _TIMES:
        dated[name] = read_time(record[name])
    if record["capture"]:
        dated["capture"] = record["capture"] | {"fetched_at": read_time(record["capture"]["fetched_at"])}
    return dated
