"""The health rules as they stand: the last word on each rule and section, out of the verdicts of many runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from .types import Finding, Verdict

_NAMED = 5
"""Sections that a sentence names."""


class Standing(NamedTuple):
    """A rule as it stands."""

    run: int
    """The run whose verdict it is; of several the newest."""
    verdict: Verdict
    """`sections` has the last word on each section, if that is certain."""
    runs: Mapping[str, int]
    """By section, the run of its last word."""


def find_standing(
    runs: Iterable[tuple[int, Sequence[Verdict]]],
    rules: Collection[str],
    sections: Mapping[str, Collection[str]] | None = None,
) -> list[Standing]:
    """Each of `rules` that was ever checked; `runs` begin with the newest.

    A rule is broken while it is in one section: a run says nothing about sections that it did not read, and a verdict
    that is not certain (`ok` is None) changes none before it. `sections` are those there are by now, by rule; the
    verdicts on others are dropped, and rules that say nothing else.
    """
    verdicts: dict[str, list[tuple[int, Verdict]]] = {rule: [] for rule in rules}
    for run, each_of_run in runs:
        for verdict in each_of_run:
            if verdict.rule in verdicts:
                verdicts[verdict.rule].append((run, verdict))
    known = sections or {}
    standing = (_find_one(told, known.get(rule)) for rule, told in verdicts.items() if told)
    return [each for each in standing if each is not None]


def _find_one(told: Sequence[tuple[int, Verdict]], existing: Collection[str] | None) -> Standing | None:
    """The last word of one rule, whose verdicts begin with the newest; None where no section has one any more."""
    last = next(((run, verdict) for run, verdict in told if verdict.ok is not None), told[0])
    words: dict[str, Finding] = {}
    runs: dict[str, int] = {}
    dropped = False
    for run, verdict in told:
        for path, each in verdict.sections.items():
            if existing is not None and path not in existing:
                dropped = True
            elif each.ok is not None and path not in words:
                words[path], runs[path] = each, run
        if verdict.ok is not None and not verdict.sections:
            # It was about everything: no run before has a say any more.
            break
    run, verdict = last
    broken = [path for path, each in words.items() if each.ok is False]
    if not broken:
        if verdict.ok is not False or not verdict.sections:
            return Standing(run, verdict._replace(sections=words), runs)
        if not words:
            # What broke it was in sections that are gone.
            return None if dropped else Standing(run, verdict, runs)
        path = max(words, key=runs.__getitem__)
        return Standing(runs[path], Verdict(verdict.rule, *words[path])._replace(sections=words), runs)
    if verdict.ok is False and all(runs[path] == run for path in broken):
        return Standing(run, verdict._replace(sections=words), runs)
    newest = max(broken, key=runs.__getitem__)
    last_word = Verdict(verdict.rule, *words[newest])._replace(sentence=_name(words, broken), sections=words)
    return Standing(runs[newest], last_word, runs)


def _name(words: Mapping[str, Finding], broken: Sequence[str]) -> str:
    """`news: the list shrank …; gallery: …`."""
    named = "; ".join(f"{path}: {words[path].sentence}" for path in sorted(broken)[:_NAMED])
    return named + (f"; and {len(broken) - _NAMED} more" if len(broken) > _NAMED else "")
