"""Filters and other options as keyword arguments: what they may be, and what is raised for others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from harbincrawl.errors import FilterError
from harbincrawl.search.filters import FILTERS, Filter, Filters
from harbincrawl.text import nearest

from .values import write_moment

_FILTERS = tuple(each for each in FILTERS if each.reach != "inside")
_MANY = {each.name: each.field for each in _FILTERS if each.kind == "names"}
_BY_OPTION = {each.name: each for each in _FILTERS} | {each.field: each for each in _FILTERS}
_MOST = 2**63 - 1
"""The largest integer of SQLite."""
_KNOWN = (*_MANY.values(), *(each.name for each in _FILTERS))


def read_filters(options: Mapping[str, Any], *own: str, query: bool = True) -> Filters:
    """The filters of keyword arguments; None is not given. `own` are other arguments of the method.

    Raises TypeError for one that there is not and for a value of a wrong type, FilterError for a wrong value. With
    `query` false, `query` is none of them.
    """
    known = (*_KNOWN, *(("query",) if query else ()))
    given: dict[str, Any] = {}
    for option, value in options.items():
        if option not in known:
            near = nearest(option, (*known, *own))
            hint = f"; did you mean {near!r}?" if near else "."
            others = f" Other arguments are {', '.join(own)}." if own else ""
            raise TypeError(f"there is no filter {option!r}{hint} Filters are {', '.join(known)}.{others}")
        if value is None:
            continue
        if option == "query":
            given["query"] = _check_type(option, value, (str,), "a text")
            continue
        each = _BY_OPTION[option]
        read = _read_names(option, value) if each.kind == "names" else _read_value(each, option, value)
        given[each.field] = (*given.get(each.field, ()), *read) if each.kind == "names" else read
    return Filters(**given)


def check_choice(name: str, value: object, known: Sequence[str]) -> None:
    """Raises FilterError unless `value` is one of `known`."""
    if value not in known:
        near = nearest(value, known) if isinstance(value, str) else None
        hint = f"did you mean {near!r}? " if near else ""
        raise FilterError(f"{name}={value!r}: {hint}expected one of {', '.join(known)}.")


def check_number(name: str, value: object, least: int, *, none: str = "") -> None:
    """Raises TypeError unless `value` is a whole number, or None where `none` says what that means; FilterError below
    `least`.
    """
    expected = f"a whole number from {least} on{f', or None for {none}' if none else ''}"
    if value is None and none:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name}={value!r}: expected {expected}.")
    if not least <= value <= _MOST:
        raise FilterError(f"{name}={value}: expected {expected}{f' to {_MOST}' if value > _MOST else ''}.")


def check_flag(name: str, value: object) -> None:
    """Raises TypeError unless `value` is True or False."""
    _check_type(name, value, (bool,), "True or False")


def check_text(name: str, value: object) -> None:
    """Raises TypeError unless `value` is a text."""
    _check_type(name, value, (str,), "a text")


def _read_names(option: str, value: Any) -> tuple[str, ...]:
    is_id = option in ("id", "ids")
    kinds = (str, int) if is_id else (str,)
    what = "an id or several: 5370, 'harbin-today:5370'" if is_id else "a text or several: 'a', ['a', 'b']"
    values = (value,) if isinstance(value, kinds) else value
    if not isinstance(values, Iterable) or isinstance(values, bytes | Mapping):
        raise TypeError(f"{option}={value!r}: expected {what}.")
    names = tuple(values)
    if not names:
        raise FilterError(
            f"{option}={value!r} leaves no article: expected at least one value, or None for all articles."
        )
    names = tuple(str(_check_type(option, each, kinds, what)) for each in values)
    return tuple(name.rpartition(":")[2] for name in names) if is_id else names


def _read_value(each: Filter, option: str, value: Any) -> Any:
    if each.kind in ("day", "moment"):
        _check_type(option, value, (str, date), "a text such as '2020', '2020-05' or '2020-05-31', or a date")
        return write_moment(value.date() if isinstance(value, datetime) and each.kind == "day" else value)
    if each.kind == "flag":
        check_flag(option, value)
        return value
    if each.kind == "cursor":
        check_number(option, value, 0)
        return value
    return _check_type(option, value, (str,), f"one of {', '.join(each.choices)}")


def _check_type(option: str, value: Any, kinds: tuple[type, ...], expected: str) -> Any:
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise TypeError(f"{option}={value!r}: expected {expected}.")
    return value
