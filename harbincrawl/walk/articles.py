"""When to ask for an article, and what an outcome makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from .outcomes import QueueOutcome

Recheck = Literal["all", "due", "none"]

DAY = timedelta(days=1)
FIRST_RECHECKS = (DAY, 7 * DAY)
SLACK = timedelta(minutes=30)
"""A daily timer comes a few minutes early now and then: what is due within this time is due."""
SHORTEST, LONGEST = 7 * DAY, 180 * DAY
GONE_RECHECK = 30 * DAY
RUNS_TO_PARK = 3
RUNS_TO_GONE = 2
LONGEST_PARKED = 30
"""Days."""
LONGEST_WAIT = 600.0
"""Seconds that a Retry-After is kept."""
SHORTEST_WAIT = 0.05
"""Seconds: nearly at once, yet no busy loop."""


@dataclass(frozen=True, slots=True)
class ArticleState:
    """What the queue holds of one article that was ever listed."""

    number: int
    address: str
    """Where to ask, as read last."""
    wanted: bool = False
    """True from the news of its line until an outcome commits that settles it."""
    failed_runs: int = 0
    """Runs in a row that ended in a temporary failure."""
    gone_runs: int = 0
    """Runs in which `missing_at` was missing, without an answer from the article in between."""
    missing_at: str | None = None
    """The address that was missing."""
    last_run: int = 0
    """The run of the last outcome: two outcomes of one run count once."""
    gone: bool = False
    due: datetime | None = None
    """Not to be asked for before, while wanted; None: at once."""
    first_seen: datetime | None = None
    """When it was first had; None: never."""
    checked_at: datetime | None = None
    """When it was last had, or found missing."""
    recheck_at: datetime | None = None
    """When to ask again without news; None: not before it was had."""


_TIMES = ("due", "first_seen", "checked_at", "recheck_at")
_COUNTS = ("failed_runs", "gone_runs", "missing_at", "last_run", "gone")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often the articles of a section change without news of their lines, learnt from its re-checks."""

    days: float = 0.0
    """Days between a re-check and the time before that the article was had, summed."""
    changes: int = 0
    """Re-checks that found a change."""

    @property
    def interval(self) -> timedelta:
        """Half the mean time between two changes of an article, 7 to 180 days; 30 while nothing is known."""
        if not self.days:
            return 30 * DAY
        return min(LONGEST, max(SHORTEST, DAY * (self.days / (self.changes + 1) / 2)))

    def with_check(self, state: ArticleState, outcome: QueueOutcome, now: datetime) -> Rhythm:
        """Takes in a re-check of `state` (as it was before the outcome); news and failures teach nothing."""
        if state.wanted or state.checked_at is None or outcome not in ("same", "changed"):
            return self
        return Rhythm(self.days + (now - state.checked_at) / DAY, self.changes + (outcome == "changed"))


def with_news(state: ArticleState) -> ArticleState:
    """News of its line, or its line is struck: wanted now, parked or gone as it may be."""
    return replace(state, wanted=True, due=None)


def with_address(state: ArticleState, address: str) -> ArticleState:
    """Its line was read with this address."""
    return state if address == state.address else replace(state, address=address)


