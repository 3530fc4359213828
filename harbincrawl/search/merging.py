"""Hits of several archives in one order: by date, or by rank, which only says something within one archive.

Scores of two archives do not compare, as each has its own frequencies of words: hits with the whole query in the title
come first, then those with some of it, and of each kind the best of every archive, then the second best, and so on.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from harbincrawl.errors import FilterError
from harbincrawl.identity import BITS_FOR_NUMBER

from .choice import ArticleCondition, has_counted
from .hits import (
    Hit,
    is_of_another_change,
    make_mark,
    read_cursor,
    read_hits,
    read_order,
    search_page,
    write_cursor,
)

H = TypeVar("H")
_CURSOR = "m1"
"""Version of the cursors of several archives."""
_MOST_RANK = 10**12


class Source(NamedTuple):
    """An archive that is searched with others."""

    name: str
    site: str
    """The prefix of its ids."""
    connection: sqlite3.Connection
    choice: ArticleCondition


Failed = Callable[[int, sqlite3.Error], None]
"""Gets an archive that turned out damaged, by its place among the sources."""


class MergedHit(NamedTuple):
    """A hit, and where it is."""

    source: int
    """The place of its archive among the sources."""
    rank: int
    """Its place among the hits of its archive and tier, from 0."""
    hit: Hit


class MergedPage(NamedTuple):
    """A page of hits of several archives, and the cursor after the last one; None if no more follow."""

    hits: tuple[MergedHit, ...]
    cursor: str | None
    is_changed: bool = False
    """As of HitPage, for any of the archives."""


def merge_page(
    sources: Sequence[Source],
    failed: Failed,
    *,
    sort: str,
    limit: int,
    after: str | None,
    copies: bool,
    half_life: float,
) -> MergedPage:
    """The first `limit` hits of all `sources`, or those after the cursor `after`. Raises FilterError.

    An article that two archives of one site hold in the same wording is the hit of the one that is named first. A
    damaged archive is handed to `failed`, by its place, and its hits end there.
    """
    if not sources:
        return MergedPage((), None)
    if len(sources) == 1:
        # Its cursor is that of a search in this archive alone.
        (source,) = sources
        page = search_page(
            source.connection, source.choice, sort=sort, limit=limit, after=after, copies=copies, half_life=half_life
        )
        hits_of_one = tuple(MergedHit(0, rank, hit) for rank, hit in enumerate(page.hits))
        return MergedPage(hits_of_one, page.cursor, page.is_changed)
    order = read_order(sources[0].choice, sort)
    shown = split_cursor(after, len(sources)) if after else {}
    marks = _make_marks(sources, failed, copies=copies)
    shown = {at: part for at, part in shown.items() if at in marks}
    starts = {at: read_part(part, order, marks[at], sources[at].connection) for at, part in shown.items()}
    is_changed = any(is_of_another_change(part, marks[at]) for at, part in shown.items())
    batch = max(2, limit // len(sources) + 1)
    each = [
        _guard(rank_hits(at, source, sort, order, starts.get(at), batch, copies, half_life), at, failed)
        for at, source in enumerate(sources)
        if at in marks
    ]
    last = {at: MergedHit(at, *start) for at, start in starts.items()}
    hits: list[MergedHit] = []
    for _, merged in heapq.merge(*each, key=lambda pair: pair[0]):
        if is_repeated(sources, merged, failed):
            continue
        if len(hits) == limit:
            parts = {at: write_part(merged, order, marks[at]) for at, merged in last.items()}
            return MergedPage(tuple(hits), join_parts(parts, len(sources)), is_changed)
        hits.append(merged)
        last[merged.source] = merged
    return MergedPage(tuple(hits), None, is_changed)


def _make_marks(sources: Sequence[Source], failed: Failed, *, copies: bool) -> dict[int, str]:
    """The marks of the archives that can be read, by place."""
    marks = {}
    for at, each in enumerate(sources):
        try:
            marks[at] = make_mark(each.connection, each.choice, copies=copies)
        except sqlite3.Error as error:
            failed(at, error)
    return marks


def is_repeated(sources: Sequence[Source], merged: MergedHit, failed: Failed) -> bool:
    """Whether an archive of the same site that is named before holds the same article in the same wording."""
    own = sources[merged.source]
    earlier = [at for at, source in enumerate(sources[: merged.source]) if source.site == own.site]
    if not earlier:
        return False
    at = merged.source
    try:
        wording = own.connection.execute(
            "SELECT id, fingerprint FROM articles WHERE number = ?", (merged.hit.number,)
        ).fetchone()
        for at in earlier:
            select = "SELECT 1 FROM articles WHERE (id, fingerprint) = (?, ?)"
            if sources[at].connection.execute(select, wording).fetchone():
                return True
    except sqlite3.Error as error:
        failed(at, error)
    return False


def count_repeated(sources: Sequence[Source], failed: Failed, *, copies: bool) -> int:
    """How many hits of all archives are repeated; only those of archives that share a site are looked at."""
    sites = [source.site for source in sources]
    return sum(
        is_repeated(sources, MergedHit(at, 0, hit), failed)
        for at, source in enumerate(sources)
        if source.site in sites[:at]
        for hit in _guard(read_hits(source.connection, source.choice, sort="newest", copies=copies), at, failed)
    )


def rank_hits(
    at: int,
    source: Source,
    sort: str,
    order: str,
    start: tuple[int, Hit] | None,
    batch: int,
    copies: bool,
    half_life: float,
) -> Iterator[tuple[tuple[int, int, int], MergedHit]]:
    """The hits of one archive behind `start` (rank and hit), each with its place in the order of all."""
    tier, rank = (start[1].tier, start[0] + 1) if start else (0, 0)
    found = read_hits(
        source.connection,
        source.choice,
        sort=sort,
        start=start[1] if start else None,
        batch=batch,
        copies=copies,
        half_life=half_life,
    )
    for hit in found:
        if hit.tier != tier:
            tier, rank = hit.tier, 0
        day = hit.key >> BITS_FOR_NUMBER
        place = (tier, rank, at) if order in ("best", "recent") else (day if order == "oldest" else -day, at, rank)
        yield place, MergedHit(at, rank, hit)
        rank += 1


def _guard(hits: Iterator[H], at: int, failed: Failed) -> Iterator[H]:
    try:
        yield from hits
    except sqlite3.Error as error:
        failed(at, error)


def write_part(merged: MergedHit, order: str, mark: str) -> str:
    """The part of a cursor that says which hit of an archive was shown last."""
    return f"{merged.rank}={write_cursor(merged.hit, order, mark)}"


def read_part(text: str, order: str, mark: str, connection: sqlite3.Connection) -> tuple[int, Hit]:
    """Rank and place of the last hit of an archive that was shown. Raises FilterError."""
    rank, _, cursor = text.partition("=")
    return int(rank), read_cursor(cursor, order, mark, counted=has_counted(connection))


def join_parts(parts: Mapping[int, str], count: int) -> str:
    """The cursor of `count` archives, of its parts by archive."""
    return ",".join([f"{_CURSOR}.{count}", *(f"{at}={part}" for at, part in sorted(parts.items()))])


def split_cursor(text: str, count: int) -> dict[int, str]:
    """The parts of a cursor by archive. Raises FilterError."""
    head, *parts = text.strip().split(",")
    starts: dict[int, str] = {}
    try:
        if head != f"{_CURSOR}.{count}":
            raise ValueError
        for part in parts:
            at, rank, cursor = part.split("=")
            if not (0 <= int(at) < count and 0 <= int(rank) < _MOST_RANK):
                raise ValueError
            starts[int(at)] = f"{int(rank)}={cursor}"
    except ValueError:
        raise FilterError(f"{text[:200]!r} is not a cursor of a search in these {count} archives.") from None
    return starts
