"""Addresses of the site: where a page is, and what the parameters of a search are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlencode

from multidict import MultiMapping

from harbincrawl.search.days import DATES
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import SORTS

from .answers import Form, PageError

Pairs = list[tuple[str, str]]


class Parameters(NamedTuple):
    """The parameters of a search; their names are those of the command's options."""

    q: str = ""
    section: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    date: str = ""
    """Empty: `updated`."""
    sort: str = ""
    """Empty: `best`, in feeds `newest`."""
    copies: bool = False
    after: str = ""

    @classmethod
    def read(cls, query: MultiMapping[str], sorts: Sequence[str] = SORTS) -> Self:
        """Parameters out of an address; those without a value count as not given. Raises PageError."""
        sort = query.get("sort", "")
        if sort and sort not in sorts:
            raise PageError(400, "No such order", f"There is no order “{sort[:60]}”: expected {', '.join(sorts)}.")
        date = query.get("date", "").strip()
        if date and date not in DATES:
            raise PageError(400, "No such date", f"There is no date “{date[:60]}”: expected {' or '.join(DATES)}.")
        return cls(
            q=query.get("q", "").strip(),
            section=_values(query, "section"),
            source=_values(query, "source"),
            author=_values(query, "author"),
            since=query.get("since", "").strip(),
            until=query.get("until", "").strip(),
            date="" if date == DATES[0] else date,
            sort=sort,
            copies=query.get("copies", "") not in ("", "0", "no", "false"),
            after=query.get("after", ""),
        )

    def filters(self) -> Filters:
        """The same for the search."""
        return Filters(
            sections=self.section,
            sources=self.source,
            authors=self.author,
            since=self.since or None,
            until=self.until or None,
            query=self.q,
            date="created" if self.date == "created" else "updated",
        )

    def pairs(self) -> Pairs:
        """Names and values for an address, in a fixed order; what is not given is left out."""
        found: Pairs = []
        for name, value in zip(self._fields, self, strict=True):
            values = value if isinstance(value, tuple) else ("1" if value is True else value or "",)
            found += [(name, each) for each in values if each]
        return found

    def is_empty(self) -> bool:
        """Whether every article is asked for."""
        return not (self.q or self.section or self.source or self.author or self.since or self.until)


def _values(query: MultiMapping[str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in query.getall(name, ()) if value.strip()))


class Links(NamedTuple):
    """Makes addresses; `base` is the path that all of them begin with, `origin` what absolute ones begin with."""

    base: str
    origin: str

    def to(self, path: str, pairs: Sequence[tuple[str, str]] = ()) -> str:
        """The address of `path`, which begins with a slash and is quoted."""
        return f"{self.base}{path}{'?' if pairs else ''}{urlencode(pairs)}"

    def article(self, identity: str, rest: str = "") -> str:
        """`/articles/harbin-today:5370`."""
        return f"{self.base}/articles/{quote(identity, safe=':')}{rest}"

    def capture(self, capture: int, rest: str = "") -> str:
        """`/captures/17/page`."""
        return f"{self.base}/captures/{capture}{rest}"

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
        return self.to(f"/search{ending}", parameters._replace(**{"after": "", **changes}).pairs())

    def with_value(self, parameters: Parameters, name: str, value: str) -> str:
        """The search with one more value of a filter, or with it taken out where it is given."""
        given: Iterable[str] = getattr(parameters, name)
        rest = tuple(each for each in given if each.lower() != value.lower())
        return self.search(parameters, "html", **{name: rest if len(rest) < len(tuple(given)) else (*rest, value)})
