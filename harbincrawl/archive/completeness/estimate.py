"""How many articles a site ever published, from the numbers that several sources showed; or why nobody can say. Pure.

The counter bounds the answer: all known articles, less the few that only one source showed and that may be none, and at
most all numbers up to the highest. In between, the sources are the lists of a capture-recapture study (see model.py).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import Any, Literal

from harbincrawl.text import count_text, list_text

from .model import Stretch, draw_unseen

LISTS = "lists"
"""The source whose numbers are articles beyond doubt."""
LEVEL = 0.95
WIDEST = 0.4
"""Of the middle of the interval: a wider one says too little."""
NARROW = 0.05
"""Of the known articles: where the counter alone leaves less open, nothing else is asked."""
MOST_SOURCES = 4
MOST_STRETCHES = 12
STRAYS = 0.03
"""Of an archive's numbers, the most that are taken to be no articles: redirects, pictures, what never was."""
LEAST_KNOWN = 150
"""Known articles of a stretch, where there are so many."""
LEAST_SHARED = 3
"""Articles of a stretch that two sources have in common, and articles of a source there: with less it says nothing."""
_LEAST_SHARE = 0.02
"""Of the known articles of a stretch: a source with less counts as absent there."""
LEAST_APART = 5
"""Articles that each of two sources has alone: with less one holds the other, and may have copied it."""
LEAST_RISE = 0.01
"""Of the known articles: a lower bound that is less above them is not claimed, for no source is pure to that degree."""
NESTED = 0.02
"""Of what two sources share beyond all others: with less alone there, one of them counts as the other's copy."""
LEAST_NESTED = 20
"""Articles that two sources share, to tell that."""
COPY_ODDS = 100.0
"""Odds ratio of two sources, among articles that a third showed, above which they count as one source."""

_TWO = "two sources cannot tell how they depend on each other, a third may (harbincrawl rescue, harbincrawl ingest)"

