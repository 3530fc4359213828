"""The outcomes of an article in a run: the names that queue, archive and reports use, and their sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from harbincrawl.records import Listed

ReportedOutcome = Literal["new", "changed", "same", "duplicate", "failed", "gone"]
OUTCOMES: tuple[ReportedOutcome, ...] = get_args(ReportedOutcome)
"""The outcomes in reports; each article asked for has exactly one of them."""
READ_OUTCOMES: tuple[ReportedOutcome, ...] = ("new", "changed", "same", "duplicate")
"""The outcomes of articles whose pages were read or unchanged."""

QueueOutcome = Literal["new", "changed", "same", "duplicate", "failed", "refused", "missing"]
"""The outcomes for the queue: `missing` is a 404 or 410, `refused` a redirect not followed, `failed` anything else."""

MISSING = "missing"
"""The class of failure of a page that answers 404 or 410, which a site's pages may do at any time."""
_TO_ASK_AGAIN = ("failed", "gone")
"""Outcomes that say by themselves that an article is asked for again."""

AskOutcome = Literal["read", "same", "missing", "failed", "refused"]
"""The results of a fetch, before the archive compares texts; `same` is a 304 or a body with an equal hash."""


def name_walk(outcome: str | None) -> str | None:
    """The outcome of a walk as people read it: `to-floor`, as it is stored, is an incremental walk."""
    return "incremental" if outcome == "to-floor" else outcome


@dataclass(frozen=True, slots=True)
class Sums:
    """`listed = known + wanted + elsewhere` and `wanted = new + changed + same + duplicate + failed + gone`."""

    listed: int
    known: int
    """Articles with an active list line that the run did not ask for."""
    elsewhere: int
    """Addresses outside the site that the lists show; they are never fetched."""
    wanted: int
    """Articles asked for."""
    new: int
    changed: int
    same: int
    duplicate: int
    failed: int
    gone: int
    left: int
    """Articles listed that are still wanted: parked, not reached because of a limit or an interrupt, or with a line
    that was read anew after they were asked for; those that failed are not among them."""


def count_sums(active_lines: Iterable[Listed], outcomes: Mapping[str, str], still_wanted: Iterable[str]) -> Sums:
    """Counts a run, from the active lines of its sections, the outcome of each article asked for, and the queue.

    Raises ValueError for an outcome that is not in `OUTCOMES`, because the sum would be wrong without it.
    """
    listed: set[str] = set()
    others: set[str] = set()
    for line in active_lines:
        if line.id is None:
            others.add(line.key)
        else:
            listed.add(line.id)
    counts = Counter(outcomes.values())
    if unknown := counts.keys() - set(OUTCOMES):
        raise ValueError(f"unknown outcomes of articles: {sorted(unknown)}")
    known = listed - outcomes.keys()
    elsewhere = len(others)
    return Sums(
        listed=len(listed | outcomes.keys()) + elsewhere,
        known=len(known),
        elsewhere=elsewhere,
        wanted=len(outcomes),
        left=sum(id in listed and outcomes.get(id, "") not in _TO_ASK_AGAIN for id in still_wanted),
        **{name: counts[name] for name in OUTCOMES},
    )
