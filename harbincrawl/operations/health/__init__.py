"""Health: small pure rules on a run and its history, each with a name, a bound and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harbincrawl.config.schema import Thresholds

from . import machine, pages, site
from .types import Past, Run, Verdict

__all__ = ["RULES", "Past", "Run", "Verdict", "check_run", "describe", "read_verdicts", "settle"]

RULES = dict(zip((*site.NAMES, *pages.NAMES, *machine.NAMES), (*site.RULES, *pages.RULES, *machine.RULES), strict=True))
"""All rules by name, in the order in which they are told."""


def check_run(run: Run, past: Past, bounds: Thresholds) -> list[Verdict]:
    """What every rule that is not ignored says of `run`."""
    return [rule(run, past, bounds) for name, rule in RULES.items() if name not in bounds.ignore]


def describe(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The verdicts for a report: `ok`, the names of the broken rules, and each rule."""
    broken = [each.rule for each in verdicts if each.ok is False]
    return {"ok": not broken, "broken": broken, "rules": [each._asdict() for each in verdicts]}


def read_verdicts(report: Mapping[str, Any]) -> list[Verdict]:
    """The verdicts that `describe` wrote into a report; none where the run ended before."""
    health = report.get("health") or {}
    return [Verdict(**each) for each in health.get("rules", ())]


def settle(runs: Sequence[tuple[int, Sequence[Verdict]]]) -> list[tuple[int, Verdict]]:
    """The state of every rule by its last run that could say: (that run, its verdict); `runs` begin with the newest.

    A rule that never could say stands with its newest verdict. A rule that no longer is asked is left out.
    """
    found: list[tuple[int, Verdict]] = []
    if not runs:
        return found
    for run, verdict in ((runs[0][0], each) for each in runs[0][1]):
        sure = (
            (earlier, each)
            for earlier, verdicts in runs
            for each in verdicts
            if each.rule == verdict.rule and each.ok is not None
        )
        found.append(next(sure, (run, verdict)))
    return found
