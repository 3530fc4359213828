"""Running a search: the SQL of filters and query, the records that they leave, a page of hits.

One statement gives a page, its order, copies folded, and the number of all; then of each hit its record, and a piece of
its text.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from harbincrawl.fields import CELLS, JSON_KEYS, KEYS
from harbincrawl.identity import BITS_FOR_NUMBER
from harbincrawl.search.grammar import ParsedQuery, has_word, read_query
from harbincrawl.search.matching import (
    ID_ORDER,
    PLACE,
    Matching,
    Value,
    intersect_keys,
    match_tree,
    write_expression,
)
from harbincrawl.search.tree import Phrase
from harbincrawl.sites import STEMMER
from harbincrawl.text import CLOSE, OPEN

from .days import read_key_range
from .filters import FILTERS, Filters, write_conditions

ORDERS = ("newest", "oldest", "number", "change")
"""Orders of records: by date, by id, by the change counter."""

NUMBER_MASK = (1 << BITS_FOR_NUMBER) - 1
"""`key & NUMBER_MASK` is the internal number."""
LONGEST = 40_000
"""Letters of a text in which words are marked; the longest known article has a quarter of it."""
SORTS = ("best", "newest", "oldest")
SCORE = "bm25(articles_fts, 10.0, 1.0, 2.0, 3.0, 0.5)"
"""SQL of the score, with the weights of title, body, captions, author and source; lower is better."""
_ORDERS = {"best": "tier, score, place DESC", "newest": "place DESC", "oldest": "place"}
_COLUMNS = ", ".join(CELLS.values())
_JOINS = """LEFT JOIN duplicates AS d ON d.number = a.number
 LEFT JOIN captures AS c ON c.id = a.first_capture"""


class ArticleCondition(NamedTuple):
    """The SQL of filters and query."""

    matching: Matching
    where: tuple[str, ...]
    """Conditions on `articles AS a`, including those of the query."""
    values: tuple[Value, ...]
    keys: tuple[int, int] | None
    parsed: ParsedQuery
    """How the text of the query was read."""
    counted: bool = False
    """True if the archive has ids that are not their own internal number: within a day, keys are in no order then."""

    def tables(self, *, articles: bool = False) -> str:
        """SQL after FROM: the index if the query uses it, and `articles AS a` if needed or asked for by `articles`.

        CROSS JOIN keeps SQLite from running the full-text query once for each article, which takes for ever.
        """
        if self.matching.match is None:
            return "articles AS a"
        return (
            "articles_fts CROSS JOIN articles AS a ON a.key = articles_fts.rowid"
            if articles or self.where or self.counted
            else "articles_fts"
        )

    @property
    def key(self) -> str:
        """SQL of the key of a row of `tables`; ordering by it needs no sorting."""
        return "a.key" if self.matching.match is None else "articles_fts.rowid"

    @property
    def place(self) -> str:
        """SQL of what articles are ordered by from the oldest to the newest: the key, or a text of day and id."""
        return PLACE if self.counted else self.key

    def write_conditions(self) -> tuple[str, list[Value]]:
        """(SQL from WHERE on, its values)."""
        where = list(self.where)
        values = list(self.values)
        if self.keys:
            where.insert(0, f"{self.key} BETWEEN ? AND ?")
            values[:0] = self.keys
        if self.matching.match is not None:
            where.insert(0, "articles_fts MATCH ?")
            values.insert(0, self.matching.match)
        return " WHERE " + " AND ".join(where or ["1"]), values


def fit_filters(connection: sqlite3.Connection, filters: Filters) -> Filters:
    """The filters with words matched as in a search of this archive: by their stems, or as they are written."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (STEMMER,)).fetchone()
    return filters if row is None or row[0] != "none" else filters._replace(exact=True)


def fit_choice(connection: sqlite3.Connection, filters: Filters) -> ArticleCondition:
    """As `make_choice`, words matched as in a search of this archive. Raises FilterError."""
    return make_choice(fit_filters(connection, filters))


def make_choice(filters: Filters) -> ArticleCondition:
    """The SQL of filters and query. Raises FilterError."""
    where, values = write_conditions(filters)
    parsed = read_query(filters.query, keep_stop_words=filters.exact)
    matching = Matching() if parsed.is_blank else match_tree(parsed.tree, exact=filters.exact)
    keys = intersect_keys(read_key_range(filters.since, filters.until), matching.keys)
    if matching.match is None and (expression := _match_names(filters)):
        matching = matching._replace(match=expression)
    where, values = [*where, *matching.where], [*values, *matching.values]
    return ArticleCondition(matching, tuple(where), tuple(values), keys, parsed)


def _match_names(filters: Filters) -> str | None:
    """An FTS5 expression for the filter by source or author, so that only matching rows are read; None without one."""
    for each in FILTERS:
        names = each.take(filters) if each.is_indexed else ()
        if names and all(map(has_word, names)):
            return " OR ".join(write_expression(Phrase(name, each.name)) for name in names)
    return None


