"""Candidates for near copies: the tables `signatures` and `bands`, how they are kept up to date and queried.

A place is an integer that says which of two articles is the earlier one, by the day in the address, then by the id.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from harbincrawl.identity import BITS_FOR_NUMBER, FIRST_COUNTED, precedence

from . import shingles

if TYPE_CHECKING:
    from .shingles import Shingles

UNDATED = 4_000_000
"""The day of an article without one: later than all others, for nothing says that it was first."""
PLACE = f"(coalesce(CAST(julianday(a.created) - 1721424.5 AS INTEGER), {UNDATED}) << {BITS_FOR_NUMBER}) + a.number"
"""SQL of the place of `articles AS a`: the day of `created` x 2^32 + internal number."""
_NUMBER = (1 << BITS_FOR_NUMBER) - 1

Rank = tuple[int, bool, int, str]
"""Day, then the id as a number, else as text: the lower is the earlier."""
_CACHED = 4_000_000
"""Shingles of texts that are kept, 8 bytes each: a large family of near copies is compared again and again."""
_IN_BANDS = ",".join("?" * shingles.BANDS)


class SignedArticle(NamedTuple):
    """An article with its signature."""

    place: int
    """As PLACE."""
    fingerprint: str
    empty: bool
    """True if it has neither body nor caption, as in `identity.is_empty`."""
    size: int
    """Number of distinct shingles."""
    digest: int
    keys: tuple[int, ...]
    """Its bands; empty if the text is too short to be a near copy."""
    signature: bytes
    has_bands: bool
    """True if its bands are already stored."""

    @property
    def number(self) -> int:
        return number_at(self.place)


class Candidate(NamedTuple):
    """Another article that may be a near copy."""

    place: int
    digest: int
    size: int
    """Number of distinct shingles."""

    @property
    def number(self) -> int:
        return number_at(self.place)


class Updated(NamedTuple):
    """What `update_signature` found."""

    article: SignedArticle | None
    """None: it is not stored any more."""
    before: int | None
    """Its place before; None: it had no signature."""


class Candidates:
    """Reads and writes both tables within one transaction, and caches the shingles of recent texts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._texts: dict[int, Shingles] = {}
        self._size = 0
        """Shingles in `_texts`."""

    def find_last(self) -> int:
        """The last place with a signature; -1 if there is none."""
        (last,) = self.connection.execute("SELECT coalesce(max(place), -1) FROM _signatures").fetchone()
        return int(last)

    def update_signature(self, number: int) -> Updated:
        """Writes the signature of the article's current text; deletes its rows if it is not stored.

        Deletes its bands if the signature or the place changed. Call `write_bands` when it is known whether the article
        is a copy.
        """
        row = self.connection.execute(
            "SELECT a.fingerprint, a.body, a.captions, a.created, s.place, s.digest, s.signature FROM articles AS a"
            " LEFT JOIN _signatures AS s ON s.number = a.number WHERE a.number = ?",
            (number,),
        ).fetchone()
        self._forget_text(number)
        if row is None:
            deleted = self.connection.execute(
                "DELETE FROM _signatures WHERE number = ? RETURNING place, signature", (number,)
            ).fetchone()
            if deleted is None:
                return Updated(None, None)
            self._delete_bands(*deleted)
            return Updated(None, deleted[0])
        fingerprint, body, captions, created, *before = row
        place = place_article(created, number)
        captions = self._read_captions(number) if captions else ""
        text = self._cache_text(number, body, captions)
        signature, digest = shingles.make_signature(text), shingles.make_digest(text)
        has_bands = before == [place, digest, signature]
        if not has_bands:
            self._delete_bands(before[0], before[2])
            self.connection.execute(
                "INSERT INTO _signatures(number, place, size, digest, signature) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT(number) DO UPDATE SET place = excluded.place, size = excluded.size,"
                " digest = excluded.digest, signature = excluded.signature",
                (number, place, len(text), digest, signature),
            )
        empty = not (body or captions)
        signed = _make_signed(place, fingerprint, empty, len(text), digest, signature, has_bands=has_bands)
        return Updated(signed, before[0])

    def load_signature(self, number: int) -> SignedArticle:
        """The stored signature of an article; it must be up to date."""
        fingerprint, has_body, captions, place, size, digest, signature = self.connection.execute(
            "SELECT a.fingerprint, a.body IS NOT NULL, a.captions, s.place, s.size, s.digest, s.signature"
            " FROM articles AS a JOIN _signatures AS s ON s.number = a.number WHERE a.number = ?",
            (number,),
        ).fetchone()
        empty = not (has_body or (captions and self._read_captions(number)))
        return _make_signed(place, fingerprint, empty, size, digest, signature, has_bands=True)

    def rank(self, place: int) -> Rank:
        """The lower one is the earlier article."""
        return rank_place(self.connection, place)

    def list_earlier(self, article: SignedArticle) -> list[Candidate]:
        """Earlier originals whose texts may be similar enough, the earliest first."""
        own = self.rank(article.place)
        similar = self._list_similar(article, "copy = 0 AND place < ?", day_after(article.place))
        return [other for rank, other in similar if rank < own]

    def list_later(self, article: SignedArticle) -> list[Candidate]:
        """Later articles whose texts may be similar enough, copies included."""
        own = self.rank(article.place)
        begin = day_after(article.place) - (1 << BITS_FOR_NUMBER)
        similar = self._list_similar(article, "copy IN (0, 1) AND place >= ?", begin)
        return [other for rank, other in similar if rank > own]

    def measure(self, article: SignedArticle, other: Candidate) -> float:
        """The exact Jaccard similarity of the texts of `article` and `other`."""
        if other.digest == article.digest:
            return 1.0
        return shingles.measure_jaccard(self._load_text(article.number), self._load_text(other.number))

    def write_bands(self, article: SignedArticle, *, copy: bool) -> None:
        """Writes the bands of the article, or updates whether it is a copy."""
        if not article.keys:
            return
        if not article.has_bands:
            self.connection.executemany(
                "INSERT INTO _bands(band, copy, place) VALUES (?, ?, ?)",
                [(key, copy, article.place) for key in article.keys],
            )
            return
        (was_copy,) = self.connection.execute(
            "SELECT copy FROM _bands WHERE band = ? AND copy IN (0, 1) AND place = ?", (article.keys[0], article.place)
        ).fetchone()
        if was_copy != copy:
            self.connection.executemany(
                "UPDATE _bands SET copy = ? WHERE band = ? AND copy = ? AND place = ?",
                [(copy, key, was_copy, article.place) for key in article.keys],
            )

    def _list_similar(self, article: SignedArticle, where: str, bound: int) -> list[tuple[Rank, Candidate]]:
        """Those whose bands fulfil `where` with `bound`, and may be similar enough, by rank."""
        if not article.keys:
            return []
        rows = self.connection.execute(
            "SELECT place, digest, size, signature FROM _signatures WHERE number IN"
            f" (SELECT place & {number_at(-1)} FROM _bands WHERE band IN ({_IN_BANDS}) AND {where})",
            (*article.keys, bound),
        ).fetchall()
        # First compare the sizes, which is cheap: most wrong candidates are much longer or shorter.
        least, most = article.size / shingles.LONGER, article.size * shingles.LONGER
        near = [(Candidate(*row), signature) for *row, signature in rows if least <= row[2] <= most]
        estimates = shingles.estimate_jaccard(article.signature, [signature for _, signature in near])
        return sorted(
            (self.rank(other.place), other)
            for (other, _), estimate in zip(near, estimates, strict=True)
            if shingles.weigh_similarity(estimate + shingles.SLACK, article.size, other.size) >= shingles.THRESHOLD
        )

    def _read_captions(self, number: int) -> str:
        """The captions without credits, which do not describe the picture (`articles.captions` contains both)."""
        rows = self.connection.execute(
            "SELECT caption FROM images WHERE number = ? AND caption IS NOT NULL ORDER BY position", (number,)
        )
        return "\n".join(caption for (caption,) in rows)

    def _delete_bands(self, place: int, signature: bytes | None) -> None:
        if signature is not None:
            self.connection.executemany(
                "DELETE FROM _bands WHERE band = ? AND copy IN (0, 1) AND place = ?",
                [(key, place) for key in shingles.make_band_keys(signature)],
            )

    def _load_text(self, number: int) -> Shingles:
        if number in self._texts:
            # The text used last is dropped last: a family's originals are compared with each of its copies.
            text = self._texts[number] = self._texts.pop(number)
            return text
        body, captions = self.connection.execute(
            "SELECT body, captions FROM articles WHERE number = ?", (number,)
        ).fetchone()
        return self._cache_text(number, body, self._read_captions(number) if captions else "")

    def _cache_text(self, number: int, body: str | None, captions: str) -> Shingles:
        text = self._texts[number] = shingles.read_shingles(f"{body or ''}\n{captions}")
        self._size += len(text)
        while self._size > _CACHED and len(self._texts) > 1:
            self._forget_text(next(iter(self._texts)))
        return text

    def _forget_text(self, number: int) -> None:
        if (text := self._texts.pop(number, None)) is not None:
            self._size -= len(text)


