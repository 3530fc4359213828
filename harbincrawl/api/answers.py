"""The questions that an archive answers with rows; each is a command and a page of the same name, too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack, get_args

from harbincrawl.search.choice import ArticleCondition, fit_choice, has_counted
from harbincrawl.search.filters import Filters, SearchOptions
from harbincrawl.text import count_text

from .article import Article, Capture, Similar, make_article, make_capture
from .questions import question, read_filters
from .rows import Rows

if TYPE_CHECKING:
    from harbincrawl.corpus.collocations import Collocate
    from harbincrawl.corpus.concordance import ConcordanceLine
    from harbincrawl.corpus.edits import Edit
    from harbincrawl.corpus.keywords import Keyword
    from harbincrawl.corpus.lists import WordCount
    from harbincrawl.corpus.parts import CorpusPart
    from harbincrawl.corpus.trends import TrendRow
    from harbincrawl.duplicates.links import DuplicateRow
    from harbincrawl.search.facets import StatRow
    from harbincrawl.search.tree import Near, Phrase

    from .records import RevisionRow

Facet = Literal["section", "source", "author", "year", "month", "length"]
_CHANCE = 0.05
"""The p that a note counts."""
_WORDINGS = (
    "SELECT w.number, w.revision, w.title, w.updated, w.author, w.source, w.body, w.seen, w.replaced, w.cause,"
    " w.fingerprint, w.parser FROM revisions AS w UNION ALL SELECT number, revision, title, updated, author, source,"
    " body, last_changed, NULL, NULL, fingerprint, parser FROM articles"
)


class Answers:
    """The questions of an archive.

    Filters are those of SearchOptions. The answers carry notes: how a query was read, what was counted, and where
    nothing was found what no article has.
    """

    folder: Path

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """The connection, for SQL of your own; it only reads. SQLite's errors are DatabaseError."""
        raise NotImplementedError

    def one_state(self) -> AbstractContextManager[sqlite3.Connection]:
        """The connection, within a transaction: a purge may take an article away between two statements."""
        raise NotImplementedError

    def find_number(self, identity: int | str | Article) -> int:
        """The internal number of a stored article. Raises KeyError."""
        raise NotImplementedError

    @question("by", "value", "articles", bar="articles", example="metro --by year")
    def stats(self, query: str = "", *, by: Facet | None = None, **filters: Unpack[SearchOptions]) -> Rows[StatRow]:
        """How many articles have each section, source, author, year, month and length; or only one of these."""
        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            rows = count_values(connection, choice, get_args(Facet) if by is None else (by,), copies=True)
            rows.notes = tuple(list_notes(connection, given, choice, is_found=bool(rows)))
            return rows

    @question(
        "query", "period", "hits", "articles", "per_1000", "low", "high", bar="per_1000",
        example="metro 'ice OR snow' --by month",
    )  # fmt: skip
    def trends(
        self,
        *queries: str,
        query: str = "",
        by: Literal["year", "month"] = "year",
        smooth: int = 1,
        **filters: Unpack[SearchOptions],
    ) -> Rows[TrendRow]:
        """The hits of queries by year or month, and their share: per 1,000 articles of that time.

        `low` and `high` are the 95% interval of a share (Wilson). Counts of a word: `words WORD --by year`.
        """
        from harbincrawl.corpus.trends import TrendRow, count_trends

        with self.one_state() as connection:
            given = read_filters(filters, query)
            found = count_trends(connection, tuple(dict.fromkeys(queries)), given, by, smooth)
            notes = [f"{count_text(found.undated, 'article')} without a date: in no {by}"] if found.undated else []
            for each in dict.fromkeys(queries):
                is_found = any(row.hits for row in found.list_rows() if row.query == each)
                asked = given._replace(query=each)
                more = list_notes(connection, asked, fit_choice(connection, asked), is_found=is_found)
                notes += more if len(queries) == 1 else [f"{each}: {line}" for line in more]
            return Rows(TrendRow, found.list_rows() if any(r.hits for r in found.list_rows()) else (), notes=notes)

    @question("date", "id", "left", "word", "right", example="'ice fair' --sort right --query date:2018..")
    def concordance(
        self,
        word: str,
        *,
        query: str = "",
        sort: Literal["newest", "oldest", "left", "right"] = "newest",
        limit: int | None = None,
        context: int = 60,
        **filters: Unpack[SearchOptions],
    ) -> Rows[ConcordanceLine]:
        """Every place of a word in titles, texts and captions, with the words around it (keyword in context).

        Words are matched as they are: `met*` is a beginning, several words follow each other. Sorted left
        or right, they are in the order of the words there, the nearest first.
        """
        from harbincrawl.corpus.concordance import Concordance, ConcordanceLine

        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            found = Concordance(connection, word, given, sort=sort, context=context)
            lines = iter(found)
            some = list(islice(lines, limit))
            for _ in lines:  # the rest is counted
                pass
            notes = list_notes(connection, given, choice, is_found=bool(some), leaves=(found.phrase,))
            if found.lines:
                notes.append(f"{count_text(found.lines, 'line')} in {count_text(found.articles, 'article')}")
            return Rows(ConcordanceLine, some, noun="line", limit=limit, total=found.lines, notes=notes)

    @question(
        "word", "log_likelihood", "log_ratio", "p", "frequency", "against_frequency", bar="log_likelihood",
        example="snow date:2020.. --against 'date:2015..2019 section:news'",
    )  # fmt: skip
    def keywords(
        self,
        query: str = "",
        *,
        against: str = "",
        least: int = 5,
        limit: int | None = None,
        **filters: Unpack[SearchOptions],
    ) -> Rows[Keyword]:
        """The words that one part of the archive has more often than another, by their log-likelihood.

        The query chooses the part, another one what it is compared with (default: all other articles). p is that of a
        permutation test over articles: of words that differ by chance, 5% have one of at most 0.05. A log ratio of 1 is
        twice as often, of 2 four times.
        """
        from harbincrawl.corpus.keywords import Keyword, find_keywords

        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            if not given.restricts():
                return Rows(Keyword, notes=["choose a part of the archive, by a query or a filter"])
            other = read_filters({}, against) if against.strip() else None
            found = find_keywords(connection, given, other, least=least, limit=limit)
            notes = list_notes(connection, given, choice, is_found=bool(found.part.articles))
            if other:
                is_found = bool(found.against.articles)
                notes += list_notes(connection, other, fit_choice(connection, other), is_found=is_found)
            notes.append(f"{_describe_part(found.part)}, against {_describe_part(found.against)}")
            notes += [f"{count_text(found.both, 'article')} in both parts"] if found.both else []
            if tested := [each.p for each in found.words if each.p is not None]:
                is_cut = len(found.words) < found.more_frequent
                all_words = found.more_frequent if is_cut else len(tested)
                first, which = (" among the first", f" of all {all_words:,}") if is_cut else ("", " of these")
                notes.append(
                    f"p is {_CHANCE} or less for {sum(p <= _CHANCE for p in tested):,} of {len(tested):,} words tested"
                    f"{first}; by chance alone it would be so for {_CHANCE * all_words:,.0f}{which}"
                )
            return Rows(Keyword, found.words, noun="word", limit=limit, total=found.more_frequent, notes=notes)

    @question(
        "word", "group", "frequency", "per_million", "articles", "dp", "juilland", bar="frequency",
        example="metro 'tram*' --by year",
    )  # fmt: skip
    def words(
        self,
        *words: str,
        query: str = "",
        size: int = 1,
        by: Literal["section", "source", "author", "year"] | None = None,
        least: int = 1,
        sort: Literal["frequency", "articles", "word"] = "frequency",
        limit: int | None = None,
        **filters: Unpack[SearchOptions],
    ) -> Rows[WordCount]:
        """Words by how often they are, per million words, in how many articles, and how evenly spread.

        Words are lower case, not stemmed, and no bare numbers; those that are named (`metro`, `met*`) are listed alone,
        with a `size` the n-grams that hold them. DP is 0 where a word is even, near 1 where it is in a few articles,
        `juilland` the other way round.
        """
        from harbincrawl.corpus.lists import WordCount, count_words, read_asked

        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            found = count_words(connection, words, given, size=size, by=by, least=least, sort=sort, limit=limit)
            leaves = read_asked(words, size).phrases
            notes = list_notes(connection, given, choice, is_found=bool(found.rows), leaves=leaves)
            notes.append(f"{count_text(found.whole.articles, 'article')} of {count_text(found.whole.words, 'word')}")
            total = found.different * len(found.parts)
            return Rows(WordCount, found.rows, limit=limit, total=total, notes=notes)

    @question(
        "word", "beside", "articles", "frequency", "expected", "log_likelihood", "mi", "log_dice", bar="log_likelihood",
        example="'ice fair' --window 3 --sort logdice",
    )  # fmt: skip
    def collocations(
        self,
        word: str,
        *,
        query: str = "",
        window: int = 5,
        sort: Literal["log-likelihood", "mi", "logdice", "frequency"] = "log-likelihood",
        least: int = 5,
        limit: int | None = None,
        **filters: Unpack[SearchOptions],
    ) -> Rows[Collocate]:
        """The words that stand beside a word (collocates), and how much more often than by chance.

        The word is one, several that follow each other, or a beginning: `met*`. Beside it are `window` words on either
        side, in the same paragraph. A log-likelihood with a minus is of a word that is there less often than expected.
        """
        from harbincrawl.corpus.collocations import Collocate, find_collocations
        from harbincrawl.corpus.words import WordCutter, read_words
        from harbincrawl.search.tree import Phrase

        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            found = find_collocations(connection, word, given, window=(window, window), sort=sort, least=least)
            cut, is_prefix = read_words(WordCutter(), word)
            leaves = () if found.frequency else (Phrase(" ".join(cut), prefix=is_prefix),)
            notes = list_notes(connection, given, choice, is_found=bool(found.frequency), leaves=leaves)
            where = f"{count_text(found.node_articles, 'article')} of {found.articles:,}"
            notes.append(f"{found.node}: {count_text(found.frequency, 'time')} in {where}")
            return Rows(Collocate, found.rows[:limit], noun="word", limit=limit, total=len(found.rows), notes=notes)

    @question("id", "replaced", "fields", "share", "title_before", example="metro date:2020.. --csv")
    def edits(self, query: str = "", **filters: Unpack[SearchOptions]) -> Rows[Edit]:
        """How articles changed after publication: each wording that replaced another, what differs, how long after.

        An edit is what one visit shows beside the one before. Query and filters ask the present wordings.
        """
        from harbincrawl.archive.edits import read_edits
        from harbincrawl.corpus.edits import Edit

        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            found = read_edits(connection, choice)
            notes = list_notes(connection, given, choice, is_found=bool(found))
            return Rows(Edit, found, noun="edit", notes=notes)

    @question("id", "score", "updated", "title", example="5370 --limit 5")
    def similar(self, identity: int | str, *, limit: int = 10) -> Rows[Similar]:
        """The articles that share the most typical words with one: words that are frequent in it and rare elsewhere.

        The score is the part of these words, by weight (TF-IDF), that an article has. Copies are left out.
        """
        from harbincrawl.corpus.similar import find_similar
        from harbincrawl.search.choice import read_by_number

        number = self.find_number(identity)
        with self.one_state() as connection:
            found = find_similar(connection, number, limit)
            records = read_by_number(connection, [each.number for each in found])
            articles = [
                make_article(
                    Similar, records[each.number], self, each.number, score=each.score, shared_words=each.words
                )
                for each in found
            ]
            rows = Rows(Similar, articles, noun="article", limit=limit)
            rows.is_cut = len(found) == limit
            return rows

    @question("id", "duplicate_of", "kind", "similarity", "date", "title", example="--kind near --csv")
    def duplicates(self, *, kind: Literal["exact", "near"] | None = None) -> Rows[DuplicateRow]:
        """The articles that are copies of an earlier one, by original.

        exact: title, text, captions, author, source and date are the same. near: 78% or more of all runs of two words
        are in both.
        """
        from harbincrawl.duplicates.links import DuplicateRow, read_copies

        with self.reading() as connection:
            return Rows(DuplicateRow, read_copies(connection, kind), noun="copy", nouns="copies")

    @question("id", "fetched_at", "status", "address", "source", "warc", "offset", example="section:news")
    def captures(self, query: str = "", **filters: Unpack[SearchOptions]) -> Rows[Capture]:
        """Every response that was asked for as a page of these articles, in the order of the archive's log.

        Whole pages, 304s, errors: what the table `captures` has of them.
        """
        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            rows = list(_read_captures(self, connection, choice))
            notes = list_notes(connection, given, choice, is_found=bool(rows))
            return Rows(Capture, rows, noun="capture", notes=notes)

    @question("id", "revision", "seen", "replaced", "cause", "title", example="section:news")
    def revisions(self, query: str = "", **filters: Unpack[SearchOptions]) -> Rows[RevisionRow]:
        """Every wording of these articles, article by article from the oldest, the current wording of each last.

        Query and filters ask the articles as they are today.
        """
        from .records import RevisionRow

        with self.one_state() as connection:
            given, choice = choose(connection, query, filters)
            rows = list(_read_wordings(connection, choice))
            notes = list_notes(connection, given, choice, is_found=bool(rows))
            return Rows(RevisionRow, rows, noun="revision", notes=notes)


