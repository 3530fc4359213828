"""The words for what came of asking for an article: one list for the walk's decisions, the store and the reports."""

from __future__ import annotations

from typing import Literal, get_args

ReportedOutcome = Literal["new", "changed", "same", "duplicate", "failed", "gone"]
OUTCOMES: tuple[ReportedOutcome, ...] = get_args(ReportedOutcome)
"""What reports count: every article asked has exactly one of them."""
READ_OUTCOMES: tuple[ReportedOutcome, ...] = ("new", "changed", "same", "duplicate")
"""Those of articles whose pages may have been read."""

QueueOutcome = Literal["new", "changed", "same", "duplicate", "failed", "refused", "missing"]
"""What the queue decides by: `missing` is 404 or 410, `refused` a redirect that was not followed, `failed` the rest."""

AskOutcome = Literal["read", "same", "missing", "failed", "refused"]
"""What the spider can say before the store has compared: `same` is a 304, or the very bytes of last time."""
