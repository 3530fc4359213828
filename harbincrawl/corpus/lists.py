"""Word lists: the words or n-grams of the articles that filters leave, how often each is, and how evenly spread."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple, TypeAlias

from harbincrawl.errors import FilterError
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters
from harbincrawl.search.tree import Phrase

from .dispersion import Dispersion, Spread
from .grams import LONGEST, GramCounts, Order, cut_grams, has_bare_number
from .texts import Label, read_texts, select_texts
from .words import WordCutter, read_words

MOST_ROWS = 500_000
"""Of a list: they are in memory. An archive has more different n-grams than that, most of them once."""


class WordCount(NamedTuple):
    """A word or an n-gram with its numbers in one part of the archive."""

    word: str
    """Lower case, without accents; the words of an n-gram with a blank between."""
    group: str | None
    """The section, source, author or year of this part; None: no grouping, or articles that have none."""
    frequency: int
    """How often it is there."""
    per_million: float | None
    """Per 1,000,000 words of the part, to two decimals; None in a part without words."""
    articles: int
    """Articles of the part that have it."""
    dp: float | None
    """Gries' deviation of proportions over the articles, from 0 (even) to 1, to four decimals; see `Spread.measure`."""
    juilland: float | None
    """Juilland's D over the articles, from 0 to 1 (even), to four decimals."""


_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


class Group(NamedTuple):
    """A section, source, author or year."""

    key: str | None
    """By which `find_groups` finds it."""
    name: str | None
    """What it is called; None: articles that have none. Of sections with one label, each has its path behind it."""


def list_groups(connection: sqlite3.Connection, filters: Filters, by: Label) -> list[Group]:
    """The groups that the facet `by` has, in its order: years ascending, others by their articles. Raises FilterError.

    Names of sources and authors that differ in the case of Latin letters alone are one.
    """
    bars = count_facet(connection, fit_choice(connection, filters), by)
    times = Counter(bar.value for bar in bars)
    return [
        Group(
            _make_key(bar.path or bar.value, by),
            f"{bar.value} ({bar.path})" if times[bar.value] > 1 and bar.path else bar.value,
        )
        for bar in bars
    ]


def find_groups(labels: Iterable[str], by: Label | None) -> set[str | None]:
    """The keys of the groups that an article with these `labels` of `read_texts` is in: each once, at least one."""
    return {_make_key(label, by) for label in labels} or {None}


def _make_key(label: str | None, by: Label | None) -> str | None:
    # As SQLite's NOCASE, which facets go by.
    return label.translate(_SMALL) if label and by in ("source", "author") else label or None


class WordPart(NamedTuple):
    """The articles of a group, or all."""

    group: str | None
    articles: int
    """All of them, also those without any word."""
    words: int
    """All words of title, body and captions, bare numbers included."""


class WordList(NamedTuple):
    """The words of a part of the archive."""

    whole: WordPart
    parts: tuple[WordPart, ...]
    """The groups in the order of their facet; without `by` the whole alone."""
    different: int
    """How many different words there are that were asked for, of which `rows` has the first."""
    rows: tuple[WordCount, ...]
    """A row a word, or with `by` a row a word and group, also where it is not there."""


class Asked(NamedTuple):
    """The words that a list is to have."""

    phrases: tuple[Phrase, ...]
    """Empty: all words."""

    def takes(self, gram: str) -> bool:
        """Whether any of them is in an n-gram."""
        padded = f" {gram} "
        return not self.phrases or any(f" {each.text}{'' if each.prefix else ' '}" in padded for each in self.phrases)


def read_asked(words: Sequence[str], size: int) -> Asked:
    """The words that a person names for n-grams of `size`: `metro`, `met*`, `ice fair`. Raises FilterError."""
    if not 1 <= size <= LONGEST:
        raise FilterError(f"n-grams of {size} words: expected 1 to {LONGEST}.")
    cutter = WordCutter()
    phrases = []
    for word in words:
        cut, is_prefix = read_words(cutter, word)
        if len(cut) > size:
            raise FilterError(f"{word!r} has {len(cut)} words: expected at most {size}, the size of what is listed.")
        phrases.append(Phrase(" ".join(cut), prefix=is_prefix))
    return Asked(tuple(phrases))


