"""How often estimates of the articles ever published are given, cover the truth, and how wide they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import NamedTuple

from tests.support.simulated_sources import SimulatedSite

ANSWERED, COVERED, WIDTH = 0.5, 0.93, 0.2
"""What is demanded over all sites: at least, at least, less than."""


class Interval(NamedTuple):
    """An estimate with its 95% interval."""

    low: float
    point: float
    high: float


Answer = Interval | str
"""Or the reason for none."""


class FamilyVerdict(NamedTuple):
    sites: int
    answered: float
    """Share of the sites with an estimate."""
    covered: float | None
    """Of those, the share whose interval has the truth in it; None without any."""
    width: float | None
    """The median width of the interval, as a share of the truth."""
    above: float | None
    """Share of the answered whose truth is above the interval."""
    below: float | None
    error: float | None
    """The median of estimate beside truth, less one: whether it leans."""

    def __str__(self) -> str:
        shown = ["     –" if each is None else f"{each:6.1%}" for each in self[1:]]
        return f"{self.sites:6}  " + "    ".join(shown)


class EstimatesVerdict(NamedTuple):
    whole: FamilyVerdict
    by_family: Mapping[str, FamilyVerdict]
    reasons: Mapping[str, int]
    """Why there was none, by the first words of it."""

    def meets_demands(self) -> bool:
        whole = self.whole
        return (
            whole.answered >= ANSWERED
            and (whole.covered is not None and whole.covered >= COVERED)
            and (whole.width is not None and whole.width < WIDTH)
        )

    def __str__(self) -> str:
        names = ("answer", "cover", "width", "above", "below", "error")
        head = f"{'family':<14}{'sites':>6}  {'    '.join(f'{name:>6}' for name in names)}"
        rows = [f"{family:<14}{verdict}" for family, verdict in [*sorted(self.by_family.items()), ("all", self.whole)]]
        return "\n".join([head, *rows, *(f"no estimate: {number:5} {why}" for why, number in self.reasons.items())])


def judge_estimates(answers: Iterable[tuple[SimulatedSite, Answer]]) -> EstimatesVerdict:
    """The verdict over all sites, and by family. Raises ValueError where an interval is none."""
    truths: dict[str, list[tuple[int, Interval | None]]] = defaultdict(list)
    reasons: dict[str, int] = defaultdict(int)
    for site, answer in answers:
        if isinstance(answer, str):
            if not answer.strip():
                raise ValueError("no estimate, and no reason")
            reasons[answer[:60]] += 1
        elif not answer.low <= answer.point <= answer.high < float("inf"):
            raise ValueError(f"{answer}: expected low <= point <= high")
        truths[site.family].append((len(site.published), None if isinstance(answer, str) else answer))
    every = [each for family in truths.values() for each in family]
    return EstimatesVerdict(
        _judge(every), {family: _judge(each) for family, each in truths.items()}, dict(sorted(reasons.items()))
    )


def _judge(pairs: list[tuple[int, Interval | None]]) -> FamilyVerdict:
    given = [(truth, answer) for truth, answer in pairs if answer is not None]
    if not given:
        return FamilyVerdict(len(pairs), 0.0, None, None, None, None, None)
    above = sum(truth > answer.high for truth, answer in given) / len(given)
    below = sum(truth < answer.low for truth, answer in given) / len(given)
    return FamilyVerdict(
        len(pairs),
        len(given) / len(pairs),
        1 - above - below,
        median((answer.high - answer.low) / truth for truth, answer in given),
        above,
        below,
        median(answer.point / truth for truth, answer in given) - 1,
    )
