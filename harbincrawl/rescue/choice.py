"""Which listed captures are the site's, which of them to ask for, and in which order. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from harbincrawl.archive.rescued import ListedCapture, Wanted
from harbincrawl.sites import Site

from .cdx import CdxRow, read_moment


@dataclass(frozen=True, slots=True)
class CaptureSelection:
    """What is to be asked for."""

    since: str = ""
    """First digits of the earliest timestamp; empty: any."""
    until: str = ""
    """First digits of the latest timestamp, all that begin so included; empty: any."""
    sections: tuple[str, ...] = ()
    """Paths of sections, those below them included; empty: all."""

    def covers(self, timestamp: str, section: str) -> bool:
        """Whether a capture of a page in `section` is to be asked for."""
        if timestamp < self.since or (self.until and timestamp[: len(self.until)] > self.until):
            return False
        return not self.sections or any(section == each or section.startswith(f"{each}/") for each in self.sections)


def find_section(site: Site, address: str) -> str:
    """The path of the section that an address of the site is in."""
    meaning = site.read_address(address)
    return meaning.section_path if meaning else ""


def judge_row(row: CdxRow, site: Site, purged: Collection[str], now: datetime) -> ListedCapture:
    """The row of `rescue` for a capture, with the reason where it is not to be asked for."""
    address = site.canonical(row.original)
    meaning = site.read_address(address) if address else None
    moment = read_moment(row.timestamp)
    if address is None:
        reason: str | None = "another host"
    elif meaning is None:
        reason = "neither an article nor a list"
    elif meaning.id is not None and meaning.id in purged:
        reason = "purged"
    elif moment is not None and moment > now:
        reason = "dated in the future"
    elif row.status is not None and 300 <= row.status < 400:
        reason = "a redirect"
    elif row.status not in (None, 200):
        reason = f"HTTP {row.status}"
    else:
        reason = None
    return ListedCapture(
        original=row.original,
        timestamp=row.timestamp,
        address=address if meaning else None,
        id=meaning.id if meaning else None,
        page=meaning.page if meaning else None,
        digest=row.digest,
        length=row.length,
        place=row.place,
        not_ours=reason,
    )


def order_rows(rows: Iterable[Wanted]) -> Iterator[Wanted]:
    """`rows`, sorted by address and time, in the order in which they are asked for.

    First of each page of an article the first and the last capture: whatever ends the rescue early, as many articles as
    can be are there. Then the lists, which tell titles and summaries, then the captures in between.
    """
    middle: list[Wanted] = []
    lists: list[Wanted] = []
    for _, group in groupby(rows, key=lambda row: row.address):
        # What is no date comes last: a capture of the same body may have one.
        captures = sorted(group, key=lambda row: read_moment(row.timestamp) is None)
        if captures[0].number is None:
            lists += captures
            continue
        # Of captures with one body the earliest is asked for, and the others refer to it.
        mark = captures[-1].digest
        last = next((row for row in captures if mark is not None and row.digest == mark), captures[-1])
        edges = {id(captures[0]): captures[0], id(last): last}
        yield from edges.values()
        middle += [row for row in captures if id(row) not in edges]
    yield from lists
    yield from middle


def choose_sample(rows: Iterable[Wanted], size: int, site: Site) -> list[Wanted]:
    """Captures of first pages, spread over sections and years: one of each in turn."""
    groups: dict[tuple[str, str], list[Wanted]] = {}
    for row in sorted(rows, key=lambda row: (row.timestamp, row.address)):
        if row.page == 1:
            groups.setdefault((row.timestamp[:4], find_section(site, row.address)), []).append(row)
    chosen: list[Wanted] = []
    turns = [iter(groups[key]) for key in sorted(groups)]
    while turns and len(chosen) < size:
        left = []
        for turn in turns:
            drawn = next(turn, None) if len(chosen) < size else None
            if drawn is not None:
                chosen.append(drawn)
                left.append(turn)
        turns = left
    return chosen
