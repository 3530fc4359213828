"""When to fetch an article, and how the outcome of a fetch changes its state in the queue."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from harbincrawl.identity import own_number

from .outcomes import QueueOutcome

Recheck = Literal["all", "due", "none"]

DAY = timedelta(days=1)
FIRST_RECHECKS = (DAY, 7 * DAY)
SLACK = timedelta(minutes=30)
"""What is due within this time counts as due: a daily timer sometimes fires a few minutes early."""
SHORTEST, LONGEST = 7 * DAY, 180 * DAY
BEYOND = LONGEST + DAY
"""No wait is this long: what is due later was put down while the clock was ahead."""
GONE_RECHECK = 30 * DAY
RUNS_TO_PARK = 3
RUNS_TO_GONE = 2
LONGEST_PARKED = 30
"""Days."""
LONGEST_WAIT = 600.0
"""Seconds: the longest Retry-After that is obeyed."""
SHORTEST_WAIT = 0.05
"""Seconds: the shortest wait before a retry, so that retries without a delay are no busy loop."""


@dataclass(frozen=True, slots=True)
class ArticleState:
    """What the queue holds about an article that was listed at least once."""

    id: str
    address: str
    """The address that the list showed last."""
    wanted: bool = False
    """True from a new, changed or removed list line until the article is stored or gone."""
    failed_runs: int = 0
    """Consecutive runs that ended in a temporary failure."""
    gone_runs: int = 0
    """Consecutive runs in which `missing_at` answered 404 or 410."""
    missing_at: str | None = None
    """The address that answered 404 or 410."""
    last_run: int = 0
    """The run of the last outcome. Two outcomes of one run count once."""
    gone: bool = False
    due: datetime | None = None
    """While wanted: do not fetch before this time. None: fetch now."""
    first_seen: datetime | None = None
    """When it was first fetched; None: never."""
    checked_at: datetime | None = None
    """When it was last fetched or found missing."""
    recheck_at: datetime | None = None
    """When to fetch it again although its list line did not change; None: never fetched yet."""


_TIMES = ("due", "first_seen", "checked_at", "recheck_at")
_OTHERS = ("failed_runs", "gone_runs", "missing_at", "last_run", "gone")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often the articles of a section change while their list lines stay the same, learnt from re-checks."""

    days: float = 0.0
    """Sum over all re-checks of the days since the article was last fetched."""
    changes: int = 0
    """Re-checks that found a change."""

    @property
    def interval(self) -> timedelta:
        """Half the mean time between two changes of an article, 7 to 180 days; 30 days before the first re-check."""
        if not self.days:
            return 30 * DAY
        return min(LONGEST, max(SHORTEST, DAY * (self.days / (self.changes + 1) / 2)))

    def with_check(self, state: ArticleState, outcome: QueueOutcome, now: datetime) -> Rhythm:
        """The rhythm after a re-check of `state` (as it was before the outcome).

        Fetches of wanted articles and failures are not counted.
        """
        if state.wanted or state.checked_at is None or outcome not in ("same", "changed"):
            return self
        # The clock may have gone back since, or have been far ahead.
        waited = min(max((now - state.checked_at) / DAY, 0.0), 2 * LONGEST / DAY)
        return Rhythm(self.days + waited, self.changes + (outcome == "changed"))


def with_news(state: ArticleState) -> ArticleState:
    """The list line is new, changed or removed: fetch the article now, even if it is parked or gone."""
    return replace(state, wanted=True, due=None)


def with_address(state: ArticleState, address: str) -> ArticleState:
    """The list line was read with this address."""
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
    """The state after `outcome` in run `run`, when all retries of the run are done.

    `rhythm` is the re-check interval of the section. An answer from the article resets all counters. After a temporary
    failure the article stays wanted; from the third consecutive run on it is parked for 1, 2, 4 … 30 days. The first
    run that gets a 404 or 410 keeps it wanted. A later run makes it gone if `proven`: the lists showed that the article
    did not move (see `GoneProof`). Otherwise it stays wanted and is parked like a failing one.
    """
    again = state.last_run == run
    if outcome in ("failed", "refused"):
        failed = state.failed_runs if again and state.failed_runs else state.failed_runs + 1
        return replace(state, wanted=True, failed_runs=failed, last_run=run, due=_parked_until(failed, now))
    if outcome == "missing":
        # A different address is missing than before: the article moved, so the count starts again.
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
    # Where the clock went back, what it said before is no time to count from.
    first = min(state.first_seen or now, now)
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
    """When to fetch again after `runs` failed runs; None: in the next run."""
    if runs < RUNS_TO_PARK:
        return None
    return now + min(LONGEST_PARKED, 1 << min(runs - RUNS_TO_PARK, 10)) * DAY


def is_asked(state: ArticleState, now: datetime, recheck: Recheck = "due") -> bool:
    """Whether a run at `now` fetches the article: it is wanted and not parked, or its re-check is due, or `all`."""
    if recheck == "all":
        return True
    if state.wanted:
        return state.due is None or _has_come(state.due, now)
    return recheck == "due" and state.recheck_at is not None and _has_come(state.recheck_at, now)


def _has_come(due: datetime, now: datetime) -> bool:
    return due - SLACK <= now or due - BEYOND > now


def needs_gone_proof(state: ArticleState, now: datetime) -> bool:
    """Whether a run at `now` fetches an article that was already missing in an earlier run.

    Such a run first reads its lists until they show the article, because it may only have moved to another address.
    Without that, an article could be marked gone while it exists: if it moves deep into a list and another article is
    removed from that list, the total does not change and an incremental walk would not reach the new line.
    """
    return state.wanted and state.gone_runs > 0 and not state.gone and is_asked(state, now)


def ask_order(states: Iterable[ArticleState]) -> list[ArticleState]:
    """The order of fetching: wanted articles never stored, other wanted ones, re-checks.

    Wanted articles are in descending order of ids (newest first); re-checks in the order in which they became due.
    """
    return sorted(states, key=ask_key, reverse=True)


def ask_key(state: ArticleState) -> tuple[bool, bool, float, bool, int | str]:
    """The descending sort key of `ask_order`. Its end is the id: a long queue need keep only the keys."""
    number = own_number(state.id)
    return (
        state.wanted,
        state.first_seen is None,
        0.0 if state.wanted or state.recheck_at is None else -state.recheck_at.timestamp(),
        number is None,
        state.id if number is None else number,
    )


def back_off(attempt: int, delay: float, retry_after: float | None = None) -> float:
    """Seconds to wait before attempt `attempt` + 1.

    The crawl's own delay, doubled with each attempt, or Retry-After if that is longer; at most 600.
    """
    wait = max(SHORTEST_WAIT, delay) * (1 << min(max(attempt - 1, 0), 20))
    return min(LONGEST_WAIT, max(wait, retry_after or 0.0))


def state_text(state: ArticleState) -> str:
    """The state as JSON, without id, address and wanted, which have columns of their own."""
    values: dict[str, object] = {name: getattr(state, name) for name in _OTHERS}
    values.update((name, time.isoformat()) for name in _TIMES if (time := getattr(state, name)) is not None)
    return json.dumps({name: value for name, value in values.items() if value}, sort_keys=True)


def read_state(id: str, address: str, wanted: bool, text: str) -> ArticleState:
    """The inverse of `state_text`. Raises ValueError for text that it did not write."""
    values = json.loads(text or "{}")
    if not isinstance(values, dict) or values.keys() - {*_TIMES, *_OTHERS}:
        raise ValueError(f"article {id}: unreadable queue state: {text!r}")
    for name in _TIMES:
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    return ArticleState(id, address, wanted, **values)
