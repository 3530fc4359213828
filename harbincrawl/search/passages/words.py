"""Texts as numbers: the words of a text with their places, and all words of many texts in one array."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harbincrawl.search.corpus.words import DROPPED, WordCutter

Numbers = NDArray[np.int64]
Words = NDArray[np.uint32]
"""A word each, as a hash: two of a million different words are taken for one in every ninth archive."""

_BLANK = ord(" ")
_BASE = 0x9E3779B97F4A7C15
_IDEOGRAPHS = ((0x3041, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
"""Scripts without blanks between words: each letter is taken as a word."""


class PlacedWords(NamedTuple):
    """The words of one text."""

    words: Words
    starts: Numbers
    """Where in the text each begins."""
    ends: Numbers
    """The letter behind each."""


class Texts(NamedTuple):
    """Many texts, in the order of the articles that they are of."""

    words: Words
    """Of all texts, one behind the other."""
    bounds: Numbers
    """Where each text begins in `words`, and the end of the last one: one more than there are texts."""
    owners: Numbers
    """The article of each text, from 0 on: no passage is looked for between texts of one."""


def cut_words(cutter: WordCutter, text: str) -> PlacedWords:
    """The words of `text` as the index has them before it stems; of Chinese and Japanese, the letters."""
    aligned = cutter.align(text)
    codes = np.frombuffer(aligned.encode("utf-32-le", "surrogatepass"), np.uint32)
    places = np.flatnonzero(codes != ord(DROPPED)) if DROPPED in aligned else np.arange(len(codes))
    codes = codes[places]
    is_word = codes != _BLANK
    is_first = is_word.copy()
    is_first[1:] &= ~is_word[:-1]
    if not aligned.isascii():
        alone = np.zeros(len(codes), np.bool_)
        for first, last in _IDEOGRAPHS:
            alone |= (codes >= first) & (codes <= last)
        is_first |= alone
        is_first[1:] |= alone[:-1] & is_word[1:]
    is_last = is_word.copy()
    is_last[:-1] &= ~is_word[1:] | is_first[1:]
    starts, ends = places[is_first], places[is_last] + 1
    return PlacedWords(_hash_words(codes[is_word], np.flatnonzero(is_first[is_word])), starts, ends)


def _hash_words(letters: Words, firsts: Numbers) -> Words:
    """The hash of each word, of the letters of all of them and the place of its first: a polynomial modulo 2^64."""
    if not len(firsts):
        return np.empty(0, np.uint32)
    lengths = np.diff(firsts, append=len(letters))
    powers = np.cumprod(np.full(int(lengths.max()), _BASE, np.uint64), dtype=np.uint64)
    inside = np.arange(len(letters)) - np.repeat(firsts, lengths)
    sums: NDArray[np.uint64] = np.add.reduceat(letters * powers[inside], firsts)
    return finish_hash(sums)


def finish_hash(hashes: NDArray[np.uint64]) -> Words:
    """The upper half of hashes whose bits are mixed."""
    mixed = hashes ^ (hashes >> np.uint64(31))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0x94D049BB133111EB)
    return (mixed >> np.uint64(32)).astype(np.uint32)
