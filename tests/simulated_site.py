"""A site without pages: lists that change under a walk, and an archive in memory that crawls them by the project's rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from harbincrawl.records import Listed, Listing
from harbincrawl.walk import (
    Answer,
    ArticleState,
    Ask,
    Failed,
    Missing,
    Row,
    SectionState,
    Sums,
    WalkResult,
    ask_order,
    count_sums,
    is_asked,
    is_sought,
    next_state,
    walk,
    with_address,
    with_news,
)

SIZE = 8
EPOCH = date(2020, 1, 1)
BASE = "http://site"
FOR_EVER = 10**6


@dataclass
class Record:
    """An article, or a line that leads elsewhere (`elsewhere`); `day` counts from EPOCH."""

    number: int
    home: str
    day: int
    title: str
    summaries: dict[str, str]
    """By section: the lists that show it."""
    elsewhere: bool = False
    version: int = 1
    """Counts up with every change that a line can tell of."""

    @property
    def key(self) -> str:
        return self.address if self.elsewhere else str(self.number)

    @property
    def address(self) -> str:
        return f"http://elsewhere/{self.number}" if self.elsewhere else f"{BASE}/{self.home}/{self.number}.html"


@dataclass
class Site:
    """The truth. Totals are printed (`hidden` too high) or not; `dated` lists show dates."""

    sections: tuple[str, ...] = ("news",)
    printed: bool = True
    hidden: int = 0
    dated: bool = True
    names_last: bool = True
    records: dict[int, Record] = field(default_factory=dict)
    page_faults: dict[tuple[str, int], list[object]] = field(default_factory=dict)
    """(section, page) -> [`Missing` or `Failed` class, runs left]."""
    article_faults: dict[int, list[object]] = field(default_factory=dict)
    """number -> ["failed" or "missing", runs left]."""
    number: int = 0
    was_missing: set[int] = field(default_factory=set)
    """Articles that answered 404 by a fault: to call them gone is no error."""

    def add(self, section: str, day: int, elsewhere: bool = False, also: str | None = None) -> Record:
        self.number += 1
        shown = [section] if also is None or also == section else [section, also]
        summaries = {path: f"about {self.number} in {path}" for path in shown}
        record = Record(self.number, section, day, f"title {self.number}", summaries, elsewhere)
        self.records[self.number] = record
        return record

    def edit(self, record: Record, *, day: int | None = None, summary_of: str | None = None) -> None:
        """A new day, else a new summary in one list, else a new title."""
        if day is not None:
            record.version += self.dated and day != record.day
            record.day = day
            return
        record.version += 1
        if summary_of is not None:
            record.summaries[summary_of] += "!"
        else:
            record.title += "!"

    def move(self, record: Record, source: str, target: str) -> None:
        """The record leaves the list `source` for `target`; its address goes with it."""
        summary = record.summaries.pop(source)
        record.summaries.setdefault(target, summary)
        record.home = target

    def lines(self, section: str) -> list[Listed]:
        shown = [record for record in self.records.values() if section in record.summaries]
        shown.sort(key=lambda record: (-record.day, -record.number))
        return [self.line(record, section) for record in shown]

    def line(self, record: Record, section: str) -> Listed:
        return Listed(
            key=record.key,
            address=record.address,
            number=None if record.elsewhere else record.number,
            title=record.title,
            date=EPOCH + timedelta(days=record.day) if self.dated else None,
            summary=record.summaries[section],
        )

    def pages(self, section: str) -> int:
        return max(1, -(-len(self.lines(section)) // SIZE))

    def answer(self, section: str, n: int) -> Answer:
        """What the site says to list page `n`."""
        if section not in self.sections:
            return Missing()
        if fault := self.page_faults.get((section, n)):
            return Missing() if fault[0] is Missing else Failed("500")
        lines = self.lines(section)
        pages = self.pages(section)
        if n > pages:
            return Missing()
        return Listing(
            address=f"{BASE}/{section}/{n}",
            page=n,
            lines=tuple(lines[SIZE * (n - 1) : SIZE * n]),
            total=len(lines) + self.hidden if self.printed else None,
            next_page=f"{BASE}/{section}/{n + 1}" if n < pages else None,
            last=pages if self.names_last and pages > 1 else None,
        )

    def article(self, state: ArticleState) -> Record | str:
        """What the site says to the address of an article: the record, `failed` or `missing`."""
        if fault := self.article_faults.get(state.number):
            if fault[0] == "missing":
                self.was_missing.add(state.number)
            return str(fault[0])
        record = self.records.get(state.number)
        return record if record and record.address == state.address else "missing"

    def end_run(self) -> None:
        """Faults that last a number of runs grow older."""
        for faults in (self.page_faults, self.article_faults):
            for key, fault in list(faults.items()):
                fault[1] = int(str(fault[1])) - 1
                if fault[1] <= 0:
                    del faults[key]  # type: ignore[arg-type]


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

    @property
    def deepest(self) -> int:
        """List pages fetched in the section that cost most."""
        return max((len(pages) for pages in self.walked.values()), default=0)


class Archive:
    """What a database would hold, and the crawl; a crash keeps what was written and acknowledged."""

    def __init__(self, site: Site, full_after: timedelta = timedelta(days=3650)) -> None:
        self.site = site
        self.full_after = full_after
        self.sections: dict[str, SectionState] = {}
        self.queue: dict[int, ArticleState] = {}
        self.stored: dict[int, int] = {}
        """number -> version as fetched last."""
        self.run = 0
        self.now = datetime(2025, 1, 1, 2, 0, tzinfo=UTC)
        self.walked: dict[str, list[int]] = {}

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
        recheck: str = "none",
        sections: Iterable[str] | None = None,
        days: float = 1,
    ) -> Report:
        """One run, `days` after the one before; `between` may change the site before each fetch."""
        self.run += 1
        self.now += timedelta(days=days)
        self.walked = {}
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += 1
            if steps == crash_at:
                raise Crash

        try:
            paths = list(self.site.sections if sections is None else sections)
            full = full or any(is_sought(state) for state in self.queue.values())
            results = {path: self._walk(path, full, limit, since, between, step) for path in paths}
            outcomes, asked = self._fetch(limit, recheck, between, step)
        finally:
            self.site.end_run()
        lines = [row.line for path in paths for row in self.rows(path).values() if row.stands]
        wanted = [number for number, state in self.queue.items() if state.wanted]
        return Report(results, outcomes, count_sums(lines, outcomes, wanted), asked, self.walked)

    def _walk(
        self,
        path: str,
        full: bool,
        limit: int | None,
        since: date | None,
        between: Callable[[], None],
        step: Callable[[], None],
    ) -> WalkResult:
        kept = self.sections.setdefault(path, SectionState(path))
        steps = walk(
            replace(kept, rows=dict(kept.rows)),
            self.run,
            self.now,
            full=full,
            full_after=self.full_after,
            cut=lambda: limit is not None and sum(state.wanted for state in self.queue.values()) >= limit,
            since=since,
            moves_floor=limit is None,
        )
        pages = self.walked.setdefault(path, [])
        answer: Answer = None
        while True:
            step()
            try:
                asked = steps.send(answer)
            except StopIteration as end:
                result: WalkResult = end.value
                break
            if isinstance(asked, Ask):
                between()
                pages.append(asked.page)
                answer = self.site.answer(path, asked.page)
            else:
                kept.rows.update(asked.rows)
                for number, address in asked.addresses.items():
                    state = self.queue.get(number) or ArticleState(number, address)
                    self.queue[number] = with_address(state, address)
                for number in asked.wanted:
                    self.queue[number] = with_news(self.queue[number])
                answer = None
        for name in ("floor", "offset", "hole", "last", "full_at", "total", "seen"):
            setattr(kept, name, getattr(result, name))
        return result

    def _fetch(
        self, limit: int | None, recheck: str, between: Callable[[], None], step: Callable[[], None]
    ) -> tuple[dict[int, str], list[int]]:
        asked = ask_order(s for s in self.queue.values() if is_asked(s, self.now, recheck))  # type: ignore[arg-type]
        outcomes: dict[int, str] = {}
        for state in asked[:limit]:
            step()
            between()
            answer = self.site.article(state)
            before = self.stored.get(state.number)
            if isinstance(answer, Record):
                outcome = "new" if before is None else "same" if before == answer.version else "changed"
                self.stored[state.number] = answer.version
            else:
                outcome = answer
            after = next_state(state, outcome, self.run, self.now)  # type: ignore[arg-type]
            self.queue[state.number] = after
            outcomes[state.number] = "gone" if after.gone else "failed" if outcome == "missing" else outcome
        return outcomes, list(outcomes)

    def missed(self) -> set[int]:
        """Articles that a readable list page shows, and whose page answers, but that are not stored as they are now."""
        unreadable = {
            line.number
            for section, n in self.site.page_faults
            for line in self.site.lines(section)[SIZE * (n - 1) : SIZE * n]
        }
        return {
            record.number
            for record in self.site.records.values()
            if record.summaries and not record.elsewhere
            if record.number not in self.site.article_faults.keys() | self.site.was_missing
            if record.number not in unreadable and self.stored.get(record.number) != record.version
        }

    def falsely_gone(self) -> set[int]:
        """Articles that are gone here, though a list shows them and their page answers."""
        gone = {state.number for state in self.queue.values() if state.gone}
        alive = {number for number, record in self.site.records.items() if record.summaries}
        return (gone & alive) - self.site.was_missing


def count_lines(site: Site, section: str) -> Counter[str]:
    """How often a section's list shows each key."""
    return Counter(line.key for line in site.lines(section))


def fill(site: Site, section: str, count: int) -> None:
    """Adds `count` records, a day each, the newest last."""
    for day in range(count):
        site.add(section, day)
