"""The facets of a search: values to choose several of, each with the hits that it would add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from harbincrawl.search.choice import ArticleCondition, fit_choice
from harbincrawl.search.facets import FILTERED, Bar, count_facet
from harbincrawl.search.filters import BY_NAME
from harbincrawl.serve.links import Links, Parameters
from harbincrawl.serve.readers import Reader

from .bench import address_tab, call_filter

NAMES = ("month", *FILTERED)
_LISTED = 200
"""Values of a facet in all."""
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
    values: list[FacetValue] | None
    """None: they were too many to count in time."""


def count_facets(reader: Reader, asked: Parameters, understood: ArticleCondition) -> dict[str, list[Bar]]:
    """The facets that can be counted in time; the filter of its own name does not narrow a facet."""
    found: dict[str, list[Bar]] = {}
    for name in NAMES:
        is_own = name in FILTERED and asked.texts(name)
        filters = asked.change(**{name: ()}).filters if is_own else asked.filters
        choice = fit_choice(reader.connection, filters) if is_own else understood
        bars = reader.within(
            _PATIENCE,
            lambda choice=choice, name=name: count_facet(  # type: ignore[misc]
                reader.connection, choice, name, copies=asked.copies
            ),
        )
        if bars is None:
            break
        found[name] = bars[-_LISTED:] if name == "month" else bars[:_LISTED]
    return found


def list_facets(links: Links, asked: Parameters, counted: Mapping[str, Sequence[Bar]]) -> list[Facet]:
    """The facets whose values are filters, those chosen first; one with nothing to choose is left out."""
    found = []
    for name in FILTERED:
        given = {each.casefold(): each for each in asked.texts(name)}
        if name not in counted:
            found.append(Facet(name, call_filter(BY_NAME[name]), len(given), None))
            continue
        values = []
        for bar in counted[name]:
            value, label = (bar.path or bar.value or ""), (bar.value or bar.path or "")
            if value:
                chosen = {given[each.casefold()] for each in (value, label) if each.casefold() in given}
                rest = tuple(each for each in asked.texts(name) if each not in chosen)
                address = address_tab(links, "search", asked.change(**{name: rest if chosen else (*rest, value)}))
                values.append(FacetValue(label, bar.hits, address, bool(chosen)))
        if len(values) > 1 or given:
            values.sort(key=lambda each: not each.is_chosen)
            found.append(Facet(name, call_filter(BY_NAME[name]), len(given), values))
    return found
