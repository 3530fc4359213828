"""Addresses of the site: where a page is, and what the parameters of a search are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlencode

from multidict import MultiMapping

from harbincrawl.api.questions import SEARCH_FILTERS

from .answers import Form

Pairs = list[tuple[str, str]]
_LONGEST = 500
"""Letters of a query that the links of a page repeat: there may be a hundred of them."""


class Parameters(NamedTuple):
    """The parameters of a search; their names are those of the command's options, `q` is the query."""

    q: str = ""
    given: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The values of each filter that is given, in the order of the table."""
    sort: str = ""
    """Empty: the usual one."""
    copies: bool = False
    page: int = 1

    @classmethod
    def read(cls, query: MultiMapping[str]) -> Self:
        """Parameters out of an address; those without a value count as not given."""
        page = query.get("page", "")
        found = {each.name: query.getall(each.name, ()) for each in SEARCH_FILTERS}
        return cls(
            query.get("q", "").strip(),
            sort=query.get("sort", "").strip(),
            copies=query.get("copies", "") not in ("", "0", "no", "false"),
            page=int(page) if page.isdecimal() and len(page) < 8 else 1,
        ).change(**found)

    @property
    def filters(self) -> dict[str, Any]:
        """The filters as an archive takes them."""
        given = dict(self.given)
        return {
            each.name: given[each.name] if each.kind == "names" else each.kind == "flag" or given[each.name][0]
            for each in SEARCH_FILTERS
            if each.name in given
        }

    @property
    def is_long(self) -> bool:
        """Whether the query is too long for many links to repeat it."""
        return len(self.q) > _LONGEST

    def texts(self, name: str) -> tuple[str, ...]:
        """The values of a filter; none: not given."""
        return dict(self.given).get(name, ())

    def change(self, **changes: Any) -> Self:
        """The same with other values by name: a text, several, or nothing. `q` is the query."""
        own = {name: changes.pop(name) for name in self._fields if name in changes}
        given = dict(self.given)
        for name, value in changes.items():
            texts = (value,) if isinstance(value, str) else value or ()
            given[name] = tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
        ordered = tuple((each.name, given[each.name]) for each in SEARCH_FILTERS if given.get(each.name))
        return self._replace(given=ordered, **own)

    def pairs(self) -> Pairs:
        """Names and values for an address, in a fixed order; what is not given is left out."""
        found: Pairs = [("q", self.q)]
        found += [(name, text) for name, texts in self.given for text in texts]
        found += [("sort", self.sort), ("copies", "1" if self.copies else "")]
        return [(name, value) for name, value in [*found, ("page", str(self.page) if self.page > 1 else "")] if value]


class Links(NamedTuple):
    """Makes addresses; `base` is the path that all of them begin with, `origin` what absolute ones begin with."""

    base: str
    origin: str

    def to(self, path: str, pairs: Sequence[tuple[str, str]] = ()) -> str:
        """The address of `path`, which begins with a slash and is quoted."""
        return f"{self.base}{path}{'?' if pairs else ''}{urlencode(pairs)}"

    def article(self, identity: str, rest: str = "", pairs: Sequence[tuple[str, str]] = ()) -> str:
        """`/articles/harbin-today:5370`."""
        return self.to(f"/articles/{quote(identity, safe=':')}{rest}", pairs)

    def capture(self, capture: int, rest: str = "") -> str:
        """`/captures/17/page`."""
        return self.to(f"/captures/{capture}{rest}")

    def media(self, name: str) -> str:
        """A kept picture."""
        return f"{self.base}/media/{quote(name)}"

    def search(self, parameters: Parameters, form: Form = "html", **changes: Any) -> str:
        """The search with other parameters; its first page, unless `page` is one of `changes`."""
        ending = "" if form == "html" else f".{form}"
        return self.to(f"/search{ending}", parameters.change(**{"page": 1, **changes}).pairs())
