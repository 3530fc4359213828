"""Which article is a copy of which: signatures and bands find candidates, the texts themselves decide.

The rule, by the site's own numbers (one counter for the whole site, so number order is the order of creation):
an article is a copy of the earliest original that has its fingerprint or a text nearly the same; an original is an
article that is no copy. So no link points at a copy, every link was measured between the two texts it joins, and the
links follow from the articles alone, in whatever order these were stored.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from .. import shingles

if TYPE_CHECKING:
    from ..shingles import Shingles

TABLES = """
CREATE TABLE signatures (            -- what each article's text is compared by
  number INTEGER PRIMARY KEY,
  size INTEGER NOT NULL,             -- distinct shingles (runs of two words) of body and captions
  digest INTEGER NOT NULL,           -- of the set of them: equal digests are equal sets
  signature BLOB                     -- MinHash, a byte a permutation; null: too short to be a near copy
);

CREATE TABLE bands (                 -- pieces of signatures: articles that share one are candidates
  band INTEGER NOT NULL,             -- place of the piece x 2^32 + its bytes
  copy INTEGER NOT NULL,             -- 1: of an article that is a copy, 0: of an original
  number INTEGER NOT NULL,
  PRIMARY KEY (band, copy, number)
) WITHOUT ROWID;
"""
"""Copies stand apart in `bands`: a text stored a thousand times is one candidate, not a thousand."""

_CACHED = 512
_PAGE = 500
_IN_BANDS = ",".join("?" * shingles.BANDS)


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
class Counts:
    """What a rebuild found."""

    articles: int
    exact: int
    near: int
    changed: int
    """Articles whose link is not what it was before."""


class _Filed(NamedTuple):
    """An article as `signatures` holds it, its fingerprint and whether it has any text."""

    number: int
    fingerprint: str
    empty: bool
    size: int
    digest: int
    signature: bytes | None


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
    # What pointed at a touched article must be asked again, also where the article is gone.
    pending = sorted(touched)
    filed = {number: linker.file_article(number) for number in pending}
    found: dict[int, Link] = {}
    decided: set[int] = set()
    while pending:
        number = heapq.heappop(pending)
        if number in decided:
            continue
        decided.add(number)
        article = filed.pop(number, None) if number in touched else linker.load_filed(number)
        before = linker.load_link(number)
        after = linker.decide_link(article) if article else None
        if after != before:
            linker.write_link(number, after)
            if number not in touched:
                connection.execute("UPDATE articles SET change = ? WHERE number = ?", (next_change(), number))
        if article:
            linker.write_bands(article, copy=after is not None)
        if after and number in touched:
            found[number] = after
        if number in touched or (before is None) != (after is None):
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
        article = linker.file_article(number)
        if article:
            link = linker.decide_link(article)
            if link:
                after[number] = link
                linker.write_link(number, link)
            linker.write_bands(article, copy=link is not None)
        done += 1
        if done % _PAGE == 0 or done == total:
            progress(done, total)
    changed = sorted(number for number in before.keys() | after.keys() if before.get(number) != after.get(number))
    connection.executemany(
        "UPDATE articles SET change = ? WHERE number = ?", ((next_change(), number) for number in changed)
    )
    exact = sum(link.kind == "exact" for link in after.values())
    return Counts(done, exact, len(after) - exact, len(changed))


def _list_numbers(connection: sqlite3.Connection) -> Iterator[int]:
    """All numbers in order, a page at a time, so that writing goes on between."""
    last = -1
    while page := connection.execute(
        "SELECT number FROM articles WHERE number > ? ORDER BY number LIMIT ?", (last, _PAGE)
    ).fetchall():
        for (last,) in page:
            yield last


class _Linker:
    """The tables of one transaction, and the shingles of the texts read last."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.texts: dict[int, Shingles] = {}

    def file_article(self, number: int) -> _Filed | None:
        """Reads the article's present text and writes its signature; None, and all traces gone, where it has no row.

        Its bands go where the signature changed: `write_bands` writes them once it is known whether it is a copy.
        """
        row = self.connection.execute(
            "SELECT fingerprint, body, captions FROM articles WHERE number = ?", (number,)
        ).fetchone()
        old = self.connection.execute("SELECT signature, digest FROM signatures WHERE number = ?", (number,)).fetchone()
        self.texts.pop(number, None)
        if row is None:
            if old:
                self._delete_bands(number, old[0])
                self.connection.execute("DELETE FROM signatures WHERE number = ?", (number,))
            return None
        fingerprint, body, captions = row
        text = self._keep(number, body, captions)
        signature, digest = shingles.make_signature(text), shingles.set_digest(text)
        if old != (signature, digest):
            if old:
                self._delete_bands(number, old[0])
            self.connection.execute(
                "INSERT INTO signatures(number, size, digest, signature) VALUES (?, ?, ?, ?) ON CONFLICT(number)"
                " DO UPDATE SET size = excluded.size, digest = excluded.digest, signature = excluded.signature",
                (number, len(text), digest, signature),
            )
        return _Filed(number, fingerprint, self._is_empty(number, body, captions), len(text), digest, signature)

    def load_filed(self, number: int) -> _Filed:
        """An article whose signature is known to be up to date."""
        fingerprint, body, captions, size, digest, signature = self.connection.execute(
            "SELECT a.fingerprint, a.body, a.captions, s.size, s.digest, s.signature"
            " FROM articles a JOIN signatures s USING (number) WHERE number = ?",
            (number,),
        ).fetchone()
        return _Filed(number, fingerprint, self._is_empty(number, body, captions), size, digest, signature)

    def _is_empty(self, number: int, body: str | None, captions: str | None) -> bool:
        """As `identity.is_empty`: a credit alone (which `captions` holds too) is no text."""
        if body is not None or captions is None:
            return body is None
        select = "SELECT 1 FROM images WHERE number = ? AND caption IS NOT NULL LIMIT 1"
        return self.connection.execute(select, (number,)).fetchone() is None

    def decide_link(self, article: _Filed) -> Link | None:
        """The link the article should have, every earlier article's being right."""
        same = None
        if not article.empty:
            same = self.connection.execute(
                "SELECT min(number) FROM articles WHERE fingerprint = ? AND number < ?"
                " AND number NOT IN (SELECT number FROM duplicates WHERE duplicates.number = articles.number)",
                (article.fingerprint, article.number),
            ).fetchone()[0]
        for number, digest in self._list_similar(article, "copy = 0 AND number < ?"):
            if same is not None and number >= same:
                break
            similarity = 1.0
            if digest != article.digest:
                similarity = shingles.jaccard(self._load_text(article.number), self._load_text(number))
            if similarity >= shingles.THRESHOLD:
                return Link(number, round(similarity, 4), "near")
        return None if same is None else Link(same, 1.0, "exact")

    def list_followers(self, original: _Filed) -> list[int]:
        """Later articles that may be copies of `original`: originals, or copies of one that is later than it."""
        later = [number for number, _ in self._list_similar(original, "copy IN (0, 1) AND number > ?")]
        later += self._column(
            "SELECT number FROM articles WHERE fingerprint = ? AND number > ?", original.fingerprint, original.number
        )
        return [number for number in later if (link := self.load_link(number)) is None or link.original > original.number]

    def _list_similar(self, article: _Filed, where: str) -> list[tuple[int, int]]:
        """(number, digest) of the articles that share a band with `article` and look similar enough, lowest first."""
        if article.signature is None:
            return []
        rows = self.connection.execute(
            "SELECT number, digest, size, signature FROM signatures WHERE number IN"
            f" (SELECT number FROM bands WHERE band IN ({_IN_BANDS}) AND {where}) ORDER BY number",
            (*shingles.band_keys(article.signature), article.number),
        ).fetchall()
        # Sets whose sizes are further apart than the threshold cannot be that similar.
        least, most = article.size * shingles.THRESHOLD, article.size / shingles.THRESHOLD
        rows = [row for row in rows if least <= row[2] <= most]
        estimates = shingles.estimate_jaccard(article.signature, [row[3] for row in rows])
        bound = shingles.THRESHOLD - shingles.SLACK
        return [(row[0], row[1]) for row, estimate in zip(rows, estimates, strict=True) if estimate >= bound]

    def list_copies(self, number: int) -> list[int]:
        """The articles linked to `number`."""
        return self._column("SELECT number FROM duplicates WHERE original = ?", number)

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

    def write_bands(self, article: _Filed, *, copy: bool) -> None:
        """Files the article's bands under copies or under originals, where they are not there already."""
        if article.signature is None:
            return
        keys = shingles.band_keys(article.signature)
        row = self.connection.execute(
            "SELECT max(copy) FROM bands WHERE band = ? AND copy IN (0, 1) AND number = ?", (keys[0], article.number)
        ).fetchone()
        if row[0] is None:
            self.connection.executemany(
                "INSERT INTO bands(band, copy, number) VALUES (?, ?, ?)", [(key, copy, article.number) for key in keys]
            )
        elif row[0] != copy:
            self.connection.executemany(
                "UPDATE bands SET copy = ? WHERE band = ? AND copy = ? AND number = ?",
                [(copy, key, not copy, article.number) for key in keys],
            )

    def _delete_bands(self, number: int, signature: bytes | None) -> None:
        if signature is not None:
            self.connection.executemany(
                "DELETE FROM bands WHERE band = ? AND copy IN (0, 1) AND number = ?",
                [(key, number) for key in shingles.band_keys(signature)],
            )

    def _load_text(self, number: int) -> Shingles:
        if number in self.texts:
            return self.texts[number]
        body, captions = self.connection.execute(
            "SELECT body, captions FROM articles WHERE number = ?", (number,)
        ).fetchone()
        return self._keep(number, body, captions)

    def _keep(self, number: int, body: str | None, captions: str | None) -> Shingles:
        if len(self.texts) >= _CACHED:
            self.texts.pop(next(iter(self.texts)))
        text = self.texts[number] = shingles.read_shingles(f"{body or ''}\n{captions or ''}")
        return text

    def _column(self, select: str, *values: Sequence[str] | int) -> list[int]:
        return [number for (number,) in self.connection.execute(select, values)]
