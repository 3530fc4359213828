"""Running a search: pages of hits in their order, copies folded into one hit, counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.identity import BITS_FOR_NUMBER

from .filters import Filters, choose
from .grammar import Reading, read_query
from .matching import Choice, Matching, match_tree

SORTS = ("best", "recent", "newest", "oldest")
WEIGHTS = "10.0, 1.0, 2.0, 3.0, 0.5"
"""bm25's weights of title, body, captions, author and source."""
SCORE = f"bm25(articles_fts, {WEIGHTS})"
"""SQL: lower is better."""
HALF_LIFE = 365
"""Days in which an article loses half of its score with --sort recent."""

_NUMBER = (1 << BITS_FOR_NUMBER) - 1
_FIRST_BATCH = 10


class Query(NamedTuple):
    """A query understood: what it chooses and how it was read."""

    choice: Choice
    reading: Reading | None
    """None for --raw."""


class Hit(NamedTuple):
    """One article that was found, in its place."""

    number: int
    key: int
    tier: int
    """0: all of the query is in the title; 1: some of it; 2: none; 0 wherever the order is by date."""
    score: float
    """Lower is better; 0 where the order is by date."""
    also: tuple[int, ...] = ()
    """Numbers of the articles that are copies of this one, or that it is a copy of."""


class Page(NamedTuple):
    """Hits, and the cursor behind the last of them; None where no more follow."""

    hits: tuple[Hit, ...]
    cursor: str | None


def read_search(filters: Filters, *, exact: bool = False, raw: bool = False) -> Query:
    """What `filters` and their query choose.

    `exact` takes words unstemmed (the connection needs `harbincrawl.search.exact.add_function`); `raw` hands the
    query to FTS5 as it stands. Raises FilterError.
    """
    if raw:
        matching = Matching(match=filters.query, ranked=True) if filters.query.strip() else Matching()
        return Query(choose(filters, matching), None)
    reading = read_query(filters.query, keep_stop_words=exact)
    matching = Matching() if reading.blank else match_tree(reading.tree, exact=exact)
    return Query(choose(filters, matching), reading)


def is_ranked(choice: Choice, sort: str) -> bool:
    """True where hits have scores: words are asked of the index, and the order is not by date."""
    return choice.matching.ranked and sort in ("best", "recent")


def search_page(
    connection: sqlite3.Connection,
    choice: Choice,
    *,
    sort: str = "best",
    limit: int = 20,
    after: str | None = None,
    copies: bool = False,
    half_life: float = HALF_LIFE,
) -> Page:
    """The first `limit` hits, or those behind the cursor `after`; with `copies`, copies are hits of their own.

    best: hits in titles first, then bm25, ties newest first. recent: bm25 that falls with age. A choice without
    words has no best and comes newest first. Raises FilterError for a cursor that is none or of another order.
    """
    order = sort if is_ranked(choice, sort) else "oldest" if sort == "oldest" else "newest"
    start = read_cursor(after, order) if after else None
    fold = not copies and has_copies(connection)
    hits: list[Hit] = []
    for hit in _walk(connection, choice, order, start, limit + 1 + _FIRST_BATCH * fold, half_life):
        found = _folded(connection, choice, hit) if fold else hit
        if found is None:
            continue
        if len(hits) == limit:
            return Page(tuple(hits), write_cursor(hits[-1], order) if hits else None)
        hits.append(found)
    return Page(tuple(hits), None)


def count_hits(connection: sqlite3.Connection, choice: Choice, *, copies: bool = False) -> int:
    """How many hits all pages together have."""
    where, values = choice.conditions()
    what, joined = "count(*)", ""
    if not copies and has_copies(connection):
        number = f"{choice.key} & {_NUMBER}"
        what = f"count(DISTINCT coalesce(d.original, {number}))"
        joined = f" LEFT JOIN duplicates AS d ON d.number = {number}"
    (count,) = connection.execute(f"SELECT {what} FROM {choice.tables()}{joined}{where}", values).fetchone()
    return int(count)


def has_copies(connection: sqlite3.Connection) -> bool:
    """True where some article is known to be a copy."""
    return connection.execute("SELECT 1 FROM duplicates LIMIT 1").fetchone() is not None


def write_cursor(hit: Hit, order: str) -> str:
    """Where `hit` stands in the order, as `--after` takes it."""
    if order in ("best", "recent"):
        return f"{order}:{hit.tier}:{hit.score!r}:{hit.key}"
    return f"{order}:{hit.key}"


