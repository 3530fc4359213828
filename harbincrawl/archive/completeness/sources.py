"""Which source showed which article: the site's lists, archives of others, WARC files of others; up to which number.

A source saw articles by itself. What was fetched from an archive of others says nothing, for that archive is asked for
what is not here; its own list does, which is stored before the first page is asked for.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date

from harbincrawl.archive.articles.states import read_day
from harbincrawl.identity import FIRST_COUNTED
from harbincrawl.records import CRAWLED
from harbincrawl.sites import Site

from .estimate import LISTS, Estimate, NoEstimate, estimate_articles

INGEST = "ingest"
_NO_ARTICLES = (
    "SELECT number FROM failures WHERE class = 'not-an-article' AND number NOT IN (SELECT number FROM articles)"
)


@dataclass(frozen=True, slots=True)
class Sources:
    """What an archive knows of who showed which article."""

    numbers: Mapping[str, Set[int]]
    """Internal numbers by source: `lists`, `ingest`, `wayback`, `commoncrawl`, the address of another list."""
    highest: int | None
    """The last number of the site's counter that is certain; None where it has none."""
    certain: Set[int]
    """Numbers that are articles beyond doubt: the lists show them, or they are stored."""
    days: Mapping[int, date]
    """When articles were published, where it is known; empty for a site with a counter, whose numbers are in order."""


def estimate_published(connection: sqlite3.Connection, site: Site) -> Estimate | NoEstimate:
    """How many articles the site ever published, by all that the archive knows of it."""
    found = read_sources(connection, site)
    return estimate_articles(found.highest, found.numbers, found.days, found.certain)


def read_sources(connection: sqlite3.Connection, site: Site) -> Sources:
    """The sources of an archive. Numbers that the site answered with something else than an article are left out."""
    numbers: dict[str, set[int]] = {}
    no_articles = {number for (number,) in connection.execute(_NO_ARTICLES)}

    def add(source: str, number: int) -> None:
        # With a counter, what is no number of its own can be nothing that it counted.
        if number not in no_articles and not (site.counter and number >= FIRST_COUNTED):
            numbers.setdefault(source, set()).add(number)

    for (number,) in connection.execute(
        "SELECT number FROM listed WHERE number IS NOT NULL UNION SELECT a.number FROM articles AS a"
        f" JOIN captures AS c ON c.id = a.first_capture WHERE c.source IN {CRAWLED}"
    ):
        add(LISTS, number)
    for source, number in connection.execute(
        "SELECT source, number FROM rescue WHERE number IS NOT NULL GROUP BY source, number"
        " HAVING count(*) > sum(outcome IS 'not_an_article' OR outcome IS 'redirects')"
    ):
        add(source, number)
    stored = dict(connection.execute("SELECT id, number FROM articles").fetchall())
    for (address,) in connection.execute("SELECT DISTINCT address FROM captures WHERE source = ?", (INGEST,)):
        meaning = site.read_address(address)
        if meaning is not None and meaning.id in stored:
            add(INGEST, stored[meaning.id])
    certain = numbers.get(LISTS, set()).union(stored.values())
    if not site.counter:
        return Sources(numbers, None, certain, _read_days(connection, site))
    certain = {number for number in certain if number < FIRST_COUNTED}
    return Sources(numbers, find_highest(numbers, certain), certain, {})


def find_highest(numbers: Mapping[str, Set[int]], certain: Set[int]) -> int:
    """The highest number that is certain, or that two sources show; 0: none is.

    An archive of others may list any address. Where nothing is certain, the highest of all.
    """
    shown = Counter(number for source in numbers.values() for number in source)
    believed = {number for number, count in shown.items() if count > 1}.union(numbers.get(LISTS, ()), certain)
    return max(believed or shown, default=0)


def _read_days(connection: sqlite3.Connection, site: Site) -> dict[int, date]:
    days: dict[int, date] = {}
    for number, address, printed in connection.execute(
        "SELECT number, address, NULL FROM rescue WHERE number IS NOT NULL"
        " UNION ALL SELECT number, address, date FROM listed WHERE number IS NOT NULL"
        " UNION ALL SELECT number, url, coalesce(created, updated) FROM articles"
    ):
        meaning = site.read_address(address)
        day = (meaning.created if meaning is not None else None) or read_day(printed)
        if day is not None:
            days[number] = day
    return days
