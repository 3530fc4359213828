"""Health rules: pure functions that judge a run by its measures and by earlier runs, and what `status` says of it."""

from . import articles, gaps, machine, site, unaccounted  # noqa: F401 - each of them enters its rules into the table
from .rules import RULES, broken_sentences, check_run, describe, list_broken
from .runs import Past, ReportedRun

__all__ = ["RULES", "Past", "ReportedRun", "broken_sentences", "check_run", "describe", "list_broken"]
