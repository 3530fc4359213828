"""Statistics for the health rules: binomial tail probabilities, and deciles of several runs together."""

from __future__ import annotations

import math
from collections.abc import Sequence


def tail_probability(hits: int, tries: int, share: float) -> float:
    """The probability of at least `hits` hits in `tries` tries with the probability `share` each."""
    if hits <= 0:
        return 1.0
    if hits > tries or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    if hits <= tries * share:
        # Not more hits than expected: no exact value is needed, and the sum would have thousands of terms.
        return 1.0
    logs = math.log(share), math.log1p(-share)
    total = 0.0
    for count in range(hits, tries + 1):
        term = math.exp(
            math.lgamma(tries + 1)
            - math.lgamma(count + 1)
            - math.lgamma(tries - count + 1)
            + count * logs[0]
            + (tries - count) * logs[1]
        )
        total += term
        if term < total * 1e-9:
            break
    return min(1.0, total)


def deciles(values: Sequence[int]) -> list[int] | None:
    """Eleven numbers: minimum, deciles (the sixth is the median) and maximum of `values`; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return [ordered[round(step * (len(ordered) - 1) / 10)] for step in range(11)]


def pool(many: Sequence[tuple[Sequence[int], int]]) -> list[float] | None:
    """The deciles of several runs together, from (deciles, number of values) of each."""
    points = sorted((value, count / 11) for each, count in many for value in each)
    whole = sum(weight for _, weight in points)
    if not whole:
        return None
    pooled: list[float] = []
    passed = 0.0
    at = 0
    for step in range(11):
        aim = step / 10 * whole
        while at < len(points) - 1 and passed + points[at][1] < aim:
            passed += points[at][1]
            at += 1
        pooled.append(float(points[at][0]))
    pooled[-1] = float(points[-1][0])
    return pooled
