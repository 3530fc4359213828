"""An archive in memory that crawls a simulated site by the project's rules and can list what it missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from harbincrawl.walk.articles import (
    ArticleState,
    ask_order,
    is_asked,
    needs_gone_proof,
    next_state,
    with_address,
    with_news,
)
from harbincrawl.walk.gone import GoneProof
from harbincrawl.walk.lists import walk
from harbincrawl.walk.outcomes import Sums, count_sums
from harbincrawl.walk.types import Answer, Ask, Row, SectionState, WalkResult
from tests.support.simulated_site import SIZE, Record, Site, Wording, fill

Recheck = Literal["all", "due", "none"]
Outcome = Literal["new", "changed", "same", "failed", "missing"]


class RowsInMemory(dict[str, Row]):
    """All rows of a section in a dict."""

    def count_active(self) -> int:
        return sum(row.active for row in self.values())

    def list_active(self) -> Iterable[str]:
        return (key for key, row in self.items() if row.active)

    def list_dated(self) -> Iterable[tuple[date, str]]:
        return ((row.line.date, key) for key, row in self.items() if row.active and row.line.date)


class Crash(Exception):  # noqa: N818 - what happens to the run, not an error of ours
    """The process died: what was not committed is lost."""


@dataclass
class Report:
    results: dict[str, WalkResult]
    outcomes: dict[int, str]
    sums: Sums
    asked: list[int]
    """Numbers of the articles fetched, in order."""
    walked: dict[str, list[int]]
    """List pages fetched, by section."""


class Archive:
    """What a database would hold, and the crawl; a crash keeps what was written and acknowledged."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.full_after = timedelta(days=3650)
        self.sections: dict[str, SectionState] = {}
        self.queue: dict[int, ArticleState] = {}
        self.stored: dict[int, Wording] = {}
        """By number: the wording under which an article was fetched last."""
        self.run = 0
        self.now = datetime(2025, 1, 1, 2, 0, tzinfo=UTC)
        self.walked: dict[str, list[int]] = {}
        self.lists_then: dict[int, set[str]] = {}
        """By number of an article that went gone: the lists that had ever answered then."""

    def rows(self, section: str = "news") -> dict[str, Row]:
        return self.sections[section].rows

    def crawl(
        self,
        *,
        between: Callable[[], None] = lambda: None,
        full: bool = False,
        limit: int | None = None,
        since: date | None = None,
        crash_at: int | None = None,
        recheck: Recheck = "none",
        sections: Iterable[str] | None = None,
        days: float = 1,
    ) -> Report:
        """One run, `days` after the one before; `between` may change the site before each fetch."""
        self.run += 1
        self.now += timedelta(days=days)
        self.walked = {}
        self.steps, self.crash_at, self.between = 0, crash_at, between
        try:
            paths = list(self.site.sections if sections is None else sections)
            gone_proof = GoneProof(
                (state.id for state in self.queue.values() if needs_gone_proof(state, self.now)), paths
            )
            results = {path: self._walk(path, full, limit, since, gone_proof) for path in paths}
            outcomes, asked = self._fetch(limit, recheck, gone_proof)
        finally:
            self.site.end_run()
        lines = [row.line for path in paths for row in self.rows(path).values() if row.active]
        wanted = [state.id for state in self.queue.values() if state.wanted]
        by_id = {str(number): outcome for number, outcome in outcomes.items()}
        return Report(results, outcomes, count_sums(lines, by_id, wanted), asked, self.walked)

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.crash_at:
            raise Crash

    def _walk(self, path: str, full: bool, limit: int | None, since: date | None, gone_proof: GoneProof) -> WalkResult:
        kept = self.sections.setdefault(path, SectionState(path, rows=RowsInMemory()))
        steps = walk(
            replace(kept, rows=RowsInMemory(kept.rows)),
            self.run,
            self.now,
            full=full,
            full_after=self.full_after,
            cut=lambda: limit is not None and sum(state.wanted for state in self.queue.values()) >= limit,
            since=since,
            moves_floor=limit is None,
            gone_proof=gone_proof,
        )
        pages = self.walked.setdefault(path, [])
        answer: Answer = None
        while True:
            self._step()
            try:
                asked = steps.send(answer)
            except StopIteration as end:
                result: WalkResult = end.value
                break
            if isinstance(asked, Ask):
                self.between()
                pages.append(asked.page)
                answer = self.site.answer(path, asked.page)
            else:
                kept.rows.update(asked.rows)
                for id, address in asked.addresses.items():
                    state = self.queue.get(int(id)) or ArticleState(id, address)
                    self.queue[int(id)] = with_address(state, address)
                for id in asked.wanted:
                    self.queue[int(id)] = with_news(self.queue[int(id)])
                answer = None
        for name in ("floor", "offset", "hole", "last", "full_at", "total", "seen"):
            setattr(kept, name, getattr(result, name))
        return result

    def _fetch(self, limit: int | None, recheck: Recheck, gone_proof: GoneProof) -> tuple[dict[int, str], list[int]]:
        asked = ask_order(s for s in self.queue.values() if is_asked(s, self.now, recheck))
        outcomes: dict[int, str] = {}
        for state in asked[:limit]:
            self._step()
            self.between()
            answer = self.site.article(state)
            number = int(state.id)
            before = self.stored.get(number)
            if isinstance(answer, Record):
                now = self.site.wording(answer)
                outcome: Outcome = "new" if before is None else "same" if before == now else "changed"
                self.stored[number] = now
            else:
                outcome = "missing" if answer == "missing" else "failed"
            after = next_state(state, outcome, self.run, self.now, proven=gone_proof.is_proven(state.id, state.address))
            self.queue[number] = after
            if after.gone and not state.gone:
                self.lists_then[number] = {path for path, section in self.sections.items() if section.seen}
            outcomes[number] = "gone" if after.gone else "failed" if outcome == "missing" else outcome
        return outcomes, list(outcomes)

    def missed(self) -> set[int]:
        """Articles that a readable list page shows, and whose page answers, but that are not stored as they are now."""
        unreadable = {number for section in self.site.sections for number in self._unreadable(section)}
        return {
            record.number
            for record in self.site.records.values()
            if record.summaries and not record.elsewhere and not record.reverted
            if record.number not in self.site.article_faults.keys() | self.site.was_missing
            if record.number not in unreadable and self.stored.get(record.number) != self.site.wording(record)
        }

    def falsely_gone(self) -> set[int]:
        """Articles that are gone here, though a list shows them and their page answers.

        A list whose first page had only ever answered 404 was no list when they went; since it answers, it counts for
        the lines of those of its pages that can be read.
        """
        gone = {int(state.id) for state in self.queue.values() if state.gone}
        shown: set[int] = set()
        for path, section in self.sections.items():
            if gone and section.seen:
                shown |= {int(line.id) for line in self.site.lines(path) if line.id} - self._unreadable(path)
        alive = {
            number
            for number, record in self.site.records.items()
            if number in shown or record.summaries.keys() & self.lists_then.get(number, set())
        }
        return (gone & alive) - self.site.was_missing

    def _unreadable(self, path: str) -> set[int]:
        """Articles on the pages of a list that fail."""
        broken = [n for section, n in self.site.page_faults if section == path]
        lines = self.site.lines(path) if broken else []
        return {int(line.id) for n in broken for line in lines[SIZE * (n - 1) : SIZE * n] if line.id}


def crawled(count: int = 40, **facts: Any) -> tuple[Site, Archive]:
    """A site of one list and an archive that has read it."""
    site = Site(**facts)
    fill(site, "news", count)
    archive = Archive(site)
    archive.crawl()
    return site, archive


def add_new(site: Site, count: int) -> None:
    for _ in range(count):
        site.add("news", 60)


def news(report: Report) -> WalkResult:
    return report.results["news"]


def assert_quiet(archive: Archive) -> None:
    """The next run, an hour later, reads one page a list and asks for no article."""
    report = archive.crawl(days=1 / 24)
    assert [len(read) for read in report.walked.values()] == [1] * len(report.walked)
    assert report.asked == []
