"""Dispersion: whether a word is spread over all articles or stands in a few of them."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple


class Dispersion(NamedTuple):
    """How evenly a word is spread over the articles of a part, in words of which each article has its share."""

    dp: float | None
    """Gries' deviation of proportions, not normalised; None where the word is never."""
    juilland: float | None
    """Juilland's D; None where the word is never, or there is one article."""


class Spread:
    """The running sums of one word in one part, article by article: nothing is kept of any article."""

    __slots__ = ("_of_part", "_of_word", "articles", "frequency", "shares", "squares", "surplus")

    def __init__(self, of_word: int, of_part: int) -> None:
        """`of_word`: how often the word is in the whole part; `of_part`: how many words the part has."""
        self._of_word = of_word
        self._of_part = of_part
        self.frequency = 0
        self.articles = 0
        self.surplus = 0.0
        """What the articles that have the word have of it beyond their share of all words, added up."""
        self.shares = 0.0
        self.squares = 0.0

    def add(self, times: int, words: int) -> None:
        """An article of so many `words` that has it so many `times`, at least once."""
        self.frequency += times
        self.articles += 1
        self.surplus += max(times / self._of_word - words / self._of_part, 0)
        share = times / words
        self.shares += share
        self.squares += share * share

    def measure(self, parts: int) -> Dispersion:
        """The dispersion over `parts` articles, which are those that have any word.

        DP (Gries, S. Th. (2008), Dispersions and adjusted frequencies in corpora, International Journal of Corpus
        Linguistics 13(4), 403-437): half the sum, over all articles, of the difference between its share of the part's
        words and its share of the word's occurrences. Both kinds of shares add up to 1, so it is also the sum of those
        differences alone in which an article has more of the word than its share. 0: as even as can be; near 1: in an
        article that is a small part of all.

        Juilland's D (Juilland, A. et al. (1970), Frequency dictionary of French words): 1 - V / sqrt(n - 1), where V is
        the standard deviation of the word's relative frequencies in the n articles (of all of them: divided by n) in
        terms of their mean. 1: the same in each article; 0: in one alone.
        """
        if not self.frequency:
            return Dispersion(None, None)
        if parts < 2:
            return Dispersion(self.surplus, None)
        mean = self.shares / parts
        spread = sqrt(max(self.squares / parts - mean * mean, 0))
        return Dispersion(self.surplus, max(1 - spread / mean / sqrt(parts - 1), 0.0))
