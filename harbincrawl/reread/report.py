"""What came of an ingest and of a reparse, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from harbincrawl.archive.unaccounted import LONGEST
from harbincrawl.archive.wordings import MOST_WORDINGS, fold_digits
from harbincrawl.errors import ExitCode
from harbincrawl.fields import READ_KEYS
from harbincrawl.identity import plain_id
from harbincrawl.records import Unaccounted
from harbincrawl.text import shorten

_EXAMPLES = 5
"""Of a reason, or of a field."""
_MOST_WORDINGS = 1_000
_AMISS = ("damaged", "a page is missing", "cannot be decoded", "too-large")


@dataclass
class UnaccountedCount:
    """Counts the pages that show anything unaccounted, as the report of a crawl does; an article is one page."""

    sections: Counter[str] = field(default_factory=Counter)
    wordings: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By kind and text with every number as 0, the pages that have it; of the first _MOST_WORDINGS."""
    examples: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """A text of each, and the address of its page."""

    def count(self, address: str, section: str, unaccounted: Sequence[Unaccounted]) -> None:
        """Counts the page at `address`, if it shows anything unaccounted."""
        if not unaccounted:
            return
        self.sections[section] += 1
        for wording, text in {(kind, fold_digits(text)): text for kind, text in unaccounted}.items():
            if wording in self.examples or len(self.examples) < _MOST_WORDINGS:
                self.examples.setdefault(wording, (shorten(text, LONGEST, len), address))
                self.wordings[wording] += 1

    def as_dict(self) -> dict[str, Any]:
        """`pages`, `sections` and `wordings`."""
        most = sorted(self.wordings.items(), key=lambda each: (-each[1], each[0]))[:MOST_WORDINGS]
        wordings = []
        for (kind, folded), pages in most:
            text, example = self.examples[kind, folded]
            wordings.append({"kind": kind, "text": text, "pages": pages, "example": example})
        return {"pages": self.sections.total(), "sections": dict(sorted(self.sections.items())), "wordings": wordings}


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
    older: int = 0
    """Articles whose history was put in order, because a capture is older than what was stored."""
    unaccounted: UnaccountedCount = field(default_factory=UnaccountedCount)
    refused: Counter[str] = field(default_factory=Counter)
    """By reason, captures that gave no article."""
    examples: dict[str, list[str]] = field(default_factory=dict)
    """The first addresses of each reason."""

    def count(self, verdict: str) -> None:
        """Counts an article: `new`, `changed`, `same` or `duplicate`."""
        setattr(self, verdict, getattr(self, verdict) + 1)

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

    def as_record(self) -> dict[str, Any]:
        """For the row of the run."""
        return self.as_dict()

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        counts = {"unaccounted": self.unaccounted.as_dict(), "refused": dict(self.refused.most_common())}
        return vars(self) | counts | {"exit_code": self.exit_code}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field and its two values, as the record would print them."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """An article that today's parsers read otherwise."""

    id: str
    differences: tuple[Difference, ...]


@dataclass
class ReparseReport:
    """What a reparse found, and did, in the order of the keys in JSON."""

    parser: str
    applied: bool
    articles: int = 0
    """Stored ones that were looked at."""
    same: int = 0
    changed: int = 0
    restored: int = 0
    """Articles that are captured but not stored."""
    mended: int = 0
    """Of the changed ones: stored words that were not of their fingerprint any more."""
    unaccounted: UnaccountedCount = field(default_factory=UnaccountedCount)
    unread: Counter[str] = field(default_factory=Counter)
    """By kind, articles whose captures gave no record; see `pages.ReadArticle`."""
    fields: Counter[str] = field(default_factory=Counter)
    examples: list[Changed] = field(default_factory=list)
    reasons: list[tuple[str, str, str]] = field(default_factory=list)
    """(id, kind, reason) of those, captures that were never made or removed on purpose left out."""
    older: set[str] = field(default_factory=set)
    """Ids of those that another version of the reader has read; for nobody else."""

    def count_changed(self, changed: Changed) -> None:
        """Counts an article and its fields, and keeps it as an example where a field has too few."""
        self.changed += 1
        if any(self.fields[each.field] < _EXAMPLES for each in changed.differences):
            self.examples.append(changed)
        self.fields.update(each.field for each in changed.differences)

    @property
    def outcome(self) -> str:
        """For the row of the run."""
        return "complete"

    @property
    def exit_code(self) -> int:
        """3 where evidence that should be there could not be read."""
        return ExitCode.AMISS if self.reasons else ExitCode.DONE

    def as_record(self) -> dict[str, Any]:
        """For the row of the run: counts alone, no words of pages."""
        return {name: value for name, value in self.as_dict().items() if name not in ("examples", "reasons")}

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        counts = {name: value for name, value in vars(self).items() if name != "older"}
        return counts | {
            "unaccounted": self.unaccounted.as_dict(),
            "unread": dict(sorted(self.unread.items())),
            "fields": {name: self.fields[name] for name in READ_KEYS if self.fields[name]},
            "examples": [
                {
                    "number": plain_id(one.id),
                    "fields": {each.field: {"before": each.before, "after": each.after} for each in one.differences},
                }
                for one in self.examples
            ],
            "reasons": [{"number": plain_id(id), "kind": kind, "reason": reason} for id, kind, reason in self.reasons],
        }