def next_state(
    state: ArticleState,
    outcome: QueueOutcome,
    run: int,
    now: datetime,
    rhythm: timedelta = 30 * DAY,
    *,
    proven: bool = False,
) -> ArticleState:
    """The article after `outcome` in run `run`, retries within the run included; `rhythm` is its section's interval.

    An answer settles all. A temporary failure keeps it wanted; the third run in a row parks it for 1, 2, 4 … 30 days.
    The first run that finds its address missing keeps it wanted. A later one makes it gone if its lists have `proven`
    that it did not move (see `GoneProof`), else it is asked for again, parked like a failing one.
    """
    again = state.last_run == run
    if outcome in ("failed", "refused"):
        failed = state.failed_runs if again and state.failed_runs else state.failed_runs + 1
        return replace(state, wanted=True, failed_runs=failed, last_run=run, due=_parked_until(failed, now))
    if outcome == "missing":
        # Another address than the one that was missing before: the record moved, and the count begins anew.
        before = state.gone_runs if state.missing_at == state.address else 0
        runs = before if again and before else before + 1
        gone = state.gone or (runs >= RUNS_TO_GONE and proven)
        return replace(
            state,
            wanted=not gone,
            failed_runs=0,
            gone_runs=runs,
            missing_at=state.address,
            last_run=run,
            gone=gone,
            due=None if gone else _parked_until(runs, now),
            checked_at=now,
            recheck_at=now + max(rhythm, GONE_RECHECK) if gone else state.recheck_at,
        )
    first = state.first_seen or now
    early = [first + wait for wait in FIRST_RECHECKS if first + wait - SLACK > now]
    return replace(
        state,
        wanted=False,
        failed_runs=0,
        gone_runs=0,
        missing_at=None,
        last_run=run,
        gone=False,
        due=None,
        first_seen=first,
        checked_at=now,
        recheck_at=early[0] if early else now + rhythm,
    )


def _parked_until(runs: int, now: datetime) -> datetime | None:
    """When to ask again after so many runs in vain; None: in the next one."""
    if runs < RUNS_TO_PARK:
        return None
    return now + min(LONGEST_PARKED, 1 << min(runs - RUNS_TO_PARK, 10)) * DAY


def is_asked(state: ArticleState, now: datetime, recheck: Recheck = "due") -> bool:
    """Whether a run at `now` asks for it: wanted and not parked, or its re-check is due; `all` asks for every one."""
    if recheck == "all":
        return True
    if state.wanted:
        return state.due is None or state.due - SLACK <= now
    return recheck == "due" and state.recheck_at is not None and state.recheck_at - SLACK <= now


def is_sought(state: ArticleState, now: datetime) -> bool:
    """Whether a run at `now` asks again for an article that is missing since a run: maybe it only moved.

    Such a run reads its lists until they show it, before it asks: a record that moved deep into a list from which
    another one was removed leaves that list's total as it was, and would be gone alive.
    """
    return state.wanted and state.gone_runs > 0 and not state.gone and is_asked(state, now)


def ask_order(states: Iterable[ArticleState]) -> list[ArticleState]:
    """Wanted ones first, those never had before the others, the newest first; then re-checks, the longest due first."""
    return sorted(states, key=ask_key)


def ask_key(state: ArticleState) -> tuple[bool, bool, float, int]:
    """What `ask_order` sorts by; the last part is the number, negative: all that a long queue has to keep."""
    return (
        not state.wanted,
        state.first_seen is not None,
        0.0 if state.wanted or state.recheck_at is None else state.recheck_at.timestamp(),
        -state.number,
    )


def back_off(attempt: int, delay: float, retry_after: float | None = None) -> float:
    """Seconds to wait before attempt `attempt` + 1: the crawl's own delay, doubled each time; Retry-After up to 600."""
    wait = max(SHORTEST_WAIT, delay) * (1 << min(max(attempt - 1, 0), 20))
    return min(LONGEST_WAIT, max(wait, retry_after or 0.0))


def state_text(state: ArticleState) -> str:
    """The state as JSON, without what has columns of its own: number, address, wanted."""
    facts: dict[str, object] = {name: getattr(state, name) for name in _COUNTS}
    facts.update((name, time.isoformat()) for name in _TIMES if (time := getattr(state, name)) is not None)
    return json.dumps({name: fact for name, fact in facts.items() if fact}, sort_keys=True)


def read_state(number: int, address: str, wanted: bool, text: str) -> ArticleState:
    """The inverse of `state_text`; raises ValueError for text that is not such a state."""
    facts = json.loads(text or "{}")
    if not isinstance(facts, dict) or facts.keys() - {*_TIMES, *_COUNTS}:
        raise ValueError(f"article {number}: no state of an article: {text!r}")
    for name in _TIMES:
        if name in facts:
            facts[name] = datetime.fromisoformat(facts[name])
    return ArticleState(number, address, wanted, **facts)
