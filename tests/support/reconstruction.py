"""Attempts to put texts together again from the counts that a dataset publishes, written without its exporter."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

RUN = 5
"""So many words in a row are a find."""
START = "\x02"
_WORD = re.compile(r"[^\W_]+")
_NO_BLANKS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_LEAST = 1e-9
WIDTH = 12
KNOWN = math.log(2)
UNKNOWN = 4.0
"""What it is to a guess that a pair is to come, or is known elsewhere and not to come: the best of those tried."""

Pair = tuple[str, str]
Run = tuple[str, ...]


class Counts(NamedTuple):
    """What a stranger has of a text."""

    words: Counter[str]
    pairs: Counter[Pair]


def split_words(text: str) -> list[str]:
    """The words of a text in lower case, each ideograph for itself: the truth that finds are compared with."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return _WORD.findall(_NO_BLANKS.sub(r" \g<0> ", folded))


def list_runs(words: Sequence[str]) -> list[Run]:
    """All runs of RUN words in a row."""
    return [tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]


def read_bundle(folder: Path) -> dict[str, Counts]:
    """The counts of each article of a dataset, by id."""
    paths = sorted((folder / "data" / "jsonl").glob("*.jsonl"))
    lines = (json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines())
    return {line["id"]: read_counts(line) for line in lines}


def read_counts(record: Mapping[str, Any]) -> Counts:
    pairs: Counter[Pair] = Counter()
    for item in record.get("bigrams", ()):
        first, second = item["term"].split(" ")
        pairs[first, second] += item["count"]
    return Counts(Counter({item["term"]: item["count"] for item in record["tokens"]}), pairs)


def list_published(texts: Iterable[Counts]) -> frozenset[Pair]:
    """All pairs of a dataset: one of them that a text does not list does not stand in it."""
    return frozenset(pair for counts in texts for pair in counts.pairs)


def find_forced_runs(counts: Counts) -> set[Run]:
    """Runs that must stand in the text, as its words do not suffice for anything else.

    Of the occurrences of a word some follow a known one, some go before a known one: where these are together more than
    the word has, at least the difference does both.
    """
    following: defaultdict[str, list[str]] = defaultdict(list)
    for first, second in counts.pairs:
        following[first].append(second)
    found: set[Run] = set()

    def extend(run: Run, least: int) -> None:
        if len(run) == RUN:
            found.add(run)
            return
        last = run[-1]
        for word in following[last]:
            if (left := least + counts.pairs[last, word] - counts.words[last]) > 0:
                extend((*run, word), left)

    for pair, count in counts.pairs.items():
        extend(pair, count)
    return found


def find_whole_text(counts: Counts) -> list[str] | None:
    """The text, if all its pairs are known and only one order of words has these pairs.

    The pairs are the edges of a graph in which the text is an Eulerian path; the theorem of de Bruijn, van
    Aardenne-Ehrenfest, Smith and Tutte counts these.
    """
    leaving, entering = Counter[str](), Counter[str]()
    for (first, second), count in counts.pairs.items():
        leaving[first] += count
        entering[second] += count
    first = [word for word, count in counts.words.items() if count > entering[word]]
    last = [word for word, count in counts.words.items() if count > leaving[word]]
    if counts.pairs.total() != counts.words.total() - 1 or len(first) != 1 or len(last) != 1:
        return None
    names = sorted(counts.words)
    at = {name: place for place, name in enumerate(names)}
    edges = Counter(counts.pairs)
    edges[last[0], first[0]] += 1
    laplacian = np.diag([float(counts.words[name]) for name in names])
    for (one, other), count in edges.items():
        laplacian[at[one], at[other]] -= count
    sign, trees = np.linalg.slogdet(laplacian[1:, 1:]) if len(names) > 1 else (1, 0.0)
    orders = trees + sum(math.lgamma(count) for count in counts.words.values())
    orders -= sum(math.lgamma(count + 1) for count in counts.pairs.values())
    return _walk(counts, first[0]) if sign > 0 and orders < math.log(1.5) else None


def _walk(counts: Counts, first: str) -> list[str]:
    """An Eulerian path, by Hierholzer."""
    following: defaultdict[str, list[str]] = defaultdict(list)
    for (one, other), count in counts.pairs.items():
        following[one] += [other] * count
    stack, path = [first], []
    while stack:
        if following[stack[-1]]:
            stack.append(following[stack[-1]].pop())
        else:
            path.append(stack.pop())
    return path[::-1]


def find_certain_runs(counts: Counts) -> set[Run]:
    """Runs that one of the two ways above proves to be in the text."""
    whole = find_whole_text(counts)
    return find_forced_runs(counts) | set(list_runs(whole) if whole else ())


