"""Filters as keyword arguments: one value or many, texts or dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, TypedDict

from harbincrawl.search.filters import Filters
from harbincrawl.text import nearest, time_text

Texts: TypeAlias = str | Iterable[str]
"""One text or many, joined by OR."""
Day: TypeAlias = str | date | None
"""`2020`, `2020-05`, `2020-05-31`, `7d`, `today`, `yesterday`, or a date; None: no limit."""


class SearchOptions(TypedDict, total=False):
    """The filters of `harbincrawl search`, as keyword arguments. The singular and the plural mean the same."""

    section: Texts
    """The same as `sections`."""
    sections: Texts
    """Path prefixes (`news`, `culture`) or labels (`Photo Gallery`)."""
    source: Texts
    """The same as `sources`."""
    sources: Texts
    """Whole sources: `Xinhua`."""
    author: Texts
    """The same as `authors`."""
    authors: Texts
    """Whole names."""
    since: Day
    """The first day, by `date`: `2020`, `2020-05`, `2020-05-31`, `7d` or a date."""
    until: Day
    """The last day; a year or a month is meant whole."""
    date: Literal["updated", "created"]
    """What days and counts go by: the printed date (usual) or that in the address; the other where it is missing."""
    status: Literal["live", "gone", "unknown"] | None
    """Whether the site still has the article, or only archives of others know it; None: all."""
    seen_since: str | date | None
    """First seen, or last changed, on this day or at this time (UTC) or later."""
    changed_since: int | None
    """The cursor of an export: what changed after it."""
    id: int | str | Iterable[int | str]
    """The same as `ids`."""
    ids: int | str | Iterable[int | str]
    """`5370` or `harbin-today:5370`."""
    exact: bool
    """Match the words of a query as they are written, not by their stems."""


class FilterOptions(SearchOptions, total=False):
    """The same, and a query in the language of `harbincrawl search`."""

    query: str
    """Words, phrases, AND, OR, -word, prefix*, title:word."""


_MANY = {"section": "sections", "source": "sources", "author": "authors", "id": "ids"}
_KNOWN = [
    *dict.fromkeys(_MANY.values()),
    *_MANY,
    "since",
    "until",
    "date",
    "status",
    "seen_since",
    "changed_since",
    "query",
    "exact",
]


def read_filters(options: Mapping[str, Any]) -> Filters:
    """The filters of keyword arguments. Raises TypeError for one that there is not."""
    given: dict[str, Any] = {}
    for option, value in options.items():
        if option not in _KNOWN:
            near = nearest(option, _KNOWN)
            hint = f"; did you mean {near!r}?" if near else ""
            raise TypeError(f"there is no filter {option!r}{hint} Filters are {', '.join(_KNOWN)}.")
        name = _MANY.get(option, option)
        if name in _MANY.values():
            values = (value,) if isinstance(value, str | int) else tuple(value)
            texts = tuple(str(each).rpartition(":")[2] if name == "ids" else each for each in values)
            given[name] = (*given.get(name, ()), *texts)
        else:
            given[name] = _write_day(value) if isinstance(value, date) else value
    return Filters(**given)


def _write_day(value: date) -> str:
    return time_text(value) if isinstance(value, datetime) else value.isoformat()
