"""How much of the site the archive knows, by the site's own counter: of the numbers 1 to N, which are there.

The numbers of a site that counts all that it makes rise with the days in its addresses; a number that nobody has ever
seen was made between the days of its neighbours, and one below the first known number on a day that nobody knows. What
it was, nobody can say: not each of them need be an article.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date
from typing import Any

from harbincrawl.identity import FIRST_COUNTED, own_number
from harbincrawl.sites import Site

from .articles.states import read_day

KINDS = ("stored", "seen", "missing")
"""Of numbers: a text is stored; lists show an address with it, or archives of others had one; nobody has seen it."""


def measure_coverage(connection: sqlite3.Connection, site: Site) -> dict[str, Any] | None:
    """The coverage of an archive, as --json has it; None where the site has no counter, or no number is known.

    The `highest` number, how many there are of each of KINDS, and the same of the `years`, of which the first is null
    for numbers before the first one with a day. Numbers beyond the highest that is stored or in the site's own lists
    are left out: what an archive of others calls an address need never have been one.
    """
    if not site.counter:
        return None
    stored = {number: read_day(created) for number, created in connection.execute(
        "SELECT number, created FROM articles WHERE number < ?", (FIRST_COUNTED,)
    )}  # fmt: skip
    seen = _read_numbers(connection, site, "SELECT address FROM listed WHERE number NOT NULL UNION"
                         " SELECT address FROM queue")  # fmt: skip
    highest = max((*stored, *seen), default=0)
    seen |= _read_numbers(connection, site, "SELECT DISTINCT address FROM captures")
    days = {number: day for number, day in (seen | stored).items() if 0 < number <= highest}
    counts: dict[str | None, Counter[str]] = {}
    before, year = 0, None
    for number in sorted(days):
        if number > before + 1:
            # Made after the one before it: of the years in between, that one's is the only sure one.
            counts.setdefault(year, Counter())["missing"] += number - before - 1
        # Not all sites keep the order: a number stays in the year that its own address names.
        day = days[number] or seen.get(number)
        year = f"{day:%Y}" if day else year
        counts.setdefault(year, Counter())["stored" if number in stored else "seen"] += 1
        before = number
    years = sorted(counts, key=lambda each: each or "")
    sums = {kind: sum(counts[each][kind] for each in years) for kind in KINDS}
    of_years = [{"year": each, **{kind: counts[each][kind] for kind in KINDS}} for each in years]
    return {"highest": highest, **sums, "years": of_years} if days else None


def _read_numbers(connection: sqlite3.Connection, site: Site, query: str) -> dict[int, date | None]:
    """By number, the day in one of the addresses that `query` gives."""
    found: dict[int, date | None] = {}
    for (address,) in connection.execute(query):
        meaning = site.read_address(address)
        number = own_number(meaning.id) if meaning is not None and meaning.id is not None else None
        if meaning is not None and number is not None:
            found[number] = meaning.created or found.get(number)
    return found
