"""What do the passages of an archive cost, and are those found that were planted?

    python -m benchmarks.passages [ARTICLES]...

Processor time of one core, from the open archive to the rows, of invented articles of 150 to 600 words with planted
reuse; and precision and recall beside the truth, by passages, by pairs of articles, by words.
"""

from __future__ import annotations

import resource
import sys

from benchmarks._measure import report_aim
from tests.support.passages_asked import ask_passages
from tests.support.planted_reuse import make_corpus
from tests.support.reuse_judge import judge_passages

AIM_ARTICLES, AIM_SECONDS = 6400, 120
"""A minute on two cores."""
DEMAND = 0.95


def measure(number: int, seed: int = 6400) -> None:
    """Prints what one corpus costs and what was found in it."""
    corpus = make_corpus(seed, number)
    asked = ask_passages(corpus)
    verdict = judge_passages(corpus, asked.found)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{number:,} articles: {asked.seconds:.1f} s of processor time, at most {peak:.0f} MB with the corpus")
    print(f"{len(asked.found):,} passages, {asked.lines} lines under many articles listed once")
    print(verdict, flush=True)
    if number == AIM_ARTICLES:
        report_aim("passages of 6,400 articles, processor time", asked.seconds, AIM_SECONDS, unit=" s")
        least = min(*verdict.passages, *verdict.pairs, *verdict.words)
        report_aim("passages, least of precision and recall", least, DEMAND, at_least=True)


if __name__ == "__main__":
    for articles in map(int, sys.argv[1:] or ["400", str(AIM_ARTICLES)]):
        measure(articles)
