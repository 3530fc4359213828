"""Addresses of the site: where a page is, and what the parameters of a search are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlencode

from multidict import MultiMapping

from harbincrawl.errors import FilterError
from harbincrawl.search.days import FORMS, read_day_range
from harbincrawl.search.filters import SHARED, Filter, Filters, list_given, make_filters
from harbincrawl.search.hits import SORTS
from harbincrawl.search.query.grammar import write_brief

from .answers import Form, PageError

Pairs = list[tuple[str, str]]
_CALLED = {"sort": "order", "q": "query", "since": "date", "until": "date"}
"""What messages call parameters."""
_SHOWN = 60
"""Characters of a refused value that a message repeats."""


class Parameters(NamedTuple):
    """The parameters of a search; their names are those of the command's options, `q` is the query."""

    filters: Filters = Filters()
    sort: str = ""
    """One of SORTS; empty: the usual one."""
    copies: bool = False
    page: int = 1

    @classmethod
    def read(cls, query: MultiMapping[str]) -> Self:
        """Parameters out of an address; those without a value count as not given. Raises PageError."""
        given: dict[str, Any] = {}
        for each in SHARED:
            values = tuple(dict.fromkeys(value.strip() for value in query.getall(each.name, ()) if value.strip()))
            given[each.name] = values if each.kind == "names" else _read_filter(each, "".join(values[:1]))
        return cls(
            make_filters(given, query.get("q", "").strip()),
            sort=_read_choice("sort", query.get("sort", ""), SORTS),
            copies=query.get("copies", "") not in ("", "0", "no", "false"),
            page=int(page) if (page := query.get("page", "")).isdecimal() and len(page) < 8 else 1,
        )

    @property
    def q(self) -> str:
        """The query."""
        return self.filters.query

    def texts(self, name: str) -> tuple[str, ...]:
        """The values of a filter; none: not given."""
        return _write(list_given(self.filters).get(name, ()))

    def change(self, **changes: Any) -> Self:
        """The same with other values by name; an empty one is not given. `q` is the query."""
        own = {name: changes.pop(name) for name in _OWN if name in changes}
        query = changes.pop("q", self.q)
        return self._replace(filters=make_filters(list_given(self.filters) | changes, query), **own)

    def pairs(self) -> Pairs:
        """Names and values for an address, in a fixed order; what is not given is left out."""
        given = list_given(self.filters)
        # Many links of a page have the query: a long one is repeated by what was read of it.
        found: Pairs = [("q", write_brief(self.q))]
        found += [(each.name, text) for each in SHARED for text in _write(given.get(each.name, ()))]
        found += [("sort", self.sort), ("copies", "1" if self.copies else "")]
        return [(name, value) for name, value in [*found, ("page", str(self.page) if self.page > 1 else "")] if value]


def _write(value: Any) -> tuple[str, ...]:
    """A value of a filter as texts; none where it is not given."""
    return value if isinstance(value, tuple) else ("1" if value is True else str(value),)


_OWN = tuple(name for name in Parameters._fields if name != "filters")


def _read_filter(each: Filter, value: str) -> Any:
    if each.kind == "flag":
        return _read_choice(each.name, value, ("1",)) == "1"
    if each.kind == "day" and value:
        try:
            read_day_range(value)
        except FilterError:
            raise PageError(400, "No such date", f"“{value[:_SHOWN]}” is not a date: expected {FORMS}.") from None
    return _read_choice(each.name, value, tuple(each.choices)) if each.choices else value


def _read_choice(name: str, value: str, choices: Sequence[str]) -> str:
    value = value.strip()
    if not value or value in choices:
        return value
    wanted = " or ".join(choices) if len(choices) == 2 else ", ".join(choices)
    called = _CALLED.get(name, name)
    raise PageError(400, f"No such {called}", f"There is no {called} “{value[:_SHOWN]}”: expected {wanted}.")


class Links(NamedTuple):
    """Makes addresses; `base` is the path that all of them begin with, `origin` what absolute ones begin with."""

    base: str
    origin: str

    def to(self, path: str, pairs: Sequence[tuple[str, str]] = ()) -> str:
        """The address of `path`, which begins with a slash and is quoted."""
        return f"{self.base}{path}{'?' if pairs else ''}{urlencode(pairs)}"

    def article(self, identity: str, rest: str = "", pairs: Sequence[tuple[str, str]] = ()) -> str:
        """`/articles/harbin-today:5370`; `pairs` are the search that led there, whose hits are marked."""
        return self.to(f"/articles/{quote(identity, safe=':')}{rest}", pairs)

    def capture(self, capture: int, rest: str = "", pairs: Sequence[tuple[str, str]] = ()) -> str:
        """`/captures/17/page`; `pairs` are the search that led there."""
        return self.to(f"/captures/{capture}{rest}", pairs)

    def media(self, name: str) -> str:
        """A kept picture."""
        return f"{self.base}/media/{quote(name)}"

    def search(self, parameters: Parameters, form: Form = "html", **changes: Any) -> str:
        """The search with other parameters; its first page, unless `page` is one of `changes`."""
        ending = "" if form == "html" else f".{form}"
        return self.to(f"/search{ending}", parameters.change(**{"page": 1, **changes}).pairs())
