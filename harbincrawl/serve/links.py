"""Addresses of the site: where a page is, and what the parameters of a search are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlencode

from multidict import MultiMapping

from harbincrawl.errors import FilterError
from harbincrawl.search.corpus.concordance import SORTS as SORTS_OF_PLACES
from harbincrawl.search.corpus.trends import MOST_SMOOTHED
from harbincrawl.search.days import FORMS, read_day_range
from harbincrawl.search.filters import SHARED, Filter, Filters, list_given, make_filters
from harbincrawl.search.hits import SORTS
from harbincrawl.search.query.grammar import write_brief

from .answers import Form, PageError

Pairs = list[tuple[str, str]]
AGAINST = "against_"
"""How the parameters of the choice that another one is compared with begin."""
ORDERS = tuple(dict.fromkeys((*SORTS, *SORTS_OF_PLACES)))
"""Orders that any page knows: one that a page does not know is kept, and ignored there."""
BY = ("month", "year")
MOST_QUERIES = 8
"""Queries of one picture."""
_MOST_LETTERS = 400_000
"""Of addresses of one kind on one page."""
_CALLED = {"sort": "order", "q": "query", "since": "date", "until": "date"}
"""What messages call parameters."""
_SHOWN = 60
"""Characters of a refused value that a message repeats."""


class Refusal(NamedTuple):
    """A value that cannot be read."""

    name: str
    """Of the parameter."""
    value: str
    """As it was typed."""
    text: str
    """What it is, and what was expected."""


class RefusedError(PageError):
    """Parameters that cannot be read: all of them, and in `parameters` what the others say."""

    def __init__(self, refusals: Sequence[Refusal], parameters: Parameters) -> None:
        name = refusals[0].name.removeprefix(AGAINST)
        title = f"No such {_CALLED.get(name, name)}"
        super().__init__(400, title, " ".join(each.text for each in refusals))
        self.refusals = tuple(refusals)
        self.parameters = parameters


class Parameters(NamedTuple):
    """The parameters of a search; their names are those of the command's options, `q` is the query."""

    filters: Filters = Filters()
    sort: str = ""
    """One of ORDERS; empty: the usual one of the page."""
    copies: bool = False
    page: int = 1
    others: tuple[str, ...] = ()
    """Further queries, which are compared with the first one over time."""
    by: str = ""
    """month or year; empty: whichever the archive has enough for."""
    smooth: int = 1
    """Periods of which each share is."""
    against: Filters = Filters()
    """The choice that this one is compared with; its date is that of `filters`."""

    @classmethod
    def read(cls, query: MultiMapping[str]) -> Self:
        """Parameters out of an address; those without a value count as not given. Raises RefusedError."""
        refused: list[Refusal] = []
        queries = list(dict.fromkeys(each.strip() for each in query.getall("q", ()) if each.strip()))
        refused += [
            Refusal("q", each, f"At most {MOST_QUERIES} queries fit into one picture.")
            for each in queries[MOST_QUERIES : MOST_QUERIES + 1]
        ]
        first, *others = queries[:MOST_QUERIES] or [""]
        smooth = query.get("smooth", "").strip() or "1"
        if not (smooth.isascii() and smooth.isdecimal() and len(smooth) <= 3 and 1 <= int(smooth) <= MOST_SMOOTHED):
            text = f"There is no smooth “{smooth[:_SHOWN]}”: expected a number of periods from 1 to {MOST_SMOOTHED}."
            refused, smooth = [*refused, Refusal("smooth", smooth, text)], "1"
        asked = cls(
            _read_filters(query, "", first, refused),
            sort=_read_choice("sort", query.get("sort", ""), ORDERS, refused),
            copies=query.get("copies", "") not in ("", "0", "no", "false"),
            page=int(page) if (page := query.get("page", "")).isdecimal() and len(page) < 8 else 1,
            others=tuple(others),
            by=_read_choice("by", query.get("by", ""), BY, refused),
            smooth=int(smooth),
            against=_read_filters(query, AGAINST, query.get(f"{AGAINST}q", "").strip(), refused),
        )
        if refused:
            raise RefusedError(refused, asked)
        return asked

    @property
    def q(self) -> str:
        """The query."""
        return self.filters.query

    @property
    def queries(self) -> tuple[str, ...]:
        """All queries."""
        return (self.q, *self.others) if self.q else ()

    @property
    def sort_of_hits(self) -> str:
        """The order, where hits have it; else empty."""
        return self.sort if self.sort in SORTS else ""

    @property
    def other(self) -> Filters | None:
        """The choice that this one is compared with; None: all other articles."""
        return self.against._replace(date=self.filters.date) if self.against.restricts() else None

    def texts(self, name: str, prefix: str = "") -> tuple[str, ...]:
        """The values of a filter, of the choice that is compared with where `prefix` is AGAINST; none: not given."""
        return _write(list_given(self.against if prefix else self.filters).get(name, ()))

    def change(self, **changes: Any) -> Self:
        """The same with other values by name; an empty one is not given. `against_section` is that of the other choice.

        `q` is the first query; without it the next one is the first.
        """
        own = {name: changes.pop(name) for name in _OWN if name in changes}
        other = {name.removeprefix(AGAINST): changes.pop(name) for name in list(changes) if name.startswith(AGAINST)}
        if other:
            query = other.pop("q", self.against.query)
            own["against"] = make_filters(list_given(self.against) | other, query)
        query, *others = dict.fromkeys(filter(None, (changes.pop("q", self.q), *own.pop("others", self.others)))) or [
            ""
        ]
        filters = make_filters(list_given(self.filters) | changes, query)
        return self._replace(filters=filters, others=tuple(others), **own)

    def pairs(self) -> Pairs:
        """Names and values for an address, in a fixed order; what is not given is left out."""
        own = [("sort", self.sort), ("copies", "1" if self.copies else "")]
        over = [("by", self.by), ("smooth", str(self.smooth) if self.smooth > 1 else "")]
        # Many links of a page have them: a long query is repeated by what was read of it.
        found: Pairs = [("q", write_brief(each)) for each in (self.q, *self.others)]
        found += [*_list_pairs(self.filters, ""), *own, *over]
        if self.against != _ALL:
            found += [(f"{AGAINST}q", write_brief(self.against.query)), *_list_pairs(self.against, AGAINST)]
        return [(name, value) for name, value in [*found, ("page", str(self.page) if self.page > 1 else "")] if value]

    def swap(self) -> Self:
        """The same with both choices exchanged; the days of both go by one date."""
        other = self.filters._replace(date="updated")
        return self._replace(filters=self.against._replace(date=self.filters.date), against=other)


