"""The table of filters: articles, options, saved searches, addresses, forms, facets, Python and cards follow from it.

A filter is an entry of FILTERS, a value of Filters, and a keyword of SearchOptions. `tests/search/test_filters.py`
says what is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple, TypeAlias, TypedDict

from harbincrawl.errors import FilterError
from harbincrawl.search.matching import IN_SECTION, make_section_values

from .days import read_moment

Kind = Literal["names", "day", "moment", "choice", "cursor", "flag", "numbers"]
DATES = "2019, 2019-05, 2019-05-30, 7d (2w, 3m, 1y)"
Condition: TypeAlias = tuple[str, list[Any]]
"""SQL on `articles AS a`, and its parameters."""
Status = Literal["live", "gone", "unknown"]

_RESCUED_SINCE = (
    "EXISTS (SELECT 1 FROM outcomes AS o JOIN runs AS k ON k.run = o.run WHERE o.number = a.number"
    " AND o.outcome IN ('new', 'changed', 'duplicate') AND k.kind = 'rescue' AND coalesce(k.ended, k.started) >= ?)"
)
"""SQL: the archive learned of the article, or of a wording of it, from a rescue that ended at a time or later."""
OWN = "iif(a.section_path = '', a.section, NULL)"
"""SQL: what the page calls the section of an article, where no path is known; null: its path has a label."""
MATCHED = "matched AS m JOIN articles AS a ON a.key = m.key"
"""SQL of the articles of a facet; `matched` has the keys of the hits."""


class Filters(NamedTuple):
    """Filters on articles. Several values of one filter are joined by OR, different filters by AND."""

    sections: tuple[str, ...] = ()
    """Path prefixes (`news`, `culture`) or labels (`Photo Gallery`); case is ignored."""
    sources: tuple[str, ...] = ()
    """Complete source names; the case of Latin letters is ignored."""
    authors: tuple[str, ...] = ()
    """Complete names, or the complete printed author; the case of Latin letters is ignored."""
    since: str | None = None
    """First day, printed or else in the address: YYYY, YYYY-MM or YYYY-MM-DD."""
    until: str | None = None
    """Last day, in the same formats; the last day of a year or month."""
    status: str | None = None
    """`live`, `gone` or `unknown` (known only from archives of others); None: all."""
    seen_since: str | None = None
    """First seen or last changed on this day, or at this UTC time, or later; what was rescued, by when it came here."""
    changed_since: int | None = None
    """The cursor of an export: only what changed after it."""
    changed: bool = False
    """Only articles with an earlier wording."""
    ids: tuple[str, ...] = ()
    """Ids of articles, as the site has them."""
    numbers: tuple[int, ...] = ()
    """Internal numbers of articles."""
    exact: bool = False
    """Match the words of `query` as they are written, not by their stems; see `fit_filters`."""
    query: str = ""
    """A query in the language of `search`; each place has a name of its own for it."""

    def restricts(self) -> bool:
        """Whether any article may be left out."""
        return bool(self.query) or any(each.restricts and each.is_given(self) for each in FILTERS)


class Filter(NamedTuple):
    """A filter: what it is called, what its values are, and which articles it leaves."""

    name: str
    """Of the option, the parameter of an address, the key of a saved search and the facet."""
    field: str
    """Of Filters and of Python's keyword arguments."""
    kind: Kind
    """`names`: texts, joined by OR; `day`: an end of the range of days; `moment`: a day or a time; `choice`: one of
    `choices`; `cursor`: an integer from 0 on; `flag`; `numbers`: integers."""
    help: str
    """A sentence on the option and the parameter."""
    write: Callable[[Any], Condition] | None = None
    """Its condition; None: `make_choice` has it, as it is one of the range of keys or of the query."""
    card: str = ""
    """What a dataset card writes before the value; empty: the name."""
    label: str = ""
    """Of its field in a form; empty: the name."""
    example: str = ""
    """Shown in an empty field."""
    choices: Mapping[str, str] = {}
    """The values of a choice, and how a form calls each."""
    restricts: bool = True
    """Whether it leaves articles out by itself."""
    reach: Literal["all", "named", "python", "inside"] = "all"
    """Where it is: `all`: every command that filters, saved searches, the web, Python; `named`: commands that name it,
    saved searches if one of them makes them, Python; `python` alone; `inside`: the package alone."""
    facet: str = ""
    """SQL over MATCHED of (value, path of a section or null, count) of each of its values."""
    known: str = ""
    """SQL of all values that articles have; with `names`, which other ones are unknown and what was meant."""
    is_indexed: bool = False
    """Whether the full-text index has a column of its name, which narrows the rows to read."""

    @property
    def option(self) -> str:
        """Of commands: `--section`."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def default(self) -> Any:
        """The value that leaves all articles."""
        return Filters._field_defaults[self.field]

    def take(self, filters: Filters) -> Any:
        """Its value."""
        return getattr(filters, self.field)

    def is_given(self, filters: Filters) -> bool:
        """Whether it has a value other than the default."""
        return bool(self.take(filters) != self.default)


def _write_sections(names: tuple[str, ...]) -> Condition:
    values = [value for name in names for value in make_section_values(name)]
    return "(" + " OR ".join([IN_SECTION] * len(names)) + ")", values


def _write_authors(names: tuple[str, ...]) -> Condition:
    author, values = _write_values("a.author COLLATE NOCASE")(names)
    one, _ = _write_values("n.value COLLATE NOCASE")(names)
    return f"({author} OR EXISTS (SELECT 1 FROM json_each(a.authors) AS n WHERE {one}))", values * 2


def _write_seen(moment: str) -> Condition:
    return f"(a.last_changed >= ? OR {_RESCUED_SINCE})", [read_moment(moment)] * 2


def _write_listed(column: str) -> Callable[[tuple[Any, ...]], Condition]:
    # Any number of values: SQLite takes some 32,000 parameters.
    return lambda values: (f"{column} IN (SELECT value FROM json_each(?))", [json.dumps(values)])


def _write_values(column: str) -> Callable[[tuple[Any, ...]], Condition]:
    return lambda values: (f"{column} IN ({', '.join('?' * len(values))})", list(values))


FILTERS = (
    Filter(
        "section", "sections", "names", "Path prefix or label; repeatable.", _write_sections,
        facet=f"SELECT {OWN} AS own, a.section_path, count(*) FROM {MATCHED} GROUP BY a.section_path, own",
        known="SELECT section_path FROM articles UNION SELECT section FROM articles",
    ),
    Filter(
        "source", "sources", "names", "Whole source, such as Xinhua; repeatable.",
        _write_values("a.source COLLATE NOCASE"),
        facet=f"SELECT a.source, NULL, count(*) FROM {MATCHED} GROUP BY a.source COLLATE NOCASE",
        known="SELECT source FROM articles WHERE source IS NOT NULL GROUP BY source ORDER BY count(*) DESC",
        is_indexed=True,
    ),
    Filter(
        "author", "authors", "names", "Whole name; repeatable.", _write_authors,
        # A name may occur in different letter case; `max` chooses one spelling, the same on every machine.
        facet=f"SELECT max(n.value), NULL, count(DISTINCT m.key) FROM {MATCHED}"
        " LEFT JOIN json_each(a.authors) AS n GROUP BY n.value COLLATE NOCASE",
        known="SELECT value FROM articles, json_each(authors) GROUP BY value ORDER BY count(*) DESC",
        is_indexed=True,
    ),
    Filter(
        "since", "since", "day", f"First day: {DATES}.",
        card="from", label="from", example="2019-05",
    ),
    Filter(
        "until", "until", "day", "Last day, month or year.", label="to", example="2019-05-30"
    ),
    Filter(
        "status", "status", "choice",
        "On the site, gone from it, or only in other archives.",
        lambda status: ("a.status = ?", [status]),
        choices={"live": "on the site", "gone": "gone from the site", "unknown": "only in other archives"},
    ),
    Filter(
        "seen_since", "seen_since", "moment",
        "Only what a run first stored, or found changed, on this day or later (UTC).", _write_seen,
        card="new or changed since", reach="python",
    ),
    Filter(
        "changed_since", "changed_since", "cursor", "Only what changed after that export.",
        lambda cursor: ("a.change > ?", [cursor]), card="changed after", reach="named",
    ),
    Filter(
        "changed", "changed", "flag", "Only articles that changed since they were first seen.",
        lambda _: ("a.revision > 1", []), card="only articles that changed", reach="python",
    ),
    Filter("id", "ids", "names", "Id of an article.", _write_listed("a.id"), reach="python"),
    Filter("number", "numbers", "numbers", "Internal number.", _write_listed("a.number"), reach="inside"),
    Filter(
        "exact", "exact", "flag", "Match exact words, without stemming.",
        restricts=False, reach="named",
    ),
)  # fmt: skip
"""All filters, in the order of options, parameters and fields."""
SHARED = tuple(each for each in FILTERS if each.reach == "all")
"""Those of every command that filters, and of the web."""


def make_filters(given: Mapping[str, Any], query: str = "") -> Filters:
    """The filters of values by name, of which there may be others; one that is missing, None or empty is not given."""
    values: dict[str, Any] = {}
    for each in FILTERS:
        value = given.get(each.name)
        if value not in (None, ""):
            # Python's users give lists, too.
            values[each.field] = tuple(value) if isinstance(value, list) else value
    return Filters(**values, query=query)


def write_conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    """SQL conditions on `articles AS a`, to be joined by AND, and their parameters; without days and `query`.

    Raises FilterError for an unreadable time or a value that is none of the choices.
    """
    where: list[str] = []
    values: list[Any] = []
    for each in FILTERS:
        value = each.take(filters)
        if each.choices and value not in (*each.choices, each.default):
            raise FilterError(f"{value!r} is not a {each.name}: expected one of {', '.join(each.choices)}.")
        if each.write is not None and each.is_given(filters):
            condition, own = each.write(value)
            where.append(condition)
            values += own
    return where, values


Texts: TypeAlias = str | Iterable[str]
"""One text or many, joined by OR."""
End: TypeAlias = str | date | None
"""`2020`, `2020-05`, `2020-05-31`, `7d`, `today`, `yesterday`, or a date; None: no limit."""


class SearchOptions(TypedDict, total=False):
    """The filters of `harbincrawl search`, as keyword arguments."""

    section: Texts
    """Path prefixes (`news`, `culture`) or labels (`Photo Gallery`)."""
    source: Texts
    """Whole sources: `Xinhua`."""
    author: Texts
    """Whole names."""
    since: End
    """The first day: `2020`, `2020-05`, `2020-05-31`, `7d` or a date."""
    until: End
    """The last day; a year or a month is meant whole."""
    status: Status | None
    """Whether the site still has the article, or only archives of others know it; None: all."""
    seen_since: str | date | None
    """First seen, or last changed, on this day or at this time (UTC) or later."""
    changed_since: int | None
    """The cursor of an export: what changed after it."""
    changed: bool
    """Only articles with an earlier wording."""
    id: int | str | Iterable[int | str]
    """`5370` or `harbin-today:5370`."""
    exact: bool
    """Match the words of a query as they are written, not by their stems."""


class FilterOptions(SearchOptions, total=False):
    """The same, and a query in the language of `harbincrawl search`."""

    query: str
    """Words, phrases, AND, OR, -word, prefix*, title:word."""
