"""Links from copies to their originals.

An article is a copy of the earliest original with the same fingerprint, else of the earliest original with nearly the
same text. An original is an article that is not a copy. "Earliest" means the lowest number: the site has one counter,
so number order is the order of creation. Therefore no link points to a copy, the similarity of a link is measured
between its two texts, and the links do not depend on the order in which articles were stored.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from harbincrawl.search.filters import SITE_NAME

from . import shingles
from .candidates import TABLES as TABLES
from .candidates import Candidate, Candidates, SignedArticle


@dataclass(frozen=True, slots=True)
class CopyLink:
    """The link of a copy to its original."""

    original: int
    """Number of the original."""
    similarity: float
    """1.0 for `exact`; else the Jaccard similarity of word shingles, to four digits.

    It can be 1.0 for `near`, too: same words under another title.
    """
    kind: Literal["exact", "near"]
    """`exact`: equal fingerprints."""


@dataclass(frozen=True, slots=True)
class Member:
    """An original or a copy."""

    id: str
    url: str
    title: str | None
    section: str
    date: str | None
    """The printed date, else the date in the address."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy, its original and their similarity."""

    copy: Member
    original: Member
    similarity: float
    kind: Literal["exact", "near"]


def link_copies(
    connection: sqlite3.Connection, numbers: Iterable[int], next_change: Callable[[], int]
) -> dict[int, CopyLink]:
    """Updates signatures and links after the articles `numbers` were stored, changed or deleted.

    Call it in the same transaction, after `articles` and `images` were written. Other articles whose links change get a
    new `change` from `next_change`. Returns the links of the copies among `numbers`.
    """
    linker = _Linker(connection)
    touched = set(numbers)
    # In ascending order: a link depends only on earlier articles, so no decision has to be revised.
    pending = sorted(touched)
    # Articles after `last` have no link yet. Most new articles are the newest, which saves half of the queries.
    last = linker.candidates.find_last()
    signed = {number: linker.candidates.update_signature(number) for number in pending}
    links: dict[int, CopyLink] = {}
    decided: set[int] = set()
    while pending:
        number = heapq.heappop(pending)
        if number in decided:
            continue
        decided.add(number)
        article = signed.pop(number, None) if number in touched else linker.candidates.load_signature(number)
        before = linker.load_link(number) if number <= last else None
        after = linker.decide_link(article) if article else None
        if after != before:
            linker.write_link(number, after)
            if number not in touched:
                connection.execute("UPDATE articles SET change = ? WHERE number = ?", (next_change(), number))
        if article:
            linker.candidates.write_bands(article, copy=after is not None)
        if after and number in touched:
            links[number] = after
        if number <= last and (number in touched or (before is None) != (after is None)):
            # Also if the article was deleted: its copies need another original.
            affected = set(linker.list_copies(number))
            if article and after is None:
                affected.update(linker.list_possible_copies(article))
            for other in affected - decided:
                heapq.heappush(pending, other)
    return links


def find_near(
    candidates: Candidates, article: SignedArticle | Candidate, earlier: Iterable[Candidate]
) -> CopyLink | None:
    """The link to the first of the originals `earlier` whose text is nearly that of `article`."""
    for other in earlier:
        similarity = candidates.measure(article, other)
        if shingles.weigh_similarity(similarity, article.size, other.size) >= shingles.THRESHOLD:
            return CopyLink(other.number, round(similarity, 4), "near")
    return None


def read_copies(connection: sqlite3.Connection, kind: str | None = None) -> Iterator[Copy]:
    """All copies, or those of one kind: the newest original first, its copies in the order of creation."""
    columns = "{0}.number, {0}.url, {0}.title, {0}.section, coalesce({0}.updated, {0}.created)"
    rows = connection.execute(
        f"SELECT {SITE_NAME}, {columns.format('c')}, {columns.format('o')}, d.similarity, d.kind FROM duplicates AS d"
        " JOIN articles AS c ON c.number = d.number JOIN articles AS o ON o.number = d.original"
        " WHERE ?1 IS NULL OR d.kind = ?1 ORDER BY o.key DESC, c.number",
        (kind,),
    )
    for site, *row in rows:
        copy, original = (Member(f"{site}:{number}", *rest) for number, *rest in (row[:5], row[5:10]))
        yield Copy(copy, original, row[10], row[11])


def read_group(connection: sqlite3.Connection, number: int) -> list[tuple[Member, str, float]]:
    """(article, `original`, `exact` or `near`, similarity) of the other articles with the same text as `number`."""
    (original,) = connection.execute(
        "SELECT coalesce((SELECT original FROM duplicates WHERE number = ?1), ?1)", (number,)
    ).fetchone()
    rows = connection.execute(
        f"SELECT {SITE_NAME} || ':' || a.number, a.url, a.title, a.section, coalesce(a.updated, a.created),"
        " coalesce(d.kind, 'original'), coalesce(d.similarity, 1.0)"
        " FROM articles AS a LEFT JOIN duplicates AS d ON d.number = a.number"
        " WHERE a.number IN (SELECT ?2 UNION SELECT number FROM duplicates WHERE original = ?2) AND a.number <> ?1"
        " ORDER BY a.number",
        (number, original),
    )
    return [(Member(*row[:5]), row[5], row[6]) for row in rows]


class _Linker:
    """Reads and writes links within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.candidates = Candidates(connection)

    def decide_link(self, article: SignedArticle) -> CopyLink | None:
        """The link that the article should have; the links of all earlier articles must be right."""
        if not article.empty:
            same = self._find_same(article)
            if same is not None:
                return CopyLink(same, 1.0, "exact")
        return find_near(self.candidates, article, self.candidates.list_earlier(article))

    def _find_same(self, article: SignedArticle) -> int | None:
        """The earliest original with the fingerprint of `article`."""
        # An original is the only one of its fingerprint, and all later articles of it are its copies: any earlier
        # article says which one it is. Only where that one is a near copy of another text all have to be looked at.
        some = self._list_numbers(
            "SELECT number FROM articles WHERE fingerprint = ? AND number < ? LIMIT 1",
            article.fingerprint,
            article.number,
        )
        if not some:
            return None
        link = self.load_link(some[0])
        if link is None or link.kind == "exact":
            return link.original if link else some[0]
        (same,) = self.connection.execute(
            "SELECT min(number) FROM articles WHERE fingerprint = ? AND number < ?"
            " AND NOT EXISTS (SELECT 1 FROM duplicates WHERE duplicates.number = articles.number)",
            (article.fingerprint, article.number),
        ).fetchone()
        return None if same is None else int(same)

    def list_possible_copies(self, original: SignedArticle) -> list[int]:
        """Later articles that may be copies of `original`: originals, or copies of an original later than it."""
        later = [other.number for other in self.candidates.list_later(original)]
        later += self._list_numbers(
            "SELECT number FROM articles WHERE fingerprint = ? AND number > ?", original.fingerprint, original.number
        )
        links = ((number, self.load_link(number)) for number in later)
        return [number for number, link in links if link is None or link.original > original.number]

    def list_copies(self, number: int) -> list[int]:
        """The copies of the article `number`."""
        return self._list_numbers("SELECT number FROM duplicates WHERE original = ?", number)

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

    def _list_numbers(self, select: str, *values: str | int) -> list[int]:
        return [number for (number,) in self.connection.execute(select, values)]
