"""How much of the site the archive knows, by the site's own counter: of the numbers 1 to N, which are there.

The numbers of a site that counts all that it makes rise with the days in its addresses; a number that nobody has ever
seen was made between the days of its neighbours. What it was, nobody can say: not each of them need be an article.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from harbincrawl.identity import FIRST_COUNTED, own_number
from harbincrawl.sites import Site

from .articles.states import read_day
from .completeness.estimate import LISTS
from .completeness.sources import find_highest

_RANGES = 20
"""Ranges of missing numbers that are named, the longest."""


@dataclass(frozen=True, slots=True)
class MonthCoverage:
    """The numbers of a month."""

    month: str
    """`2014-05`; empty for numbers before the first one with a day."""
    stored: int
    seen: int
    """Numbers of addresses that lists show, here or in archives of others, and of which no text is stored."""
    missing: int
    """Numbers that nobody has seen, neither of articles nor of anything else."""

    @property
    def total(self) -> int:
        return self.stored + self.seen + self.missing


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of the numbers 1 to `highest`."""

    highest: int
    months: tuple[MonthCoverage, ...] = field(default=())
    gaps: tuple[tuple[int, int], ...] = field(default=())
    """(first, last) of the longest ranges of missing numbers, in their order."""

    @property
    def stored(self) -> int:
        return sum(month.stored for month in self.months)

    @property
    def seen(self) -> int:
        return sum(month.seen for month in self.months)

    @property
    def missing(self) -> int:
        return sum(month.missing for month in self.months)

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "highest": self.highest,
            "stored": self.stored,
            "seen": self.seen,
            "missing": self.missing,
            "months": [
                {"month": each.month or None, "stored": each.stored, "seen": each.seen, "missing": each.missing}
                for each in self.months
            ],
            "longest_gaps": [list(gap) for gap in self.gaps],
        }


def measure_coverage(
    connection: sqlite3.Connection | None, site: Site, more: Iterable[str] = (), source: str = ""
) -> Coverage | None:
    """The coverage of an archive; None where the site has no counter, or no number is known.

    `more` are addresses that `source`, an archive of others, lists, and that count as seen. None for `connection`:
    there is no archive yet. Numbers beyond the highest that is certain are left out (see `find_highest`).
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
    highest = find_highest(sources, stored.keys())
    return _count(stored, {number: day for number, day in seen.items() if number <= highest})


def _list_addresses(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Who lists an address, and the address."""
    return connection.execute(
        f"SELECT '{LISTS}', address FROM listed WHERE number IS NOT NULL UNION SELECT '{LISTS}', address FROM queue"
        " UNION SELECT source, address FROM rescue WHERE number IS NOT NULL"
    ).fetchall()


def _count(stored: dict[int, date | None], seen: dict[int, date | None]) -> Coverage | None:
    known = sorted(number for number in stored.keys() | seen.keys() if number > 0)
    if not known:
        return None
    counts: dict[str, Counter[str]] = {}
    gaps: list[tuple[int, int]] = []
    before, month = 0, ""
    for number in known:
        day = stored.get(number) or seen.get(number)
        after = f"{day:%Y-%m}" if day else month
        if number > before + 1:
            # Made after the one before it: of the months in between, that one's is the only sure one.
            counts.setdefault(month or after, Counter())["missing"] += number - before - 1
            gaps.append((before + 1, number - 1))
        # Not all sites keep the order: a number stays in the month that its own address names.
        counts.setdefault(after, Counter())["stored" if number in stored else "seen"] += 1
        before, month = number, after
    months = tuple(
        MonthCoverage(each, counts[each]["stored"], counts[each]["seen"], counts[each]["missing"])
        for each in sorted(counts)
    )
    longest = sorted(gaps, key=lambda gap: (gap[0] - gap[1], gap[0]))[:_RANGES]
    return Coverage(known[-1], months, tuple(sorted(longest)))