def count_values(
    connection: sqlite3.Connection, choice: ArticleCondition, names: Sequence[str], *, copies: bool
) -> Rows[StatRow]:
    """How many articles have each value of some facets; unless `copies`, copies count with their original."""
    from harbincrawl.search.facets import StatRow, count_facet

    return Rows(StatRow, (row for name in names for row in count_facet(connection, choice, name, copies=copies)))


def choose(connection: sqlite3.Connection, query: str, given: SearchOptions) -> tuple[Filters, ArticleCondition]:
    """The filters of a question, and the articles that they leave. Raises FilterError, TypeError."""
    filters = read_filters(given, query)
    return filters, fit_choice(connection, filters)


def list_notes(
    connection: sqlite3.Connection,
    filters: Filters,
    choice: ArticleCondition,
    *,
    is_found: bool,
    leaves: tuple[Phrase | Near, ...] = (),
) -> list[str]:
    """How the query was read, where that differs from what was typed; where nothing was found, what no article has.

    `leaves` are words that were looked for beside those of the query.
    """
    if is_found:
        return choice.parsed.describe()
    from harbincrawl.search.spelling import list_absent  # what finds something needs none of it

    return choice.parsed.describe() + list_absent(connection, filters, choice, leaves)


def _describe_part(part: CorpusPart) -> str:
    return f"{count_text(part.articles, 'article')} of {count_text(part.words, 'word')}"


