"""Links from copies to their originals.

An article is a copy of the earliest original with the same fingerprint, else of the earliest original with nearly the
same text. An original is an article that is not a copy. "Earliest" goes by the day in the address, then by the id as a
number, else as text. Therefore no link points to a copy, the similarity of a link is measured between its two texts,
and the links do not depend on the order in which articles were stored.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

from harbincrawl.fields import SITE_NAME
from harbincrawl.identity import FIRST_COUNTED
from harbincrawl.search.choice import has_counted
from harbincrawl.search.matching import ID_ORDER
from harbincrawl.search.matching import PLACE as NEWEST

from . import shingles
from .candidates import PLACE, Candidates, Rank, SignedArticle, Updated, day_of, is_after_all, number_at, rank_place

_PAGE = 5_000
"""Articles that are linked at once: texts are compared from memory within them."""


@dataclass(frozen=True, slots=True)
class CopyLink:
    """The link of a copy to its original."""

    original: int
    """Internal number of the original."""
    similarity: float
    """1.0 for `exact`; else the Jaccard similarity of word shingles, to four digits.

    It can be 1.0 for `near`, too: same words under another title.
    """
    kind: Literal["exact", "near"]
    """`exact`: equal fingerprints."""


class Member(NamedTuple):
    """An original or a copy."""

    id: str
    url: str
    title: str | None
    section: str
    date: str | None
    """The printed date, else the date in the address."""
    kind: str
    """`original`, `exact` or `near`."""
    similarity: float
    """To the original."""


class DuplicateRow(NamedTuple):
    """A copy and its original."""

    id: str
    """Of the copy."""
    url: str
    """The address of the copy."""
    title: str | None
    """Of the copy."""
    section: str
    """The label of the copy's section."""
    date: str | None
    """Of the copy: `updated`, else `created`."""
    duplicate_of: str
    """The id of the earliest article with this text."""
    similarity: float
    """1.0 for the same text, else the Jaccard similarity of word shingles."""
    kind: Literal["exact", "near"]
    """exact: the same text under another id."""
    original_url: str
    """The address of the original."""
    original_title: str | None
    """Of the original."""
    original_section: str
    """The label of its section."""
    original_date: str | None
    """Of the original: `updated`, else `created`."""


def link_copies(
    connection: sqlite3.Connection, numbers: Iterable[int], next_change: Callable[[], int]
) -> dict[int, CopyLink]:
    """Updates signatures and links after the articles `numbers` were stored, changed or deleted.

    Call it in the same transaction, after `articles` and `images` were written. Other articles whose links change get a
    new `change` from `next_change`. Returns the links of the copies among `numbers`.
    """
    linker = _Linker(connection)
    touched = set(numbers)
    # Most new articles are later than all others, which saves half of the queries.
    last = linker.candidates.find_last()
    signed = {number: linker.candidates.update_signature(number) for number in sorted(touched)}
    # The earliest first: a link depends only on earlier articles, so no decision has to be revised.
    pending: list[tuple[Rank, int]] = []
    for number, (article, place) in signed.items():
        if article or place is not None:
            heapq.heappush(pending, (linker.candidates.rank(article.place if article else place or 0), number))
        if article and place not in (None, article.place):
            linker.push(pending, linker.list_copies(number))
    links: dict[int, CopyLink] = {}
    decided: set[int] = set()
    while pending:
        _, number = heapq.heappop(pending)
        if number in decided:
            continue
        decided.add(number)
        article, place = signed.pop(number) if number in touched else linker.load(number)
        before = linker.load_link(number) if place is not None else None
        after = linker.decide_link(article) if article else None
        if after != before:
            linker.write_link(number, after)
            if number not in touched:
                connection.execute("UPDATE articles SET change = ? WHERE number = ?", (next_change(), number))
        if article:
            linker.candidates.write_bands(article, copy=after is not None)
        if after and number in touched:
            links[number] = after
        if number in touched or (before is None) != (after is None):
            # Also if the article was deleted: its copies need another original.
            affected = set(linker.list_copies(number)) if place is not None else set()
            if article and after is None and not (place is None and is_after_all(article.place, last)):
                affected.update(linker.list_possible_copies(article))
            linker.push(pending, affected - decided)
    return links


