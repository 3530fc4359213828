"""The nouns of the health rules: what a run shows of itself, what is known of the past, and what a rule says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from harbincrawl.text import read_time

FIELDS = ("title", "date", "source", "body")
"""The fields whose coverage is watched."""
_RARE = 0.02
"""What is rarer in the past is taken for this: odd pages come in twos."""


class Verdict(NamedTuple):
    """What a rule says of a run."""

    rule: str
    ok: bool | None
    """None: too little was seen to say."""
    value: float | None
    """What was measured, for a line of many runs."""
    bound: float | None
    """What it is held against, in the same unit."""
    sentence: str
    """For people."""


@dataclass(frozen=True)
class Run:
    """A run as the rules see it, read off its report."""

    report: Mapping[str, Any]

    @property
    def started(self) -> datetime:
        return read_time(self.report["started"])

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was measured at the run's end; empty for runs that failed before."""
        found: Mapping[str, Any] = self.report.get("facts") or {}
        return found

    @property
    def articles(self) -> Mapping[str, Any]:
        """What the articles say that were read in this run; empty where none was."""
        found: Mapping[str, Any] = self.facts.get("articles") or {}
        return found

    def count_fields(self, name: str) -> dict[str, tuple[int, int]]:
        """By section: (articles that were read, those of them that have the field `name`).

        Pages that show an article without any text are no records, but they are articles without a body.
        """
        told = self.articles.get("sections") or {}
        found = {path: (int(each["read"]), int(each[name])) for path, each in told.items()}
        for path, count in (self.facts.get("empty") or {}).items() if name == "body" else ():
            read, have = found.get(path, (0, 0))
            found[path] = read + count, have
        return found

    @property
    def read(self) -> int:
        """Articles that were read from a page of this run."""
        return int(self.articles.get("read", 0))

    @property
    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        """The sections that have a list, as the report tells them."""
        told: Mapping[str, Mapping[str, Any]] = self.report.get("sections") or {}
        return {path: section for path, section in told.items() if section["walk"] != "absent"}

    @property
    def seen(self) -> int:
        """Articles seen for the first time."""
        return int(self.report.get("new") or 0) + int(self.report.get("duplicate") or 0)


@dataclass(frozen=True)
class Past:
    """What is known of earlier runs."""

    good: Sequence[Run] = ()
    """The last crawls without a broken rule, the newest first: ten, or more where these read few articles."""
    sightings: Sequence[tuple[datetime, int]] = ()
    """(start, articles seen for the first time) of every crawl that reached the site, the first one first."""
    robots: str | None = None
    """What robots.txt was when it last answered."""
    latest: datetime | None = None
    """The latest moment that the run before this one wrote down."""


@dataclass(frozen=True)
class Share:
    """A share in the past."""

    hits: int = 0
    tries: int = 0
    fallback: float = 0.0
    """What is taken for it where there is no past."""
    _least: int = field(default=30, repr=False)

    @property
    def known(self) -> bool:
        """Whether there is enough of a past to compare with."""
        return self.tries >= self._least

    @property
    def usual(self) -> float:
        """The share as it was."""
        return self.hits / self.tries if self.known else self.fallback

    @property
    def expected(self) -> float:
        """The share to expect: never quite 0 or 1, for what did not happen yet may happen, and then not alone."""
        return min(1.0, max(_RARE, (self.hits + 1) / (self.tries + 2))) if self.known else self.fallback
