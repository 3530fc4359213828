"""The state of each list against its walks, and the report of each run against the rows that it left."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harbincrawl.operations.verify.findings import DATABASE_BACKUP, Findings

_HOLE = re.compile(r"list page (\d+) cannot be read")
_COUNTED = ("new", "changed", "same", "duplicate", "failed", "gone")
_READ = ("to-floor", "full")


@dataclass(frozen=True, slots=True)
class _Run:
    """A run as its row says it."""

    run: int
    kind: str
    started: str
    ended: str | None
    outcome: str
    seal: str | None
    arguments: dict[str, Any]
    report: dict[str, Any]
    """Empty where the row has none."""

    @property
    def is_cut(self) -> bool:
        """Whether no walk of it moves a floor."""
        return self.arguments.get("limit") is not None or self.arguments.get("since") is not None


@dataclass(frozen=True, slots=True)
class _StoredWalk:
    """A row of `walks`."""

    run: int
    section: str
    walk: str
    pages: int
    total: int | None
    known: int
    gap: int | None
    reason: str | None

    @property
    def hole(self) -> int | None:
        """The list page that could not be read."""
        match = _HOLE.fullmatch(self.reason or "") if self.walk == "partial" else None
        return int(match[1]) if match else None

    @property
    def is_read(self) -> bool:
        """Whether the walk read all that was new, except for a hole."""
        return self.walk in _READ or self.hole is not None

    @property
    def told(self) -> dict[str, Any]:
        """What a report says of it."""
        walk = "partial" if self.walk == "failed" else self.walk
        return {
            "walk": walk, "listing_pages": self.pages, "total_records": self.total, "known": self.known,
            "gap": self.gap, "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Section:
    """A row of `sections`, with the walks of its list."""

    path: str
    floor: int
    offset: int
    last_page: int
    hole: int | None
    full_at: str | None
    total: int | None
    seen: int
    walks: list[_StoredWalk]


def check_walks(connection: sqlite3.Connection, findings: Findings) -> None:
    """Compares `sections` with `walks`, and both with the reports of the runs; `temp.meanings` is there."""
    runs = {run.run: run for run in _load_runs(connection)}
    walks: dict[str, list[_StoredWalk]] = defaultdict(list)
    for row in connection.execute(
        "SELECT run, section, walk, listing_pages, total_records, known, gap, reason FROM walks ORDER BY run"
    ):
        walks[row[1]].append(_StoredWalk(*row))
    sections = [
        _Section(path, floor, offset, last_page, hole, full_at, total, seen, walks.get(path, []))
        for path, floor, offset, last_page, hole, full_at, total, seen in connection.execute(
            'SELECT path, floor, "offset", last_page, hole, full_at, total, seen FROM sections ORDER BY path'
        )
    ]
    for path in sorted(walks.keys() - {section.path for section in sections}):
        findings.report("value", path, "the list was walked, and has no state", DATABASE_BACKUP)
    pages = dict(connection.execute(
        "SELECT section, max(page) FROM temp.meanings WHERE kind = 'listing' GROUP BY section"
    ))  # fmt: skip
    for section in sections:
        for name in _find_wrong(section, runs, pages.get(section.path, 1)):
            said = f"{name} is not what its walks left"
            findings.report("value", f"the list {section.path}", said, DATABASE_BACKUP)
    by_run: dict[int, dict[str, _StoredWalk]] = defaultdict(dict)
    for found in walks.values():
        for walk in found:
            by_run[walk.run][walk.section] = walk
    outcomes, failures, removed = _count_rows(connection)
    unaccounted = dict(connection.execute("SELECT run, count(DISTINCT address) FROM unaccounted GROUP BY 1").fetchall())
    last_purge = max((run.run for run in runs.values() if run.kind == "purge"), default=0)
    for number, run in runs.items():
        if not _tells_unaccounted(run, unaccounted.get(number, 0), was_purged=number < last_purge):
            said = "its report is not what it left: the number of pages with unexplained lines"
            findings.report("value", f"run {number}", said, DATABASE_BACKUP)
        for name in _find_untold(run, by_run[number], outcomes[number], failures[number], removed[number]):
            said = f"its report is not what it left: {name}"
            findings.report("value", f"run {number}", said, DATABASE_BACKUP)


def _load_runs(connection: sqlite3.Connection) -> Iterator[_Run]:
    for run, kind, started, ended, outcome, seal, arguments, report in connection.execute(
        "SELECT run, kind, started, ended, outcome, seal, arguments, report FROM runs ORDER BY run"
    ):
        yield _Run(run, kind, started, ended, outcome, seal, _read_object(arguments), _read_object(report))


def _read_object(text: str | None) -> dict[str, Any]:
    """A JSON object; empty where the text is none, which is named elsewhere."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _find_wrong(section: _Section, runs: dict[int, _Run], pages: int) -> Iterator[str]:
    """The columns of a section that do not follow from its walks; `pages`: the last list page with an answer."""
    if not section.walks:
        yield "its row"
        return
    last = section.walks[-1]
    setting = [walk for walk in section.walks if walk.is_read and walk.run in runs and not runs[walk.run].is_cut]
    if section.floor != (setting[-1].run if setting else 0):
        yield "floor"
    if section.hole != (setting[-1].hole if setting else None):
        yield "hole"
    if section.total != last.total:
        yield "total"
    told = _tell_section(runs.get(last.run), section.path)
    if told is not None and section.offset != told.get("offset", section.offset):
        yield "offset"
    if not 1 <= section.last_page <= max(pages, section.hole or 1, 1):
        yield "last_page"
    if not _is_full_at(section.full_at, setting, runs):
        yield "full_at"
    walked = {walk.walk for walk in section.walks}
    if (
        section.seen not in (0, 1)
        or (section.seen == 0 and walked & {*_READ})
        or (section.seen and walked == {"absent"})
    ):
        yield "seen"


