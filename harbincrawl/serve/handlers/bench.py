"""The frame of the pages of a search: tabs, form, filters in use, orders; a refused value is marked in its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any, NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.search.corpus.concordance import SORTS as SORTS_OF_PLACES
from harbincrawl.search.filters import SHARED, Filter
from harbincrawl.search.hits import SORTS
from harbincrawl.serve.answers import WebAnswer
from harbincrawl.serve.figures import describe_choice
from harbincrawl.serve.links import AGAINST, Links, Pairs, Parameters, Refusal, RefusedError
from harbincrawl.serve.looks import show_day
from harbincrawl.serve.visit import Visit
from harbincrawl.text import count_text

from .head import read_head
from .overview import count_values, describe_nothing

TABS = {
    "search": "Hits",
    "trends": "Over time",
    "concordance": "In context",
    "keywords": "Words",
    "compare": "Compare",
}
"""The pages of one search: the last part of their address, and how people call them."""
ORDERS = {
    "best": "best match",
    "recent": "best and recent",
    "newest": "newest",
    "oldest": "oldest",
    "left": "by the words before",
    "right": "by the words after",
}
WITHOUT_OTHER = ("against", "all")
"""The parameter by which `/keywords` compares with all other articles, whatever else is chosen to compare with."""
_SMOOTHS = (1, 3, 5, 12)
"""Periods that the form offers to smooth over."""
CHIPS = 40
"""Filters in use that are named: the address of each has all the others."""
_AGO = re.compile(r"(\d{1,6})([dwmy])", re.ASCII)
_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
_DAY = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
Show = Callable[[Visit, Parameters], WebAnswer]


class Chip(NamedTuple):
    """A filter in use: what it is called, its value in words, and the page without it."""

    label: str
    value: str
    address: str


class Choice(NamedTuple):
    """One of several links, of which one may be chosen."""

    label: str
    address: str
    is_chosen: bool


def keeping_form(tab: str) -> Callable[[Show], Callable[[Visit], WebAnswer]]:
    """Makes a page out of one that is given the parameters, too; where these are refused it shows the form again."""

    def make(show: Show) -> Callable[[Visit], WebAnswer]:
        @wraps(show)
        def page(visit: Visit) -> WebAnswer:
            try:
                return show(visit, Parameters.read(visit.query))
            except RefusedError as error:
                if visit.form != "html":
                    raise
                return show_refused(visit, tab, error)

        return page

    return make


def show_refused(visit: Visit, tab: str, error: RefusedError) -> WebAnswer:
    """The page without a result: what was typed stands in its field, beside what was expected."""
    values = frame_bench(visit, tab, error.parameters, error.refusals)
    return replace(visit.show("bench.html", TABS[tab], **values), status=400)


@contextmanager
def refusing(asked: Parameters, name: str, value: str) -> Iterator[None]:
    """What the block says of a filter is said of the parameter `name`. Raises RefusedError."""
    try:
        yield
    except FilterError as error:
        raise RefusedError([Refusal(name, value, str(error))], asked) from error


def frame_bench(visit: Visit, tab: str, asked: Parameters, refusals: Sequence[Refusal] = ()) -> dict[str, Any]:
    """What each of the pages needs beside its result."""
    links, sections = visit.links, list_sections(visit)
    chips = list_chips(links, tab, asked, sections)
    return {
        "tab": tab,
        "tabs": [Choice(label, address_tab(links, each, asked), each == tab) for each, label in TABS.items()],
        "asked": asked,
        "parameters": asked,
        "here": "search",
        "offers": {"section": list(sections.items())},
        "chips": chips[:CHIPS],
        "unnamed": len(chips[CHIPS:]),
        "clear": links.to(f"/{tab}", [("q", asked.q)] if asked.q else []),
        "hidden": list_hidden(tab, asked, refusals),
        "refused": by_name(refusals),
        "unshown": list_unshown(tab, asked, refusals),
        "example": None,
        "head": None if refusals else read_head(visit, tab, asked),
        "nothing": describe_nothing(visit.reader),
        "choice": f" {describe_choice(asked, sections)}".rstrip(),
        "smooths": [(str(each), count_text(each, asked.by or "period")) for each in sorted({*_SMOOTHS, asked.smooth})],
    }


def list_unshown(tab: str, asked: Parameters, refusals: Sequence[Refusal]) -> list[Refusal]:
    """What was refused of which the form of a page has no field."""
    return [
        each for each in refusals
        if (each.value != asked.q and tab != "trends" if each.name == "q" else not is_shown(tab, each.name))
        and each.name != "after"
    ]  # fmt: skip


def by_name(refusals: Sequence[Refusal]) -> dict[str, Refusal]:
    """The first refusal of each parameter."""
    found: dict[str, Refusal] = {}
    for each in refusals:
        found.setdefault(each.name, each)
    return found


def list_sections(visit: Visit) -> dict[str, str]:
    """The label of each section by its path."""
    return visit.reader.remember(
        "sections",
        lambda: {bar.path: bar.value or bar.path for bar in count_values(visit.reader, "section") if bar.path},
    )


def address_tab(links: Links, tab: str, asked: Parameters) -> str:
    """A page of the same search."""
    pairs = asked._replace(page=1).pairs()
    return links.to(f"/{tab}", [*pairs, WITHOUT_OTHER] if tab == "keywords" and asked.other else pairs)


def is_shown(tab: str, name: str) -> bool:
    """Whether the form of a page has a field for a parameter."""
    if name.startswith(AGAINST):
        return tab == "compare"
    return name in {"q", "copies", *(each.name for each in SHARED)} or (tab == "trends" and name in ("by", "smooth"))


def list_hidden(tab: str, asked: Parameters, refusals: Sequence[Refusal] = ()) -> Pairs:
    """What the form of a page has no field for, and keeps."""
    refused = {each.name for each in refusals}
    kept = [(name, value) for name, value in asked.pairs() if not is_shown(tab, name) and name != "after"]
    kept += [("q", each) for each in asked.others] if tab != "trends" else []
    kept += [WITHOUT_OTHER] if tab == "keywords" and asked.other else []
    return [(name, value) for name, value in kept if name not in refused or name == "q"]


def list_chips(links: Links, tab: str, asked: Parameters, sections: dict[str, str]) -> list[Chip]:
    """The filters in use, as their controls call them, each with the page without it."""
    found = [_make_chip(links, tab, asked, "Also", each, others=_without(asked.others, each)) for each in asked.others]
    for prefix in ("", AGAINST) if tab == "compare" else ("",):
        for row in SHARED:
            given = asked.texts(row.name, prefix)
            for value in given:
                rest = _without(given, value) if row.kind == "names" else ""
                label = f"{'Against: ' if prefix else ''}{call_filter(row)}"
                shown = say_value(row, value, sections)
                found.append(_make_chip(links, tab, asked, label, shown, **{prefix + row.name: rest}))
    if asked.sort:
        found.append(_make_chip(links, tab, asked, "Order", ORDERS[asked.sort], sort=""))
    if asked.copies:
        found.append(_make_chip(links, tab, asked, "Copies", "shown", copies=False))
    return found


def _make_chip(links: Links, tab: str, asked: Parameters, label: str, value: str, **without: Any) -> Chip:
    return Chip(label, value, address_tab(links, tab, asked.change(**without)))


def _without(values: Sequence[str], value: str) -> tuple[str, ...]:
    return tuple(each for each in values if each != value)


def call_filter(row: Filter) -> str:
    """What a filter is called wherever people read it: `Section`, `From`."""
    name = row.label or row.name
    return name[:1].upper() + name[1:]


def say_value(row: Filter, value: str, sections: dict[str, str]) -> str:
    """A value in words: the label of a section, a day as people write it."""
    if row.name == "section":
        # It may be asked for by its label, in any case.
        labels = {label.casefold(): label for label in sections.values()}
        return sections.get(value, labels.get(value.casefold(), value))
    if row.kind == "day":
        return say_day(value)
    return row.choices.get(value, "yes" if row.kind == "flag" else value)


def say_day(text: str) -> str:
    """`2019`, `May 2019`, `30 May 2019`, `7 days ago`; another text as it stands."""
    if match := _AGO.fullmatch(text.strip().lower()):
        number, unit = int(match[1]), _UNITS[match[2]]
        return f"{number} {unit}{'' if number == 1 else 's'} ago"
    known = _DAY.fullmatch(text.strip())
    return show_day(text.strip()).striptags() if known and len(text.strip()) > 4 else text.strip()


def list_orders(links: Links, tab: str, asked: Parameters, is_ranked: bool = False) -> list[Choice]:
    """The orders of hits, or of places of a word: those that there are, with the one that is used."""
    names = (SORTS if is_ranked else ("newest", "oldest")) if tab == "search" else SORTS_OF_PLACES
    used = asked.sort if asked.sort in names else names[0]
    return [
        Choice(ORDERS[name], address_tab(links, tab, asked.change(sort="" if name == names[0] else name)), name == used)
        for name in names
    ]