def link_all(connection: sqlite3.Connection) -> None:
    """Links all articles anew in the caller's transaction, the earliest first."""
    for table in ("duplicates", "_bands", "_signatures"):
        connection.execute(f"DELETE FROM {table}")
    places = [place for (place,) in connection.execute(f"SELECT {PLACE} FROM articles AS a")]
    numbers = [number_at(place) for place in sorted(places, key=partial(rank_place, connection))]
    for at in range(0, len(numbers), _PAGE):
        # A link depends only on earlier articles, so none of those that are linked changes again.
        link_copies(connection, numbers[at : at + _PAGE], lambda: 0)


def read_copies(connection: sqlite3.Connection, kind: str | None = None) -> Iterator[DuplicateRow]:
    """All copies, or those of one kind: the newest original first, its copies in the order of creation."""
    order = f"{NEWEST.replace('a.', 'o.')} DESC" if has_counted(connection) else "o.key DESC"
    rows = connection.execute(
        f"SELECT {SITE_NAME} || ':' || c.id, c.url, c.title, c.section, coalesce(c.updated, c.created),"
        f" {SITE_NAME} || ':' || o.id, d.similarity, d.kind, o.url, o.title, o.section, coalesce(o.updated, o.created)"
        " FROM duplicates AS d JOIN articles AS c ON c.number = d.number JOIN articles AS o ON o.number = d.original"
        f" WHERE ?1 IS NULL OR d.kind = ?1 ORDER BY {order}, {ID_ORDER.replace('a.', 'c.')}",
        (kind,),
    )
    return map(DuplicateRow._make, rows)


def read_group(connection: sqlite3.Connection, number: int) -> list[Member]:
    """The other articles with the same text as `number`."""
    (original,) = connection.execute(
        "SELECT coalesce((SELECT original FROM duplicates WHERE number = ?1), ?1)", (number,)
    ).fetchone()
    rows = connection.execute(
        f"SELECT {SITE_NAME} || ':' || a.id, a.url, a.title, a.section, coalesce(a.updated, a.created),"
        " coalesce(d.kind, 'original'), coalesce(d.similarity, 1.0)"
        " FROM articles AS a LEFT JOIN duplicates AS d ON d.number = a.number"
        " WHERE a.number IN (SELECT ?2 UNION SELECT number FROM duplicates WHERE original = ?2) AND a.number <> ?1"
        f" ORDER BY {ID_ORDER}",
        (number, original),
    )
    return list(map(Member._make, rows))


