"""Health rules: one table of pure functions that judge a run by its measures and by earlier runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from harbincrawl.config.schema import Thresholds

from . import articles, gaps, machine, site, unaccounted, unread
from .types import Finding, Past, ReportedRun, Rule, Verdict

__all__ = [
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

_CHANCE = ("pages", "chance")
_SHARED = ("shared", "shared_articles", "pages")

_TABLE = (
    Rule("listing-lines", site.judge_lines),
    Rule("section-total", site.judge_totals, ("shrink", "shrink_lines")),
    Rule("http-errors", site.judge_errors, ("errors", *_CHANCE)),
    Rule("silence", site.judge_silence, ("silence_days",)),
    Rule(unread.NAME, unread.judge_unread, ("unread_factor",)),
    Rule("robots", site.judge_robots),
    Rule(gaps.NAME, gaps.judge_list_gaps, ("accept_gap",)),
    *(
        Rule(f"field-{name}", partial(articles.judge_field, name), (f"least_{name}", "drop", *_CHANCE), "apart")
        for name in ("title", "date", "source", "body")
    ),
    Rule("body-length", articles.judge_body_length, ("length_factor", *_CHANCE), "together"),
    Rule("shared-body", partial(articles.judge_shared, "same_body", "have one and the same body"), _SHARED, "together"),
    Rule(
        "shared-tail", partial(articles.judge_shared, "same_tail", "end with the same paragraph"), _SHARED, "together"
    ),
    Rule("not-an-article", articles.judge_not_articles, ("not_articles", *_CHANCE), "together"),
    Rule("template", articles.judge_template, ("chance",)),
    Rule("unaccounted", unaccounted.judge_unaccounted, ("unaccounted", *_CHANCE), "apart"),
    Rule("disk", machine.judge_disk, ("disk_share", "disk_bytes")),
    Rule("database-size", machine.judge_database, ("database_bytes", "database_factor")),
    Rule("clock", machine.judge_clock),
)
RULES = {rule.name: rule for rule in _TABLE}
"""All rules by name, in the order of reports."""


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


def describe_verdict(verdict: Verdict | Finding) -> dict[str, Any]:
    """One verdict as in a report, with `sections` where it is about sections."""
    document = verdict._asdict()
    if sections := document.pop("sections"):
        document["sections"] = {path: describe_verdict(each) for path, each in sorted(sections.items())}
    return document


def read_verdicts(report: Mapping[str, Any]) -> list[Verdict]:
    """The verdicts in a report, as `describe` wrote them; empty if the run ended before the rules were checked."""
    rules = (report.get("health") or {}).get("rules", ())
    return [Verdict(**each)._replace(sections=_read_sections(each)) for each in rules]


def _read_sections(document: Mapping[str, Any]) -> dict[str, Finding]:
    return {path: Finding(**each) for path, each in document.get("sections", {}).items()}


def broken_sentences(report: Mapping[str, Any]) -> list[str]:
    """`rule: sentence` of every rule that this run broke."""
    return [f"{each.rule}: {each.sentence}" for each in read_verdicts(report) if each.ok is False]
