"""What the texts of an archive say, as rows: words over time, in their places, typical of a part."""

from __future__ import annotations

from itertools import islice
from typing import Unpack

from harbincrawl.search.corpus.concordance import CONTEXT, Concordance
from harbincrawl.search.corpus.concordance import SORTS as LINE_SORTS
from harbincrawl.search.corpus.concordance import Sort as LineSort
from harbincrawl.search.corpus.keywords import Keyword, find_keywords
from harbincrawl.search.corpus.trends import By, TrendRow, count_trends
from harbincrawl.search.filters import FilterOptions, SearchOptions

from .filtering import FilteringReader
from .options import check_choice, check_number, check_text
from .records import ConcordanceLine
from .rows import Rows
from .values import read_day


class Corpus(FilteringReader):
    """The texts of an archive, counted."""

    def trends(
        self, *queries: str, by: By = "year", smooth: int = 1, **filters: Unpack[SearchOptions]
    ) -> Rows[TrendRow]:
        """The hits of each query by month or year, beside all articles that the filters leave.

        Every period from the first to the last is there for each query; with `smooth`, its share is that of so many
        periods around it. Copies are folded, gone articles count.
        """
        if not queries:
            raise TypeError("trends() was given no query: expected one or several, such as trends('metro', 'tram').")
        for query in queries:
            check_text("query", query)
        check_choice("by", by, ("month", "year"))
        check_number("smooth", smooth, 1)
        with self._one_state() as connection:
            given = self._read_filters(connection, filters, "by", "smooth", query=False)
            return Rows(TrendRow, count_trends(connection, queries, given, by, smooth).list_rows())

    def concordance(
        self,
        word: str,
        *,
        sort: LineSort = "newest",
        limit: int | None = None,
        context: int = CONTEXT,
        **filters: Unpack[FilterOptions],
    ) -> Rows[ConcordanceLine]:
        """Every place of a word (`metro`, `met*`, `ice festival`) with `context` characters on either side.

        `sort` is newest, oldest, or left or right for the words beside it. Copies are folded, gone articles count.
        """
        check_text("word", word)
        check_choice("sort", sort, LINE_SORTS)
        check_number("limit", limit, 0, none="all")
        check_number("context", context, 1)
        with self._one_state() as connection:
            given = self._read_filters(connection, filters, "sort", "limit", "context")
            found = Concordance(connection, word, given, sort=sort, context=context)
            lines = iter(found)
            some = [ConcordanceLine(line.id, read_day(line.date), *line[2:]) for line in islice(lines, limit)]
            total = len(some) + sum(1 for _ in lines)
            return Rows(ConcordanceLine, some, noun="line", limit=limit, total=total)

    def keywords(
        self,
        *,
        against: FilterOptions | None = None,
        least: int = 1,
        limit: int | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Rows[Keyword]:
        """The words that the articles of `filters` have more often than those of `against`, by log-likelihood.

        Without `against`, than all other articles: `archive.keywords(since="2020", against={"until": "2019"})`.
        `least`: how often a word is there at least. Copies are folded, gone articles count.
        """
        check_number("least", least, 1)
        check_number("limit", limit, 0, none="all")
        with self._one_state() as connection:
            given = self._read_filters(connection, filters, "against", "least", "limit")
            other = None if against is None else self._read_filters(connection, against)
            words = find_keywords(connection, given, other, least=least).words
            return Rows(Keyword, words[:limit], noun="keyword", limit=limit, total=len(words))
