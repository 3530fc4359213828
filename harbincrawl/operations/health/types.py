"""Types of the health rules: a run, its past, a finding, a rule and its verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from harbincrawl.config.schema import Thresholds
from harbincrawl.text import read_time


class Finding(NamedTuple):
    """What a rule finds in a run, or in one section of it."""

    ok: bool | None
    """False: the rule is broken; None: there was too little data to decide."""
    value: float | None
    """The measured value."""
    bound: float | None
    """The value that it is compared with, in the same unit."""
    sentence: str
    """The result as a sentence for people."""
    sections: Mapping[str, Finding] = MappingProxyType({})
    """By section, where the rule is about sections."""


class Verdict(NamedTuple):
    """The finding of a rule, with its name; the other fields are those of `Finding`."""

    rule: str
    ok: bool | None
    value: float | None
    bound: float | None
    sentence: str
    sections: Mapping[str, Finding] = MappingProxyType({})


class Rule(NamedTuple):
    """A health rule; called with a run, its past and the bounds, it gives its verdict."""

    name: str
    judge: Callable[[ReportedRun, Past, Thresholds], Finding]
    keys: tuple[str, ...] = ()
    """The settings below [health] that it reads."""
    articles: Literal["apart", "together"] | None = None
    """Whether its sections are those of articles, judged apart or all together; None: they are those of lists."""

    def __call__(self, run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
        finding = self.judge(run, past, bounds)
        if self.articles == "together":
            finding = finding._replace(sections=dict.fromkeys(run.list_read_sections(), finding))
        return Verdict(self.name, *finding)


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

    @property
    def article_sections(self) -> Mapping[str, Mapping[str, int]]:
        """By section, the articles `read`, those of them with each field, and the `photos` without a body."""
        sections: Mapping[str, Mapping[str, int]] = self.articles.get("sections") or {}
        return sections

    def list_read_sections(self) -> list[str]:
        """The sections whose article pages answered in this run, whatever could be read of them."""
        measures = self.measures
        parts = (self.article_sections, measures.get("empty"), measures.get("not_articles_by_section"))
        return sorted({path for part in parts for path in part or ()})

    @property
    def read(self) -> int:
        """Number of articles read from pages of this run."""
        return int(self.articles.get("read", 0))

    @property
    def bodies(self) -> int:
        """Number of articles whose body was measured."""
        return int(self.articles.get("bodies", 0)) if self.articles.get("body_lengths") else 0

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
    walked: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    """By section that has a list, when its last walks began, the oldest first."""
