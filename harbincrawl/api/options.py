"""Filters as keyword arguments: one value or many, texts or dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from harbincrawl.search.filters import FILTERS, Filters
from harbincrawl.text import nearest, time_text

_FILTERS = tuple(each for each in FILTERS if each.reach != "inside")
_MANY = {each.name: each.field for each in _FILTERS if each.kind == "names"}
_KNOWN = (*_MANY.values(), *(each.name for each in _FILTERS), "query")


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
