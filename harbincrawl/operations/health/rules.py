"""The table of health rules: a rule is a pure function under its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from harbincrawl.config import schema
from harbincrawl.config.schema import Thresholds

LIST_GAP = "list-gap"
"""The rule that `status` checks again, by the bounds of today."""
_NAMED = 5
"""Lists that a sentence names."""


class ReportedRun:
    """A run as its report measures it."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self.report = report
        self.measures: Mapping[str, Any] = report.get("facts") or {}
        """What was measured at the end of the run; empty if it failed before."""
        articles = self.measures.get("articles") or {}
        self.article_sections: Mapping[str, Mapping[str, int]] = articles.get("sections") or {}
        """By section, the articles `read`, those of them with each field, and the `photos` without a body."""
        sections: Mapping[str, Mapping[str, Any]] = report.get("sections") or {}
        self.sections = {path: section for path, section in sections.items() if section["walk"] != "absent"}
        """The sections of the report, without those that have no list."""


class Finding(NamedTuple):
    """What a rule finds in a run, or in one section of it."""

    ok: bool | None
    """False: the rule is broken; None: there was too little data to decide."""
    value: float | None
    """The measured value."""
    bound: float | None
    """The value that it is compared with, in the same unit."""
    sentence: str
    """The result as a sentence for people."""
    sections: Mapping[str, Finding] = MappingProxyType({})
    """By section, where the rule is about sections."""


Check: TypeAlias = Callable[[ReportedRun, Thresholds], Finding]


RULES: dict[str, Check] = {}
"""All rules by name: each gives its finding on a run by these bounds."""


def rule(name: str) -> Callable[[Check], Check]:
    """Enters the function below it as the rule called `name`, which the schema of settings knows, too."""

    def enter(check: Check) -> Check:
        RULES[name] = check
        return check

    return enter


def check_run(run: ReportedRun, bounds: Thresholds) -> dict[str, Finding]:
    """The findings of all rules on `run`, without the ignored ones, in the order of reports."""
    return {name: RULES[name](run, bounds) for name in list_asked(bounds)}


def list_asked(bounds: Thresholds) -> list[str]:
    """The names of all rules without the ignored ones."""
    return [name for name in schema.RULES if name not in bounds.ignore]


def describe(findings: Mapping[str, Finding]) -> dict[str, Any]:
    """The findings as in a report: `ok`, the names of the `broken` rules, and all `rules`."""
    broken = [name for name, each in findings.items() if each.ok is False]
    rules = [{"rule": name, **describe_finding(each)} for name, each in findings.items()]
    return {"ok": not broken, "broken": broken, "rules": rules}


def describe_finding(finding: Finding) -> dict[str, Any]:
    """One finding as in a report, with `sections` where it is about sections."""
    document = finding._asdict()
    if sections := document.pop("sections"):
        document["sections"] = {path: describe_finding(each) for path, each in sorted(sections.items())}
    return document


def read_findings(report: Mapping[str, Any]) -> dict[str, Finding]:
    """The findings in a report, as `describe` wrote them; empty if the run ended before the rules were checked."""
    rules = (report.get("health") or {}).get("rules", ())
    return {each["rule"]: _read_finding(each) for each in rules}


def _read_finding(document: Mapping[str, Any]) -> Finding:
    values = {name: document[name] for name in Finding._fields if name in document}
    sections = {path: _read_finding(each) for path, each in values.pop("sections", {}).items()}
    return Finding(**values, sections=sections)


def list_broken(report: Mapping[str, Any]) -> dict[str, str]:
    """The sentence of each rule that this run broke."""
    return {name: each.sentence for name, each in read_findings(report).items() if each.ok is False}


def broken_sentences(report: Mapping[str, Any]) -> list[str]:
    """`rule: sentence` of every rule that this run broke."""
    return [f"{name}: {sentence}" for name, sentence in list_broken(report).items()]


def name_some(findings: Mapping[str, Finding], paths: Sequence[str]) -> str:
    """`news: the list shrank …; gallery: …; and 2 more` of the lists at `paths`."""
    named = "; ".join(f"{path}: {findings[path].sentence}" for path in paths[:_NAMED])
    return named + (f"; and {len(paths) - _NAMED} more" if len(paths) > _NAMED else "")
