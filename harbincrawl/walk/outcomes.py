"""The outcomes of an article in a run: the names that queue, archive and reports use."""

from __future__ import annotations

from typing import Literal, get_args

ReportedOutcome = Literal["new", "changed", "same", "duplicate", "failed", "gone"]
OUTCOMES: tuple[ReportedOutcome, ...] = get_args(ReportedOutcome)
"""The outcomes in reports; each article asked for has exactly one of them."""
READ_OUTCOMES: tuple[ReportedOutcome, ...] = ("new", "changed", "same", "duplicate")
"""The outcomes of articles whose pages were read or unchanged."""

QueueOutcome = Literal["new", "changed", "same", "duplicate", "failed", "refused", "missing"]
"""The outcomes for the queue: `missing` is a 404 or 410, `refused` a redirect not followed, `failed` anything else."""

MISSING = "missing"
"""The class of failure of a page that answers 404 or 410, which a site's pages may do at any time."""

AskOutcome = Literal["read", "same", "missing", "failed", "refused"]
"""The results of a fetch, before the archive compares texts; `same` is a 304 or a body with an equal hash."""


def name_walk(outcome: str | None) -> str | None:
    """The outcome of a walk as people read it: `to-floor`, as it is stored, is an incremental walk."""
    return "incremental" if outcome == "to-floor" else outcome
