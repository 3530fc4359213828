"""What `benchmarks.reading` counts, as a table, as a file, and beside a file of another run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.support.site_reading import Count

WAYS = ("template", "alone", "lists")
"""Records read by the layout of their template, records of pages read by themselves, and lists."""
MOST_LOST = 0.002
"""The share of its records that a family may lose."""
Wrong = tuple[str, bool, str]


@dataclass(slots=True)
class Figures:
    """How many records there are, and what became of them."""

    records: int = 0
    whole: int = 0
    reported: int = 0
    """Wrong, and refused or with something unaccounted."""
    silent: int = 0
    """Wrong, and nothing says so."""
    alarms: int = 0
    """Whole, and with something unaccounted."""

    @classmethod
    def make(cls, count: Count) -> Figures:
        """Of what was counted."""
        return cls(count.all, count.whole, count.reported, count.silent, count.reported_whole)

    def add(self, other: Figures) -> None:
        """Adds the figures of `other`."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(slots=True)
class Row:
    """The figures of one row of a family, by way, and what was read wrong."""

    family: str
    name: str
    ways: dict[str, Figures] = field(default_factory=lambda: {way: Figures() for way in WAYS})
    wrong: list[tuple[str, str, Wrong]] = field(default_factory=list)
    """Way, site and what is wrong."""

    def add(self, counts: Mapping[str, Count], site: str) -> None:
        """Adds what was counted of a site."""
        for way, count in counts.items():
            self.ways[way].add(Figures.make(count))
            self.wrong += [(way, site, one) for one in count.wrong]


def sum_rows(name: str, rows: Iterable[Row]) -> Row:
    """One row of all."""
    whole = Row(name, name)
    for row in rows:
        for way, figures in row.ways.items():
            whole.ways[way].add(figures)
    return whole


def print_head() -> None:
    """The names of the columns."""
    made = f"{'whole':>7}{'':>8}{'reported':>9}{'silent':>7}{'alarms':>7}"
    lists = f"{'lists':>6}{'whole':>7}{'reported':>9}{'silent':>7}{'alarms':>7}"
    print(f"{'':<44} | {'by template':<38} | {'page by page':<38} | lists")
    print(f"{'':<36}{'records':>8} | {made} | {made} | {lists}")


def print_row(name: str, row: Row) -> None:
    """One row; nothing in the columns of what it has not."""
    records, lists = row.ways["template"], row.ways["lists"]
    cells = [f"{name[:36]:<36}{records.records or '':>8}"]
    cells += [_write_figures(row.ways[way]) for way in WAYS[:2]]
    cells += [
        f"{lists.records:>6}{lists.whole:>7}{lists.reported:>9}{lists.silent:>7}{lists.alarms:>7}"
        if lists.records
        else ""
    ]
    print(" | ".join(cells).rstrip(), flush=True)


def _write_figures(one: Figures) -> str:
    if not one.records:
        return " " * 38
    share = f"{one.whole / one.records:.1%}"
    return f"{one.whole:>7}{share:>8}{one.reported:>9}{one.silent:>7}{one.alarms:>7}"


def print_wrong(row: Row, most: int) -> None:
    """The first of what a row has wrong, those of which nothing is said first."""
    for way, site, (address, reported, what) in sorted(row.wrong, key=lambda one: one[2][1])[:most]:
        print(f"    {way}, {site}: {address} {'reported' if reported else 'SILENT'} {what[:300]}")


def save_rows(path: Path, rows: Iterable[Row], quick: bool) -> None:
    """Writes rows as JSON."""
    made = [{"family": row.family, "row": row.name, **{way: asdict(row.ways[way]) for way in WAYS}} for row in rows]
    path.write_text(json.dumps({"quick": quick, "rows": made}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_rows(path: Path, quick: bool) -> list[Row]:
    """The rows of a file. Raises ValueError where they are of another sample."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if found["quick"] != quick:
        raise ValueError(f"{path} is of a {'quick' if found['quick'] else 'whole'} run")
    return [
        Row(one["family"], one["row"], {way: Figures(**one[way]) for way in WAYS}) for one in found["rows"]
    ]  # fmt: skip


def gather_families(rows: Iterable[Row]) -> dict[str, Row]:
    """The sums of families, in order."""
    made: dict[str, list[Row]] = {}
    for row in rows:
        made.setdefault(row.family, []).append(row)
    return {name: sum_rows(name, own) for name, own in made.items()}


def compare_rows(before: Iterable[Row], now: Iterable[Row]) -> Iterator[str]:
    """A line for each row that has lost records or gained silent errors."""
    known = {(row.family, row.name): row for row in before}
    for row in now:
        if old := known.get((row.family, row.name)):
            for way in WAYS:
                one, two = old.ways[way], row.ways[way]
                lost, gained = one.whole - two.whole, two.silent - one.silent
                if lost > 0 or gained > 0:
                    yield f"{row.family}, {row.name}, {way}: {-lost:+} whole of {two.records}, {gained:+} silent"


def list_broken(before: Iterable[Row], now: Iterable[Row]) -> Iterator[str]:
    """What breaks the gate of changes: a family that lost too much, silent errors that rose in sum."""
    old, new = gather_families(before), gather_families(now)
    for name, row in new.items():
        if name not in old:
            continue
        for way in WAYS:
            one, two = old[name].ways[way], row.ways[way]
            if one.records != two.records:
                yield f"{name}, {way}: {two.records} records, {one.records} before; this is another bench"
            elif one.whole - two.whole > MOST_LOST * one.records:
                yield f"{name}, {way}: {one.whole - two.whole} of {one.records} records lost"
    shared = set(old) & set(new)
    for way in WAYS:
        silent = [sum(rows[name].ways[way].silent for name in shared) for rows in (old, new)]
        if silent[1] > silent[0]:
            yield f"silent errors, {way}: {silent[1]}, {silent[0]} before"
