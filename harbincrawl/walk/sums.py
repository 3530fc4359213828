"""The sums of a run: each article that its lists show, or that it asked for, counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harbincrawl.records import Listed

from .outcomes import OUTCOMES

_TO_ASK_AGAIN = ("failed", "gone")
"""Outcomes that say by themselves that an article is asked for again."""


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
        raise ValueError(f"unknown outcome of an article: {', '.join(sorted(unknown))}")
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
