"""What the texts of an archive say, as rows: words over time, in their places, typical of a part."""

from __future__ import annotations

from itertools import islice
from typing import Unpack

from harbincrawl.errors import FilterError
from harbincrawl.search.corpus.collocations import LEAST, WINDOW, Collocate, find_collocations
from harbincrawl.search.corpus.collocations import SORTS as COLLOCATE_SORTS
from harbincrawl.search.corpus.collocations import Sort as CollocateSort
from harbincrawl.search.corpus.concordance import CONTEXT, Concordance
from harbincrawl.search.corpus.concordance import SORTS as LINE_SORTS
from harbincrawl.search.corpus.concordance import Sort as LineSort
from harbincrawl.search.corpus.grams import ORDERS as WORD_ORDERS
from harbincrawl.search.corpus.grams import Order as WordOrder
from harbincrawl.search.corpus.keywords import LEAST as KEYWORD_LEAST
from harbincrawl.search.corpus.keywords import Keyword, find_keywords
from harbincrawl.search.corpus.lists import WordCount, count_words
from harbincrawl.search.corpus.texts import LABELS, Label
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
        least: int = KEYWORD_LEAST,
        limit: int | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Rows[Keyword]:
        """The words that the articles of `filters` have more often than those of `against`, by log-likelihood.

        Without `against`, than all other articles: `archive.keywords(since="2020", against={"until": "2019"})`.
        `least`: how often a word is there at least, in both parts together. Bare numbers are left out. It is faster
        with a `limit`: only so many words are tested, which changes no p. Copies are folded, gone articles count.
        """
        check_number("least", least, 1)
        check_number("limit", limit, 0, none="all")
        with self._one_state() as connection:
            given = self._read_filters(connection, filters, "against", "least", "limit")
            other = None if against is None else self._read_filters(connection, against)
            found = find_keywords(connection, given, other, least=least, limit=limit)
            return Rows(Keyword, found.words, noun="keyword", limit=limit, total=found.more_frequent)

    def words(
        self,
        *words: str,
        size: int = 1,
        by: Label | None = None,
        least: int = 1,
        sort: WordOrder = "frequency",
        limit: int | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Rows[WordCount]:
        """The words of the articles, or those that are named (`metro`, `met*`): how often, and how evenly spread.

        `size` 2 to 5: n-grams, or those that hold the named words. `by` section, source, author or year: a row a word
        and group, also where it is not there. `least`: how often a word is there at least; `sort`: frequency, articles
        or word; `limit` counts words. Bare numbers are left out. Copies are folded, gone articles count.
        """
        for word in words:
            check_text("word", word)
        check_number("size", size, 1)
        if by is not None:
            check_choice("by", by, LABELS)
        check_number("least", least, 1)
        check_choice("sort", sort, WORD_ORDERS)
        check_number("limit", limit, 0, none="all")
        with self._one_state() as connection:
            given = self._read_filters(connection, filters, "size", "by", "least", "sort", "limit")
            found = count_words(connection, words, given, size=size, by=by, least=least, sort=sort, limit=limit)
            total = found.different * len(found.parts)
            return Rows(WordCount, found.rows, limit=limit, total=total)

    def collocations(
        self,
        word: str,
        *,
        window: int | tuple[int, int] = WINDOW,
        sort: CollocateSort = "log-likelihood",
        least: int = LEAST,
        limit: int | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Rows[Collocate]:
        """The words that stand beside a word (`metro`, `met*`, `ice fair`), and how much more often than by chance.

        `window`: so many words on either side, or (left, right), in the same title, paragraph or caption. `sort` is
        log-likelihood, mi, logdice or frequency; `least`: how often a word is beside it at least. Copies are folded,
        gone articles count.
        """
        check_text("word", word)
        sides = window if isinstance(window, tuple) else (window, window)
        if len(sides) != 2:
            raise FilterError(f"window={window!r}: expected a number of words, or two: (left, right).")
        for side in sides:
            check_number("window", side, 0)
        check_choice("sort", sort, COLLOCATE_SORTS)
        check_number("least", least, 1)
        check_number("limit", limit, 0, none="all")
        with self._one_state() as connection:
            given = self._read_filters(connection, filters, "window", "sort", "least", "limit")
            rows = find_collocations(connection, word, given, window=sides, sort=sort, least=least).rows
            return Rows(Collocate, rows[:limit], noun="word", limit=limit, total=len(rows))