def find_inevitable_runs(counts: Counts, published: frozenset[Pair]) -> set[Run]:
    """Runs that all possible orders of the words have: each of them is tried, so for a dozen words at the most."""
    common: set[Run] | None = None
    for order in _list_orders(counts, published):
        runs = set(list_runs(order))
        common = runs if common is None else common & runs
        if not common:
            break
    return common or set()


def _list_orders(counts: Counts, published: frozenset[Pair]) -> Iterator[list[str]]:
    words, pairs, order = Counter(counts.words), Counter(counts.pairs), list[str]()

    def place() -> Iterator[list[str]]:
        if not +words:
            if not +pairs:
                yield list(order)
            return
        for word in list(+words):
            pair = (order[-1], word) if order else None
            if pair in published and not pairs[pair]:
                continue
            words[word] -= 1
            order.append(word)
            if pair in published:
                pairs[pair] -= 1
            yield from place()
            if pair in published:
                pairs[pair] += 1
            order.pop()
            words[word] += 1

    return place()


class Language:
    """A model of which word follows which two, made of whole texts."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self.words: Counter[str] = Counter()
        self.following: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.continuing: defaultdict[Pair, Counter[str]] = defaultdict(Counter)
        for text in texts:
            self.words.update(text)
            before = (START, START)
            for word in text:
                self.following[before[1]][word] += 1
                self.continuing[before][word] += 1
                before = (before[1], word)
        self._size = self.words.total() + len(self.words) + 1

    def weigh(self, before: Pair, word: str) -> float:
        """The probability of `word` behind the two words, interpolated."""
        weight = 0.05 * (self.words[word] + 1) / self._size
        for share, seen in ((0.25, self.following.get(before[1])), (0.7, self.continuing.get(before))):
            if seen:
                weight += share * seen[word] / (seen.total() + 2)
        return max(weight, _LEAST)

    def suggest(self, before: Pair) -> Iterator[str]:
        """Words that were seen there."""
        yield from self.continuing.get(before, ())
        yield from self.following.get(before[1], ())


@dataclass
class _Guess:
    score: float
    order: tuple[Any, ...] | None
    before: Pair
    words: Counter[str]
    pairs: Counter[Pair]


def guess_text(counts: Counts, published: frozenset[Pair], language: Language) -> list[str]:
    """The likeliest order of the words that a beam of WIDTH guesses finds."""
    beam = [_Guess(0.0, None, (START, START), Counter(counts.words), Counter(counts.pairs))]
    following: defaultdict[str, list[str]] = defaultdict(list)
    for first, second in counts.pairs:
        following[first].append(second)
    for _ in range(counts.words.total()):
        steps = []
        for guess in beam:
            last = guess.before[1]
            wanted = {*language.suggest(guess.before), *following[last]} & guess.words.keys()
            usual = sorted(guess.words, key=lambda word: (-guess.words[word], word))[:WIDTH]
            words = {*wanted, *usual}
            steps += [(guess.score + _rate(guess, word, published, language), word, guess) for word in words]
        steps.sort(key=lambda step: (-step[0], step[1]))
        beam = [_take(guess, word, score) for score, word, guess in steps[:WIDTH]]
    best, order = beam[0].order, list[str]()
    while best is not None:
        best, word = best
        order.append(word)
    return order[::-1]


def _rate(guess: _Guess, word: str, published: frozenset[Pair], language: Language) -> float:
    """How likely `word` goes on, as a logarithm: by the language, and by what is known of the pair.

    A pair that should not stand there is unlikely, not impossible: an earlier word of the guess may be wrong.
    """
    pair = (guess.before[1], word)
    likely = math.log(language.weigh(guess.before, word))
    if guess.pairs[pair]:
        return min(likely + KNOWN, 0.0)
    return likely - UNKNOWN if pair in published else likely


def _take(guess: _Guess, word: str, score: float) -> _Guess:
    words, pairs, pair = guess.words.copy(), guess.pairs, (guess.before[1], word)
    words[word] -= 1
    if not words[word]:
        del words[word]
    if pairs[pair]:
        pairs = pairs.copy()
        pairs[pair] -= 1
    return _Guess(score, (guess.order, word), pair, words, pairs)


def measure_find(found: Sequence[str] | set[Run], truth: Sequence[str]) -> tuple[int, int]:
    """(runs of the true text that were found, all its runs)."""
    runs = set(found) if isinstance(found, set) else set(list_runs(found))
    true = list_runs(truth)
    return sum(run in runs for run in true), len(true)