def read_cursor(text: str, order: str) -> Hit:
    """The place that a cursor names. Raises FilterError for anything that `write_cursor` did not write."""
    name, *parts = text.strip().split(":")
    try:
        if name != order:
            raise ValueError
        key = int(parts[-1])
        if order in ("best", "recent"):
            tier, score, _ = parts
            return Hit(key & _NUMBER, key, int(tier), float(score))
        if len(parts) != 1:
            raise ValueError
    except (ValueError, IndexError):
        raise FilterError(f"{text!r} is no cursor of a search in this order ({order}).") from None
    return Hit(key & _NUMBER, key, 0, 0.0)


def _walk(
    connection: sqlite3.Connection, choice: Choice, order: str, start: Hit | None, batch: int, half_life: float
) -> Iterator[Hit]:
    """All hits behind `start` in their order, read in batches that double."""
    if order in ("newest", "oldest"):
        yield from _walk_days(connection, choice, order, start)
        return
    tiers = _tiers(choice.matching) if order == "best" else [choice.matching.match]
    score = SCORE if order == "best" else _fading(connection, half_life)
    for tier, match in enumerate(tiers):
        if match is None or (start and start.tier > tier):
            continue
        last = start if start and start.tier == tier else None
        size = batch
        while True:
            where, values = choice.conditions(match)
            if last:
                where += f" AND ({score} > ? OR ({score} = ? AND articles_fts.rowid < ?))"
                values += [last.score, last.score, last.key]
            rows = connection.execute(
                f"SELECT articles_fts.rowid, {score} AS score FROM {choice.tables()}{where}"
                " ORDER BY score, articles_fts.rowid DESC LIMIT ?",
                [*values, size],
            ).fetchall()
            for key, points in rows:
                last = Hit(key & _NUMBER, key, tier, points)
                yield last
            if len(rows) < size:
                break
            size *= 2


def _walk_days(connection: sqlite3.Connection, choice: Choice, order: str, start: Hit | None) -> Iterator[Hit]:
    where, values = choice.conditions()
    if start:
        where += f" AND {choice.key} {'>' if order == 'oldest' else '<'} ?"
        values.append(start.key)
    direction = "" if order == "oldest" else " DESC"
    sql = f"SELECT {choice.key} FROM {choice.tables()}{where} ORDER BY {choice.key}{direction}"
    for (key,) in connection.execute(sql, values):
        yield Hit(key & _NUMBER, key, 0, 0.0)


def _tiers(matching: Matching) -> list[str | None]:
    """FTS5 expressions of the hits with all of the query in the title, with some of it, with none."""
    match, title, any_title = matching.match, matching.title, matching.any_title
    if title is None or any_title is None:
        return [match]
    some = None if any_title == title else f"(({match} AND {any_title}) NOT {title})"
    # The text counts for the rank of a hit in the title too.
    return [f"({title} AND {match})", some, f"({match} NOT ({title} OR {any_title}))"]


def _fading(connection: sqlite3.Connection, half_life: float) -> str:
    """SQL: the score as it fades with the days between an article and the newest one, so that no clock is asked."""
    (newest,) = connection.execute("SELECT coalesce(max(key), 0) FROM articles").fetchone()
    age = f"({newest >> BITS_FOR_NUMBER} - (articles_fts.rowid >> {BITS_FOR_NUMBER}))"
    return f"({SCORE} / (1.0 + {age} / {float(half_life)}))"


def _folded(connection: sqlite3.Connection, choice: Choice, hit: Hit) -> Hit | None:
    """`hit` with its copies; None where another article stands for it.

    The original stands for all where it is a hit too, else the copy with the lowest number that is one: a choice
    that depends on no page.
    """
    row = connection.execute("SELECT original FROM duplicates WHERE number = ?", (hit.number,)).fetchone()
    original = row[0] if row else hit.number
    copies = [
        number for (number,) in connection.execute("SELECT number FROM duplicates WHERE original = ?", (original,))
    ]
    if row and _finds_any(connection, choice, [original, *(number for number in copies if number < hit.number)]):
        return None
    stored = connection.execute("SELECT 1 FROM articles WHERE number = ?", (original,)).fetchone()
    also = sorted({*copies, *([original] if stored else [])} - {hit.number})
    return hit._replace(also=tuple(also))


def _finds_any(connection: sqlite3.Connection, choice: Choice, numbers: list[int]) -> bool:
    """True where any of the articles is a hit."""
    for number in numbers:
        row = connection.execute("SELECT key FROM articles WHERE number = ?", (number,)).fetchone()
        if row is None:
            continue
        where, values = choice.conditions()
        sql = f"SELECT 1 FROM {choice.tables()}{where} AND {choice.key} = ?"
        if connection.execute(sql, [*values, row[0]]).fetchone():
            return True
    return False


def explain_plan(connection: sqlite3.Connection, choice: Choice) -> list[str]:
    """How SQLite runs the choice, a line a step, for --explain."""
    where, values = choice.conditions()
    sql = f"SELECT {choice.key} FROM {choice.tables()}{where}"
    return [sql, *(str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values))]
