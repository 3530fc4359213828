"""How much of the site the archive knows, by the site's own counter: of the numbers 1 to N, which are there.

The numbers of a site that counts all that it makes rise with the days in its addresses; a number that nobody has ever
seen was made between the days of its neighbours, and one below the first known number on a day that nobody knows. What
it was, nobody can say: not each of them need be an article.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from harbincrawl.identity import FIRST_COUNTED, own_number
from harbincrawl.records import OWN
from harbincrawl.sites import Site

from .articles.states import read_day

_LISTS = "lists"
_RANGES = 20
"""Ranges of missing numbers that are named, the longest."""


@dataclass(frozen=True, slots=True)
class YearCoverage:
    """The numbers of a year."""

    year: str
    """`2014`; empty for numbers before the first one with a day."""
    stored: int
    seen: int
    """Numbers of addresses that lists show, here or in archives of others, and of which no text is stored."""
    missing: int
    """Numbers that nobody has seen, neither of articles nor of anything else."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of the numbers 1 to `highest`."""

    highest: int
    years: tuple[YearCoverage, ...] = field(default=())
    gaps: tuple[tuple[int, int], ...] = field(default=())
    """(first, last) of the longest ranges of missing numbers, in their order."""

    @property
    def stored(self) -> int:
        return sum(year.stored for year in self.years)

    @property
    def seen(self) -> int:
        return sum(year.seen for year in self.years)

    @property
    def missing(self) -> int:
        return sum(year.missing for year in self.years)

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "highest": self.highest,
            "stored": self.stored,
            "seen": self.seen,
            "missing": self.missing,
            "years": [
                {"year": each.year or None, "stored": each.stored, "seen": each.seen, "missing": each.missing}
                for each in self.years
            ],
            "longest_gaps": [list(gap) for gap in self.gaps],
        }


def measure_coverage(
    connection: sqlite3.Connection | None, site: Site, more: Iterable[str] = (), source: str = ""
) -> Coverage | None:
    """The coverage of an archive; None where the site has no counter, or no number is known.

    `more` are addresses that `source`, an archive of others, lists, and that count as seen. None for `connection`:
    there is no archive yet. Numbers beyond the highest that is certain are left out (see `_find_highest`).
    """
    if not site.counter:
        return None
    stored: dict[int, date | None] = {}
    seen: dict[int, date | None] = {}
    sources: dict[str, set[int]] = {}
    addresses = [(source, address) for address in more]
    if connection is not None:
        for number, created in connection.execute(
            "SELECT number, created FROM articles WHERE number < ?", (FIRST_COUNTED,)
        ):
            stored[number] = read_day(created)
        addresses += _list_addresses(connection)
    for source, address in addresses:
        meaning = site.read_address(address)
        number = own_number(meaning.id) if meaning is not None and meaning.id is not None else None
        if meaning is not None and number is not None:
            sources.setdefault(source, set()).add(number)
            if number not in stored:
                seen[number] = meaning.created or seen.get(number)
    highest = _find_highest(sources, stored.keys())
    return _count(stored, {number: day for number, day in seen.items() if number <= highest})


def _list_addresses(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Who lists an address, and the address."""
    return connection.execute(
        f"SELECT '{_LISTS}', address FROM listed WHERE number IS NOT NULL UNION SELECT '{_LISTS}', address FROM queue"
        f" UNION SELECT source, address FROM captures WHERE source NOT IN {OWN}"
    ).fetchall()


def _find_highest(numbers: Mapping[str, Set[int]], stored: Set[int]) -> int:
    """The highest number that is certain (stored, or in the site's lists), or that two sources show; 0: none is.

    An archive of others may list any address. Where nothing is certain, the highest of all.
    """
    shown = Counter(number for source in numbers.values() for number in source)
    believed = {number for number, count in shown.items() if count > 1}.union(numbers.get(_LISTS, ()), stored)
    return max(believed or shown, default=0)


def _count(stored: dict[int, date | None], seen: dict[int, date | None]) -> Coverage | None:
    known = sorted(number for number in stored.keys() | seen.keys() if number > 0)
    if not known:
        return None
    counts: dict[str, Counter[str]] = {}
    gaps: list[tuple[int, int]] = []
    before, year = 0, ""
    for number in known:
        day = stored.get(number) or seen.get(number)
        if number > before + 1:
            # Made after the one before it: of the years in between, that one's is the only sure one.
            counts.setdefault(year, Counter())["missing"] += number - before - 1
            gaps.append((before + 1, number - 1))
        # Not all sites keep the order: a number stays in the year that its own address names.
        year = f"{day:%Y}" if day else year
        counts.setdefault(year, Counter())["stored" if number in stored else "seen"] += 1
        before = number
    years = tuple(
        YearCoverage(each, counts[each]["stored"], counts[each]["seen"], counts[each]["missing"])
        for each in sorted(counts)
    )
    longest = sorted(gaps, key=lambda gap: (gap[0] - gap[1], gap[0]))[:_RANGES]
    return Coverage(known[-1], years, tuple(sorted(longest)))
