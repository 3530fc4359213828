"""Which article is a copy of which: candidates come from signatures, fingerprints and the texts themselves decide.

The rule, by the site's own numbers (one counter for the whole site, so number order is the order of creation):
an article is a copy of the earliest original that has its fingerprint, else of the earliest with nearly the same text;
an original is an article that is no copy. So no link points at a copy, every link was measured between the two texts
it joins, and the links follow from the articles alone, in whatever order these were stored.
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
from .candidates import Candidates, Filed

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Link:
    """What an article is a copy of."""

    original: int
    """The number of the earliest original that is the same or similar."""
    similarity: float
    """1.0 for `exact`; else Jaccard of word shingles, to four digits (1.0 there: same words under another heading)."""
    kind: Literal["exact", "near"]
    """`exact`: the same fingerprint."""


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a family: an original, or one of its copies."""

    id: str
    url: str
    title: str | None
    section: str
    date: str | None
    """The printed day, else the day in the address."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy, its original and what joins them."""

    copy: Member
    original: Member
    similarity: float
    kind: Literal["exact", "near"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a rebuild found."""

    articles: int
    exact: int
    near: int
    changed: int
    """Articles whose link is not what it was before."""


def link_copies(
    connection: sqlite3.Connection, numbers: Iterable[int], next_change: Callable[[], int]
) -> dict[int, Link]:
    """Brings signatures and links up to date after the articles `numbers` were stored, changed or removed.

    Their rows in `articles` and `images` are written already; all happens in the caller's transaction. Other articles
    whose link changes thereby get a new `change` from `next_change`. Returns the links of those of `numbers` that are
    copies.
    """
    linker = _Linker(connection)
    touched = set(numbers)
    # Earliest first: a link depends on earlier originals only, so what is decided stays decided.
    pending = sorted(touched)
    # Behind it nothing is linked: that a new article is the newest is the rule, and spares half of the questions.
    last = linker.candidates.find_last()
    filed = {number: linker.candidates.file_article(number) for number in pending}
    found: dict[int, Link] = {}
    decided: set[int] = set()
    while pending:
        number = heapq.heappop(pending)
        if number in decided:
            continue
        decided.add(number)
        article = filed.pop(number, None) if number in touched else linker.candidates.load_filed(number)
        before = linker.load_link(number) if number <= last else None
        after = linker.decide_link(article) if article else None
        if after != before:
            linker.write_link(number, after)
            if number not in touched:
                connection.execute("UPDATE articles SET change = ? WHERE number = ?", (next_change(), number))
        if article:
            linker.candidates.write_bands(article, copy=after is not None)
        if after and number in touched:
            found[number] = after
        if number <= last and (number in touched or (before is None) != (after is None)):
            # Also where the article is gone: its copies look for another original.
            affected = set(linker.list_copies(number))
            if article and after is None:
                affected.update(linker.list_followers(article))
            for other in affected - decided:
                heapq.heappush(pending, other)
    return found


def rebuild(
    connection: sqlite3.Connection, progress: Callable[[int, int], None], next_change: Callable[[], int]
) -> Counts:
    """Makes all signatures and links anew, in the caller's transaction; `progress` hears (articles done, of how many).

    Articles whose link is another than before get a new `change` from `next_change`.
    """
    linker = _Linker(connection)
    before = {
        number: Link(original, similarity, kind)
        for number, original, similarity, kind in connection.execute(
            "SELECT number, original, similarity, kind FROM duplicates"
        )
    }
    for table in ("duplicates", "bands", "signatures"):
        connection.execute(f"DELETE FROM {table}")
    (total,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    after: dict[int, Link] = {}
    done = 0
    progress(done, total)
    for number in _list_numbers(connection):
        article = linker.candidates.file_article(number)
        if article:
            link = linker.decide_link(article)
            if link:
                after[number] = link
                linker.write_link(number, link)
            linker.candidates.write_bands(article, copy=link is not None)
        done += 1
        if done % _PAGE == 0 or done == total:
            progress(done, total)
    changed = sorted(number for number in before.keys() | after.keys() if before.get(number) != after.get(number))
    connection.executemany(
        "UPDATE articles SET change = ? WHERE number = ?", ((next_change(), number) for number in changed)
    )
    exact = sum(link.kind == "exact" for link in after.values())
    return Counts(done, exact, len(after) - exact, len(changed))


def read_copies(connection: sqlite3.Connection, kind: str | None = None) -> Iterator[Copy]:
    """All copies, or those of one kind: by their originals, the newest first, and then in the order of creation."""
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


def _list_numbers(connection: sqlite3.Connection) -> Iterator[int]:
    """All numbers in order, a page at a time, so that writing goes on between."""
    last = -1
    while page := connection.execute(
        "SELECT number FROM articles WHERE number > ? ORDER BY number LIMIT ?", (last, _PAGE)
    ).fetchall():
        for (last,) in page:
            yield last


class _Linker:
    """The links within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.candidates = Candidates(connection)

    def decide_link(self, article: Filed) -> Link | None:
        """The link the article should have, every earlier article's being right."""
        if not article.empty:
            (same,) = self.connection.execute(
                "SELECT min(number) FROM articles WHERE fingerprint = ? AND number < ?"
                " AND NOT EXISTS (SELECT 1 FROM duplicates WHERE duplicates.number = articles.number)",
                (article.fingerprint, article.number),
            ).fetchone()
            if same is not None:
                return Link(same, 1.0, "exact")
        for other in self.candidates.list_earlier(article):
            similarity = self.candidates.measure(article, other)
            if shingles.weigh(similarity, article.size, other.size) >= shingles.THRESHOLD:
                return Link(other.number, round(similarity, 4), "near")
        return None

    def list_followers(self, original: Filed) -> list[int]:
        """Deferred articles that may be copies of `original`: originals, or copies of one that is later than it."""
        later = [other.number for other in self.candidates.list_later(original)]
        later += self._list_numbers(
            "SELECT number FROM articles WHERE fingerprint = ? AND number > ?", original.fingerprint, original.number
        )
        links = ((number, self.load_link(number)) for number in later)
        return [number for number, link in links if link is None or link.original > original.number]

    def list_copies(self, number: int) -> list[int]:
        """The articles linked to `number`."""
        return self._list_numbers("SELECT number FROM duplicates WHERE original = ?", number)

    def load_link(self, number: int) -> Link | None:
        """The link as stored."""
        row = self.connection.execute(
            "SELECT original, similarity, kind FROM duplicates WHERE number = ?", (number,)
        ).fetchone()
        return Link(*row) if row else None

    def write_link(self, number: int, link: Link | None) -> None:
        """Stores the link, or takes it away."""
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
