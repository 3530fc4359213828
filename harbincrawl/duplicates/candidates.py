"""Which articles have texts like another's: the tables of signatures and bands, kept up to date and asked."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from . import shingles

if TYPE_CHECKING:
    from .shingles import Shingles

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
_IN_BANDS = ",".join("?" * shingles.BANDS)


class Filed(NamedTuple):
    """An article as it is compared."""

    number: int
    fingerprint: str
    empty: bool
    """As `identity.is_empty`: True where it has neither body nor caption."""
    size: int
    """Distinct shingles."""
    digest: int
    keys: tuple[int, ...]
    """Its bands; none where the text is too short to be a near copy."""
    signature: bytes
    stands: bool
    """True where its bands are written."""


class Candidate(NamedTuple):
    """Another article that may have nearly the same text."""

    number: int
    digest: int
    size: int
    """Distinct shingles."""


class Candidates:
    """The tables within one transaction, and the shingles of the texts read last."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._texts: dict[int, Shingles] = {}

    def find_last(self) -> int:
        """The highest number that is filed; -1 where none is."""
        (last,) = self.connection.execute("SELECT coalesce(max(number), -1) FROM signatures").fetchone()
        return int(last)

    def file_article(self, number: int) -> Filed | None:
        """Reads the article's present text and writes its signature; None, and its rows gone, where it is not stored.

        Where the signature changed its bands go; `write_bands` writes them once it is known whether it is a copy.
        """
        row = self.connection.execute(
            "SELECT a.fingerprint, a.body, a.captions, s.digest, s.signature FROM articles AS a"
            " LEFT JOIN signatures AS s ON s.number = a.number WHERE a.number = ?",
            (number,),
        ).fetchone()
        self._texts.pop(number, None)
        if row is None:
            gone = self.connection.execute("DELETE FROM signatures WHERE number = ? RETURNING signature", (number,))
            for (signature,) in gone.fetchall():
                self._delete_bands(number, signature)
            return None
        fingerprint, body, captions, *before = row
        captions = self._read_captions(number) if captions else ""
        text = self._keep(number, body, captions)
        signature, digest = shingles.make_signature(text), shingles.set_digest(text)
        stands = before == [digest, signature]
        if not stands:
            self._delete_bands(number, before[1])
            self.connection.execute(
                "INSERT INTO signatures(number, size, digest, signature) VALUES (?, ?, ?, ?) ON CONFLICT(number)"
                " DO UPDATE SET size = excluded.size, digest = excluded.digest, signature = excluded.signature",
                (number, len(text), digest, signature),
            )
        return _make_filed(number, fingerprint, not (body or captions), len(text), digest, signature, stands=stands)

    def load_filed(self, number: int) -> Filed:
        """An article whose signature is known to be up to date."""
        fingerprint, has_body, captions, size, digest, signature = self.connection.execute(
            "SELECT a.fingerprint, a.body IS NOT NULL, a.captions, s.size, s.digest, s.signature"
            " FROM articles AS a JOIN signatures AS s ON s.number = a.number WHERE a.number = ?",
            (number,),
        ).fetchone()
        empty = not (has_body or (captions and self._read_captions(number)))
        return _make_filed(number, fingerprint, empty, size, digest, signature, stands=True)

    def list_earlier(self, article: Filed) -> list[Candidate]:
        """The earlier originals with a text that looks similar enough, the earliest first."""
        return self._list_similar(article, "copy = 0 AND number < ?")

    def list_later(self, article: Filed) -> list[Candidate]:
        """The same of the later articles, copies among them."""
        return self._list_similar(article, "copy IN (0, 1) AND number > ?")

    def measure(self, article: Filed, other: Candidate) -> float:
        """The exact Jaccard similarity of the texts of `article` and `other`."""
        if other.digest == article.digest:
            return 1.0
        return shingles.jaccard(self._load_text(article.number), self._load_text(other.number))

    def write_bands(self, article: Filed, *, copy: bool) -> None:
        """Files the article's bands under copies or under originals, where they are not there already."""
        if not article.keys:
            return
        if not article.stands:
            self.connection.executemany(
                "INSERT INTO bands(band, copy, number) VALUES (?, ?, ?)",
                [(key, copy, article.number) for key in article.keys],
            )
            return
        (stands,) = self.connection.execute(
            "SELECT copy FROM bands WHERE band = ? AND copy IN (0, 1) AND number = ?", (article.keys[0], article.number)
        ).fetchone()
        if stands != copy:
            self.connection.executemany(
                "UPDATE bands SET copy = ? WHERE band = ? AND copy = ? AND number = ?",
                [(copy, key, stands, article.number) for key in article.keys],
            )

    def _list_similar(self, article: Filed, where: str) -> list[Candidate]:
        if not article.keys:
            return []
        rows = self.connection.execute(
            "SELECT number, digest, size, signature FROM signatures WHERE number IN"
            f" (SELECT number FROM bands WHERE band IN ({_IN_BANDS}) AND {where}) ORDER BY number",
            (*article.keys, article.number),
        ).fetchall()
        # Before the signatures, the sizes alone: most candidates that are none are far longer or shorter.
        least, most = article.size / shingles.LONGER, article.size * shingles.LONGER
        rows = [row for row in rows if least <= row[2] <= most]
        estimates = shingles.estimate_jaccard(article.signature, [row[3] for row in rows])
        return [
            Candidate(*row[:3])
            for row, estimate in zip(rows, estimates, strict=True)
            if shingles.weigh(estimate + shingles.SLACK, article.size, row[2]) >= shingles.THRESHOLD
        ]

    def _read_captions(self, number: int) -> str:
        """The captions without their credits, which `articles.captions` holds, too: a credit says who, not what."""
        rows = self.connection.execute(
            "SELECT caption FROM images WHERE number = ? AND caption IS NOT NULL ORDER BY position", (number,)
        )
        return "\n".join(caption for (caption,) in rows)

    def _delete_bands(self, number: int, signature: bytes | None) -> None:
        if signature is not None:
            self.connection.executemany(
                "DELETE FROM bands WHERE band = ? AND copy IN (0, 1) AND number = ?",
                [(key, number) for key in shingles.band_keys(signature)],
            )

    def _load_text(self, number: int) -> Shingles:
        if number in self._texts:
            return self._texts[number]
        body, captions = self.connection.execute(
            "SELECT body, captions FROM articles WHERE number = ?", (number,)
        ).fetchone()
        return self._keep(number, body, self._read_captions(number) if captions else "")

    def _keep(self, number: int, body: str | None, captions: str) -> Shingles:
        if len(self._texts) >= _CACHED:
            self._texts.pop(next(iter(self._texts)))
        text = self._texts[number] = shingles.read_shingles(f"{body or ''}\n{captions}")
        return text


def _make_filed(
    number: int, fingerprint: str, empty: bool, size: int, digest: int, signature: bytes | None, *, stands: bool
) -> Filed:
    keys = tuple(shingles.band_keys(signature)) if signature else ()
    return Filed(number, fingerprint, empty, size, digest, keys, signature or b"", stands)