def _tell_section(run: _Run | None, path: str) -> dict[str, Any] | None:
    """What the report of a run says of a list."""
    told = run.report.get("sections") if run else None
    found = told.get(path) if isinstance(told, dict) else None
    return found if isinstance(found, dict) else None


def _is_full_at(moment: str | None, setting: list[_StoredWalk], runs: dict[int, _Run]) -> bool:
    """Whether it is a time of the last full walk, or of a later one that had a hole."""
    full = [walk.run for walk in setting if walk.walk == "full"]
    if moment is None:
        return not full
    ends = [runs[walk.run] for walk in setting if walk.run >= max(full, default=0) and walk.walk != "to-floor"]
    # Where the clock went back within the run, it may have said anything.
    return any(run.started <= moment <= (run.ended or moment) or (run.ended or moment) < run.started for run in ends)


def _count_rows(
    connection: sqlite3.Connection,
) -> tuple[dict[int, Counter[str]], Counter[int], dict[int, Counter[str]]]:
    """By run: its outcomes, its failures, the rows of either kind that were removed on purpose."""
    outcomes: dict[int, Counter[str]] = defaultdict(Counter)
    for run, outcome, count in connection.execute("SELECT run, outcome, count(*) FROM outcomes GROUP BY 1, 2"):
        outcomes[run][outcome] = count
    failures = Counter(dict(connection.execute("SELECT run, count(*) FROM failures GROUP BY 1").fetchall()))
    removed: dict[int, Counter[str]] = defaultdict(Counter)
    for run, kind, count in connection.execute("SELECT run, kind, count(*) FROM removals GROUP BY 1, 2"):
        removed[run][kind] = count
    return outcomes, failures, removed


def _tells_unaccounted(run: _Run, pages: int, *, was_purged: bool) -> bool:
    """Whether the report has the number of pages with unexplained lines that the run left; a purge removes some."""
    told = run.report.get("unaccounted")
    if run.kind != "crawl" or not run.report:
        return True
    number = told.get("pages", 0) if isinstance(told, dict) else 0
    return bool(number >= pages if was_purged else number == pages)


def _find_untold(
    run: _Run, walks: dict[str, _StoredWalk], outcomes: Counter[str], failures: int, removed: Counter[str]
) -> Iterator[str]:
    """What the report of a crawl contradicts; the reports of other runs say nothing of rows."""
    report = run.report
    if run.kind != "crawl" or not report:
        return
    for name in ("run", "outcome"):
        if report.get(name) != getattr(run, name):
            yield name
    sections = report.get("sections")
    told = sections if isinstance(sections, dict) else {}
    for path in sorted(walks.keys() | told.keys()):
        said = _tell_section(run, path)
        if path in walks:
            if said is None or any(said.get(name) != value for name, value in walks[path].told.items()):
                yield path
        elif said is None or said.get("listing_pages") != 0:
            yield path
    if run.seal is None:
        # Runs of before there were seals have no outcomes.
        return
    missing = [report.get(name, 0) - outcomes[name] for name in _COUNTED]
    if min(missing) < 0 or sum(missing) != removed["outcome"]:
        yield "the number of articles"
    if len(report.get("failures", ())) - failures != removed["failure"]:
        yield "the number of failures"
