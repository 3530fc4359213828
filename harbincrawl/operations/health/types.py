"""Types of the health rules: a run, its past, a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from harbincrawl.text import read_time

FIELDS = ("title", "date", "source", "body")
"""The fields that have a health rule."""
_RARE = 0.02
"""The least expected share: rare pages often come in pairs."""


class SectionVerdict(NamedTuple):
    """The result of a rule for one section of a run; the fields are those of `Verdict`."""

    ok: bool | None
    value: float | None
    bound: float | None
    sentence: str


class Verdict(NamedTuple):
    """The result of a rule for a run."""

    rule: str
    ok: bool | None
    """False: the rule is broken; None: there was too little data to decide."""
    value: float | None
    """The measured value."""
    bound: float | None
    """The value that it is compared with, in the same unit."""
    sentence: str
    """The result as a sentence for people."""
    sections: Mapping[str, SectionVerdict] = MappingProxyType({})
    """By section, where the rule is about sections."""

    def for_section(self) -> SectionVerdict:
        """The same as the verdict on one section."""
        return SectionVerdict(*self[1:5])


@dataclass(frozen=True)
class ReportedRun:
    """A run, read from its report."""

    report: Mapping[str, Any]

    @property
    def started(self) -> datetime:
        return read_time(self.report["started"])

    @property
    def measures(self) -> Mapping[str, Any]:
        """What was measured at the end of the run; empty if it failed before."""
        measures: Mapping[str, Any] = self.report.get("facts") or {}
        return measures

    @property
    def articles(self) -> Mapping[str, Any]:
        """Measures of the articles read in this run; empty if none was read."""
        articles: Mapping[str, Any] = self.measures.get("articles") or {}
        return articles

    def count_fields(self, name: str) -> dict[str, tuple[int, int]]:
        """By section: (articles read, articles of these with the field `name`).

        For `body`, articles without any text count as read, although they are not stored.
        """
        sections = self.articles.get("sections") or {}
        counts = {path: (int(each["read"]), int(each[name])) for path, each in sections.items()}
        for path, empty in (self.measures.get("empty") or {}).items() if name == "body" else ():
            read, have = counts.get(path, (0, 0))
            counts[path] = read + empty, have
        return counts

    def count_photo_stories(self) -> dict[str, int]:
        """By section: articles with pictures and without a body."""
        return {path: int(each.get("photos", 0)) for path, each in (self.articles.get("sections") or {}).items()}

    def list_read_sections(self) -> list[str]:
        """The sections whose article pages answered in this run, whatever could be read of them."""
        measures = self.measures
        parts = (self.articles.get("sections"), measures.get("empty"), measures.get("not_articles_by_section"))
        return sorted({path for part in parts for path in part or ()})

    def select_section(self, path: str) -> ReportedRun:
        """This run as if it had read the pages of one section only, as far as the rules on fields and lines see it."""
        measures, sections = self.measures, self.articles.get("sections") or {}
        empty = (measures.get("empty") or {}).get(path)
        articles = {**self.articles, "sections": {path: sections[path]} if path in sections else {}}
        unaccounted = {
            kind: {path: counts[path]} if path in counts else {}
            for kind, counts in (measures.get("unaccounted") or {}).items()
        }
        facts = {
            **measures, "articles": articles, "empty": {path: empty} if empty else {}, "unaccounted": unaccounted,
        }  # fmt: skip
        return ReportedRun({**self.report, "facts": facts})

    @property
    def read(self) -> int:
        """Number of articles read from pages of this run."""
        return int(self.articles.get("read", 0))

    @property
    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        """The sections of the report, without those that have no list."""
        sections: Mapping[str, Mapping[str, Any]] = self.report.get("sections") or {}
        return {path: section for path, section in sections.items() if section["walk"] != "absent"}

    @property
    def seen(self) -> int:
        """Number of articles seen for the first time."""
        return int(self.report.get("new") or 0) + int(self.report.get("duplicate") or 0)


@dataclass(frozen=True)
class Past:
    """Earlier runs."""

    good: Sequence[ReportedRun] = ()
    """The last crawls without a broken rule, the newest first: ten, or more if they read few articles."""
    sightings: Sequence[tuple[datetime, int]] = ()
    """(start, articles seen for the first time) of each crawl that reached the site, the oldest first."""
    robots: str | None = None
    """The last known state of robots.txt."""
    latest: datetime | None = None
    """The latest time in the records of the run before."""


@dataclass(frozen=True)
class Share:
    """A share in earlier runs."""

    hits: int = 0
    tries: int = 0
    fallback: float = 0.0
    """The share if there are too few tries."""
    _least: int = field(default=30, repr=False)

    @property
    def known(self) -> bool:
        """Whether there are enough tries to compare with."""
        return self.tries >= self._least

    @property
    def usual(self) -> float:
        """The share in earlier runs."""
        return self.hits / self.tries if self.known else self.fallback

    @property
    def expected(self) -> float:
        """The share to expect; never 0, because what has not happened yet may still happen."""
        return min(1.0, max(_RARE, (self.hits + 1) / (self.tries + 2))) if self.known else self.fallback