Method = Literal["counter", "capture-recapture"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate of the articles that the site published up to its highest number."""

    articles: int
    low: int
    high: int
    known: int
    """Articles that any source showed; `low` may be below, for what one source alone showed may be none."""
    sources: Mapping[str, int]
    """By source, the articles that it showed."""
    method: Method
    """`counter`: the interval is all that the counter leaves open. Else it is of the model, within that."""
    ignored: int = 0
    """Numbers that sources showed beyond the highest, or below 1."""
    level: float = LEVEL

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "articles": self.articles, "low": self.low, "high": self.high, "level": self.level, "known": self.known,
            "sources": dict(self.sources), "ignored": self.ignored, "method": self.method,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoEstimate:
    """Why there is no estimate, in one line."""

    reason: str
    sources: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {"reason": self.reason, "sources": dict(self.sources)}


def estimate_articles(
    highest: int | None,
    sources: Mapping[str, Set[int]],
    days: Mapping[int, date] | None = None,
    certain: Set[int] | None = None,
) -> Estimate | NoEstimate:
    """How many articles the site published, by the numbers of articles that each source showed.

    `highest` is the last number that the site's counter gave, None where it has none: then stretches are cut by `days`
    where most are known, and nothing but the sources bounds the estimate. `certain` are numbers that are articles
    beyond doubt, those of the source `lists` where it is None; of the others, what one source alone showed may be none,
    up to STRAYS of that source's numbers. So `low` may be below `known`. Of more than four sources the smallest are
    counted as one. The same numbers give the same estimate.
    """
    inside = {
        name: frozenset(number for number in sources[name] if number > 0 and (highest is None or number <= highest))
        for name in sorted(sources)
    }
    shown = {name: len(numbers) for name, numbers in inside.items() if numbers}
    known = frozenset().union(*inside.values())
    ignored = len(frozenset().union(*sources.values()) - known)
    unseen = None if highest is None else highest - len(known)
    if not known:
        return NoEstimate("no source showed an article yet", shown)
    joined = join_copies({name: numbers for name, numbers in inside.items() if numbers})
    sure = frozenset(sources.get(LISTS, ()) if certain is None else certain)
    strays = sum(count_strays(list(joined.values()), known, sure))

    def bound(open_numbers: int) -> Estimate:
        low, high = math.floor(len(known) - strays), len(known) + open_numbers
        return Estimate((low + high) // 2, low, high, len(known), shown, "counter", ignored)

    if unseen is not None and unseen <= NARROW * len(known):
        return bound(unseen)
    found = _estimate_by_sources(joined, _order(known, highest, days or {}), highest, sure, strays)
    if isinstance(found, str):
        if unseen is not None and unseen + strays <= WIDEST * (len(known) + (unseen - strays) / 2):
            return bound(unseen)
        limit = "" if unseen is None else f"; the counter alone leaves {len(known):,} to {highest:,}"
        return NoEstimate(found + limit, shown)
    articles, low, high = (round(len(known) + each) for each in found)
    if high - low > WIDEST * (low + high) / 2:
        return NoEstimate(
            f"the {LEVEL:.0%} interval would be {low:,} to {high:,} articles, {2 * (high - low) / (low + high):.0%} of"
            f" its middle, and more than {WIDEST:.0%} says too little" + (f"; {_TWO}" if len(joined) == 2 else ""),
            shown,
        )
    return Estimate(articles, low, high, len(known), shown, "capture-recapture", ignored)


def count_strays(sources: Sequence[Set[int]], among: Iterable[int], certain: Set[int]) -> list[float]:
    """By source, how many of the numbers `among` that it alone showed may be no articles: up to STRAYS of its own."""
    own, alone = [0] * len(sources), [0] * len(sources)
    for number in among:
        showing = [at for at, source in enumerate(sources) if number in source]
        for at in showing:
            own[at] += 1
        if len(showing) == 1 and number not in certain:
            alone[showing[0]] += 1
    return [min(each, STRAYS * count) for each, count in zip(alone, own, strict=True)]


def join_copies(sources: Mapping[str, frozenset[int]]) -> dict[str, frozenset[int]]:
    """`sources` with those joined that show the same articles, or nearly so where a third source lets it be seen.

    What has copied another tells nothing new, and two that agree so well would pass for two that know nearly all. The
    smallest of more than four are joined, too. `wayback with commoncrawl` is the name of two.
    """
    joined = dict(sources)
    while len(joined) > 1:
        pairs = list(combinations(joined, 2))
        odds = {pair: _judge_pair(pair, joined) for pair in pairs}
        pair = max(pairs, key=lambda each: odds[each])
        if odds[pair] < COPY_ODDS:
            if len(joined) <= MOST_SOURCES:
                break
            pair = min(pairs, key=lambda each: sum(len(joined[name]) for name in each))
        both = joined.pop(pair[0]) | joined.pop(pair[1])
        joined[" with ".join(pair)] = both
    return joined


def _judge_pair(pair: tuple[str, str], sources: Mapping[str, frozenset[int]]) -> float:
    """The odds ratio of a pair of sources, as far as others let it be seen; infinite for copies."""
    one, other = (sources[name] for name in pair)
    if one == other:
        return math.inf
    if len(sources) == 2:
        return 1.0
    rest = frozenset().union(*(numbers for name, numbers in sources.items() if name not in pair))
    return math.inf if is_nested(one - rest, other - rest) else measure_odds(one, other, rest)


def is_nested(one: Set[int], other: Set[int]) -> bool:
    """True where one of two sources holds nearly all of the other, and both are large enough to tell."""
    shared = len(one & other)
    return shared >= LEAST_NESTED and min(len(one), len(other)) - shared < NESTED * shared


def measure_odds(one: Set[int], other: Set[int], among: Set[int]) -> float:
    """The odds ratio of two sources among the articles that others showed, each count raised by a half."""
    both = len(one & other & among)
    first, second = len(one & among) - both, len(other & among) - both
    return (both + 0.5) * (len(among) - both - first - second + 0.5) / ((first + 0.5) * (second + 0.5))


def _order(known: frozenset[int], highest: int | None, days: Mapping[int, date]) -> list[int]:
    """The known numbers in the order of their time: a counter's own, else by day."""
    if highest is None and sum(number in days for number in known) > 0.9 * len(known):
        return sorted(known, key=lambda number: (days.get(number, date.min), number))
    return sorted(known)


def _estimate_by_sources(
    named: Mapping[str, frozenset[int]],
    order: Sequence[int],
    highest: int | None,
    certain: frozenset[int],
    strays: float,
) -> tuple[float, float, float] | str:
    """Of the articles that no source showed, less the strays, the estimate and its bounds; or why there are none."""
    import numpy as np

    names, sources = list_text(list(named)), list(named.values())
    if len(sources) == 1:
        if " with " in names:
            return f"{names} show the same {count_text(len(order), 'article')}, as copies of one another do"
        return f"only {names} showed articles; two sources are needed (harbincrawl rescue, harbincrawl ingest)"
    if len(sources) == 2:
        alone = min(len(one - other) for one, other in (sources, sources[::-1]))
        shared = len(sources[0] & sources[1])
        if shared < LEAST_SHARED:
            return f"{names} have {count_text(shared, 'article')} in common; {LEAST_SHARED} are needed"
        if alone < LEAST_APART:
            return (
                f"of {names} one shows all but {alone:,} of the other's articles: it may have nearly all, or the other"
                " may be its copy"
            )
    stretches, open_numbers = cut_stretches(sources, order, highest, certain)
    if not stretches:
        return f"{names} have too few articles in common in every stretch of time"
    if math.isinf(open_numbers):
        return "for part of the time there is but one source, and no counter bounds what it did not show"
    drawn, rates = draw_unseen(stretches, len(sources))
    most = np.array([stretch.unseen for stretch in stretches])
    tail = (1 - LEVEL) / 2
    found = np.minimum(drawn, most).sum(axis=1) - rates * strays
    # The mean, for the median of what is cut off at the counter's bound leans to that bound.
    low, middle = np.quantile(found, tail), found.mean()
    # Not the bound of each draw: the truth may be at all of these bounds, where every number is an article.
    high = min(np.quantile(drawn.sum(axis=1), 1 - tail), np.minimum(np.quantile(drawn, 1 - tail, axis=0), most).sum())
    # Two sources may avoid each other as well as copy each other, and what none showed is not certain to that degree.
    if len(sources) == 2 or low <= LEAST_RISE * len(order):
        low = min(low, -np.quantile(rates, 1 - tail) * strays)
    return float(middle + open_numbers / 2), float(low), float(high + open_numbers)


def cut_stretches(
    sources: Sequence[frozenset[int]], order: Sequence[int], highest: int | None, certain: Set[int] = frozenset()
) -> tuple[list[Stretch], float]:
    """The stretches where at least two sources have articles in common, and the unseen numbers of all others.

    `order` are the known numbers in the order of time. Each stretch has as many of them.
    """
    size = max(1, min(MOST_STRETCHES, len(order) // LEAST_KNOWN))
    cuts = [len(order) * at // size for at in range(size + 1)]
    stretches: list[Stretch] = []
    others = 0.0
    last = 0
    for begin, end in pairwise(cuts):
        part = order[begin:end]
        if highest is None:
            unseen = math.inf
        else:
            # The numbers before the first of the next stretch are this one's.
            next_last = order[end] - 1 if end < len(order) else highest
            unseen, last = float(next_last - last - len(part)), next_last
        least = max(LEAST_SHARED, _LEAST_SHARE * len(part))
        active = tuple(at for at, source in enumerate(sources) if sum(number in source for number in part) >= least)
        patterns = Counter(sum((number in sources[at]) << bit for bit, at in enumerate(active)) for number in part)
        if sum(count for pattern, count in patterns.items() if pattern.bit_count() > 1) < LEAST_SHARED:
            others += unseen
        else:
            # What only a source showed that is as good as absent is known; of the others' patterns it has none.
            counts = tuple(patterns[pattern] if pattern else 0 for pattern in range(1 << len(active)))
            strays = count_strays(sources, part, certain)
            stretches.append(Stretch(active, counts, unseen, tuple(strays[at] for at in active)))
    return stretches, others
