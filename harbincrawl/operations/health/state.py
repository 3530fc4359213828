"""The state of an archive for `status`: runs, sections, failures, health rules with their history."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from harbincrawl.archive.database import lock
from harbincrawl.archive.layouts import list_doubts
from harbincrawl.archive.origin import read_site
from harbincrawl.archive.runs import history
from harbincrawl.archive.runs.history import RunRecord
from harbincrawl.archive.runs.seals import count_unstamped, read_last_seal, read_last_stamp
from harbincrawl.config.reader import read_settings
from harbincrawl.config.schema import SealSettings, Thresholds
from harbincrawl.errors import ExitCode, SettingsError
from harbincrawl.operations.notify import list_waiting
from harbincrawl.text import time_text
from harbincrawl.walk.outcomes import OUTCOMES

from .rules import (
    LIST_GAP,
    Finding,
    ListGap,
    broken_sentences,
    check_gaps,
    describe_finding,
    is_accepted,
    list_asked,
    name_some,
    read_findings,
)

_COUNTS = (*OUTCOMES, "left", "requests")
"""The counts of a run that are shown, from its report."""
NO_END = "has no end: it was killed, or this is a copy made while it ran"
"""Of a run that nobody holds the archive for: the copy of one that goes on is as that of a killed one."""
_SEARCHED = 2_000
"""How many runs are searched for findings: twelve weeks of hourly ones."""


class Standing(NamedTuple):
    """A rule as it stands."""

    run: int
    """The run whose finding it is; of several the newest."""
    finding: Finding
    """`sections` has the last word on each section, if that is certain."""


def judge_state(
    connection: sqlite3.Connection, archive: Path, most: int, now: datetime, max_age: timedelta | None = None
) -> dict[str, Any]:
    """The document of `status --json` with the last `most` runs, in the caller's transaction. Raises sqlite3.Error.

    The gaps of the lists are judged by the archive's settings of today; for who may not read these, the finding of the
    last run stays.
    With `max_age` it is amiss, too, where no crawl went to its end in this time.
    """
    site = read_site(connection)
    thresholds, authorities = site.thresholds, SealSettings().timestamp
    is_configured = False
    # Only its owner may be able to read config.toml.
    with suppress(SettingsError):
        config, _ = read_settings(archive)
        thresholds, authorities = config.fill(thresholds), config.fill(SealSettings()).timestamp
        is_configured = True
    runs = history.read_runs(connection, most)
    going = runs[0].run if runs and runs[0].outcome == "running" and lock.find_holder(archive) else None
    crawls = [each for each in history.read_runs(connection, 2, "crawl") if each.run != going]
    standing = _find_standing(connection, _read_checked(connection), thresholds)
    if is_configured:
        standing |= _check_gaps(connection, thresholds, site.page_size)
    rules = [{"rule": name, **describe_finding(each.finding), "run": each.run} for name, each in standing.items()]
    broken = [each["rule"] for each in rules if each["ok"] is False]
    reasons = _list_reasons(crawls, rules)
    if max_age is not None and (ended := history.find_last_end(connection)) is not None and now - ended > max_age:
        reasons.append(f"no crawl went to its end for {(now - ended) / timedelta(days=1):.1f} days")
    elif max_age is not None and ended is None:
        reasons.append("no crawl has gone to its end yet")
    due = history.find_next_due(connection, now)
    return {
        "archive": str(archive),
        **history.count_articles(connection),
        "exit_code": ExitCode.AMISS if reasons else ExitCode.DONE,
        "reasons": reasons,
        "running": _describe_going(connection, runs[0], now) if going else None,
        "runs": [_run_object(each, going) for each in runs[:most]],
        "sections": [
            each | {"accepted": is_accepted(thresholds.accept_gap, each["path"], each["gap"])}
            for each in history.read_sections(connection)
        ],
        "seal": read_last_seal(connection),
        "timestamps": {
            "last": last.as_object() if (last := read_last_stamp(connection)) else None,
            "since": count_unstamped(connection),
            "asked": list(authorities),
        },
        "next_due": time_text(due) if due else None,
        "failures": history.read_open_failures(connection),
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
    lists = [ListGap(path, total, known, size or page_size) for _, path, total, known, size in walks]
    return {LIST_GAP: Standing(max(run for run, *_ in walks), check_gaps(lists, thresholds.accept_gap))}


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
    connection: sqlite3.Connection, checked: Sequence[tuple[int, Mapping[str, Finding]]], thresholds: Thresholds
) -> dict[str, Standing]:
    # A known section whose list was not walked yet may have articles that another list named.
    known = {section.path: True for section in read_site(connection).sections} | history.find_lists(connection)
    named = {path for _, findings in checked for each in findings.values() for path in each.sections}
    existing = {path for path in named if known.get(path) or history.has_articles(connection, path)}
    return find_standing(checked, list_asked(thresholds), existing)


def find_standing(
    runs: Sequence[tuple[int, Mapping[str, Finding]]], asked: Sequence[str], existing: Collection[str]
) -> dict[str, Standing]:
    """The last word on each of the rules `asked` that was ever checked; `runs` begin with the newest.

    A rule is broken while it is in one section: a run says nothing about sections that it did not read, and a finding
    that is not certain (`ok` is None) changes none before it. Findings on sections but the `existing` are dropped.
    """
    found: dict[str, Standing] = {}
    for run, findings in reversed(runs):
        for name in asked:
            if name in findings and (standing := _follow(found.get(name), run, findings[name], existing)) is not None:
                found[name] = standing
    return {name: found[name] for name in asked if name in found}


def _follow(before: Standing | None, run: int, finding: Finding, existing: Collection[str]) -> Standing | None:
    """How a rule stands after `run`; None where all that it was about is gone."""
    if finding.ok is None:
        return before or Standing(run, finding)
    told = {path: each for path, each in finding.sections.items() if path in existing and each.ok is not None}
    if finding.sections and not told:
        return before
    sections = {**(before.finding.sections if before else {}), **told}
    broken = sorted(path for path, each in sections.items() if each.ok is False)
    if told.keys() >= set(broken) and bool(broken) >= (finding.ok is False and bool(told)):
        return Standing(run, finding._replace(sections=sections))
    if before is not None and broken and not any(path in told for path in broken):
        run = before.run
    shown = broken or sorted(told)[:1]
    return Standing(run, sections[shown[0]]._replace(sentence=name_some(sections, shown), sections=sections))


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
