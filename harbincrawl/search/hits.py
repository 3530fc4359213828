"""Running a search: pages of hits, copies folded into one hit, the number of hits."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.identity import BITS_FOR_NUMBER
from harbincrawl.search.query.matching import Matching

from .choice import ArticleCondition, has_counted
from .folding import NUMBER_MASK, fold_copies, has_copies
from .ranges import find_side, list_ranges

CURSOR = "v3"
"""Version of the cursors: they hold the keys of the database, a mark of the query and the number of the last change."""
_MARK = re.compile(r"[0-9a-f]{8}\.\d{1,18}", re.ASCII)
_VERSION = re.compile(r"v\d+", re.ASCII)
COUNTER = (
    "SELECT max((SELECT coalesce(max(change), 0) FROM articles), (SELECT coalesce(max(change), 0) FROM purged),"
    " coalesce((SELECT CAST(value AS INTEGER) FROM facts WHERE name = 'changes'), 0))"
)
"""SQL of the last number of the change counter."""
SORTS = ("best", "recent", "newest", "oldest")
WEIGHTS = "10.0, 1.0, 2.0, 3.0, 0.5"
"""Weights of title, body, captions, author and source for bm25."""
SCORE = f"bm25(articles_fts, {WEIGHTS})"
"""SQL of the score; lower is better."""
HALF_LIFE = 365
"""Days after which an article has lost half of its score, with --sort recent."""

_FIRST_BATCH = 10
CHUNK = 500
"""Hits that are ranked at once, at first, where all are wanted."""
_MOST_KEY = 2**63 - 1
"""The largest integer of SQLite."""


class Hit(NamedTuple):
    """One hit and its place in the order."""

    key: int
    place: int | str
    """What hits of one score, or of an order by date, are ordered by: see `ArticleCondition.place`."""
    tier: int
    """0: the whole query is in the title, 1: some of it, 2: nothing of it. Always 0 in an order by date."""
    score: float
    """Lower is better; 0 in an order by date."""
    also: tuple[int, ...] = ()
    """Internal numbers of the other articles with the same text: copies and original."""

    @property
    def number(self) -> int:
        """Internal number of the article."""
        return self.key & NUMBER_MASK


class HitPage(NamedTuple):
    """A page of hits, and the cursor after the last one; None if no more follow."""

    hits: tuple[Hit, ...]
    cursor: str | None
    is_changed: bool = False
    """The archive changed since the page that gave the cursor `after`: a hit may be missing, or shown twice."""


def search_page(
    connection: sqlite3.Connection,
    choice: ArticleCondition,
    *,
    sort: str = "best",
    limit: int = 20,
    after: str | None = None,
    copies: bool = False,
    half_life: float = HALF_LIFE,
) -> HitPage:
    """The first `limit` hits, or those after the cursor `after`; with `copies`, copies are separate hits.

    best: hits in titles first, then by bm25, then newest first; where very many match, those of the newest days before
    those of older ones (see `.ranges`). recent: bm25 that decreases with age. Without words there are no scores, and
    hits are newest first. Raises FilterError for an unreadable cursor, one of another order or query, and for a
    half-life that is none.
    """
    if not 0 < half_life < math.inf:
        raise FilterError(f"a half-life of {half_life} days: expected a number of days above 0.")
    choice = choice._replace(counted=has_counted(connection))
    order = read_order(choice, sort)
    mark = make_mark(connection, choice, copies=copies)
    start = read_cursor(after, order, mark, counted=choice.counted) if after else None
    is_changed = after is not None and is_of_another_change(after, mark)
    hits: list[Hit] = []
    found = read_hits(connection, choice, sort=sort, start=start, batch=limit + 1, copies=copies, half_life=half_life)
    for hit in found:
        if len(hits) == limit:
            return HitPage(tuple(hits), write_cursor(hits[-1], order, mark) if hits else None, is_changed)
        hits.append(hit)
    return HitPage(tuple(hits), None, is_changed)


def read_hits(
    connection: sqlite3.Connection,
    choice: ArticleCondition,
    *,
    sort: str,
    start: Hit | None = None,
    batch: int = CHUNK,
    copies: bool = False,
    half_life: float = HALF_LIFE,
) -> Iterator[Hit]:
    """All hits after the place `start`, in the order of `search_page`, one by one; `batch` are ranked at first."""
    choice = choice._replace(counted=has_counted(connection))
    fold = not copies and has_copies(connection)
    size = batch + _FIRST_BATCH * fold
    for each in _read_unfolded(connection, choice, read_order(choice, sort), start, size, half_life):
        # The index has articles, too, that are left out because their rows cannot be.
        if connection.execute("SELECT 1 FROM articles WHERE key = ?", (each.key,)).fetchone() is None:
            continue
        also = fold_copies(connection, choice, each.number) if fold else ()
        if also is not None:
            yield each._replace(also=also)


def read_order(choice: ArticleCondition, sort: str) -> str:
    """The order that `sort` means: without words there are no scores, so hits are newest first."""
    if choice.matching.ranked and sort in ("best", "recent"):
        return sort
    return "oldest" if sort == "oldest" else "newest"


def count_hits(connection: sqlite3.Connection, choice: ArticleCondition, *, copies: bool = False) -> int:
    """The number of hits on all pages."""
    where, values = choice.write_conditions()
    what, joined = "count(*)", ""
    if not copies and has_copies(connection):
        number = f"{choice.key} & {NUMBER_MASK}"
        what = f"count(DISTINCT coalesce(d.original, {number}))"
        joined = f" LEFT JOIN duplicates AS d ON d.number = {number}"
    (count,) = connection.execute(f"SELECT {what} FROM {choice.tables()}{joined}{where}", values).fetchone()
    return int(count)


def make_mark(connection: sqlite3.Connection, choice: ArticleCondition, *, copies: bool) -> str:
    """What tells cursors of this query from those of others, and the archive's last change: `3fa0c1b2.1207`."""
    asked = repr((*choice.write_conditions(), copies)).encode("utf-8", "surrogatepass")
    return f"{blake2b(asked, digest_size=4).hexdigest()}.{read_counter(connection)}"


