"""Random histories of a simulated site, and what the archive was found to have missed at their ends."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from harbincrawl.walk.articles import is_asked
from tests.support.simulated_archive import Archive, Crash
from tests.support.simulated_site import FOR_EVER, Fault, Record, Site, fill

_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
ALL: list[str] = _TABLE["all"]


@dataclass(frozen=True)
class Profile:
    """What may happen in a history."""

    name: str
    changes: Sequence[str]
    under_walks: bool = True
    faults: bool = False
    crashes: bool = False
    totals: Sequence[str] = ("true",)
    undated: bool = False
    pager_lies: bool = False
    drifts: bool = False
    sections: Sequence[str] = ("news", "music")


PROFILES = {
    name: Profile(name, **{**given, "changes": _TABLE[given.get("changes", "all")]})
    for name, given in _TABLE["profiles"].items()
}


@dataclass
class Findings:
    """What was amiss after the changes ended; empty sets and zeros are what the rules promise."""

    missed: set[int] = field(default_factory=set)
    """After two ordinary runs."""
    missed_after_full: set[int] = field(default_factory=set)
    falsely_gone: set[int] = field(default_factory=set)
    """After any run."""
    deep: int = 0
    """List pages that a section took in a quiet run, where that were more than 2 (4: a hole, and no total printed)."""
    refetched: int = 0
    """Articles fetched in a quiet run, those aside that fail."""
    wrong_sums: int = 0
    wrong_rows: int = 0
    """Sections whose active rows differ from the list after a full walk of calm lists."""
    costliest: float = 0.0
    """List fetches of a run, divided by the list's pages."""
    pages: int = 0


def change(site: Site, dice: random.Random, changes: Sequence[str]) -> None:
    kind = dice.choice(changes)
    section = dice.choice(site.sections)
    top = max((record.day for record in site.records.values()), default=0)
    shown = [record for record in site.records.values() if record.summaries]
    if kind == "top" or not shown:
        site.add(section, top + dice.randint(0, 1))
    elif kind == "old":
        site.add(section, dice.randint(0, top))
    elif kind == "both":
        site.add(section, dice.randint(0, top), also=dice.choice(site.sections))
    elif kind == "elsewhere":
        site.add(section, dice.randint(0, top), elsewhere=True)
    else:
        _change_one(site, dice, kind, dice.choice(shown), top)


def _change_one(site: Site, dice: random.Random, kind: str, record: Record, top: int) -> None:
    source = dice.choice(sorted(record.summaries))
    if kind == "up":
        site.edit(record, day=dice.randint(record.day, top + 1))
    elif kind == "down":
        site.edit(record, day=dice.randint(0, record.day))
    elif kind == "title":
        site.edit(record)
    elif kind == "summary":
        site.edit(record, summary_of=source)
    elif kind == "remove":
        record.summaries.clear()
        if dice.random() < 0.5:
            record.home = "nowhere"
    elif not record.elsewhere:
        others = [path for path in site.sections if path not in record.summaries]
        if others:
            site.move(record, source, dice.choice(others))


def break_something(site: Site, dice: random.Random) -> None:
    """One list page or article fails for a run, for some, or for ever."""
    runs = dice.choice([1, 1, 2, 3, FOR_EVER])
    if dice.random() < 0.5:
        section = dice.choice(site.sections)
        site.page_faults[section, dice.randint(1, site.pages(section))] = Fault(
            dice.choice(["failed", "missing"]), runs
        )
    elif site.records:
        site.article_faults[dice.choice(sorted(site.records))] = Fault(dice.choice(["failed", "missing"]), runs)


