"""The facets of a search: values to choose several of, each with the hits that it would add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from harbincrawl.search.choice import ArticleCondition, fit_choice
from harbincrawl.search.facets import FILTERED, Bar, count_facet
from harbincrawl.search.filters import BY_NAME
from harbincrawl.serve.counts import count_months
from harbincrawl.serve.links import Links, Parameters
from harbincrawl.serve.readers import Reader

from .bench import address_tab, call_filter

NAMES = ("month", *FILTERED)
_NARROWED = {"month": (), "year": ("since", "until")}
"""The filters that a facet's numbers leave out, where these are not that of its own name."""
LISTED = 200
"""Values of a facet in all."""
_FEW = 20
"""Values whose addresses are written of a very long search."""
_PATIENCE = 1.5
"""Seconds for each facet: hits are what people wait for."""


class FacetValue(NamedTuple):
    """A value of a facet, with the page on which it is chosen too, or no longer."""

    label: str
    hits: int
    address: str
    is_chosen: bool


class Facet(NamedTuple):
    """A facet as a page shows it."""

    name: str
    label: str
    chosen: int
    """How many values are chosen."""
    total: int
    """How many there are."""
    values: list[FacetValue] | None
    """The most frequent ones; None: they were too many to count in time."""


class Counted(NamedTuple):
    """A facet as it was counted."""

    bars: list[Bar]
    """The most frequent ones; of months and years all."""
    total: int


def count_facets(reader: Reader, asked: Parameters, understood: ArticleCondition) -> dict[str, Counted]:
    """The facets that can be counted in time; the filter of its own name does not narrow a facet, nor days the years.

    Months are those of the hits.
    """
    found: dict[str, Counted] = {}
    for name in (*NAMES, "year"):
        own = [each for each in _NARROWED.get(name, (name,)) if each in BY_NAME and asked.texts(each)]
        if name == "year" and not own:
            found[name] = _add_years(found["month"].bars)
            continue
        choice = fit_choice(reader.connection, asked.change(**dict.fromkeys(own, "")).filters) if own else understood
        bars = reader.within(
            _PATIENCE,
            lambda choice=choice, name=name: (  # type: ignore[misc]
                _list_months(reader, asked)
                if name == "month"
                else count_facet(reader.connection, choice, name, copies=asked.copies)
            ),
        )
        if bars is None:
            break
        found[name] = Counted(
            bars if name in ("month", "year") else bars[:LISTED], sum(bool(bar.path or bar.value) for bar in bars)
        )
    return found


def _list_months(reader: Reader, asked: Parameters) -> list[Bar]:
    """The months of the hits: those that the strip of the same page has, where no days are left out."""
    months = count_months(reader, asked.filters, copies=asked.copies)
    return [Bar(month or None, hits) for month, hits in months.items()]


def _add_years(months: Sequence[Bar]) -> Counted:
    years: dict[str | None, int] = {}
    for bar in months:
        year = bar.value[:4] if bar.value else None
        years[year] = years.get(year, 0) + bar.hits
    return Counted([Bar(year, hits) for year, hits in years.items()], len(years))


def list_facets(links: Links, asked: Parameters, counted: Mapping[str, Counted]) -> list[Facet]:
    """The facets whose values are filters, those chosen first; one with nothing to choose is left out."""
    return [
        facet for name in (*FILTERED, "year")
        if (facet := (_list_years if name == "year" else _list_values)(links, asked, name, counted.get(name)))
    ]  # fmt: skip


def _list_values(links: Links, asked: Parameters, name: str, counted: Counted | None) -> Facet | None:
    given = {each.casefold(): each for each in asked.texts(name)}
    label = call_filter(BY_NAME[name])
    if counted is None:
        return Facet(name, label, len(given), 0, None)
    values = []
    for bar in counted.bars if links.has_room(asked, LISTED) else counted.bars[:_FEW]:
        value, shown = (bar.path or bar.value or ""), (bar.value or bar.path or "")
        if value:
            chosen = {given[each.casefold()] for each in (value, shown) if each.casefold() in given}
            rest = tuple(each for each in asked.texts(name) if each not in chosen)
            address = address_tab(links, "search", asked.change(**{name: rest if chosen else (*rest, value)}))
            values.append(FacetValue(shown, bar.hits, address, bool(chosen)))
    values.sort(key=lambda each: not each.is_chosen)
    total = max(counted.total, len(values), len(given))
    return Facet(name, label, len(given), total, values) if total > 1 or given else None


def _list_years(links: Links, asked: Parameters, name: str, counted: Counted | None) -> Facet | None:
    """The years, the last one first; one is chosen at a time, for days have one beginning and one end."""
    if counted is None:
        return None
    since, until = asked.filters.since, asked.filters.until
    values = []
    for bar in sorted(counted.bars, key=lambda each: each.value or "", reverse=True):
        if bar.value:
            is_chosen = since == until == bar.value
            year = None if is_chosen else bar.value
            address = address_tab(links, "search", asked.change(since=year, until=year))
            values.append(FacetValue(bar.value, bar.hits, address, is_chosen))
    chosen = sum(each.is_chosen for each in values)
    return Facet(name, "Year", chosen, len(values), values) if len(values) > 1 else None