def read_counter(connection: sqlite3.Connection) -> int:
    """The number of the last change of any article."""
    (counter,) = connection.execute(COUNTER).fetchone()
    return int(counter)


def is_of_another_change(cursor: str, mark: str) -> bool:
    """Whether a cursor, one that `read_cursor` took, was written before the last change that `mark` names."""
    return cursor.split(":")[1].partition(".")[2] != mark.partition(".")[2]


def write_cursor(hit: Hit, order: str, mark: str) -> str:
    """The place of `hit` in the order, for `--after`; it begins with the version of cursors."""
    if order in ("best", "recent"):
        return f"{CURSOR}:{mark}:{order}:{hit.tier}:{hit.score!r}:{hit.place}"
    return f"{CURSOR}:{mark}:{order}:{hit.place}"


def read_cursor(text: str, order: str, mark: str, *, counted: bool = False) -> Hit:
    """The place of a cursor as a Hit; `mark` is that of the query. Raises FilterError for a cursor of another query,
    and for a text that `write_cursor` did not write.
    """
    version, *rest = text.strip().split(":")
    if version in SORTS or (_VERSION.fullmatch(version) and version != CURSOR):
        raise FilterError(f"{text!r} is a cursor of another version of harbincrawl: search again, without --after.")
    try:
        own, name, *parts = rest
        if version != CURSOR or name != order or not _MARK.fullmatch(own):
            raise ValueError
        place = parts.pop() if counted else int(parts.pop())
        if isinstance(place, int) and not 0 <= place <= _MOST_KEY:
            raise ValueError
        tier, score = (int(parts.pop(0)), float(parts.pop(0))) if order in ("best", "recent") else (0, 0.0)
        if parts or not (abs(tier) <= _MOST_KEY and math.isfinite(score)):
            raise ValueError
    except (ValueError, IndexError):
        raise FilterError(f"{text!r} is not a cursor of a search in this order ({order}).") from None
    if own.partition(".")[0] != mark.partition(".")[0]:
        raise FilterError(f"{text!r} is a cursor of another query: search again, without --after.")
    return Hit(0, place, tier, score)


