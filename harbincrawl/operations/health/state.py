"""The state of an archive for `status`: runs, sections, failures, health rules with their history."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from harbincrawl.archive import rescued
from harbincrawl.archive.database import lock
from harbincrawl.archive.layouts import list_doubts
from harbincrawl.archive.origin import read_site
from harbincrawl.archive.runs import history
from harbincrawl.archive.runs.history import OpenFailure, RunRecord, SectionRecord
from harbincrawl.archive.runs.seals import read_last_seal
from harbincrawl.archive.stamps import count_unstamped, read_last_stamp
from harbincrawl.config.schema import Thresholds
from harbincrawl.errors import ExitCode
from harbincrawl.operations.notify import list_waiting
from harbincrawl.text import time_text
from harbincrawl.walk import OUTCOMES

from . import gaps
from .clock import describe_fault, describe_length, find_faults
from .rules import RULES, Finding, broken_sentences, describe_finding, list_asked, name_some, read_findings
from .runs import LIST_GAP
from .space import measure_disk

_COUNTS = (*OUTCOMES, "left", "requests")
"""The counts of a run that are shown, from its report."""
NO_END = "has no end: it was killed, or this is a copy made while it ran"
"""Of a run that nobody holds the archive for: the copy of one that goes on is as that of a killed one."""
_SEARCHED = 2_000
"""How many runs are searched for findings: twelve weeks of hourly ones."""
_CHARTED = 20
"""How many runs the history of a rule has."""


class Standing(NamedTuple):
    """A rule as it stands."""

    run: int
    """The run whose finding it is; of several the newest."""
    finding: Finding
    """`sections` has the last word on each section, if that is certain."""
    runs: Mapping[str, int]
    """By section, the run of its last word."""


def read_state(
    connection: sqlite3.Connection,
    archive: Path,
    most: int,
    now: datetime,
    thresholds: Thresholds | None,
    max_age: timedelta | None = None,
    authorities: Collection[str] = (),
) -> dict[str, Any]:
    """The document of `status --json` with the last `most` runs, in the caller's transaction. Raises sqlite3.Error.

    The gaps of the lists are judged by `thresholds`; where these are not known, the finding of the last run stays. With
    `max_age` it is amiss, too, where no crawl went to its end in this time. `authorities` are those that are to stamp
    the seals.
    """
    site = read_site(connection)
    runs = history.read_runs(connection, most)
    going = runs[0].run if runs and runs[0].outcome == "running" and lock.find_holder(archive) else None
    crawls = [each for each in history.read_runs(connection, 2, "crawl") if each.run != going]
    checked = _read_checked(connection)
    standing = _find_standing(connection, checked, thresholds)
    if thresholds is not None:
        standing |= _check_gaps(connection, thresholds, site.page_size)
    last = [findings for _, findings in reversed(checked[:_CHARTED])]
    rules = [
        _rule_object(name, each, [findings[name].value for findings in last if name in findings])
        for name, each in standing.items()
    ]
    broken = [each["rule"] for each in rules if each["ok"] is False]
    reasons = _list_reasons(crawls, rules)
    if max_age is not None and (ended := history.find_last_end(connection)) is not None and now - ended > max_age:
        reasons.append(f"no crawl went to its end for {describe_length(now - ended)}")
    elif max_age is not None and ended is None:
        reasons.append("no crawl has gone to its end yet")
    due = history.find_next_due(connection, now)
    return {
        "archive": str(archive),
        **history.count_articles(connection),
        "exit_code": ExitCode.AMISS if reasons else ExitCode.DONE,
        "reasons": reasons,
        "disk": measure_disk(connection, archive),
        "clock": [describe_fault(each) for each in find_faults(history.read_times(connection, _SEARCHED), now)],
        "running": _describe_going(connection, runs[0], now) if going else None,
        "runs": [_run_object(each, going) for each in runs[:most]],
        "rescue": rescued.count_rescued(connection),
        "sections": [_section_object(each, thresholds) for each in history.read_sections(connection)],
        "seal": read_last_seal(connection),
        "timestamps": _describe_stamps(connection, authorities),
        "next_due": time_text(due) if due else None,
        "failures": [_failure_object(each) for each in history.read_open_failures(connection)],
        "unaccounted": history.find_unaccounted(connection),
        "templates": [each.as_dict() for each in list_doubts(connection)],
        "notices": list_waiting(archive),
        "health": {"ok": not broken, "broken": broken, "rules": rules},
    }


def _list_reasons(crawls: Sequence[RunRecord], rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is amiss with the last crawl, but for rules that hold by now, and each rule that stands broken."""
    reasons = [f"{each['rule']}: {each['sentence']} (run {each['run']})" for each in rules if each["ok"] is False]
    if not crawls or crawls[0].exit_code == ExitCode.DONE:
        return reasons
    crawl, report = crawls[0], crawls[0].report
    rules_broken = broken_sentences(report)
    of_crawl = [each for each in report.get("reasons", ()) if each not in rules_broken]
    if crawl.exit_code == ExitCode.AMISS and (of_crawl or rules_broken):
        return [f"run {crawl.run}: {each}" for each in of_crawl] + reasons
    how = f"ended with exit code {crawl.exit_code}" if crawl.exit_code is not None else NO_END
    return [f"run {crawl.run} {how}{': ' + report['error'] if report.get('error') else ''}", *reasons]


