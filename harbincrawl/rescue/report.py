"""The report of a rescue: sums over all that the archive of others lists, and what this run did."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from harbincrawl.archive.rescued import OUTCOMES, STATES, count_reasons, count_states
from harbincrawl.errors import ExitCode, HarbincrawlError
from harbincrawl.reread.report import UnaccountedCount

MOST_NAMED = 20
"""Failures that a report names; all are counted."""


@dataclass
class RescueReport:
    """What came of a rescue. The sums are those of the archive of others by now, earlier runs included."""

    source: str
    sums: dict[str, int] = field(default_factory=dict)
    not_ours: dict[str, int] = field(default_factory=dict)
    """By reason."""
    classes: dict[str, int] = field(default_factory=dict)
    """Of failures, by class."""
    requests: int = 0
    bytes: int = 0
    fetched: int = 0
    """Captures that this run fetched."""
    listed: int = 0
    """Captures that it found and that were not known before."""
    digests_differ: int = 0
    """Captures of this run whose bytes have not the digest that the other archive lists."""
    failures: list[dict[str, str]] = field(default_factory=list)
    """address, class, reason of what failed in this run."""
    failed: int = 0
    articles: dict[str, int] = field(default_factory=dict)
    """By outcome, articles of this run: new, changed, same, duplicate, failed."""
    seconds: float = 0.0
    sample: list[str] = field(default_factory=list)
    """Addresses of the captures that `--sample` chose."""
    unaccounted: UnaccountedCount = field(default_factory=UnaccountedCount)
    """What the pages that this run read show unaccounted."""
    incomplete: int = 0
    """Captures of articles of which a page is nowhere, though all that is listed of them was asked for."""
    is_interrupted: bool = False
    error: HarbincrawlError | None = None
    """Why it ended early; what it fetched before is stored."""

    def fail(self, address: str, kind: str, reason: str) -> None:
        """Notes a failure."""
        self.failed += 1
        if len(self.failures) < MOST_NAMED:
            self.failures.append({"address": address, "class": kind, "reason": reason})

    def count(self, connection: sqlite3.Connection, run: int) -> None:
        """Reads the sums, and what came of the articles in `run`."""
        self.articles = dict(
            connection.execute("SELECT outcome, count(*) FROM outcomes WHERE run = ? GROUP BY 1", (run,)).fetchall()
        )
        self.sums = count_states(connection, self.source)
        self.not_ours = count_reasons(connection, self.source, "not_ours")
        self.classes = count_reasons(connection, self.source, "failed")
        (self.incomplete,) = connection.execute(
            "SELECT count(*) FROM rescue AS r WHERE source = ? AND outcome = 'incomplete'"
            " AND NOT EXISTS (SELECT 1 FROM rescue AS l WHERE l.number = r.number AND l.state = 'left')",
            (self.source,),
        ).fetchone()
        assert self.sums["found"] == sum(self.sums[name] for name in STATES)  # noqa: S101 - promised of every report
        assert self.sums["fetched"] == self.sums["unread"] + sum(  # noqa: S101 - likewise
            self.sums[name] for name in OUTCOMES
        )

    @property
    def outcome(self) -> str:
        """For the row of the run."""
        if self.is_interrupted:
            return "interrupted"
        return "failed" if self.error is not None else "partial" if self.exit_code else "complete"

    @property
    def exit_code(self) -> int:
        """130, the error's own, or 3 where something failed or could not be put together."""
        if self.is_interrupted:
            return ExitCode.INTERRUPTED
        if self.error is not None:
            return self.error.exit_code
        return ExitCode.AMISS if self.failed or self.incomplete else ExitCode.DONE

    def as_record(self) -> dict[str, Any]:
        """For the row of the run."""
        return self.as_dict()

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "source": self.source,
            "outcome": self.outcome,
            "exit_code": int(self.exit_code),
            **self.sums,
            "not_ours_by_reason": self.not_ours,
            "failed_by_class": self.classes,
            "this_run": {
                **{name: self.articles.get(name, 0) for name in ("new", "changed", "same", "duplicate")},
                "listed": self.listed,
                "fetched": self.fetched,
                "failed": self.failed,
                "digests_differ": self.digests_differ,
            },
            "seconds": self.seconds,
            "requests": self.requests,
            "bytes": self.bytes,
            "failures": self.failures,
            "unaccounted": self.unaccounted.as_dict(),
            "sample": self.sample,
            "error": str(self.error) if self.error else None,
        }