def _read_unfolded(
    connection: sqlite3.Connection,
    choice: ArticleCondition,
    order: str,
    start: Hit | None,
    batch: int,
    half_life: float,
) -> Iterator[Hit]:
    """All hits after `start` in their order, read in batches of doubling size."""
    if order in ("newest", "oldest"):
        yield from _read_hits_by_date(connection, choice, order, start)
        return
    if order == "recent":
        yield from _read_ranked(connection, choice, 0, _write_fading_score(connection, half_life), start, batch)
        return
    for tier, match in enumerate(_list_tiers(choice.matching)):
        if match is None or (start and start.tier > tier):
            continue
        last = start if start and start.tier == tier else None
        for keys in list_ranges(connection, match, choice.keys):
            side = find_side(keys, last.place) if last else 1
            if side >= 0:
                part = choice._replace(matching=choice.matching._replace(match=match), keys=keys)
                yield from _read_ranked(connection, part, tier, SCORE, last if side == 0 else None, batch)


def _read_ranked(
    connection: sqlite3.Connection, choice: ArticleCondition, tier: int, score: str, last: Hit | None, size: int
) -> Iterator[Hit]:
    """The hits of `choice` after `last` in the order of their scores."""
    while True:
        where, values = choice.write_conditions()
        if last:
            where += f" AND ({score} > ? OR ({score} = ? AND {choice.place} < ?))"
            values += [last.score, last.score, last.place]
        rows = connection.execute(
            f"SELECT articles_fts.rowid, {choice.place} AS place, {score} AS score FROM {choice.tables()}{where}"
            " ORDER BY score, place DESC LIMIT ?",
            [*values, size],
        ).fetchall()
        for key, place, points in rows:
            last = Hit(key, place, tier, points)
            yield last
        if len(rows) < size:
            return
        size *= 2


def _read_hits_by_date(
    connection: sqlite3.Connection, choice: ArticleCondition, order: str, start: Hit | None
) -> Iterator[Hit]:
    where, values = choice.write_conditions()
    if start:
        where += f" AND {choice.place} {'>' if order == 'oldest' else '<'} ?"
        values.append(start.place)
    direction = "" if order == "oldest" else " DESC"
    sql = f"SELECT {choice.key}, {choice.place} FROM {choice.tables()}{where} ORDER BY {choice.place}{direction}"
    for key, place in connection.execute(sql, values):
        yield Hit(key, place, 0, 0.0)


def _list_tiers(matching: Matching) -> list[str | None]:
    """FTS5 expressions for the hits with the whole query in the title, with some of it, and with nothing of it."""
    match, title, any_title = matching.match, matching.title, matching.any_title
    if title is None or any_title is None:
        return [match]
    some = None if any_title == title else f"(({match} AND {any_title}) NOT {title})"
    # `match` is part of the first expression, so that the text counts for bm25, too.
    return [f"({title} AND {match})", some, f"({match} NOT ({title} OR {any_title}))"]


def _write_fading_score(connection: sqlite3.Connection, half_life: float) -> str:
    """SQL of the score that decreases with the days between an article and the newest one; no clock is needed."""
    (newest,) = connection.execute("SELECT coalesce(max(key), 0) FROM articles").fetchone()
    age = f"({newest >> BITS_FOR_NUMBER} - (articles_fts.rowid >> {BITS_FOR_NUMBER}))"
    return f"({SCORE} / (1.0 + {age} / {float(half_life)}))"


def explain_plan(connection: sqlite3.Connection, choice: ArticleCondition) -> list[str]:
    """The SQL and SQLite's query plan, one line a step, for --explain."""
    where, values = choice.write_conditions()
    sql = f"SELECT {choice.key} FROM {choice.tables()}{where}"
    return [sql, *(str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values))]
