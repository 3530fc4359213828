"""How many articles there are by month: those of a search, those it is a share of, all of the archive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from harbincrawl.search.choice import fit_choice
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import count_hits

from .links import Parameters
from .pools import Reader
from .spans import By, choose_span
from .visit import Visit


class Counts(NamedTuple):
    """Numbers of articles by month, `2020-05`; under an empty text those without a date."""

    hits: Mapping[str, int]
    articles: Mapping[str, int]
    """Those that the hits are a share of: what the filters leave without the query; without one, the archive."""
    archive: Mapping[str, int]
    found: int = 0
    """All hits, within the days of the filters."""
    of: int = 0
    """All articles that they are a share of, within these days."""


def read_counts(visit: Visit, asked: Parameters) -> Counts:
    """The counts of all months: those of one year are looked up among them when a bar of it is chosen."""
    undated = asked.filters._replace(since=None, until=None)
    archive = count_months(visit.reader, Filters(date=undated.date), copies=asked.copies)
    hits = count_months(visit.reader, undated, copies=asked.copies) if undated.restricts() else archive
    part = undated._replace(query="") if undated.query else Filters(date=undated.date)
    articles = count_months(visit.reader, part, copies=asked.copies) if part.restricts() else archive
    if undated == asked.filters:
        return Counts(hits, articles, archive, sum(hits.values()), sum(articles.values()))
    whole = asked.filters._replace(query="") if undated.query else Filters()
    return Counts(
        hits,
        articles,
        archive,
        *(count_found(visit.reader, each, copies=asked.copies) for each in (asked.filters, whole)),
    )


def count_found(reader: Reader, filters: Filters, *, copies: bool) -> int:
    """The number of articles that filters leave."""
    return reader.remember(
        ("total", filters, copies),
        lambda: count_hits(reader.connection, fit_choice(reader.connection, filters), copies=copies),
    )


def count_months(reader: Reader, filters: Filters, *, copies: bool) -> dict[str, int]:
    """Articles by month, in its order; under an empty text, first, those without a date."""

    def count() -> dict[str, int]:
        bars = count_facet(reader.connection, fit_choice(reader.connection, filters), "month", copies=copies)
        return {bar.value or "": bar.hits for bar in bars}

    return reader.remember(("months", filters, copies), count)


def choose_by(visit: Visit, asked: Parameters) -> By:
    """Whether the time that the filters leave is shown by month or by year. Raises FilterError."""
    part = asked.filters._replace(query="", since=None, until=None)
    archive = count_months(visit.reader, Filters(date=part.date), copies=asked.copies)
    articles = count_months(visit.reader, part, copies=asked.copies) if part.restricts() else archive
    span = choose_span(archive, articles, asked.filters.since, asked.filters.until)
    return span.by if span else "month"
