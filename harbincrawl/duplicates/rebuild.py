"""Rebuilding all links at once: signatures are compared in memory, and every table is written in its own order."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from . import shingles
from .candidates import Candidate, Candidates, SignedArticle, select_similar
from .links import CopyLink, find_near
from .places import PLACE, number_at, rank_place

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a rebuild."""

    articles: int
    exact: int
    near: int
    changed: int
    """Articles whose link changed."""


class _Article(NamedTuple):
    """What is kept in memory of an article."""

    candidate: Candidate
    signature: bytes
    """Empty if the text is too short to be a near copy."""
    fingerprint: str | None
    """None: no other article has it, or the article has no text."""


def rebuild(
    connection: sqlite3.Connection, progress: Callable[[int, int], None], next_change: Callable[[], int]
) -> Counts:
    """Rebuilds all signatures and links in the caller's transaction; `progress` gets (articles done, total).

    The links are those that `links.link_copies` makes. Articles whose link changes get a new `change` from
    `next_change`.
    """
    before = {
        number: CopyLink(original, similarity, kind)
        for number, original, similarity, kind in connection.execute(
            "SELECT number, original, similarity, kind FROM duplicates"
        )
    }
    for table in ("duplicates", "_bands", "_signatures"):
        connection.execute(f"DELETE FROM {table}")
    (total,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    progress(0, total)
    candidates = Candidates(connection)
    repeated = _list_repeated(connection)
    articles: list[_Article] = []
    for number in _list_numbers(connection):
        signed, _ = candidates.update_signature(number)
        if signed:
            articles.append(_keep(signed, repeated))
        if len(articles) % _PAGE == 0:
            progress(len(articles) // 2, total)
    after = _decide_links(candidates, articles, lambda done: progress((total + done) // 2, total))
    _write_links(connection, after)
    _write_bands(connection, articles, after)
    changed = sorted(number for number in before.keys() | after.keys() if before.get(number) != after.get(number))
    connection.executemany(
        "UPDATE articles SET change = ? WHERE number = ?", ((next_change(), number) for number in changed)
    )
    exact = sum(link.kind == "exact" for link in after.values())
    progress(total, total)
    return Counts(total, exact, len(after) - exact, len(changed))


def _list_repeated(connection: sqlite3.Connection) -> set[str]:
    """The fingerprints that several articles have."""
    rows = connection.execute("SELECT fingerprint FROM articles GROUP BY 1 HAVING count(*) > 1")
    return {fingerprint for (fingerprint,) in rows}


def _list_numbers(connection: sqlite3.Connection) -> list[int]:
    """All numbers, the earliest article first."""
    places = [place for (place,) in connection.execute(f"SELECT {PLACE} FROM articles AS a")]
    return [number_at(place) for place in sorted(places, key=partial(rank_place, connection))]


def _keep(signed: SignedArticle, repeated: Collection[str]) -> _Article:
    candidate = Candidate(signed.place, signed.digest, signed.size)
    is_repeated = not signed.empty and signed.fingerprint in repeated
    return _Article(candidate, signed.signature, signed.fingerprint if is_repeated else None)


def _decide_links(
    candidates: Candidates, articles: Sequence[_Article], progress: Callable[[int], None]
) -> dict[int, CopyLink]:
    """The links of all `articles`, the earliest first: a link depends only on earlier articles."""
    links: dict[int, CopyLink] = {}
    first: dict[str, int] = {}
    signatures = _Signatures(articles)
    for at, article in enumerate(articles):
        number = article.candidate.number
        same = first.get(article.fingerprint) if article.fingerprint else None
        if same is not None:
            link: CopyLink | None = CopyLink(same, 1.0, "exact")
        else:
            link = find_near(candidates, article.candidate, signatures.list_earlier(at))
        if link:
            links[number] = link
        else:
            signatures.add_original(at)
            if article.fingerprint:
                first[article.fingerprint] = number
        if at and at % _PAGE == 0:
            progress(at)
    return links


class _Signatures:
    """Finds the candidates of each article among the originals before it, without a query each."""

    def __init__(self, articles: Sequence[_Article]) -> None:
        import numpy as np

        self._articles = articles
        self._sizes = np.array([article.candidate.size for article in articles], np.int64)
        # By (band, article): the group of articles that share the band, -1 where no other article has it.
        self._groups = np.full((shingles.BANDS, len(articles)), -1, np.int64)
        self._originals: dict[int, array[int]] = {}
        """The originals of each group so far, as places in `articles`."""
        places = np.flatnonzero([bool(article.signature) for article in articles])
        pieces = np.frombuffer(b"".join(article.signature for article in articles), "<u4")
        for band, column in enumerate(pieces.reshape(-1, shingles.BANDS).T):
            _, groups, counts = np.unique(column, return_inverse=True, return_counts=True)
            shared = counts[groups] > 1
            self._groups[band, places[shared]] = groups[shared] * shingles.BANDS + band

    def list_earlier(self, at: int) -> list[Candidate]:
        """The originals before the article at `at` whose texts may be similar enough, the earliest first."""
        import numpy as np

        found: set[int] = set()
        for group in self._list_groups(at):
            found.update(self._originals.get(group, ()))
        if not found:
            return []
        article = self._articles[at]
        places = np.array(sorted(found))
        sizes, size = self._sizes[places], article.candidate.size
        places = places[(size <= sizes * shingles.LONGER) & (sizes <= size * shingles.LONGER)]
        others = [self._articles[place] for place in places.tolist()]
        return select_similar(
            article.candidate.size, article.signature, [(each.candidate, each.signature) for each in others]
        )

    def add_original(self, at: int) -> None:
        """Makes the article at `at` a candidate for those after it."""
        for group in self._list_groups(at):
            self._originals.setdefault(group, array("I")).append(at)

    def _list_groups(self, at: int) -> list[int]:
        groups = self._groups[:, at]
        shared: list[int] = groups[groups >= 0].tolist()
        return shared


def _write_links(connection: sqlite3.Connection, links: dict[int, CopyLink]) -> None:
    connection.executemany(
        "INSERT INTO duplicates(number, original, similarity, kind) VALUES (?, ?, ?, ?)",
        ((number, link.original, link.similarity, link.kind) for number, link in links.items()),
    )


def _write_bands(connection: sqlite3.Connection, articles: Sequence[_Article], copies: Collection[int]) -> None:
    """Writes all bands in the order of their table: at random places they would take longer, the larger it is."""
    import numpy as np

    signed = [article for article in articles if article.signature]
    pieces = np.frombuffer(b"".join(article.signature for article in signed), "<u4").reshape(-1, shingles.BANDS)
    places = np.array([article.candidate.place for article in signed], np.int64)
    is_copy = np.array([article.candidate.number in copies for article in signed], np.int64)
    for band in range(shingles.BANDS):
        keys = pieces[:, band].astype(np.int64) + (band << 32)
        order = np.lexsort((places, is_copy, keys))
        rows = zip(keys[order].tolist(), is_copy[order].tolist(), places[order].tolist(), strict=True)
        connection.executemany("INSERT INTO _bands(band, copy, place) VALUES (?, ?, ?)", rows)
