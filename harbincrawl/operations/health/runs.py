"""A run as its report measures it, for the health rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LIST_GAP = "list-gap"
"""The rule that `status` judges again, by the thresholds of today."""


class ReportedRun:
    """A run, read from its report."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self.report = report
        self.measures: Mapping[str, Any] = report.get("facts") or {}
        """What was measured at the end of the run; empty if it failed before."""
        self.articles: Mapping[str, Any] = self.measures.get("articles") or {}
        """Measures of the articles read in this run; empty if none was read."""
        self.article_sections: Mapping[str, Mapping[str, int]] = self.articles.get("sections") or {}
        """By section, the articles `read`, those of them with each field, and the `photos` without a body."""
        sections: Mapping[str, Mapping[str, Any]] = report.get("sections") or {}
        self.sections = {path: section for path, section in sections.items() if section["walk"] != "absent"}
        """The sections of the report, without those that have no list."""

    def list_read_sections(self) -> list[str]:
        """The sections of which this run read articles, those without any text among them."""
        return sorted({*self.article_sections, *(self.measures.get("empty") or ())})