def _check_gaps(connection: sqlite3.Connection, thresholds: Thresholds, page_size: int) -> dict[str, Standing]:
    """The rule on gaps as the last walks left them, by the bounds of today."""
    walks = history.read_floor_walks(connection)
    if not walks or LIST_GAP in thresholds.ignore:
        return {}
    lists = [gaps.ListGap(each.section, each.total, each.active_rows, each.page_size or page_size) for each in walks]
    runs = {each.section: each.run for each in walks}
    return {LIST_GAP: Standing(max(runs.values()), gaps.judge_gaps(lists, thresholds.accept_gap), runs)}


def is_sound(connection: sqlite3.Connection, thresholds: Thresholds, run: int) -> tuple[bool, bool]:
    """Whether no rule is broken by now, and whether none was before the crawl `run`. Raises sqlite3.Error."""
    checked = _read_checked(connection)
    before = [each for each in checked if each[0] < run]
    now, then = (
        not any(each.finding.ok is False for each in _find_standing(connection, of_runs, thresholds).values())
        for of_runs in (checked, before)
    )
    return now, then


def _read_checked(connection: sqlite3.Connection) -> list[tuple[int, dict[str, Finding]]]:
    """The findings of the last crawls, newest first."""
    healths = history.read_healths(connection, _SEARCHED)
    return [(run, read_findings({"health": health})) for run, health in healths]


def _find_standing(
    connection: sqlite3.Connection, checked: Sequence[tuple[int, Mapping[str, Finding]]], thresholds: Thresholds | None
) -> dict[str, Standing]:
    lists = history.find_lists(connection)
    # A known section whose list was not walked yet may have articles that another list named.
    known = {section.path: True for section in read_site(connection).sections} | lists
    named = {path for _, findings in checked for each in findings.values() for path in each.sections}
    of_articles = {path for path in named if known.get(path) or history.has_articles(connection, path)}
    of_lists = {path for path, exists in lists.items() if exists}
    asked = list_asked(thresholds)
    return find_standing(checked, {name: of_articles if RULES[name].articles else of_lists for name in asked})


def find_standing(
    runs: Sequence[tuple[int, Mapping[str, Finding]]], existing: Mapping[str, Collection[str]]
) -> dict[str, Standing]:
    """The last word on each rule that was ever checked; `runs` begin with the newest.

    A rule is broken while it is in one section: a run says nothing about sections that it did not read, and a finding
    that is not certain (`ok` is None) changes none before it. `existing` are the rules to ask, with the sections there
    are by now; the findings on others are dropped, and rules that say nothing else.
    """
    found = {
        name: _find_one([(run, findings[name]) for run, findings in runs if name in findings], paths)
        for name, paths in existing.items()
    }
    return {name: each for name, each in found.items() if each is not None}


