"""What came of an ingest, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_EXAMPLES = 5
_AMISS = ("damaged", "a page is missing", "cannot be decoded")


@dataclass
class IngestReport:
    """Counts of records, articles and reasons."""

    files: list[str]
    records: int = 0
    """Captures looked at, lists aside."""
    pages: int = 0
    """Of them, pages of articles that were taken in."""
    known: int = 0
    """Of them, captures that the archive has already."""
    lists: int = 0
    """List pages that were taken in."""
    new: int = 0
    changed: int = 0
    same: int = 0
    duplicate: int = 0
    """New articles that turned out copies."""
    older: int = 0
    """Articles whose history was put in order, because a capture is older than what was stored."""
    refused: Counter[str] = field(default_factory=Counter)
    """By reason, captures that gave no article."""
    examples: dict[str, list[str]] = field(default_factory=dict)
    """The first addresses of each reason."""

    def turn_away(self, reason: str, detail: str) -> None:
        """Counts a capture that gives no article."""
        self.refused[reason] += 1
        shown = self.examples.setdefault(reason, [])
        if len(shown) < _EXAMPLES:
            shown.append(detail)

    @property
    def exit_code(self) -> int:
        """3 where something of the site was there and could not be had, or there was nothing of it at all."""
        nothing = not (self.pages or self.known or self.lists)
        return 3 if nothing or any(self.refused[reason] for reason in _AMISS) else 0

    def as_dict(self) -> dict[str, Any]:
        """For --json and for the run record."""
        return {
            "files": self.files,
            "records": self.records,
            "pages": self.pages,
            "known": self.known,
            "lists": self.lists,
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
            "duplicate": self.duplicate,
            "older": self.older,
            "refused": dict(self.refused.most_common()),
            "examples": self.examples,
            "exit_code": self.exit_code,
        }
