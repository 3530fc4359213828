"""Rows that the archive gives: a list, with what a limit cut named, and frames of them with real types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from functools import cache
from importlib import import_module
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, TypeVar, get_args, get_origin, get_type_hints, overload

from harbincrawl.errors import MissingExtraError
from harbincrawl.fields import CAPTURE_PARTS, FIELDS, Field, Kind
from harbincrawl.records import Image
from harbincrawl.text import count_text, read_time, shorten

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

R = TypeVar("R")
Records = Sequence[dict[str, Any]]
_KINDS: dict[Any, Kind] = {
    str: "text", int: "integer", float: "number", bool: "flag", tuple[str, ...]: "texts", tuple[Image, ...]: "images",
}  # fmt: skip
_DATED: Mapping[str, Kind] = {each.name: each.kind for each in FIELDS if each.kind in ("date", "time")} | {
    "date": "date", "original_date": "date", "published": "date", "seen": "time", "replaced": "time",
    "last_shown": "time", "fetched_at": "time",
}  # fmt: skip
"""Columns of texts that are days or times."""
_RECORD = frozenset(field.name for field in FIELDS)
_MEANINGS = {field.name: field.meaning for field in FIELDS}
_MOST_SHOWN = 10
"""Rows that are printed."""
_LONGEST = 240
"""Characters of a row that are printed: a wording is one."""


class Rows(list[R]):
    """A list of rows of one type, which goes into frames, and says where a limit cut it."""

    def __init__(
        self, kind: type[R], rows: Iterable[R] = (), *, noun: str = "row", nouns: str = "", limit: int | None = None,
        total: int | None = None, notes: Iterable[str] = (), read_as: str | None = None,
    ) -> None:  # fmt: skip
        """`kind` is a NamedTuple or a dataclass; `total` the number without the limit, None where nobody counted."""
        super().__init__(rows)
        self.kind = kind
        self._nouns = noun, nouns or f"{noun}s"
        self._limit = limit
        self._total = total
        self.notes = tuple(notes)
        """Sentences on the answer: how the query was read, what was counted, what no article has."""
        self.read_as = read_as
        """How the query of a search was read."""
        self.is_cut = total is not None and total > len(self)
        """Whether there are more than the limit let through; where nobody counted them, whether there may be."""

    @property
    def total(self) -> int | None:
        """How many there are without the limit; None where nobody counted them."""
        return self._total if self.is_cut else len(self)

    @overload
    def __getitem__(self, at: SupportsIndex, /) -> R: ...

    @overload
    def __getitem__(self, at: slice, /) -> Rows[R]: ...

    def __getitem__(self, at: SupportsIndex | slice, /) -> R | Rows[R]:
        if isinstance(at, slice):
            noun, nouns = self._nouns
            return Rows(self.kind, super().__getitem__(at), noun=noun, nouns=nouns)
        return super().__getitem__(at)

    def __repr__(self) -> str:
        shown = [f"  {shorten(repr(row), _LONGEST)}" for row in self[:_MOST_SHOWN]]
        rest = len(self) - len(shown)
        more = [f"  … {rest:,} more in this list"] if rest > 0 else []
        return "\n".join([self.describe(), *shown, *more, *self.notes])

    def describe(self) -> str:
        """`20 of 312 hits (limit=20)`; `312 hits` where no limit cut; `10 or more articles (limit=10)`."""
        if not self.is_cut:
            return count_text(len(self), *self._nouns)
        many = f"{len(self):,} or more" if self._total is None else f"{len(self):,} of {self._total:,}"
        return f"{many} {self._nouns[1]} (limit={self._limit})"

    def list_names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self._columns]

    def list_values(self) -> list[dict[str, Any]]:
        """The rows as programs get them, in JSON, CSV and frames: values by column, lists and structs as such."""
        kind: Any = self.kind
        names = [name for name in self.list_names() if not is_record(kind) or name not in _RECORD]
        rows: list[Any] = self
        more = [{name: write_plain(getattr(row, name)) for name in names} for row in rows]
        return [row.to_dict() | own for row, own in zip(rows, more, strict=True)] if is_record(kind) else more

    def to_pandas(self) -> pandas.DataFrame:
        """A DataFrame: days are datetime64, times are UTC, integers that may lack are Int64. MissingExtraError."""
        frame: pandas.DataFrame = make_pandas(self._columns, self.list_values())
        return frame

    def to_polars(self) -> polars.DataFrame:
        """A DataFrame of polars: Date, Datetime in UTC, lists and structs as such. Raises MissingExtraError."""
        frame: polars.DataFrame = make_polars(self._columns, self.list_values())
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """A Table of pyarrow: date32, timestamps in UTC, lists and structs as such. Raises MissingExtraError."""
        table: pyarrow.Table = make_arrow(self._columns, self.list_values())
        return table

    @property
    def _columns(self) -> Sequence[Field]:
        kind: Any = self.kind
        return list_columns(kind)


def is_record(kind: Any) -> bool:
    """Whether rows are articles, which are their records and what they have beside."""
    return hasattr(kind, "to_dict")


@cache
def list_columns(kind: Any) -> Sequence[Field]:
    """The columns of rows of a NamedTuple or dataclass, by its annotations; names with _ before them are no columns.

    Of articles, those of a record stand before their own. Raises TypeError for a type that no column has.
    """
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else list(kind._fields)
    record = FIELDS if is_record(kind) else ()
    known = {each.name for each in record}
    own = [_make_column(name, hints[name]) for name in names if not name.startswith("_") and name not in known]
    return [*record, *own]


def _make_column(name: str, hint: Any) -> Field:
    options = [each for each in get_args(hint) if each is not NoneType] if NoneType in get_args(hint) else [hint]
    (one,) = options
    if get_origin(one) is Literal:
        one = str
    if one not in _KINDS:
        raise TypeError(f"{name}: {hint} is no type of a column.")
    kind = _DATED.get(name, "text") if one is str else _KINDS[one]
    return Field(name, kind, _MEANINGS.get(name, ""), NoneType in get_args(hint))


def write_plain(value: Any) -> Any:
    """A value as JSON and frames take it: pictures as dicts, tuples as lists."""
    if isinstance(value, list | tuple):
        return [write_plain(each) for each in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def make_pandas(columns: Sequence[Field], records: Records) -> Any:
    """A frame of pandas: days without a time zone, times UTC, lists and structs as Python objects."""
    pandas = load_library("pandas")
    # Seconds reach back to the year 1; in the nanoseconds that pandas would choose nothing is before 1677.
    types = {"text": "str", "number": "float64", "date": "datetime64[s]", "time": "datetime64[us, UTC]"}
    may_lack = {"integer": ("int64", "Int64"), "flag": ("bool", "boolean")}

    def name_type(field: Field) -> str:
        return types.get(field.kind) or may_lack.get(field.kind, ("object", "object"))[field.nullable]

    series = {
        field.name: pandas.Series([_read_value(field, row[field.name]) for row in records], dtype=name_type(field))
        for field in columns
    }
    return pandas.DataFrame(series)


def make_polars(columns: Sequence[Field], records: Records) -> Any:
    """A frame of polars, by way of a table of Arrow."""
    return load_library("polars").from_arrow(make_arrow(columns, records))


def make_arrow(columns: Sequence[Field], records: Records) -> Any:
    """A table of Arrow with the types of a Parquet export."""
    from harbincrawl.export.formats.parquet import make_arrow_schema

    rows = [{field.name: _read_value(field, row[field.name]) for field in columns} for row in records]
    return load_library("pyarrow").Table.from_pylist(rows, schema=make_arrow_schema(columns))


def load_library(name: str) -> Any:
    """The library, imported when it is first needed. Raises MissingExtraError."""
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtraError(f"{name} is required: pip install {name}") from None


def _read_value(field: Field, value: Any) -> Any:
    """A value as frames have it: days and times as such."""
    if not value or field.kind not in ("date", "time", "capture"):
        return value
    if field.kind == "capture":
        return {part.name: _read_value(part, value[part.name]) for part in CAPTURE_PARTS}
    return date.fromisoformat(value) if field.kind == "date" else read_time(value)