_ALL = Filters()


def _list_pairs(filters: Filters, prefix: str) -> Pairs:
    given = list_given(filters)
    return [(prefix + each.name, text) for each in SHARED for text in _write(given.get(each.name, ()))]


def _write(value: Any) -> tuple[str, ...]:
    """A value of a filter as texts; none where it is not given."""
    return value if isinstance(value, tuple) else ("1" if value is True else str(value),)


_OWN = tuple(name for name in Parameters._fields if name != "filters")


def _read_filters(query: MultiMapping[str], prefix: str, text: str, refused: list[Refusal]) -> Filters:
    """The filters whose names begin with `prefix`, with the query `text`; what cannot be read is put into `refused`."""
    given: dict[str, Any] = {}
    for each in SHARED:
        # Days of both choices go by one date.
        if each.restricts or not prefix:
            name = prefix + each.name
            values = tuple(dict.fromkeys(value.strip() for value in query.getall(name, ()) if value.strip()))
            given[each.name] = _read_filter(each, name, values, refused)
    return make_filters(given, text)


def _read_filter(each: Filter, name: str, values: tuple[str, ...], refused: list[Refusal]) -> Any:
    if each.kind == "names":
        return values
    value = "".join(values[:1])
    if each.kind == "flag":
        return _read_choice(name, value, ("1",), refused) == "1"
    if each.kind == "day" and value:
        try:
            read_day_range(value)
        except FilterError:
            refused.append(Refusal(name, value, f"“{value[:_SHOWN]}” is not a date: expected {FORMS}."))
            return ""
    return _read_choice(name, value, tuple(each.choices), refused) if each.choices else value


def _read_choice(name: str, value: str, choices: Sequence[str], refused: list[Refusal]) -> str:
    value = value.strip()
    if not value or value in choices:
        return value
    wanted = " or ".join(choices) if len(choices) == 2 else ", ".join(choices)
    called = _CALLED.get(name, name.removeprefix(AGAINST))
    refused.append(Refusal(name, value, f"There is no {called} “{value[:_SHOWN]}”: expected {wanted}."))
    return ""


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

    def has_room(self, parameters: Parameters, count: int) -> bool:
        """Whether a page may have so many addresses of a search: all repeat its query, however long that is."""
        return count * len(self.search(parameters)) <= _MOST_LETTERS

    def page(self, path: str, parameters: Parameters) -> str:
        """A page that keeps the whole search; from its beginning."""
        return self.to(path, parameters._replace(page=1).pairs())