class _Linker:
    """Reads and writes links within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.candidates = Candidates(connection)

    def decide_link(self, article: SignedArticle) -> CopyLink | None:
        """The link that the article should have; the links of all earlier articles must be right."""
        if not article.empty and (same := self._find_same(article)) is not None:
            return CopyLink(same, 1.0, "exact")
        for other in self.candidates.list_earlier(article):
            similarity = self.candidates.measure(article, other)
            if shingles.weigh_similarity(similarity, article.size, other.size) >= shingles.THRESHOLD:
                return CopyLink(other.number, round(similarity, 4), "near")
        return None

    def _find_same(self, article: SignedArticle) -> int | None:
        """The earliest original with the fingerprint of `article`."""
        # An original is the only one of its fingerprint, and all later articles of it are its copies: any earlier
        # article says which one it is. Only where that one is a near copy of another text all have to be looked at.
        some = self._find_earlier(article)
        if some is None:
            return None
        link = self.load_link(some)
        if link is None or link.kind == "exact":
            return link.original if link else some
        own = self.candidates.rank(article.place)
        originals = self._rank_all(
            "a.fingerprint = ? AND NOT EXISTS (SELECT 1 FROM duplicates AS d WHERE d.number = a.number)",
            article.fingerprint,
        )
        return next((number for rank, number in originals if rank < own), None)

    def _find_earlier(self, article: SignedArticle) -> int | None:
        """Any earlier article with the fingerprint of `article`."""
        # Hardly any article has that of another.
        if not self.connection.execute(
            "SELECT 1 FROM articles WHERE fingerprint = ? AND number <> ? LIMIT 1",
            (article.fingerprint, article.number),
        ).fetchone():
            return None
        day = day_of(article.place)
        if row := self.connection.execute(
            "SELECT number FROM articles WHERE fingerprint = ? AND created < ? LIMIT 1",
            (article.fingerprint, day or "~"),
        ).fetchone():
            return int(row[0])
        least = 0
        if article.number < FIRST_COUNTED:
            # Numbers that are the ids themselves are in order; the others of the day are looked at one by one.
            least = FIRST_COUNTED
            if row := self.connection.execute(
                "SELECT number FROM articles WHERE fingerprint = ? AND created IS ? AND number < ? LIMIT 1",
                (article.fingerprint, day, article.number),
            ).fetchone():
                return int(row[0])
        own = self.candidates.rank(article.place)
        rivals = self._rank_all(
            "a.fingerprint = ? AND a.created IS ? AND a.number >= ?", article.fingerprint, day, least
        )
        return next((number for rank, number in rivals if rank < own), None)

    def list_possible_copies(self, original: SignedArticle) -> list[int]:
        """Later articles that may be copies of `original`: originals, or copies of an original later than it."""
        own = self.candidates.rank(original.place)
        later = [other.number for other in self.candidates.list_later(original)]
        # During a rebuild others have no signature yet: their turn comes.
        signed = "a.fingerprint = ? AND a.number IN (SELECT number FROM _signatures)"
        later += [number for rank, number in self._rank_all(signed, original.fingerprint) if rank > own]
        links = ((number, self.load_link(number)) for number in later)
        return [number for number, link in links if link is None or self._is_later(link.original, own)]

    def _is_later(self, number: int, rank: Rank) -> bool:
        """Whether an article is later than `rank`, or stored no more."""
        return next((other > rank for other, _ in self._rank_all("a.number = ?", number)), True)

    def _rank_all(self, where: str, *values: str | int | None) -> list[tuple[Rank, int]]:
        """(rank, number) of some articles, the earliest first."""
        rows = self.connection.execute(f"SELECT {PLACE} FROM articles AS a WHERE {where}", values).fetchall()
        return sorted((self.candidates.rank(place), number_at(place)) for (place,) in rows)

    def push(self, pending: list[tuple[Rank, int]], numbers: Iterable[int]) -> None:
        """Adds articles to a heap of those to decide on, by rank."""
        for number in numbers:
            for each in self._rank_all("a.number = ?", number):
                heapq.heappush(pending, each)

    def load(self, number: int) -> Updated:
        """The stored signature of an article that did not change."""
        article = self.candidates.load_signature(number)
        return Updated(article, article.place)

    def list_copies(self, number: int) -> list[int]:
        """The copies of the article `number`."""
        rows = self.connection.execute("SELECT number FROM duplicates WHERE original = ?", (number,))
        return [copy for (copy,) in rows]

    def load_link(self, number: int) -> CopyLink | None:
        """The stored link of an article."""
        row = self.connection.execute(
            "SELECT original, similarity, kind FROM duplicates WHERE number = ?", (number,)
        ).fetchone()
        return CopyLink(*row) if row else None

    def write_link(self, number: int, link: CopyLink | None) -> None:
        """Stores the link of an article, or deletes it."""
        if link is None:
            self.connection.execute("DELETE FROM duplicates WHERE number = ?", (number,))
            return
        self.connection.execute(
            "INSERT INTO duplicates(number, original, similarity, kind) VALUES (?, ?, ?, ?) ON CONFLICT(number)"
            " DO UPDATE SET original = excluded.original, similarity = excluded.similarity, kind = excluded.kind",
            (number, link.original, link.similarity, link.kind),
        )
