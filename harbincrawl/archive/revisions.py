"""Reading the revisions of an article, and comparing two of them word by word."""

from __future__ import annotations

import json
import re
import sqlite3
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

Change = Literal["same", "removed", "added"]

_TOKEN = re.compile(r"\s+|[^\s\w]|\w+")
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
    """What replaced it: crawl, reparse or ingest; None: this is the current one."""

    @property
    def captions(self) -> str | None:
        """Captions with their credits, one line each."""
        lines = (
            " ".join(part for part in (image["caption"], f"[{image['credit']}]" if image["credit"] else None) if part)
            for image in self.images
        )
        return "\n".join(line for line in lines if line) or None


class Piece(NamedTuple):
    """A piece of text that is in both revisions, or only in the older or newer one."""

    change: Change
    text: str


def read_revisions(connection: sqlite3.Connection, number: int) -> list[Revision]:
    """All revisions of an article, the oldest first, the current one last; empty if it is not stored."""
    revisions = [
        Revision._make((*row[:6], tuple(json.loads(row[6])), *row[7:]))
        for row in connection.execute(
            "SELECT revision, title, updated, author, source, body, images, fingerprint, parser, seen, replaced, cause"
            " FROM revisions WHERE number = ? ORDER BY revision",
            (number,),
        )
    ]
    current = connection.execute(
        "SELECT revision, title, updated, author, source, body, fingerprint, parser, last_changed"
        " FROM articles WHERE number = ?",
        (number,),
    ).fetchone()
    if current is None:
        return revisions
    images = connection.execute(
        "SELECT url, caption, credit, file_name FROM images WHERE number = ? ORDER BY position", (number,)
    )
    names = ("url", "caption", "credit", "file_name")
    pictures = tuple(dict(zip(names, row, strict=True)) for row in images)
    return [*revisions, Revision._make((*current[:6], pictures, *current[6:], None, None))]


def compare_revisions(old: Revision, new: Revision) -> dict[str, list[Piece]]:
    """The word diff of each field that differs, in the order of FIELDS."""
    return {
        field: diff_words(getattr(old, field) or "", getattr(new, field) or "")
        for field in FIELDS
        if (getattr(old, field) or "") != (getattr(new, field) or "")
    }


def diff_words(old: str, new: str) -> list[Piece]:
    """The diff of two texts by words, punctuation and white space.

    `same` and `removed` pieces together are `old`; `same` and `added` pieces are `new`, up to white space between
    changed words.
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[first:last])))
            continue
        if first < last:
            pieces.append(Piece("removed", "".join(before[first:last])))
        if new_first < new_last:
            pieces.append(Piece("added", "".join(after[new_first:new_last])))
    return _join_changes(pieces)


def _join_changes(pieces: list[Piece]) -> list[Piece]:
    """`pieces` with changes merged if only a space separates them: three changed words in a row are one change."""
    joined: list[Piece] = []
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


def _make_pieces(removed: str, added: str) -> list[Piece]:
    return ([Piece("removed", removed)] if removed else []) + ([Piece("added", added)] if added else [])