def _read_captures(archive: Answers, connection: sqlite3.Connection, choice: ArticleCondition) -> Iterator[Capture]:
    from harbincrawl.archive.captures import read_rows
    from harbincrawl.archive.origin import read_site
    from harbincrawl.fields import SITE_NAME

    where, values = choice.write_conditions()
    rows = connection.execute(
        f"SELECT a.id, {SITE_NAME} || ':' || a.id FROM {choice.tables(articles=True)}{where}", values
    )
    names = dict(rows.fetchall())
    site = read_site(connection)
    pages: dict[str, tuple[str, int] | None] = {}
    for row in read_rows(connection, "1 ORDER BY c.id", ()):
        if row.address not in pages:
            meaning = site.read_address(row.address)
            name = names.get(meaning.id) if meaning is not None and meaning.id is not None else None
            pages[row.address] = None if name is None or meaning is None else (name, meaning.page)
        page = pages[row.address]
        if page is not None:
            yield make_capture(row, *page, archive)


def _read_wordings(connection: sqlite3.Connection, choice: ArticleCondition) -> Iterator[RevisionRow]:
    from harbincrawl.fields import SITE_NAME

    from .records import RevisionRow

    choice = choice._replace(counted=has_counted(connection))
    where, values = choice.write_conditions()
    rows = connection.execute(
        f"SELECT {SITE_NAME} || ':' || c.id, c.url, c.section, r.revision, r.title, r.updated, r.author, r.source,"
        " coalesce(r.body, ''), r.seen, r.replaced, r.cause, r.fingerprint, r.parser"
        f" FROM (SELECT a.number, a.id, a.url, a.section, {choice.place} AS place"
        f" FROM {choice.tables(articles=True)}{where}) AS c JOIN ({_WORDINGS}) AS r ON r.number = c.number"
        " ORDER BY c.place, r.revision",
        values,
    )
    return map(RevisionRow._make, rows)
