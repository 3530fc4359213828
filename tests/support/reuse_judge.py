"""Precision and recall of found passages beside planted ones: by passages, by pairs of articles, by words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from tests.support.planted_reuse import Corpus, Span

Found = tuple[int, int, int, int, int, int]
"""(article a, start, end, article b, start, end), ends exclusive."""
Locate = Callable[[int, int, int], tuple[int, int]]
"""From (article, start, end) in the finder's own positions to words of the body, by `cut_words`."""
_Sides = tuple[tuple[int, int], tuple[int, int]]
_Pairs = dict[tuple[int, int], list[_Sides]]


class Rates(NamedTuple):
    """Of what was found, the share that is right; of what is there, the share that was found."""

    precision: float
    recall: float

    def __str__(self) -> str:
        return f"precision {self.precision:.3f}, recall {self.recall:.3f}"


class Verdict(NamedTuple):
    passages: Rates
    """Recall: planted passages at least half of whose words on both sides were found; precision: found passages at
    least half of whose words on both sides were planted, as the same passage."""
    pairs: Rates
    """Pairs of articles."""
    words: Rates
    """Words of an article that stand in another one, for each pair anew."""
    by_kind: dict[str, tuple[int, int]]
    """(found, planted)."""
    pieces: float
    """Found passages for each planted one that was found: 1 where it was found in one piece."""
    missed: tuple[int, ...]
    """Numbers of the planted passages that were not found."""
    false: tuple[Found, ...]
    """What is no passage, in words of the body."""
    false_kinds: dict[str, int]
    """The false ones by the near miss that they are; `other` is none."""
    lines: int
    """Found passages that are a line under many articles: counted neither way."""

    def __str__(self) -> str:
        rows = [f"passages: {self.passages}; pairs: {self.pairs}; words: {self.words}; pieces {self.pieces:.2f}"]
        rows += [f"  {kind:<12} {found} of {planted}" for kind, (found, planted) in self.by_kind.items()]
        rows += [f"  false: {kind} {number}" for kind, number in self.false_kinds.items()]
        return "\n".join([*rows, f"  lines under many articles: {self.lines}"])


def judge_passages(corpus: Corpus, found: Iterable[Found], locate: Locate | None = None) -> Verdict:
    """The verdict on what a finder found in `corpus`; without `locate` its positions are words of the body."""
    own: _Pairs = defaultdict(list)
    for a, start, end, b, other_start, other_end in found:
        one, other = (start, end), (other_start, other_end)
        if locate is not None:
            one, other = locate(a, *one), locate(b, *other)
        pair, sides = ((a, b), (one, other)) if a <= b else ((b, a), (other, one))
        if sides not in own[pair]:
            own[pair].append(sides)
    truth: _Pairs = defaultdict(list)
    places = []
    for planted in corpus.planted:
        pair, sides = _order(planted.one, planted.other)
        truth[pair].append(sides)
        places.append((pair, sides, planted.kind))
    lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for line in corpus.lines:
        lines[line.article].append((line.start, line.end))
    left_out = 0
    for pair, each in own.items():
        under = [(one, other) for one in lines[pair[0]] for other in lines[pair[1]]]
        kept = [sides for sides in each if not _is_within(sides, under)]
        left_out += len(each) - len(kept)
        own[pair] = kept
    own = {pair: sides for pair, sides in own.items() if sides}
    by_kind: dict[str, list[bool]] = defaultdict(list)
    missed, pieces = [], []
    for number, (pair, sides, kind) in enumerate(places):
        is_found = _is_within(sides, own.get(pair, []))
        by_kind[kind].append(is_found)
        if is_found:
            pieces.append(sum(_meet(sides, each) for each in own[pair]))
        else:
            missed.append(number)
    false = [
        (pair[0], *sides[0], pair[1], *sides[1])
        for pair, each in own.items()
        for sides in each
        if pair[0] == pair[1] or not _is_within(sides, truth.get(pair, []))
    ]
    total = sum(map(len, own.values()))
    return Verdict(
        Rates(1 - len(false) / total if total else 1.0, 1 - len(missed) / len(places)),
        _rate({pair for pair in own if pair[0] != pair[1]}, set(truth)),
        _rate(_list_words(own, lines), _list_words(truth, lines)),
        {kind: (sum(each), len(each)) for kind, each in sorted(by_kind.items())},
        sum(pieces) / len(pieces) if pieces else 0.0,
        tuple(missed),
        tuple(false),
        dict(_name_false(corpus, false)),
        left_out,
    )


def _order(one: Span, other: Span) -> tuple[tuple[int, int], _Sides]:
    first, second = sorted((one, other))
    return (first.article, second.article), ((first.start, first.end), (second.start, second.end))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> range:
    return range(max(one[0], other[0]), min(one[1], other[1]))


def _meet(one: _Sides, other: _Sides) -> bool:
    """Whether they have words in common on both sides."""
    return all(_overlap(mine, yours) for mine, yours in zip(one, other, strict=True))


def _is_within(sides: _Sides, others: Sequence[_Sides]) -> bool:
    """Whether at least half of the words on both sides are in those of `others` that meet it on both."""
    met = [other for other in others if _meet(sides, other)]
    return all(
        2 * len(set(chain.from_iterable(_overlap(side, other[at]) for other in met))) >= side[1] - side[0] > 0
        for at, side in enumerate(sides)
    )


def _list_words(pairs: _Pairs, lines: dict[int, list[tuple[int, int]]]) -> set[tuple[int, int, int]]:
    """(article, other article, word) of all words of passages, those of lines left out."""
    words: set[tuple[int, int, int]] = set()
    for pair, each in pairs.items():
        for at in (0, 1):
            own = set(chain.from_iterable(range(*sides[at]) for sides in each))
            own -= set(chain.from_iterable(range(*line) for line in lines.get(pair[at], ())))
            words |= {(pair[at], pair[1 - at], word) for word in own}
    return words


def _rate(found: set[Any], truth: set[Any]) -> Rates:
    right = len(found & truth)
    return Rates(right / len(found) if found else 1.0, right / len(truth) if truth else 1.0)


def _name_false(corpus: Corpus, false: Sequence[Found]) -> Counter[str]:
    near: dict[tuple[int, int], list[tuple[_Sides, str]]] = defaultdict(list)
    for miss in corpus.near:
        pair, sides = _order(*miss.spans)
        near[pair].append((sides, miss.kind))
    return Counter(
        next((kind for sides, kind in near[a, b] if _meet(sides, ((start, end), (from_, to)))), "other")
        for a, start, end, b, from_, to in false
    )
