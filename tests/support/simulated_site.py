"""A site without pages, whose lists change under a walk and whose addresses fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from harbincrawl.records import Listed, Listing
from harbincrawl.walk.articles import ArticleState
from harbincrawl.walk.types import Answer, PageFailed, PageMissing

SIZE = 8
EPOCH = date(2020, 1, 1)
BASE = "http://site"
FOR_EVER = 10**6

Wording = tuple[str, int | None, tuple[str, ...]]


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
    past: set[Wording] = field(default_factory=set)
    """Wordings that it had before."""
    reverted: bool = False
    """True once it came back to one of them: then no line can tell that it was fetched in between."""

    @property
    def key(self) -> str:
        return self.address if self.elsewhere else str(self.number)

    @property
    def address(self) -> str:
        return f"http://elsewhere/{self.number}" if self.elsewhere else f"{BASE}/{self.home}/{self.number}.html"


@dataclass
class Fault:
    """What an address answers with for `runs` more runs: `failed` or `missing`."""

    kind: str
    runs: int = FOR_EVER


@dataclass
class Site:
    """The true state of the site. Totals are printed (too high by `hidden`) or not; `dated` lists show dates."""

    sections: tuple[str, ...] = ("news",)
    printed: bool = True
    hidden: int = 0
    dated: bool = True
    names_last: bool = True
    drift: int = 0
    """Each page prints a total that is this much higher than the page before."""
    no_next: int = 0
    """This page links no later page, although there are some."""
    repeats: bool = False
    """Behind the last page the site shows the last page again, in place of a 404."""
    records: dict[int, Record] = field(default_factory=dict)
    page_faults: dict[tuple[str, int], Fault] = field(default_factory=dict)
    """By section and number of the list page."""
    article_faults: dict[int, Fault] = field(default_factory=dict)
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
        record.past.add(self.wording(record))
        if day is not None:
            record.day = day
        elif summary_of is not None:
            record.summaries[summary_of] += "!"
        else:
            record.title += "!"
        record.reverted = record.reverted or self.wording(record) in record.past

    def move(self, record: Record, source: str, target: str) -> None:
        """The record leaves the list `source` for `target`; its address goes with it."""
        summary = record.summaries.pop(source)
        record.summaries.setdefault(target, summary)
        record.home = target

    def wording(self, record: Record) -> Wording:
        """Everything that list lines show of a record: an article is current if it was fetched under this wording."""
        return record.title, record.day if self.dated else None, tuple(sorted(record.summaries.values()))

    def lines(self, section: str) -> list[Listed]:
        shown = [record for record in self.records.values() if section in record.summaries]
        shown.sort(key=lambda record: (-record.day, -record.number))
        return [self.line(record, section) for record in shown]

    def line(self, record: Record, section: str) -> Listed:
        return Listed(
            key=record.key,
            address=record.address,
            id=None if record.elsewhere else str(record.number),
            title=record.title,
            date=EPOCH + timedelta(days=record.day) if self.dated else None,
            summary=record.summaries[section],
        )

    def pages(self, section: str) -> int:
        return max(1, -(-len(self.lines(section)) // SIZE))

    def answer(self, section: str, n: int) -> Answer:
        if section not in self.sections:
            return PageMissing()
        if fault := self.page_faults.get((section, n)):
            return PageMissing() if fault.kind == "missing" else PageFailed("500")
        lines = self.lines(section)
        pages = self.pages(section)
        if n > pages and not self.repeats:
            return PageMissing()
        shown = min(n, pages)
        linked = n if n == self.no_next else pages
        return Listing(
            address=f"{BASE}/{section}/{n}",
            page=n,
            lines=tuple(lines[SIZE * (shown - 1) : SIZE * shown]),
            total=len(lines) + self.hidden + self.drift * (shown - 1) if self.printed else None,
            next_page=f"{BASE}/{section}/{n + 1}" if n < linked else None,
            last=linked if self.names_last and linked > 1 else None,
        )

    def article(self, state: ArticleState) -> Record | str:
        """The site's answer for the address of an article: the record, `failed` or `missing`."""
        number = int(state.id)
        if fault := self.article_faults.get(number):
            if fault.kind == "missing":
                self.was_missing.add(number)
            return fault.kind
        record = self.records.get(number)
        return record if record and record.address == state.address else "missing"

    def end_run(self) -> None:
        """Ages the faults that last a number of runs."""
        for fault in (*self.page_faults.values(), *self.article_faults.values()):
            fault.runs -= 1
        self.page_faults = {key: fault for key, fault in self.page_faults.items() if fault.runs > 0}
        self.article_faults = {key: fault for key, fault in self.article_faults.items() if fault.runs > 0}

    def heal(self) -> None:
        """What does not fail for ever fails no more; first pages answer, and faults of pages that are none go."""
        self.page_faults = {
            (section, n): fault
            for (section, n), fault in self.page_faults.items()
            if fault.runs > FOR_EVER // 2 and 1 < n <= self.pages(section)
        }
        self.article_faults = {key: fault for key, fault in self.article_faults.items() if fault.runs > FOR_EVER // 2}


def fill(site: Site, section: str, count: int) -> None:
    """Adds `count` records, a day each, the newest last."""
    for day in range(count):
        site.add(section, day)
