"""Rows that the archive gives: a list, with what a limit cut named, and frames of them with real types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    Self,
    SupportsIndex,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

from harbincrawl.fields import FIELDS, Field, Kind
from harbincrawl.records import Image
from harbincrawl.text import count_text

from .frames import make_arrow, make_pandas, make_polars

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

R = TypeVar("R")
_KINDS: dict[Any, Kind] = {
    str: "text", int: "integer", float: "number", bool: "flag", date: "date", datetime: "time",
    tuple[str, ...]: "texts", tuple[Image, ...]: "images",
}  # fmt: skip
_MEANINGS = {field.name: field.meaning for field in FIELDS}
_MOST_SHOWN = 10
"""Rows that are printed."""
_LONGEST = 240
"""Characters of a row that are printed: a wording is one."""


class Rows(list[R]):
    """A list of rows of one type, which goes into frames, and says where a limit cut it."""

    def __init__(
        self, kind: type[R], rows: Iterable[R] = (), *, noun: str = "row", nouns: str = "", limit: int | None = None,
        total: int | None = None,
    ) -> None:  # fmt: skip
        """`kind` is a NamedTuple or a dataclass; `total` the number without the limit, None where nobody counted."""
        super().__init__(rows)
        self._kind = kind
        self._nouns = noun, nouns or f"{noun}s"
        self._limit = limit
        self._total = total
        self._is_cut = total is not None and total > len(self)

    def mark_cut(self, is_cut: bool) -> Self:
        """Says that there may be more than these, where nobody counted how many; returns itself."""
        self._is_cut = is_cut
        return self

    @property
    def is_cut(self) -> bool:
        """Whether there are more than the limit let through; where nobody counted them, whether there may be."""
        return self._is_cut

    @property
    def total(self) -> int | None:
        """How many there are without the limit; None where nobody counted them."""
        return self._total if self._is_cut else len(self)

    @overload
    def __getitem__(self, at: SupportsIndex, /) -> R: ...

    @overload
    def __getitem__(self, at: slice, /) -> Rows[R]: ...

    def __getitem__(self, at: SupportsIndex | slice, /) -> R | Rows[R]:
        if isinstance(at, slice):
            noun, nouns = self._nouns
            return Rows(self._kind, super().__getitem__(at), noun=noun, nouns=nouns)
        return super().__getitem__(at)

    def __repr__(self) -> str:
        shown = [f"  {_shorten(repr(row))}" for row in self[:_MOST_SHOWN]]
        rest = len(self) - len(shown)
        return "\n".join([self.describe(), *shown, *([f"  … {rest:,} more in this list"] if rest > 0 else [])])

    def describe(self) -> str:
        """`20 of 312 hits (limit=20)`; `312 hits` where no limit cut; `10 or more articles (limit=10)`."""
        if not self._is_cut:
            return count_text(len(self), *self._nouns)
        many = f"{len(self):,} or more" if self._total is None else f"{len(self):,} of {self._total:,}"
        return f"{many} {self._nouns[1]} (limit={self._limit})"

    def to_pandas(self) -> pandas.DataFrame:
        """A DataFrame: days are datetime64, times are UTC, integers that may lack are Int64. MissingExtraError."""
        frame: pandas.DataFrame = make_pandas(self._list_columns(), self._list_values())
        return frame

    def to_polars(self) -> polars.DataFrame:
        """A DataFrame of polars: Date, Datetime in UTC, lists and structs as such. Raises MissingExtraError."""
        frame: polars.DataFrame = make_polars(self._list_columns(), self._list_values())
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """A Table of pyarrow: date32, timestamps in UTC, lists and structs as such. Raises MissingExtraError."""
        table: pyarrow.Table = make_arrow(self._list_columns(), self._list_values())
        return table

    def _list_columns(self) -> Sequence[Field]:
        kind: Any = self._kind
        return list_columns(kind)

    def _list_values(self) -> list[dict[str, Any]]:
        names = [column.name for column in self._list_columns()]
        return [{name: getattr(row, name) for name in names} for row in self]


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


@cache
def list_columns(kind: Any) -> Sequence[Field]:
    """The columns of rows of a NamedTuple or dataclass, by its annotations; names with _ before them are no columns.

    Raises TypeError for a type that no column has.
    """
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else list(kind._fields)
    return [
        Field(name, _name_kind(name, *_split_none(hints[name])), _MEANINGS.get(name, ""), _split_none(hints[name])[1])
        for name in names
        if not name.startswith("_")
    ]


def _split_none(hint: Any) -> tuple[Any, bool]:
    """(type, whether None may stand in its place)."""
    if get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint):
        (rest,) = (each for each in get_args(hint) if each is not NoneType)
        return rest, True
    return hint, False


def _name_kind(name: str, hint: Any, _: bool) -> Kind:
    if get_origin(hint) is Literal:
        return "text"
    if hint not in _KINDS:
        raise TypeError(f"{name}: {hint} is no type of a column.")
    return _KINDS[hint]