def count_words(
    connection: sqlite3.Connection,
    words: Sequence[str],
    filters: Filters,
    *,
    size: int = 1,
    by: Label | None = None,
    least: int = 1,
    sort: Order = "frequency",
    limit: int | None = None,
) -> WordList:
    """The words of the articles that `filters` leave, or of them those that `words` name. Raises FilterError.

    With a `size` above 1 these are n-grams, and `words` are looked for in them. What is less than `least` times in all
    these articles is left out, so are bare numbers and n-grams with one. `limit` words are in the list, the first by
    `sort`. `by` counts each of them in every group; an article of two authors counts for both. Copies are folded, gone
    articles count. Of the articles nothing is kept: they are read two times, with `by` three times.
    """
    asked = read_asked(words, size)
    selection = select_texts(connection, filters)
    groups = list_groups(connection, filters, by) if by else [Group(None, None)]
    cutter = WordCutter()

    def read() -> Iterator[_Counted]:
        for batch in read_texts(connection, selection, by):
            for text in batch:
                yield _Counted(find_groups(text.labels, by), *cut_grams(cutter, text.list_parts(), size))

    whole = _Size()
    with GramCounts(lambda gram: asked.takes(gram) and not has_bare_number(gram)) as counts:
        for article in read():
            whole = whole.add(article)
            counts.add(article.grams)
        different = counts.sum_up(least)
        most = different if limit is None else min(limit, different)
        if most * len(groups) > MOST_ROWS:
            raise FilterError(
                f"{most:,} words or n-grams{f' in {len(groups):,} groups' if by else ''}: expected at most"
                f" {MOST_ROWS:,} rows; a limit lists the first, a higher least (now {least:,}) leaves out rare ones."
            )
        first = counts.list_first(sort, most)
    listed = [gram for gram, _ in first]
    sizes: _Sizes = {None: whole}
    times: dict[_Place, int] = {(gram, None): frequency for gram, frequency in first}
    if by and listed:
        sizes, times = _count_groups(read(), set(listed))
    spreads = _measure_spreads(read(), set(listed), sizes, times) if listed else {}
    parts = [WordPart(group.name, *sizes.get(group.key, _Size())[:2]) for group in groups]
    rows = [
        _make_row(gram, part, spreads.get((gram, group.key)), sizes.get(group.key, _Size()))
        for gram in listed
        for group, part in zip(groups, parts, strict=True)
    ]
    return WordList(WordPart(None, *whole[:2]), tuple(parts), different, tuple(rows))


class _Counted(NamedTuple):
    """What is counted of an article."""

    groups: set[str | None]
    words: int
    grams: list[str]


class _Size(NamedTuple):
    """The size of a part."""

    articles: int = 0
    words: int = 0
    worded: int = 0
    """Articles with any word."""

    def add(self, article: _Counted) -> _Size:
        return _Size(self.articles + 1, self.words + article.words, self.worded + (article.words > 0))


_Sizes: TypeAlias = dict[str | None, _Size]
_Place: TypeAlias = tuple[str, str | None]
"""A word and the key of a group."""


def _count_groups(articles: Iterable[_Counted], listed: Set[str]) -> tuple[_Sizes, dict[_Place, int]]:
    """(size of each group, how often each word is in it)."""
    sizes: _Sizes = {}
    times: Counter[_Place] = Counter()
    for article in articles:
        found = [gram for gram in article.grams if gram in listed]
        for group in article.groups:
            sizes[group] = sizes.get(group, _Size()).add(article)
            times.update((gram, group) for gram in found)
    return sizes, times


def _measure_spreads(
    articles: Iterable[_Counted], listed: Set[str], sizes: _Sizes, times: Mapping[_Place, int]
) -> dict[_Place, Spread]:
    """Where each word is in each group that has it, by the totals that an earlier reading gave."""
    spreads: dict[_Place, Spread] = {}
    for article in articles:
        found = Counter(gram for gram in article.grams if gram in listed)
        for group in article.groups & sizes.keys():
            for gram, count in found.items():
                place = (gram, group)
                if place not in spreads:
                    spreads[place] = Spread(times[place], sizes[group].words)
                spreads[place].add(count, article.words)
    return spreads


def _make_row(gram: str, part: WordPart, spread: Spread | None, size: _Size) -> WordCount:
    times, articles = (spread.frequency, spread.articles) if spread else (0, 0)
    dispersion = spread.measure(size.worded) if spread else Dispersion(None, None)
    rounded = (None if each is None else round(each, 4) for each in dispersion)
    per_million = round(1e6 * times / part.words, 2) if part.words else None
    return WordCount(gram, part.group, times, per_million, articles, *rounded)
