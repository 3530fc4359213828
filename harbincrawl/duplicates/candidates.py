"""Candidates for near copies: the tables `signatures` and `bands`, how they are kept up to date and queried."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from . import shingles

if TYPE_CHECKING:
    from .shingles import Shingles

TABLES = """
CREATE TABLE signatures (            -- the text of each article, for comparison with others
  number INTEGER PRIMARY KEY,
  size INTEGER NOT NULL,             -- number of distinct shingles (two consecutive words) of body and captions
  digest INTEGER NOT NULL,           -- hash of the set of shingles: equal digests mean equal sets
  signature BLOB                     -- MinHash, one byte per permutation; null: too short to be a near copy
);

CREATE TABLE bands (                 -- parts of signatures: articles that share one are candidates
  band INTEGER NOT NULL,             -- position of the part x 2^32 + its bytes
  copy INTEGER NOT NULL,             -- 1: the article is a copy, 0: it is an original
  number INTEGER NOT NULL,
  PRIMARY KEY (band, copy, number)
) WITHOUT ROWID;
"""
"""`bands` marks copies, so that a text stored a thousand times is one candidate, not a thousand."""

_CACHED = 4_000_000
"""Shingles of texts that are kept, 8 bytes each: a large family of near copies is compared again and again."""
_IN_BANDS = ",".join("?" * shingles.BANDS)


class SignedArticle(NamedTuple):
    """An article with its signature."""

    number: int
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


class Candidate(NamedTuple):
    """Another article that may be a near copy."""

    number: int
    digest: int
    size: int
    """Number of distinct shingles."""


class Candidates:
    """Reads and writes both tables within one transaction, and caches the shingles of recent texts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._texts: dict[int, Shingles] = {}
        self._size = 0
        """Shingles in `_texts`."""

    def find_last(self) -> int:
        """The highest article number with a signature; -1 if there is none."""
        (last,) = self.connection.execute("SELECT coalesce(max(number), -1) FROM signatures").fetchone()
        return int(last)

    def update_signature(self, number: int) -> SignedArticle | None:
        """Writes the signature of the article's current text; deletes its rows and returns None if it is not stored.

        Deletes its bands if the signature changed. Call `write_bands` when it is known whether the article is a copy.
        """
        row = self.connection.execute(
            "SELECT a.fingerprint, a.body, a.captions, s.digest, s.signature FROM articles AS a"
            " LEFT JOIN signatures AS s ON s.number = a.number WHERE a.number = ?",
            (number,),
        ).fetchone()
        self._forget_text(number)
        if row is None:
            deleted = self.connection.execute("DELETE FROM signatures WHERE number = ? RETURNING signature", (number,))
            for (signature,) in deleted.fetchall():
                self._delete_bands(number, signature)
            return None
        fingerprint, body, captions, *before = row
        captions = self._read_captions(number) if captions else ""
        text = self._cache_text(number, body, captions)
        signature, digest = shingles.make_signature(text), shingles.make_digest(text)
        has_bands = before == [digest, signature]
        if not has_bands:
            self._delete_bands(number, before[1])
            self.connection.execute(
                "INSERT INTO signatures(number, size, digest, signature) VALUES (?, ?, ?, ?) ON CONFLICT(number)"
                " DO UPDATE SET size = excluded.size, digest = excluded.digest, signature = excluded.signature",
                (number, len(text), digest, signature),
            )
        empty = not (body or captions)
        return _make_signed(number, fingerprint, empty, len(text), digest, signature, has_bands=has_bands)

    def load_signature(self, number: int) -> SignedArticle:
        """The stored signature of an article; it must be up to date."""
        fingerprint, has_body, captions, size, digest, signature = self.connection.execute(
            "SELECT a.fingerprint, a.body IS NOT NULL, a.captions, s.size, s.digest, s.signature"
            " FROM articles AS a JOIN signatures AS s ON s.number = a.number WHERE a.number = ?",
            (number,),
        ).fetchone()
        empty = not (has_body or (captions and self._read_captions(number)))
        return _make_signed(number, fingerprint, empty, size, digest, signature, has_bands=True)

    def list_earlier(self, article: SignedArticle) -> list[Candidate]:
        """Earlier originals whose texts may be similar enough, the earliest first."""
        return self._list_similar(article, "copy = 0 AND number < ?")

    def list_later(self, article: SignedArticle) -> list[Candidate]:
        """Later articles whose texts may be similar enough, copies included."""
        return self._list_similar(article, "copy IN (0, 1) AND number > ?")

    def measure(self, article: SignedArticle | Candidate, other: Candidate) -> float:
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
                "INSERT INTO bands(band, copy, number) VALUES (?, ?, ?)",
                [(key, copy, article.number) for key in article.keys],
            )
            return
        (was_copy,) = self.connection.execute(
            "SELECT copy FROM bands WHERE band = ? AND copy IN (0, 1) AND number = ?", (article.keys[0], article.number)
        ).fetchone()
        if was_copy != copy:
            self.connection.executemany(
                "UPDATE bands SET copy = ? WHERE band = ? AND copy = ? AND number = ?",
                [(copy, key, was_copy, article.number) for key in article.keys],
            )

    def _list_similar(self, article: SignedArticle, where: str) -> list[Candidate]:
        if not article.keys:
            return []
        rows = self.connection.execute(
            "SELECT number, digest, size, signature FROM signatures WHERE number IN"
            f" (SELECT number FROM bands WHERE band IN ({_IN_BANDS}) AND {where}) ORDER BY number",
            (*article.keys, article.number),
        ).fetchall()
        # First compare the sizes, which is cheap: most wrong candidates are much longer or shorter.
        least, most = article.size / shingles.LONGER, article.size * shingles.LONGER
        near = [(Candidate(*row), signature) for *row, signature in rows if least <= row[2] <= most]
        return select_similar(article.size, article.signature, near)

    def _read_captions(self, number: int) -> str:
        """The captions without credits, which do not describe the picture (`articles.captions` contains both)."""
        rows = self.connection.execute(
            "SELECT caption FROM images WHERE number = ? AND caption IS NOT NULL ORDER BY position", (number,)
        )
        return "\n".join(caption for (caption,) in rows)

    def _delete_bands(self, number: int, signature: bytes | None) -> None:
        if signature is not None:
            self.connection.executemany(
                "DELETE FROM bands WHERE band = ? AND copy IN (0, 1) AND number = ?",
                [(key, number) for key in shingles.make_band_keys(signature)],
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


def select_similar(size: int, signature: bytes, others: Sequence[tuple[Candidate, bytes]]) -> list[Candidate]:
    """Those of `others` that may be near copies of a text of `size` shingles, by their signatures."""
    estimates = shingles.estimate_jaccard(signature, [other for _, other in others])
    return [
        candidate
        for (candidate, _), estimate in zip(others, estimates, strict=True)
        if shingles.weigh_similarity(estimate + shingles.SLACK, size, candidate.size) >= shingles.THRESHOLD
    ]


def _make_signed(
    number: int, fingerprint: str, empty: bool, size: int, digest: int, signature: bytes | None, *, has_bands: bool
) -> SignedArticle:
    keys = tuple(shingles.make_band_keys(signature)) if signature else ()
    return SignedArticle(number, fingerprint, empty, size, digest, keys, signature or b"", has_bands)
