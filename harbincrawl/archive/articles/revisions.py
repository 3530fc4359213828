"""Reading the revisions of an article, and comparing two of them word by word."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from .states import load_images

Change = Literal["same", "removed", "added"]

_WORD = re.compile(r"\s+|[^\s\w]|\w+")
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*\s*|[.!?。！？]+\s*|\s+")
_MOST_PAIRS = 1_000_000
"""Pairs of equal units that a diff may have: two texts of some 1,000 words have as many."""
FIELDS = ("title", "updated", "author", "source", "captions", "body")
"""The fields that a revision may change, in reading order."""


class Revision(NamedTuple):
    """One revision of an article."""

    revision: int
    title: str | None
    updated: str | None
    author: str | None
    source: str | None
    body: str | None
    images: tuple[dict[str, Any], ...]
    """url, caption, credit, file_name."""
    fingerprint: str
    parser: str
    seen: str
    """When this revision was first seen."""
    replaced: str | None
    """When the next revision was first seen; None: this is the current one."""
    cause: str | None
    """What replaced it: crawl, ingest or rescue; None: this is the current one."""

    @property
    def captions(self) -> str | None:
        """Captions with their credits, one line each."""
        lines = (
            " ".join(part for part in (image["caption"], f"[{image['credit']}]" if image["credit"] else None) if part)
            for image in self.images
        )
        return "\n".join(line for line in lines if line) or None


class DiffPiece(NamedTuple):
    """A piece of text that is in both revisions, or only in the older or newer one."""

    change: Change
    text: str


def read_revisions(connection: sqlite3.Connection, number: int) -> list[Revision]:
    """All revisions of an article, the oldest first, the current one last; empty if it is not stored."""
    current = {"images": "NULL", "seen": "last_changed", "replaced": "NULL", "cause": "NULL"}
    rows = connection.execute(
        f"SELECT {', '.join(Revision._fields)} FROM revisions WHERE number = ?1 UNION ALL"
        f" SELECT {', '.join(current.get(name, name) for name in Revision._fields)} FROM articles WHERE number = ?1"
        " ORDER BY revision",
        (number,),
    )
    return [_load_pictures(connection, number, Revision._make(row)) for row in rows.fetchall()]


def _load_pictures(connection: sqlite3.Connection, number: int, row: Revision) -> Revision:
    stored: str | None = row.images  # type: ignore[assignment]
    images = json.loads(stored) if stored is not None else map(asdict, load_images(connection, number))
    return row._replace(images=tuple(images))


def list_last_changes(connection: sqlite3.Connection, limit: int) -> list[tuple[int, int, str]]:
    """(internal number, the revision that was replaced, when) of the last change of the articles that changed last."""
    return connection.execute(
        # SQLite takes `revision` from the row with the maximum.
        "SELECT number, revision, max(replaced) AS seen FROM revisions"
        " GROUP BY number ORDER BY seen DESC, number DESC LIMIT ?",
        (limit,),
    ).fetchall()


def find_revision_at(revisions: Sequence[Revision], moment: str) -> Revision | None:
    """Of all `revisions` of an article, that which stood at a time (UTC, RFC 3339); None before the first was seen.

    What is left out at its end counts as its last moment: `2026-11` is the end of that month.
    """
    seen = [each for each in revisions if each.seen[: len(moment)] <= moment]
    return seen[-1] if seen else None


def compare_revisions(old: Revision, new: Revision) -> dict[str, list[DiffPiece]]:
    """The word diff of each field that differs, in the order of FIELDS."""
    return {
        field: diff_words(getattr(old, field) or "", getattr(new, field) or "")
        for field in FIELDS
        if (getattr(old, field) or "") != (getattr(new, field) or "")
    }


def diff_words(old: str, new: str) -> list[DiffPiece]:
    """The diff of two texts by words, punctuation and white space.

    `same` and `removed` pieces together are `old`; `same` and `added` pieces are `new`, up to white space between
    changed words.
    """
    return _join_changes(list(_diff(old, new, (_WORD, _SENTENCE, _WORD))))


def _diff(old: str, new: str, units: Sequence[re.Pattern[str]]) -> Iterator[DiffPiece]:
    """The diff of two texts by the first of `units`.

    A long text would take minutes by its words: it is divided by the next unit first, and only what differs by the
    ones behind it; what is too long even then is replaced as a whole.
    """
    unit, *others = units
    before, after = unit.findall(old), unit.findall(new)
    counts = Counter(after)
    if sum(counts[unit] for unit in before) > _MOST_PAIRS:
        yield from _diff(old, new, others) if others else _make_pieces(old, new)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        removed, added = "".join(before[first:last]), "".join(after[new_first:new_last])
        if tag == "equal":
            yield DiffPiece("same", removed)
        elif tag == "replace" and unit is _SENTENCE:
            yield from _diff(removed, added, others)
        else:
            yield from _make_pieces(removed, added)


def _join_changes(pieces: list[DiffPiece]) -> list[DiffPiece]:
    """`pieces` with changes merged if only a space separates them: three changed words in a row are one change."""
    joined: list[DiffPiece] = []
    removed = added = ""
    for place, piece in enumerate(pieces):
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        bridge = piece.change == "same" and piece.text.isspace() and "\n" not in piece.text
        if piece.change == "removed":
            removed += piece.text
        elif piece.change == "added":
            added += piece.text
        elif bridge and removed and added and following:
            removed, added = removed + piece.text, added + piece.text
        else:
            joined += _make_pieces(removed, added)
            removed = added = ""
            joined.append(piece)
    return joined + _make_pieces(removed, added)


def _make_pieces(removed: str, added: str) -> list[DiffPiece]:
    return ([DiffPiece("removed", removed)] if removed else []) + ([DiffPiece("added", added)] if added else [])
