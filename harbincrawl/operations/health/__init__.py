"""Health rules: pure functions that judge a run by its measures and by earlier runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harbincrawl.config.schema import Thresholds

from . import gaps, machine, pages, site, templates, unaccounted
from .types import Past, ReportedRun, SectionVerdict, Verdict

__all__ = [
    "ABOUT_ARTICLES",
    "RULES",
    "Past",
    "ReportedRun",
    "Verdict",
    "broken_sentences",
    "check_run",
    "describe",
    "list_asked",
    "read_verdicts",
]

_ROOMS = (site, gaps, pages, templates, unaccounted, machine)
RULES = {name: rule for room in _ROOMS for name, rule in zip(room.NAMES, room.RULES, strict=True)}
"""All rules by name, in the order of reports."""
ABOUT_ARTICLES = frozenset((*pages.NAMES, *unaccounted.NAMES))
"""The rules whose sections are those of articles; those of all other rules are the sections of lists."""


def check_run(run: ReportedRun, past: Past, bounds: Thresholds) -> list[Verdict]:
    """The verdicts of all rules on `run`, without the ignored ones."""
    return [RULES[name](run, past, bounds) for name in list_asked(bounds)]


def list_asked(bounds: Thresholds | None) -> list[str]:
    """The names of all rules without the ignored ones; all of them where the bounds are not known."""
    return [name for name in RULES if bounds is None or name not in bounds.ignore]


def describe(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The verdicts as in a report: `ok`, the names of the `broken` rules, and all `rules`."""
    broken = [each.rule for each in verdicts if each.ok is False]
    return {"ok": not broken, "broken": broken, "rules": [describe_verdict(each) for each in verdicts]}


def describe_verdict(verdict: Verdict) -> dict[str, Any]:
    """One verdict as in a report, with `sections` where it is about sections."""
    document = verdict._asdict()
    del document["sections"]
    if verdict.sections:
        document["sections"] = {path: each._asdict() for path, each in sorted(verdict.sections.items())}
    return document


def read_verdicts(report: Mapping[str, Any]) -> list[Verdict]:
    """The verdicts in a report, as `describe` wrote them; empty if the run ended before the rules were checked."""
    rules = (report.get("health") or {}).get("rules", ())
    return [Verdict(**{**each, "sections": _read_sections(each)}) for each in rules]


def broken_sentences(report: Mapping[str, Any]) -> list[str]:
    """`rule: sentence` of every rule that this run broke."""
    return [f"{each.rule}: {each.sentence}" for each in read_verdicts(report) if each.ok is False]


def _read_sections(document: Mapping[str, Any]) -> dict[str, SectionVerdict]:
    return {path: SectionVerdict(**each) for path, each in document.get("sections", {}).items()}
