"""The state of an archive for `status`: runs, sections, failures, health rules with their history."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from harbincrawl.archive import rescued
from harbincrawl.archive.database import lock
from harbincrawl.archive.origin import read_site
from harbincrawl.archive.runs import history
from harbincrawl.archive.runs.history import FloorWalk, OpenFailure, RunRecord, SectionRecord
from harbincrawl.config.schema import Thresholds
from harbincrawl.errors import ExitCode, HeldError
from harbincrawl.operations.notices import list_waiting
from harbincrawl.text import time_text
from harbincrawl.walk import OUTCOMES

from . import RULES, broken_sentences, describe_verdict, gaps, list_asked, read_verdicts, unread
from .clock import describe_fault, describe_length, find_faults
from .latest import Standing, find_standing
from .types import Verdict

COUNTS = (*OUTCOMES, "left", "requests")
"""The counts of a run that are shown, from its report."""
_SEARCHED = 2_000
"""How many runs are searched for verdicts: twelve weeks of hourly ones."""
_CHARTED = 20
"""How many runs the history of a rule has."""


def read_state(
    connection: sqlite3.Connection,
    archive: Path,
    most: int,
    now: datetime,
    thresholds: Thresholds | None,
    max_age: timedelta | None = None,
) -> dict[str, Any]:
    """The document of `status --json` with the last `most` runs, in the caller's transaction. Raises sqlite3.Error.

    The gaps of the lists are judged by `thresholds`; where these are not known, the verdict of the last run stays. With
    `max_age` it is amiss, too, where no crawl ended well in this time.
    """
    site = read_site(connection)
    runs = history.read_runs(connection, most)
    going = runs[0].run if runs and runs[0].outcome == "running" and is_held(archive) else None
    crawls = [each for each in history.read_runs(connection, 2, "crawl") if each.run != going]
    rules = _read_rules(connection, thresholds)
    if thresholds is not None:
        rules = _judge_gaps(rules, history.read_floor_walks(connection), thresholds, site.page_size)
        rules = _judge_unread(rules, history.read_walked(connection), thresholds, now)
    broken = [each["rule"] for each in rules if each["ok"] is False]
    reasons = _list_reasons(crawls, rules)
    if max_age is not None and (ended := history.find_last_end(connection)) is not None and now - ended > max_age:
        reasons.append(f"no crawl ended well for {describe_length(now - ended)}")
    elif max_age is not None and ended is None:
        reasons.append("no crawl has ended well yet")
    due = history.find_next_due(connection, now)
    return {
        "archive": str(archive),
        **history.count_articles(connection),
        "exit_code": ExitCode.AMISS if reasons else ExitCode.DONE,
        "reasons": reasons,
        "clock": [describe_fault(each) for each in find_faults(history.read_times(connection, _SEARCHED), now)],
        "running": _describe_going(connection, runs[0], now) if going else None,
        "runs": [_run_object(each, going) for each in runs[:most]],
        "rescue": {source: rescued.describe_sums(connection, source) for source in rescued.list_sources(connection)},
        "sections": [_section_object(each, thresholds) for each in history.read_sections(connection)],
        "next_due": time_text(due) if due else None,
        "failures": [_failure_object(each) for each in history.read_open_failures(connection)],
        "unaccounted": history.find_unaccounted(connection),
        "notices": list_waiting(archive),
        "health": {"ok": not broken, "broken": broken, "rules": rules},
    }


def is_held(archive: Path) -> bool:
    """Whether a command is writing to the archive now."""
    try:
        lock.check_free(archive)
    except HeldError:
        return True
    return False


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
    how = f"ended with exit code {crawl.exit_code}" if crawl.exit_code is not None else "was killed before its end"
    return [f"run {crawl.run} {how}{': ' + report['error'] if report.get('error') else ''}", *reasons]


def _judge_gaps(
    rules: list[dict[str, Any]], walks: Sequence[FloorWalk], thresholds: Thresholds, page_size: int
) -> list[dict[str, Any]]:
    """`rules` with a verdict on the lists as they are by now; a run may have read only some of them."""
    lists = [gaps.ListGap(each.section, each.total, each.active_rows, each.page_size or page_size) for each in walks]
    if gaps.NAME in thresholds.ignore or not lists:
        return rules
    runs = {each.section: each.run for each in walks}
    return _put_verdict(rules, Verdict(gaps.NAME, *gaps.judge_gaps(lists, thresholds.accept_gap)), runs)


def _judge_unread(
    rules: list[dict[str, Any]],
    walked: Mapping[str, Sequence[tuple[int, datetime]]],
    thresholds: Thresholds,
    now: datetime,
) -> list[dict[str, Any]]:
    """`rules` with a verdict on how long ago the lists were read: where no crawl comes any more, no run says so."""
    if unread.NAME in thresholds.ignore or not walked:
        return rules
    runs = {path: walks[-1][0] for path, walks in walked.items()}
    times = {path: [at for _, at in walks] for path, walks in walked.items()}
    return _put_verdict(
        rules, Verdict(unread.NAME, *unread.judge_intervals(times, now, thresholds.unread_factor)), runs
    )


def _put_verdict(rules: list[dict[str, Any]], verdict: Verdict, runs: Mapping[str, int]) -> list[dict[str, Any]]:
    """`rules` with this verdict of today in the place of the last run's; `runs` by section, what it goes by."""
    judged = _rule_object(Standing(max(runs.values()), verdict, runs), [])
    before = next((each for each in rules if each["rule"] == verdict.rule), None)
    if before is None:
        return [*rules, judged]
    return [judged | {"history": each["history"]} if each is before else each for each in rules]