def has_counted(connection: sqlite3.Connection) -> bool:
    """True if the archive has ids that are not their own internal number."""
    return connection.execute("SELECT 1 FROM _ids LIMIT 1").fetchone() is not None


def write_order(choice: ArticleCondition, order: str) -> str:
    """SQL after ORDER BY of one of ORDERS; it follows an index unless ids were counted out."""
    if order == "change":
        return "a.change"
    if order == "number":
        return ID_ORDER if choice.counted else "a.number"
    return f"{choice.place} DESC" if order == "newest" else choice.place


def select_records(
    filters: Filters, order: str = "newest", *, counted: bool = False, numbered: bool = False
) -> tuple[str, list[Any]]:
    """(SQL, parameters) of the records that match `filters`, in one of ORDERS; pass each row to `make_record`.

    `counted` says whether the archive has ids that are not their own internal number. With `numbered`, the last value
    of a row is the internal number.
    """
    choice = make_choice(filters)._replace(counted=counted)
    where, values = choice.write_conditions()
    by = write_order(choice, order)
    columns = f"{_COLUMNS}, a.number" if numbered else _COLUMNS
    return f"SELECT {columns} FROM {choice.tables(articles=True)} {_JOINS}{where} ORDER BY {by}", values


def make_record(row: tuple[Any, ...]) -> dict[str, Any]:
    """The exported record of a row of `select_records`: KEYS in order; missing values are None."""
    record = dict(zip(KEYS, row, strict=False))
    for name in JSON_KEYS:
        record[name] = json.loads(record[name]) if record[name] else None
    return record


class Hit(NamedTuple):
    """One hit."""

    key: int
    tier: int = 0
    """0: the whole query is in the title, 1: some of it, 2: nothing of it. Always 0 in an order by date."""
    score: float = 0.0
    """Lower is better; 0 in an order by date."""
    also: tuple[int, ...] = ()
    """Internal numbers of the other articles with the same text: copies and original."""

    @property
    def number(self) -> int:
        """Internal number of the article."""
        return self.key & NUMBER_MASK


class HitPage(NamedTuple):
    """A page of hits."""

    hits: tuple[Hit, ...]
    total: int
    """The number of hits on all pages."""


def search_page(
    connection: sqlite3.Connection,
    choice: ArticleCondition,
    *,
    sort: str = "best",
    limit: int | None = 20,
    offset: int = 0,
    copies: bool = False,
) -> HitPage:
    """The first `limit` hits behind `offset` others, None: all of them; with `copies`, copies are hits of their own.

    best: hits in titles first, then by bm25, then newest first. Without words there are no scores, and hits are newest
    first.
    """
    order = read_order(choice, sort)
    sql, values = select_hits(connection, choice, copies=copies, is_ranked=order == "best")
    rows = connection.execute(
        f"WITH hits AS MATERIALIZED ({sql}) SELECT key, original, tier, score, (SELECT count(*) FROM hits) FROM hits"
        f" ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?",
        [*values, -1 if limit is None else limit, offset],
    ).fetchall()
    total = rows[0][-1] if rows else count_hits(connection, choice, copies=copies)
    return HitPage(tuple(make_hits(connection, [row[:4] for row in rows], copies=copies)), total)


def make_hits(
    connection: sqlite3.Connection, rows: Sequence[tuple[int, int, int, float]], *, copies: bool = False
) -> Iterator[Hit]:
    """Hits of key, original, tier and score, each with its copies, unless these are hits of their own."""
    groups = {} if copies else _read_groups(connection, {original for _, original, *_ in rows})
    for key, original, tier, score in rows:
        also = (number for number in groups.get(original, ()) if number != key & NUMBER_MASK)
        yield Hit(key, tier, score, tuple(also))


def select_hits(
    connection: sqlite3.Connection, choice: ArticleCondition, *, copies: bool = False, is_ranked: bool = False
) -> tuple[str, list[Value]]:
    """(SQL, parameters) of `key`, `original`, `place`, `tier` and `score` of every hit; the last two where `is_ranked`.

    Of a group of copies one is the hit: the original if it matches, else the article with the lowest id. `original` is
    the internal number of the group's original.
    """
    is_counted = has_counted(connection)
    choice = choice._replace(counted=is_counted)
    matched, values = _select_matches(choice, is_ranked=is_ranked)
    if copies or connection.execute("SELECT 1 FROM duplicates LIMIT 1").fetchone() is None:
        return matched, values
    order, least, joined = "d.number", "0", ""
    if is_counted:
        order, least, joined = ID_ORDER, "''", "JOIN articles AS a ON a.key = m.key "
    # SQLite takes the other columns from the row with the minimum.
    folded = (
        f"WITH matched AS MATERIALIZED ({matched}) SELECT m.key AS key, coalesce(d.original, m.original) AS original,"
        f" m.place AS place, m.tier AS tier, m.score AS score, min(iif(d.number IS NULL, {least}, {order}))"
        f" FROM matched AS m {joined}LEFT JOIN duplicates AS d ON d.number = m.original"
        " GROUP BY coalesce(d.original, m.original)"
    )
    return f"SELECT key, original, place, tier, score FROM ({folded})", values


