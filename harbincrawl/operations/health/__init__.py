"""Health rules: pure functions that compare a run's measures with bounds, and what `status` says of them."""

from . import bounds  # noqa: F401 - it enters its rules into the table
from .rules import RULES, ReportedRun, broken_sentences, check_run, describe, list_broken

__all__ = ["RULES", "ReportedRun", "broken_sentences", "check_run", "describe", "list_broken"]