def is_sound(connection: sqlite3.Connection, thresholds: Thresholds, run: int) -> tuple[bool, bool]:
    """Whether no rule is broken by now, and whether none was before the crawl `run`. Raises sqlite3.Error."""
    checked = _read_checked(connection)
    before = [each for each in checked if each[0] < run]
    now, then = (
        not any(each.verdict.ok is False for each in _find_standing(connection, of_runs, thresholds))
        for of_runs in (checked, before)
    )
    return now, then


def _read_checked(connection: sqlite3.Connection) -> list[tuple[int, list[Verdict]]]:
    """The verdicts of the last crawls, newest first."""
    healths = history.read_healths(connection, _SEARCHED)
    return [(run, read_verdicts({"health": health})) for run, health in healths]


def _find_standing(
    connection: sqlite3.Connection, checked: Sequence[tuple[int, Sequence[Verdict]]], thresholds: Thresholds | None
) -> list[Standing]:
    lists = history.find_lists(connection)
    # A known section whose list was not walked yet may have articles that another list named.
    known = {section.path: True for section in read_site(connection).sections} | lists
    named = {path for _, verdicts in checked for each in verdicts for path in each.sections}
    of_articles = {path for path in named if known.get(path) or history.has_articles(connection, path)}
    of_lists = {path for path, exists in lists.items() if exists}
    asked = list_asked(thresholds)
    return find_standing(checked, asked, {rule: of_articles if RULES[rule].articles else of_lists for rule in asked})


def _read_rules(connection: sqlite3.Connection, thresholds: Thresholds | None) -> list[dict[str, Any]]:
    """The rules as they stand, each with its values in the last runs, the oldest first."""
    checked = _read_checked(connection)
    values: dict[str, list[float | None]] = {}
    for _, verdicts in reversed(checked[:_CHARTED]):
        for verdict in verdicts:
            values.setdefault(verdict.rule, []).append(verdict.value)
    standing = _find_standing(connection, checked, thresholds)
    return [_rule_object(each, values.get(each.verdict.rule, [])) for each in standing]


def _rule_object(standing: Standing, values: list[float | None]) -> dict[str, Any]:
    document = {**describe_verdict(standing.verdict), "run": standing.run, "history": values}
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
        # The sums of a rescue are those of all rescues from one archive of others.
        **{name: (record.report | record.report.get("this_run", {})).get(name) for name in COUNTS},
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
