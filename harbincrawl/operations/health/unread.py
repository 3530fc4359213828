"""The rule `unread`: has each list that crawls read been read as often as it used to be?

A crawl that reads other sections does not notice, and a timer that is dead makes no crawl at all: so each `status` asks
this rule by its own clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from harbincrawl.config.schema import Thresholds
from harbincrawl.text import count_text

from .clock import describe_length
from .types import Finding, Past, ReportedRun

NAME = "unread"
FEWEST = 4
"""Walks of a list after which its usual interval is known."""
_LEAST = timedelta(hours=1)
"""No list is missed sooner: a crawl may take its time."""
_NAMED = 5
"""Lists that the sentence names."""


def judge_unread(run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """The lists that other crawls read, at the time of this one."""
    walked = dict(past.walked) | {path: [*past.walked.get(path, ()), run.started] for path in run.sections}
    return judge_intervals(walked, run.started, bounds.unread_factor)


def judge_intervals(walked: Mapping[str, Sequence[datetime]], now: datetime, factor: float) -> Finding:
    """Whether each list was read within `factor` times its usual interval; `walked` has the times by section."""
    found = {path: _judge_one(sorted(times), now, factor) for path, times in walked.items()}
    judged = {path: each for path, each in found.items() if each.ok is not None}
    if not judged:
        return Finding(None, None, factor, f"fewer than {FEWEST} walks of any list to know its usual interval by")
    late = {path: each for path, each in judged.items() if not each.ok}
    value = max(each.value or 0.0 for each in judged.values())
    if not late:
        return Finding(True, value, factor, f"{count_text(len(judged), 'list')} read as often as before", judged)
    named = "; ".join(f"{path}: {each.sentence}" for path, each in sorted(late.items())[:_NAMED])
    more = f"; and {len(late) - _NAMED} more" if len(late) > _NAMED else ""
    return Finding(False, value, factor, f"{named}{more}", judged)


def _judge_one(times: Sequence[datetime], now: datetime, factor: float) -> Finding:
    if len(times) < FEWEST:
        return Finding(None, None, factor, f"was read {count_text(len(times), 'time')}")
    usual = timedelta(seconds=median((later - earlier).total_seconds() for earlier, later in pairwise(times)))
    waited = now - times[-1]
    # In usual intervals, so that the lists compare.
    value = round(waited / max(usual, _LEAST / factor), 2)
    sentence = f"not read for {describe_length(waited)}, every {describe_length(usual)} before"
    return Finding(value <= factor, value, factor, sentence)