def _find_one(told: Sequence[tuple[int, Finding]], existing: Collection[str]) -> Standing | None:
    """The last word of one rule, told by the newest run first; None where no section has one any more."""
    if not told:
        return None
    last_run, last = next((each for each in told if each[1].ok is not None), told[0])
    words: dict[str, Finding] = {}
    runs: dict[str, int] = {}
    dropped = False
    for run, finding in told:
        for path, each in finding.sections.items():
            if path not in existing:
                dropped = True
            elif each.ok is not None and path not in words:
                words[path], runs[path] = each, run
        if finding.ok is not None and not finding.sections:
            # It was about everything: no run before has a say any more.
            break
    broken = [path for path, each in words.items() if each.ok is False]
    if broken:
        is_last = last.ok is False and all(runs[path] == last_run for path in broken)
    else:
        is_last = last.ok is not False or not last.sections
    if is_last or not words:
        # What broke it may have been in sections that are gone.
        return Standing(last_run, last._replace(sections=words), runs) if is_last or not dropped else None
    newest = max(broken or words, key=runs.__getitem__)
    finding = words[newest]._replace(sections=words)
    if broken:
        finding = finding._replace(sentence=name_some(words, sorted(broken)))
    return Standing(runs[newest], finding, runs)


def _describe_stamps(connection: sqlite3.Connection, authorities: Collection[str]) -> dict[str, Any]:
    """The newest time stamp (`last`), how many seals are newer (`since`), and who is asked for them (`asked`)."""
    last = read_last_stamp(connection)
    return {
        "last": last.as_object() if last else None,
        "since": count_unstamped(connection),
        "asked": list(authorities),
    }


def _rule_object(name: str, standing: Standing, values: list[float | None]) -> dict[str, Any]:
    document = {"rule": name, **describe_finding(standing.finding), "run": standing.run, "history": values}
    for path, section in document.get("sections", {}).items():
        section["run"] = standing.runs[path]
    return document


def _describe_going(connection: sqlite3.Connection, run: RunRecord, now: datetime) -> dict[str, Any]:
    """The run that is going on: `run`, `kind`, `seconds`, `responses`, `failures`."""
    (responses,) = connection.execute("SELECT count(*) FROM captures WHERE run = ?", (run.run,)).fetchone()
    (failures,) = connection.execute("SELECT count(*) FROM failures WHERE run = ?", (run.run,)).fetchone()
    seconds = max(0, round((now - run.started).total_seconds()))
    return {"run": run.run, "kind": run.kind, "seconds": seconds, "responses": responses, "failures": failures}


def _run_object(record: RunRecord, going: int | None) -> dict[str, Any]:
    # If no process holds the archive, a run with the outcome `running` was killed.
    outcome = "aborted" if record.outcome == "running" and record.run != going else record.outcome
    return {
        "run": record.run,
        "kind": record.kind,
        "started": time_text(record.started),
        "ended": time_text(record.ended) if record.ended else None,
        "seconds": record.report.get("seconds"),
        "outcome": outcome,
        "exit_code": record.exit_code,
        **{name: record.report.get(name) for name in _COUNTS},
        "broken": (record.report.get("health") or {}).get("broken", []),
    }


def _section_object(record: SectionRecord, thresholds: Thresholds | None) -> dict[str, Any]:
    return {
        "path": record.path,
        "floor": record.floor,
        "walk": record.walk,
        "reason": record.reason,
        "total_records": record.total,
        "known": record.active_rows,
        "gap": record.gap,
        "accepted": thresholds and gaps.is_accepted(thresholds.accept_gap, record.path, record.gap),
        "offset": record.offset,
        "hole": record.hole,
        "full_at": time_text(record.full_at) if record.full_at else None,
    }


def _failure_object(failure: OpenFailure) -> dict[str, Any]:
    return {
        "class": failure.kind,
        "reason": failure.reason,
        "count": failure.count,
        "next_try": time_text(failure.next_try) if failure.next_try else None,
        "example": failure.example,
    }
