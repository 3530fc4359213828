"""What chance explains: tails of the binomial distribution, and deciles of many runs taken together."""

from __future__ import annotations

import math
from collections.abc import Sequence


def tail(hits: int, tries: int, share: float) -> float:
    """The chance of at least `hits` in `tries`, each a hit with the chance `share`."""
    if hits <= 0:
        return 1.0
    if hits > tries or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    if hits <= tries * share:
        # Not even more than expected: nothing to explain, and no need to sum up thousands of terms.
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
    """Eleven numbers, from the smallest of `values` over the median to the largest; None where there are none."""
    if not values:
        return None
    ordered = sorted(values)
    return [ordered[round(step * (len(ordered) - 1) / 10)] for step in range(11)]


def pool(many: Sequence[tuple[Sequence[int], int]]) -> list[float] | None:
    """The deciles of several runs, each (deciles, number of values), as those of one."""
    points = sorted((value, count / 11) for each, count in many for value in each)
    whole = sum(weight for _, weight in points)
    if not whole:
        return None
    found: list[float] = []
    passed = 0.0
    at = 0
    for step in range(11):
        aim = step / 10 * whole
        while at < len(points) - 1 and passed + points[at][1] < aim:
            passed += points[at][1]
            at += 1
        found.append(float(points[at][0]))
    found[-1] = float(points[-1][0])
    return found
