"""Health rules: pure functions that judge a run by its measures and by earlier runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harbincrawl.config.schema import Thresholds

from . import gaps, machine, pages, site
from .types import Past, Run, Verdict

__all__ = ["RULES", "Past", "Run", "Verdict", "check_run", "describe", "find_latest_verdicts", "read_verdicts"]

_ROOMS = (site, gaps, pages, machine)
RULES = {name: rule for room in _ROOMS for name, rule in zip(room.NAMES, room.RULES, strict=True)}
"""All rules by name, in the order of reports."""


def check_run(run: Run, past: Past, bounds: Thresholds) -> list[Verdict]:
    """The verdicts of all rules on `run`, without the ignored ones."""
    return [rule(run, past, bounds) for name, rule in RULES.items() if name not in bounds.ignore]


def describe(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The verdicts as in a report: `ok`, the names of the `broken` rules, and all `rules`."""
    broken = [each.rule for each in verdicts if each.ok is False]
    return {"ok": not broken, "broken": broken, "rules": [each._asdict() for each in verdicts]}


def read_verdicts(report: Mapping[str, Any]) -> list[Verdict]:
    """The verdicts in a report, as `describe` wrote them; empty if the run ended before the rules were checked."""
    health = report.get("health") or {}
    return [Verdict(**each) for each in health.get("rules", ())]


def find_latest_verdicts(runs: Sequence[tuple[int, Sequence[Verdict]]]) -> list[tuple[int, Verdict]]:
    """The newest certain verdict of each rule as (run, verdict); `runs` begin with the newest.

    A rule without a certain verdict (`ok` is always None) has its newest verdict. A run that checked no rules, such as
    one that failed, changes no verdict. Rules that the last run with verdicts did not check (they are ignored by now)
    and rules that do not exist any more are left out.
    """
    latest: list[tuple[int, Verdict]] = []
    newest, verdicts = next(((run, each) for run, each in runs if each), (0, ()))
    for verdict in verdicts:
        if verdict.rule not in RULES:
            continue
        certain = (
            (run, each)
            for run, earlier in runs
            for each in earlier
            if each.rule == verdict.rule and each.ok is not None
        )
        latest.append(next(certain, (newest, verdict)))
    return latest
