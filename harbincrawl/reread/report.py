"""What came of an ingest, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from harbincrawl.errors import ExitCode

_EXAMPLES = 5
"""Of a reason."""
_AMISS = ("damaged", "a page is missing", "cannot be decoded", "too-large")


@dataclass
class IngestReport:
    """Counts of records, articles and reasons, in the order of the keys in JSON."""

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
    unaccounted: dict[str, Any] = field(default_factory=lambda: {"pages": 0, "sections": {}, "wordings": []})
    """As in the report of a crawl; see `summarize_unaccounted`."""
    refused: Counter[str] = field(default_factory=Counter)
    """By reason, captures that gave no article."""
    examples: dict[str, list[str]] = field(default_factory=dict)
    """The first addresses of each reason."""

    def count(self, verdict: str) -> None:
        """Counts an article: `new`, `changed`, `same` or `duplicate`."""
        setattr(self, verdict, getattr(self, verdict) + 1)

    def refuse(self, kind: str, reason: str, address: str) -> None:
        """Counts a capture that gives no article for a reason of this kind; see `pages.ReadArticle`."""
        if kind == "not-an-article":
            self.reject(f"no article: {reason}", address)
        else:
            self.reject("a page is missing" if kind == "pages" else kind, f"{address}: {reason}")

    def reject(self, reason: str, detail: str) -> None:
        """Counts a capture that gives no article."""
        self.refused[reason] += 1
        shown = self.examples.setdefault(reason, [])
        if len(shown) < _EXAMPLES:
            shown.append(detail)

    @property
    def outcome(self) -> str:
        """For the row of the run."""
        return "partial" if self.exit_code else "complete"

    @property
    def exit_code(self) -> int:
        """3 where something of the site was there and could not be had, or there was nothing of it at all."""
        nothing = not (self.pages or self.known or self.lists)
        return ExitCode.AMISS if nothing or self.amiss else ExitCode.DONE

    @property
    def amiss(self) -> list[str]:
        """The reasons of `refused` that stand for something of the site which could not be had."""
        return [reason for reason in _AMISS if self.refused[reason]]

    def as_dict(self) -> dict[str, Any]:
        """For --json and the row of the run."""
        return vars(self) | {"refused": dict(self.refused.most_common()), "exit_code": self.exit_code}

    as_record = as_dict