def _select_matches(choice: ArticleCondition, *, is_ranked: bool) -> tuple[str, list[Value]]:
    """As `select_hits`, without folding: a SELECT for each tier, as bm25 counts the words of its own expression."""
    selects, values = [], []
    for tier, match in enumerate(_list_tiers(choice.matching) if is_ranked else [choice.matching.match]):
        if match is not None or not is_ranked:
            part = choice._replace(matching=choice.matching._replace(match=match))
            where, own = part.write_conditions()
            selects.append(
                f"SELECT {part.key} AS key, {part.key} & {NUMBER_MASK} AS original, {part.place} AS place,"
                f" {tier} AS tier, {SCORE if is_ranked else 0.0} AS score FROM {part.tables()}{where}"
            )
            values += own
    return " UNION ALL ".join(selects), values


def _list_tiers(matching: Matching) -> list[str | None]:
    """FTS5 expressions for the hits with the whole query in the title, with some of it, and with nothing of it."""
    match, title, any_title = matching.match, matching.title, matching.any_title
    if title is None or any_title is None:
        return [match]
    some = None if any_title == title else f"(({match} AND {any_title}) NOT {title})"
    # `match` is part of the first expression, so that the text counts for bm25, too.
    return [f"({title} AND {match})", some, f"({match} NOT ({title} OR {any_title}))"]


def _read_groups(connection: sqlite3.Connection, originals: Iterable[int]) -> dict[int, list[int]]:
    """The internal numbers of the articles of each group of copies by that of its original, in the order of ids."""
    groups: dict[int, list[int]] = {}
    for original, number in connection.execute(
        "SELECT g.original, a.number FROM (SELECT j.value AS original, j.value AS number FROM json_each(?1) AS j"
        " UNION ALL SELECT original, number FROM duplicates WHERE original IN (SELECT value FROM json_each(?1))) AS g"
        f" JOIN articles AS a ON a.number = g.number ORDER BY {ID_ORDER}",
        (json.dumps([*originals]),),
    ):
        groups.setdefault(original, []).append(number)
    return groups


def read_order(choice: ArticleCondition, sort: str) -> str:
    """The order that `sort` means: without words there are no scores, so hits are newest first."""
    return "newest" if sort == "best" and not choice.matching.ranked else sort


def count_hits(connection: sqlite3.Connection, choice: ArticleCondition, *, copies: bool = False) -> int:
    """The number of hits on all pages."""
    sql, values = select_hits(connection, choice, copies=copies)
    (count,) = connection.execute(f"SELECT count(*) FROM ({sql})", values).fetchone()
    return int(count)


def read_records(connection: sqlite3.Connection, hits: Iterable[Hit]) -> Iterator[dict[str, Any]]:
    """The records of the hits, in their order; hits whose articles are not there any more give none."""
    numbers = [hit.number for hit in hits]
    records = read_by_number(connection, numbers)
    return (records[number] for number in numbers if number in records)


def read_by_number(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The records of articles by their internal numbers, without those that are not there."""
    sql, values = select_records(Filters(numbers=tuple(numbers)), "number", numbered=True)
    return {row[-1]: make_record(row) for row in connection.execute(sql, values)}


def read_snippet(
    connection: sqlite3.Connection, choice: ArticleCondition, hit: Hit, words: int
) -> tuple[str | None, str]:
    """(title, snippet of some `words`, at most 64) with marked words; without any in the text, it is its beginning.

    The title is None where the query has no words. Of a text of more than LONGEST characters it is the beginning, too:
    SQLite takes a time that grows with the square of its hits, and no deadline ends it.
    """
    match = choice.matching.match
    title = None
    if match is not None and choice.matching.ranked and not _is_longer(connection, hit):
        row = connection.execute(
            "SELECT highlight(articles_fts, 0, ?1, ?2), snippet(articles_fts, 1, ?1, ?2, '…', ?3),"
            " snippet(articles_fts, 2, ?1, ?2, '…', ?3) FROM articles_fts WHERE articles_fts MATCH ?4 AND rowid = ?5",
            (OPEN, CLOSE, words, match, hit.key),
        ).fetchone()
        if row:
            title = row[0]
            for text in row[1:]:
                if text and OPEN in text:
                    return title, text
    body, captions, summary = connection.execute(
        "SELECT substr(body, 1, 1000), substr(captions, 1, 1000), summary FROM articles WHERE key = ?", (hit.key,)
    ).fetchone() or (None, None, None)  # purged meanwhile
    return title, body or captions or summary or ""


def _is_longer(connection: sqlite3.Connection, hit: Hit) -> bool:
    row = connection.execute(
        "SELECT length(body) > ?1 OR length(captions) > ?1 FROM articles WHERE key = ?2", (LONGEST, hit.key)
    ).fetchone()
    return bool(row and row[0])