def _make_signed(
    place: int, fingerprint: str, empty: bool, size: int, digest: int, signature: bytes | None, *, has_bands: bool
) -> SignedArticle:
    keys = tuple(shingles.make_band_keys(signature)) if signature else ()
    return SignedArticle(place, fingerprint, empty, size, digest, keys, signature or b"", has_bands)


def place_article(created: str | None, number: int) -> int:
    """As PLACE."""
    return ((date.fromisoformat(created).toordinal() if created else UNDATED) << BITS_FOR_NUMBER) + number


def number_at(place: int) -> int:
    """The internal number in a place."""
    return place & _NUMBER


def day_of(place: int) -> str | None:
    """The day of a place, as `articles.created` has it."""
    day = place >> BITS_FOR_NUMBER
    return None if day == UNDATED else date.fromordinal(day).isoformat()


def day_after(place: int) -> int:
    """The first place of the next day."""
    return ((place >> BITS_FOR_NUMBER) + 1) << BITS_FOR_NUMBER


def is_after_all(place: int, last: int) -> bool:
    """Whether `place` is later than `last` and all before it: internal numbers that were counted out tell no order."""
    return place >= day_after(last) or (place > last and number_at(place) < FIRST_COUNTED)


def rank_place(connection: sqlite3.Connection, place: int) -> Rank:
    """The rank of an article: within a day, internal numbers are in order only where they are the ids themselves."""
    day, number = place >> BITS_FOR_NUMBER, number_at(place)
    if number < FIRST_COUNTED:
        return day, False, number, str(number)
    row = connection.execute("SELECT id FROM _ids WHERE internal = ?", (number,)).fetchone()
    return day, *precedence(row[0] if row else str(number))
