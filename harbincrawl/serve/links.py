"""Addresses of the site: where a page is, and what the parameters of a search are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlencode

from multidict import MultiMapping

from harbincrawl.search.filters import SHARED, Filter, Filters, list_given, make_filters
from harbincrawl.search.hits import SORTS

from .answers import Form, PageError

Pairs = list[tuple[str, str]]


class Parameters(NamedTuple):
    """The parameters of a search; their names are those of the command's options, `q` is the query."""

    filters: Filters = Filters()
    sort: str = ""
    """Empty: `best`, in feeds `newest`."""
    copies: bool = False
    after: str = ""

    @classmethod
    def read(cls, query: MultiMapping[str], sorts: Sequence[str] = SORTS) -> Self:
        """Parameters out of an address; those without a value count as not given. Raises PageError."""
        return cls(
            make_filters({each.name: _read_filter(query, each) for each in SHARED}, query.get("q", "").strip()),
            sort=_check("order", query.get("sort", ""), sorts),
            copies=query.get("copies", "") not in ("", "0", "no", "false"),
            after=query.get("after", ""),
        )

    @property
    def q(self) -> str:
        """The query."""
        return self.filters.query

    def texts(self, name: str) -> tuple[str, ...]:
        """The values of a filter; none where it is not given."""
        value = list_given(self.filters).get(name, ())
        return value if isinstance(value, tuple) else ("1" if value is True else str(value),)

    def change(self, **changes: Any) -> Self:
        """The same with other values by name; an empty one is not given."""
        own = {name: changes.pop(name) for name in ("sort", "copies", "after") if name in changes}
        query = changes.pop("q", self.q)
        return self._replace(filters=make_filters(list_given(self.filters) | changes, query), **own)

    def pairs(self) -> Pairs:
        """Names and values for an address, in a fixed order; what is not given is left out."""
        own = [("sort", self.sort), ("copies", "1" if self.copies else ""), ("after", self.after)]
        filters = [(each.name, value) for each in SHARED for value in self.texts(each.name)]
        return [(name, value) for name, value in [("q", self.q), *filters, *own] if value]


def _read_filter(query: MultiMapping[str], each: Filter) -> tuple[str, ...] | str | bool:
    """The value of a filter. Raises PageError."""
    if each.kind == "flag":
        return _check(each.name, query.get(each.name, "").strip(), ("1",)) == "1"
    if each.kind == "names":
        return tuple(dict.fromkeys(value.strip() for value in query.getall(each.name, ()) if value.strip()))
    text = query.get(each.name, "").strip()
    return _check(each.name, text, tuple(each.choices)) if each.choices else text


def _check(name: str, value: str, choices: Sequence[str]) -> str:
    if value and value not in choices:
        wanted = " or ".join(choices) if len(choices) == 2 else ", ".join(choices)
        raise PageError(400, f"No such {name}", f"There is no {name} “{value[:60]}”: expected {wanted}.")
    return value


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

    def comparison(self, old: int, new: int, rest: str = "", pairs: Sequence[tuple[str, str]] = ()) -> str:
        """`/captures/17..42`, two captures side by side."""
        return self.to(f"/captures/{old}..{new}{rest}", pairs)

    def media(self, name: str) -> str:
        """A kept picture."""
        return f"{self.base}/media/{quote(name)}"

    def watch(self, name: str) -> str:
        """The feed of a saved search."""
        return f"{self.base}/watches/{quote(name)}.atom"

    def outside(self, address: str) -> str:
        """Our page about an address that is not in the archive."""
        return self.to("/outside/page", [("url", address)])

    def search(self, parameters: Parameters, form: Form = "html", **changes: Any) -> str:
        """The search with other parameters; without `after`, unless it is one of `changes`."""
        ending = "" if form == "html" else f".{form}"
        return self.to(f"/search{ending}", parameters.change(**{"after": "", **changes}).pairs())

    def with_value(self, parameters: Parameters, name: str, value: str) -> str:
        """The search with one more value of a filter, or with it taken out where it is given."""
        given = parameters.texts(name)
        rest = tuple(each for each in given if each.lower() != value.lower())
        return self.search(parameters, "html", **{name: rest if len(rest) < len(given) else (*rest, value)})
