"""What an article said before: its revisions read back, and two of them compared word by word."""

from __future__ import annotations

import json
import re
import sqlite3
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

Change = Literal["same", "removed", "added"]

_TOKEN = re.compile(r"\s+|[^\s\w]|\w+")
FIELDS = ("title", "updated", "author", "source", "captions", "body")
"""What a revision may change, in the order in which a reader meets it."""


class Revision(NamedTuple):
    """One wording of an article."""

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
    """When this wording was first seen."""
    replaced: str | None
    """When the next one was; None: it is the present one."""
    cause: str | None
    """What replaced it: crawl, reparse, ingest; None: nothing did."""

    @property
    def captions(self) -> str | None:
        """Captions with their credits, a line each."""
        lines = (
            " ".join(part for part in (image["caption"], f"[{image['credit']}]" if image["credit"] else None) if part)
            for image in self.images
        )
        return "\n".join(line for line in lines if line) or None


class Piece(NamedTuple):
    """A stretch of text that both wordings have, or only one of them."""

    change: Change
    text: str


def read_revisions(connection: sqlite3.Connection, number: int) -> list[Revision]:
    """All wordings of the article, the first one first, the present one last; none where it is not stored."""
    revisions = [
        Revision._make((*row[:6], tuple(json.loads(row[6])), *row[7:]))
        for row in connection.execute(
            "SELECT revision, title, updated, author, source, body, images, fingerprint, parser, seen, replaced, cause"
            " FROM revisions WHERE number = ? ORDER BY revision",
            (number,),
        )
    ]
    present = connection.execute(
        "SELECT revision, title, updated, author, source, body, fingerprint, parser, last_changed"
        " FROM articles WHERE number = ?",
        (number,),
    ).fetchone()
    if present is None:
        return revisions
    images = connection.execute(
        "SELECT url, caption, credit, file_name FROM images WHERE number = ? ORDER BY position", (number,)
    )
    names = ("url", "caption", "credit", "file_name")
    pictures = tuple(dict(zip(names, row, strict=True)) for row in images)
    return [*revisions, Revision._make((*present[:6], pictures, *present[6:], None, None))]


def compare_revisions(old: Revision, new: Revision) -> dict[str, list[Piece]]:
    """By field, the pieces of the word diff; only fields that differ, in the order of FIELDS."""
    return {
        field: diff_words(getattr(old, field) or "", getattr(new, field) or "")
        for field in FIELDS
        if (getattr(old, field) or "") != (getattr(new, field) or "")
    }


def diff_words(old: str, new: str) -> list[Piece]:
    """The way from one text to another, by words, marks and blanks; `same` and `removed` make `old`, the rest `new`."""
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
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """`pieces` with changes that only a blank divides made one: three changed words in a row read as one change."""
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
            joined += _changed(removed, added)
            removed = added = ""
            joined.append(piece)
    return joined + _changed(removed, added)


def _changed(removed: str, added: str) -> list[Piece]:
    return ([Piece("removed", removed)] if removed else []) + ([Piece("added", added)] if added else [])
