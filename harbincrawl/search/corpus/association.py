"""Association: how much more often a word stands beside another than if all words stood anywhere by chance."""

from __future__ import annotations

from math import log, log2
from typing import NamedTuple


class Association(NamedTuple):
    """The measures of a word beside another."""

    expected: float
    """How often it would stand there by chance."""
    log_likelihood: float
    """Of the table of four cells; with a minus where it stands there less often than expected."""
    mi: float
    """Mutual information: how many times it doubles what is expected."""
    log_dice: float
    """Like it, but of the times that either word is there at all, so that it does not grow with the archive."""


def measure_association(beside: int, room: int, word: int, words: int, node: int) -> Association:
    """The measures of a word that is `beside` the node so many times, at least once.

    `room` words stand beside the node at all, `word` times this one is anywhere, out of `words`; the node is there
    `node` times. The table of two rows (beside, elsewhere) and columns (the word, others) is

        beside          room - beside
        word - beside   words - room - word + beside

    and the expected times are room * word / words. Log-likelihood: twice the sum of O * ln(O / E) over its four cells
    (Dunning, T. (1993), Accurate methods for the statistics of surprise and coincidence, Computational Linguistics
    19(1), 61-74). MI: log2(beside / expected) (Church, K. W. and Hanks, P. (1990), Word association norms, mutual
    information, and lexicography, ibid. 16(1), 22-29). logDice: 14 + log2(2 * beside / (node + word)) (Rychlý, P.
    (2008), A lexicographer-friendly association score, RASLAN, 6-9); above 14 where the word is beside the node more
    than once at a time.
    """
    expected = room * word / words
    cells = (
        (beside, expected),
        (room - beside, room * (words - word) / words),
        (word - beside, (words - room) * word / words),
        (words - room - word + beside, (words - room) * (words - word) / words),
    )
    likelihood = max(2 * sum(seen * log(seen / due) for seen, due in cells if seen), 0.0)
    return Association(
        expected,
        likelihood if beside >= expected else -likelihood,
        log2(beside / expected),
        14 + log2(2 * beside / (node + word)),
    )