def run_history(seed: int, profile: Profile) -> Findings:
    """A site, some runs under changes, two calm runs, a quiet one, a full one; deterministic in `seed`."""
    dice = random.Random(seed)
    totals = dice.choice(profile.totals)
    site = Site(
        sections=tuple(profile.sections[: dice.randint(1, len(profile.sections))]),
        printed=totals != "absent",
        hidden=dice.choice([-1, 1, 2, 9]) if totals == "wrong" else 0,
        dated=not (profile.undated and dice.random() < 0.3),
        names_last=dice.random() < 0.7,
    )
    if profile.drifts:
        site.drift = dice.choice([-9, -3, -1, 1, 3, 40])
    if profile.pager_lies:
        site.no_next, site.repeats = dice.randint(1, 4), dice.random() < 0.5
    for section in site.sections:
        fill(site, section, dice.choice([3, 8, 20, 40, 41, 64]))
    archive = Archive(site)
    findings = Findings()
    likely = dice.choice([0.03, 0.15])

    def under_walk() -> None:
        if profile.under_walks and dice.random() < likely:
            for _ in range(dice.choice([1, 1, 1, 3])):
                change(site, dice, profile.changes)

    for _ in range(dice.randint(2, 4)):
        if profile.faults and dice.random() < 0.6:
            break_something(site, dice)
        crash_at = dice.randint(1, 60) if profile.crashes and dice.random() < 0.3 else None
        limit = dice.randint(1, 20) if profile.crashes and dice.random() < 0.15 else None
        _run(archive, findings, under_walk, crash_at=crash_at, limit=limit)
        for _ in range(dice.choice([0, 1, 1, 2, 5, 12])):
            change(site, dice, profile.changes)
    site.heal()
    _run(archive, findings)
    _run(archive, findings)
    findings.missed = archive.missed()
    _look_at_quiet_run(archive, findings)
    archive.crawl(full=True)
    _run(archive, findings)
    findings.missed_after_full = archive.missed()
    for section in site.sections:
        if not any(path == section for path, _ in site.page_faults):
            active = {key: row.line for key, row in archive.rows(section).items() if row.active}
            lines = {line.key: line for line in site.lines(section)}
            # A first page without lines is never believed, even where a list did become empty.
            findings.wrong_rows += bool(lines) and active != lines
    return findings


def _run(
    archive: Archive,
    findings: Findings,
    between: Callable[[], None] = lambda: None,
    *,
    crash_at: int | None = None,
    limit: int | None = None,
) -> None:
    try:
        report = archive.crawl(between=between, crash_at=crash_at, limit=limit)
    except Crash:
        return
    sums = report.sums
    right = (
        sums.listed == sums.known + sums.wanted + sums.elsewhere
        and sums.wanted == len(report.asked) == len(report.outcomes)
        and sums.wanted == sums.new + sums.changed + sums.same + sums.duplicate + sums.failed + sums.gone
        and sums.left <= sums.known
    )
    findings.wrong_sums += not right
    findings.falsely_gone |= archive.falsely_gone()
    for section, pages in report.walked.items():
        findings.pages += len(pages)
        findings.costliest = max(findings.costliest, (len(pages) - 6) / archive.site.pages(section))


def _look_at_quiet_run(archive: Archive, findings: Findings) -> None:
    for _ in range(8):
        # An article that is missing since one run is not settled yet: its second run looks for it in whole lists, and
        # while those cannot be read whole, later ones do, less and less often.
        later = archive.now + timedelta(days=1)
        if any(state.wanted and is_asked(state, later) for state in archive.queue.values()):
            _run(archive, findings)
    report = archive.crawl()
    for section, pages in report.walked.items():
        hole_to_measure_around = report.results[section].hole is not None and not archive.site.printed
        if len(pages) > (4 if hole_to_measure_around else 2):
            findings.deep = max(findings.deep, len(pages))
    findings.refetched = len(set(report.asked) - archive.site.article_faults.keys())


def lines_lost_under_walk(seed: int, changes: Sequence[str], bursts: int, printed: bool = True) -> set[str]:
    """One first walk with one burst of changes between two of its page fetches; what stood throughout and was lost."""
    dice = random.Random(seed)
    site = Site(printed=printed)
    fill(site, "news", dice.randint(17, 60))
    archive = Archive(site)
    at = dice.randint(2, site.pages("news"))
    stood: list[set[str]] = [{line.key for line in site.lines("news")}]
    fetches = 0

    def under_walk() -> None:
        nonlocal fetches
        fetches += 1
        if fetches == at:
            for _ in range(bursts):
                change(site, dice, changes)
                stood.append({line.key for line in site.lines("news")})

    archive.crawl(between=under_walk)
    active = {key for key, row in archive.rows().items() if row.active}
    return set.intersection(*stood) - active
